"""Two installations exchange, change and merge an entry through their pages."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from convive.app.shelf.ports import MOST_BUNDLE_BYTES
from convive.web.accounts.models import Account
from convive.web.jobs.models import Run
from convive.web.jobs.worker import Worker
from convive.web.notices.models import Notice
from convive.web.roles import Role
from convive.web.shelf.models import Letter, OwnEntry, PartnerTown, Proposal, ReceivedEntry
from convive.web.shelf.selectors.exchange import own_fingerprint
from convive.web.shelf.selectors.on_shelf import entries_now, find_entry
from factories import databases
from factories.shelf_town import SAID, make_pack, proposals, shelved_entry, signed_in
from factories.web_objects.accounts import make_account

pytestmark = [pytest.mark.usefixtures("site")]
SHELF = "/en/work/shelf"


@dataclass
class Installation:
    """A town with its own database, pack and keys."""

    database: dict[str, Any]
    folder: Path
    settings: Any

    @property
    def public(self) -> Path:
        """Where what it publishes lies."""
        return self.folder / "workspace" / "media" / "public" / "shelf"

    @contextmanager
    def here(self) -> Iterator[Client]:
        """Be in this town, as a coordinator."""
        make_pack(self.settings, self.folder)
        with databases.swapped(self.database):
            account = Account.objects.filter(email="c@example.org").first()
            account = account or make_account(Role.COORDINATOR, email="c@example.org")
            client = Client(headers={"host": "localhost"})
            client.force_login(account)
            yield client


@pytest.fixture(scope="module")
def sqlite(workspace_template: Path) -> databases.SqliteFiles:
    return databases.SqliteFiles(workspace_template)


@pytest.fixture
def towns(
    sqlite: Any, tmp_path: Path, settings: Any, django_db_blocker: Any
) -> Iterator[tuple[Installation, Installation]]:
    """Two installations; the first has an experience on its shelf."""
    made = []
    with django_db_blocker.unblock():
        for name in ("harbour", "hill"):
            (tmp_path / name).mkdir()
            with sqlite.fresh(tmp_path / name) as database:
                made.append(Installation(database, tmp_path / name, settings))
        with made[0].here():
            shelved_entry()
        yield made[0], made[1]


def published(client: Client, contact: str = "") -> bytes:
    """Choose everything, and take the bundle as a file."""
    chosen = [one.pk for one in OwnEntry.objects.filter(content__isnull=False, is_withdrawn=False)]
    answer = client.post(f"{SHELF}/exchange/publish/", {"entries": chosen, "contact": contact})
    assert answer.status_code == 302
    answer = client.post(f"{SHELF}/exchange/publish/file/")
    assert answer.headers["Content-Disposition"].startswith("attachment"), answer
    return answer.content


def follow(client: Client, fingerprint: str, feed: str = "") -> PartnerTown:
    """Follow a town whose fingerprint was compared."""
    sent = {"name": "Harbour", "fingerprint": fingerprint, "feed": feed, "is_compared": "on"}
    client.post(f"{SHELF}/exchange/towns/new/", sent)
    return PartnerTown.objects.get(fingerprint=fingerprint)


def hand_in(client: Client, content: bytes) -> Any:
    """Upload a bundle."""
    file = SimpleUploadedFile("bundle.json", content, content_type="application/json")
    return client.post(f"{SHELF}/exchange/import/", {"file": file})


def rewritten(client: Client, **said: str) -> None:
    """Write the experience anew and have it checked."""
    own = OwnEntry.objects.get()
    sent = SAID | said | {"number": own.number}
    assert client.post(f"{SHELF}/memory/{own.pk}/edit/", sent).status_code == 302
    own.refresh_from_db()
    other = signed_in(Role.ANALYST)
    other.post(f"{SHELF}/memory/{own.pk}/check/", {"number": own.number})


def accepted_here(client: Client, key: str, content: bytes) -> None:
    """Hand a first bundle in, accept its entry, note something, and know some things better."""
    assert hand_in(client, content).status_code == 302
    (new,) = proposals()
    assert not ReceivedEntry.objects.exists(), "nothing stands here before somebody accepts it"
    page = client.get(f"{SHELF}/exchange/proposals/{new.pk}/").content.decode()
    assert "The lamps were stolen twice." in page
    client.post(f"{SHELF}/exchange/proposals/{new.pk}/")
    note = f"{SHELF}/entries/{key}/s.a/note/"
    assert client.post(note, {"text": "Ask about theft."}).status_code == 302
    row = ReceivedEntry.objects.get()
    row.kept["practice"] |= {"resources": "and a crane", "problem": "Dark passages, here too."}
    row.save()


def test_an_entry_travels_is_changed_on_both_sides_and_merged(
    towns: tuple[Installation, Installation],
) -> None:
    harbour, hill = towns
    with harbour.here() as client:
        first, key = published(client, "safety@harbour.example"), own_fingerprint()
    with hill.here() as client:
        follow(client, key)
        accepted_here(client, key, first)
        assert Notice.objects.filter(code="shelf_proposals").exists()
        entry = entries_now()[f"{key}/s.a"]
        assert entry.experiences[0].contact == "safety@harbour.example"
    with harbour.here() as client:
        rewritten(client, problem="Dark passages and no lamps.", mechanism="Light.")
        second = published(client, "safety@harbour.example")
    with hill.here() as client:
        assert hand_in(client, second).status_code == 302
        (changed,) = proposals()
        address = f"{SHELF}/exchange/proposals/{changed.pk}/"
        assert "Both sides changed this" in client.get(address).content.decode()
        client.post(address)
        assert proposals(), "a clash is decided by a person"
        client.post(address, {"field:problem": "kept"})
        found = find_entry(key, "s.a")
        assert found is not None
        practice = found.practice
        assert (practice.problem, practice.mechanism) == ("Dark passages, here too.", "Light.")
        assert (practice.resources, practice.version) == ("and a crane", 2)
        assert ReceivedEntry.objects.get().note == "Ask about theft."
        assert not proposals()


def test_what_a_town_withdraws_is_marked_and_stays(
    towns: tuple[Installation, Installation],
) -> None:
    harbour, hill = towns
    with harbour.here() as client:
        first, key = published(client), own_fingerprint()
        client.post(f"{SHELF}/memory/{OwnEntry.objects.get().pk}/withdraw/")
        later = published(client)
    with hill.here() as client:
        follow(client, key)
        accepted_here(client, key, first)
        hand_in(client, later)
        (gone,) = proposals()
        assert gone.kind == "withdrawn"
        client.post(f"{SHELF}/exchange/proposals/{gone.pk}/")
        page = client.get(f"{SHELF}/entries/{key}/s.a/").content.decode()
        assert "no longer stands by it" in page
        assert "Ask about theft." in page


def test_what_is_rejected_is_not_proposed_again_until_it_changes(
    towns: tuple[Installation, Installation],
) -> None:
    harbour, hill = towns
    with harbour.here() as client:
        first, key = published(client), own_fingerprint()
    with hill.here() as client:
        town = follow(client, key)
        hand_in(client, first)
        (new,) = proposals(town)
        address = f"{SHELF}/exchange/proposals/{new.pk}/reject/"
        assert "form" in client.post(address, {"answer": ""}).content.decode()
        client.post(address, {"answer": "Nothing for us."})
        new.refresh_from_db()
        assert (new.state, new.answer) == ("rejected", "Nothing for us.")
    with harbour.here() as client:
        second = published(client, "office@harbour.example")
        rewritten(client, went_wrong="Everything.")
        third = published(client, "office@harbour.example")
    with hill.here() as client:
        hand_in(client, second)
        assert proposals(town), "the contact has changed"
        hand_in(client, third)
        assert len(proposals(town)) == 1
        assert Proposal.objects.filter(state="replaced").count() == 1


def test_forged_replayed_oversized_and_unknown_files_are_refused(
    towns: tuple[Installation, Installation],
) -> None:
    harbour, hill = towns
    with harbour.here() as client:
        first, key = published(client), own_fingerprint()
        rewritten(client, went_wrong="Everything.")
        second = published(client)
        assert "came back" in hand_in(client, first).content.decode()
    with hill.here() as client:
        answer = hand_in(client, second)
        assert answer.status_code == 422
        assert "Nobody here has decided to listen" in answer.content.decode()
        follow(client, key)
        forged = second.replace(b"Everything.", b"Nothing at.")
        assert forged != second
        for content, said in ((forged, "changed or forged"), (b"{", "no bundle"),
                              (b"<script>alert(1)</script>", "no bundle"),
                              (b"x" * (MOST_BUNDLE_BYTES + 1), "Larger than 5 MB")):  # fmt: skip
            page = hand_in(client, content).content.decode()
            assert said in page, said
            assert "<script>alert" not in page
        assert hand_in(client, second).status_code == 302
        page = hand_in(client, first).content.decode()
        assert "as new or newer was read" in page
        assert len(proposals()) == 1
        assert not ReceivedEntry.objects.exists()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args, directory=str(folder))

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/feed.atom"
        server.shutdown()


def switched_on(client: Client) -> None:
    """Publish: asked for by one person, confirmed by another."""
    published(client)
    client.post(f"{SHELF}/exchange/publish/on/")
    client.post(f"{SHELF}/exchange/publish/confirm/")
    assert client.get("/shelf/feed.atom").status_code == 404, "one person alone does not"
    signed_in(Role.DATA_PROTECTION).post(f"{SHELF}/exchange/publish/confirm/")


def looked_at(client: Client, town: PartnerTown) -> PartnerTown:
    """Have a worker look at a town's feed."""
    client.post(f"{SHELF}/exchange/towns/{town.pk}/look/")
    Worker().empty()
    assert not Run.objects.filter(state="failed").exists()
    town.refresh_from_db()
    return town


