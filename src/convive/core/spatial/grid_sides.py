"""Write down which sides of areas touch the cells of a grid, and where they cross its rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from convive.core.spatial.grid_lookup import Frame
from convive.core.spatial.orientation import side_of_line

Floats = NDArray[np.float64]
Integers = NDArray[np.int32]
Longs = NDArray[np.int64]
Line = tuple[float, float, float, float]
"""x and y of the lower end, x and y of the upper end."""


class Borders(NamedTuple):
    """The rings of all areas, area after area."""

    points: Floats
    """(n_points, 2)."""
    first: Longs
    """(n_rings + 1,): where the points of each ring begin."""
    owner: Integers
    """(n_rings,): its area."""


class Lattice(NamedTuple):
    """The frame, with what only building needs. Numbers only: arrays are dear to hand over."""

    frame: Frame
    width: float
    height: float
    x_margin: float
    """How far around a cell an edge still counts as touching it: more than any rounding."""
    y_margin: float


class Band(NamedTuple):
    """Some rows of cells, with what the sides of areas do there."""

    low: int
    high: int
    """Rows low .. high - 1."""
    first: Longs
    """(n_cells + 2,): where the sides that touch each cell begin (see `list_sides`)."""
    sides: Integers
    """(n_sides, 2): by cell and area, the area and the point at which the side begins."""
    crossing: Integers
    """(n_cells,): an edge that crosses the row's middle and has this cell's middle as the last one
    to its west, or -1."""
    crossings: Integers
    """(n_crossings, 2): of each such edge, the area and the next such edge of the cell, or -1."""


@njit(cache=True, nogil=True)
def count_sides(  # pragma: no cover - compiled
    borders: Borders, lattice: Lattice, band: Band
) -> int:
    """Count the sides that touch each cell; return how often one crosses a row's middle.

    The count of a cell stands two entries behind it in `first`. Once summed up, the entry after a
    cell says where its sides begin; `list_sides` moves it on to where they end.
    """
    side, n = lattice.frame.side, 0
    points, first, rows = borders.points, band.first, (band.low, band.high)
    for ring in range(borders.owner.size):
        for k in range(borders.first[ring], borders.first[ring + 1] - 1):
            line = upwards(points[k, 0], points[k, 1], points[k + 1, 0], points[k + 1, 1])
            low, high = _rows(line, lattice, rows)
            for row in range(low, high):
                left, right = _columns(line, row, lattice)
                start = (row - band.low) * side + 2
                for cell in range(start + left, start + right):
                    first[cell] += 1
                n += line[1] <= middle_y(row, lattice) < line[3]
    return n


@njit(cache=True, nogil=True)
def list_sides(  # pragma: no cover - compiled
    borders: Borders, lattice: Lattice, band: Band
) -> None:
    """Write down the sides that touch each cell, and where they cross the middles of rows."""
    side, n = lattice.frame.side, 0
    points, rows = borders.points, (band.low, band.high)
    _, _, first, sides, crossing, crossings = band
    for ring in range(borders.owner.size):
        for k in range(borders.first[ring], borders.first[ring + 1] - 1):
            line = upwards(points[k, 0], points[k, 1], points[k + 1, 0], points[k + 1, 1])
            low, high = _rows(line, lattice, rows)
            for row in range(low, high):
                left, right = _columns(line, row, lattice)
                start = (row - band.low) * side
                for cell in range(start + left + 1, start + right + 1):
                    at = first[cell]
                    sides[at, 0], sides[at, 1] = borders.owner[ring], k
                    first[cell] = at + 1
                if line[1] <= middle_y(row, lattice) < line[3]:
                    column = _last_west(line, row, lattice)
                    if column >= 0:
                        crossings[n, 0], crossings[n, 1] = (
                            borders.owner[ring],
                            crossing[start + column],
                        )
                        crossing[start + column] = n
                        n += 1


@njit(cache=True, nogil=True)
def upwards(xa: float, ya: float, xb: float, yb: float) -> Line:  # pragma: no cover - compiled
    """Return a side from its lower to its upper end."""
    if ya > yb or (ya == yb and xa > xb):
        return xb, yb, xa, ya
    return xa, ya, xb, yb


@njit(cache=True, nogil=True)
def middle_x(column: int, lattice: Lattice) -> float:  # pragma: no cover - compiled
    """Return the x of the middles of a column's cells."""
    return lattice.frame.x_low + (column + 0.5) * lattice.width


@njit(cache=True, nogil=True)
def middle_y(row: int, lattice: Lattice) -> float:  # pragma: no cover - compiled
    """Return the y of the middles of a row's cells."""
    return lattice.frame.y_low + (row + 0.5) * lattice.height


@njit(cache=True, nogil=True)
def _nth(value: float, low: float, scale: float, side: int) -> int:  # pragma: no cover - compiled
    """Return the row or column of a coordinate, the nearest one beyond the frame."""
    return max(min(int((value - low) * scale), side - 1), 0)


@njit(cache=True, nogil=True)
def _rows(  # pragma: no cover - compiled
    line: Line, lattice: Lattice, rows: tuple[int, int]
) -> tuple[int, int]:
    """Return which of some rows a side touches: the first, and the last + 1."""
    frame = lattice.frame
    if line[0] == line[2] and line[1] == line[3]:
        return 0, 0
    low = _nth(line[1] - lattice.y_margin, frame.y_low, frame.y_scale, frame.side)
    high = _nth(line[3] + lattice.y_margin, frame.y_low, frame.y_scale, frame.side)
    return max(low, rows[0]), min(high + 1, rows[1])


@njit(cache=True, nogil=True)
def _columns(  # pragma: no cover - compiled
    line: Line, row: int, lattice: Lattice
) -> tuple[int, int]:
    """Return the columns that a side touches in a row and its margin: first, and last + 1."""
    frame, xs, xt = lattice.frame, line[0], line[2]
    bottom = frame.y_low + row * lattice.height - lattice.y_margin
    top = frame.y_low + (row + 1) * lattice.height + lattice.y_margin
    rise = line[3] - line[1]
    # Most sides are short: those within the row need no division.
    if (line[1] < bottom or line[3] > top) and rise > 0.0 and frame.y_scale > 0.0:
        s = min(max((bottom - line[1]) / rise, 0.0), 1.0)
        t = min(max((top - line[1]) / rise, 0.0), 1.0)
        xs, xt = line[0] + s * (line[2] - line[0]), line[0] + t * (line[2] - line[0])
    left = _nth(min(xs, xt) - lattice.x_margin, frame.x_low, frame.x_scale, frame.side)
    right = _nth(max(xs, xt) + lattice.x_margin, frame.x_low, frame.x_scale, frame.side)
    return left, right + 1


@njit(cache=True, nogil=True)
def _last_west(line: Line, row: int, lattice: Lattice) -> int:  # pragma: no cover - compiled
    """Return the last column whose middle lies west of an edge that crosses the row's middle."""
    frame, y = lattice.frame, middle_y(row, lattice)
    x = line[0] + (y - line[1]) / (line[3] - line[1]) * (line[2] - line[0])
    k = _nth(x, frame.x_low, frame.x_scale, frame.side)
    while k + 1 < frame.side and _is_west(middle_x(k + 1, lattice), y, line):
        k += 1
    while k >= 0 and not _is_west(middle_x(k, lattice), y, line):
        k -= 1
    return k


@njit(cache=True, nogil=True)
def _is_west(x: float, y: float, line: Line) -> bool:  # pragma: no cover - compiled
    return side_of_line(x, y, line[0], line[1], line[2], line[3]) > 0.0
