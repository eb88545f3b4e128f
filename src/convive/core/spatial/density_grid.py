"""The grid that a density is worked out on: cells within the outline, binning and smoothing.

Points are shared out over the sixteen nearest cell centres by cubic B-splines, which widens every
kernel by a variance of a third of a squared cell along each axis, wherever in its cell the point
lies; the kernel is made narrower by as much beforehand. What remains is an error of fourth order in
cell ÷ bandwidth. (Shared out over four centres the widening differs from point to point.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.signal import fftconvolve
from scipy.special import ndtr
from shapely.geometry.base import BaseGeometry

from convive.core.errors import MethodError
from convive.core.spatial.density_binning import (
    ASKED,
    INSIDE,
    OUTSIDE,
    Origin,
    States,
    bin_by_splines,
    smooth_apart,
)

FloatArray = NDArray[np.float64]
Kernel = Literal["gaussian", "quartic"]

PAD = 4
"""Columns and rows of cells beyond the outline's box, for points and interpolation at the rim."""
MAX_CELLS = 4_000_000
_FINER = 5
"""Quartic kernel: sub-cells along an axis over which the mass of a cell is averaged."""


@dataclass(frozen=True, slots=True)
class DensityGrid:
    """Square cells over a town; row 0 lies in the south."""

    x_low: float
    """Western side of column 0, metres; `PAD` columns before the outline begins."""
    y_low: float
    cell: float
    """Side of a cell in metres."""
    inside: FloatArray
    """(n_rows, n_columns): share of the cell that lies in the town, 0 to 1."""
    outline: BaseGeometry

    @property
    def area_km2(self) -> float:
        """Ground of the town in square kilometres, as the grid holds it."""
        return float(self.inside.sum()) * self.cell**2 / 1e6

    @property
    def origin(self) -> Origin:
        """Corner and side of a cell."""
        return self.x_low, self.y_low, self.cell

    @property
    def states(self) -> States:
        """(n_rows, n_columns): whether a point of the cell is in the town, out of it, or either.

        A point on the border may lie in a cell that only touches the town.
        """
        some = np.pad(self.inside > 0, 1)
        wide = some[:, :-2] | some[:, 1:-1] | some[:, 2:]
        beside = wide[:-2] | wide[1:-1] | wide[2:]
        is_whole = self.inside > 1.0 - 1e-12
        return np.where(is_whole, INSIDE, np.where(beside, ASKED, OUTSIDE)).astype(np.uint8)

    @property
    def in_town(self) -> NDArray[np.bool_]:
        """(n_rows, n_columns): at least half of the cell lies in the town."""
        return np.asarray(self.inside >= 0.5)


def lay_grid(outline: BaseGeometry, *, cell: float) -> DensityGrid:
    """Return the grid of square cells over a town.

    Parameters
    ----------
    outline : shapely geometry
        Polygon or multipolygon in metres (projected, never degrees).
    cell : float
        Side of a cell in metres; a quarter of the bandwidth leaves an error of a thousandth of the
        peak where the border cuts cells, and of a hundred-thousandth elsewhere.

    Raises
    ------
    MethodError
        DENSITY_OUTLINE without ground; DENSITY_CELL for a side that is not above 0 or needs
        more than four million cells.
    """
    if shapely.area(outline) <= 0 or not shapely.is_valid(outline):
        raise MethodError("DENSITY_OUTLINE")
    west, south, east, north = shapely.bounds(outline).tolist()
    if not cell > 0:
        raise MethodError("DENSITY_CELL", cell=cell, limit=MAX_CELLS)
    columns = int(np.ceil((east - west) / cell - 1e-9)) + 2 * PAD
    rows = int(np.ceil((north - south) / cell - 1e-9)) + 2 * PAD
    if columns * rows > MAX_CELLS:
        raise MethodError("DENSITY_CELL", cell=cell, limit=MAX_CELLS)
    low = (west - PAD * cell, south - PAD * cell)
    inside = _inside(outline, low, cell, (rows, columns))
    return DensityGrid(low[0], low[1], float(cell), inside, outline)


def _inside(
    outline: BaseGeometry, low: tuple[float, float], cell: float, shape: tuple[int, int]
) -> FloatArray:
    """Return the share of each cell in the outline: cells at the border by cutting them out."""
    rows, columns = shape
    xs = low[0] + cell * (np.arange(columns) + 0.5)
    ys = low[1] + cell * (np.arange(rows) + 0.5)
    shapely.prepare(outline)
    inside = shapely.contains_xy(outline, *np.meshgrid(xs, ys)).astype(np.float64)
    walk = shapely.get_coordinates(shapely.segmentize(outline.boundary, cell / 8))
    steps = np.floor((walk - np.array(low)) / cell).astype(np.int64)
    border = np.unique(np.clip(steps, 0, [columns - 1, rows - 1]), axis=0)
    for column in np.unique(border[:, 0]):
        west = low[0] + cell * column
        strip = shapely.clip_by_rect(outline, west, low[1], west + cell, low[1] + cell * rows)
        at = border[border[:, 0] == column, 1]
        south = low[1] + cell * at
        boxes = shapely.box(west, south, west + cell, south + cell)
        inside[at, column] = shapely.area(shapely.intersection(boxes, strip)) / cell**2
    return inside


