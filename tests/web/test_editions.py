"""Editions: looked at by two, previewed exactly, shown on their day, taken back everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from convive.app.corrections import Correction, CorrectionKind, Subject
from convive.app.history import run_digest
from convive.app.withdrawn_words import WITHDRAWN
from convive.core.errors import ConflictError, StorageError
from convive.web.accounts.actions.people import set_roles
from convive.web.editorial import choosing, public_state
from convive.web.editorial.actions import editions as actions
from convive.web.editorial.actions.publishing import publish_lost_state, publish_state
from convive.web.editorial.actions.telling import tell_published
from convive.web.editorial.forms.corrections import CorrectionForm, initial_of
from convive.web.editorial.forms.editions import site_languages
from convive.web.editorial.models import Edition
from convive.web.editorial.public_state import PublicState, Stood, write_state
from convive.web.jobs.worker import Worker
from convive.web.notices.letters import digest
from convive.web.notices.models import Mail, Notice
from convive.web.observatory import current
from convive.web.roles import Role
from convive.web.staff.audit import findings_now, indicators_now
from convive.web.workspace.selectors.figures import figure_now, figures_then
from convive.web.workspace.selectors.still_told import figure_told, row_told
from factories.addresses import PAGES
from factories.build import make_build
from factories.editions import Town, write_audits
from factories.web_objects.accounts import make_account

pytestmark = pytest.mark.django_db
_MOMENT = re.compile(rb'"timeStamp": "[^"]+"')
"""When an answer was given, which the standard of features wants told."""
AREA = "neighbourhood", "n08"
NOT_OF_AN_AUDIT = {"method", "shelf-feed", "shelf-bundle", "instrument-file"}
"""Files of the shelf, and method pages that are copied in at set-up."""


@pytest.fixture(scope="module")
def audits(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two audits of one town, the second with the first in its history."""
    return write_audits(tmp_path_factory.mktemp("audits"))


