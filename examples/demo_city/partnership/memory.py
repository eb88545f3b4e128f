"""What the invented town has learnt: one action that worked, one that did not, one being told."""

from __future__ import annotations

# ruff: noqa: PLC0415 - Django is there only when the workspace is open
from typing import Any

from .days import Days

_DID_NOT = "Restorative talks instead of charges"
_BEING_TOLD = "Work and a room after prison"
_WORKED_SAID = {
    "effect": "The indicator of its target moved the wanted way, beyond chance; no area to compare with.",
    "strength": "before_after",
    "went_wrong": "The first months were lost to permits.",
    "would_change": "Agree on permits with all offices before the first day.",
    "success_factors": "The same two people all year\nResidents chose the hours",
}
_DID_NOT_SAID = {
    "verdict": "did_not",
    "effect": "Fewer than half of the planned cases came; those who came were mostly first offences.",
    "strength": "monitoring",
    "went_wrong": "Schools sent cases only after the charge was filed, so most families had a lawyer by then.",
    "would_change": "Sign with school and prosecutor at which moment a case is sent, before hiring anybody.",
    "barriers": "No agreed moment of referral\nTalks in office hours only",
    "transferability": "Ask first who may hold a charge back, and for how long.",
}


def remember(plan: Any, days: Days) -> None:
    """Put two experiences on the shelf and begin a third."""
    from convive.core.shelf.entry import ExperienceVerdict
    from convive.web.shelf.selectors.memory import tellable_actions, verdicts_for

    told = {one.title: one for one in tellable_actions().filter(strategy=plan)}
    worked = next(
        (one for title, one in told.items()
         if title not in {_DID_NOT, _BEING_TOLD}
         and ExperienceVerdict.WORKED in verdicts_for(one, days.today)),
        None,
    )  # fmt: skip
    if worked is not None:
        _shelve(worked, {"verdict": "worked"} | _WORKED_SAID, days)
    if _DID_NOT in told:
        _shelve(told[_DID_NOT], _DID_NOT_SAID, days)
    if _BEING_TOLD in told:
        _draft(told[_BEING_TOLD], {"verdict": "not_evaluated"}, days)


def _draft(action: Any, said: dict[str, str], days: Days) -> Any:
    from convive.web.shelf.actions.memory import keep_action, write_entry

    own = keep_action(action, today=days.today, by=None)
    return write_entry(own, said, number=own.number, today=days.today, by=None)


def _shelve(action: Any, said: dict[str, str], days: Days) -> None:
    from convive.web.shelf.actions.memory import check_entry

    own = _draft(action, said, days)
    check_entry(own, number=own.number, today=days.today, by=None)
