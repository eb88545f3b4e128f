"""What somebody may not know of is nowhere: no list, count, search, file, calendar or notice."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from convive.web.accounts.models import Account
from convive.web.rights.models import Agreement, RestrictedRead
from convive.web.roles import Role
from convive.web.workspace.actions.calendar_keys import renew_key
from convive.web.workspace.actions.meetings import convene
from convive.web.workspace.actions.minutes import (
    Promised,
    Written,
    add_commitment,
    add_decision,
    write_minutes,
)
from convive.web.workspace.actions.spending import Spent, note_spending
from convive.web.workspace.clock import today
from factories import partnership
from factories.web_objects import rights
from factories.web_objects.accounts import make_account
from factories.web_objects.delivery import TODAY, make_entry, make_running, new_key
from factories.web_objects.strategy import make_objective

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]
MARK = "zxqmark"
"""Stands in everything that belongs to others alone."""
PAGES = (
    "", "partners/", "bodies/", "meetings/", "commitments/", "commitments/?show=all",
    "commitments/?show=done", "calendar/", "notices/", "strategies/", "diary/", "diary/entries/",
    "diary/entries/diary.csv", "diary/entries/diary.xlsx", "agreements/", "evidence/",
    f"diary/entries/?q={MARK}",
)  # fmt: skip
OF_STRATEGY = (
    "", "actions/", f"actions/?q={MARK}", "print/", "orphans/", "lights/", "lights/changes/",
    "money/", "money/sheet.csv", "money/sheet.xlsx", "places/", "areas/", "coverage/", "balance/",
    "balance/print/", "balance.xlsx", "plan.json", "plan.xlsx", "plan.docx", "actions/theirs/",
    "actions/theirs/spending/", "brief/", "brief.docx",
)  # fmt: skip


@pytest.fixture
def theirs() -> dict[str, Any]:
    """Work of one organisation: an action, a meeting, an agreement, marked all over."""
    own = partnership.organisation("works")
    lines = [
        {"year": 2026, "amount": Decimal(1000), "payer": "municipality", "note": f"{MARK} budget"}
    ]
    action = make_running(
        "theirs", make_objective(), lead=own, title="Light the passages", budget=lines,
        evidence_note=f"{MARK} evidence",
        risks=[{"text": f"{MARK} risk", "likelihood": 2, "impact": 2, "answer": f"{MARK} answer"}],
    )  # fmt: skip
    make_entry(action, organisation=own, note=f"{MARK} diary")
    note_spending(
        action, Spent(TODAY, Decimal(777), f"{MARK} bill"), key=new_key(), today=TODAY, by=None
    )
    body = partnership.body(own, name=f"{MARK} board")
    held = convene(partnership.meeting(body), by=None)
    item = held.items.first()
    assert item is not None
    write_minutes(held, Written(item.pk, f"{MARK} minutes", item.version), by=None)
    decision = add_decision(item, f"{MARK} decision", actions=[action], by=None)
    due = today() + timedelta(days=3)
    promised = Promised(f"{MARK} promise", own, due, action, decision, item)
    commitment = add_commitment(held, promised, by=None)
    agreement = rights.agreement(own, title=f"{MARK} agreement", contact=f"{MARK} office")
    return {"action": action, "meeting": held, "decision": decision, "own": own,
            "commitment": commitment, "agreement": agreement}  # fmt: skip


def plain(response: Any) -> str:
    """Return everything that an answer says: headers, text, the parts of a workbook or document."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    said = repr(response.headers).encode() + body
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            said += b"".join(parts.read(name) + name.encode() for name in parts.namelist())
    return said.decode("utf-8", "replace").casefold()


def told(account: Account, addresses: list[str]) -> dict[str, str]:
    """Return what each address says to somebody, the marked search words taken out."""
    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    found = {}
    for address in addresses:
        response = client.get(address)
        assert response.status_code in {200, 302, 303, 403, 404}, (address, response.status_code)
        said = plain(response).replace(f'value="{MARK}"', "")
        # What was asked for is repeated in the links to other languages.
        found[address] = said.replace(address.removeprefix("/en/").casefold(), "")
    return found


def addresses_of(theirs: dict[str, Any]) -> list[str]:
    code = theirs["action"].strategy.code
    meeting, agreement = theirs["meeting"].code, theirs["agreement"]
    return [
        *(f"/en/work/{page}" for page in PAGES),
        *(f"/en/work/strategies/{code}/{page}" for page in OF_STRATEGY),
        f"/en/work/meetings/of/{meeting}/", f"/en/work/meetings/of/{meeting}/meeting.ics",
        f"/en/work/meetings/of/{meeting}/papers/pack.docx",
        f"/en/work/meetings/of/{meeting}/papers/minutes.docx",
        f"/en/work/decisions/{theirs['decision'].code}/",
        f"/en/work/commitments/{theirs['commitment'].code}/",
        f"/en/work/agreements/{agreement.code}/{agreement.version}/",
        f"/en/work/agreements/{agreement.code}/{agreement.version}/file/",
    ]  # fmt: skip


def feed_of(account: Account) -> str:
    return plain(
        Client(headers={"host": "localhost"}).get(f"/en/calendar/{renew_key(account)}.ics")
    )


def test_the_mark_is_seen_by_those_who_may(theirs: dict[str, Any]) -> None:
    ana = make_account(Role.COORDINATOR, Role.PARTNER, organisation=theirs["own"])
    seen = told(ana, addresses_of(theirs))
    where = {address for address, said in seen.items() if MARK in said}
    code = theirs["action"].strategy.code
    assert f"/en/work/strategies/{code}/plan.json" in where
    assert f"/en/work/strategies/{code}/actions/theirs/" in where
    assert "/en/work/diary/entries/diary.csv" in where
    assert len(where) > 12
    assert MARK in feed_of(ana)


@pytest.mark.parametrize(
    "who", ["partner of others", "ended agreement", "reader", "without a role"]
)
def test_others_find_the_mark_nowhere(theirs: dict[str, Any], who: str) -> None:
    account = _account(who)
    seen = told(account, addresses_of(theirs))
    assert [address for address, said in seen.items() if MARK in said] == []
    assert MARK not in feed_of(account)


@pytest.mark.parametrize("who", ["partner of others", "ended agreement", "reader"])
def test_what_was_spent_by_others_is_no_sum_either(theirs: dict[str, Any], who: str) -> None:
    seen = told(_account(who), addresses_of(theirs))
    assert [address for address, said in seen.items() if "777" in said and "money" in address] == []


def test_an_ended_agreement_is_in_no_list_count_or_file() -> None:
    account = _account("ended agreement")
    source = rights.incident_source()
    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    client.post(
        f"/en/work/evidence/source/{source}/reason/", {"reason": "meeting", "reference": "1"}
    )
    for path in ("", "csv/", "xlsx/"):
        response = client.get(f"/en/work/evidence/source/{source}/{path}", follow=True)
        assert response.headers["Content-Type"].startswith("text/html")
        assert b"<table" not in response.content
    assert RestrictedRead.objects.count() == 0


def _account(who: str) -> Account:
    if who == "reader":
        return make_account(Role.READER)
    if who == "without a role":
        return make_account()
    others = rights.organisation("Some others")
    if who == "ended agreement":
        rights.agreement(others, valid_until=date(2021, 12, 31), title="An ended one")
        assert Agreement.objects.filter(uses=others).exists()
    return make_account(Role.PARTNER, organisation=others)
