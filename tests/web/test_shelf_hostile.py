"""The shelf against those who mean it ill: in texts, numbers, questions, keys and addresses."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from convive.connectors.shelf_bundles import write_bundle
from convive.core.errors import ConflictError
from convive.core.shelf.bundle import Question
from convive.web.accounts.actions.people import invite
from convive.web.accounts.models import Account
from convive.web.notices.models import Notice
from convive.web.roles import Role
from convive.web.shelf.actions.memory import (
    check_entry,
    keep_action,
    shelf_changed,
    write_entry,
)
from convive.web.shelf.actions.publishing import ask_to_publish, confirm_publishing
from convive.web.shelf.actions.towns import MOST_WAITING, follow_town, take_file
from convive.web.shelf.models import Letter, OwnEntry, Proposal, ReceivedEntry
from convive.web.shelf.selectors.exchange import own_fingerprint
from convive.web.shelf.selectors.on_shelf import entries_now
from convive.web.staff.city import disclosure_now
from convive.web.workspace.models import ToldCount
from convive.wiring.shelf_parts import entry_as_json
from factories.shelf import KEY, bundle, entry
from factories.shelf_town import DAY, SAID, done_action, make_pack, shelved_entry, signed_in
from factories.web_objects.accounts import make_account
from factories.web_objects.delivery import make_entry
from factories.web_objects.strategy import make_objective

pytestmark = [pytest.mark.usefixtures("site", "pack"), pytest.mark.django_db]

SHELF = "/en/work/shelf"
EVIL = "\"'><img src=x onerror=alert(1)>{{ 7*7 }}{% load x %}javascript:alert(1)&lt;b&gt;"


@pytest.fixture
def pack(settings: Any, tmp_path: Path) -> Path:
    """The pack of the site."""
    return make_pack(settings, tmp_path)


# --- texts of other towns ------------------------------------------------------------------------


def poisoned() -> Any:
    """Return an entry with hostile words in every text that it has, past every check."""
    found = entry()
    practice = found.practice
    said: dict[str, Any] = {}
    for one in fields(practice):
        value = getattr(practice, one.name)
        if one.name in {"id", "status"} or one.name in {"kind", "category"}:
            continue
        if type(value) is str:
            said[one.name] = EVIL
        elif one.name in {"partners", "success_factors", "barriers", "contradictions", "aliases"}:
            said[one.name] = (EVIL,)
    said |= {
        "title": {"en": EVIL}, "summary": {"en": EVIL}, "cross_cutting": {"gender": EVIL},
        "grades": {"source_words": EVIL},
        "results": replace(practice.results, text=EVIL),
        "places": tuple(replace(one, name=EVIL) for one in practice.places),
    }  # fmt: skip
    told = [
        replace(one, city=EVIL, effect=EVIL, delivered=EVIL, went_wrong=EVIL, would_change=EVIL)
        for one in found.experiences
    ]
    gradings = tuple(
        replace(one, grade=EVIL, by=EVIL, note=EVIL, about=EVIL) for one in found.gradings
    )
    origin = replace(found.origin, name=EVIL)
    return replace(
        found, practice=replace(practice, **said), experiences=tuple(told), gradings=gradings,
        origin=origin,
    )  # fmt: skip


def test_nothing_that_another_town_writes_becomes_markup_or_a_link_to_anywhere() -> None:
    client = signed_in(Role.COORDINATOR)
    town = follow_town(EVIL[:100], entry().origin.publisher, "", by=None)
    kept = entry_as_json(poisoned())
    ReceivedEntry.objects.create(
        town=town, name=entry().practice.id, base=kept, kept=kept, note=EVIL
    )
    waiting = Proposal.objects.create(
        town=town, name="other", kind="new", sent=kept, digest="d" * 64, reason=EVIL
    )
    letter = Letter.objects.create(
        town=town, is_asked_here=False, code="q", about=f"{own_fingerprint()}/s.a", text=EVIL,
        language="en", on=DAY, contact="a@b.example", answer=EVIL, answer_language="en",
    )  # fmt: skip
    shelf_changed()
    ref = next(ref for ref in entries_now() if ref.endswith(f"/{entry().practice.id}"))
    for path in (
        f"/entries/{ref}/", f"/entries/{ref}/grade/", f"/entries/{ref}/ask/",
        f"/entries/{ref}/note/", f"/entries/{ref}/adopt/", "/?q=onerror", f"/?q={EVIL[:30]}",
        f"/exchange/towns/{town.pk}/", f"/exchange/proposals/{waiting.pk}/", "/exchange/",
        "/exchange/letters/", f"/exchange/letters/{letter.pk}/",
    ):  # fmt: skip
        response = client.get(f"{SHELF}{path}")
        assert response.status_code == 200, path
        page = response.content.decode()
        assert "<img" not in page, path
        assert not re.search(r"""(?:href|src)=["']?\s*javascript:""", page), path
        assert " onerror=alert(1)>" not in page, path
        assert "49" not in re.findall(r"javascript[^<]{0,40}", page), path


