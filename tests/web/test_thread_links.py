"""From every page of the golden thread to every other in two clicks at most."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from convive.web.roles import Role
from convive.web.workspace.actions.findings import challenge_from_finding
from convive.web.workspace.actions.meetings import convene
from convive.web.workspace.actions.minutes import Promised, add_commitment, add_decision
from convive.web.workspace.clock import today
from convive.web.workspace.selectors.findings import published_findings
from factories import partnership
from factories.web_objects.accounts import make_account
from factories.web_objects.delivery import make_entry, make_running
from factories.web_objects.strategy import make_objective, make_strategy

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]
CHAIN = (
    "finding",
    "challenge",
    "objective",
    "action",
    "meeting",
    "decision",
    "commitment",
    "diary",
    "public",
)


@pytest.fixture
def thread() -> dict[str, str]:
    """One thread from a finding of the shown audit to an entry of a diary: its addresses."""
    ana = make_account(Role.COORDINATOR)
    strategy, own = make_strategy(), partnership.organisation("works")
    finding = published_findings()[0]["finding_id"]
    challenge = challenge_from_finding(strategy, finding, "en", by=ana)
    action = make_running("lamps", make_objective(challenge), lead=own)
    held = convene(partnership.meeting(partnership.body(own), by=ana), by=ana)
    held.strategy = strategy
    held.save(update_fields=["strategy"])
    item = held.items.first()
    assert item is not None
    decision = add_decision(item, "Light the passage", actions=[action], by=ana)
    promised = Promised("Order the poles", own, today() + timedelta(days=9), action, decision, item)
    commitment = add_commitment(held, promised, by=ana)
    entry = make_entry(action, organisation=own)
    plan = f"/en/work/strategies/{strategy.code}"
    return {
        "finding": f"{plan}/findings/{finding}/", "challenge": f"{plan}/challenges/{challenge.code}/",
        "objective": f"{plan}/objectives/o/", "action": f"{plan}/actions/lamps/",
        "meeting": f"/en/work/meetings/of/{held.code}/",
        "decision": f"/en/work/decisions/{decision.code}/",
        "commitment": f"/en/work/commitments/{commitment.code}/",
        "diary": f"/en/work/diary/entry/{entry.pk}/",
        "public": f"{plan}/publish/",
    }  # fmt: skip


@pytest.fixture
def links() -> Any:
    """Return the links of a page as a coordinator sees them, each page read once."""
    client = Client(headers={"host": "localhost"})
    client.force_login(make_account(Role.COORDINATOR))
    known: dict[str, set[str]] = {}

    def read(address: str) -> set[str]:
        if address not in known:
            response = client.get(address)
            is_page = (
                response.status_code == 200 and "text/html" in response.headers["Content-Type"]
            )
            said = response.content.decode() if is_page else ""
            found = re.findall(r'href="(/en/work/[^"#?]*)', said)
            known[address] = {one for one in found if one.endswith("/")}
        return known[address]

    return read


@pytest.mark.parametrize("start", CHAIN)
def test_two_clicks_lead_to_every_part(thread: dict[str, str], links: Any, start: str) -> None:
    first = links(thread[start])
    assert first, "the page is not there"
    wanted = {name: address for name, address in thread.items() if name != start}
    near = {name for name, address in wanted.items() if address in first}
    far = {
        name
        for name, address in wanted.items()
        if name not in near and not any(address in links(one) for one in sorted(first))
    }
    assert far == set()


def test_neighbours_are_one_click_away(thread: dict[str, str], links: Any) -> None:
    pairs = [("finding", "challenge"), ("challenge", "objective"), ("objective", "action"),
             ("decision", "meeting"), ("commitment", "decision"), ("commitment", "action"),
             ("diary", "action"), ("public", "action")]  # fmt: skip
    missing = [
        (here, there)
        for pair in pairs
        for here, there in (pair, pair[::-1])
        if thread[there] not in links(thread[here])
    ]
    assert missing == []