def test_a_shelf_is_public_only_while_two_people_want_it(
    towns: tuple[Installation, Installation],
) -> None:
    harbour, _ = towns
    with harbour.here() as client:
        assert client.get("/shelf/feed.atom").status_code == 404
        switched_on(client)
        answer = client.get("/shelf/feed.atom")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=300")
        assert b"s.a" in answer.content
        again = client.get("/shelf/feed.atom", headers={"if-none-match": answer.headers["ETag"]})
        assert again.status_code == 304
        (file,) = harbour.public.glob("bundle-*.json")
        assert client.get(f"/shelf/{file.name}").content == file.read_bytes()
        signed_in(Role.DATA_PROTECTION).post(f"{SHELF}/exchange/publish/off/")
        assert client.get("/shelf/feed.atom").status_code == 404
        assert client.get(f"/shelf/{file.name}").status_code == 404


def test_a_feed_is_followed_and_what_was_forged_on_its_way_is_refused(
    towns: tuple[Installation, Installation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVIVE_SHELF_INNER", "1")
    harbour, hill = towns
    with harbour.here() as client:
        switched_on(client)
        key = own_fingerprint()
    (file,) = harbour.public.glob("bundle-*.json")
    with served(harbour.public) as feed, hill.here() as client:
        town = looked_at(client, follow(client, key, feed))
        assert (town.error, town.last_sequence > 0) == ("", True)
        (new,) = proposals(town)
        client.post(f"{SHELF}/exchange/proposals/{new.pk}/")
        PartnerTown.objects.update(tag="", last_sequence=0)
        file.write_bytes(file.read_bytes().replace(b"stolen twice", b"stolen never"))
        assert looked_at(client, town).error == "FEED_BUNDLE_REFUSED"
        page = client.get(f"{SHELF}/exchange/towns/{town.pk}/").content.decode()
        assert "changed or forged" in page
        file.write_bytes(b" " * (MOST_BUNDLE_BYTES + 1))
        assert looked_at(client, town).error == "FEED_TOO_LARGE"
        assert town.failures == 2
        assert not proposals(town)


def test_a_question_goes_out_and_its_answer_comes_back(
    towns: tuple[Installation, Installation],
) -> None:
    harbour, hill = towns
    with harbour.here() as client:
        first, key = published(client, "safety@harbour.example"), own_fingerprint()
    with hill.here() as client:
        follow(client, key)
        hand_in(client, first)
        client.post(f"{SHELF}/exchange/proposals/{proposals()[0].pk}/")
        ask = f"{SHELF}/entries/{key}/s.a/ask/"
        assert client.post(ask, {"text": "<script>x"}).status_code == 200
        assert client.post(ask, {"text": "Who mended them?"}).status_code == 302
        question, hill_key = published(client, "office@hill.example"), own_fingerprint()
    with harbour.here() as client:
        follow(client, hill_key)
        hand_in(client, question)
        letter = Letter.objects.get()
        page = client.get(f"{SHELF}/exchange/letters/{letter.pk}/").content.decode()
        assert "Who mended them?" in page
        assert f"{SHELF}/entries/own/s.a/" in page
        assert Notice.objects.filter(code="shelf_question").exists()
        client.post(f"{SHELF}/exchange/letters/{letter.pk}/", {"text": "The port."})
        answer = published(client, "safety@harbour.example")
    with hill.here() as client:
        hand_in(client, answer)
        letter = Letter.objects.get()
        assert (letter.answer, letter.answer_contact) == ("The port.", "safety@harbour.example")
        assert "The port." in client.get(f"{SHELF}/exchange/letters/{letter.pk}/").content.decode()
        assert b"Who mended" not in published(client), "answered: it need not travel on"


def test_hostile_words_of_another_town_are_words(
    towns: tuple[Installation, Installation],
) -> None:
    harbour, hill = towns
    hostile = 'javascript:alert(1) " onmouseover="x {{ 7*7 }} & < b>'
    with harbour.here() as client:
        rewritten(client, went_wrong=hostile)
        sent, key = published(client), own_fingerprint()
    with hill.here() as client:
        follow(client, key)
        hand_in(client, sent)
        (new,) = proposals()
        for _ in range(2):
            page = client.get(f"{SHELF}/exchange/proposals/{new.pk}/").content.decode()
            assert "&lt; b&gt;" in page
            assert '" onmouseover="x' not in page
            client.post(f"{SHELF}/exchange/proposals/{new.pk}/")
        page = client.get(f"{SHELF}/entries/{key}/s.a/").content.decode()
        assert "{{ 7*7 }} &amp; &lt; b&gt;" in page
        assert '" onmouseover="x' not in page