def test_a_poisoned_entry_that_is_adopted_stays_text_in_pages_and_documents() -> None:
    client = signed_in(Role.COORDINATOR)
    town = follow_town("Harbour", entry().origin.publisher, "", by=None)
    kept = entry_as_json(poisoned())
    ReceivedEntry.objects.create(town=town, name=entry().practice.id, base=kept, kept=kept)
    shelf_changed()
    ref = next(ref for ref in entries_now() if ref.endswith(f"/{entry().practice.id}"))
    objective = make_objective()
    answer = client.post(f"{SHELF}/entries/{ref}/adopt/", {"objective": objective.pk})
    assert answer.status_code == 302
    page = client.get(answer.headers["Location"]).content.decode()
    assert "onerror=alert(1)&gt;" in page
    assert "<img" not in page


# --- small numbers -------------------------------------------------------------------------------


def counted(action: Any, n: int, key: str) -> None:
    make_entry(action, key=key, reached={"women": n})


def told_numbers(own: OwnEntry) -> list[int]:
    """Return the women that were told of, version after version."""
    texts = [one.content["experiences"][0]["delivered"] for one in own.versions.order_by("version")]
    return [int(n) for text in texts for n in re.findall(r"Mujeres[^0-9]*(\d+)", text)]


def checked_again(own: OwnEntry, what: str) -> None:
    writer, second = make_account(Role.ANALYST), make_account(Role.COORDINATOR)
    own.refresh_from_db()
    kept = write_entry(own, SAID | {"effect": what}, number=own.number, today=DAY, by=writer)
    check_entry(kept, number=kept.number, today=DAY, by=second)


def test_two_versions_of_an_entry_never_differ_by_a_few_people() -> None:
    floor = disclosure_now().min_count
    assert floor > 1
    action = done_action()
    counted(action, 40, "k1")
    own = shelved_entry(action)
    for step, more in enumerate((1, 1, floor, 1)):
        counted(action, more, f"m{step}")
        checked_again(own, f"Effect {step}.")
    told = told_numbers(own)
    assert len(told) == 5
    assert told[0] == 40
    assert all(a == b or abs(a - b) >= floor for a in told for b in told), told
    assert told[-1] > told[0], "what has changed by enough is told"


def test_the_public_plan_and_the_shelf_tell_the_same_number() -> None:
    action = done_action()
    counted(action, 40, "k1")
    ToldCount.objects.create(action=action.code, group="women", n=39, on=DAY)
    own = shelved_entry(action)
    assert told_numbers(own) == [39], "the plan has told 39 before"
    assert ToldCount.objects.filter(action=action.code, group="women").count() == 1


def test_what_is_told_on_the_shelf_binds_the_public_plan() -> None:
    action = done_action()
    counted(action, 40, "k1")
    shelved_entry(action)
    assert ToldCount.objects.get(action=action.code, group="women").n == 40


def test_a_draft_that_became_telling_meanwhile_is_written_anew_first() -> None:
    action = done_action()
    counted(action, 40, "k1")
    writer = make_account(Role.ANALYST)
    own = keep_action(action, today=DAY, by=writer)
    own = write_entry(own, SAID, number=own.number, today=DAY, by=writer)
    ToldCount.objects.create(action=action.code, group="women", n=38, on=DAY)
    with pytest.raises(ConflictError, match="SHELF_COUNTS_MOVED_ON"):
        check_entry(own, number=own.number, today=DAY, by=make_account(Role.COORDINATOR))
    own = write_entry(own, SAID, number=own.number, today=DAY, by=writer)
    check_entry(own, number=own.number, today=DAY, by=make_account(Role.COORDINATOR))
    assert told_numbers(own) == [38]


