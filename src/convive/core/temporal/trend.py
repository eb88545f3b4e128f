"""Did a monthly series rise or fall, season and recording breaks taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy  # its statistics take half a second to load: at their first use
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri, stdtrit

from convive.core.errors import MethodError
from convive.core.temporal.memory import learn_memory
from convive.core.temporal.quasi_poisson import fit_quasi_poisson
from convive.core.temporal.season import (
    breaks_within,
    season_columns,
    segments_of,
    step_columns,
    trend_columns,
)

TOO_SHORT = "TREND_TOO_SHORT"
TOO_FEW = "TREND_TOO_FEW"
BREAK_IN_THE_WAY = "TREND_BREAK_IN_THE_WAY"

MIN_EVENTS = 20
SEASON_PERIOD = 12
LONGEST_MONTHS = 60
"""How far back `long_trend` looks at most."""
_SHORTEST_SERIES = 2 * SEASON_PERIOD
_SHORTEST_HALF = 6
_LEVERAGE_MAX = 0.9

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Window = tuple[int, int]
"""First index in, last index out."""


@dataclass(frozen=True, slots=True)
class TrendResult:
    """What earlier months lead one to expect, and the change between two stretches."""

    reason: str | None
    """None where a change is given; else TREND_TOO_SHORT, _TOO_FEW or _BREAK_IN_THE_WAY."""
    change_percent: float | None
    low: float | None
    high: float | None
    p: float | None
    n: int
    """Events in both stretches (in the whole series where there is no change)."""
    before: Window | None
    after: Window | None
    expected: Floats | None
    """(n_months,): what all other months lead one to expect; None where too little is known."""
    expected_low: Floats | None
    expected_high: Floats | None
    dispersion: float | None
    """Variance over that of a Poisson count, 1 or more."""
    autocorrelation: float | None
    segment: Integers
    """(n_months,): 0, 1 …, goes up at every break."""


@dataclass(frozen=True, slots=True)
class _Series:
    """A checked series with what is asked of it."""

    counts: Floats
    log_exposure: Floats
    complete: int
    breaks: list[int]
    level: float
    compare_months: int
    is_long: bool
    """Whether the first stretch since the last break is compared, not the one before."""


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Two stretches and whether the season cancels between them."""

    before: Window
    after: Window
    is_balanced: bool


def monthly_trend(
    counts: ArrayLike,
    *,
    breaks: Sequence[int] = (),
    incomplete_last: int = 0,
    compare_months: int = 12,
    level: float = 0.95,
    exposure: ArrayLike | None = None,
) -> TrendResult:
    """Return the change between the last twelve complete months and the twelve before.

    Both stretches lie after the last recording break: a comparison never crosses one. If fewer
    than two times `compare_months` have passed since the break, the two halves since then are
    compared, with the season learnt from the whole series; if even that is too short the
    reason says so. Do not use it to explain a change, nor on series of fewer than two years.

    Parameters
    ----------
    counts : array_like of int, shape (n_months,)
        Incidents per month, in order, without gaps; a month without incidents is 0.
    breaks : sequence of int
        Indices of the first months of a new recording practice.
    incomplete_last : int
        How many of the last months are still filling up; they get an expectation only.
    compare_months : int
        Length of each stretch; a multiple of 12 lets the season cancel.
    level : float, in (0, 1)
        Coverage of the interval and of the band.
    exposure : array_like of float, shape (n_months,), optional
        Population or days at risk per month; the change is then one of rates.

    Returns
    -------
    TrendResult
        Change in percent with interval and p-value, and the expected course with its band.

    Raises
    ------
    MethodError
        TREND_NEGATIVE_COUNT, TREND_SHAPE.

    Notes
    -----
    The variance is that of a quasi-Poisson log-linear model with season, linear trend, a step
    at each break and one at the later stretch; its dispersion is at least 1. The month-to-month
    memory of the noise (AR(1)) is not known: interval and p-value are averages of t distributions
    over all memories, weighted by their restricted likelihood.

    References
    ----------
    .. [1] McCullagh, P. and Nelder, J. A. (1989). Generalized Linear Models, 2nd ed., ch. 6.
    .. [2] Bernal, J. L., Cummins, S. and Gasparrini, A. (2017). Interrupted time series
       regression: a tutorial. International Journal of Epidemiology 46(1), 348-355.

    Examples
    --------
    >>> result = monthly_trend([100] * 12 + [80] * 12)
    >>> round(result.change_percent, 6), result.before, result.after
    (-20.0, (0, 12), (12, 24))
    """
    asked = (level, int(compare_months), False)
    return _trend(_read_series(counts, exposure, int(incomplete_last), breaks, asked), breaks)


