"""How large a change must be to be told from chance, given how sure the baseline is."""

from __future__ import annotations

from enum import StrEnum
from math import hypot, isfinite

from convive.core.model import Status
from convive.core.strategy.model import Direction, Figure


class TargetSize(StrEnum):
    """What can be said about a value aimed at; in words ``plan.target_size.<code>``."""

    CLEAR = "clear"
    """If it is reached, it will be seen."""
    WITHIN_CHANCE = "within_chance"
    """Reached or not, the figures could not tell it from chance."""
    WRONG_SIDE = "wrong_side"
    """It lies on the other side of the baseline than the direction says."""
    NO_INTERVAL = "no_interval"
    """The baseline is not shown, or has no interval: nothing can be said."""


def smallest_clear_change(baseline: Figure) -> float | None:
    """Return the change below which a new figure as precise as this one could differ by chance.

    Half the width of the 95 % interval of the difference of two independent figures with the
    baseline's interval, joined as in `change.difference`; None without an interval. Not for a
    later figure that rests on a larger or smaller sample: its own interval then decides.

    Examples
    --------
    >>> smallest_clear_change(Figure(Status.SHOWN, 30, 27, 34))
    5.0
    """
    value, low, high = baseline.value, baseline.low, baseline.high
    if baseline.status is not Status.SHOWN or value is None or low is None or high is None:
        return None
    if not all(isfinite(x) for x in (value, low, high)) or not low <= value <= high:
        return None
    return hypot(value - low, high - value)


def size_of_target(baseline: Figure, value: float, direction: Direction) -> TargetSize:
    """Tell whether a value aimed at is far enough from the baseline to be recognised.

    Examples
    --------
    >>> size_of_target(Figure(Status.SHOWN, 30, 27, 34), 28, "down").value
    'within_chance'
    """
    smallest = smallest_clear_change(baseline)
    if smallest is None or baseline.value is None:
        return TargetSize.NO_INTERVAL
    change = value - baseline.value
    if (direction == "down" and change > 0) or (direction == "up" and change < 0):
        return TargetSize.WRONG_SIDE
    is_clear = abs(change) > smallest
    return TargetSize.CLEAR if is_clear or direction == "hold" else TargetSize.WITHIN_CHANCE
