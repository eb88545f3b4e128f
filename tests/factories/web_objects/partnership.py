"""Partners, bodies, meetings in the state that each address needs."""

from __future__ import annotations

from typing import Any

from convive.web.roles import Role
from convive.web.workspace.actions.calendar_keys import renew_key
from convive.web.workspace.actions.minutes import add_decision
from factories import partnership
from factories.web_objects.accounts import make_account


def _meeting(state: str = "planned") -> dict[str, Any]:
    return {"code": partnership.meeting(state=state).code}


def _item() -> dict[str, Any]:
    made = partnership.meeting()
    return {"code": made.code, "item_id": made.items.all()[1].pk}


def _decision() -> dict[str, Any]:
    item = partnership.meeting(state="convened").items.first()
    assert item is not None
    return {"code": add_decision(item, "Light the passage", by=None).code}


def _body() -> dict[str, Any]:
    return {"code": partnership.body(partnership.organisation()).code}


def _commitment() -> dict[str, Any]:
    return {"code": partnership.commitment().code}


def _feed() -> dict[str, Any]:
    return {"token": renew_key(make_account(Role.PARTNER))}


BUILDERS = {
    "partner": lambda: {"code": partnership.organisation().code},
    "body": _body, "body-edit": _body, "body-seats": _body, "body-meet": _body,
    "meeting-new": _body, "meeting": _meeting, "meeting-edit": _meeting,
    "meeting-convene": _meeting, "meeting-cancel": _meeting, "meeting-agenda": _meeting,
    "meeting-renew": _meeting, "meeting-minutes": _meeting, "meeting-minutes-save": _meeting,
    "meeting-finalise": lambda: _meeting("held"),
    "meeting-paper": lambda: _meeting() | {"paper": "pack", "kind": "docx"},
    "meeting-ics": _meeting,
    "agenda-item": _item, "agenda-item-move": _item, "agenda-item-remove": _item,
    "commitment": _commitment, "commitment-done": _commitment, "commitment-drop": _commitment,
    "commitment-reopen": _commitment, "decision": _decision, "calendar-feed": _feed,
}  # fmt: skip
FOR_MEMBERS = frozenset({
    "body", "meeting", "meeting-paper", "meeting-ics", "commitment", "commitment-done", "decision",
})  # fmt: skip
"""Addresses of objects that only editors and members of a body may know of."""
FOR_OWN = frozenset({"body", "commitment", "commitment-done", "decision"})
"""Of these, what a partner with a seat (or a promise) finds; a planned meeting nobody does yet."""
