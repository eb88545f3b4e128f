"""What a reader can work out about hidden cells from the sums that are shown.

Two attacks are played through: narrowing the range of each hidden cell sum by sum, knowing the
rule of suppression; and combining any number of sums linearly, as in a system of equations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.linalg import lsmr

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_DETERMINED = 1e-5
"""Free movement of a cell below which it counts as fixed by the equations."""
_SWEEPS = 200
_DIRECTIONS = 4
_MOVED = 1.0 - 1e-6
"""Room that a hidden count must have."""
_MOST_MOVED = 150
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
        direction = _generic(n_hidden, turn=0)
        solved = lsmr(matrix, direction, atol=1e-12, btol=1e-12, maxiter=_MAX_ITERATIONS)[0]
        free = direction - matrix @ solved
        result[hidden] = np.abs(free) < _DETERMINED
        return result

    def exposed_at_once(self, low: FloatArray, high: FloatArray) -> tuple[BoolArray, BoolArray]:
        """Tell which cells a single equation pins down, and which equations do it.

        Parameters
        ----------
        low, high : arrays of float, shape (n_cells,)
            What is known of each cell before any sum.
        """
        n = self.cells.size
        return _pinned_singly(low, high, self.start, (self.cell, self.sign), self.remainder, n)

    def spread(self, exposed: BoolArray, hidden: BoolArray) -> BoolArray:
        """Return the exposed cells and the hidden ones that share an equation with them."""
        equations = np.zeros(self.start.size - 1, dtype=bool)
        equations[self.equation[exposed[self.cell]]] = True
        wider = exposed.copy()
        wider[self.cell[equations[self.equation]]] = True
        return wider & hidden

    def thinnest(self, exposed: BoolArray, hidden: BoolArray) -> BoolArray:
        """Tell which equations to strengthen: of each exposed cell, that with fewest hidden."""
        n_hidden = np.add.reduceat(hidden[self.cell], self.start[:-1])
        equation = self.equation
        has_cover = np.add.reduceat(
            ~hidden[self.cell] & (self.cells[self.cell] > 0), self.start[:-1]
        )
        weight = np.where(has_cover > 0, n_hidden, np.iinfo(np.int64).max)
        here = exposed[self.cell] & (has_cover[equation] > 0)
        order = np.lexsort((equation[here], weight[equation[here]], self.cell[here]))
        first = np.unique(self.cell[here][order], return_index=True)[1]
        chosen = np.zeros(n_hidden.size, dtype=bool)
        chosen[equation[here][order[first]]] = True
        return chosen

    def cheapest_cover(self, weak: BoolArray, cost: FloatArray) -> IntArray:
        """Return, for each weak equation, the cheapest cell that can strengthen it.

        A cell that strengthens several weak equations at once counts as that much cheaper.

        Parameters
        ----------
        weak : array of bool, shape (n_equations,)
        cost : array of float, shape (n_cells,)
            What hiding a cell costs; inf where it cannot be hidden. Between equals a part is
            taken before a total, then the first.
        """
        here = weak[self.equation]
        cell, equation = self.cell[here], self.equation[here]
        serves = np.bincount(cell, minlength=self.cells.size)[cell]
        price = cost[cell] / serves + np.where(self.sign[here] < 0, 0.25, 0.0)
        order = np.lexsort((cell, price, equation))
        first = np.unique(equation[order], return_index=True)[1]
        best = order[first]
        return np.unique(cell[best[np.isfinite(price[best])]])

    def pinned(self, low: FloatArray, high: FloatArray, hidden: BoolArray) -> BoolArray:
        """Tell which hidden cells all equations together and the known ranges pin down.

        Linear programmes in generic directions show most cells to be movable; the others are
        moved one by one. Above `_MOST_MOVED` hidden cells the reader's programme is not
        played through any more: the other two attacks still are.
        """
        result = np.zeros(hidden.size, dtype=bool)
        if not 0 < hidden.sum() <= _MOST_MOVED:
            return result
        cells = np.flatnonzero(hidden)
        number = np.cumsum(hidden) - 1
        kept = hidden[self.cell]
        matrix = sparse.csr_matrix(
            (self.sign[kept], (self.equation[kept], number[self.cell[kept]])),
            shape=(self.start.size - 1, cells.size),
        )
        right = np.asarray(matrix @ self.cells[cells], dtype=np.float64)
        bounds = np.column_stack(
            [low[cells], np.minimum(high[cells], np.max(right, initial=0.0) * 2 + 1e6)]
        )
        result[cells] = _immovable(matrix, right, bounds)
        return result


def _generic(n: int, *, turn: int) -> FloatArray:
    """Return a fixed vector without any pattern: fractions of a fast oscillation, -0.5 to 0.5."""
    angle = np.arange(1.0, n + 1.0) * 12.9898 + turn * 78.233
    return np.asarray(np.mod(np.sin(angle) * 43758.5453, 1.0) - 0.5)


def _immovable(matrix: sparse.csr_matrix, right: FloatArray, bounds: FloatArray) -> BoolArray:
    """Return which unknowns cannot take two values at least 1 apart."""
    n = bounds.shape[0]
    limits = [(float(low), float(high)) for low, high in bounds]
    least, most = np.full(n, np.inf), np.full(n, -np.inf)

    def move(direction: FloatArray) -> None:
        for sign in (1.0, -1.0):
            equations: Any = matrix
            found = linprog(sign * direction, A_eq=equations, b_eq=right, bounds=limits).x
            if found is not None:
                np.minimum(least, found, out=least)
                np.maximum(most, found, out=most)

    for turn in range(_DIRECTIONS):
        move(_generic(n, turn=turn))
    for j in np.flatnonzero(most - least < _MOVED):
        if most[j] - least[j] < _MOVED:
            move((np.arange(n) == j).astype(np.float64))
    return np.asarray(most - least < _MOVED)


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
def _pinned_singly(low, high, start, links, remainder, n_cells):  # type: ignore[no-untyped-def]
    """Return the cells that some equation alone leaves less than 1 of room, and where."""
    cell, sign = links
    cells = np.zeros(n_cells, dtype=np.bool_)
    equations = np.zeros(start.size - 1, dtype=np.bool_)
    moved = np.zeros(n_cells, dtype=np.bool_)
    for e in range(start.size - 1):
        c, s = cell[start[e] : start[e + 1]], sign[start[e] : start[e + 1]]
        before_low, before_high = low[c].copy(), high[c].copy()
        _tighten(low, high, c, s, remainder[e], moved)
        for k in range(c.size):
            if before_low[k] < before_high[k] and high[c[k]] - low[c[k]] < 1.0:
                cells[c[k]], equations[e] = True, True
            low[c[k]], high[c[k]] = before_low[k], before_high[k]
    return cells, equations
