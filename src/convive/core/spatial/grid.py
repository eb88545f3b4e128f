"""Areas ready for any number of points: located or counted, each point once.

The rule. A point belongs to an area by the half-open crossing rule: a point on a shared border
belongs to the area on its right-hand (eastern) or, on a level border, its upper (northern) side.
For areas that share their border vertices this gives exactly one area. What the rule leaves open
is settled by order: where areas overlap, or where a point lies on the outer border of them all,
the area that comes first in the sequence gets it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from convive.core.errors import MethodError
from convive.core.spatial.grid_build import build_cells, collect_borders
from convive.core.spatial.grid_lookup import OUTSIDE, Cells, Frame, add_to_tally, locate_into
from convive.core.threads import processors

_CHUNK = 1 << 16
_ALONE = 1 << 16
"""Up to so many points one thread is quicker."""
_PLAIN = (2.0**-200, 2.0**200)
"""Between these, no product of two coordinates leaves the range of floats."""

Floats = NDArray[np.float64]
Batch = tuple[ArrayLike, ArrayLike, ArrayLike | None]


@dataclass(frozen=True, slots=True)
class AreaCounts:
    """Counts per area and code; all parts together are all points given."""

    counts: NDArray[np.int64]
    """(n_areas, n_codes)."""
    outside: NDArray[np.int64]
    """(n_codes,): points that have a place, but in no area."""
    unlocated: NDArray[np.int64]
    """(n_codes,): points without a place, a coordinate being missing or infinite."""
    uncoded: int
    """Points whose code is not among 0 .. n_codes - 1, wherever they lie."""

    @property
    def total(self) -> int:
        """Return the number of points given."""
        placed = self.counts.sum() + self.outside.sum() + self.unlocated.sum()
        return int(placed) + self.uncoded


@dataclass(frozen=True, slots=True)
class AreaGrid:
    """Areas with a grid laid over them; build once, use for any number of points.

    Cells that no border crosses are answered by one table read, the others by the few edges that
    touch them. It holds arrays only: cheap to pass to threads, and to other processes by pickle.
    Do not use it to find every area that touches a point.
    """

    n_areas: int
    scale: float
    """A power of two that brings extreme coordinates near 1; 1 for all usual ones."""
    frame: Frame | None
    """None where no area has a border."""
    cells: Cells | None

    @classmethod
    def build(
        cls, polygons: Sequence[BaseGeometry | None], *, n_points: int | None = None
    ) -> AreaGrid:
        """Return the grid over some areas.

        Parameters
        ----------
        polygons : sequence of shapely polygons or multipolygons, length n_areas
            The areas. None and empty geometries contain nothing. They may overlap.
        n_points : int, optional
            How many points will be asked for, where they are few: a coarser grid, sooner ready.

        Raises
        ------
        MethodError
            SPATIAL_NOT_AN_AREA if a geometry is neither polygon nor multipolygon.
        """
        areas = _check_areal(polygons)
        scale = _find_scale(areas)
        borders = collect_borders(areas, scale)
        if not len(borders.points):
            return cls(len(areas), scale, None, None)
        frame, cells = build_cells(borders, len(areas), n_points)
        return cls(len(areas), scale, frame, cells)

    def locate(
        self, x: ArrayLike, y: ArrayLike, *, threads: int | None = None
    ) -> NDArray[np.int32]:
        """Return the index of the area that each point lies in, -1 where it lies in none.

        Parameters
        ----------
        x, y : array_like of float, shape (n_points,)
            Coordinates in the system of the areas. NaN and infinite ones lie in no area.
        threads : int, optional
            Default: as many as there are processors. The answer does not depend on it.

        Raises
        ------
        MethodError
            SPATIAL_SHAPE if the coordinates differ in length.
        """
        xs, ys, _ = _check_points(x, y, None)
        located = np.full(xs.size, OUTSIDE, dtype=np.int32)
        frame, cells = self.frame, self.cells
        if frame is None or cells is None:
            return located

        def work(_: int, part: slice) -> None:
            locate_into(self._points(xs, ys, part), frame, cells, located[part])
            np.maximum(located[part], OUTSIDE, out=located[part])

        _share_out(work, xs.size, _thread_count(threads, xs.size))
        return located

    def count(
        self,
        x: ArrayLike,
        y: ArrayLike,
        codes: ArrayLike | None = None,
        n_codes: int = 1,
        *,
        threads: int | None = None,
    ) -> AreaCounts:
        """Count points by area and code in one pass.

        Parameters
        ----------
        x, y : array_like of float, shape (n_points,)
            Coordinates in the system of the areas.
        codes : array_like of int, shape (n_points,), optional
            What else to count by, from 0 on, e.g. month * n_categories + category. Codes beyond
            0 .. n_codes - 1 are counted as `uncoded`. None: every point has code 0.
        n_codes : int
            How many codes there are.

        Returns
        -------
        AreaCounts
            Every point given is in exactly one of its parts.

        Raises
        ------
        MethodError
            SPATIAL_SHAPE if the arrays differ in length.
        """
        return self.count_batches([(x, y, codes)], n_codes, threads=threads)

    def count_batches(
        self, batches: Iterable[Batch], n_codes: int = 1, *, threads: int | None = None
    ) -> AreaCounts:
        """Count batches of (x, y, codes) as one; only one batch is held at a time."""
        most = _thread_count(threads, None)
        total = np.zeros((self.n_areas + 2, n_codes + 1), dtype=np.int64)
        tallies = np.zeros((most, *total.shape), dtype=np.int32)
        held = 0
        for x, y, codes in batches:
            xs, ys, numbers = _check_points(x, y, codes)
            # The tallies of the threads are 32 bits wide: empty them long before they are full.
            if held + xs.size >= 2**31:
                total += tallies.sum(axis=0, dtype=np.int64)
                tallies[:] = 0
                held = 0
            self._tally(xs, ys, numbers, tallies, _thread_count(threads, xs.size))
            held += xs.size
        for tally in tallies:
            total += tally
        counts, outside, unlocated = total[: self.n_areas], total[-2], total[-1]
        return AreaCounts(
            counts[:, :n_codes], outside[:n_codes], unlocated[:n_codes], int(total[:, -1].sum())
        )

    def _tally(
        self,
        xs: Floats,
        ys: Floats,
        codes: NDArray[np.integer],
        tallies: NDArray[np.int32],
        threads: int,
    ) -> None:
        """Add a batch to the tallies of the threads."""
        frame = self.frame or Frame(np.inf, np.inf, -np.inf, -np.inf, 0.0, 0.0, 1)
        cells = self.cells or _NO_CELLS

        def work(thread: int, part: slice) -> None:
            numbers = _as_codes(codes[part], tallies.shape[2] - 1)
            found = np.empty(part.stop - part.start, dtype=np.int32)
            locate_into(self._points(xs, ys, part), frame, cells, found)
            add_to_tally(found, numbers, tallies[thread])

        _share_out(work, xs.size, threads)

    def _points(self, xs: Floats, ys: Floats, part: slice) -> tuple[Floats, Floats]:
        """Return a stretch of the points as the compiled loops take it."""
        x, y = np.ascontiguousarray(xs[part]), np.ascontiguousarray(ys[part])
        if self.scale == 1.0:
            return x, y
        with np.errstate(over="ignore"):
            return _near(x * self.scale, x), _near(y * self.scale, y)


def _near(scaled: Floats, given: Floats) -> Floats:
    """Return scaled coordinates; finite ones stay finite, however far from the areas."""
    largest = np.finfo(np.float64).max
    return np.where(np.isfinite(given), np.clip(scaled, -largest, largest), given)


_NO_CELLS = Cells(
    np.full(1, OUTSIDE, np.int32),
    np.zeros((1, 4), np.int32),
    np.zeros(0, np.int64),
    np.zeros((0, 4)),
    np.zeros(0, np.int32),
)


def _check_areal(polygons: Sequence[BaseGeometry | None]) -> NDArray[np.object_]:
    """Return the geometries as an array; refuse what has no area."""
    areas = np.empty(len(polygons), dtype=object)
    areas[:] = list(polygons)
    kinds = shapely.get_type_id(areas)
    wrong = np.flatnonzero(~np.isin(kinds, (-1, 3, 6)) & ~shapely.is_empty(areas))
    if wrong.size:
        raise MethodError("SPATIAL_NOT_AN_AREA", indices=wrong.tolist())
    return areas


def _find_scale(areas: NDArray[np.object_]) -> float:
    """Return the power of two that keeps products of coordinates in the range of floats."""
    bounds = np.abs(shapely.bounds(areas))
    largest = float(np.nanmax(bounds, initial=0.0)) if not np.isnan(bounds).all() else 0.0
    if largest == 0.0 or _PLAIN[0] <= largest <= _PLAIN[1]:
        return 1.0
    return float(2.0 ** int(np.clip(-np.floor(np.log2(largest)), -1022, 1022)))


def _check_points(
    x: ArrayLike, y: ArrayLike, codes: ArrayLike | None
) -> tuple[Floats, Floats, NDArray[np.integer]]:
    """Return points and codes as arrays, without a copy where they are arrays already."""
    xs, ys = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    numbers = np.empty(0, np.int32) if codes is None else np.asarray(codes)
    has_codes = codes is None or numbers.shape == xs.shape
    if xs.ndim != 1 or xs.shape != ys.shape or not has_codes:
        raise MethodError("SPATIAL_SHAPE", longitudes=xs.shape, latitudes=ys.shape)
    return xs, ys, numbers


def _as_codes(codes: NDArray[np.integer], n_codes: int) -> NDArray[np.int32]:
    """Return a stretch of codes as the kernel takes them; what does not fit becomes -1."""
    if codes.dtype.itemsize > 4 or codes.dtype == np.uint32:
        codes = np.where((codes >= 0) & (codes < n_codes), codes, -1)
    return np.ascontiguousarray(codes, dtype=np.int32)


def _thread_count(threads: int | None, n_points: int | None) -> int:
    wanted = processors() if threads is None else max(threads, 1)
    return 1 if n_points is not None and n_points <= _ALONE else wanted


def _share_out(work: Callable[[int, slice], None], n: int, threads: int) -> None:
    """Do all chunks, thread t the t-th stretch of them; the compiled loops release the lock."""

    def stretch(thread: int) -> None:
        for part in _chunks(n * thread // threads, n * (thread + 1) // threads):
            work(thread, part)

    if threads == 1:
        stretch(0)
        return
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(stretch, thread) for thread in range(threads)]:
            done.result()


def _chunks(start: int, stop: int) -> Iterator[slice]:
    for low in range(start, stop, _CHUNK):
        yield slice(low, min(low + _CHUNK, stop))
