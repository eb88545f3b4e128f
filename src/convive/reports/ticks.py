"""Round numbers: axis ticks and class breaks."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def nice_step(span: float, parts: int) -> float:
    """Return a round step that cuts `span` into about `parts` pieces."""
    rough = span / max(parts, 1)
    if rough <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in STEPS if step * power >= rough * 0.999)


def ticks(low: float, high: float, parts: int = 4) -> list[float]:
    """Return round numbers that reach from at or above `low` to at or below `high`."""
    step = nice_step(high - low, parts)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(i * step, 10) for i in range(first, last + 1)]


def decimals_of(numbers: Sequence[float]) -> int:
    """Return how many decimals write all the numbers apart."""
    for places in range(4):
        if all(abs(x - round(x, places)) < 1e-9 for x in numbers):
            return places
    return 4


def class_breaks(values: Sequence[float], classes: int = 5) -> list[float]:
    """Return round, rising breaks between classes that hold about as many values each.

    Fewer breaks come back where the values are too few or too alike to be told apart.

    Examples
    --------
    >>> class_breaks([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    [3.0, 4.5, 6.5, 8.0]
    """
    known = np.sort(np.asarray([v for v in values if v is not None], dtype=float))
    if known.size == 0 or known[0] == known[-1]:
        return []
    cuts = np.quantile(known, np.arange(1, classes) / classes)
    middle = float(np.quantile(known, 0.9) - np.quantile(known, 0.1)) or float(np.ptp(known))
    step = nice_step(middle, 4 * classes)
    rounded = sorted({round(round(float(cut) / step) * step, 10) for cut in cuts})
    return [cut for cut in rounded if known[0] < cut <= known[-1]]


def class_of(value: float, breaks: Sequence[float]) -> int:
    """Return the class of a value: 0 below the first break, a break itself is above."""
    return int(np.searchsorted(np.asarray(breaks), value, side="right"))
