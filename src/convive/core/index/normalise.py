"""From a raw indicator to points around 100, the mean of areas in the base year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.gap import between_area_sd

NO_SPREAD = "INDEX_NO_SPREAD"
NO_BASE = "INDEX_NO_BASE"

POINTS_PER_SD = 20.0
MIDDLE = 100.0
LOWEST = 0.0
HIGHEST = 200.0
_MIN_AREAS = 3

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Base:
    """Mean and standard deviation of areas in the base year, frozen for every other year."""

    reason: str | None
    """None; INDEX_NO_BASE with fewer than three areas; INDEX_NO_SPREAD where all are equal."""
    mean: float
    sd: float


def build_base(
    values: ArrayLike, standard_errors: ArrayLike | None = None, *, noise_corrected: bool = False
) -> Base:
    """Return the base of an indicator from its areas in the base year.

    Parameters
    ----------
    values : array_like of float, shape (n_areas,)
        Base-year values; NaN where an area has none.
    standard_errors : array_like of float, shape (n_areas,), optional
        Needed for `noise_corrected`.
    noise_corrected : bool
        Take sampling error out of the standard deviation, so that an indicator from a small
        sample does not look calm only because its noise is wide.

    Returns
    -------
    Base
        Unweighted mean and sample standard deviation, or the reason why there is none.

    Examples
    --------
    >>> build_base([10.0, 20.0, 30.0])
    Base(reason=None, mean=20.0, sd=10.0)
    """
    x = np.asarray(values, dtype=np.float64)
    known = np.isfinite(x)
    if known.sum() < _MIN_AREAS:
        return Base(NO_BASE, float("nan"), float("nan"))
    mean, sd = float(x[known].mean()), float(x[known].std(ddof=1))
    if noise_corrected and standard_errors is not None:
        errors = np.asarray(standard_errors, dtype=np.float64)[known]
        sd = between_area_sd(x[known], np.maximum(errors, 1e-12 * max(sd, 1e-300)))
    if not sd > 1e-9 * max(1.0, abs(mean)):
        return Base(NO_SPREAD, mean, sd)
    return Base(None, mean, sd)


def score_indicator(values: ArrayLike, base: Base, *, is_lower_better: bool) -> Floats:
    """Return index points: 100 + 20 per standard deviation of the base year, higher is safer.

    Parameters
    ----------
    values : array_like of float, any shape
        Any year and area; NaN stays NaN.
    base : Base
        Of the base year.
    is_lower_better : bool
        Whether a lower raw value is safer.

    Returns
    -------
    ndarray of float
        Points, cut off at 0 and 200; all NaN where the base has a reason.

    References
    ----------
    .. [1] OECD and JRC (2008). Handbook on Constructing Composite Indicators, 5.2 (z-scores).

    Examples
    --------
    >>> score_indicator([10.0, 20.0], Base(None, 20.0, 10.0), is_lower_better=True).tolist()
    [120.0, 100.0]
    """
    x = np.asarray(values, dtype=np.float64)
    if base.reason is not None:
        return np.full(x.shape, np.nan)
    sign = -1.0 if is_lower_better else 1.0
    points = MIDDLE + POINTS_PER_SD * sign * (x - base.mean) / base.sd
    return np.clip(points, LOWEST, HIGHEST)
