"""Exchanges among cells with any margins: found by mixed-integer programmes, cheapest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from convive.core.disclosure.margins import FloatArray, IntArray
from convive.core.disclosure.walks import walked_exchange

__all__ = ["Exchange", "Network"]

_STEPS = ((4, 3, 400), (12, 4, 2500))
"""Cells taken along per equation, rounds outwards and most cells: a near view, a wider one."""
_SMALL = 400
"""Cells up to which the cheapest exchange is looked for; beyond, what a walk meets will do."""
_EFFORT = 1e-3
"""What moving a hidden cell costs, so that short exchanges are found first."""
_SECONDS = 10.0
"""Bound on one programme; what it has found until then counts, for it holds."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """Cells that move together, by +1 or -1, all equations kept; and what it costs."""

    cells: IntArray
    signs: IntArray
    cost: float


class Network:
    """Cells and equations, with what it costs that a cell rises or falls by one.

    Parameters
    ----------
    matrix : sparse array, shape (n_equations, n_cells)
    rise, fall : arrays of float, shape (n_cells,)
        Cost of one more or fewer; inf where it cannot, 0 where the cell is hidden.
    """

    def __init__(self, matrix: sparse.csr_array, rise: FloatArray, fall: FloatArray) -> None:
        self._rows = matrix
        self._columns = matrix.tocsc()
        self._system = tuple(
            part.astype(np.int64)
            for sums in (self._rows, self._columns)
            for part in (sums.indptr, sums.indices, sums.data)
        )
        self.rise, self.fall = rise, fall

    def cheapest(self, cell: int) -> Exchange | None:
        """Return the cheapest exchange through a cell; None where there is none."""
        if self._columns.indptr[cell] == self._columns.indptr[cell + 1]:
            sign = 1 if self.rise[cell] <= self.fall[cell] else -1
            return Exchange(np.array([cell]), np.array([sign]), min(self._prices(cell)))
        walked = self._walked(cell)
        if walked is not None and (walked.cost == 0.0 or self.rise.size > _SMALL):
            return walked
        for near in self._views(cell):
            found = self._within(cell, near)
            if found is not None:
                return found
        return None

    def _walked(self, cell: int) -> Exchange | None:
        """Return the cheapest exchange that walking from equation to equation meets."""
        best: Exchange | None = None
        for sign, price in zip((1, -1), self._prices(cell), strict=True):
            if np.isfinite(price) and (best is None or best.cost > 0):
                found = walked_exchange(cell, sign, self._system, (self.rise, self.fall))
                if found[0].size and (best is None or found[2] < best.cost):
                    best = Exchange(*found)
        return best

    def _prices(self, cell: int) -> tuple[float, float]:
        return float(self.rise[cell]), float(self.fall[cell])

    def _views(self, cell: int) -> Iterator[IntArray]:
        """Give the cells around a cell: near, wider, all that are linked to it."""
        seen = -1
        for per_equation, rounds, most in _STEPS:
            view = self._around(cell, per_equation, rounds, most)
            if view.size > seen:
                yield view
            seen = view.size
        everything = self._around(cell, self.rise.size, self.rise.size, self.rise.size)
        if everything.size > seen:
            yield everything

    def _around(self, cell: int, per_equation: int, rounds: int, most: int) -> IntArray:
        """Return the cheapest cells of the equations nearby, and those where several meet."""
        price = np.minimum(self.rise, self.fall)
        view = np.array([cell])
        for _ in range(rounds):
            equation, member = self._members(view)
            order = np.lexsort((member, price[member], equation))
            equation, member = equation[order], member[order]
            starts = np.flatnonzero(np.concatenate([[True], equation[1:] != equation[:-1]]))
            rank = np.arange(member.size) - np.repeat(starts, np.diff([*starts, member.size]))
            found, times = np.unique(member, return_counts=True)
            cheap = np.unique(member[rank < per_equation])
            meeting = found[times > 1]
            meeting = meeting[np.argsort(price[meeting], kind="stable")][:most]
            wider = np.unique(np.concatenate([view, cheap, meeting]))
            if wider.size == view.size or wider.size > 2 * most:
                return wider if wider.size <= 2 * most else view
            view = wider
        return view

    def _members(self, view: IntArray) -> tuple[IntArray, IntArray]:
        """Return all movable cells of the equations that a view touches, with the equation."""
        touched = np.unique(self._columns[:, view].indices)
        rows = self._rows[touched]
        equation = np.repeat(np.arange(touched.size), np.diff(rows.indptr))
        member = rows.indices.astype(np.int64)
        can_move = np.isfinite(self.rise[member]) | np.isfinite(self.fall[member])
        return equation[can_move], member[can_move]

    def _within(self, cell: int, view: IntArray) -> Exchange | None:
        at = int(np.searchsorted(view, cell))
        part = self._columns[:, view].tocsr()
        part = part[np.diff(part.indptr) > 0]
        best: Exchange | None = None
        for sign, price in zip((1, -1), self._prices(cell), strict=True):
            if np.isfinite(price) and (best is None or best.cost > 0):
                way = self._solved(part, view, at, sign)
                if way is not None and (best is None or way.cost < best.cost):
                    best = way
        return best

    def _solved(
        self, part: sparse.csr_array, view: IntArray, at: int, sign: int
    ) -> Exchange | None:
        """Return the cheapest exchange within a view that moves one cell by the sign."""
        n = view.size
        price = np.concatenate([self.rise[view], self.fall[view]])
        most = np.isfinite(price).astype(float)
        least = np.zeros(2 * n)
        least[at if sign > 0 else n + at] = 1.0
        most[n + at if sign > 0 else at] = 0.0
        found = milp(
            np.where(most > 0, price + _EFFORT, 0.0),
            integrality=np.ones(2 * n, dtype=np.int64),
            bounds=Bounds(least, most),
            constraints=LinearConstraint(sparse.hstack([part, -part]), 0.0, 0.0),
            options={"time_limit": _SECONDS},
        ).x
        if found is None:
            return None
        move = np.rint(found[:n] - found[n:]).astype(np.int64)
        moved = np.flatnonzero(move)
        if np.any(part @ move):
            return None
        cost = float(np.sum(np.where(move > 0, self.rise[view], self.fall[view])[moved]))
        return Exchange(view[moved], move[moved], cost)
