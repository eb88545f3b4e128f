"""Whether two areas stood alike before: level, trend and season of their counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convive.core.significance import chi_square_p
from convive.core.temporal.quasi_poisson import fit_quasi_poisson

TREND_ALPHA = 0.10
SEASON_ALPHA = 0.01
"""Among dozens of areas one in twenty would be turned away for nothing."""
MOST_TREND = 10.0
"""Percent a year."""
_YEAR = 12
_MEAN_FOR_SEASON = 60.0
_Z = 1.645

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Course:
    """Monthly counts, all known."""

    counts: Floats
    month: Ints
    """Number of each month, so that gaps keep their length."""


def level_ratio(ours: Course, other: Course, n_ours: int) -> float:
    """Return the level of an area over that of one of our `n_ours` areas."""
    return float(other.counts.sum() * n_ours / max(float(ours.counts.sum()), 0.5))


def trend_gap(ours: Course, other: Course) -> tuple[float, bool, bool]:
    """Return by how many percent a year our course parts from the other, and what is sure of it.

    Returns
    -------
    percent : float
    is_sure : bool
        Beyond chance at 10 %, and more than ten percent a year.
    is_small : bool
        At most ten percent a year, as sure as that (90 % interval).

    Notes
    -----
    A line through the odds of our counts over the other's; variance by the Pearson dispersion.
    """
    both = ours.counts + other.counts
    years = ours.month / _YEAR
    years = years - years.mean()
    slope, error = _slope(ours.counts, both, years)
    percent = 100.0 * float(np.expm1(np.clip(slope, -5.0, 5.0)))
    most = float(np.log1p(MOST_TREND / 100.0))
    is_sure = abs(slope) > _Z * error and abs(slope) > most
    return percent, is_sure, abs(slope) + _Z * error <= most


def _slope(ours: Floats, both: Floats, years: Floats) -> tuple[float, float]:
    """Return slope and standard error of the logit of our share over years."""
    design = np.column_stack([np.ones(years.size), years])
    beta = np.array([np.log((ours.sum() + 0.5) / (both.sum() - ours.sum() + 0.5)), 0.0])
    for _ in range(25):
        share = 1.0 / (1.0 + np.exp(-np.clip(design @ beta, -25.0, 25.0)))
        information = np.maximum(both * share * (1.0 - share), 1e-9)
        curve = design.T @ (design * information[:, None]) + 1e-9 * np.eye(2)
        step = np.linalg.solve(curve, design.T @ (ours - both * share))
        beta = beta + np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < 1e-9:
            break
    residuals = (ours - both * share) / np.sqrt(information)
    dispersion = max(1.0, float(residuals @ residuals) / max(1, years.size - 2))
    return float(beta[1]), float(np.sqrt(dispersion * np.linalg.inv(curve)[1, 1]))


def is_like_season(ours: Course, other: Course) -> bool | None:
    """Tell whether two areas have their months of the year alike; None with too few incidents.

    Notes
    -----
    Chi-square of the months' shares in a table of two areas by twelve months, over the
    dispersion that each shows around its own season.
    """
    table = np.array(
        [np.bincount(one.month % _YEAR, one.counts, minlength=_YEAR) for one in (ours, other)]
    )
    if table.sum(axis=1).min() < _MEAN_FOR_SEASON:
        return None
    used = table[:, table.sum(axis=0) > 0]
    expected = used.sum(axis=1, keepdims=True) * used.sum(axis=0) / used.sum()
    spread = max(1.0, _dispersion(ours), _dispersion(other))
    statistic = float(((used - expected) ** 2 / expected).sum()) / spread
    return bool(float(chi_square_p(statistic, used.shape[1] - 1)) > SEASON_ALPHA)


def _dispersion(course: Course) -> float:
    """Return how much counts vary around line and season, over Poisson counts."""
    angle = 2.0 * np.pi * course.month / _YEAR
    time = np.linspace(-1.0, 1.0, course.month.size)
    design = np.column_stack([np.ones(time.size), time, np.cos(angle), np.sin(angle)])
    found = fit_quasi_poisson(course.counts, design)
    return found.dispersion if np.isfinite(found.dispersion) else 1.0
