"""Lay a grid over areas: which cells lie in one area, and which edges cross the others."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from numba import njit
from numpy.typing import NDArray

from convive.core.spatial.grid_lookup import (
    AREAS_PER_BLOCK,
    BLOCK_AREAS,
    BLOCK_MORE,
    BLOCK_RECORDS,
    BLOCK_STATE,
    EDGE_MASK,
    FIRST_BLOCK,
    OUTSIDE,
    Cells,
    Frame,
    flips,
)
from convive.core.spatial.orientation import side_of_line

Floats = NDArray[np.float64]
Integers = NDArray[np.int32]
Longs = NDArray[np.int64]

_CELLS_PER_EDGE = 8.0
_CELLS_PER_AREA = 576.0
_CELLS_PER_POINT = 4.0
_SIDE_MIN = 8
_SIDE_MAX = 1024  # 4 MB of cells: a larger table leaves the processor's cache
_MARGIN = 1e-7
_ULPS = 16.0 * np.finfo(np.float64).eps


class Borders(NamedTuple):
    """The edges of all areas, pointing upwards, area after area."""

    edges: Floats
    """(n_edges, 4): each edge once, though two areas share it."""
    edge: Integers
    """(n_sides,): the edge of each side of an area."""
    owner: Integers
    """(n_sides,): its area."""
    first: Longs
    """(n_areas + 1,): where the sides of each area begin."""


class Lattice(NamedTuple):
    """The frame, with what only building needs."""

    frame: Frame
    width: float
    height: float
    x_margin: float
    """How far around a cell an edge still counts as touching it: more than any rounding."""
    y_margin: float
    x_middle: Floats
    y_middle: Floats


class Listing(NamedTuple):
    """Per cell, the sides of areas that touch it."""

    first: Longs
    sides: Integers
    is_inside: NDArray[np.uint8]
    """At the first side of each area in a cell: whether the area contains the cell's middle."""
    cover: Integers
    """(n_cells,): the first area that contains the cell and has no side in it, or -1."""


def collect_borders(areas: NDArray[np.object_], scale: float) -> Borders:
    """Return the edges of the areas; an edge shared bit for bit is kept once."""
    parts, owner = shapely.get_parts(areas, return_index=True)
    rings, of_part = shapely.get_rings(parts, return_index=True)
    points, of_ring = shapely.get_coordinates(rings, return_index=True)
    points = points * scale
    is_joined = (of_ring[1:] == of_ring[:-1]) & (points[1:] != points[:-1]).any(axis=1)
    ends = np.hstack([points[:-1], points[1:]])[is_joined]
    whose = owner[of_part[of_ring[:-1]]][is_joined].astype(np.int32)
    first = np.concatenate([[0], np.cumsum(np.bincount(whose, minlength=len(areas)))])
    edge = np.empty(len(ends), dtype=np.int32)
    n = _unite(ends, edge, np.full(_table_size(len(ends)), -1, dtype=np.int32))
    return Borders(ends[:n].copy(), edge, whose, first.astype(np.int64))


def build_cells(borders: Borders, n_points: int | None) -> tuple[Frame, Cells]:
    """Return the grid; for few points a coarse one, since it must pay for itself."""
    lattice = _lay(borders, n_points)
    n_cells = lattice.frame.side**2
    cursor = np.zeros(n_cells, dtype=np.int64)
    nothing = np.empty(0, dtype=np.int32)
    _visit(borders, lattice, cursor, nothing)
    first = np.concatenate([[0], np.cumsum(cursor)])
    sides = np.empty(first[-1], dtype=np.int32)
    _visit(borders, lattice, first[:-1].copy(), sides)
    listing = Listing(
        first, sides, np.zeros(len(sides), np.uint8), np.full(n_cells, OUTSIDE, np.int32)
    )
    _find_insides(borders, lattice, listing, first[:-1].copy())
    return lattice.frame, _write_cells(borders, lattice, listing)


def _table_size(n: int) -> int:
    return 1 << max(int(2 * n).bit_length(), 3)


