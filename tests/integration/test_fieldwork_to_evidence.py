"""What a campaign found goes into the pack, and the audit says of it what it says of any source."""

from __future__ import annotations

import csv
import shutil
import tomllib
import uuid
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from convive.core.errors import ConflictError, StorageError
from convive.web.audit_log.models import Event
from convive.web.fieldwork.actions.hand_over import hand_over
from convive.web.fieldwork.models import Campaign, Place, Rater, Submission
from convive.wiring import check_pack, run_audit
from demo_city import build_city, write_pack
from demo_city.fieldwork import RATERS
from demo_city.mappings import CRS
from factories import fieldwork

pytestmark = pytest.mark.django_db

DAY = date(2026, 6, 1)
TOWN = build_city(7, scale=0.3)


@pytest.fixture(scope="module")
def demo_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented town with its walks, and nothing else that takes long."""
    folder = tmp_path_factory.mktemp("demo") / "marvenza"
    write_pack(TOWN, folder)
    for family in ("incidents", "counts", "notes", "surveys"):
        shutil.rmtree(folder / "evidence" / family, ignore_errors=True)
    return folder


@pytest.fixture
def pack(demo_pack: Path, tmp_path: Path) -> Path:
    """A copy of its own for a test."""
    return Path(shutil.copytree(demo_pack, tmp_path / "town"))


def _tables(pack: Path) -> dict[str, list[dict[str, Any]]]:
    build = run_audit(pack, keep=False).build
    return {name: table.to_pylist() for name, table in build.tables.items()}


def walks_as_campaign(pack: Path) -> Campaign:
    """The walks of the town as forms of a campaign; their file is gone afterwards."""
    from pyproj import Transformer

    folder = pack / "evidence" / "observations"
    mapping = tomllib.loads((folder / "walks.toml").read_text("utf-8"))
    rows = list(csv.DictReader((folder / "recorridos.csv").read_text("utf-8").splitlines()))
    to_degrees = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
    campaign = fieldwork.campaign(code="audit-2025", title="Walks of spring", kind="audit")
    raters = {name: fieldwork.rater(campaign, f"R{k:02d}") for k, name in enumerate(RATERS, 1)}
    places: dict[str, Place] = {}
    forms = []
    for row in rows:
        if row["lugar"] not in places:
            longitude, latitude = to_degrees.transform(float(row["x"]), float(row["y"]))
            places[row["lugar"]] = fieldwork.place(
                row["lugar"], longitude=longitude, latitude=latitude
            )
        answers = {item: row[column] for item, column in mapping["items"].items() if row[column]}
        forms.append(_form(campaign, answers, place=places[row["lugar"]],
                           rater=raters[row["observador"]], filled_on=row["fecha"],
                           daypart="night" if row["momento"] == "noche" else "day"))  # fmt: skip
    Submission.objects.bulk_create(forms)
    shutil.rmtree(folder)
    return closed(campaign)


def _form(campaign: Campaign, answers: dict[str, Any], **fields: Any) -> Submission:
    return Submission(
        id=uuid.uuid4(), campaign=campaign, form=campaign.form, channel="phone", answers=answers,
        content_digest="0" * 64, state="complete", **{"filled_on": DAY, **fields},
    )  # fmt: skip


def closed(campaign: Campaign) -> Campaign:
    campaign.state = Campaign.State.CLOSED
    campaign.save()
    return campaign


def test_walks_of_a_campaign_give_the_scores_and_the_raters_that_the_file_gave(pack: Path) -> None:
    before = _tables(pack)
    campaign = walks_as_campaign(pack)
    handed = hand_over(campaign, pack, today=DAY)
    assert check_pack(pack) == ()
    after = _tables(pack)

    def scores(tables: dict[str, Any]) -> dict[Any, Any]:
        return {
            (row["indicator_id"], row["level"], row["area_id"], row["group"]): (
                row["n"], row["value"], row["low"],
            )
            for row in tables["estimates"]
            if row["face"] == "observed"
        }  # fmt: skip

    told = scores(after)
    assert told.keys() == scores(before).keys()
    for key, figures in scores(before).items():
        assert told[key] == pytest.approx(figures, abs=1e-6), key
    biased = [row["rater"] for row in after["raters"] if row["is_biased"]]
    assert len(biased) == sum(row["is_biased"] for row in before["raters"]) > 0
    assert {row["source_id"] for row in after["raters"]} == {handed.source_id}
    shown = next(row for row in after["estimates"] if row["indicator_id"] == "observed_score")
    assert "fieldwork_audit-2025" in shown["source_ids"]


def test_the_mapping_says_where_it_comes_from(pack: Path) -> None:
    campaign = walks_as_campaign(pack)
    out = campaign.submissions.first()
    assert out
    out.state, out.reason = "excluded", "rated from the car"
    out.save()
    handed = hand_over(campaign, pack, today=DAY)
    path = pack / "evidence" / "observations" / "fieldwork_audit-2025.toml"
    found = tomllib.loads(path.read_text("utf-8"))["source"]
    facts = found["fieldwork"]
    assert facts["instrument"] == "street_observation@1"
    assert facts["excluded"] == {"rated from the car": 1}
    assert facts["n_forms"] == facts["n_rows"] + 1 == handed.n_rows + 1
    assert facts["channels"] == {"phone": handed.n_rows}
    assert facts["software"].startswith("Convive ")
    assert (path.parent / found["files"][0]).is_file()
    assert Event.objects.get(verb="fieldwork.handed_over").facts["n_rows"] == handed.n_rows


def test_a_second_hand_over_replaces_the_first_and_keeps_its_protection(pack: Path) -> None:
    campaign = walks_as_campaign(pack)
    hand_over(campaign, pack, today=DAY)
    folder = pack / "evidence" / "observations"
    mapping = folder / "fieldwork_audit-2025.toml"
    mapping.write_text(
        mapping.read_text("utf-8").replace(
            'personal_data = "pseudonymous"',
            'personal_data = "pseudonymous"\nretention_months = 60',
        ),
        "utf-8",
    )
    gone = campaign.submissions.first()
    assert gone
    gone.delete()
    hand_over(campaign, pack, today=DAY)
    assert len(list(folder.glob("*.csv"))) == 1
    found = tomllib.loads(mapping.read_text("utf-8"))["source"]
    assert found["protection"]["retention_months"] == 60
    assert found["fieldwork"]["n_rows"] == campaign.submissions.count()


def test_a_source_that_somebody_else_put_there_is_never_replaced(pack: Path) -> None:
    walks = pack / "evidence" / "observations" / "walks.toml"
    text = walks.read_text("utf-8").replace('id = "walks"', 'id = "fieldwork_audit-2025"')
    campaign = walks_as_campaign(pack)
    walks.parent.mkdir(exist_ok=True)
    walks.write_text(text, "utf-8")
    with pytest.raises(ConflictError, match="HANDOVER_FOREIGN"):
        hand_over(campaign, pack, today=DAY)
    assert walks.read_text("utf-8") == text
    assert not Event.objects.filter(verb="fieldwork.handed_over").exists()


def test_a_disk_that_refuses_leaves_the_source_as_it_was(
    pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = walks_as_campaign(pack)
    hand_over(campaign, pack, today=DAY)
    folder = pack / "evidence" / "observations"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    gone = campaign.submissions.first()
    assert gone
    gone.delete()
    replace = Path.replace

    def refuse(self: Path, target: Any) -> Path:
        if str(target).endswith(".toml"):
            raise OSError
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(StorageError, match="HANDOVER_NOT_WRITTEN"):
        hand_over(campaign, pack, today=DAY)
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {name: after[name] for name in before} == before
    assert Event.objects.filter(verb="fieldwork.handed_over").count() == 1


def _wave(sampling: str, code: str) -> Campaign:
    """A wave of the core survey: 400 answers, every third feels unsafe after dark."""
    campaign = fieldwork.campaign(
        code=code, title="Survey", kind="survey", sampling=sampling, wave="2026",
        form=fieldwork.form_version("core_survey"),
    )  # fmt: skip
    areas = list(TOWN.territory.codes)
    forms = [
        _form(
            campaign,
            {"feel_safe_dark": "very_unsafe" if k % 3 == 0 else "fairly_safe",
             "victim_12m": "yes" if k % 5 == 0 else "no"},
            area_id=areas[k % len(areas)] if sampling == "frame" else "",
        )
        for k in range(400)
    ]  # fmt: skip
    Submission.objects.bulk_create(forms)
    return closed(campaign)


def _survey_rows(tables: dict[str, Any]) -> list[dict[str, Any]]:
    return [r for r in tables["estimates"] if r["face"] in {"felt", "experienced"}]


def test_a_drawn_wave_gives_figures_of_the_city_and_an_open_link_changes_none(pack: Path) -> None:
    shutil.rmtree(pack / "evidence" / "observations")
    hand_over(_wave("frame", "wave-2026"), pack, today=DAY)
    assert [p for p in check_pack(pack) if p.severity == "error"] == []
    alone = _tables(pack)
    rows = {
        row["indicator_id"]: row
        for row in _survey_rows(alone)
        if row["level"] == "city" and row["dimension"] == "all"
    }
    assert rows["unsafe_dark_share"]["value"] == pytest.approx(100 * 134 / 400)
    assert rows["victim_share"]["value"] == pytest.approx(20.0)
    assert rows["unsafe_dark_share"]["low"] < 33.5 < rows["unsafe_dark_share"]["high"]
    assert "fieldwork_wave-2026" in rows["victim_share"]["source_ids"]

    hand_over(_wave("open_link", "open-2026"), pack, today=DAY)
    both = _tables(pack)
    apart = [row for row in _survey_rows(both) if row["level"] == "open_link"]
    assert {row["area_id"] for row in apart} == {"fieldwork_open-2026"}
    assert {(row["low"], row["high"]) for row in apart} == {(None, None)}
    assert {row["method"] for row in apart} == {"open_link"}
    rest = [row for row in _survey_rows(both) if row["level"] != "open_link"]
    assert rest == _survey_rows(alone)
    for table in ("contrasts", "trends", "variance_splits", "gaps", "faces", "index"):
        assert both[table] == alone[table], table
    source = next(r for r in both["sources"] if r["source_id"] == "fieldwork_open-2026")
    assert source["sampling"] == "open_link"


def test_an_open_campaign_is_not_handed_over(pack: Path) -> None:
    with pytest.raises(ConflictError, match="HANDOVER_NOT_CLOSED"):
        hand_over(fieldwork.campaign(), pack, today=timezone.localdate())
    assert Rater.objects.count() == 0
