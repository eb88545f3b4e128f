"""How actions stand, kept with them so that lists can be asked for it, and what has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from convive.core.strategy.lights import Standing, progress_of, standings_of
from convive.web.workspace.frozen import freeze
from convive.web.workspace.models import Action, LightChange, Strategy
from convive.web.workspace.selectors.plan import commitments_about, plain_action, plan_of

TOLD_REASONS = 3
"""Of a change the gravest reasons are kept, so many."""


def refresh_action(action: Action, *, today: date) -> Standing:
    """Work out how an action stands and keep it; no part of what people write."""
    standing = progress_of(plain_action(action), today=today, commitments=commitments_about(action))
    before = Action.objects.filter(pk=action.pk).values_list("progress", flat=True).first()
    if before is not None and before != standing.progress.value:
        _change(action.pk, before, standing, today).save()
        Action.objects.filter(pk=action.pk).update(progress=standing.progress.value)
    return standing


def refresh_strategy(strategy: Strategy, *, today: date) -> int:
    """Work out how every action of a strategy stands; return how many stand otherwise now."""
    standings = standings_of(plan_of(strategy), today=today)
    rows = Action.objects.filter(strategy=strategy).values_list("code", "pk", "progress")
    found: dict[str, list[int]] = {}
    changes = []
    for code, pk, before in rows:
        standing = standings.get(f"action:{code}")
        if standing is None or standing.progress.value == before:
            continue
        found.setdefault(standing.progress.value, []).append(pk)
        changes.append(_change(pk, before, standing, today))
    LightChange.objects.bulk_create(changes, batch_size=500)
    for progress, numbers in found.items():
        for some in _in_parts(numbers):
            Action.objects.filter(pk__in=some).update(progress=progress)
    return len(changes)


def refresh_all(*, today: date) -> Mapping[str, int]:
    """Work out how the actions of every strategy that is not closed stand."""
    open_ones = Strategy.objects.exclude(state=Strategy.State.CLOSED)
    return {one.code: refresh_strategy(one, today=today) for one in open_ones}


def _change(number: int, before: str, standing: Standing, today: date) -> LightChange:
    reasons = [
        {"code": one.code, "params": freeze(one.params), "weight": one.weight}
        for one in standing.reasons[:TOLD_REASONS]
    ]
    return LightChange(
        action_id=number, on=today, before=before, after=standing.progress.value, reasons=reasons
    )


def _in_parts(numbers: list[int], size: int = 500) -> Iterable[list[int]]:
    return (numbers[i : i + size] for i in range(0, len(numbers), size))
