"""What a reader can work out about hidden cells: the attack itself, by linear programming."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from convive.core.disclosure.margins import (
    CellStatus,
    Equations,
    FloatArray,
    IntArray,
    Margins,
    StatusArray,
    checked,
    incidence,
)

__all__ = ["feasible_ranges"]


def feasible_ranges(
    counts: ArrayLike,
    status: ArrayLike,
    *,
    margins: Margins | Equations,
    min_count: int = 5,
    is_whole: bool = False,
) -> tuple[FloatArray, FloatArray]:
    """Return the smallest and largest value that a reader can hold possible for each cell.

    Parameters
    ----------
    counts, margins, min_count
        As for `suppress`.
    status : array_like of int, shape (n_cells,)
        As in its result.
    is_whole : bool
        Use that counts are whole numbers: exact, and slow beyond some hundred linked cells.
        Without it the ranges may be wider than what a reader can get.

    Returns
    -------
    low, high : arrays of float, shape (n_cells,)
        The count itself for cells that are shown; inf where nothing bounds a cell.

    Notes
    -----
    Two programmes for each hidden cell, over the cells that sums of hidden cells link to it.
    """
    cells = checked(counts)
    shown_or_not = np.asarray(status, dtype=np.int8)
    matrix = incidence(margins, cells.size)
    low, high = _told(cells, shown_or_not, min_count)
    hidden = np.flatnonzero(shown_or_not != CellStatus.SHOWN)
    part = matrix[:, hidden]
    _, group = sparse.csgraph.connected_components(part.T @ part, directed=False)
    for label in range(int(group.max(initial=-1)) + 1):
        linked = hidden[group == label]
        _bounded(matrix[:, linked], cells[linked], (linked, low, high), whole=is_whole)
    return low, high


def _told(cells: IntArray, status: StatusArray, min_count: int) -> tuple[FloatArray, FloatArray]:
    """Return what the reader knows of each cell before any sum; of covers, that they are none."""
    value = cells.astype(np.float64)
    is_small, is_other = status == CellStatus.SMALL_COUNT, status == CellStatus.COMPLEMENTARY
    least = np.where(cells < min_count, 1.0, float(min_count))
    low = np.where(is_small, 1.0, np.where(is_other, least, value))
    high = np.where(is_small, max(min_count - 1.0, 2.0), np.where(is_other, np.inf, value))
    return low, high


def _bounded(
    part: sparse.csr_array,
    cells: IntArray,
    known: tuple[IntArray, FloatArray, FloatArray],
    *,
    whole: bool,
) -> None:
    """Tighten the known ranges of linked cells in place."""
    linked, low, high = known
    rows = part[np.diff(part.indptr) > 0]
    right = rows @ cells.astype(np.float64)
    limits = Bounds(low[linked].copy(), high[linked].copy())
    sums = LinearConstraint(rows, right, right) if rows.shape[0] else ()
    for i in range(linked.size):
        unit = (np.arange(linked.size) == i).astype(np.float64)
        kind = np.full(linked.size, int(whole), dtype=np.int64)
        least = milp(unit, bounds=limits, constraints=sums, integrality=kind).x
        most = milp(-unit, bounds=limits, constraints=sums, integrality=kind).x
        low[linked[i]] = low[linked[i]] if least is None else least[i]
        high[linked[i]] = np.inf if most is None else most[i]