# --- questions -----------------------------------------------------------------------------------


def asking(n: int, sequence: int) -> bytes:
    about = f"{own_fingerprint()}/s.a"
    questions = tuple(Question(f"q{sequence}-{i}", about, "How many?", "en", DAY) for i in range(n))
    made = replace(bundle(entry()), questions=questions, sequence=sequence)
    return write_bundle(made, KEY)


def test_a_town_that_floods_with_questions_is_heard_so_far_and_no_further() -> None:
    make_account(Role.COORDINATOR)
    follow_town("Harbour", entry().origin.publisher, "", by=None)
    first = take_file(asking(120, 10), "b.json", today=timezone.localdate(), by=None)
    assert (first.n_letters, Letter.objects.count()) == (MOST_WAITING, MOST_WAITING)
    assert [one.code for one in first.problems] == ["SHELF_LETTERS_WAIT"]
    assert (
        Notice.objects.filter(code="shelf_question").count()
        == Notice.objects.filter(code="shelf_question").values("account").distinct().count()
    ), "one notice for all of them"
    take_file(asking(120, 11), "b.json", today=timezone.localdate(), by=None)
    assert Letter.objects.count() == MOST_WAITING
    Letter.objects.filter(pk=Letter.objects.first().pk).update(answer="Ten.")
    third = take_file(asking(120, 12), "b.json", today=timezone.localdate(), by=None)
    assert third.n_letters == 1


@pytest.mark.parametrize("text", ["One line\r\nand another", "Word\ufeff", "ab\u202ecd", "nul\x00"])
def test_no_letter_can_stop_the_town_from_publishing(text: str) -> None:
    client = signed_in(Role.COORDINATOR)
    shelved_entry()
    follow_town("Harbour", entry().origin.publisher, "", by=None)
    take_file(write_bundle(bundle(entry()), KEY), "b.json", today=timezone.localdate(), by=None)
    waiting = Proposal.objects.get()
    client.post(f"{SHELF}/exchange/proposals/{waiting.pk}/")
    ref = next(one for one in entries_now() if one.endswith(f"/{entry().practice.id}"))
    client.post(f"{SHELF}/entries/{ref}/ask/", {"text": text})
    kept = Letter.objects.filter(is_asked_here=True).values_list("text", flat=True)
    assert all("\r" not in one for one in kept)
    answer = client.post(f"{SHELF}/exchange/publish/file/")
    assert answer.status_code == 200
    assert b"convive-shelf" in b"".join(
        answer.streaming_content if answer.streaming else [answer.content]
    )


# --- people --------------------------------------------------------------------------------------


def test_two_accounts_of_one_person_do_not_publish() -> None:
    first = make_account(Role.COORDINATOR)
    puppet, _ = invite(
        "puppet@example.org", name="P", language="en", roles=[Role.COORDINATOR], by=first
    )
    ask_to_publish(by=first)
    with pytest.raises(ConflictError, match="AGREEMENT_NOT_TWO"):
        confirm_publishing(by=Account.objects.get(pk=puppet.pk))


# --- addresses and requests ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/entries/..%2f..%2fetc/passwd/", "/entries/own/..%2f..%2frestricted%2fshelf.key/",
        "/entries/convive/%00/", "/cards/..%2f..%2fsecret/", "/entries/own/....//key/",
    ],
)  # fmt: skip
def test_addresses_lead_to_no_file(path: str) -> None:
    assert signed_in(Role.COORDINATOR).get(f"{SHELF}{path}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/shelf/bundle-../../restricted/shelf.key.json", "/shelf/bundle--1.json"]
)
def test_public_addresses_lead_to_no_other_file(path: str) -> None:
    assert Client(headers={"host": "localhost"}).get(path).status_code == 404


def test_nothing_is_changed_without_the_token_of_the_page() -> None:
    client = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    client.force_login(make_account(Role.COORDINATOR))
    action = done_action()
    for path in (
        "/entries/convive/a_vos_cotes/adopt/", "/entries/convive/a_vos_cotes/grade/",
        f"/memory/keep/{action.strategy.code}/{action.code}/", "/exchange/towns/new/",
        "/exchange/import/", "/exchange/publish/", "/exchange/publish/file/",
    ):  # fmt: skip
        assert client.post(f"{SHELF}{path}").status_code == 403, path
    assert not OwnEntry.objects.exists()
