"""Walk the rows of a grid from the east to the west and write what the lookup reads.

The helpers are put into the loops (`inline`): handing arrays to them cell by cell would cost more
than what they do.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from convive.core.spatial.grid_lookup import (
    AREAS_PER_BLOCK,
    BLOCK_AREAS,
    BLOCK_MORE,
    BLOCK_RECORDS,
    BLOCK_STATE,
    FIRST_BLOCK,
    OUTSIDE,
    Cells,
    flips,
)
from convive.core.spatial.grid_sides import (
    Band,
    Floats,
    Integers,
    Lattice,
    Line,
    Longs,
    middle_x,
    middle_y,
    upwards,
)

Flags = NDArray[np.uint8]

_LOOK_BACK = 64
"""How many records of a block are looked through for the same edge of another area."""


@njit(cache=True, nogil=True)
def find_insides(  # pragma: no cover - compiled
    band: Band, side: int, n_areas: int, cover: Integers, is_inside: Flags
) -> None:
    """Find the areas that contain the middle of each cell.

    `cover` (n_cells,) gets the first of them that has no side in the cell, or OUTSIDE;
    `is_inside` (n_sides,) whether the side's area is one of them.
    """
    _, _, first, sides, crossing, crossings = band
    inside = np.empty(n_areas, np.int32)
    has = np.zeros(n_areas, np.uint8)
    for row in range(band.high - band.low):
        n = 0
        for cell in range((row + 1) * side - 1, row * side - 1, -1):
            at = crossing[cell]
            while at >= 0:
                n = _turn(inside, has, n, crossings[at, 0])
                at = crossings[at, 1]
            start, stop = first[cell], first[cell + 1]
            if start == stop:
                cover[cell] = inside[0] if n else OUTSIDE
            else:
                for k in range(start, stop):
                    is_inside[k] = has[sides[k, 0]]
                cover[cell] = _cover(inside, n, sides, (start, stop))
        has[inside[:n]] = 0


@njit(cache=True, nogil=True, inline="always")
def _turn(  # pragma: no cover - compiled
    inside: Integers, has: Flags, n: int, area: int
) -> int:
    """Enter an area, or leave it: the first n are in order; return how many there are now."""
    k = n
    if has[area]:
        has[area] = 0
        k = 0
        while inside[k] != area:
            k += 1
        for later in range(k, n - 1):
            inside[later] = inside[later + 1]
        return n - 1
    has[area] = 1
    while k > 0 and inside[k - 1] > area:
        inside[k] = inside[k - 1]
        k -= 1
    inside[k] = area
    return n + 1


@njit(cache=True, nogil=True, inline="always")
def _cover(  # pragma: no cover - compiled
    inside: Integers, n: int, sides: Integers, stretch: tuple[int, int]
) -> int:
    """Return the first area that contains the cell and has no side in it, or OUTSIDE."""
    k, stop = stretch
    for i in range(n):
        while k < stop and sides[k, 0] < inside[i]:
            k += 1
        if k == stop or sides[k, 0] != inside[i]:
            return inside[i]
    return OUTSIDE


@njit(cache=True, nogil=True)
def fill_cells(  # pragma: no cover - compiled
    points: Floats, lattice: Lattice, band: Band, is_inside: Flags, cells: Cells
) -> tuple[int, int, int]:
    """Write blocks, records and areas of the cells that sides touch; return how many of each.

    `cells.table` holds the cover of each cell, which its first block replaces.
    """
    first, sides, table = band.first, band.sides, cells.table
    n_blocks, n_records, n_areas = 0, 0, 0
    for cell in range(table.size):
        start, stop, cover = first[cell], first[cell + 1], table[cell]
        # An area after the one that covers the whole cell never gets a point there.
        while cover != OUTSIDE and start < stop and sides[stop - 1, 0] > cover:
            stop -= 1
        if start < stop:
            table[cell] = -(n_blocks + FIRST_BLOCK)
        while start < stop:
            n = (n_blocks, n_records, n_areas)
            start, n_records, n_areas = _fill_block(
                (cell, cover, start, stop), n, points, lattice, (band, is_inside), cells
            )
            n_blocks += 1
    return n_blocks, n_records, n_areas


@njit(cache=True, nogil=True, inline="always")
def _fill_block(  # pragma: no cover - compiled
    place: tuple[int, int, int, int],
    n: tuple[int, int, int],
    points: Floats,
    lattice: Lattice,
    listing: tuple[Band, Flags],
    cells: Cells,
) -> tuple[int, int, int]:
    """Write one block of a cell; return the first side left over, and how much there is now."""
    cell, cover, k, stop = place
    block, n_records, n_areas = n
    band, is_inside = listing
    row, column = band.low + cell // lattice.frame.side, cell % lattice.frame.side
    x_end = lattice.frame.x_low + (column + 1) * lattice.width + lattice.x_margin
    state, bit, area = 0, -1, -1
    while k < stop:
        if band.sides[k, 0] != area:
            # The last bit stays free for the area that covers the cell.
            if bit + 2 >= AREAS_PER_BLOCK:
                break
            area, bit = band.sides[k, 0], bit + 1
            cells.areas[n_areas] = area
            n_areas += 1
            state |= int(is_inside[k]) << bit
        p = band.sides[k, 1]
        line = upwards(points[p, 0], points[p, 1], points[p + 1, 0], points[p + 1, 1])
        turns = 2 * (line[0] > x_end) + (line[2] > x_end)
        n_records = _add_record(line, turns, bit, (n[1], n_records), cells.records, cells.lines)
        k += 1
    if k == stop and cover != OUTSIDE:
        cells.areas[n_areas] = cover
        n_areas += 1
        state |= 1 << (bit + 1)
    x, y = middle_x(column, lattice), middle_y(row, lattice)
    state = _settle_state(x, y, state, (n[1], n_records), cells.records, cells.lines)
    blocks = cells.blocks
    blocks[block, BLOCK_RECORDS], blocks[block, BLOCK_AREAS] = n[1], n[2]
    blocks[block, BLOCK_STATE], blocks[block, BLOCK_MORE] = state, k < stop
    return k, n_records, n_areas


@njit(cache=True, nogil=True, inline="always")
def _settle_state(  # pragma: no cover - compiled
    x: float, y: float, state: int, stretch: tuple[int, int], records: Longs, lines: Floats
) -> int:
    """Return the state that gives the known answer in the middle of the cell."""
    for r in range(stretch[0], stretch[1]):
        line = lines[r, 0], lines[r, 1], lines[r, 2], lines[r, 3]
        if flips(x, y, records[r] & 3, line):
            state ^= records[r] >> 32
    return state


@njit(cache=True, nogil=True, inline="always")
def _add_record(  # pragma: no cover - compiled
    line: Line, turns: int, bit: int, stretch: tuple[int, int], records: Longs, lines: Floats
) -> int:
    """Add a side, to the record of its edge if another area has one; return the new number."""
    first, n = stretch
    mask = 1 << (bit + 32)
    for r in range(n - 1, max(first, n - _LOOK_BACK) - 1, -1):
        is_low = lines[r, 0] == line[0] and lines[r, 1] == line[1]
        is_high = lines[r, 2] == line[2] and lines[r, 3] == line[3]
        if is_low and is_high and not records[r] & mask:
            records[r] |= mask
            return n
    records[n] = mask | turns
    lines[n, 0], lines[n, 1], lines[n, 2], lines[n, 3] = line
    return n + 1


@njit(cache=True, nogil=True)
def move_blocks(table: Integers, n: int) -> None:  # pragma: no cover - compiled
    """Let the table of a band point n blocks on: those of the bands before it come first."""
    for cell in range(table.size):
        if table[cell] <= -FIRST_BLOCK:
            table[cell] -= n
