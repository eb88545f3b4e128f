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
FIRST_BLOCK = 3
"""Table values are areas, -1 for nothing, and -(block + 3) for cells with borders."""

BLOCK_RECORDS, BLOCK_AREAS, BLOCK_STATE, BLOCK_MORE = 0, 1, 2, 3
_BIT_LOW, _BIT_HIGH = 2, 1


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
    """(n_records,): bits of the areas << 32 | lower end turns << 1 | upper end turns."""
    lines: Floats
    """(n_records, 4): x and y of the lower end, x and y of the upper end of each edge."""
    areas: Integers
    """Areas of each block, ascending."""


@njit(cache=True, nogil=True)
def flips(  # pragma: no cover - compiled
    x: float, y: float, turns: int, line: tuple[float, float, float, float]
) -> bool:
    """Tell whether an upward edge turns inside into outside for this point (see the module)."""
    xa, ya, xb, yb = line
    below_low, below_high = y < ya, y < yb
    flip = (below_low and (turns & _BIT_LOW) != 0) != (below_high and (turns & _BIT_HIGH) != 0)
    if below_high and not below_low:
        flip = flip != (side_of_line(x, y, xa, ya, xb, yb) > 0.0)
    return flip


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
            if _is_on_edge(x, y, cells.lines[k]):
                found = min(found, _lowest_bit(cells.records[k] >> 32))
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
def _read_table(  # pragma: no cover - compiled
    points: tuple[Floats, Floats], frame: Frame, table: Integers, found: Integers
) -> None:
    """Fill `found` with the table value of each point's cell, OUTSIDE or UNLOCATED."""
    xs, ys = points
    x_low, y_low, x_high, y_high, x_scale, y_scale, side = frame
    for i in range(xs.size):
        x, y = xs[i], ys[i]
        if x_low <= x <= x_high and y_low <= y <= y_high:
            column = min(int((x - x_low) * x_scale), side - 1)
            row = min(int((y - y_low) * y_scale), side - 1)
            found[i] = table[row * side + column]
        else:
            found[i] = OUTSIDE if np.isfinite(x) and np.isfinite(y) else UNLOCATED


@njit(cache=True, nogil=True)
def _settle(  # pragma: no cover - compiled
    points: tuple[Floats, Floats], cells: Cells, found: Integers
) -> None:
    """Replace the blocks in `found` by the first area that contains or else touches the point.

    One loop without calls that take arrays: handing them over would cost more than the work.
    """
    xs, ys = points
    _, blocks, records, lines, areas = cells
    for i in range(xs.size):
        if found[i] > -FIRST_BLOCK:
            continue
        x, y, start = xs[i], ys[i], -found[i] - FIRST_BLOCK
        block, state = start, np.int64(0)
        while True:
            state = np.int64(blocks[block, BLOCK_STATE])
            for k in range(blocks[block, BLOCK_RECORDS], blocks[block + 1, BLOCK_RECORDS]):
                record = records[k]
                line = lines[k, 0], lines[k, 1], lines[k, 2], lines[k, 3]
                if flips(x, y, record & 3, line):
                    state ^= record >> 32
            if state or not blocks[block, BLOCK_MORE]:
                break
            block += 1
        if state:
            found[i] = areas[blocks[block, BLOCK_AREAS] + _lowest_bit(int(state))]
        else:
            found[i] = _touched(x, y, start, cells)


@njit(cache=True, nogil=True)
def locate_into(  # pragma: no cover - compiled
    points: tuple[Floats, Floats], frame: Frame, cells: Cells, located: Integers
) -> None:
    """Fill `located` with the area of each point, OUTSIDE or UNLOCATED."""
    _read_table(points, frame, cells.table, located)
    _settle(points, cells, located)


@njit(cache=True, nogil=True)
def add_to_tally(  # pragma: no cover - compiled
    found: Integers, codes: Integers, tally: Integers
) -> None:
    """Add each point to `tally`: (areas, outside, unlocated) by (codes, no valid code)."""
    n_areas, n_codes = tally.shape[0] - 2, tally.shape[1] - 1
    for i in range(found.size):
        code = codes[i] if codes.size else 0
        if code < 0 or code > n_codes:
            code = n_codes
        area = found[i]
        tally[area if area >= 0 else n_areas - 1 - area, code] += 1
