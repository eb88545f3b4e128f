"""Is there a season, and which months are high: trend, season and rest of a monthly series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.significance import averaged_f_p
from convive.core.temporal.memory import Memory, contrast_likelihood, learn_memory
from convive.core.temporal.quasi_poisson import QuasiPoissonFit, fit_quasi_poisson
from convive.core.temporal.season import breaks_within, step_columns, trend_columns

Floats = NDArray[np.float64]

TOO_SHORT = "SEASON_TOO_SHORT"
TOO_FEW = "SEASON_TOO_FEW"
MIN_EVENTS = 100
_SHORTEST = 3
_YEARS_FOR_A_CURVE = 4


@dataclass(frozen=True, slots=True)
class SeasonProfile:
    """A monthly series taken apart: counts = course × season × rest. `reason` says why not."""

    reason: str | None
    factors: Floats | None
    """(12,): level of each month over that of the year's mean month; the first entry belongs to
    the calendar month of the first count. Geometric mean 1."""
    low: Floats | None
    high: Floats | None
    p: float | None
    """Of "all months are alike"."""
    course: Floats | None
    """(n_months,): level without season, steps at breaks included."""
    rest: Floats | None
    """(n_months,): count over what course and season lead one to expect."""
    dispersion: float | None
    autocorrelation: float | None


def season_profile(
    counts: ArrayLike,
    *,
    breaks: Sequence[int] = (),
    exposure: ArrayLike | None = None,
    level: float = 0.95,
) -> SeasonProfile:
    """Return the season of a monthly series with intervals, and whether there is any.

    Use it to plan the year ("how much more in July than on average, and is that sure?"). The
    shape is taken to be the same every year; where a place has only lately got a season, look at
    the last years alone. Twelve intervals: one may miss its month by chance. Read them only
    where `p` is small.

    Parameters
    ----------
    counts : array_like of int, shape (n_months,)
        Complete months in order, three years or more.
    breaks : sequence of int
        Indices of the first months of a new recording practice.
    exposure : array_like of float, shape (n_months,), optional
        For instance the days of each month, so that February is not low for its length.
    level : float
        Coverage of each interval.

    Raises
    ------
    MethodError
        SEASON_SHAPE.

    Notes
    -----
    Quasi-Poisson with a level per month and a smooth course (line; cubic from four years on).
    Test (F) and intervals (t) are averaged over the memories that the noise may have.

    References
    ----------
    .. [1] McCullagh, P. and Nelder, J. A. (1989). Generalized Linear Models, 2nd ed., ch. 6.

    Examples
    --------
    >>> found = season_profile([80, 85, 95, 100, 110, 115, 120, 118, 105, 100, 90, 82] * 4)
    >>> int(found.factors.argmax()), found.p < 0.001
    (6, True)
    """
    y = np.asarray(counts, dtype=np.float64)
    per = np.ones(y.shape) if exposure is None else np.asarray(exposure, dtype=np.float64)
    if y.ndim != 1 or per.shape != y.shape or not np.isfinite(y).all() or (y < 0).any():
        raise MethodError("SEASON_SHAPE", counts=y.shape, exposure=per.shape)
    if not (per > 0).all():
        raise MethodError("SEASON_SHAPE", counts=y.shape, exposure=per.shape)
    if y.size < 12 * _SHORTEST or y.sum() < MIN_EVENTS:
        return SeasonProfile(TOO_SHORT if y.size < 12 * _SHORTEST else TOO_FEW, *(None,) * 8)
    design, n_course = _columns(y.size, breaks)
    fit = fit_quasi_poisson(y, design, np.log(per))
    memory = learn_memory(fit, design)
    factors, low, high = _factors(fit, design, memory, level)
    course = per * np.exp(design[:, :n_course] @ fit.coefficients[:n_course])
    return SeasonProfile(
        None,
        factors,
        low,
        high,
        _any_season(fit, design, n_course, memory),
        course,
        y / fit.expected,
        max(1.0, fit.dispersion),
        memory.mean,
    )


def _columns(n: int, breaks: Sequence[int]) -> tuple[Floats, int]:
    """Return course and season columns and how many belong to the course."""
    degree = 3 if n >= 12 * _YEARS_FOR_A_CURVE else 1
    course = np.hstack([trend_columns(n, degree), step_columns(n, breaks_within(n, breaks))])
    month = np.arange(n) % 12
    # Sum to zero: the course is the level of the year's (geometric) mean month.
    season = (month[:, None] == np.arange(11)[None, :]).astype(np.float64)
    season[month == 11] = -1.0
    return np.hstack([course, season]), course.shape[1]


def _factors(
    fit: QuasiPoissonFit, design: Floats, memory: Memory, level: float
) -> tuple[Floats, Floats, Floats]:
    """Return the month factors with their intervals."""
    months = np.vstack([np.eye(11), -np.ones((1, 11))])
    noise = fit.covariance[-11:] @ (design * np.sqrt(fit.expected)[:, None]).T
    found = np.empty((3, 12))
    for month, row in enumerate(months):
        size = float(row @ fit.coefficients[-11:])
        contrast = row @ noise
        low, high, _ = memory.judge(size, contrast, float(contrast @ contrast), level)
        found[:, month] = np.exp(np.clip([size, low, high], -25.0, 25.0))
    return found[0], found[1], found[2]


def _any_season(fit: QuasiPoissonFit, design: Floats, n_course: int, memory: Memory) -> float:
    """Return the p-value of no season: generalised F on the working scale of the whole fit."""
    half = design * np.sqrt(fit.expected)[:, None]
    # The working response: what the months alone explain is added to the noise again.
    noise = fit.residuals + half[:, n_course:] @ fit.coefficients[n_course:]
    basis, _ = np.linalg.qr(half[:, :n_course])
    _, without = contrast_likelihood(noise, basis, memory.lasting)
    _, whole = contrast_likelihood(noise, np.linalg.qr(half)[0], memory.lasting)
    f = (without - whole) / 11.0 / np.maximum(1.0, whole / memory.df)
    return float(averaged_f_p(f, (11.0, float(memory.df)), memory.weight))
