"""A plan as an account may know of it, with how its parts stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from convive.core.strategy.lights import Standing, standings_of
from convive.core.strategy.model import Plan
from convive.web.workspace.models import Strategy
from convive.web.workspace.secrecy import WHOLE
from convive.web.workspace.selectors.plan import plan_of


@dataclass(frozen=True)
class ToldPlan:
    """A plan, whole or in outline."""

    plan: Plan
    is_outline: bool
    """Whether spending, diary and risks of some actions are not told; then no sum of them is."""


def told_plan(strategy: Strategy, account: Any) -> ToldPlan:
    """Return what an account may know of a strategy that it may know of."""
    return ToldPlan(plan_of(strategy, for_account=account), not account.roles & WHOLE)


def told_standings(strategy: Strategy, told: ToldPlan, today: date) -> Mapping[str, Standing]:
    """Return how the parts stand; in outline without the reasons, which the diary gives."""
    if not told.is_outline:
        return standings_of(told.plan, today=today)
    found = standings_of(plan_of(strategy), today=today)
    return {ref: Standing(one.progress, ()) for ref, one in found.items()}
