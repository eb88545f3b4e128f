"""How actions stand, kept with them so that lists can be asked for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from convive.core.strategy.lights import Standing, progress_of, standings_of
from convive.web.workspace.models import Action, Strategy
from convive.web.workspace.selectors.plan import commitments_about, plain_action, plan_of


def refresh_action(action: Action, *, today: date) -> Standing:
    """Work out how an action stands and keep it; no part of what people write."""
    standing = progress_of(plain_action(action), today=today, commitments=commitments_about(action))
    Action.objects.filter(pk=action.pk).update(progress=standing.progress.value)
    return standing


def refresh_strategy(strategy: Strategy, *, today: date) -> int:
    """Work out how every action of a strategy stands; return how many stand otherwise now."""
    standings = standings_of(plan_of(strategy), today=today)
    rows = Action.objects.filter(strategy=strategy).values_list("code", "pk", "progress")
    found: dict[str, list[int]] = {}
    for code, pk, before in rows:
        now = standings[f"action:{code}"].progress.value
        if now != before:
            found.setdefault(now, []).append(pk)
    for progress, numbers in found.items():
        for some in _in_parts(numbers):
            Action.objects.filter(pk__in=some).update(progress=progress)
    return sum(len(numbers) for numbers in found.values())


def refresh_all(*, today: date) -> Mapping[str, int]:
    """Work out how the actions of every strategy that is not closed stand."""
    open_ones = Strategy.objects.exclude(state=Strategy.State.CLOSED)
    return {one.code: refresh_strategy(one, today=today) for one in open_ones}


def _in_parts(numbers: list[int], size: int = 500) -> Iterable[list[int]]:
    return (numbers[i : i + size] for i in range(0, len(numbers), size))
