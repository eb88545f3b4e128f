"""The only suppression: which figures may not be shown, so that nobody is shown by subtraction.

Small counts are hidden first; then as few and as small other figures as it takes, until none of
the hidden ones can be worked out from what is shown, whatever margins cross.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.subtraction import Links

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

__all__ = [
    "CellStatus",
    "Margins",
    "Suppression",
    "feasible_ranges",
    "round_for_publication",
    "suppress",
    "withhold_small_base",
]


class CellStatus(IntEnum):
    """Whether a count may be shown, and why not."""

    SHOWN = 0
    SMALL_COUNT = 1
    """Above 0 and below the minimum."""
    COMPLEMENTARY = 2
    """Would let somebody work out a small count by subtraction."""


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
    def of(cls, equations: Iterable[tuple[int, Sequence[int]]]) -> Margins:
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

    status: NDArray[np.int8]

    @property
    def is_shown(self) -> BoolArray:
        """Tell for each cell whether it may be shown."""
        return np.asarray(self.status == CellStatus.SHOWN)


def suppress(
    counts: ArrayLike,
    *,
    margins: Margins | Iterable[tuple[int, Sequence[int]]] = (),
    min_count: int = 5,
) -> Suppression:
    """Return which cells may be shown so that no hidden one can be worked out.

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
    cell: a small count lies from 1 to the minimum less 1, any other hidden cell is at least
    the minimum. A cell is protected if at least two values remain possible for it.

    References
    ----------
    .. [1] Hundepool, A. et al. (2012). Statistical Disclosure Control. Wiley, chapter 4.
    """
    cells = _checked(counts)
    links = _links(margins, cells)
    status = np.where((cells > 0) & (cells < min_count), CellStatus.SMALL_COUNT, 0).astype(np.int8)
    chosen = np.ones(1, dtype=np.int64)
    while chosen.size:
        chosen = _exposed_cover(links, status, min_count)
        status[chosen] = CellStatus.COMPLEMENTARY
    return Suppression(status)


def feasible_ranges(
    counts: ArrayLike,
    status: ArrayLike,
    *,
    margins: Margins | Iterable[tuple[int, Sequence[int]]],
    min_count: int = 5,
) -> tuple[FloatArray, FloatArray]:
    """Return the smallest and largest value that a reader can hold possible for each cell.

    Parameters and errors as for `suppress`; `status` is that of its result.
    """
    cells = _checked(counts)
    known = _known(cells, np.asarray(status, dtype=np.int8), min_count)
    return _links(margins, cells).narrowed(*known)


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


def _exposed_cover(links: Links, status: NDArray[np.int8], min_count: int) -> IntArray:
    """Return cells to hide next, none if every hidden cell is safe."""
    hidden = status != CellStatus.SHOWN
    can_hide = ~hidden & (links.cells > 0)
    # A cover that is exactly the minimum cannot go down, so it protects less.
    cost = np.where(links.cells == min_count, min_count + 1.5, links.cells)
    cost = np.where(can_hide, cost, np.inf)
    known = _known(links.cells, status, min_count)
    _, weak = links.exposed_at_once(known[0].copy(), known[1].copy())
    chosen = links.cheapest_cover(weak, cost)
    if chosen.size:
        return chosen
    for exposed in _exposed_together(links, known, hidden):
        chosen = _cover(links, exposed, hidden, cost)
        if chosen.size:
            break
    return chosen


def _cover(links: Links, exposed: BoolArray, hidden: BoolArray, cost: FloatArray) -> IntArray:
    """Return cells that give the exposed ones room, from ever farther sums if need be."""
    while True:
        chosen = links.cheapest_cover(links.thinnest(exposed, hidden), cost)
        wider = links.spread(exposed, hidden)
        if chosen.size or np.array_equal(wider, exposed):
            return chosen
        exposed = wider


def _exposed_together(
    links: Links, known: tuple[FloatArray, FloatArray], hidden: BoolArray
) -> Iterator[BoolArray]:
    """Give the hidden cells that several sums expose, by attacks of growing strength."""
    low, high = links.narrowed(*known)
    yield hidden & (high - low < 1.0)
    yield links.determined(hidden)
    yield links.pinned(low, high, hidden)


def _known(
    cells: FloatArray, status: NDArray[np.int8], min_count: int
) -> tuple[FloatArray, FloatArray]:
    """Return what the reader knows of each cell before any sum."""
    small, other = status == CellStatus.SMALL_COUNT, status == CellStatus.COMPLEMENTARY
    low = np.where(small, 1.0, np.where(other, float(min_count), cells))
    high = np.where(small, max(min_count - 1.0, 2.0), np.where(other, np.inf, cells))
    return low, high


def _links(margins: Margins | Iterable[tuple[int, Sequence[int]]], cells: FloatArray) -> Links:
    """Join margins and counts; refuse cells that are not there."""
    sums = margins if isinstance(margins, Margins) else Margins.of(margins)
    named = np.concatenate([sums.part, sums.total])
    if named.size and (named.min() < 0 or named.max() >= cells.size):
        raise MethodError("DISCLOSURE_BAD_MARGIN", n_cells=int(cells.size))
    return Links.of(cells, sums.total, sums.equation, sums.part)


def _checked(counts: ArrayLike) -> FloatArray:
    """Return counts as floats, or refuse them."""
    cells = np.asarray(counts, dtype=float)
    if cells.ndim != 1 or not np.all(
        np.isfinite(cells) & (cells >= 0) & (cells == np.round(cells))
    ):
        raise MethodError("DISCLOSURE_BAD_COUNT", shape=cells.shape)
    return cells
