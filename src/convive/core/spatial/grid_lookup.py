"""Look points up in a grid of areas: one table read, or the few edges within the cell.

The answer in a cell that borders cross. For an area, count the edges to the east of the point,
modulo 2. Edges that do not touch the cell contribute a constant, save where a chain of them ends
at a vertex shared with an edge that does, to the east of the cell: there the contribution turns at
the height of that vertex. So each edge of the cell carries, besides its own crossing, which of its
ends lie to the east ("turns"), and the cell carries the constant of each of its areas as a bit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from convive.core.spatial.orientation import side_of_line

Floats = NDArray[np.float64]
Integers = NDArray[np.int32]

OUTSIDE = -1
"""No area, though the point has a place."""
UNLOCATED = -2
"""No place: a coordinate is missing or infinite."""
AREAS_PER_BLOCK = 31
FIRST_BLOCK = 2
"""Table values are areas, -1 for nothing, and -(block + 2) for cells with borders."""

BLOCK_RECORDS, BLOCK_AREAS, BLOCK_STATE, BLOCK_MORE = 0, 1, 2, 3
_BIT_LOW, _BIT_HIGH = 2, 1
_EDGE_MASK = (1 << 30) - 1


class Frame(NamedTuple):
    """Where the cells of a square grid are."""

    x_low: float
    y_low: float
    x_high: float
    y_high: float
    x_scale: float
    """Columns per unit of x; 0 where the areas have no extent."""
    y_scale: float
    side: int


class Cells(NamedTuple):
    """What the lookup reads."""

    table: Integers
    """(side * side,): see `FIRST_BLOCK`."""
    blocks: Integers
    """(n_blocks + 1, 4): first record, first area, constant bits, whether a block follows."""
    records: NDArray[np.int64]
    """(n_records,): bits of the areas << 32 | edge << 2 | lower end turns << 1 | upper end turns."""
    areas: Integers
    """Areas of each block, ascending."""
    edges: Floats
    """(n_edges, 4): x and y of the lower end, x and y of the upper end."""


@njit(cache=True, nogil=True)
def flips(x: float, y: float, record: int, edges: Floats) -> bool:  # pragma: no cover - compiled
    """Tell whether the edge of the record turns inside into outside for this point."""
    edge = (record >> 2) & _EDGE_MASK
    below_low, below_high = y < edges[edge, 1], y < edges[edge, 3]
    flip = (below_low and (record & _BIT_LOW) != 0) != (below_high and (record & _BIT_HIGH) != 0)
    if below_high and not below_low:
        side = side_of_line(x, y, edges[edge, 0], edges[edge, 1], edges[edge, 2], edges[edge, 3])
        flip = flip != (side > 0.0)
    return flip


@njit(cache=True, nogil=True)
def _in_block(x: float, y: float, start: int, cells: Cells) -> int:  # pragma: no cover - compiled
    """Return the first area of a border cell that contains or else touches the point."""
    block = start
    while True:
        state = np.int64(cells.blocks[block, BLOCK_STATE])
        for k in range(cells.blocks[block, BLOCK_RECORDS], cells.blocks[block + 1, BLOCK_RECORDS]):
            record = cells.records[k]
            if flips(x, y, record, cells.edges):
                state ^= record >> 32
        if state:
            return cells.areas[cells.blocks[block, BLOCK_AREAS] + _lowest_bit(state)]
        if not cells.blocks[block, BLOCK_MORE]:
            return _touched(x, y, start, cells)
        block += 1


@njit(cache=True, nogil=True)
def _lowest_bit(state: int) -> int:  # pragma: no cover - compiled
    bit = 0
    while not (state >> bit) & 1:
        bit += 1
    return bit


@njit(cache=True, nogil=True)
def _touched(x: float, y: float, start: int, cells: Cells) -> int:  # pragma: no cover - compiled
    """Return the first area whose border the point lies on, for points that no area contains."""
    block = start
    while True:
        found = AREAS_PER_BLOCK
        for k in range(cells.blocks[block, BLOCK_RECORDS], cells.blocks[block + 1, BLOCK_RECORDS]):
            record = cells.records[k]
            if _is_on_edge(x, y, cells.edges[(record >> 2) & _EDGE_MASK]):
                found = min(found, _lowest_bit(record >> 32))
        if found < AREAS_PER_BLOCK:
            return cells.areas[cells.blocks[block, BLOCK_AREAS] + found]
        if not cells.blocks[block, BLOCK_MORE]:
            return OUTSIDE
        block += 1


@njit(cache=True, nogil=True)
def _is_on_edge(x: float, y: float, edge: Floats) -> bool:  # pragma: no cover - compiled
    """Tell whether the point lies on the edge, its ends included."""
    if y < edge[1] or y > edge[3] or x < min(edge[0], edge[2]) or x > max(edge[0], edge[2]):
        return False
    return side_of_line(x, y, edge[0], edge[1], edge[2], edge[3]) == 0.0


@njit(cache=True, nogil=True)
def _look_up(  # pragma: no cover - compiled
    x: float, y: float, frame: Frame, cells: Cells
) -> int:
    """Return the area of one point, OUTSIDE or UNLOCATED."""
    if not (frame.x_low <= x <= frame.x_high and frame.y_low <= y <= frame.y_high):
        return OUTSIDE if np.isfinite(x) and np.isfinite(y) else UNLOCATED
    column = min(int((x - frame.x_low) * frame.x_scale), frame.side - 1)
    row = min(int((y - frame.y_low) * frame.y_scale), frame.side - 1)
    code = cells.table[row * frame.side + column]
    if code >= OUTSIDE:
        return code
    return _in_block(x, y, -code - FIRST_BLOCK, cells)


@njit(cache=True, nogil=True)
def locate_into(  # pragma: no cover - compiled
    xs: Floats, ys: Floats, frame: Frame, cells: Cells, located: Integers
) -> None:
    """Fill `located` with the area of each point; OUTSIDE also where there is no place."""
    for i in range(xs.size):
        located[i] = max(_look_up(xs[i], ys[i], frame, cells), OUTSIDE)


@njit(cache=True, nogil=True)
def count_into(  # pragma: no cover - compiled
    points: tuple[Floats, Floats], codes: Integers, frame: Frame, cells: Cells, tally: Integers
) -> None:
    """Add each point to `tally`: (areas, outside, unlocated) by (codes, no valid code)."""
    xs, ys = points
    n_areas, n_codes = tally.shape[0] - 2, tally.shape[1] - 1
    for i in range(xs.size):
        code = codes[i] if codes.size else 0
        if code < 0 or code > n_codes:
            code = n_codes
        area = _look_up(xs[i], ys[i], frame, cells)
        tally[area if area >= 0 else n_areas - 1 - area, code] += 1
