"""Suppression of counts with any margins."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from convive.core.disclosure.exchanges import Exchange, Network
from convive.core.disclosure.margins import (
    BoolArray,
    CellStatus,
    Equations,
    FloatArray,
    IntArray,
    Margins,
    StatusArray,
    Suppression,
    checked,
    incidence,
    rooms,
)
from convive.core.errors import MethodError

__all__ = ["UNNAMING", "suppress"]

UNNAMING = 1.0
"""Cost of not calling a small count small: nothing more is hidden, but the reader is told
less. Below the cost of any cover."""
_AGAIN = 0.05
"""Share of its cost that a cover of the first round costs in the second."""


def suppress(
    counts: ArrayLike,
    *,
    margins: Margins | Equations = (),
    min_count: int = 5,
    is_fixed: ArrayLike | None = None,
) -> Suppression:
    """Return which cells may be shown so that no small count can be worked out.

    Parameters
    ----------
    counts : array_like of int, shape (n_cells,)
        Every cell that would be published, totals included.
    margins : Margins or iterable of (total, parts)
        Which cells add up to which others. Leave out no margin that readers can see, and hide
        with a cell everything made from it (rate, interval, smoothed rate).
    min_count : int
        Counts above 0 and below it are small. 0 is shown: it is about nobody. From 3
        upwards; with 2 the reason alone would say that the count is 1.
    is_fixed : array_like of bool, shape (n_cells,), optional
        Cells that readers have already and that cannot be hidden any more: from an earlier
        release. Small ones among them are beyond protection.

    Returns
    -------
    Suppression
        Deterministic for the same input.

    Raises
    ------
    MethodError
        DISCLOSURE_BAD_COUNT for a count that is negative, missing or not whole;
        DISCLOSURE_BAD_MARGIN for a margin that names a cell which is not there.

    Notes
    -----
    The reader is taken to know the rule, the minimum and the reason given for each hidden
    cell: a small count lies from 1 to the minimum less 1, a cover is at least the minimum. A
    small count is protected if there is an exchange: cells that move by one together, all sums
    and all of the reader's knowledge kept. That is a second filling in whole numbers, so it
    holds against any attack on these sums. Each exchange hides as little as it can; a second
    round leaves out covers that turn out not to be needed. Where no exchange is found within
    the bound of time, everything linked to the cell is hidden.

    References
    ----------
    .. [1] Hundepool, A. et al. (2012). Statistical Disclosure Control. Wiley, chapter 4.
    .. [2] Fischetti, M. and Salazar, J. J. (2001). Solving the cell suppression problem on
       tabular data with linear constraints. Management Science 47(7).
    """
    cells = checked(counts)
    if cells.ndim != 1:
        raise MethodError("DISCLOSURE_BAD_COUNT", shape=cells.shape)
    fixed = np.zeros(cells.size, dtype=bool) if is_fixed is None else np.asarray(is_fixed, bool)
    matrix = incidence(margins, cells.size)
    cost = np.log1p(cells.astype(np.float64))
    cost = np.where(cells > 0, cost, np.inf)
    first = _covered(cells, (matrix, fixed), cost, min_count)
    again = np.where(first != CellStatus.SHOWN, _AGAIN * cost, cost)
    second = _covered(cells, (matrix, fixed), again, min_count)
    return Suppression(min(first, second, key=np.count_nonzero))


def _covered(
    cells: IntArray,
    system: tuple[sparse.csr_array, BoolArray],
    cost: FloatArray,
    min_count: int,
) -> StatusArray:
    matrix, is_fixed = system
    is_small = (cells > 0) & (cells < min_count) & ~is_fixed
    can_rise, can_fall = rooms(cells, min_count)
    price = np.where(is_small, 0.0, np.where(is_fixed, np.inf, cost))
    rise = np.where(can_rise, price, np.where(is_small, UNNAMING, np.inf))
    network = Network(matrix, rise, np.where(can_fall, price, np.inf))
    status = np.where(is_small, CellStatus.SMALL_COUNT, CellStatus.SHOWN).astype(np.int8)
    is_safe = np.zeros(cells.size, dtype=bool)
    small = np.flatnonzero(is_small)
    for cell in small[np.argsort(cells[small], kind="stable")]:
        if not is_safe[cell]:
            found = network.cheapest(int(cell))
            if found is None:
                _hide_linked(matrix, int(cell), cells, (network, status, is_fixed))
            else:
                _take(found, network, status)
                is_safe[found.cells] = True
    return status


def _take(found: Exchange, network: Network, status: StatusArray) -> None:
    """Hide what an exchange touches; it costs nothing any more to go through it again."""
    paid = np.where(found.signs > 0, network.rise[found.cells], network.fall[found.cells]) > 0
    _free(found.cells[paid], network, status)


def _free(chosen: IntArray, network: Network, status: StatusArray) -> None:
    status[chosen] = CellStatus.COMPLEMENTARY
    for price in (network.rise, network.fall):
        price[chosen] = np.where(np.isfinite(price[chosen]), 0.0, np.inf)


def _hide_linked(
    matrix: sparse.csr_array,
    cell: int,
    cells: IntArray,
    state: tuple[Network, StatusArray, BoolArray],
) -> None:
    """Hide everything that any chain of sums links to a cell."""
    network, status, is_fixed = state
    _, group = sparse.csgraph.connected_components(matrix.T @ matrix, directed=False)
    linked = (group == group[cell]) & (cells > 0) & ~is_fixed
    _free(np.flatnonzero(linked), network, status)
