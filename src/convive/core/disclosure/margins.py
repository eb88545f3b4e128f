"""Published cells, how they add up, and whether each may be shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from convive.core.errors import MethodError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
StatusArray = NDArray[np.int8]

Equations = Iterable[tuple[int, Sequence[int]]]

__all__ = [
    "CellRole",
    "CellStatus",
    "Equations",
    "Margins",
    "Suppression",
    "checked",
    "incidence",
    "rooms",
]


class CellStatus(IntEnum):
    """Whether a count may be shown, and what the reader is told if not."""

    SHOWN = 0
    SMALL_COUNT = 1
    """Above 0 and below the minimum."""
    COMPLEMENTARY = 2
    """Would let somebody work out a small count. Says nothing about its size: where the word
    "small" itself would give counts away (four incidents in four places), it stands for it."""
    EARLIER_RELEASE = 3
    """Would let somebody work out a small count together with an earlier release."""
    DOMINANCE = 4
    """Nearly all of it comes from one contributor."""


class CellRole(IntEnum):
    """What a cell is to the release that is being made."""

    PUBLISHED = 0
    """Would be published."""
    FIXED = 1
    """Readers have it already, from an earlier release; it cannot be hidden any more."""
    DERIVED = 2
    """Not published itself; follows from others if they are shown (a difference of two), or was
    hidden in an earlier release. Known to be no less than 0."""
    SENSITIVE = 3
    """Must be hidden although it is not small (dominated by one contributor; a revision)."""
    REST = 4
    """As DERIVED, and must stay uncertain whatever its size: its change would tell."""


@dataclass(frozen=True, slots=True)
class Margins:
    """All equations "total = sum of parts" between published cells.

    Parameters
    ----------
    total : array of int, shape (n_equations,)
        Cell that is the total of each equation.
    equation, part : arrays of int, shape (n_parts,)
        Equation and cell of each part.
    """

    total: IntArray
    equation: IntArray
    part: IntArray

    @classmethod
    def of(cls, equations: Equations) -> Margins:
        """Build margins from pairs of a total's cell and its parts' cells.

        Examples
        --------
        >>> Margins.of([(3, [0, 1, 2])]).part.tolist()
        [0, 1, 2]
        """
        pairs = [(total, list(parts)) for total, parts in equations]
        sizes = [len(parts) for _, parts in pairs]
        return cls(
            total=np.array([total for total, _ in pairs], dtype=np.int64),
            equation=np.repeat(np.arange(len(pairs)), sizes).astype(np.int64),
            part=np.array([cell for _, parts in pairs for cell in parts], dtype=np.int64),
        )

    @classmethod
    def from_parents(cls, parents: ArrayLike) -> Margins:
        """Build margins from each cell's total along each dimension.

        Parameters
        ----------
        parents : array_like of int, shape (n_dimensions, n_cells) or (n_cells,)
            Cell that holds the total which the cell is a part of, along each dimension
            (area, category, period, part of the day …); -1 where there is none.
        """
        table = np.atleast_2d(np.asarray(parents, dtype=np.int64))
        dimension, cell = np.nonzero(table >= 0)
        key = dimension * table.shape[1] + table[dimension, cell]
        keys, equation = np.unique(key, return_inverse=True)
        order = np.argsort(equation, kind="stable")
        return cls(keys % max(1, table.shape[1]), equation[order], cell[order])


@dataclass(frozen=True, slots=True)
class Suppression:
    """What may be shown: `status` holds a `CellStatus` value per cell."""

    status: StatusArray

    @property
    def is_shown(self) -> BoolArray:
        """Tell for each cell whether it may be shown."""
        return np.asarray(self.status == CellStatus.SHOWN)


def checked(counts: ArrayLike) -> IntArray:
    """Return counts as whole numbers, or refuse them (DISCLOSURE_BAD_COUNT)."""
    cells = np.asarray(counts, dtype=float)
    if not np.all(np.isfinite(cells) & (cells >= 0) & (cells == np.round(cells))):
        raise MethodError("DISCLOSURE_BAD_COUNT", shape=cells.shape)
    return cells.astype(np.int64)


def incidence(margins: Margins | Equations, n_cells: int) -> sparse.csr_array:
    """Return the equations as a matrix: +1 for each part, -1 for the total.

    Raises
    ------
    MethodError
        DISCLOSURE_BAD_MARGIN for a margin that names a cell which is not there.
    """
    sums = margins if isinstance(margins, Margins) else Margins.of(margins)
    cell = np.concatenate([sums.part, sums.total])
    if cell.size and (cell.min() < 0 or cell.max() >= n_cells):
        raise MethodError("DISCLOSURE_BAD_MARGIN", n_cells=n_cells)
    n = sums.total.size
    row = np.concatenate([sums.equation, np.arange(n, dtype=np.int64)])
    sign = np.concatenate([np.ones(sums.part.size), -np.ones(n)])
    return sparse.csr_array((sign, (row, cell)), shape=(n, n_cells))


def rooms(counts: IntArray, min_count: int) -> tuple[BoolArray, BoolArray]:
    """Return whether one more, and one fewer, would fit what the reader is told of a cell.

    A small count lies from 1 to the minimum less 1; any other hidden count is at least the
    minimum. Nobody can be taken from or added to a 0, which is shown.
    """
    can_rise = (counts > 0) & (counts != min_count - 1)
    can_fall = (counts > 1) & (counts != min_count)
    return can_rise, can_fall
