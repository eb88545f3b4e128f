"""Cells to which one contributor gives nearly everything: the figure is then theirs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from convive.core.disclosure.margins import BoolArray, FloatArray
from convive.core.errors import MethodError

__all__ = ["Contributions", "contributions", "dominated"]


@dataclass(frozen=True, slots=True)
class Contributions:
    """What the largest contributors give to each cell, arrays of shape (n_cells,).

    In the unit of the cell: incidents of one address, harm of one incident, euros of one firm.
    """

    total: FloatArray
    largest: FloatArray
    second: FloatArray


def contributions(
    values: ArrayLike, cell: ArrayLike, contributor: ArrayLike, *, n_cells: int
) -> Contributions:
    """Return total, largest and second largest contribution of each cell.

    Parameters
    ----------
    values : array_like of float, shape (n,), unit: any
        0 or above. Several of one contributor to a cell are added up.
    cell, contributor : array_like of int, shape (n,)
        Where each value goes, and who gives it.
    n_cells : int

    Raises
    ------
    MethodError
        DISCLOSURE_BAD_CONTRIBUTION for a value that is negative or missing, or a cell that is
        not there.

    Examples
    --------
    >>> found = contributions([30, 2, 1, 4], [0, 0, 0, 1], [7, 8, 7, 9], n_cells=2)
    >>> found.largest.tolist(), found.second.tolist(), found.total.tolist()
    ([31.0, 4.0], [2.0, 0.0], [33.0, 4.0])
    """
    given = np.asarray(values, dtype=float)
    where, who = (np.asarray(one, dtype=np.int64) for one in (cell, contributor))
    is_there = (where >= 0) & (where < n_cells)
    if not (given.shape == where.shape == who.shape) or not np.all(is_there & (given >= 0)):
        raise MethodError("DISCLOSURE_BAD_CONTRIBUTION", n_cells=n_cells)
    pairs, at = np.unique(np.stack([where, who], axis=1), axis=0, return_inverse=True)
    sums = np.bincount(at.ravel(), weights=given, minlength=len(pairs))
    order = np.lexsort((-sums, pairs[:, 0]))
    cells, ranked = pairs[order, 0], sums[order]
    first = np.searchsorted(cells, np.arange(n_cells + 1))
    rank = np.arange(cells.size) - first[cells]
    found = np.zeros((3, n_cells))
    np.add.at(found[0], cells, ranked)
    for place in (0, 1):
        found[place + 1, cells[rank == place]] = ranked[rank == place]
    return Contributions(*found)


def dominated(
    given: Contributions,
    *,
    one: float = 1.0,
    two: float = 1.0,
    percent: float = 0.0,
) -> BoolArray:
    """Tell in which cells one contributor, or two, give so much that the figure is theirs.

    Parameters
    ----------
    given : Contributions
    one, two : float, in (0, 1]
        A cell is dominated if its largest contributor gives more than the share `one`, or the
        two largest more than `two`; 1: no such rule.
    percent : float, unit: percent of the largest contribution, 0 or above
        A cell is dominated if the second largest contributor, who knows their own share, can
        take the total less it for an estimate of the largest that is off by less than so many
        percent (the p % rule); 0: no such rule.

    Returns
    -------
    array of bool, shape (n_cells,)
        False for cells without anything.

    Raises
    ------
    MethodError
        DISCLOSURE_BAD_SHARE for a share outside (0, 1] or a negative percentage;
        DISCLOSURE_BAD_CONTRIBUTION where the two largest are more than the total.

    Notes
    -----
    Hand the cells to `suppress` with `CellRole.SENSITIVE`. Do not use it for counts of people
    where everybody counts once: there the minimum count says the same. It hides that a cell
    belongs to one contributor only as far as the reason does not tell it; what is shown of a
    dominated cell by sums stays uncertain by one at least, not by a wide range.

    References
    ----------
    .. [1] Hundepool, A. et al. (2012). Statistical Disclosure Control. Wiley, section 4.2.

    Examples
    --------
    >>> given = contributions([30, 2, 3, 9, 8], [0, 0, 0, 1, 1], [1, 2, 3, 4, 5], n_cells=2)
    >>> dominated(given, one=0.8).tolist()
    [True, False]
    """
    if not (0 < one <= 1 and 0 < two <= 1 and percent >= 0):
        raise MethodError("DISCLOSURE_BAD_SHARE", one=one, two=two, percent=percent)
    total, largest, both = given.total, given.largest, given.largest + given.second
    if np.any((given.second > largest) | (both > total * (1 + 1e-9))):
        raise MethodError("DISCLOSURE_BAD_CONTRIBUTION", n_cells=total.size)
    by_one = (one < 1) & (largest > one * total)
    by_two = (two < 1) & (both > two * total)
    by_percent = total - both < percent / 100 * largest
    return np.asarray((total > 0) & (by_one | by_two | by_percent))