def long_trend(
    counts: ArrayLike,
    *,
    breaks: Sequence[int] = (),
    incomplete_last: int = 0,
    level: float = 0.95,
    exposure: ArrayLike | None = None,
) -> TrendResult:
    """Return the change between the first and the last twelve months since the last break.

    Use it for "is it more or less than some years ago": a slow change is none from one year to
    the next. The stretches lie whole years apart (at most five, the last included), so that
    both hold the same calendar months. All else as in `monthly_trend`, also the halves that
    are compared where fewer than two years have passed since a break. What lies between the
    two stretches is not told: a rise and a fall that cancel are no change.

    Examples
    --------
    >>> result = long_trend([100] * 12 + [94] * 12 + [88] * 12 + [83] * 12 + [78] * 12)
    >>> round(result.change_percent, 6), result.before, result.after
    (-22.0, (0, 12), (48, 60))
    """
    asked = (level, SEASON_PERIOD, True)
    return _trend(_read_series(counts, exposure, int(incomplete_last), breaks, asked), breaks)


def _trend(series: _Series, breaks: Sequence[int]) -> TrendResult:
    """Return band and change of a checked series."""
    total = int(series.counts[: series.complete].sum())
    segment = segments_of(series.counts.size, breaks)
    unknown = TrendResult(*(None,) * 5, total, *(None,) * 7, segment)
    if series.complete < _SHORTEST_SERIES:
        return replace(unknown, reason=TOO_SHORT)
    if total < MIN_EVENTS:
        return replace(unknown, reason=TOO_FEW)
    banded = _with_band(unknown, series)
    plan = _plan_comparison(series)
    if isinstance(plan, str):
        return replace(banded, reason=plan)
    return _with_change(banded, series, plan)


def _read_series(
    counts: ArrayLike,
    exposure: ArrayLike | None,
    incomplete: int,
    breaks: Sequence[int],
    asked: tuple[float, int, bool],
) -> _Series:
    """Check the arguments and return them together."""
    y = np.asarray(counts, dtype=np.float64)
    per = np.ones(y.size) if exposure is None else np.asarray(exposure, dtype=np.float64)
    if y.ndim != 1 or per.shape != y.shape or not 0 <= incomplete <= y.size:
        raise MethodError("TREND_SHAPE", counts=y.shape, exposure=per.shape)
    if not np.isfinite(y).all() or (y < 0).any():
        raise MethodError("TREND_NEGATIVE_COUNT")
    if not (per > 0).all():
        raise MethodError("TREND_NO_EXPOSURE")
    complete = y.size - incomplete
    return _Series(y, np.log(per), complete, breaks_within(complete, breaks), *asked)


def _plan_comparison(series: _Series) -> _Comparison | str:
    """Return the two stretches to compare, or the reason why there are none."""
    months, end = series.compare_months, series.complete
    start = series.breaks[-1] if series.breaks else 0
    if end - start >= 2 * months:
        first = end - 2 * months
        if series.is_long:
            reach = min(end - start, LONGEST_MONTHS)
            # Whole years apart: the same calendar months on both sides.
            first = end - reach // SEASON_PERIOD * SEASON_PERIOD
        before, after = (first, first + months), (end - months, end)
        return _Comparison(before, after, is_balanced=months % SEASON_PERIOD == 0)
    if not series.breaks:
        return TOO_SHORT
    half = (end - start) // 2
    if half < _SHORTEST_HALF or start < 2 * SEASON_PERIOD:
        return BREAK_IN_THE_WAY
    return _Comparison((end - 2 * half, end - half), (end - half, end), is_balanced=False)


def _with_band(result: TrendResult, series: _Series) -> TrendResult:
    """Add what all other months lead one to expect of each month, and its band."""
    n, k = series.counts.size, series.complete
    design = np.hstack(
        [
            trend_columns(n, 1),
            season_columns(n, SEASON_PERIOD, float(series.counts[:k].mean())),
            step_columns(n, series.breaks),
        ]
    )
    fit = fit_quasi_poisson(series.counts[:k], design[:k], series.log_exposure[:k])
    eta = np.clip(design @ fit.coefficients + series.log_exposure, -25.0, 25.0)
    variance = np.einsum("ij,jk,ik->i", design, fit.covariance, design)
    # One step of the fit without the month itself, so that no month explains itself.
    leverage = np.clip(fit.leverages, 0.0, _LEVERAGE_MAX)
    surprise = (series.counts[:k] - fit.expected) / fit.expected
    eta[:k] -= np.clip(leverage / (1.0 - leverage) * surprise, -2.0, 2.0)
    variance[:k] /= 1.0 - leverage
    dispersion = max(1.0, fit.dispersion) if fit.df > 0 else 1.0
    low, high = count_band(np.exp(eta), variance, dispersion, max(fit.df, 1), series.level)
    return replace(
        result, expected=np.exp(eta), expected_low=low, expected_high=high, dispersion=dispersion
    )