def _lay(borders: Borders, n_points: int | None) -> Lattice:
    """Return the frame around all edges."""
    ends = borders.edges.reshape(-1, 2)
    low, high = ends.min(axis=0), ends.max(axis=0)
    n_areas = len(borders.first) - 1
    wanted = max(_CELLS_PER_EDGE * len(borders.edges), _CELLS_PER_AREA * n_areas)
    if n_points is not None:
        wanted = min(wanted, _CELLS_PER_POINT * n_points)
    side = int(np.clip(np.sqrt(wanted), _SIDE_MIN, _SIDE_MAX))
    size = (high - low) / side
    with np.errstate(divide="ignore", over="ignore"):
        scale = np.where(np.isfinite(1.0 / size), 1.0 / size, 0.0)
    margin = _MARGIN * size + _ULPS * np.maximum(abs(low), abs(high))
    middle = low[:, None] + (np.arange(side) + 0.5) * size[:, None]
    x_low, y_low, x_high, y_high, x_scale, y_scale = map(float, (*low, *high, *scale))
    frame = Frame(x_low, y_low, x_high, y_high, x_scale, y_scale, side)
    width, height, x_margin, y_margin = map(float, (*size, *margin))
    x_middle, y_middle = middle[0].copy(), middle[1].copy()
    return Lattice(frame, width, height, x_margin, y_margin, x_middle, y_middle)


