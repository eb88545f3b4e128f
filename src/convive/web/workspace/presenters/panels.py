"""The workspace's panels of the home page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone

from convive.web.roles import EDITORS
from convive.web.staff.panels import Panel
from convive.web.workspace.clock import today
from convive.web.workspace.presenters.agenda import day_and_time, rows_of
from convive.web.workspace.presenters.first_steps import first_steps
from convive.web.workspace.presenters.links import action_address
from convive.web.workspace.selectors.commitments import own_open
from convive.web.workspace.selectors.home import (
    actions_waiting,
    bodies_to_convene,
    count_orphans,
    next_meetings,
    open_strategy,
    own_commitments,
)

Values = Mapping[str, Any] | None
_FEW = 4


def my_commitments(account: Any, language: str) -> Values:  # noqa: ARG001
    """What the own organisation has promised."""
    day = today()
    n, n_late = own_commitments(account, day)
    if not n:
        return None
    rows = [{"commitment": one, "is_late": one.due < day} for one in own_open(account)[:_FEW]]
    return {"n": n, "n_late": n_late, "rows": rows}


def my_meetings(account: Any, language: str) -> Values:
    """The next meetings that one sits in."""
    found = list(next_meetings(account, timezone.now())[:_FEW])
    return {"rows": rows_of(found, language)} if found else None


def my_diary(account: Any, language: str) -> Values:
    """Actions whose diary is silent."""
    found = actions_waiting(account, today())
    if not found:
        return None
    rows = [{"action": one, "address": action_address(language, one)} for one in found[:_FEW]]
    return {"n": len(found), "rows": rows}


def to_coordinate(account: Any, language: str) -> Values:  # noqa: ARG001
    """The monthly meeting by one click, and what hangs in the air."""
    bodies = [
        {"body": body, "code": code, "when": day_and_time(at, language) if at else ""}
        for body, code, at in bodies_to_convene(timezone.now())
    ]
    return {"bodies": bodies, "orphans": count_orphans(today()), "orphans_address": _orphans(language)}  # fmt: skip


def _orphans(language: str) -> str:
    """Return the address of the page that lists what hangs in the air in the newest open plan."""
    code = open_strategy()
    return reverse("plan-orphans", args=(language, code)) if code else ""


_HERE = "workspace/partnership/panels"
PANELS = (
    Panel("first_steps", "first_steps.title", f"{_HERE}/first_steps.html", first_steps, 1, EDITORS),
    Panel("commitments", "home.commitments", f"{_HERE}/commitments.html", my_commitments, 10),
    Panel("diary", "home.diary", f"{_HERE}/diary.html", my_diary, 20),
    Panel("meetings", "home.meetings", f"{_HERE}/meetings.html", my_meetings, 30),
    Panel("coordinate", "home.coordinate", f"{_HERE}/coordinate.html", to_coordinate, 40, EDITORS),
)
