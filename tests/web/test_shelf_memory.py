"""An action becomes an experience: written by one person, checked by another, found by everybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from convive.app.shelf.query import ShelfQuery
from convive.web.roles import Role
from convive.web.shelf.models import LocalGrading, OwnEntry
from convive.web.shelf.selectors.on_shelf import entries_now, find_entry, index_now
from factories.shelf_town import (
    DAY,
    SAID,
    done_action,
    draft_entry,
    make_pack,
    shelved_entry,
    signed_in,
)
from factories.web_objects.strategy import make_action, make_organisation

pytestmark = [pytest.mark.usefixtures("site", "pack"), pytest.mark.django_db]

SHELF = "/en/work/shelf/"


@pytest.fixture
def pack(settings: Any, tmp_path: Path) -> Path:
    """The pack of the site."""
    return make_pack(settings, tmp_path)


def test_an_experience_is_kept_completed_and_checked_by_somebody_else() -> None:
    action = done_action()
    writer, second = signed_in(Role.ANALYST), signed_in(Role.COORDINATOR)
    assert "Keep as an experience" in writer.get("/en/work/shelf/memory/").content.decode()
    answer = writer.post(f"/en/work/shelf/memory/keep/{action.strategy.code}/{action.code}/")
    own = OwnEntry.objects.get()
    assert answer.headers["Location"] == f"/en/work/shelf/memory/{own.pk}/edit/"
    page = writer.get(answer.headers["Location"]).content.decode()
    assert "Stopped early" in page
    assert "It worked" not in page, "no target has moved the wanted way"
    answer = writer.post(f"/en/work/shelf/memory/{own.pk}/edit/", SAID | {"number": own.number})
    assert answer.status_code == 302
    own.refresh_from_db()
    assert "own/s.a" not in entries_now()
    writer.post(f"/en/work/shelf/memory/{own.pk}/check/", {"number": own.number})
    own.refresh_from_db()
    assert own.content is None, "whoever wrote it does not check it"
    second.post(f"/en/work/shelf/memory/{own.pk}/check/", {"number": own.number})
    entry = entries_now()["own/s.a"]
    assert entry.experiences[0].went_wrong == SAID["went_wrong"]
    assert entry.practice.barriers == ("theft", "no electrician")
    assert (entry.practice.version, entry.practice.status) == (1, "checked")
    page = signed_in(Role.READER).get("/en/work/shelf/entries/own/s.a/").content.decode()
    assert "The lamps were stolen twice." in page
    assert "It did not work" in page


def test_an_own_entry_is_found_and_is_gone_when_withdrawn() -> None:
    own = shelved_entry()
    hits = index_now().search(ShelfQuery("lamps passages", "en")).hits
    assert "own/s.a" in [one.ref for one in hits[:5]]
    signed_in(Role.ANALYST).post(f"/en/work/shelf/memory/{own.pk}/withdraw/")
    hits = index_now().search(ShelfQuery("lamps passages", "en")).hits
    assert "own/s.a" not in [one.ref for one in hits]


def test_a_later_draft_leaves_the_shelf_as_it_is_until_it_is_checked() -> None:
    own = shelved_entry()
    client, other = signed_in(Role.ANALYST), signed_in(Role.COORDINATOR)
    later = SAID | {"went_wrong": "Also the ladder.", "number": own.number}
    assert client.post(f"/en/work/shelf/memory/{own.pk}/edit/", later).status_code == 302
    assert "ladder" not in str(entries_now()["own/s.a"])
    own.refresh_from_db()
    assert "ladder" in other.get(f"/en/work/shelf/memory/{own.pk}/").content.decode()
    other.post(f"/en/work/shelf/memory/{own.pk}/check/", {"number": own.number})
    entry = entries_now()["own/s.a"]
    assert (entry.practice.version, entry.experiences[0].went_wrong) == (2, "Also the ladder.")
    assert [one.version for one in own.versions.all()] == [2, 1]


def test_what_others_would_refuse_and_what_targets_do_not_bear_is_not_kept() -> None:
    own = draft_entry()
    client = signed_in(Role.ANALYST)
    sent = SAID | {"number": own.number}
    address = f"/en/work/shelf/memory/{own.pk}/edit/"
    page = client.post(address, sent | {"went_wrong": "<b>Lamps</b>"}).content.decode()
    assert "markup" in page
    assert "&lt;b&gt;Lamps" in page
    assert client.post(address, sent | {"verdict": "worked"}).status_code == 200
    page = client.post(address, sent | {"effect": ""}).content.decode()
    assert "Say what was found" in page
    page = client.post(address, sent | {"number": 1}).content.decode()
    assert "Somebody else has written meanwhile" in page
    own.refresh_from_db()
    assert own.said == SAID


def test_what_has_not_begun_is_not_told() -> None:
    action = make_action(state="planned")
    signed_in(Role.ANALYST).post(
        f"/en/work/shelf/memory/keep/{action.strategy.code}/{action.code}/"
    )
    assert not OwnEntry.objects.exists()


def test_grades_stand_beside_those_of_others() -> None:
    shelved_entry()
    town = make_organisation("town")
    client = signed_in(Role.ANALYST)
    page = client.get("/en/work/shelf/entries/own/s.a/grade/?scheme=maryland").content.decode()
    assert "Maryland" in page
    sent = {"scheme": "maryland", "grade_": "2", "by": town.pk, "on": DAY.isoformat(),
            "about": "Own evaluation 2026", "note": ""}  # fmt: skip
    address = "/en/work/shelf/entries/own/s.a/grade/"
    assert client.post(address, sent | {"grade_": "9"}).status_code == 200
    assert not LocalGrading.objects.exists()
    assert client.post(address, sent).status_code == 302
    entry = find_entry("own", "s.a")
    assert entry is not None
    assert [(one.scheme, one.grade, one.by) for one in entry.gradings] == [
        ("maryland", "2", "Town")
    ]
    assert "Own evaluation 2026" in client.get("/en/work/shelf/entries/own/s.a/").content.decode()


@pytest.mark.parametrize("language", ["en", "fr", "es", "it", "de", "pt", "nl"])
def test_every_page_is_there_in_every_language(language: str) -> None:
    own = shelved_entry()
    client = signed_in(Role.COORDINATOR)
    for page in ("memory/", f"memory/{own.pk}/", f"memory/{own.pk}/edit/", "exchange/",
                 "exchange/publish/", "exchange/import/", "exchange/towns/new/",
                 "exchange/letters/", "entries/own/s.a/", "entries/own/s.a/grade/"):  # fmt: skip
        answer = client.get(SHELF.replace("en", language, 1) + page)
        assert answer.status_code == 200, page
        assert "shelf." not in answer.content.decode().replace("shelf.css", ""), page
