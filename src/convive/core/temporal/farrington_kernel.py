"""The fit behind Farrington's detector: groups of the year and a line, on many series at once.

A log-linear model of group levels and one line has a closed form for the levels once the slope is
given, so that a fit is a search in one dimension, whatever the number of groups.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Past = tuple[Floats, Integers]
"""Time and group of the reference periods."""
Into = tuple[Floats, Floats, Floats]
"""Per group: events, exposure, first and second moment of time; (means, weights); the answer."""

LEVEL, ERROR, DISPERSION, SLOPE, SLOPE_ERROR, DF = range(6)
"""Columns of a fit: expected count now, variance of its logarithm (before dispersion),
dispersion as it is, slope per period, variance of the slope (before dispersion), freedom."""


@njit(cache=True)
def fit_all(  # pragma: no cover - compiled
    counts: Floats, time: Floats, group: Integers, now: int, limit: float
) -> Floats:
    """Return the fits with and without a line, shape (n_series, 2, 6).

    `counts` is (n_series, n), `time` (n,; periods since the one asked about, negative) and `group`
    (n,) belong to the reference periods, `now` is the group of the period asked about. Residuals above `limit` lose weight in a second
    fit; infinite: no second fit.
    """
    n_series, n = counts.shape
    n_groups = max(group.max(), now) + 1
    found = np.empty((n_series, 2, 6))
    work = np.empty((2, n))
    sums = np.empty((n_groups, 4))
    for i in range(n_series):
        for with_line in range(2):
            work[1] = 1.0
            into = (sums, work, found[i, with_line])
            _fit(counts[i], (time, group), now, with_line, into)
            if np.isfinite(limit):
                _reweigh(counts[i], (time, group), limit, into)
                _fit(counts[i], (time, group), now, with_line, into)
    return found


@njit(cache=True)
def _fit(  # pragma: no cover - compiled
    y: Floats, past: Past, now: int, n_lines: int, into: Into
) -> None:
    """Fit one series; fills the sums, the means and the row of the answer."""
    time, row, sums = past[0], into[2], into[0]
    slope, curvature = 0.0, 0.0
    span = max(time[-1] - time[0], 1.0)
    for _ in range(60):
        score, curvature = _sum_up(y, past, slope, into)
        if n_lines == 0 or curvature <= 1e-12 or abs(score / curvature) * span < 1e-9:
            break
        # No more than a factor of e² over the whole stretch at once.
        slope += min(max(score / curvature, -2.0 / span), 2.0 / span)
    _describe(y, past[1], now, into)
    is_told = n_lines > 0 and curvature > 1e-12
    row[SLOPE] = slope
    row[SLOPE_ERROR] = 1.0 / curvature if is_told else np.inf
    row[DF] -= n_lines
    row[DISPERSION] = row[DISPERSION] / row[DF] if row[DF] > 0.0 else 1.0
    if is_told and sums[now, 1] > 0.0:
        row[ERROR] += (sums[now, 2] / sums[now, 1]) ** 2 * row[SLOPE_ERROR]


@njit(cache=True)
def _sum_up(  # pragma: no cover - compiled
    y: Floats, past: Past, slope: float, into: Into
) -> tuple[float, float]:
    """Return slope and curvature of the likelihood in the slope, the levels at their best."""
    time, group = past
    sums, work, _ = into
    sums[:] = 0.0
    score, curvature = 0.0, 0.0
    for j in range(y.size):
        work[0, j] = np.exp(slope * time[j])
        share = work[1, j] * work[0, j]
        row = sums[group[j]]
        row[0] += work[1, j] * y[j]
        row[1] += share
        row[2] += share * time[j]
        row[3] += share * time[j] ** 2
        score += work[1, j] * y[j] * time[j]
    for g in range(sums.shape[0]):
        if sums[g, 1] > 0.0:
            level = sums[g, 0] / sums[g, 1]
            score -= level * sums[g, 2]
            curvature += level * (sums[g, 3] - sums[g, 2] ** 2 / sums[g, 1])
    return score, curvature


@njit(cache=True)
def _describe(  # pragma: no cover - compiled
    y: Floats, group: Integers, now: int, into: Into
) -> None:
    """Fill fitted means, chi-square (not yet divided) and freedom, and the level now."""
    sums, work, row = into
    mean, weight = work
    chi_square, seen = 0.0, 0
    for g in range(sums.shape[0]):
        seen += sums[g, 1] > 0.0
    for j in range(y.size):
        mean[j] *= sums[group[j], 0] / sums[group[j], 1]
        if mean[j] > 0.0:
            chi_square += weight[j] * (y[j] - mean[j]) ** 2 / mean[j]
    row[LEVEL] = sums[now, 0] / sums[now, 1] if sums[now, 1] > 0.0 else np.nan
    row[ERROR] = 1.0 / sums[now, 0] if sums[now, 0] > 0.0 else np.inf
    row[DISPERSION] = chi_square
    row[DF] = y.size - seen


@njit(cache=True)
def _reweigh(  # pragma: no cover - compiled
    y: Floats, past: Past, limit: float, into: Into
) -> None:
    """Give past outbreaks less weight: one over the square of a large Anscombe residual."""
    time, group = past
    sums, work, row = into
    mean, weight = work
    spread = max(row[DISPERSION], 1.0)
    total = 0.0
    for j in range(y.size):
        g = group[j]
        weight[j] = 1.0
        if mean[j] > 0.0:
            leverage = mean[j] / sums[g, 0]
            if np.isfinite(row[SLOPE_ERROR]):
                away = time[j] - sums[g, 2] / sums[g, 1]
                leverage += mean[j] * away**2 * row[SLOPE_ERROR]
            residual = 1.5 * (y[j] ** (2 / 3) * mean[j] ** (-1 / 6) - np.sqrt(mean[j]))
            residual /= np.sqrt(spread * max(1.0 - leverage, 1e-9))
            if residual > limit:
                weight[j] = residual**-2
        total += weight[j]
    weight *= y.size / total
