"""Figures of a place's area before and after work on it, as far as the intervals tell.

This says whether the figures have moved, not why: whoever wants to know whether the work did it
compares with places where nothing was done.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from convive.core.model import Status
from convive.core.significance import benjamini_hochberg
from convive.core.strategy.change import ALPHA, Change, difference
from convive.core.strategy.model import Figure


class Movement(StrEnum):
    """In words ``movement.<code>``."""

    LOWER = "lower"
    HIGHER = "higher"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """One indicator: the figure before, the one after, and what can be said.

    `why` is the code of why nothing can: ``no_figure_before``, ``not_measured``, ``not_shown``,
    ``other_unit``, ``no_interval`` or ``within_chance``; in words ``target_why.<code>``.
    """

    indicator_id: str
    before: Figure | None
    after: Figure | None
    movement: Movement
    why: str = ""
    change: Change | None = None
    q: float | None = None


def figures_around(
    figures: Iterable[Figure], started_on: date, ended_on: date | None
) -> tuple[Figure | None, Figure | None]:
    """Return the newest figure whose period ends before the work began, and the newest after it.

    Parameters
    ----------
    figures : iterable of Figure
        Of one indicator and area; those without a period are left out.
    started_on, ended_on : date
        Where the work has not ended, "after" is not measured yet.
    """
    dated = [
        (one.period_start, one.period_end, one)
        for one in figures
        if one.period_start is not None and one.period_end is not None
    ]
    before = [(end, one) for _, end, one in dated if end <= started_on]
    after = [(start, one) for start, _, one in dated if ended_on and start > ended_on]
    return _newest(before), _newest(after)


def read_around(
    pairs: Sequence[tuple[str, Figure | None, Figure | None]], *, alpha: float = ALPHA
) -> tuple[BeforeAfter, ...]:
    """Return what can be said of indicators that are looked at together.

    p-values are adjusted for all of them (Benjamini and Hochberg): the more one looks at, the
    more move by chance.
    """
    causes = [_why_not(before, after) for _, before, after in pairs]
    changes = [
        None if why or before is None or after is None else difference(before, after)
        for (_, before, after), why in zip(pairs, causes, strict=True)
    ]
    adjusted = benjamini_hochberg([one.p if one else None for one in changes])
    return tuple(
        _reading(pair, why, change, q, alpha)
        for pair, why, change, q in zip(pairs, causes, changes, adjusted, strict=True)
    )


def _reading(
    pair: tuple[str, Figure | None, Figure | None], why: str, change: Change | None,
    q: float | None, alpha: float,
) -> BeforeAfter:  # fmt: skip
    indicator_id, before, after = pair
    if change is None or q is None:
        none = Movement.CANNOT_TELL
        return BeforeAfter(indicator_id, before, after, none, why or "no_interval")
    if q > alpha:
        movement, why = Movement.CANNOT_TELL, "within_chance"
    else:
        movement = Movement.LOWER if change.amount < 0 else Movement.HIGHER
    return BeforeAfter(indicator_id, before, after, movement, why, change, float(q))


def _why_not(before: Figure | None, after: Figure | None) -> str:
    if before is None:
        return "no_figure_before"
    if after is None:
        return "not_measured"
    if any(one.status is not Status.SHOWN for one in (before, after)):
        return "not_shown"
    return "other_unit" if before.unit != after.unit else ""


def _newest(dated: list[tuple[date, Figure]]) -> Figure | None:
    return max(dated, key=lambda one: one[0])[1] if dated else None
