"""The balance of a plan year by year: what a split looked like in each year of money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from convive.core.strategy.balance import Balance, balance_of
from convive.core.strategy.model import Action, Plan


def balance_by_year(plan: Plan) -> Mapping[int, Balance]:
    """Return year → balance of the money that is planned for it and was spent in it.

    An action counts in every year in which it has money; one without any counts in none.
    """
    years: set[int] = set()
    for _, _, action in plan.actions():
        years.update(line.year for line in action.budget)
        years.update(one.on.year for one in action.spending)
    return {year: balance_of(_in_year(plan, year)) for year in sorted(years)}


def _in_year(plan: Plan, year: int) -> Plan:
    challenges = tuple(
        replace(
            challenge,
            objectives=tuple(
                replace(objective, actions=_money_of(objective.actions, year))
                for objective in challenge.objectives
            ),
        )
        for challenge in plan.challenges
    )
    return replace(plan, challenges=challenges)


def _money_of(actions: tuple[Action, ...], year: int) -> tuple[Action, ...]:
    found = []
    for action in actions:
        budget = tuple(line for line in action.budget if line.year == year)
        spending = tuple(one for one in action.spending if one.on.year == year)
        if budget or spending:
            found.append(replace(action, budget=budget, spending=spending))
    return tuple(found)