def _write_cells(borders: Borders, lattice: Lattice, listing: Listing) -> Cells:
    """Return the compact table that the lookup reads."""
    n_sides, n_cells = len(listing.sides), len(listing.cover)
    n_border = int(np.count_nonzero(np.diff(listing.first)))
    blocks = np.zeros((n_border + (n_sides + n_border) // AREAS_PER_BLOCK + 2, 4), np.int32)
    cells = Cells(
        np.empty(n_cells, np.int32),
        blocks,
        np.empty(n_sides, np.int64),
        np.empty(n_sides + n_border, np.int32),
        borders.edges,
    )
    latest = np.full(len(borders.edges), -1, dtype=np.int32)
    n_blocks, n_records, n_areas = _fill_cells(borders, lattice, listing, cells, latest)
    return cells._replace(
        blocks=blocks[: n_blocks + 1].copy(),
        records=cells.records[:n_records].copy(),
        areas=cells.areas[:n_areas].copy(),
    )


@njit(cache=True)
def _unite(ends: Floats, edge: Integers, slots: Integers) -> int:  # pragma: no cover - compiled
    """Point edges upwards and move each distinct one to the front; return how many there are."""
    n = 0
    mask = slots.size - 1
    for k in range(ends.shape[0]):
        a, b, c, d = ends[k, 0] + 0.0, ends[k, 1] + 0.0, ends[k, 2] + 0.0, ends[k, 3] + 0.0
        if b > d or (b == d and a > c):
            a, b, c, d = c, d, a, b
        slot = np.int64(hash((a, b, c, d))) & mask
        while slots[slot] >= 0:
            e = slots[slot]
            if ends[e, 0] == a and ends[e, 1] == b and ends[e, 2] == c and ends[e, 3] == d:
                break
            slot = (slot + 1) & mask
        if slots[slot] < 0:
            slots[slot] = n
            ends[n, 0], ends[n, 1], ends[n, 2], ends[n, 3] = a, b, c, d
            n += 1
        edge[k] = slots[slot]
    return n


@njit(cache=True)
def _nth(value: float, low: float, scale: float, side: int) -> int:  # pragma: no cover - compiled
    """Return the row or column of a coordinate, the nearest one beyond the frame."""
    return max(min(int((value - low) * scale), side - 1), 0)


@njit(cache=True)
def _visit(  # pragma: no cover - compiled
    borders: Borders, lattice: Lattice, cursor: Longs, sides: Integers
) -> None:
    """Count, or where `sides` has room write down, the sides that touch each cell."""
    frame = lattice.frame
    for k in range(borders.edge.size):
        end = borders.edges[borders.edge[k]]
        low = _nth(end[1] - lattice.y_margin, frame.y_low, frame.y_scale, frame.side)
        high = _nth(end[3] + lattice.y_margin, frame.y_low, frame.y_scale, frame.side)
        for row in range(low, high + 1):
            left, right = _stretch(end, row, lattice)
            left = _nth(left - lattice.x_margin, frame.x_low, frame.x_scale, frame.side)
            right = _nth(right + lattice.x_margin, frame.x_low, frame.x_scale, frame.side)
            for cell in range(row * frame.side + left, row * frame.side + right + 1):
                if sides.size:
                    sides[cursor[cell]] = k
                cursor[cell] += 1


@njit(cache=True)
def _stretch(  # pragma: no cover - compiled
    end: Floats, row: int, lattice: Lattice
) -> tuple[float, float]:
    """Return the least and the greatest x of an edge within a row and its margin."""
    xs, xt = end[0], end[2]
    rise = end[3] - end[1]
    if rise > 0.0 and lattice.frame.y_scale > 0.0:
        bottom = lattice.frame.y_low + row * lattice.height - lattice.y_margin
        top = lattice.frame.y_low + (row + 1) * lattice.height + lattice.y_margin
        s = min(max((bottom - end[1]) / rise, 0.0), 1.0)
        t = min(max((top - end[1]) / rise, 0.0), 1.0)
        xs, xt = end[0] + s * (end[2] - end[0]), end[0] + t * (end[2] - end[0])
    return min(xs, xt), max(xs, xt)


@njit(cache=True)
def _find_insides(  # pragma: no cover - compiled
    borders: Borders, lattice: Lattice, listing: Listing, cursor: Longs
) -> None:
    """Find, area by area, the cells whose middle it contains."""
    frame, edges = lattice.frame, borders.edges
    turned = np.zeros(frame.side * frame.side, dtype=np.uint8)
    for area in range(borders.first.size - 1):
        start, stop = borders.first[area], borders.first[area + 1]
        if start == stop:
            continue
        box = np.array([np.inf, np.inf, -np.inf, -np.inf])
        for k in range(start, stop):
            end = edges[borders.edge[k]]
            box[0], box[1] = min(box[0], end[0], end[2]), min(box[1], end[1])
            box[2], box[3] = max(box[2], end[0], end[2]), max(box[3], end[3])
        left = _nth(box[0] - lattice.x_margin, frame.x_low, frame.x_scale, frame.side)
        right = _nth(box[2] + lattice.x_margin, frame.x_low, frame.x_scale, frame.side)
        low = _nth(box[1] - lattice.y_margin, frame.y_low, frame.y_scale, frame.side)
        high = _nth(box[3] + lattice.y_margin, frame.y_low, frame.y_scale, frame.side)
        for k in range(start, stop):
            _turn(edges[borders.edge[k]], (left, right, low, high), lattice, turned)
        _note(area, (left, right, low, high), (borders, listing, cursor), turned)


@njit(cache=True)
def _turn(  # pragma: no cover - compiled
    end: Floats,
    window: tuple[int, int, int, int],
    lattice: Lattice,
    turned: NDArray[np.uint8],
) -> None:
    """Note, in each row, the last cell whose middle has the edge to its east."""
    left, right, low, high = window
    frame = lattice.frame
    row = max(_nth(end[1], frame.y_low, frame.y_scale, frame.side) - 1, low)
    while row <= high and lattice.y_middle[row] < end[1]:
        row += 1
    while row <= high and lattice.y_middle[row] < end[3]:
        y = lattice.y_middle[row]
        x = end[0] + (y - end[1]) / (end[3] - end[1]) * (end[2] - end[0])
        k = max(min(_nth(x, frame.x_low, frame.x_scale, frame.side), right), left)
        while k < right and _is_west(lattice.x_middle[k + 1], y, end):
            k += 1
        while k >= left and not _is_west(lattice.x_middle[k], y, end):
            k -= 1
        if k >= left:
            turned[row * frame.side + k] ^= 1
        row += 1


@njit(cache=True)
def _is_west(x: float, y: float, end: Floats) -> bool:  # pragma: no cover - compiled
    return side_of_line(x, y, end[0], end[1], end[2], end[3]) > 0.0


@njit(cache=True)
def _note(  # pragma: no cover - compiled
    area: int,
    window: tuple[int, int, int, int],
    lists: tuple[Borders, Listing, Longs],
    turned: NDArray[np.uint8],
) -> None:
    """Write down what an area contains: at its sides in a cell, or as the cell's cover."""
    left, right, low, high = window
    borders, listing, cursor = lists
    side = int(np.sqrt(listing.cover.size) + 0.5)
    for row in range(low, high + 1):
        is_inside = np.uint8(0)
        for cell in range(row * side + right, row * side + left - 1, -1):
            is_inside ^= turned[cell]
            turned[cell] = 0
            k, stop = cursor[cell], listing.first[cell + 1]
            if k < stop and borders.owner[listing.sides[k]] == area:
                listing.is_inside[k] = is_inside
                while k < stop and borders.owner[listing.sides[k]] == area:
                    k += 1
                cursor[cell] = k
            elif is_inside and listing.cover[cell] == OUTSIDE:
                listing.cover[cell] = area


@njit(cache=True)
def _fill_cells(  # pragma: no cover - compiled
    borders: Borders, lattice: Lattice, listing: Listing, cells: Cells, latest: Integers
) -> tuple[int, int, int]:
    """Write table, blocks, records and areas; return how many of the last three."""
    n = np.zeros(3, dtype=np.int64)
    for cell in range(listing.cover.size):
        cover, k = listing.cover[cell], listing.first[cell]
        stop = listing.first[cell + 1]
        cells.table[cell] = cover
        is_first = True
        # An area after the one that covers the whole cell never gets a point there.
        while k < stop and (cover == OUTSIDE or borders.owner[listing.sides[k]] < cover):
            if is_first:
                cells.table[cell] = -(n[0] + FIRST_BLOCK)
                is_first = False
            k = _fill_block(cell, k, (borders, lattice, listing, cells), latest, n)
    cells.blocks[n[0], BLOCK_RECORDS] = n[1]
    return n[0], n[1], n[2]


@njit(cache=True)
def _fill_block(  # pragma: no cover - compiled
    cell: int,
    k: int,
    all_lists: tuple[Borders, Lattice, Listing, Cells],
    latest: Integers,
    n: Longs,
) -> int:
    """Write one block of a cell, from side k on; return the first side left over."""
    borders, lattice, listing, cells = all_lists
    cover, stop = listing.cover[cell], listing.first[cell + 1]
    first_record, first_area, state, bit, area = n[1], n[2], np.int64(0), -1, -1
    side = lattice.frame.side
    x, y = lattice.x_middle[cell % side], lattice.y_middle[cell // side]
    x_end = lattice.frame.x_low + (cell % side + 1) * lattice.width + lattice.x_margin
    while k < stop and (cover == OUTSIDE or borders.owner[listing.sides[k]] < cover):
        if borders.owner[listing.sides[k]] != area:
            # The last bit stays free for the area that covers the cell.
            if bit + 2 >= AREAS_PER_BLOCK:
                break
            area, bit = borders.owner[listing.sides[k]], bit + 1
            cells.areas[n[2]] = area
            n[2] += 1
            state |= np.int64(listing.is_inside[k]) << bit
        _add_record(borders, listing.sides[k], (bit, first_record, x_end), (cells, latest), n)
        k += 1
    is_last = k >= stop or (cover != OUTSIDE and borders.owner[listing.sides[k]] >= cover)
    if is_last and cover != OUTSIDE:
        cells.areas[n[2]] = cover
        n[2] += 1
        state |= np.int64(1) << (bit + 1)
    for r in range(first_record, n[1]):
        record = cells.records[r]
        end = cells.edges[(record >> 2) & EDGE_MASK]
        if flips(x, y, record & 3, (end[0], end[1], end[2], end[3])):
            state ^= record >> 32
    block = cells.blocks[n[0]]
    block[BLOCK_RECORDS], block[BLOCK_AREAS] = first_record, first_area
    block[BLOCK_STATE], block[BLOCK_MORE] = state, not is_last
    n[0] += 1
    return k


@njit(cache=True)
def _add_record(  # pragma: no cover - compiled
    borders: Borders,
    side: int,
    place: tuple[int, int, float],
    written: tuple[Cells, Integers],
    n: Longs,
) -> None:
    """Add a side to the block: to the record of its edge if another area has one there."""
    bit, first_record, x_end = place
    cells, latest = written
    edge = np.int64(borders.edge[side])
    mask = np.int64(1) << (np.int64(bit) + 32)
    known = latest[edge]
    if known >= first_record and not cells.records[known] & mask:
        cells.records[known] |= mask
        return
    turns = 0
    if cells.edges[edge, 0] > x_end:
        turns += 2
    if cells.edges[edge, 2] > x_end:
        turns += 1
    cells.records[n[1]] = mask | (edge << 2) | turns
    latest[edge] = n[1]
    n[1] += 1
