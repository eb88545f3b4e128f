"""Strategies, challenges, objectives, actions."""

from __future__ import annotations

from typing import Any

from convive.web.accounts.models import Organisation
from convive.web.workspace.actions.revise import create
from convive.web.workspace.models import Action, Challenge, Objective, Strategy


def make_organisation(code: str = "town", **fields: Any) -> Organisation:
    """Make an organisation, once for each code."""
    found, _ = Organisation.objects.get_or_create(
        code=code, defaults={"name": code.title(), "sector": "municipality"} | fields
    )
    return found


def make_strategy(code: str = "s", **fields: Any) -> Strategy:
    """Make a strategy; adopted, so that everybody may know of it."""
    given = {
        "title": "Safe and together",
        "from_year": 2026,
        "until_year": 2029,
        "state": "adopted",
    }
    return create(Strategy(code=code), given | fields, by=None)


def make_challenge(strategy: Strategy | None = None, code: str = "c", **fields: Any) -> Challenge:
    """Make a challenge."""
    strategy = strategy or make_strategy()
    given = {"title": "Burglaries in Molino", "topic": "burglary"}
    return create(Challenge(strategy=strategy, code=code), given | fields, by=None)


def make_objective(challenge: Challenge | None = None, code: str = "o", **fields: Any) -> Objective:
    """Make an objective."""
    thing = Objective(challenge=challenge or make_challenge(), code=code)
    return create(thing, {"title": "Fewer burglaries"} | fields, by=None)


def make_action(objective: Objective | None = None, code: str = "a", **fields: Any) -> Action:
    """Make an action."""
    objective = objective or make_objective()
    thing = Action(objective=objective, strategy=objective.challenge.strategy, code=code)
    given = {"title": "Light the passages", "kind": "situational", "pillar": "prevention",
             "level": "primary"}  # fmt: skip
    return create(thing, given | fields, by=None)


def _of_strategy() -> dict[str, Any]:
    return {"code": make_strategy().code}


def _of_challenge() -> dict[str, Any]:
    made = make_challenge()
    return {"code": made.strategy.code, "part": made.code}


def _of_objective() -> dict[str, Any]:
    made = make_objective()
    return {"code": made.challenge.strategy.code, "part": made.code}


def _of_action() -> dict[str, Any]:
    made = make_action()
    return {"code": made.strategy.code, "part": made.code}


BUILDERS: dict[str, Any] = {
    **dict.fromkeys(
        ("strategy", "strategy-edit", "strategy-state", "strategy-print", "strategy-actions",
         "strategy-findings", "plan-frameworks", "plan-orphans", "plan-challenge-new"),
        _of_strategy,
    ),
    **dict.fromkeys(("plan-challenge", "plan-challenge-edit", "plan-objective-new"), _of_challenge),
    **dict.fromkeys(
        ("plan-objective", "plan-objective-edit", "plan-objective-targets", "plan-action-new"),
        _of_objective,
    ),
    **dict.fromkeys(("plan-action", "plan-action-state"), _of_action),
    "plan-action-section": lambda: _of_action() | {"section": "budget"},
    "plan-finding": lambda: _of_strategy() | {"finding_id": "trend_fall:ribera"},
    "plan-framework": lambda: _of_strategy() | {"name": "manifesto_2025"},
    "plan-point": lambda: (
        _of_strategy() | {"name": "manifesto_2025", "point": _some_point("manifesto_2025")}
    ),
    "revisions": lambda: {"kind": "action", "number": make_action().pk},
}  # fmt: skip


def _some_point(framework: str) -> str:
    from convive.catalogue import find

    return find.framework(framework).points[0].id
