"""Do the densest places stay where they are from one period to the next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv

from convive.core.errors import MethodError
from convive.core.significance import monte_carlo_p
from convive.core.spatial.density import points_in_town
from convive.core.spatial.density_grid import (
    DensityGrid,
    bin_points,
    check_bandwidth,
    mass_inside,
    smooth,
)

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

MIN_POINTS = 50
"""Points in each period below which nothing is said of stability."""
TELLING = 2.0
"""No-change overlaps must lie above this many times the overlap of places drawn by lot."""


class Stability(StrEnum):
    """Whether the densest places are the same ones."""

    SAME = "same"
    MOVED = "moved"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class DensityStability:
    """The densest places of an earlier period, looked at again in a later one."""

    verdict: Stability
    reason: str | None
    """DENSITY_TOO_FEW or DENSITY_TOO_VAGUE where it cannot be told."""
    overlap: float
    """Share of the densest ground of the earlier period that is densest ground in the later."""
    unchanged_low: float
    """Overlap that is undercut in 5 % of draws although nothing changed but chance."""
    unchanged_middle: float
    p: float
    """How rarely so little overlap comes about when nothing changed (one tail)."""
    hit_rate: float
    """Share of later points that lie on the densest ground of the earlier period."""
    hit_low: float
    hit_high: float
    area_share: float
    """Densest ground as a share of the town, as the cells allow."""
    n_before: int
    n_after: int

    @property
    def accuracy_index(self) -> tuple[float, float, float]:
        """Prediction accuracy index with its interval: hit rate ÷ share of the ground."""
        hits = (self.hit_rate, self.hit_low, self.hit_high)
        low, middle, high = sorted(float(hit) / self.area_share for hit in hits)
        return middle, low, high


def density_stability(
    before: ArrayLike,
    after: ArrayLike,
    grid: DensityGrid,
    *,
    rng: np.random.Generator,
    bandwidth: float,
    share: float = 0.05,
) -> DensityStability:
    """Tell whether the densest `share` of a town is the same ground in two periods.

    The overlap that chance allows is found by putting all points together and dealing them out
    to two periods anew, 199 times: whoever does that sees how much two maps differ although
    nothing changed. Do not use it for incidents that come in series (a burglar's night): they
    are not dealt out one by one, and "moved" is then said too often; thin them to one a series.

    Parameters
    ----------
    before, after : array_like of float, shape (n_points, 2)
        Metres; points outside the town are left out.
    grid : DensityGrid
    rng : numpy.random.Generator
    bandwidth : float
        Gaussian, metres; chosen beforehand and not on the later period.
    share : float, in (0, 0.5]
        Part of the town's ground that counts as densest.

    Returns
    -------
    DensityStability
        Below 50 points in a period, or where even without change the overlap may be less than
        twice that of places drawn by lot, the verdict is that it cannot be told.

    Raises
    ------
    MethodError
        DENSITY_SHARE; DENSITY_BANDWIDTH; DENSITY_POINTS.

    References
    ----------
    .. [1] Chainey, S., Tompson, L., Uhlig, S. (2008). The utility of hotspot mapping for
       predicting spatial patterns of crime. Security Journal 21, 4-28.
    """
    if not 0 < share <= 0.5:
        raise MethodError("DENSITY_SHARE", share=share)
    check_bandwidth(bandwidth, grid.cell, "gaussian")
    first, second = (points_in_town(points, None, grid)[0] for points in (before, after))
    densest = _Densest(grid, bandwidth, share)
    if min(len(first), len(second)) < MIN_POINTS:
        return _unknown(len(first), len(second), densest)
    hot = densest.of(first)
    overlap = _overlap(hot, densest.of(second))
    dealt = _dealt_out(np.vstack([first, second]), len(first), densest, rng)
    low = float(np.quantile(dealt, 0.05))
    p = float(monte_carlo_p(dealt, overlap, alternative="less"))
    is_vague = low < TELLING * densest.area_share
    verdict = Stability.MOVED if p <= 0.05 else Stability.SAME
    hits = int(densest.holds(second, hot).sum())
    return DensityStability(
        Stability.CANNOT_TELL if is_vague and p > 0.05 else verdict,
        "DENSITY_TOO_VAGUE" if is_vague and p > 0.05 else None,
        overlap,
        low,
        float(np.median(dealt)),
        p,
        hits / len(second),
        *_share_interval(hits, len(second)),
        densest.area_share,
        len(first),
        len(second),
    )


class _Densest:
    """Find the densest ground of a town; the edge is reckoned once."""

    def __init__(self, grid: DensityGrid, bandwidth: float, share: float) -> None:
        self.grid = grid
        self.bandwidth = bandwidth
        self.in_town = grid.in_town
        self.n_cells = max(1, round(share * int(self.in_town.sum())))
        self.area_share = self.n_cells / int(self.in_town.sum())
        self.mass = mass_inside(grid, bandwidth=bandwidth, kernel="gaussian")[self.in_town]

    def of(self, points: FloatArray) -> BoolArray:
        """Return the cells of the town that are densest, exactly `n_cells` of them."""
        sums = bin_points(points, np.ones(len(points)), self.grid)
        values = smooth(sums, bandwidth=self.bandwidth, cell=self.grid.cell, kernel="gaussian")
        order = np.argsort(-(values[self.in_town] / self.mass), kind="stable")
        hot = np.zeros(len(order), dtype=bool)
        hot[order[: self.n_cells]] = True
        whole = np.zeros(self.in_town.shape, dtype=bool)
        whole[self.in_town] = hot
        return whole

    def holds(self, points: FloatArray, hot: BoolArray) -> BoolArray:
        """Tell which points lie in hot cells."""
        column = np.floor((points[:, 0] - self.grid.x_low) / self.grid.cell).astype(np.int64)
        row = np.floor((points[:, 1] - self.grid.y_low) / self.grid.cell).astype(np.int64)
        return np.asarray(hot[row, column])


def _overlap(one: BoolArray, other: BoolArray) -> float:
    return float((one & other).sum() / one.sum())


def _dealt_out(
    points: FloatArray, n_first: int, densest: _Densest, rng: np.random.Generator, n: int = 199
) -> FloatArray:
    found = np.empty(n)
    for draw in range(n):
        mixed = points[rng.permutation(len(points))]
        found[draw] = _overlap(densest.of(mixed[:n_first]), densest.of(mixed[n_first:]))
    return found


def _share_interval(hits: int, n: int) -> tuple[float, float]:
    """Return the exact 95 % interval of a share (Clopper and Pearson)."""
    low = betaincinv(hits, n - hits + 1, 0.025) if hits else 0.0
    high = betaincinv(hits + 1, n - hits, 0.975) if hits < n else 1.0
    return float(low), float(high)


def _unknown(n_before: int, n_after: int, densest: _Densest) -> DensityStability:
    nothing = (np.nan,) * 7
    return DensityStability(
        Stability.CANNOT_TELL,
        "DENSITY_TOO_FEW",
        *nothing,
        area_share=densest.area_share,
        n_before=n_before,
        n_after=n_after,
    )


__all__ = ["DensityStability", "Stability", "density_stability"]
