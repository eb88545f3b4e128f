"""Finding strategies and their parts; None for whoever may not know of them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet

from convive.web.workspace.models import Action, Challenge, Objective, Strategy
from convive.web.workspace.secrecy import actions_of, strategies_of


def list_strategies(account: Any) -> QuerySet[Strategy]:
    """Return the strategies that an account may know of, with the number of their actions."""
    return strategies_of(account).annotate(n_actions=Count("actions"))


def find_strategy(account: Any, code: str) -> Strategy | None:
    """Return a strategy."""
    return strategies_of(account).filter(code=code).first()


def find_challenge(strategy: Strategy, code: str) -> Challenge | None:
    """Return a challenge."""
    return strategy.challenges.filter(code=code).first()


def find_objective(strategy: Strategy, code: str) -> Objective | None:
    """Return an objective with its challenge."""
    found = Objective.objects.filter(challenge__strategy=strategy, code=code)
    return found.select_related("challenge").first()


def find_action(account: Any, strategy: Strategy, code: str) -> Action | None:
    """Return an action with its objective, challenge and lead."""
    found = actions_of(account).filter(strategy=strategy, code=code)
    return found.select_related("objective__challenge", "lead", "strategy").first()
