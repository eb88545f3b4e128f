"""Counts as multiples of a base: so that nobody learns a count to the last incident."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from convive.core.disclosure.margins import IntArray, checked
from convive.core.errors import MethodError

__all__ = ["rounded_counts", "rounding_limits"]


def rounded_counts(counts: ArrayLike, base: int) -> IntArray:
    """Return counts rounded to the nearest multiple of a base.

    Use it after `suppress`, on the cells that are shown, and compute rates, intervals and
    shares from what it returns: a rate of exact counts times its base gives them back. It does
    not take the place of `suppress`: sums of many rounded counts still narrow a small one down.

    Parameters
    ----------
    counts : array_like of int, any shape
        0 or above.
    base : int, unit: incidents
        1: as they are.

    Returns
    -------
    array of int, same shape
        0 stays 0, and nothing else becomes 0: less than half a base is rounded up to one, so
        that a place where something happened never looks empty. Halves go up. The same count
        is rounded the same wherever it stands; totals are rounded by themselves and may differ
        from the sum of their rounded parts by up to half a base for each of them.

    Raises
    ------
    MethodError
        DISCLOSURE_BAD_COUNT for counts that are negative, missing or not whole;
        DISCLOSURE_BAD_ROUNDING for a base below 1.

    Notes
    -----
    What is rounded is a function of what would have been shown. Two truths that suppression
    makes look alike look alike after rounding: it can only take away from what a reader can
    work out about a hidden count, never add.

    References
    ----------
    .. [1] Hundepool, A. et al. (2012). Statistical Disclosure Control. Wiley, section 5.4.

    Examples
    --------
    >>> rounded_counts([0, 1, 7, 8, 12], 5).tolist()
    [0, 5, 5, 10, 10]
    """
    if base < 1:
        raise MethodError("DISCLOSURE_BAD_ROUNDING", base=base)
    cells = checked(counts)
    nearest = (2 * cells + base) // (2 * base) * base
    return np.where(cells > 0, np.maximum(nearest, base), 0)


def rounding_limits(rounded: ArrayLike, base: int) -> tuple[IntArray, IntArray]:
    """Return the smallest and largest count that each rounded one can stand for.

    Raises
    ------
    MethodError
        As `rounded_counts`; DISCLOSURE_BAD_COUNT also for what is no multiple of the base.

    Examples
    --------
    >>> [found.tolist() for found in rounding_limits([0, 5, 10], 5)]
    [[0, 1, 8], [0, 7, 12]]
    """
    if base < 1:
        raise MethodError("DISCLOSURE_BAD_ROUNDING", base=base)
    cells = checked(rounded)
    if np.any(cells % base):
        raise MethodError("DISCLOSURE_BAD_COUNT", shape=cells.shape)
    low = np.where(cells > base, cells - base // 2, np.minimum(cells, 1))
    return low, np.where(cells > 0, cells + (base - 1) // 2, 0)
