"""Suppression of counts with any margins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from convive.core.disclosure.exchanges import Network
from convive.core.disclosure.margins import (
    BoolArray,
    CellRole,
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
    roles: ArrayLike | None = None,
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
    roles : array_like of int, shape (n_cells,), optional
        `CellRole` of each cell; PUBLISHED if left out. Small counts among the DERIVED are
        protected like others; among the FIXED they are beyond protection.

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
    role = np.zeros(cells.size, np.int8) if roles is None else np.asarray(roles, np.int8)
    matrix = incidence(margins, cells.size)
    cost = np.log1p(cells.astype(np.float64))
    first = _covered(_start(cells, role, cost, min_count), cells, matrix)
    again = np.where(first != CellStatus.SHOWN, _AGAIN * cost, cost)
    second = _covered(_start(cells, role, again, min_count), cells, matrix)
    return Suppression(min(first, second, key=np.count_nonzero))


@dataclass(frozen=True, slots=True)
class _State:
    """What is hidden so far, what moving a cell costs, and which cells need an exchange."""

    status: StatusArray
    rise: FloatArray
    fall: FloatArray
    in_need: BoolArray

    def hide(self, chosen: IntArray) -> None:
        """Hide cells; it costs nothing any more to go through them."""
        self.status[chosen] = CellStatus.COMPLEMENTARY
        for price in (self.rise, self.fall):
            price[chosen] = np.where(np.isfinite(price[chosen]), 0.0, np.inf)


def _start(cells: IntArray, role: StatusArray, cost: FloatArray, min_count: int) -> _State:
    is_small = (cells > 0) & (cells < min_count) & (role != CellRole.FIXED)
    is_rest, is_sensitive = role == CellRole.REST, role == CellRole.SENSITIVE
    is_derived = (role == CellRole.DERIVED) | is_rest
    is_named = is_small & ~is_derived & ~is_sensitive
    can_rise, can_fall = rooms(cells, min_count)
    price = np.where(is_small | is_derived | is_sensitive, 0.0, cost)
    rise = np.where(can_rise, price, np.where(is_named, UNNAMING, np.inf))
    fall = np.where(can_fall, price, np.inf)
    rise[is_derived | is_sensitive], fall[is_derived & (cells > 0)] = 0.0, 0.0
    rise[role == CellRole.FIXED] = fall[role == CellRole.FIXED] = np.inf
    status = np.select(
        [is_sensitive, is_named],
        [CellStatus.COMPLEMENTARY, CellStatus.SMALL_COUNT],
        CellStatus.SHOWN,
    ).astype(np.int8)
    return _State(status, rise, fall, is_small | is_sensitive | is_rest)


def _covered(state: _State, cells: IntArray, matrix: sparse.csr_array) -> StatusArray:
    network = Network(matrix, state.rise, state.fall)
    is_safe = np.zeros(cells.size, dtype=bool)
    in_need = np.flatnonzero(state.in_need)
    for cell in in_need[np.argsort(cells[in_need], kind="stable")]:
        if is_safe[cell]:
            continue
        found = network.cheapest(int(cell))
        if found is None:
            state.hide(_linked(matrix, int(cell), state))
        else:
            price = np.where(found.signs > 0, state.rise[found.cells], state.fall[found.cells])
            state.hide(found.cells[price > 0])
            is_safe[found.cells] = True
    return state.status


def _linked(matrix: sparse.csr_array, cell: int, state: _State) -> IntArray:
    """Return everything that can be hidden and that any chain of sums links to a cell."""
    _, group = sparse.csgraph.connected_components(matrix.T @ matrix, directed=False)
    can_hide = (np.isfinite(state.rise) & (state.rise > 0)) | (
        np.isfinite(state.fall) & (state.fall > 0)
    )
    return np.flatnonzero((group == group[cell]) & can_hide)
