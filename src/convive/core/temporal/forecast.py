"""What to expect of the next months, with an interval that a count can keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.temporal.memory import Memory, correlations, learn_memory
from convive.core.temporal.quasi_poisson import QuasiPoissonFit, fit_quasi_poisson
from convive.core.temporal.season import (
    breaks_within,
    season_columns,
    step_columns,
    trend_columns,
)
from convive.core.temporal.trend import MIN_EVENTS, TOO_FEW, TOO_SHORT, count_band

Floats = NDArray[np.float64]

MOST_AHEAD = 12
"""Months; farther on a line through the past is a guess."""
_SHORTEST_SERIES = 24
_SHORTEST_TREND = 36
_PERIOD = 12
_UNSEEN_SLOPE = 0.04
"""Yearly change of the logarithm (standard deviation) to be allowed for where two or three years
say too little about a line: rates of incidents often move by a few percent a year."""
_ETA_MAX = 25.0


@dataclass(frozen=True, slots=True)
class Forecast:
    """Expected counts of the months to come; arrays of shape (ahead,)."""

    reason: str | None
    """None where there is a forecast; else TREND_TOO_SHORT or TREND_TOO_FEW."""
    expected: Floats | None
    low: Floats | None
    high: Floats | None
    dispersion: float | None
    autocorrelation: float | None


def forecast(
    counts: ArrayLike,
    *,
    ahead: int = 1,
    breaks: Sequence[int] = (),
    level: float = 0.95,
) -> Forecast:
    """Return what the next months will probably bring if all goes on as before.

    Use it to plan ("about so many next month") and to see afterwards whether a month was as
    expected. It is no prediction of single incidents or places, and none of what a measure will
    do. Do not hand in months that are still filling up.

    Parameters
    ----------
    counts : array_like of int, shape (n_months,)
        Complete months in order.
    ahead : int
        How many months, 1 to 12.
    breaks : sequence of int
        Indices of the first months of a new recording practice.
    level : float, in (0, 1)
        Coverage of each month's interval.

    Returns
    -------
    Forecast
        Means and whole-number limits.

    Raises
    ------
    MethodError
        FORECAST_BAD_SERIES, FORECAST_TOO_FAR.

    Notes
    -----
    Quasi-Poisson course with season, line (from three years on) and steps at the breaks; what
    the last months were above or below it is carried on as far as the memory of the noise
    reaches (best linear prediction), averaged over all memories that the series allows. Below
    three years there is no line, but the interval allows for one of about 4 % a year. The
    interval is negative binomial and knows the errors of course, memory and dispersion.

    References
    ----------
    .. [1] Goldberger, A. S. (1962). Best linear unbiased prediction in the generalized linear
       regression model. Journal of the American Statistical Association 57, 369-375.

    Examples
    --------
    >>> found = forecast([80, 100, 120, 100, 90, 80, 70, 80, 90, 100, 110, 90] * 4)
    >>> round(float(found.expected[0])), bool(found.low[0] < 80 < found.high[0])
    (80, True)
    """
    y = np.asarray(counts, dtype=np.float64)
    if y.ndim != 1 or not np.isfinite(y).all() or (y < 0).any():
        raise MethodError("FORECAST_BAD_SERIES", shape=y.shape)
    if not 1 <= ahead <= MOST_AHEAD:
        raise MethodError("FORECAST_TOO_FAR", ahead=ahead, most=MOST_AHEAD)
    if y.size < _SHORTEST_SERIES:
        return Forecast(TOO_SHORT, *(None,) * 5)
    if y.sum() < MIN_EVENTS:
        return Forecast(TOO_FEW, *(None,) * 5)
    design = _course(y, ahead, breaks)
    fit = fit_quasi_poisson(y, design[: y.size])
    memory = learn_memory(fit, design[: y.size])
    mean, variance = _predict(fit, design, memory)
    beyond = np.maximum(variance - mean, 0.0) / mean**2 + _unseen_slope(y.size, ahead, breaks)
    low, high = count_band(mean, beyond, 1.0, max(fit.df, 1), level)
    return Forecast(None, mean, low, high, max(1.0, fit.dispersion), memory.mean)


def _course(y: Floats, ahead: int, breaks: Sequence[int]) -> Floats:
    """Return the columns of past and coming months."""
    n = y.size + ahead
    inside = breaks_within(y.size, breaks)
    degree = 1 if y.size - _start(y.size, breaks) >= _SHORTEST_TREND else 0
    season = season_columns(y.size, _PERIOD, float(y.mean()))
    # The coming months repeat the season of the past.
    season = np.vstack([season, season[y.size - _PERIOD :][np.arange(ahead) % _PERIOD]])
    return np.hstack([trend_columns(n, degree), season, step_columns(n, inside)])


def _start(n: int, breaks: Sequence[int]) -> int:
    """Return the first month since the last break."""
    return max(breaks_within(n, breaks), default=0)


def _unseen_slope(n: int, ahead: int, breaks: Sequence[int]) -> Floats:
    """Return what a line that cannot be told adds to the variance of the coming logarithms."""
    start = _start(n, breaks)
    if n - start >= _SHORTEST_TREND:
        return np.zeros(ahead)
    years = (n + np.arange(ahead) - 0.5 * (start + n - 1)) / _PERIOD
    return np.asarray((_UNSEEN_SLOPE * years) ** 2)


def _predict(fit: QuasiPoissonFit, design: Floats, memory: Memory) -> tuple[Floats, Floats]:
    """Return mean and variance of the coming counts, averaged over the memories."""
    n = fit.residuals.size
    eta = np.clip(design[n:] @ fit.coefficients, -_ETA_MAX, _ETA_MAX)
    root = np.sqrt(np.exp(eta))
    half = np.vstack([design[:n] * np.sqrt(fit.expected)[:, None], design[n:] * root[:, None]])
    within = correlations(half.shape[0], memory.lasting)
    found = [_carry_on(fit.residuals, half, each) for each in within]
    noise = np.array([one[0] for one in found])
    spread = np.array([one[1] for one in found]) * memory.scale[:, None]
    mean_by_rho = np.exp(np.clip(eta + noise / root, -_ETA_MAX, _ETA_MAX))
    mean = memory.weight @ mean_by_rho
    variance = memory.weight @ (spread * mean_by_rho + (mean_by_rho - mean) ** 2)
    return np.asarray(mean), np.asarray(variance)


def _carry_on(noise: Floats, half: Floats, correlation: Floats) -> tuple[Floats, Floats]:
    """Return the best linear prediction of the coming noise and its variance (scale 1)."""
    n = noise.size
    past, coming = half[:n], half[n:]
    carried = np.linalg.solve(correlation[:n, :n], correlation[:n, n:])
    weighted = np.linalg.solve(correlation[:n, :n], past)
    ridge = 1e-8 * np.eye(past.shape[1])
    information = past.T @ weighted + ridge
    shift = np.linalg.solve(information, weighted.T @ noise)
    left = coming - carried.T @ past
    predicted = coming @ shift + carried.T @ (noise - past @ shift)
    own = np.diagonal(correlation[n:, n:]) - np.sum(correlation[:n, n:] * carried, axis=0)
    learnt = np.sum(left * np.linalg.solve(information, left.T).T, axis=1)
    return predicted, own + learnt
