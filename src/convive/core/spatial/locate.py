"""Which area each point lies in: exact, every point counted once.

The rule. A point belongs to an area by the half-open crossing rule: a point on a shared border
belongs to the area on its right-hand (eastern) or, on a level border, its upper (northern) side.
For areas that share their border vertices this gives exactly one area. What the rule leaves open
is settled by order: where areas overlap, or where a point lies on the outer border of them all,
the area that comes first in the sequence gets it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numba import njit
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from convive.core.errors import MethodError

_BORDER = 1
_UNKNOWN = -3
_OPEN = -2
_ROUNDING = 1e-6
_CELLS_PER_EDGE = 4.0
_SIDE_MIN = 8
_SIDE_MAX = 1024

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class _Edges(NamedTuple):
    """Edges of all areas, oriented upwards, area after area."""

    ends: Floats
    """(n_edges, 4): x and y of the lower end, x and y of the upper end."""
    first: Integers
    """(n_areas + 1,): where the edges of each area begin."""
    boxes: Floats
    """(n_areas, 4): x min, y min, x max, y max; NaN for an empty area."""


class _Grid(NamedTuple):
    """A square grid over all areas, with the areas that may reach into each cell."""

    origin: Floats
    """(4,): x min, y min, cell width, cell height."""
    side: int
    is_border: NDArray[np.uint8]
    """(side * side,): 1 where an edge passes through or close by."""
    first: Integers
    areas: Integers


def locate_points(
    longitudes: ArrayLike,
    latitudes: ArrayLike,
    polygons: Sequence[BaseGeometry | None],
) -> Integers:
    """Return the index of the area that each point lies in, -1 where it lies in none.

    Every point gets at most one area, also on shared borders and corners (rule: see the module),
    so points inside and outside always add up to all points. Do not use it to find every area
    that touches a point.

    Parameters
    ----------
    longitudes, latitudes : array_like of float, shape (n_points,)
        Coordinates in the same system as the areas (degrees or metres). A point with a missing
        (NaN) or infinite coordinate is outside.
    polygons : sequence of shapely polygons or multipolygons, length n_areas
        The areas. None and empty geometries contain nothing.

    Returns
    -------
    ndarray of int64, shape (n_points,)
        Index into `polygons`, or -1.

    Raises
    ------
    MethodError
        SPATIAL_SHAPE if the coordinates differ in length; SPATIAL_NOT_AN_AREA if a geometry is
        neither polygon nor multipolygon.

    Notes
    -----
    Nine points in ten are settled by one look into a grid cell that no border crosses; the rest
    by a crossing count over the edges of the few areas that reach into the cell.

    References
    ----------
    .. [1] Shimrat, M. (1962). Algorithm 112: position of point relative to polygon.
       Communications of the ACM 5(8), 434.

    Examples
    --------
    >>> import shapely
    >>> halves = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    >>> locate_points([0.5, 1.0, 1.5, 3.0], [0.5, 0.5, 0.5, 0.5], halves).tolist()
    [0, 1, 1, -1]
    """
    x = np.ascontiguousarray(longitudes, dtype=np.float64)
    y = np.ascontiguousarray(latitudes, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape:
        raise MethodError("SPATIAL_SHAPE", longitudes=x.shape, latitudes=y.shape)
    located = np.full(x.size, -1, dtype=np.int64)
    areas = _check_areal(polygons)
    if not x.size or shapely.is_empty(areas).all() or shapely.is_missing(areas).all():
        return located
    edges, every_edge = _collect_edges(areas)
    grid = _build_grid(edges.boxes, every_edge, n_points=x.size)
    _locate(x, y, edges, grid, located)
    _settle_outer_border(x, y, areas, located)
    return located


def _check_areal(polygons: Sequence[BaseGeometry | None]) -> NDArray[np.object_]:
    """Return the geometries as an array; refuse what has no area."""
    areas = np.empty(len(polygons), dtype=object)
    areas[:] = list(polygons)
    kinds = shapely.get_type_id(areas)
    wrong = np.flatnonzero(~np.isin(kinds, (-1, 3, 6)) & ~shapely.is_empty(areas))
    if wrong.size:
        raise MethodError("SPATIAL_NOT_AN_AREA", indices=wrong.tolist())
    return areas


def _collect_edges(areas: NDArray[np.object_]) -> tuple[_Edges, Floats]:
    """Return the upward edges per area, and every edge (level ones included) for the grid."""
    parts, owner = shapely.get_parts(areas, return_index=True)
    rings, of_part = shapely.get_rings(parts, return_index=True)
    points, of_ring = shapely.get_coordinates(rings, return_index=True)
    is_joined = of_ring[1:] == of_ring[:-1]
    segments = np.hstack([points[:-1], points[1:]])[is_joined]
    segment_owner = owner[of_part[of_ring[:-1]]][is_joined]
    # A shared edge must give bit for bit the same answer in both areas: point it upwards always.
    down = segments[:, 1] > segments[:, 3]
    segments[down] = segments[down][:, [2, 3, 0, 1]]
    is_level = segments[:, 1] == segments[:, 3]
    ends = np.ascontiguousarray(segments[~is_level])
    per_area = np.bincount(segment_owner[~is_level], minlength=len(areas))
    first = np.concatenate([[0], np.cumsum(per_area)]).astype(np.int64)
    return _Edges(ends, first, shapely.bounds(areas)), np.ascontiguousarray(segments)


def _build_grid(boxes: Floats, every_edge: Floats, *, n_points: int) -> _Grid:
    """Lay a grid over all areas; for few points a coarse one, since it must pay for itself."""
    low = np.nanmin(boxes[:, :2], axis=0)
    high = np.nanmax(boxes[:, 2:], axis=0)
    wanted = np.sqrt(min(_CELLS_PER_EDGE * len(every_edge), 4.0 * n_points))
    side = int(np.clip(wanted, _SIDE_MIN, _SIDE_MAX))
    span = np.maximum(high - low, np.finfo(np.float64).tiny)
    origin = np.concatenate([low, span / side])
    is_border = np.zeros(side * side, dtype=np.uint8)
    _mark_borders(every_edge, origin, side, is_border)
    first, members = _list_candidates(boxes, origin, side)
    return _Grid(origin, side, is_border, first, members)


def _list_candidates(boxes: Floats, origin: Floats, side: int) -> tuple[Integers, Integers]:
    """Return, cell after cell, the areas whose bounding box reaches into the cell."""
    cells: list[Integers] = []
    owners: list[Integers] = []
    for area, box in enumerate(boxes):
        if np.isnan(box[0]):
            continue
        column, row, column_end, row_end = (
            np.clip(np.floor((box - origin[[0, 1, 0, 1]]) / origin[[2, 3, 2, 3]]), 0, side - 1)
        ).astype(np.int64)
        # One cell of margin on every side: the point's own cell is found by rounding.
        rows = np.arange(max(row - 1, 0), min(row_end + 2, side))
        columns = np.arange(max(column - 1, 0), min(column_end + 2, side))
        cells.append((rows[:, None] * side + columns[None, :]).ravel())
        owners.append(np.full(cells[-1].size, area, dtype=np.int64))
    cell = np.concatenate(cells)
    order = np.argsort(cell, kind="stable")
    counts = np.bincount(cell, minlength=side * side)
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return first, np.concatenate(owners)[order]


def _settle_outer_border(
    x: Floats, y: Floats, areas: NDArray[np.object_], located: Integers
) -> None:
    """Give points on the outer border, which the half-open rule left out, to the first area."""
    open_points = np.flatnonzero(located == _OPEN)
    located[open_points] = -1
    if not open_points.size:
        return
    points = shapely.points(x[open_points], y[open_points])
    tree = shapely.STRtree(areas)
    which, area = tree.query(points, predicate="intersects")
    winner = np.full(open_points.size, len(areas), dtype=np.int64)
    np.minimum.at(winner, which, area)
    is_touched = winner < len(areas)
    located[open_points[is_touched]] = winner[is_touched]


@njit(cache=True)
def _mark_borders(  # pragma: no cover - compiled
    edges: Floats, origin: Floats, side: int, is_border: NDArray[np.uint8]
) -> None:
    """Mark every cell that an edge passes through, with one cell of margin."""
    x0, y0, width, height = origin[0], origin[1], origin[2], origin[3]
    for e in range(edges.shape[0]):
        xa, ya, xb, yb = edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3]
        row_low = max(int((ya - y0) / height) - 1, 0)
        row_high = min(int((yb - y0) / height) + 1, side - 1)
        for row in range(row_low, row_high + 1):
            left, right = min(xa, xb), max(xa, xb)
            if yb > ya:
                # The stretch of the edge within this row and its neighbours.
                s = min(max((y0 + (row - 1) * height - ya) / (yb - ya), 0.0), 1.0)
                t = min(max((y0 + (row + 2) * height - ya) / (yb - ya), 0.0), 1.0)
                xs, xt = xa + s * (xb - xa), xa + t * (xb - xa)
                left, right = min(xs, xt), max(xs, xt)
            column_low = max(int((left - x0) / width) - 1, 0)
            column_high = min(int((right - x0) / width) + 1, side - 1)
            for column in range(column_low, column_high + 1):
                is_border[row * side + column] = _BORDER


@njit(cache=True)
def _find_area(  # pragma: no cover - compiled
    x: float, y: float, edges: _Edges, candidates: Integers
) -> int:
    """Return the first candidate that contains the point by the half-open rule, or -1."""
    for area in candidates:
        box = edges.boxes[area]
        if x < box[0] or y < box[1] or x > box[2] or y > box[3]:
            continue
        is_inside = False
        for e in range(edges.first[area], edges.first[area + 1]):
            end = edges.ends[e]
            if end[1] <= y < end[3] and (x - end[0]) * (end[3] - end[1]) < (end[2] - end[0]) * (
                y - end[1]
            ):
                is_inside = not is_inside
        if is_inside:
            return area
    return -1


@njit(cache=True)
def _locate(  # pragma: no cover - compiled
    xs: Floats, ys: Floats, edges: _Edges, grid: _Grid, located: Integers
) -> None:
    """Fill `located`; cells without a border are looked up once, at their middle."""
    x0, y0, width, height = grid.origin[0], grid.origin[1], grid.origin[2], grid.origin[3]
    side = grid.side
    known = np.full(side * side, _UNKNOWN, dtype=np.int64)
    for i in range(xs.size):
        x, y = xs[i], ys[i]
        if not (np.isfinite(x) and np.isfinite(y)):
            continue
        column_at, row_at = (x - x0) / width, (y - y0) / height
        beyond = side + _ROUNDING
        if column_at < 0 or row_at < 0 or column_at > beyond or row_at > beyond:
            continue
        column, row = min(int(column_at), side - 1), min(int(row_at), side - 1)
        cell = row * side + column
        candidates = grid.areas[grid.first[cell] : grid.first[cell + 1]]
        if grid.is_border[cell] == _BORDER:
            area = _find_area(x, y, edges, candidates)
            located[i] = area if area >= 0 else _OPEN
            continue
        if known[cell] == _UNKNOWN:
            middle_x, middle_y = x0 + (column + 0.5) * width, y0 + (row + 0.5) * height
            known[cell] = _find_area(middle_x, middle_y, edges, candidates)
        located[i] = known[cell]
