"""Evidence, export, import and change over time of a campaign."""

from __future__ import annotations

import csv
import io
import uuid
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from convive.app import tables
from convive.core.errors import ConflictError, DatasetError, RequestError
from convive.web.audit_log.models import Event
from convive.web.fieldwork.actions.export import ExportRequest, export_forms
from convive.web.fieldwork.actions.import_forms import import_forms
from convive.web.fieldwork.models import Attachment, Campaign, Submission, SurveyWeight
from convive.web.fieldwork.selectors import kept_forms as kept
from convive.web.fieldwork.selectors.follow_up import changes_between, place_history
from convive.web.observatory import current
from convive.web.roles import Role
from factories import fieldwork
from factories.build import arrow_table, shared_build
from factories.pack import write_pack
from factories.web_objects.accounts import make_account

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)


def keep(campaign: Campaign, answers: dict[str, Any], **fields: Any) -> Submission:
    """A form that is there."""
    return Submission.objects.create(
        id=fields.pop("id", None) or uuid.uuid4(), campaign=campaign, form=campaign.form,
        channel="phone", answers=answers, content_digest="0" * 64,
        **{"state": "complete", "filled_on": date(2026, 6, 1), **fields},
    )  # fmt: skip


def rounds(n: int = 14, rise: int = 1) -> tuple[Campaign, Campaign]:
    """Two campaigns at the same places; lighting is better the second time."""
    spots = [fieldwork.place(f"P{k:03d}") for k in range(n)]
    before = fieldwork.campaign(code="spring-25", opens_on=date(2025, 4, 1))
    after = fieldwork.campaign(code="spring-26", title="Second round", opens_on=date(2026, 4, 1))
    for k, spot in enumerate(spots):
        low = k % 2
        keep(before, {"lighting": str(low), "openness": str(low)}, place=spot, daypart="night")
        better = min(3, low + rise + (k % 3 == 0))
        keep(after, {"lighting": str(better), "openness": str(low)}, place=spot, daypart="night")
    return before, after


@pytest.fixture
def editor() -> Client:
    found = Client(headers={"host": "localhost"})
    found.force_login(make_account(Role.COORDINATOR))
    return found


@pytest.fixture
def pack(tmp_path: Path, settings: Any) -> Path:
    """A pack whose site this is."""
    folder = tmp_path / "town"
    write_pack(folder)
    settings.CONVIVE_BUILD = str(folder / "build")
    return folder


