"""Lay a grid over areas: which cells lie in one area, and which edges cross the others.

Rows of cells are built in bands, each on its own, so that all processors have work. In a row the
cells are walked from the east to the west: past an edge that crosses the line through the cells'
middles, its area begins or ends. So every cell knows at once which areas contain its middle.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from convive.core.spatial.grid_lookup import (
    AREAS_PER_BLOCK,
    BLOCK_AREAS,
    BLOCK_RECORDS,
    Cells,
    Frame,
)
from convive.core.spatial.grid_sides import (
    Band,
    Borders,
    Integers,
    Lattice,
    count_sides,
    list_sides,
)
from convive.core.spatial.grid_walk import fill_cells, find_insides, move_blocks
from convive.core.threads import in_threads, processors

_CELLS_PER_SIDE = 4.0
_CELLS_PER_AREA = 576.0
_CELLS_PER_POINT = 4.0
_SIDE_MIN = 8
_SIDE_MAX = 1024  # 4 MB of cells: a larger table leaves the processor's cache
_MARGIN = 1e-7
_ULPS = 16.0 * np.finfo(np.float64).eps
_ALONE = 1 << 14
"""Up to so many points of borders one thread is quicker."""
_BANDS_PER_THREAD = 2


def collect_borders(areas: NDArray[np.object_], scale: float) -> Borders:
    """Return the rings of the areas."""
    parts, owner = shapely.get_parts(areas, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points = shapely.get_coordinates(rings)
    if scale != 1.0:
        points *= scale
    first = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(rings), dtype=np.int64)])
    return Borders(points, first, owner[part].astype(np.int32))


def build_cells(borders: Borders, n_areas: int, n_points: int | None) -> tuple[Frame, Cells]:
    """Return the grid; for few points a coarse one, since it must pay for itself."""
    lattice = _lay(borders, n_areas, n_points)
    side = lattice.frame.side
    table = np.empty(side * side, dtype=np.int32)
    n_bands = 1 if len(borders.points) <= _ALONE else _BANDS_PER_THREAD * processors()
    cuts = [side * band // n_bands for band in range(n_bands + 1)]

    def build(rows: tuple[int, int]) -> Cells:
        band = _list_band(borders, lattice, rows)
        part = table[rows[0] * side : rows[1] * side]
        is_inside = np.empty(len(band.sides), np.uint8)
        find_insides(band, side, n_areas, part, is_inside)
        cells = _room(band, part)
        n = fill_cells(borders.points, lattice, band, is_inside, cells)
        return _cut(cells, *n)

    return lattice.frame, _join(in_threads(build, list(pairwise(cuts))), table)


def _list_band(borders: Borders, lattice: Lattice, rows: tuple[int, int]) -> Band:
    """Return some rows with the sides that touch their cells."""
    n_cells = (rows[1] - rows[0]) * lattice.frame.side
    nothing = np.empty((0, 2), dtype=np.int32)
    first = np.zeros(n_cells + 2, np.int64)
    crossing = np.full(n_cells, -1, np.int32)
    band = Band(*rows, first, nothing, crossing, nothing)
    n_crossings = count_sides(borders, lattice, band)
    np.cumsum(first, out=first)
    sides = np.empty((int(first[-1]), 2), np.int32)
    band = band._replace(sides=sides, crossings=np.empty((n_crossings, 2), np.int32))
    list_sides(borders, lattice, band)
    return band


def _room(band: Band, table: Integers) -> Cells:
    """Return cells with room for all that the sides of a band may need."""
    n_sides = len(band.sides)
    n_border = int(np.count_nonzero(np.diff(band.first)))
    return Cells(
        table,
        np.zeros((n_border + (n_sides + n_border) // AREAS_PER_BLOCK + 1, 4), np.int32),
        np.empty(n_sides, np.int64),
        np.empty((n_sides, 4)),
        np.empty(n_sides + n_border, np.int32),
    )


def _cut(cells: Cells, n_blocks: int, n_records: int, n_areas: int) -> Cells:
    """Return the cells without the room that was not needed."""
    table, blocks, records, lines, areas = cells
    return Cells(table, blocks[:n_blocks], records[:n_records], lines[:n_records], areas[:n_areas])


def _join(bands: list[Cells], table: Integers) -> Cells:
    """Return the cells of all bands as one."""
    sizes = np.array([[len(band.blocks), len(band.records), len(band.areas)] for band in bands])
    start = np.vstack([[0, 0, 0], sizes.cumsum(axis=0)])
    n_blocks, n_records, n_areas = start[-1].tolist()
    whole = Cells(
        table,
        np.zeros((n_blocks + 1, 4), np.int32),
        np.empty(n_records, np.int64),
        np.empty((n_records, 4)),
        np.empty(n_areas, np.int32),
    )
    whole.blocks[-1, BLOCK_RECORDS] = n_records

    def place(k: int) -> None:
        block, record, area = start[k].tolist()
        next_block, next_record, next_area = start[k + 1].tolist()
        move_blocks(bands[k].table, block)
        whole.blocks[block:next_block] = bands[k].blocks
        whole.blocks[block:next_block, BLOCK_RECORDS] += record
        whole.blocks[block:next_block, BLOCK_AREAS] += area
        whole.records[record:next_record] = bands[k].records
        whole.lines[record:next_record] = bands[k].lines
        whole.areas[area:next_area] = bands[k].areas

    in_threads(place, range(len(bands)))
    return whole


def _lay(borders: Borders, n_areas: int, n_points: int | None) -> Lattice:
    """Return the frame around all borders."""
    xs, ys = borders.points[:, 0], borders.points[:, 1]
    low, high = np.array([xs.min(), ys.min()]), np.array([xs.max(), ys.max()])
    wanted = max(_CELLS_PER_SIDE * len(xs), _CELLS_PER_AREA * n_areas)
    if n_points is not None:
        wanted = min(wanted, _CELLS_PER_POINT * n_points)
    side = int(np.clip(np.sqrt(wanted), _SIDE_MIN, _SIDE_MAX))
    size = (high - low) / side
    with np.errstate(divide="ignore", over="ignore"):
        scale = np.where(np.isfinite(1.0 / size), 1.0 / size, 0.0)
    margin = _MARGIN * size + _ULPS * np.maximum(abs(low), abs(high))
    x_low, y_low, x_high, y_high, x_scale, y_scale = map(float, (*low, *high, *scale))
    frame = Frame(x_low, y_low, x_high, y_high, x_scale, y_scale, side)
    width, height, x_margin, y_margin = map(float, (*size, *margin))
    return Lattice(frame, width, height, x_margin, y_margin)
