"""Milestones: reached, or put off with a reason; each in one step, as a revision of the action."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from convive.core.errors import ConflictError
from convive.web.workspace.actions.progress import refresh_action
from convive.web.workspace.actions.revise import revise
from convive.web.workspace.editable import ROWS
from convive.web.workspace.models import Action, Milestone


@transaction.atomic
def reach(action: Action, number: int, *, on: date, by: Any) -> None:
    """Say that a milestone is reached.

    Raises
    ------
    ConflictError
        MILESTONE_CHANGED where somebody has changed it meanwhile.
    """
    _change(action, number, {"done_on": on}, today=on, by=by, note="")


@transaction.atomic
def postpone(
    action: Action, number: int, until: date, *, reason: str, today: date, by: Any
) -> None:
    """Put a milestone off to another day, and say why; the old day is kept by the revision.

    Raises
    ------
    ConflictError
        MILESTONE_CHANGED where somebody has changed it meanwhile.
    """
    _change(action, number, {"due": until}, today=today, by=by, note=reason)


def _change(
    action: Action, number: int, change: dict[str, Any], *, today: date, by: Any, note: str
) -> None:
    locked = Action.objects.select_for_update().get(pk=action.pk)
    rows = {one.pk: _row(one) for one in locked.milestones.all()}
    if number not in rows:
        raise ConflictError("MILESTONE_CHANGED")
    rows[number] |= change
    revise(locked, {"milestones": list(rows.values())}, version=locked.version, by=by, note=note)
    refresh_action(locked, today=today)


def _row(one: Milestone) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ROWS[Milestone]}