def _names(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


# --- evidence ------------------------------------------------------------------------------------


def test_a_hand_over_is_looked_at_first_and_written_then(editor: Client, pack: Path) -> None:
    campaign = fieldwork.campaign(code="Walk-26", state="closed")
    keep(campaign, {"lighting": "2"}, place=fieldwork.place(), daypart="day")
    keep(campaign, {"lighting": "1"}, place=fieldwork.place("P002"))
    keep(campaign, {}, state="excluded", reason="rated from the car")
    address = reverse("fieldwork-evidence", args=("en", "Walk-26"))
    page = editor.get(address).content.decode()
    assert "Neither day nor night is known: 1" in page
    assert "rated from the car" in page
    assert "fieldwork_walk-26" in page
    assert not list((pack / "evidence").glob("observations/*"))
    assert editor.post(address).status_code == 302
    assert (pack / "evidence/observations/fieldwork_walk-26.toml").is_file()
    assert "Replaces what this campaign handed over on" in editor.get(address).content.decode()
    assert Event.objects.get(verb="fieldwork.handed_over").object_id == "Walk-26"


def test_an_open_campaign_cannot_be_handed_over(editor: Client, pack: Path) -> None:
    campaign = fieldwork.campaign()
    address = reverse("fieldwork-evidence", args=("en", campaign.code))
    assert "Only a closed campaign" in editor.post(address).content.decode()
    assert not list((pack / "evidence").glob("observations/*"))


def test_a_site_without_a_pack_says_so(editor: Client) -> None:
    campaign = fieldwork.campaign(state="closed")
    page = editor.get(reverse("fieldwork-evidence", args=("en", campaign.code))).content.decode()
    assert "no city pack" in page


def test_what_is_restricted_does_not_exist_for_an_analyst(pack: Path) -> None:  # noqa: ARG001
    form = fieldwork.form_version("public_space_vulnerability")
    campaign = fieldwork.campaign(form=form, kind="assessment", state="closed")
    analyst, coordinator = (Client(headers={"host": "localhost"}) for _ in range(2))
    analyst.force_login(make_account(Role.ANALYST))
    coordinator.force_login(make_account(Role.COORDINATOR))
    for name in ("fieldwork-evidence", "fieldwork-export", "fieldwork-follow-up"):
        address = reverse(name, args=("en", campaign.code))
        assert analyst.get(address).status_code == 404
        assert coordinator.get(address).status_code == 200
    page = coordinator.get(reverse("fieldwork-evidence", args=("en", campaign.code)))
    assert "is restricted" in page.content.decode()


# --- export --------------------------------------------------------------------------------------


def _walk() -> Campaign:
    walk = fieldwork.campaign(
        code="walk-26", kind="walk", form=fieldwork.form_version("exploratory_walk")
    )
    stop = {"stop_position": {"latitude": 50.85, "longitude": 4.35}, "general_feeling": "2"}
    keep(walk, {"route": "=HYPERLINK(1)", "daypart": "night", "stops": [stop, stop]})
    return walk


def _exported(campaign: Campaign, **fields: Any) -> bytes:
    asked = ExportRequest(**{"format": "csv", "language": "en", **fields})
    return b"".join(export_forms(campaign, asked, by=make_account(Role.COORDINATOR)).parts)


def test_an_assessment_by_staff_has_no_pages_here(editor: Client) -> None:
    one = fieldwork.campaign(
        kind=Campaign.Kind.ASSESSMENT,
        code="assessment-1a2b",
        form=fieldwork.form_version("nightlife_venue_label"),
    )
    for name in ("fieldwork-evidence", "fieldwork-export", "fieldwork-campaign"):
        assert editor.get(reverse(name, args=("en", one.code))).status_code == 404


def test_a_planned_round_of_a_restricted_instrument_is_known_to_few() -> None:
    one = fieldwork.campaign(
        kind=Campaign.Kind.ASSESSMENT,
        code="round-1",
        form=fieldwork.form_version("public_space_vulnerability"),
    )
    seen = {}
    for role in (Role.COORDINATOR, Role.ANALYST):
        client = Client(headers={"host": "localhost"})
        client.force_login(make_account(role))
        names = ("fieldwork-campaign", "fieldwork-campaign-links", "fieldwork-campaign-edit")
        seen[role] = {client.get(reverse(n, args=("en", one.code))).status_code for n in names}
    assert seen == {Role.COORDINATOR: {200}, Role.ANALYST: {404}}


def test_forms_and_rounds_are_tables_of_their_own() -> None:
    files = _names(_exported(_walk()))
    assert {"forms.csv", "stops.csv", "codebook.csv", "about.csv"} <= set(files)
    stops = list(csv.DictReader(io.StringIO(files["stops.csv"])))
    assert [row["stops_round"] for row in stops] == ["1", "2"]
    assert stops[0]["stop_position_latitude"] == "50.85"
    assert "exploratory_walk@1" in files["about.csv"]


def test_personal_columns_come_only_with_a_reason_and_never_as_a_formula() -> None:
    walk = _walk()
    assert "route" not in _names(_exported(walk))["forms.csv"].splitlines()[0].split(",")
    told = _names(_exported(walk, reason="correction"))["forms.csv"]
    assert "'=HYPERLINK(1)" in told
    reasons = [one.facts["reason"] for one in Event.objects.filter(verb="fieldwork.exported")]
    assert sorted(reasons) == ["", "correction"]


def test_the_page_asks_why_before_it_sends_personal_columns(editor: Client) -> None:
    address = reverse("fieldwork-export", args=("en", _walk().code))
    page = editor.post(address, {"format": "csv", "with_personal": "on"})
    assert "Choose why personal columns are needed" in page.content.decode()
    sent = editor.post(address, {"format": "csv", "with_personal": "on", "reason": "correction"})
    assert sent["Content-Disposition"] == 'attachment; filename="walk-26.zip"'
    assert "route" in _names(b"".join(sent.streaming_content))["forms.csv"]  # type: ignore[attr-defined]


def test_forms_read_a_few_at_a_time_all_come_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "CHUNK", 3)
    campaign = fieldwork.campaign()
    wanted = {str(keep(campaign, {"lighting": "2"}).pk) for _ in range(10)}
    found = [form.id for form in kept.kept_forms(campaign)]
    assert sorted(found) == found
    assert set(found) == wanted
    assert len(found) == 10


def test_the_workbook_has_a_codebook_and_no_formula() -> None:
    data = _exported(_walk(), format="xlsx", reason="correction")
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames[0] == "forms"
    assert {"stops", "codebook", "about"} <= set(book.sheetnames)
    cells = [cell for row in book["forms"].iter_rows() for cell in row]
    assert "=HYPERLINK(1)" in [cell.value for cell in cells if cell.data_type == "s"]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    words = {row[5] for row in book["codebook"].iter_rows(values_only=True)}
    assert "After dark" in words


