"""Diary, spending, milestones, places, who answers for areas."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from convive.core.strategy.vocabulary import Delivery
from convive.web.workspace.actions.area_leads import make_lead
from convive.web.workspace.actions.diary import Told, write_entry
from convive.web.workspace.actions.places import Seen, make_place, note_seen
from convive.web.workspace.models import Action, AreaLead, DiaryEntry, PlaceProject, PlaceRecord
from factories.web_objects.strategy import make_action, make_organisation, make_strategy

TODAY = date(2026, 6, 1)
AREA = ("neighbourhood", "n08", "Molino")


def new_key() -> str:
    """Return the key of a form."""
    return str(uuid.uuid4())


def make_running(code: str = "a", objective: Any = None, **fields: Any) -> Action:
    """Make an action that runs since the beginning of the year."""
    given = {"state": "running", "starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31),
             "dose_unit": "hours", "dose_planned": 100.0}  # fmt: skip
    return make_action(objective, code=code, **(given | fields))


def make_entry(action: Action | None = None, key: str = "", **fields: Any) -> DiaryEntry:
    """Make an entry of the diary."""
    action = action or make_running(lead=make_organisation())
    organisation = fields.pop("organisation", None) or action.lead or make_organisation()
    given = {"organisation": organisation, "on": TODAY, "delivery": Delivery.AS_PLANNED}
    told = Told(**(given | fields))
    return write_entry(action, told, key=key or new_key(), today=max(TODAY, told.on), by=None)


def make_place_project(**fields: Any) -> PlaceProject:
    """Make a project for a place."""
    strategy = fields.pop("strategy", None) or make_strategy()
    given = {"name": "Mill square", "level": AREA[0], "area_id": AREA[1]}
    return make_place(strategy, given | fields, by=None)


def make_record(project: PlaceProject | None = None, **fields: Any) -> PlaceRecord:
    """Make a record of a place."""
    seen = Seen(**({"when": "before", "on": date(2026, 1, 5), "text": "Dark at six."} | fields))
    return note_seen(project or make_place_project(), seen, key=new_key(), by=None)


def make_area_lead(**fields: Any) -> AreaLead:
    """Make somebody answer for an area."""
    strategy = fields.pop("strategy", None) or make_strategy()
    given = {"organisation": make_organisation(), "year": 2026, "amount": 1000, "reason": "Need."}
    return make_lead(strategy, AREA, given | fields, by=None)


def _of_action() -> dict[str, Any]:
    action = make_running(lead=make_organisation())
    return {"code": action.strategy.code, "part": action.code}


def _of_milestone() -> dict[str, Any]:
    row = {"title": "Plan", "due": date(2026, 3, 1), "done_on": None}
    action = make_running(milestones=[row], lead=make_organisation())
    number = action.milestones.get().pk
    return {"code": action.strategy.code, "part": action.code, "number": number}


def _of_place() -> dict[str, Any]:
    place = make_place_project()
    return {"code": place.strategy.code, "part": place.code}


def _of_record() -> dict[str, Any]:
    record = make_record()
    place = record.project
    return {"code": place.strategy.code, "part": place.code, "number": record.pk}


def _of_lead() -> dict[str, Any]:
    lead = make_area_lead()
    return {"code": lead.strategy.code, "number": lead.pk}


def _of_strategy() -> dict[str, Any]:
    return {"code": make_strategy().code}


BUILDERS: dict[str, Any] = {
    "diary-entry": lambda: {"number": make_entry().pk},
    "diary-correct": lambda: {"number": make_entry().pk},
    "diary-file": lambda: {"kind": "csv"},
    **dict.fromkeys(("diary-write", "diary-send", "diary-of-action", "action-spending",
                     "action-spending-note"), _of_action),
    **dict.fromkeys(("milestone-done", "milestone-later"), _of_milestone),
    **dict.fromkeys(
        ("plan-lights", "plan-light-changes", "plan-money", "plan-money-import", "plan-places",
         "plan-place-new", "plan-areas", "area-lead-new"),
        _of_strategy,
    ),
    "plan-money-file": lambda: _of_strategy() | {"what": "sheet", "kind": "csv"},
    **dict.fromkeys(("plan-place", "plan-place-edit", "plan-place-record"), _of_place),
    "plan-place-strike": _of_record,
    "area-lead-edit": _of_lead,
}  # fmt: skip
FOR_OWN = frozenset({
    "action-spending", "action-spending-note", "diary-correct", "diary-entry", "diary-send",
    "diary-write", "milestone-done", "milestone-later",
})  # fmt: skip
"""Of actions that an organisation leads: others do not find them."""
