"""Making the parts of a plan, and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from convive.web.workspace.actions.revise import create, revise
from convive.web.workspace.codes import free_code
from convive.web.workspace.models import Action, Challenge, Objective, Strategy

Fields = Mapping[str, Any]


@transaction.atomic
def make_strategy(fields: Fields, *, by: Any) -> Strategy:
    """Make a strategy; it is a draft that only editors know of."""
    taken = set(Strategy.objects.select_for_update().values_list("code", flat=True))
    years = f"{fields['from_year']}-{fields['until_year']}"
    code = free_code(f"{fields['title']}"[:24] + f" {years}", taken, f"strategy-{years}")
    return create(Strategy(code=code), fields, by=by)


@transaction.atomic
def make_challenge(strategy: Strategy, fields: Fields, *, by: Any) -> Challenge:
    """Make a challenge, the last one of the plan."""
    _lock(strategy)
    rows = Challenge.objects.filter(strategy=strategy)
    code = free_code(fields["title"], set(rows.values_list("code", flat=True)), "challenge")
    thing = Challenge(strategy=strategy, code=code, position=_next(rows))
    return create(thing, fields, by=by)


@transaction.atomic
def make_objective(challenge: Challenge, fields: Fields, *, by: Any) -> Objective:
    """Make an objective of a challenge."""
    _lock(challenge.strategy)
    rows = Objective.objects.filter(challenge__strategy=challenge.strategy_id)
    code = free_code(fields["title"], set(rows.values_list("code", flat=True)), "objective")
    thing = Objective(challenge=challenge, code=code, position=_next(rows))
    return create(thing, fields, by=by)


@transaction.atomic
def make_action(objective: Objective, fields: Fields, *, by: Any) -> Action:
    """Make an action of an objective."""
    strategy = objective.challenge.strategy
    _lock(strategy)
    rows = Action.objects.filter(strategy=strategy)
    alike = rows.filter(code__startswith=free_code(fields["title"], (), "action"))
    code = free_code(fields["title"], set(alike.values_list("code", flat=True)), "action")
    thing = Action(strategy=strategy, objective=objective, code=code, position=_next(rows))
    return create(thing, fields, by=by)


def change_strategy_state(
    strategy: Strategy, state: str, *, version: int, today: date, by: Any, note: str
) -> Strategy:
    """Adopt, close or take back a strategy, with the reason; the day of adoption is kept."""
    fields: dict[str, Any] = {"state": state}
    if state == Strategy.State.ADOPTED and strategy.adopted_on is None:
        fields["adopted_on"] = today
    return revise(strategy, fields, version=version, by=by, note=note)


def _lock(strategy: Strategy) -> None:
    """Let one person at a time add to a plan, so that codes and places are given once."""
    Strategy.objects.select_for_update().get(pk=strategy.pk)


def _next(rows: Any) -> int:
    return int(rows.aggregate(last=Max("position"))["last"] or 0) + 1