@pytest.fixture
def town(audits: tuple[Path, Path], settings: Any, tmp_path: Path) -> Iterator[Town]:
    """A town with a workspace in which the first audit is shown."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.CONVIVE_BUILD = str(tmp_path / "build")
    current.release()
    found = Town(audits, tmp_path / "build")
    found.audit(0)
    yield found
    current.release()


def shown(client: Client) -> str:
    """Return the name of the audit that the public sees."""
    return str(client.get("/api/v1/").json()["audit"]["digest"])[:12]


def later(monkeypatch: pytest.MonkeyPatch, **ahead: int) -> datetime:
    """Let time pass for the public pages."""
    now = timezone.now() + timedelta(**ahead)
    monkeypatch.setattr(choosing.timezone, "now", lambda: now)
    return now


def test_without_review_a_new_audit_appears_at_once(client: Client, town: Town) -> None:
    assert shown(client) == town.key(0)
    assert actions.offer_newest(timezone.now()) is None
    second = town.audit(1)
    assert shown(client) == second


def test_two_people_and_the_day_make_it_appear(
    client: Client, town: Town, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    edition = town.second_edition(title={"en": "A new audit"})
    assert shown(client) == town.key(0)
    with pytest.raises(ConflictError, match="EDITION_SECOND_PERSON"):
        actions.approve_edition(edition, actions.seen_digest(edition), by=town.ana)
    assert not actions.approve_edition(edition, actions.seen_digest(edition), by=town.ben)
    with pytest.raises(ConflictError, match="EDITION_SECOND_PERSON"):
        actions.approve_edition(edition, actions.seen_digest(edition), by=town.ben)
    assert actions.approve_edition(edition, actions.seen_digest(edition), by=town.eva)
    before = client.get("/en/")
    assert shown(client) == town.key(0)
    later(monkeypatch, days=3)
    with django_assert_num_queries(0):
        after = client.get("/en/")
    assert b"A new audit" in after.content
    assert before.headers["ETag"] != after.headers["ETag"]
    again = client.get("/en/", headers={"If-Modified-Since": before.headers["Last-Modified"]})
    assert again.status_code == 200


def test_who_has_seen_something_else_has_not_approved_this(town: Town) -> None:
    edition = town.second_edition()
    seen = actions.seen_digest(edition)
    actions.approve_edition(edition, seen, by=town.ben)
    edition.refresh_from_db()
    with pytest.raises(ConflictError, match="EDITION_CHANGED"):
        actions.write_edition(
            edition, {}, timezone.now(), revision=edition.revision - 1, by=town.eva
        )
    actions.write_edition(
        edition, {"title": {"en": "Other words"}}, timezone.now(), revision=edition.revision,
        by=town.ana,
    )  # fmt: skip
    edition.refresh_from_db()
    assert edition.state == Edition.State.DRAFT
    assert not edition.approvals.exists()
    actions.submit_edition(edition, revision=edition.revision, by=town.ana)
    with pytest.raises(ConflictError, match="EDITION_CHANGED"):
        actions.approve_edition(edition, seen, by=town.eva)


def test_a_preview_is_byte_for_byte_what_appears(
    client: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = town.second_edition(title={"en": "Preview me"}, text={"en": "*Two* sentences."})
    client.force_login(town.ben)
    prefix = f"/en/work/editions/{edition.key}/preview"
    candidate = client.get(f"{prefix}/api/v1/").json()["audit"]["digest"][:12]
    old = run_digest(current.current_site().build.run)[:12]
    pages = {
        name: address.replace(PAGES["data-audit"].split("/")[2], candidate)
        for name, address in PAGES.items()
        if name not in NOT_OF_AN_AUDIT
    }
    pages |= {"download": "/en/downloads/rerun.zip", "data-file": f"/data/{candidate}/figures.xlsx"}
    pages["news-in-french"] = "/fr/news.atom"
    before = {name: client.get(prefix + address) for name, address in pages.items()}
    town.approve(edition)
    later(monkeypatch, days=3)
    assert shown(client) == candidate != old
    for name, address in pages.items():
        after = client.get(address)
        preview = before[name].content.replace(prefix.encode(), b"")
        assert _MOMENT.sub(b"", preview) == _MOMENT.sub(b"", after.content), name
        location = before[name].headers.get("Location", "").replace(prefix, "")
        assert (before[name].status_code, location) == (
            after.status_code, after.headers.get("Location", ""),
        )  # fmt: skip
        assert before[name].headers["Cache-Control"] == "no-store"
        assert "ETag" not in before[name].headers
        assert "Access-Control-Allow-Origin" not in before[name].headers


def test_links_of_a_preview_stay_within_it(client: Client, town: Town) -> None:
    edition = town.second_edition()
    client.force_login(town.eva)
    prefix = f"/en/work/editions/{edition.key}/preview"
    content = client.get(f"{prefix}/en/").content.decode()
    addresses = {part.split('"')[0] for part in content.split('href="')[1:]}
    inside = {one for one in addresses if one.startswith("/") and not one.startswith("/static/")}
    assert len(inside) > 20
    assert all(one.startswith(f"{prefix}/") for one in inside)
    assert shown(client) == town.key(0)
    assert client.get(f"{prefix}/en/work/log/").status_code == 404


def test_a_withdrawn_edition_is_gone_and_the_one_before_is_back(
    client: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = town.second_edition()
    town.approve(edition)
    then = later(monkeypatch, days=3)
    second = shown(client)
    assert second == town.key(1)
    kept = client.get(f"/data/{town.key(0)}/trends.csv")
    assert kept.status_code == 200
    assert kept.content != client.get(f"/data/{second}/trends.csv").content
    monkeypatch.setattr(actions.timezone, "now", lambda: then)
    actions.withdraw_edition(edition, {"en": "The police file was cut off."}, by=town.ana)
    monkeypatch.setattr(choosing.timezone, "now", lambda: then + timedelta(hours=1))
    page = client.get("/en/corrections/")
    assert b"The police file was cut off." in page.content
    assert client.get(f"/data/{second}/trends.csv").status_code == 410
    now = client.get("/api/v1/").json()["audit"]
    first = make_build()
    assert now["built_at"] == first.run["built_at"]
    assert client.get("/api/v1/tables/trends/?limit=1000").json()["number_matched"] == (
        first.tables["trends"].num_rows
    )
    rows = {row["version"]: row for row in client.get("/data/").json()["audits"]}
    assert rows[second]["is_withdrawn"]
    assert not rows[second]["has_files"]


def test_what_somebody_kept_of_a_withdrawn_edition_is_told_only_if_the_one_before_says_it(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = town.second_edition()
    town.approve(edition)
    then = later(monkeypatch, days=3)
    places = [(name, *AREA) for name in indicators_now()]
    row, figures = findings_now()[0], {place: figure_now(*place) for place in places}
    other = row | {"params": row["params"] | {"said_by": "the second"}}
    assert [row_told(one["finding_id"], one) for one in (row, other)] == [row, other]
    assert all(figure_told(*place, one) == one for place, one in figures.items())
    actions.withdraw_edition(edition, {"en": "The police file was cut off."}, by=town.ana)
    monkeypatch.setattr(choosing.timezone, "now", lambda: then + timedelta(hours=1))
    assert row in findings_now(), "both audits say so"
    assert row_told(row["finding_id"], row) == row
    assert row_told(other["finding_id"], other)["code"] == WITHDRAWN
    gone = {
        place: figure_told(*place, one) for place, one in figures.items()
        if one.value is not None and one not in (figure_now(*place), *figures_then(*place))
    }  # fmt: skip
    assert gone, "the two audits do not say the same"
    why = {"en": "The police file was cut off."}
    assert all(one.value is None and one.notice["wrong"] == why for one in gone.values())


def test_where_everything_was_withdrawn_only_the_notice_is_left(client: Client, town: Town) -> None:
    actions.begin_review(by=town.ana)
    only = Edition.objects.get()
    actions.withdraw_edition(only, {"en": "Wrong town."}, by=town.ana)
    for path in ("/en/", "/en/areas/", "/api/v1/tables/", "/en/downloads/report.pdf", "/catalog.ttl",
                 "/ogc/collections", "/en/news.atom", f"/data/{only.key}/trends.csv"):  # fmt: skip
        assert client.get(path).status_code == 410, path
    assert b"Wrong town." in client.get("/en/").content
    assert b"Wrong town." in client.get("/en/corrections/").content
    assert client.get("/api/v1/corrections/").json()["rows"][0]["wrong"] == {"en": "Wrong town."}


def test_a_damaged_file_shows_nothing_rather_than_what_was_taken_back(
    client: Client, town: Town, settings: Any
) -> None:
    actions.begin_review(by=town.ana)
    path = Path(settings.MEDIA_ROOT) / "public" / "editions.json"
    path.write_text(path.read_text(encoding="utf-8").replace("true", "false", 1), encoding="utf-8")
    assert client.get("/en/").status_code == 503
    assert client.get("/api/v1/").status_code == 503


def test_the_review_ends_only_with_a_second_person(town: Town) -> None:
    actions.begin_review(by=town.ana)
    with pytest.raises(ConflictError, match="EDITION_NOT_ASKED"):
        actions.end_review(by=town.ben)
    actions.ask_to_end_review(by=town.ana)
    with pytest.raises(ConflictError, match="EDITION_SECOND_PERSON"):
        actions.end_review(by=town.ana)
    actions.end_review(by=town.ben)
    assert not actions.rule_now().is_reviewed


def test_an_audit_swapped_in_meanwhile_is_not_kept_by_halves(town: Town, settings: Any) -> None:
    (town.folder / "trends.parquet").write_bytes(b"half")
    with pytest.raises(Exception, match="EDITION_NOT_KEPT"):
        actions.begin_review(by=town.ana)
    assert not list((Path(settings.MEDIA_ROOT) / "editions").iterdir())
    assert not actions.rule_now().is_reviewed


def test_the_way_of_an_edition_by_its_pages(client: Client, town: Town) -> None:
    client.force_login(town.ana)
    client.post("/en/work/editions/review/on/")
    town.audit(1)
    client.post("/en/work/editions/look/")
    key = town.key(1)
    address = f"/en/work/editions/{key}/"
    page = client.get(address).content.decode()
    edition = Edition.objects.get(key=key)
    assert "What differs from what is shown now" in page
    sent = {"day": "2026-01-20", "revision": edition.revision, "title_en": "Hello", "submit": "1"}
    assert client.post(f"{address}write/", sent).status_code == 302
    edition.refresh_from_db()
    assert edition.state == Edition.State.REVIEW
    other = Client(headers={"host": "localhost"})
    other.force_login(town.ben)
    assert "2 more people" in other.get(address).content.decode()
    other.post(f"{address}return/", {"why": "A word is missing."})
    assert "A word is missing." in client.get(address).content.decode()
    edition.refresh_from_db()
    client.post(f"{address}write/", sent | {"revision": edition.revision})
    for who in (town.ben, town.eva):
        edition.refresh_from_db()
        other.force_login(who)
        other.post(f"{address}approve/", {"seen": actions.seen_digest(edition)})
    assert "shown to the public" in other.get("/en/work/editions/").content.decode()
    assert "Hello" in other.get("/en/").content.decode()


def test_a_worker_that_rests_offers_a_new_audit_once(town: Town) -> None:
    actions.begin_review(by=town.ana)
    key = town.audit(1)
    for worker in (Worker(), Worker()):
        worker.look_about()
    assert [one.key for one in Edition.objects.filter(state=Edition.State.DRAFT)] == [key]


def test_an_edition_stopped_before_its_day_is_a_draft_again(
    client: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = town.second_edition()
    town.approve(edition)
    client.force_login(town.ana)
    page = client.post(
        f"/en/work/editions/{edition.key}/withdraw/", {"why": "Not yet."}, follow=True
    ).content.decode()
    assert "The edition is a draft again." in page
    edition.refresh_from_db()
    assert edition.state == Edition.State.DRAFT
    assert (edition.visible_from, edition.submitted_by, edition.answer) == (None, None, "Not yet.")
    assert not edition.approvals.exists()
    assert "Not yet." not in client.get("/en/corrections/").content.decode()
    with pytest.raises(ConflictError, match="EDITION_NO_DAY"):
        actions.submit_edition(edition, revision=edition.revision, by=town.ana)
    day = timezone.now() + timedelta(days=1)
    actions.write_edition(edition, {}, day, revision=edition.revision, by=town.ana)
    edition.refresh_from_db()
    actions.submit_edition(edition, revision=edition.revision, by=town.ana)
    edition.refresh_from_db()
    town.approve(edition)
    later(monkeypatch, days=3)
    assert shown(client) == town.key(1)


def test_a_review_begun_again_goes_on_showing_what_is_shown(client: Client, town: Town) -> None:
    town.audit(1)
    actions.begin_review(by=town.ana)
    only = Edition.objects.get()
    only.visible_from = timezone.now() + timedelta(days=2)
    only.save()
    actions.ask_to_end_review(by=town.ana)
    actions.end_review(by=town.ben)
    assert shown(client) == town.key(1)
    actions.begin_review(by=town.ana)
    assert client.get("/en/").status_code == 200
    assert shown(client) == town.key(1)


def test_a_withdrawn_audit_without_review_is_listed_as_gone(client: Client, town: Town) -> None:
    before = client.get("/data/").json()["audits"]
    assert not any(row["is_withdrawn"] for row in before)
    moment, one = timezone.now(), wrong_audit(town.key(0))
    write_state(PublicState(corrections=(Stood(one, moment),)))
    listed = client.get("/data/").json()
    rows = {row["version"]: row for row in listed["audits"]}
    here = rows[listed["audit"]["digest"][:12]]
    assert here["is_shown"]
    assert here["is_withdrawn"]
    assert not here["has_files"]


def wrong_audit(key: str) -> Correction:
    return Correction(
        "a1", timezone.localdate(), CorrectionKind.WITHDRAWAL, Subject.AUDIT, key, {"en": "Wrong."}
    )


def test_an_audit_is_withdrawn_by_its_key_or_by_the_name_that_readers_see(town: Town) -> None:
    edition = town.second_edition(title={"en": "With words"})
    town.approve(edition)
    Edition.objects.filter(pk=edition.pk).update(visible_from=timezone.now())
    publish_state()
    seen = current.current_site().version
    assert seen != town.key(1)
    for name, meant in ((seen, town.key(1)), (town.key(0), town.key(0)), ("", town.key(1))):
        form = withdrawing(name, shown=town.key(1))
        assert form.is_valid(), form.errors
        assert form.cleaned_data["name"] == meant
    form = withdrawing("0123456789ab")
    assert not form.is_valid()
    assert form.has_error("name", "unknown")


def test_without_review_the_name_that_readers_see_is_of_the_newest_audit(town: Town) -> None:
    one = replace(wrong_audit("victim_share"), subject=Subject.INDICATOR)
    write_state(PublicState(corrections=(Stood(one, timezone.now()),)))
    seen = current.current_site().version
    assert seen != town.key(0)
    form = withdrawing(seen)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["name"] == town.key(0)


@pytest.mark.usefixtures("town")
def test_a_withdrawal_that_stands_can_be_written_anew() -> None:
    one = replace(wrong_audit("victim_share"), subject=Subject.INDICATOR)
    write_state(PublicState(corrections=(Stood(one, timezone.now()),)))
    assert current.current_site().build.gone
    sent = {"subject": "indicator", "name": "victim_share"}
    assert withdrawing(**sent, initial=initial_of(one)).is_valid()
    assert not withdrawing(**sent).is_valid(), "it is not there to be withdrawn a second time"
    other = sent | {"name": "nothing"}
    assert not withdrawing(**other, initial=initial_of(one)).is_valid()


def withdrawing(name: str, subject: str = "audit", **options: Any) -> CorrectionForm:
    """Return the form of a withdrawal as somebody has sent it."""
    sent = {
        "kind": "withdrawal", "subject": subject, "name": name, "on": "2026-02-01",
        **dict.fromkeys((f"wrong_{code}" for code in site_languages()), "Wrong."),
    }  # fmt: skip
    return CorrectionForm(sent, language="en", **options)


def test_a_lost_file_shows_nothing_until_the_workspace_is_opened_again(
    client: Client, town: Town, settings: Any, tmp_path: Path
) -> None:
    settings.CONVIVE_WORKSPACE = str(tmp_path)
    publish_lost_state()
    assert client.get("/en/").status_code == 200
    assert not (tmp_path / "media" / "public").exists()
    actions.begin_review(by=town.ana)
    town.audit(1)
    path = tmp_path / "media" / "public" / "editions.json"
    path.unlink()
    assert client.get("/en/").status_code == 503
    publish_lost_state()
    assert shown(client) == town.key(0)
    written = path.stat()
    publish_lost_state()
    assert path.stat() == written


def test_a_workspace_without_its_marker_is_not_opened_to_everybody_either(
    client: Client, town: Town, settings: Any
) -> None:
    actions.begin_review(by=town.ana)
    town.audit(1)
    (Path(settings.MEDIA_ROOT) / "public" / "editions.json").unlink()
    publish_lost_state()
    assert shown(client) == town.key(0)


def test_a_state_that_could_not_be_written_leaves_no_marker(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.CONVIVE_WORKSPACE = str(tmp_path / "media"), str(tmp_path)
    (tmp_path / "media" / "public" / "editions.json").mkdir(parents=True)
    with pytest.raises(StorageError, match="EDITIONS_NOT_WRITTEN"):
        public_state.write_state(public_state.PublicState())
    assert not public_state.was_written()
    assert [one.name for one in (tmp_path / "media" / "public").iterdir()] == ["editions.json"]


def test_beginning_the_review_publishes_no_word_that_nobody_has_looked_at(
    client: Client, town: Town
) -> None:
    actions.begin_review(by=town.ana)
    town.audit(1)
    draft = actions.offer_newest(timezone.now())
    assert draft is not None
    words = {"title": {"en": "Nobody has read this"}, "text": {"en": "A secret sentence."}}
    actions.write_edition(draft, words, timezone.now(), revision=draft.revision, by=town.ana)
    actions.ask_to_end_review(by=town.eva)
    actions.end_review(by=town.ben)
    before = client.get("/en/")
    actions.begin_review(by=town.eva)
    assert shown(client) == town.key(1)
    after = client.get("/en/")
    assert b"Nobody has read this" not in after.content
    assert after.content == before.content, "what was shown goes on being shown"
    draft.refresh_from_db()
    assert (draft.words, draft.words_aside, draft.is_before_review) == ({}, words, True)
    client.force_login(town.ana)
    page = client.get(f"/en/work/editions/{draft.key}/").content.decode()
    assert "Published before review began" in page
    assert "A secret sentence." in page, "what was written is not lost"
    assert "Published before review began" in client.get("/en/work/editions/").content.decode()


def told(who: Any) -> list[str]:
    return list(Notice.objects.filter(account=who).order_by("pk").values_list("code", flat=True))


def test_who_may_look_is_told_and_the_author_learns_what_became_of_it(town: Town) -> None:
    reader = make_account(Role.PARTNER)
    gone = make_account(Role.ANALYST, is_active=False)
    edition = town.second_edition()
    assert (told(town.ana), told(reader), told(gone)) == ([], [], [])
    assert told(town.ben) == told(town.eva) == ["edition_waits"]
    actions.approve_edition(edition, actions.seen_digest(edition), by=town.ben)
    assert told(town.ben) == [], "there is nothing left for him to do"
    edition.refresh_from_db()
    actions.return_edition(edition, "A word is missing.", by=town.eva)
    assert told(town.ana) == ["edition_returned"]
    assert told(town.eva) == []
    edition.refresh_from_db()
    actions.submit_edition(edition, revision=edition.revision, by=town.ana)
    edition.refresh_from_db()
    assert told(town.ben) == ["edition_waits"]
    town.approve(edition)
    assert told(town.ana) == ["edition_released"], "it is not back any more"
    assert tell_published(timezone.now()) == 0
    for _ in range(2):
        tell_published(timezone.now() + timedelta(days=3))
    assert told(town.ana)[-1:] == told(town.ben) == told(town.eva) == ["edition_published"]


def test_what_two_agreed_to_is_not_told_any_more_once_it_is_stopped(town: Town) -> None:
    edition = town.second_edition()
    town.approve(edition)
    assert told(town.ana) == ["edition_released"]
    actions.withdraw_edition(edition, {"en": "Not yet."}, by=town.eva)
    assert told(town.ana) == ["edition_returned"]


def test_of_an_edition_that_is_shown_already_nothing_is_told_as_still_to_come(town: Town) -> None:
    edition = town.second_edition()
    town.approve(edition)
    actions.ask_to_end_review(by=town.ana)
    actions.end_review(by=town.ben)
    actions.begin_review(by=town.ana)
    edition.refresh_from_db()
    assert edition.is_before_review
    assert told(town.ana) == []


def test_while_there_is_no_review_nobody_is_asked_to_look(town: Town) -> None:
    edition = town.second_edition()
    town.audit(0)  # so that the edition goes on waiting when the review begins again
    assert told(town.ben) == told(town.eva) == ["edition_waits"]
    actions.ask_to_end_review(by=town.ana)
    actions.end_review(by=town.ben)
    assert told(town.ben) == told(town.eva) == []
    actions.begin_review(by=town.ana)
    edition.refresh_from_db()
    assert edition.state == Edition.State.REVIEW
    assert told(town.ben) == told(town.eva) == ["edition_waits"]


def test_a_notice_leads_to_its_edition_and_says_nothing_of_it_in_the_letter(
    client: Client, town: Town
) -> None:
    edition = town.second_edition(title={"en": "Secret title"})
    client.force_login(town.ben)
    for language in ("en", "fr", "es", "it", "de", "pt", "nl"):
        page = client.get(reverse("notices", args=(language,))).content.decode()
        assert edition.key in page, language
        assert "notice.edition" not in page
    notice = Notice.objects.get(account=town.ben)
    assert client.get(notice.address).status_code == 200
    mail = Mail.objects.create(
        account=town.ben, kind=Mail.Kind.DIGEST, key="d", made_at=timezone.now(),
        changed_at=timezone.now(),
    )  # fmt: skip
    Notice.objects.filter(pk=notice.pk).update(mail=mail)
    letter = digest(mail)
    assert letter is not None
    assert letter.lines == ("one audit waits for your look",)


def test_who_may_not_open_editions_any_more_is_told_nothing_of_them(town: Town) -> None:
    town.second_edition()
    assert told(town.ben) == ["edition_waits"]
    set_roles(town.ben, {Role.PARTNER})
    assert told(town.ben) == []
