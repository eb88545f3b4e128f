"""Scales of the index: fitted once on the base year and frozen for every other year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy  # its statistics take half a second to load: at their first use
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.index.normalise import HIGHEST, LOWEST, MIDDLE, POINTS_PER_SD, build_base
from convive.core.index.recipe import Recipe

MIN_AREAS = 3
SKEW_LIMIT, KURTOSIS_LIMIT = 2.0, 3.5

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scale:
    """From raw values of one indicator to points, higher is better; frozen."""

    indicator_id: str
    limits: tuple[float, float]
    """Values beyond are clipped to these (winsorised); infinite where nothing is."""
    slope: float
    """Points per unit; 0 for a percentile scale."""
    offset: float
    floor: float
    ceiling: float
    sorted_base: Floats | None = None
    """Base-year values in ascending order of safety, for a percentile scale."""
    sign: float = 1.0

    def score(self, values: ArrayLike) -> Floats:
        """Return points of values of any shape; NaN stays NaN.

        Examples
        --------
        >>> scale = fit_scale(Recipe("theft", is_lower_better=True), [10.0, 20.0, 30.0])
        >>> scale.score([10.0, 20.0, 45.0]).tolist()
        [120.0, 100.0, 50.0]
        """
        x = np.clip(np.asarray(values, dtype=np.float64), *self.limits)
        if self.sorted_base is not None:
            return _percentile(self.sign * x, self.sorted_base)
        return np.clip(self.offset + self.slope * x, self.floor, self.ceiling)

    def n_clipped(self, values: ArrayLike) -> int:
        """Return how many values the limits change."""
        x = np.asarray(values, dtype=np.float64)
        return int(np.sum((x < self.limits[0]) | (x > self.limits[1])))


def fit_scale(recipe: Recipe, base_values: ArrayLike) -> Scale:
    """Return the scale of an indicator from its areas in the base year.

    z_score: 100 + 20 points per standard deviation of areas, between 0 and 200. min_max: 0 at
    the worst and 100 at the best goalpost. percentile: share of base-year areas that are worse
    (half of those equal), in percent. reference: 100 at the reference, 1 point per percent.

    Do not use *min_max* without goalposts where areas are few or values wild: the two extremes
    alone make the scale. Do not use *percentile* where distances matter, *reference* where the
    reference is near 0.

    Parameters
    ----------
    recipe : Recipe
        What is declared.
    base_values : array_like of float, shape (n_areas,)
        NaN where an area has none.

    Raises
    ------
    MethodError
        INDEX_NO_SCALE with fewer than three areas, without spread or with a reference of 0.

    References
    ----------
    .. [1] OECD and JRC (2008). Handbook on Constructing Composite Indicators, chapter 5.

    Examples
    --------
    >>> fit_scale(Recipe("a", is_lower_better=False, scaling="min_max"), [1, 2, 5]).score(2).item()
    25.0
    """
    x = np.asarray(base_values, dtype=np.float64)
    x = x[np.isfinite(x)]
    if x.size < MIN_AREAS:
        raise MethodError("INDEX_NO_SCALE", indicator=recipe.indicator_id, n=int(x.size))
    limits = (-np.inf, np.inf)
    if recipe.winsorise > 0.0:
        low, high = np.quantile(x, (recipe.winsorise, 1.0 - recipe.winsorise))
        limits = (float(low), float(high))
        x = np.clip(x, *limits)
    if recipe.scaling == "percentile":
        ordered = np.sort(recipe.sign * x)
        _refuse_flat(recipe, ordered)
        name = recipe.indicator_id
        return Scale(name, limits, 0.0, 0.0, LOWEST, MIDDLE, ordered, recipe.sign)
    slope, offset, ceiling = _line(recipe, x)
    return Scale(recipe.indicator_id, limits, slope, offset, LOWEST, ceiling, None, recipe.sign)


def looks_outlying(values: ArrayLike) -> bool:
    """Return whether a few values dominate: skewness above 2 and excess kurtosis above 3.5.

    A reason to look and perhaps to winsorise, never a reason to do so unasked.

    References
    ----------
    .. [1] Becker, W. et al. (2022). COINr. Journal of Open Source Software 7(78), 4567.

    Examples
    --------
    >>> looks_outlying([1.0, 2.0, 3.0, 4.0] * 5 + [100.0]), looks_outlying([1.0, 2.0, 3.0, 4.0])
    (True, False)
    """
    x = np.asarray(values, dtype=np.float64)
    x = x[np.isfinite(x)]
    if x.size < MIN_AREAS or np.ptp(x) == 0:
        return False
    return (
        abs(float(scipy.stats.skew(x))) > SKEW_LIMIT
        and float(scipy.stats.kurtosis(x)) > KURTOSIS_LIMIT
    )


def _line(recipe: Recipe, x: Floats) -> tuple[float, float, float]:
    """Return slope, offset and ceiling of a linear scale."""
    if recipe.scaling == "z_score":
        base = build_base(x)
        if base.reason is not None:
            raise MethodError("INDEX_NO_SCALE", indicator=recipe.indicator_id, n=int(x.size))
        slope = POINTS_PER_SD * recipe.sign / base.sd
        return slope, MIDDLE - slope * base.mean, HIGHEST
    if recipe.scaling == "reference":
        reference = float(x.mean()) if recipe.reference is None else recipe.reference
        size = max(1.0, float(np.abs(x).max()))
        if not abs(float(reference)) > 1e-12 * size:
            raise MethodError("INDEX_NO_SCALE", indicator=recipe.indicator_id, n=int(x.size))
        slope = MIDDLE * recipe.sign / abs(reference)
        return slope, MIDDLE - slope * reference, np.inf
    if recipe.goalposts is None:
        _refuse_flat(recipe, x)
        extremes = float(x.min()), float(x.max())
        worst, best = extremes[::-1] if recipe.is_lower_better else extremes
    else:
        worst, best = recipe.goalposts
    slope = MIDDLE / (best - worst)
    return slope, -slope * worst, MIDDLE


def _refuse_flat(recipe: Recipe, x: Floats) -> None:
    """Raise where all areas are equal."""
    if not np.ptp(x) > 1e-9 * max(1.0, float(np.abs(x).max())):
        raise MethodError("INDEX_NO_SCALE", indicator=recipe.indicator_id, n=int(x.size))


def _percentile(x: Floats, ordered: Floats) -> Floats:
    """Return the percentage of base-year areas that are worse, half of those equal."""
    below = np.searchsorted(ordered, x, side="left")
    at_most = np.searchsorted(ordered, x, side="right")
    return np.where(np.isfinite(x), 50.0 * (below + at_most) / ordered.size, np.nan)