@pytest.mark.parametrize("kind", ["geojson", "gpkg"])
def test_places_go_on_a_map_with_their_results(kind: str, tmp_path: Path) -> None:
    import pyogrio

    _, after = rounds(3)
    path = tmp_path / f"places.{kind}"
    path.write_bytes(_exported(after, format=kind))
    found = pyogrio.read_dataframe(path)
    assert list(found["place"]) == ["P000", "P001", "P002"]
    # One form a place, and the instrument wants two: the mean is withheld, not 0.
    assert found["lighting"].isna().all()
    assert list(found["n_forms"]) == [1, 1, 1]


def test_photos_come_a_folder_a_form(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    form = keep(fieldwork.campaign(), {"lighting": "2"})
    (tmp_path / "kept.jpg").write_bytes(b"photo")
    Attachment.objects.create(submission=form, name="../spot.jpg", file="kept.jpg")
    Attachment.objects.create(submission=form, name="gone.jpg", file="gone.jpg")
    files = _names(_exported(form.campaign, format="media"))
    assert files == {f"media/{form.pk}/spot.jpg": "photo"}


def test_a_survey_is_exported_only_when_it_is_closed() -> None:
    wave = fieldwork.campaign(
        kind="survey", sampling="open_link", form=fieldwork.form_version("core_survey")
    )
    with pytest.raises(ConflictError, match="EXPORT_NOT_CLOSED"):
        _exported(wave)
    assert not Event.objects.filter(verb="fieldwork.exported").exists()
    wave.state = "closed"
    form = keep(wave, {"feel_safe_dark": "very_safe"})
    SurveyWeight.objects.create(submission=form, design=1.0, weight=1.5)
    rows = list(csv.DictReader(io.StringIO(_names(_exported(wave))["forms.csv"])))
    assert [row["weight"] for row in rows] == ["1.5"]


def test_an_unknown_kind_of_file_is_refused() -> None:
    with pytest.raises(RequestError, match="EXPORT_FORMAT"):
        _exported(fieldwork.campaign(), format="exe")


# --- import --------------------------------------------------------------------------------------

CENTRAL = """SubmissionDate,start,end,spot-lighting,spot-openness,place,daypart,meta-instanceID
2026-11-20T19:05:00.000Z,2026-11-20T19:00:00.000Z,2026-11-20T19:04:00.000Z,2,Good,p001,night,uuid:11111111-1111-4111-8111-111111111111
2026-11-20T20:05:00.000Z,2026-11-20T20:00:00.000Z,2026-11-20T20:04:00.000Z,0,1,P001,night,uuid:22222222-2222-4222-8222-222222222222
"""  # fmt: skip


def test_an_export_of_central_is_taken_in_once() -> None:
    fieldwork.place()
    campaign = fieldwork.campaign()
    first = import_forms(campaign, CENTRAL.encode(), now=NOW)
    again = import_forms(campaign, CENTRAL.encode(), now=NOW)
    assert (first.n_new, again.n_new, again.n_already) == (2, 0, 2)
    kept = Submission.objects.get(pk="11111111-1111-4111-8111-111111111111")
    assert kept.answers == {"lighting": "2", "openness": "3"}
    assert (kept.place.code, kept.daypart, kept.filled_on) == ("P001", "night", date(2026, 11, 20))  # type: ignore[union-attr]
    assert first.unused == ("SubmissionDate",)
    assert "visibility" in first.absent


def test_a_dry_run_keeps_nothing() -> None:
    fieldwork.place()
    found = import_forms(fieldwork.campaign(), CENTRAL.encode(), now=NOW, is_dry_run=True)
    assert found.n_new == 2
    assert Submission.objects.count() == 0


def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_kept() -> None:
    bad = CENTRAL.replace(",2,Good,", ",9,Good,").replace(",0,1,P001", ",0,lots,P001")
    with pytest.raises(DatasetError) as caught:
        import_forms(fieldwork.campaign(), bad.encode(), now=NOW)
    told = [(p.code, p.place.row) for p in caught.value.problems]
    assert told == [("FORMS_ANSWER", 2), ("FORMS_ANSWER", 3)]
    with pytest.raises(DatasetError) as caught:
        import_forms(fieldwork.campaign(), CENTRAL.encode(), now=NOW)
    assert [p.code for p in caught.value.problems] == ["FORMS_PLACE", "FORMS_PLACE"]
    assert Submission.objects.count() == 0


def test_changed_answers_of_the_same_form_are_a_conflict() -> None:
    fieldwork.place()
    campaign = fieldwork.campaign()
    import_forms(campaign, CENTRAL.encode(), now=NOW)
    with pytest.raises(DatasetError) as caught:
        import_forms(campaign, CENTRAL.replace(",2,Good", ",1,Good").encode(), now=NOW)
    assert [p.code for p in caught.value.problems] == ["FORMS_CONFLICT"]


def test_ticks_and_positions_of_a_kobo_export_are_put_together() -> None:
    text = "_uuid;consent;stop_position;walk/daypart;walk/facilitator\na-1;yes;;night;residents\n"
    walk = fieldwork.campaign(kind="walk", form=fieldwork.form_version("exploratory_walk"))
    import_forms(walk, text.encode(), now=NOW)
    kept = Submission.objects.get()
    assert kept.answers["daypart"] == "night"
    assert kept.problems  # what the instrument asks and the export does not have


def test_an_imported_answer_of_a_survey_cannot_be_told_from_its_export() -> None:
    text = "instanceID,feel_safe_dark\nuuid:11111111-1111-4111-8111-111111111111,very_safe\n"
    wave = fieldwork.campaign(
        kind="survey", sampling="open_link", form=fieldwork.form_version("core_survey")
    )
    import_forms(wave, text.encode(), now=NOW)
    import_forms(wave, text.encode(), now=NOW)
    kept = Submission.objects.get()
    assert str(kept.pk) != "11111111-1111-4111-8111-111111111111"
    assert kept.received_at is None


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"a,b\n1,2\n", b"lighting\n2\n", b'"' * 99])
def test_what_is_no_export_ends_in_problems(data: bytes) -> None:
    with pytest.raises(DatasetError):
        import_forms(fieldwork.campaign(), data, now=NOW)


