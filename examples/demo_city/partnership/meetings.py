"""Meetings of the invented town: past ones with minutes, decisions and commitments; the next."""

from __future__ import annotations

# ruff: noqa: PLC0415 - Django is there only when the workspace is open
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from .days import Days, told

Known = Mapping[str, Any]
_LENGTH = timedelta(hours=2)
_BEFORE = timedelta(days=7)
"""So long before a meeting its agenda is made."""


def hold_meetings(plan: Any, bodies: Known, known: Known, days: Days) -> None:
    """Hold the past meetings one after the other, and plan the next ones."""
    from convive.web.workspace.actions.meetings import convene, plan_next
    from convive.web.workspace.clock import kept
    from convive.web.workspace.models import Action

    actions = {one.title: one for one in Action.objects.filter(strategy=plan)}
    raw = told("meetings")
    for one in raw["meetings"]:
        if days.on(one["day"]) < days.today:
            _hold(one, plan, bodies[one["body"]], {"known": known, "actions": actions}, days)
    now = kept(datetime.combine(days.today, time(9)))
    for code in raw["next"]:
        made, _ = plan_next(bodies[code], now=now, by=None)
        convene(made, by=None)


def _hold(raw: Mapping[str, Any], plan: Any, body: Any, names: Known, days: Days) -> None:
    from convive.web.workspace.actions.meetings import convene, finalise, plan_meeting
    from convive.web.workspace.actions.minutes import Written, set_attendance, write_minutes

    start = days.at(raw["day"], raw["hour"])
    fields = {
        "title": body.name, "starts_at": start, "ends_at": start + _LENGTH, "place": raw["place"],
        "strategy": plan,
    }  # fmt: skip
    made = convene(plan_meeting(body, fields, now=start - _BEFORE, by=None), by=None)
    away = {names["known"][code].pk for code in raw["away"]}
    seats = body.members.values_list("organisation_id", flat=True)
    set_attendance(made, {pk: pk not in away for pk in seats}, by=None)
    item = made.items.filter(kind="actions").first() or made.items.first()
    write_minutes(made, Written(item.pk, raw["said"], item.version), by=None)
    _agree(raw, made, item, names, days)
    finalise(made, today=days.today, by=None)


def _agree(raw: Mapping[str, Any], made: Any, item: Any, names: Known, days: Days) -> None:
    """Keep what was decided and promised, and what has been reported since."""
    from convive.web.workspace.actions.commitments import report_done
    from convive.web.workspace.actions.minutes import Promised, add_commitment, add_decision

    decided = {}
    for one in raw["decisions"]:
        action = names["actions"][one["action"]]
        decided[action.pk] = add_decision(item, one["text"], actions=[action], by=None)
    first = next(iter(decided.values()), None)
    for one in raw["commitments"]:
        action = names["actions"].get(one.get("action", ""))
        decision = decided.get(action.pk, first) if action else first
        promised = Promised(
            one["text"], names["known"][one["owner"]], days.on(one["due"]), action, decision, item
        )
        kept = add_commitment(made, promised, by=None)
        if "done" in one and days.on(one["done"]) <= days.today:
            report_done(kept, "", on=days.on(one["done"]), by=None)
