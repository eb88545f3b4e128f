"""How densely incidents lie over a town: kernel density with the edge of the town allowed for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import map_coordinates

from convive.core.errors import MethodError
from convive.core.spatial.density_binning import ASKED, INSIDE, OUTSIDE, States, tell_states
from convive.core.spatial.density_grid import (
    DensityGrid,
    Kernel,
    bin_points,
    check_bandwidth,
    mass_inside,
    places,
    smooth,
)

FloatArray = NDArray[np.float64]
Edge = Literal["uniform", "diggle", "none"]
_EDGES = ("uniform", "diggle", "none")
_KERNELS = ("gaussian", "quartic")


@dataclass(frozen=True, slots=True)
class Density:
    """A density over the grid of a town."""

    per_km2: FloatArray
    """(n_rows, n_columns): weights per square kilometre; NaN where a cell is not in the town."""
    bandwidth: float
    kernel: Kernel
    edge: Edge
    n: int
    """Points that lie in the town."""
    n_outside: int
    """Points without a place or outside the town: they count for nothing."""


def kernel_density(
    points: ArrayLike,
    grid: DensityGrid,
    *,
    bandwidth: float,
    kernel: Kernel = "gaussian",
    edge: Edge = "uniform",
    weights: ArrayLike | None = None,
) -> Density:
    """Return the density of points over a town, in points per square kilometre.

    A picture of where incidents were recorded, not a test and not a risk: it says nothing of how
    many people are there. Do not use it for places that were snapped to a few anonymised points,
    for fewer than some fifty incidents, or to compare two periods by eye: see
    `density_stability` for whether the same places would come out again.

    Parameters
    ----------
    points : array_like of float, shape (n_points, 2)
        x and y in metres; NaN and points outside the town are counted and left out.
    grid : DensityGrid
        From `lay_grid`.
    bandwidth : float
        Metres. Gaussian: standard deviation along an axis. Quartic: radius beyond which nothing
        counts (its standard deviation is the radius ÷ √8).
    kernel : {"gaussian", "quartic"}
    edge : {"uniform", "diggle", "none"}
        `uniform` divides each cell by the kernel's mass within the town (Jones); `diggle`
        divides each point by the mass of its own kernel, so that the whole stays the number of
        points; `none` lets what is smoothed across the border get lost.
    weights : array_like of float, shape (n_points,), optional
        At least 0, such as harm weights.

    Raises
    ------
    MethodError
        DENSITY_POINTS for another shape or negative weights; DENSITY_BANDWIDTH where the
        bandwidth is less than two cells (quartic: four); DENSITY_OPTION.

    References
    ----------
    .. [1] Diggle, P. J. (1985). A kernel method for smoothing point process data. Applied
       Statistics 34(2), 138-147.
    .. [2] Jones, M. C. (1993). Simple boundary correction for kernel density estimation.
       Statistics and Computing 3, 135-146.
    .. [3] Wand, M. P. (1994). Fast computation of multivariate kernel estimators. Journal of
       Computational and Graphical Statistics 3(4), 433-445.

    Examples
    --------
    >>> import shapely
    >>> from convive.core.spatial.density_grid import lay_grid
    >>> grid = lay_grid(shapely.box(0, 0, 2000, 1000), cell=50)
    >>> found = kernel_density([[500, 500]] * 20 + [[1500, 500]] * 10, grid, bandwidth=200)
    >>> round(float(np.nanmax(found.per_km2)))
    80
    """
    check_options(kernel, edge)
    check_bandwidth(bandwidth, grid.cell, kernel)
    given, weight, states = _located(points, weights, grid)
    n_kept = int(np.count_nonzero(states))
    with_mass = None
    if edge != "none":
        with_mass = mass_inside(grid, bandwidth=bandwidth, kernel=kernel)
    if edge == "diggle" and with_mass is not None:
        weight = weight / mass_at(given, with_mass, grid)
    sums = bin_points(given, weight, grid, states)
    values = smooth(sums, bandwidth=bandwidth, cell=grid.cell, kernel=kernel)
    if edge == "uniform" and with_mass is not None:
        values = np.divide(values, with_mass, out=np.zeros_like(values), where=with_mass > 0)
    per_km2 = np.where(grid.in_town, values * 1e6, np.nan)
    return Density(per_km2, float(bandwidth), kernel, edge, n_kept, len(given) - n_kept)


def check_options(kernel: str, edge: str) -> None:
    """Raise DENSITY_OPTION for a kernel or an edge correction that does not exist."""
    if kernel not in _KERNELS or edge not in _EDGES:
        raise MethodError("DENSITY_OPTION", kernel=kernel, edge=edge)


def points_in_town(
    points: ArrayLike, weights: ArrayLike | None, grid: DensityGrid
) -> tuple[FloatArray, FloatArray, int]:
    """Return the points in the town, their weights, and how many lie elsewhere or nowhere."""
    given, weight, states = _located(points, weights, grid)
    kept = states == INSIDE
    each = np.broadcast_to(weight, kept.shape)
    return given[kept], each[kept], int(np.count_nonzero(~kept))


def _located(
    points: ArrayLike, weights: ArrayLike | None, grid: DensityGrid
) -> tuple[FloatArray, FloatArray, States]:
    """Return all points, their weights (or one for all), and which are INSIDE, the rest OUTSIDE."""
    given = np.ascontiguousarray(points, dtype=np.float64)
    if given.size == 0:
        given = given.reshape(0, 2)
    weight = np.ones(1) if weights is None else np.asarray(weights, dtype=np.float64)
    fits = weights is None or weight.shape == given.shape[:1]
    if given.ndim != 2 or given.shape[1] != 2 or not fits:
        raise MethodError("DENSITY_POINTS", points=given.shape, weights=weight.shape)
    if not np.isfinite(weight).all() or (weight < 0).any():
        raise MethodError("DENSITY_POINTS", points=given.shape, weights=weight.shape)
    states = tell_states(given, grid.states, grid.origin)
    asked = np.flatnonzero(states == ASKED)
    shapely.prepare(grid.outline)
    is_in = shapely.intersects_xy(grid.outline, given[asked])
    states[asked] = np.where(is_in, INSIDE, OUTSIDE)
    return given, weight, states


def mass_at(points: FloatArray, mass: FloatArray, grid: DensityGrid) -> FloatArray:
    """Return the kernel's mass within the town around each point, between the centres."""
    column, row = places(points, grid)
    found = map_coordinates(mass, [row, column], order=3, mode="nearest")
    return np.asarray(np.clip(found, 1e-3, 1.0))


__all__ = ["Density", "Edge", "check_options", "kernel_density", "mass_at", "points_in_town"]
