"""The two plans of a comparison: of this installation, or out of a file that somebody holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from convive.core.errors import NotFoundError
from convive.core.strategy.model import Plan
from convive.web.workspace.held_plans import held_plan
from convive.web.workspace.selectors.parts import find_strategy
from convive.web.workspace.selectors.plan import plan_of

FILE = "file:"
"""Begins the name of a plan that was uploaded; what follows is its token."""


@dataclass(frozen=True)
class Side:
    """One of the two."""

    name: str
    """As it stands in the address: a code, or ``file:<token>``."""
    plan: Plan
    is_ours: bool


def side_of(name: str, account: Any) -> Side | None:
    """Return a plan by its name in the address; None where the account may not know of it."""
    if name.startswith(FILE):
        try:
            held = held_plan(name.removeprefix(FILE), account=account)
        except NotFoundError:
            return None
        return Side(name, held.plan, is_ours=False)
    strategy = find_strategy(account, name)
    return Side(name, plan_of(strategy, for_account=account), is_ours=True) if strategy else None
