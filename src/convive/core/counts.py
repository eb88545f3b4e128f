"""Counts and the exposures that they are divided by: checks and limits of Poisson means."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from convive.core.errors import MethodError

FloatArray = NDArray[np.float64]

_HALVINGS = 60
"""Bisections of a limit: to about the last digit."""


def tail_of(level: float) -> float:
    """Return the probability left out on each side of an interval of this level."""
    if not 0.0 < level < 1.0:
        raise MethodError("RATES_LEVEL", level=level)
    return (1.0 - level) / 2.0


def checked_counts(events: ArrayLike, person_years: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return counts and person-years as float arrays of one shape, or refuse them."""
    count = np.asarray(events, dtype=float)
    exposure = np.asarray(person_years, dtype=float)
    if count.shape != exposure.shape and count.ndim and exposure.ndim:
        raise MethodError("RATES_SHAPE", events=count.shape, person_years=exposure.shape)
    refuse_bad_counts(count)
    if not np.all(np.isfinite(exposure) & (exposure > 0)):
        raise MethodError("RATES_NO_DENOMINATOR", n=int(np.sum(~(exposure > 0))))
    count, exposure = np.broadcast_arrays(count, exposure)
    return count, exposure


def refuse_bad_counts(count: FloatArray) -> None:
    """Raise for counts that are negative or missing."""
    if not np.all(np.isfinite(count) & (count >= 0)):
        raise MethodError("RATES_NEGATIVE_COUNT", n=int(np.sum(~(count >= 0))))


def poisson_limits(count: FloatArray, *, level: float) -> tuple[FloatArray, FloatArray]:
    """Return Garwood's exact limits of Poisson means from counts."""
    tail = tail_of(level)
    low = np.where(count > 0, special.gammaincinv(np.maximum(count, 1e-12), tail), 0.0)
    high = special.gammaincinv(count + 1.0, 1.0 - tail)
    return np.asarray(low), np.asarray(high)


def mid_limits(count: FloatArray, *, level: float) -> tuple[FloatArray, FloatArray]:
    """Return the Gamma(count + 1/2) limits of Poisson means; 0 events have the lower limit 0."""
    tail = tail_of(level)
    low = np.where(count > 0, special.gammaincinv(count + 0.5, tail), 0.0)
    return np.asarray(low), np.asarray(special.gammaincinv(count + 0.5, 1.0 - tail))


def mid_p_limits(count: FloatArray, *, level: float) -> tuple[FloatArray, FloatArray]:
    """Return the exact mid-P limits of Poisson means: where `two_sided_poisson_p` is 1 - level.

    Narrower than Garwood's; coverage is about `level` on average over the means, not at least.
    """
    tail = tail_of(level)
    exact_low, exact_high = poisson_limits(count, level=level)
    sides = []
    for is_low in (True, False):
        low, high = (exact_low, count + 1.0) if is_low else (count, exact_high)
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            at_most = special.gammaincc(count + 1.0, middle)
            below = np.where(count > 0, special.gammaincc(np.maximum(count, 1e-300), middle), 0.0)
            lower = 0.5 * (at_most + below)  # falls as the mean grows
            further = lower > (1.0 - tail if is_low else tail)
            low, high = np.where(further, middle, low), np.where(further, high, middle)
        sides.append(0.5 * (low + high))
    return np.where(count > 0, sides[0], 0.0), sides[1]