def spline_weights(right: FloatArray) -> FloatArray:
    """Return the four cubic B-spline weights of places `right` of a centre, shape (n, 4)."""
    r, left = right, 1.0 - right
    inner = 2.0 / 3.0 - r**2 * (2.0 - r) / 2.0
    outer = 2.0 / 3.0 - left**2 * (2.0 - left) / 2.0
    return np.column_stack([left**3 / 6.0, inner, outer, r**3 / 6.0])


def places(points: FloatArray, grid: DensityGrid) -> tuple[FloatArray, FloatArray]:
    """Return column and row of points, in cells, where a whole number is the centre of a cell."""
    column = (points[:, 0] - grid.x_low) / grid.cell - 0.5
    row = (points[:, 1] - grid.y_low) / grid.cell - 0.5
    return column, row


def bin_points(
    points: FloatArray, weights: FloatArray, grid: DensityGrid, states: States | None = None
) -> FloatArray:
    """Return the sums of weights at the cell centres.

    Without `states` all points must lie in the town; `weights` may be a single one for all.
    """
    known = np.full(len(points), INSIDE, dtype=np.uint8) if states is None else states
    return bin_by_splines(points, weights, known, grid.origin, grid.inside.shape)


def check_bandwidth(bandwidth: float, cell: float, kernel: Kernel) -> None:
    """Raise DENSITY_BANDWIDTH unless the grid is fine enough: cell at most half of what is blurred."""
    widest = bandwidth / 2 if kernel == "gaussian" else bandwidth / 4
    if not (np.isfinite(bandwidth) and 0 < cell <= widest):
        raise MethodError("DENSITY_BANDWIDTH", bandwidth=bandwidth, cell=cell)


def smooth(
    sums: FloatArray, *, bandwidth: float, cell: float, kernel: Kernel, binned: int = 1
) -> FloatArray:
    """Return the kernel sums at the cell centres, per square metre.

    `binned` is how often splines widen the kernel: 1 at the centres, 2 if the result is read off
    between them by splines.
    """
    narrower = binned * cell**2 / 3.0
    if kernel == "gaussian":
        width = np.sqrt(bandwidth**2 - narrower)
        rows, columns = (_gaussian_values(n, width, cell) for n in sums.shape)
        return smooth_apart(sums, rows, columns)
    return _by_fourier(sums, _quartic(bandwidth, cell, 1, sharper=narrower))


def mass_inside(grid: DensityGrid, *, bandwidth: float, kernel: Kernel) -> FloatArray:
    """Return which share of a kernel around each cell centre lies in the town."""
    if kernel == "gaussian":
        rows, columns = (_gaussian_masses(n, bandwidth, grid.cell) for n in grid.inside.shape)
        return smooth_apart(grid.inside, rows, columns)
    taps = _quartic(bandwidth, grid.cell, _FINER)
    return _by_fourier(grid.inside, taps / taps.sum())


def _gaussian_values(n: int, width: float, cell: float) -> FloatArray:
    """Return the kernel at whole steps along one axis, as far as it counts and the grid goes."""
    steps = _steps(n, width, cell)
    return np.asarray(
        np.exp(-0.5 * (steps * cell / width) ** 2) / (width * np.sqrt(2 * np.pi)), dtype=float
    )


def _gaussian_masses(n: int, width: float, cell: float) -> FloatArray:
    """Return the masses of whole cells at whole steps from a kernel, along one axis."""
    steps = _steps(n, width, cell)
    return np.asarray(ndtr((steps + 0.5) * cell / width) - ndtr((steps - 0.5) * cell / width))


def _steps(n: int, width: float, cell: float) -> FloatArray:
    """Return steps either way: beyond nine widths a kernel is below 10⁻¹⁷ of its peak."""
    reach = min(n - 1, int(np.ceil(9.0 * width / cell)))
    return np.arange(-reach, reach + 1, dtype=float)


def _quartic(radius: float, cell: float, finer: int, *, sharper: float = 0.0) -> FloatArray:
    """Return the quartic kernel at the steps between centres, averaged over `finer`² sub-cells.

    `sharper` is the variance by which points were widened beforehand: half of it times the
    curvature is taken off (a smaller radius would not undo the widening, as it does for a
    Gaussian).
    """
    reach = int(np.ceil(radius / cell + 0.5))
    n = (2 * reach + 1) * finer
    steps = ((np.arange(n) + 0.5) / finer - reach - 0.5) * cell / radius
    squared = np.add.outer(steps**2, steps**2)
    curvature = np.where(squared < 1.0, 8.0 / radius**2 * (2.0 * squared - 1.0), 0.0)
    values = np.maximum(1.0 - squared, 0.0) ** 2 - sharper / 2.0 * curvature
    values = np.maximum(values, 0.0) * 3.0 / (np.pi * radius**2)
    side = 2 * reach + 1
    return np.asarray(values.reshape(side, finer, side, finer).mean(axis=(1, 3)))


def _by_fourier(values: FloatArray, taps: FloatArray) -> FloatArray:
    """Return the convolution, kernel larger than the grid or not; rounding leaves nothing below 0."""
    full = fftconvolve(values, taps, mode="full")
    start = taps.shape[0] // 2
    same = full[start : start + values.shape[0], start : start + values.shape[1]]
    return np.asarray(np.where(same < 1e-12 * max(float(same.max()), 1e-300), 0.0, same))


__all__ = [
    "MAX_CELLS",
    "PAD",
    "DensityGrid",
    "Kernel",
    "bin_points",
    "check_bandwidth",
    "lay_grid",
    "mass_inside",
    "places",
    "smooth",
    "spline_weights",
]