def count_band(
    mean: Floats, variance_of_log: Floats, dispersion: float, df: int, level: float
) -> tuple[Floats, Floats]:
    """Return the negative-binomial band that a new count would fall into.

    The variance of the count is `dispersion` times the mean, and what the error of the mean's
    logarithm adds; the band is widened from the normal to the t distribution.
    """
    tail = (1.0 - level) / 2.0
    widening = (float(stdtrit(df, 1.0 - tail)) / float(ndtri(1.0 - tail))) ** 2
    variance = (dispersion * mean + dispersion * mean**2 * variance_of_log) * widening
    size = mean**2 / np.maximum(variance - mean, 1e-9 * mean)
    share = size / (size + mean)
    low, high = (np.asarray(scipy.stats.nbinom.ppf(at, size, share)) for at in (tail, 1.0 - tail))
    return low, high


def _with_change(result: TrendResult, series: _Series, plan: _Comparison) -> TrendResult:
    """Add the change between the two stretches with its interval and p-value."""
    y = series.counts
    events = int(y[slice(*plan.before)].sum() + y[slice(*plan.after)].sum())
    if events < MIN_EVENTS:
        return replace(result, reason=TOO_FEW, n=events)
    design = _change_design(series, plan)
    k = series.complete
    fit = fit_quasi_poisson(y[:k], design, series.log_exposure[:k])
    if plan.is_balanced:
        estimate, variance = _ratio_of_sums(series, plan)
    else:
        estimate, variance = float(fit.coefficients[-1]), float(fit.covariance[-1, -1])
    memory = learn_memory(fit, design)
    contrast = _contrast(fit.expected, plan)
    low, high, p = memory.judge(estimate, contrast, variance, series.level)
    return replace(
        result,
        change_percent=_percent(estimate),
        low=_percent(low),
        high=_percent(high),
        p=p,
        n=events,
        before=plan.before,
        after=plan.after,
        dispersion=max(1.0, fit.dispersion),
        autocorrelation=memory.mean,
    )


def _change_design(series: _Series, plan: _Comparison) -> Floats:
    """Return the columns of the model behind the change; the last one is the later stretch."""
    k = series.complete
    season = season_columns(k, SEASON_PERIOD, float(series.counts[:k].mean()))
    if plan.is_balanced:
        steps = step_columns(k, [*series.breaks, plan.after[0]])
        return np.hstack([trend_columns(k, 1), season, steps])
    # Here the last column is the estimate itself: a trend only where it cannot soak it up.
    starts = sorted({*series.breaks, plan.before[0]} - {0})
    trend = trend_columns(k, 1)[:, 1:] * (np.arange(k) < plan.before[0])[:, None]
    if plan.before[0] < _SHORTEST_HALF:
        trend = np.zeros((k, 0))
    steps = step_columns(k, [*starts, plan.after[0]])
    return np.hstack([np.ones((k, 1)), trend, season, steps])


def _ratio_of_sums(series: _Series, plan: _Comparison) -> tuple[float, float]:
    """Return the log ratio of the two rates and its Poisson variance."""
    exposure = np.exp(series.log_exposure)
    sums = [float(series.counts[slice(*w)].sum()) for w in (plan.before, plan.after)]
    pers = [float(exposure[slice(*w)].sum()) for w in (plan.before, plan.after)]
    if min(sums) == 0.0:
        # Half an event on both sides keeps the ratio finite where one side has none.
        sums = [total + 0.5 for total in sums]
    estimate = np.log(sums[1] / pers[1]) - np.log(sums[0] / pers[0])
    return float(estimate), 1.0 / sums[0] + 1.0 / sums[1]


def _contrast(expected: Floats, plan: _Comparison) -> Floats:
    """Return the weight of each month's standardised noise in the log ratio."""
    contrast = np.zeros(expected.size)
    for sign, window in ((-1.0, slice(*plan.before)), (1.0, slice(*plan.after))):
        contrast[window] = sign * np.sqrt(expected[window]) / expected[window].sum()
    return contrast


def _percent(log_ratio: float) -> float:
    """Return a log ratio as a change in percent."""
    return 100.0 * float(np.expm1(min(log_ratio, 25.0)))