# --- change --------------------------------------------------------------------------------------


def test_a_change_at_the_same_places_is_found_with_its_interval() -> None:
    found = changes_between(*rounds(), "en")
    rows = {row["name"]: row for row in found["rows"]}
    assert rows["Lighting"]["verdict"] == "rise"
    assert rows["Lighting"]["interval"].startswith("+")
    assert rows["Openness"]["verdict"] == "cannot_tell"
    assert (found["n_pairs"], found["n_places"]) == (14, 14)


def test_with_few_pairs_nothing_can_be_told() -> None:
    found = changes_between(*rounds(6), "en")
    assert {row["verdict"] for row in found["rows"]} == {"cannot_tell"}
    assert {row["interval"] for row in found["rows"]} == {""}


def test_one_place_alone_shows_its_means_and_no_verdict() -> None:
    before, after = rounds()
    found = place_history(before, after, "P001", "en")
    assert {row["n_pairs"] for row in found["rows"]} == {1}
    assert {row["verdict"] for row in found["rows"]} == {"cannot_tell"}


def test_the_page_offers_the_earlier_rounds(editor: Client) -> None:
    rounds()
    address = reverse("fieldwork-follow-up", args=("en", "spring-26"))
    page = editor.get(address).content.decode()
    assert "rose and" in page
    assert "spring-25" in page
    assert "clearly better" in page
    other = editor.get(address, {"before": "nothing"}).content.decode()
    assert "clearly better" in other
    first = editor.get(reverse("fieldwork-follow-up", args=("en", "audit-none")))
    assert first.status_code == 404


# --- open links on the public pages ---------------------------------------------------------------


def test_answers_by_open_link_stand_apart_on_the_page_of_an_indicator(client: Client) -> None:
    whole = shared_build()
    rows = whole.tables["estimates"].to_pylist()
    city = next(
        row for row in rows
        if row["indicator_id"] == "unsafe_dark_share" and row["level"] == "city"
        and row["group"] == "all" and row["status"] == "shown"
    )  # fmt: skip
    apart = {
        **city, "level": "open_link", "area_id": "panel", "value": 61.7, "low": None,
        "high": None, "n": 412, "method": "open_link", "source_ids": ["panel"],
    }  # fmt: skip
    estimates = arrow_table(tables.ESTIMATES, [*rows, apart])
    current.hold(replace(whole, tables={**whole.tables, "estimates": estimates}))
    page = client.get("/en/indicators/unsafe_dark_share/").content.decode()
    told = page.partition("Of those who answered by open link")[2][:600]
    assert "61.7" in told
    assert "412" in told
    assert "Whoever wanted to could answer" in told
    assert client.get("/en/methods/open-link/").status_code == 200
