"""What a plan does in which area, in the reader's words."""

from __future__ import annotations

from collections import defaultdict

from convive.catalogue.texts import say
from convive.core.strategy.model import Plan
from convive.core.strategy.vocabulary import ActionState

Deeds = dict[tuple[str, str], list[str]]
_TOLD = (ActionState.PLANNED, ActionState.RUNNING, ActionState.DONE)
"""Ideas are nobody's promise, and what was stopped is not done."""


def deeds_of(plan: Plan, language: str) -> Deeds:
    """Return level and code of an area → titles of the actions there, each with its state."""
    found: Deeds = defaultdict(list)
    for _, _, action in plan.actions():
        if action.state not in _TOLD:
            continue
        state = say(f"plan.state.{action.state}", language)
        for place in dict.fromkeys((one.level, one.area_id) for one in action.spots):
            found[place].append(f"{action.title} ({state})")
    return dict(found)
