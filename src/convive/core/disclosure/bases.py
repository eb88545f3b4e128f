"""Estimates that rest on too few, and the digits that a base supports."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from convive.core.disclosure.margins import BoolArray, FloatArray

__all__ = ["round_for_publication", "withhold_small_base"]


def withhold_small_base(n: ArrayLike, minimum: int) -> BoolArray:
    """Tell which estimates rest on fewer than `minimum` respondents or stops.

    Use it for shares and scores; counts of incidents go through `suppress`. A base of 0 is
    withheld too: there is nothing to show.
    """
    return np.asarray(np.asarray(n) < minimum)


def round_for_publication(value: ArrayLike, n: ArrayLike) -> FloatArray:
    """Return values rounded to the digits that their base supports.

    One in `n` is the smallest change that a base of n can show: three significant digits from
    n = 1,000 upwards, two below, so that a share does not give away its numerator.
    """
    x = np.asarray(value, dtype=float)
    digits = np.where(np.asarray(n) >= 1000, 3, 2)
    with np.errstate(divide="ignore"):
        size = np.floor(np.log10(np.abs(x), where=x != 0, out=np.zeros_like(x)))
    scale = 10.0 ** (digits - 1 - size)
    return np.where(np.isfinite(x), np.round(x * scale) / scale, x)
