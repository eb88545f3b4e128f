"""How far to smooth: the rule of Scott, or what predicts left-out points best."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import map_coordinates

from convive.core.errors import MethodError
from convive.core.spatial.density import mass_at, points_in_town
from convive.core.spatial.density_grid import (
    DensityGrid,
    bin_points,
    check_bandwidth,
    mass_inside,
    places,
    smooth,
    spline_weights,
)

FloatArray = NDArray[np.float64]

MIN_POINTS = 50
"""Points below which a bandwidth is not chosen from them."""


@dataclass(frozen=True, slots=True)
class BandwidthChoice:
    """The bandwidth chosen, with the score of each candidate (higher is better)."""

    bandwidth: float
    candidates: FloatArray
    score: FloatArray
    """(n_candidates,): mean log density at each point when it is itself left out, less the number
    of points that the density adds up to, per point."""
    at_end: bool
    """The best candidate is the first or the last: the range did not hold the best one."""


def scott_bandwidth(points: ArrayLike, grid: DensityGrid) -> float:
    """Return the Gaussian bandwidth of Scott's rule: the spread, times n to the power of -1/6.

    Too wide for a town with several centres: a first look, or a cross-check. For the quartic
    kernel multiply by √8.

    Raises
    ------
    MethodError
        DENSITY_TOO_FEW below 50 points in the town; DENSITY_POINTS.

    References
    ----------
    .. [1] Scott, D. W. (1992). Multivariate Density Estimation. Wiley, p. 152.
    """
    kept, _, _ = points_in_town(points, None, grid)
    _check_number(len(kept))
    spread = kept.std(axis=0, ddof=1)
    return float(np.sqrt(spread[0] * spread[1]) * len(kept) ** (-1.0 / 6.0))


def likelihood_bandwidth(
    points: ArrayLike, grid: DensityGrid, candidates: ArrayLike
) -> BandwidthChoice:
    """Return the Gaussian bandwidth under which left-out points were the least surprising.

    Do not use it where points were snapped to anonymised places or heaped on a few addresses:
    points on the very same spot predict each other, and the narrowest candidate wins.

    Parameters
    ----------
    points : array_like of float, shape (n_points, 2)
        Metres; those outside the town are left out.
    grid : DensityGrid
        Cells at most half of the narrowest candidate.
    candidates : array_like of float, shape (n_candidates,)
        Bandwidths in metres, ascending.

    Raises
    ------
    MethodError
        DENSITY_TOO_FEW below 50 points in the town; DENSITY_BANDWIDTH; DENSITY_POINTS.

    References
    ----------
    .. [1] Loader, C. (1999). Local Regression and Likelihood. Springer, section 5.3.
    """
    kept, weight, _ = points_in_town(points, None, grid)
    _check_number(len(kept))
    widths = np.atleast_1d(np.asarray(candidates, dtype=np.float64))
    for width in widths:
        check_bandwidth(float(width), grid.cell, "gaussian")
    sums = bin_points(kept, weight, grid)
    score = np.array([_left_out(kept, sums, grid, float(width)) for width in widths])
    best = int(np.argmax(score))
    return BandwidthChoice(float(widths[best]), widths, score, best in (0, len(widths) - 1))


def _check_number(n: int) -> None:
    if n < MIN_POINTS:
        raise MethodError("DENSITY_TOO_FEW", n=n, least=MIN_POINTS)


def _left_out(kept: FloatArray, sums: FloatArray, grid: DensityGrid, bandwidth: float) -> float:
    """Return the log likelihood per point under the density of all the others."""
    values = smooth(sums, bandwidth=bandwidth, cell=grid.cell, kernel="gaussian", binned=2)
    column, row = places(kept, grid)
    density = map_coordinates(values, [row, column], order=3, mode="nearest", prefilter=False)
    density -= _own(column, grid.cell, bandwidth) * _own(row, grid.cell, bandwidth)
    mass = mass_inside(grid, bandwidth=bandwidth, kernel="gaussian")
    density /= mass_at(kept, mass, grid)
    whole = smooth(sums, bandwidth=bandwidth, cell=grid.cell, kernel="gaussian") * grid.inside
    expected = float((whole[mass > 0] / mass[mass > 0]).sum()) * grid.cell**2
    # A point with no other in reach: as surprising as can be told apart from nothing.
    return float(np.mean(np.log(np.maximum(density, 1e-30)))) - expected / len(kept)


def _own(place: FloatArray, cell: float, bandwidth: float) -> FloatArray:
    """Return what a point adds to the density read off at its own place, along one axis."""
    width = np.sqrt(bandwidth**2 - cell**2 * 2.0 / 3.0)
    weights = spline_weights(place - np.floor(place))
    apart = np.subtract.outer(np.arange(4), np.arange(4)) * cell / width
    kernel = np.exp(-0.5 * apart**2) / (width * np.sqrt(2.0 * np.pi))
    return np.asarray(((weights @ kernel) * weights).sum(axis=1))


__all__ = ["BandwidthChoice", "likelihood_bandwidth", "scott_bandwidth"]
