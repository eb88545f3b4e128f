"""What a reader can work out about hidden cells from the sums that are shown.

Two attacks are played through: narrowing the range of each hidden cell sum by sum, knowing the
rule of suppression; and combining any number of sums linearly, as in a system of equations.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import lsmr

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_DETERMINED = 1e-5
"""Free movement of a cell below which it counts as fixed by the equations."""
_SWEEPS = 200
_MAX_ITERATIONS = 2000


@dataclass(frozen=True, slots=True)
class Links:
    """Every (equation, cell) pair, equation by equation; sign +1 for parts, -1 for the total.

    `start` has shape (n_equations + 1,). `remainder` is parts minus total of each equation,
    not 0 where some part is not published; the reader is taken to know it.
    """

    cells: FloatArray
    start: IntArray
    cell: IntArray
    sign: FloatArray
    remainder: FloatArray

    @classmethod
    def of(cls, cells: FloatArray, total: IntArray, equation: IntArray, part: IntArray) -> Links:
        """Order the pairs by equation, the total last."""
        n = total.size
        order = np.argsort(np.concatenate([equation, np.arange(n)]), kind="stable")
        cell = np.concatenate([part, total])[order].astype(np.int64)
        sign = np.concatenate([np.ones(part.size), -np.ones(n)])[order]
        sizes = np.bincount(equation, minlength=n) + 1
        start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        number = np.repeat(np.arange(n), sizes)
        remainder = np.bincount(number, sign * cells[cell], n).astype(np.float64)
        return cls(cells, start, cell, sign, remainder)

    @property
    def equation(self) -> IntArray:
        """Equation of each pair."""
        return np.repeat(np.arange(self.start.size - 1), np.diff(self.start))

    def narrowed(self, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the ranges that are left when every equation has been used to the end."""
        low, high = low.copy(), high.copy()
        _narrow(low, high, self.start, (self.cell, self.sign), self.remainder)
        return low, high

    def determined(self, hidden: BoolArray) -> BoolArray:
        """Tell which hidden cells follow from the equations alone, however many it takes.

        A cell is free if some other filling of the hidden cells keeps all sums: if its row in
        the null space of the equations is not 0. One vector of that space, projected from a
        direction without any symmetry, shows it for all cells at once.
        """
        number = np.cumsum(hidden) - 1
        kept = hidden[self.cell]
        n_hidden = int(hidden.sum())
        result = np.zeros(hidden.size, dtype=bool)
        if n_hidden == 0 or not np.any(kept):
            return result
        matrix = sparse.csr_matrix(
            (self.sign[kept], (number[self.cell[kept]], self.equation[kept])),
            shape=(n_hidden, self.start.size - 1),
        )
        matrix = matrix[:, np.diff(matrix.tocsc().indptr) > 0]
        steps = np.arange(1, n_hidden + 1) * ((np.sqrt(5.0) - 1.0) / 2.0)
        direction = np.mod(steps, 1.0) - 0.5
        solved = lsmr(matrix, direction, atol=1e-12, btol=1e-12, maxiter=_MAX_ITERATIONS)[0]
        free = direction - matrix @ solved
        result[hidden] = np.abs(free) < _DETERMINED
        return result

    def cheapest_cover(self, exposed: BoolArray, cost: FloatArray) -> IntArray:
        """Return, for each exposed cell, the cheapest other cell of its equations.

        Parameters
        ----------
        cost : array of float, shape (n_cells,)
            What hiding a cell costs; inf where it cannot be hidden. Between equals a part is
            taken before a total, then the first.
        """
        n_cells = self.cells.size
        return np.unique(_cover(exposed, cost, self.start, self.cell, self.sign, n_cells))


@numba.njit(cache=True)
def _sums(low, high, cell, sign):  # type: ignore[no-untyped-def]
    """Return the least and most of signed sums; infinite bounds are counted, not added."""
    least, most, open_low, open_high = 0.0, 0.0, 0, 0
    for k in range(cell.size):
        c = cell[k]
        down, up = (low[c], high[c]) if sign[k] > 0 else (-high[c], -low[c])
        if down == -np.inf:
            open_low += 1
        else:
            least += down
        if up == np.inf:
            open_high += 1
        else:
            most += up
    return least, most, open_low, open_high


@numba.njit(cache=True)
def _tighten(low, high, cell, sign, remainder, moved):  # type: ignore[no-untyped-def]
    """Tighten the ranges of one equation's cells in place."""
    least, most, open_low, open_high = _sums(low, high, cell, sign)
    for k in range(cell.size):
        c = cell[k]
        if low[c] >= high[c]:
            continue
        own = _sums(low, high, cell[k : k + 1], sign[k : k + 1])
        top = np.inf if open_low > own[2] else remainder - (least - own[0])
        bottom = -np.inf if open_high > own[3] else remainder - (most - own[1])
        if sign[k] < 0:
            top, bottom = -bottom, -top
        if bottom > low[c] or top < high[c]:
            low[c], high[c], moved[c] = max(low[c], bottom), min(high[c], top), True


@numba.njit(cache=True)
def _any(flags, cell):  # type: ignore[no-untyped-def]
    """Tell whether any of the cells is flagged."""
    for c in cell:  # noqa: SIM110 - no generator in compiled code
        if flags[c]:
            return True
    return False


@numba.njit(cache=True)
def _narrow(low, high, start, links, remainder):  # type: ignore[no-untyped-def]
    """Tighten ranges in place, sweeping over the equations whose cells have just moved."""
    cell, sign = links
    dirty = np.ones(low.size, dtype=np.bool_)
    for _ in range(_SWEEPS):
        moved = np.zeros(low.size, dtype=np.bool_)
        for e in range(start.size - 1):
            c, s = cell[start[e] : start[e + 1]], sign[start[e] : start[e + 1]]
            if _any(dirty, c):
                _tighten(low, high, c, s, remainder[e], moved)
        if not np.any(moved):
            break
        dirty = moved


@numba.njit(cache=True)
def _cover(exposed, cost, start, cell, sign, n_cells):  # type: ignore[no-untyped-def]
    """Return the cheapest cover of each exposed cell."""
    best_cost = np.full(n_cells, np.inf)
    best = np.full(n_cells, -1)
    for e in range(start.size - 1):
        needed = False
        for k in range(start[e], start[e + 1]):
            needed = needed or exposed[cell[k]]
        if not needed:
            continue
        cheapest, at = np.inf, -1
        for k in range(start[e], start[e + 1]):
            here = cost[cell[k]] + (0.25 if sign[k] < 0 else 0.0)
            if here < cheapest:
                cheapest, at = here, cell[k]
        for k in range(start[e], start[e + 1]):
            c = cell[k]
            if exposed[c] and cheapest < best_cost[c]:
                best_cost[c], best[c] = cheapest, at
    return best[best >= 0]
