"""Which of many series stand unusually high now, with a number of false alarms that you set."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.significance import high_count_p
from convive.core.temporal.farrington import Expectation, Reference, expect, read_counts

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

_FEWEST_YEARS, _MOST_YEARS = 2, 6
_YEARS_FOR_EVERY_PERIOD = 4
_MEAN_FOR_EVERY_PERIOD = 3.0
_MEAN_FOR_GROUPS = 1.0
_GROUPS = 5
_HALF = 0.5
_LEFT_OUT = 2
_FAR = 20.0
_OUTLIER = 3.0
_MEMORY = 2.0
_POOLED = 0.5
"""Weight of all series' noise in that of a series that looks calmer than they do."""


@dataclass(frozen=True, slots=True)
class UnusualPeriods:
    """What was expected of the latest periods and which stand out; (n_series, n_latest)."""

    first: int
    """Index of the first period that was asked about."""
    counts: Floats
    expected: Floats
    upper: Floats
    """Highest count that is still no alarm."""
    p: Floats
    """Probability of a count at least so high."""
    false_alarms_a_year: Floats
    """How many as surprising as this one chance alone brings in a year, over all series."""
    is_unusual: Booleans
    alpha: float
    """Level of each single test that the number of false alarms leaves."""


def unusual_periods(
    counts: ArrayLike,
    *,
    incomplete_last: int = 0,
    latest: int = 1,
    false_alarms_a_year: float = 1.0,
    period: int = 12,
) -> UnusualPeriods:
    """Return which of many series stand unusually high in the latest complete periods.

    Use it to look over all areas and kinds of incident at once. It says that a count is higher
    than the same time of year in the past, not why. Not across a break in recording: hand in the
    stretch after it. Not for slow rises (`long_trend`), nor with fewer than two years.

    Parameters
    ----------
    counts : array_like of int, shape (n_series, n_periods)
        Counts in order, no period missing.
    incomplete_last : int
        How many of the last periods still fill up (``reporting_delay(...).is_incomplete``): they
        are not asked about, since a month that fills up cannot be told from a quiet one.
    latest : int
        How many of the last complete periods are asked about.
    false_alarms_a_year : float
        How many false alarms a year you accept, over all series together.
    period : int
        Periods in a year: 12 or 52.

    Returns
    -------
    UnusualPeriods
        Expected counts, upper bounds, p-values and alarms.

    Raises
    ------
    MethodError
        OUTBREAK_BAD_COUNTS, OUTBREAK_TOO_SHORT, OUTBREAK_NO_BUDGET.

    Notes
    -----
    The expectation is that of Farrington's method [1]_: levels of the time of year (every month
    its own with four years and three events a month, else fewer groups), a line where it is
    told, past outbreaks with less weight, the latest two months left out. The bound is a
    quantile of a negative-binomial count with the longer tail of a log-normal mean, that knows
    the error of mean and dispersion; its level is the accepted number divided by series times
    periods of a year. A series that looks calmer than the others is given half of their noise:
    of many short series with memory the calmest by chance would raise most false alarms. So what
    is said of a series depends a little on those it is watched with.

    References
    ----------
    .. [1] Noufaily, A. et al. (2013). An improved algorithm for outbreak detection in multiple
       surveillance systems. Statistics in Medicine 32(7), 1206-1222.

    Examples
    --------
    >>> quiet = [20, 22, 19, 21, 18, 20, 23, 21, 20, 19, 22, 20] * 4
    >>> found = unusual_periods([quiet, [*quiet[:-1], 60]])
    >>> found.is_unusual[:, 0].tolist()
    [False, True]
    """
    y = read_counts(counts)
    if not false_alarms_a_year > 0:
        raise MethodError("OUTBREAK_NO_BUDGET", false_alarms=false_alarms_a_year)
    end = y.shape[1] - incomplete_last
    first = end - latest
    years = min((first - 1) // period, _MOST_YEARS)
    if latest < 1 or incomplete_last < 0 or years < _FEWEST_YEARS:
        raise MethodError("OUTBREAK_TOO_SHORT", periods=first, needed=_FEWEST_YEARS * period + 1)
    found = _expect(y, range(first, end), years, period)
    seen = y[:, first:end]
    # Noise beyond that of Poisson counts is taken to remember: at a correlation of 0.5 from month
    # to month a mean is three times as uncertain.
    memory = 1.0 + _MEMORY * (1.0 - 1.0 / found.dispersion)
    variance = found.dispersion * found.expected + found.expected**2 * found.log_variance * memory
    p = np.asarray(high_count_p(seen, found.expected, variance, found.df))
    alpha = min(0.5, false_alarms_a_year / (y.shape[0] * period))
    upper = _upper(found, variance, alpha)
    by_chance = p * y.shape[0] * period
    return UnusualPeriods(first, seen, found.expected, upper, p, by_chance, p <= alpha, alpha)


def _expect(y: Floats, at: range, years: int, period: int) -> Expectation:
    """Return the expectations, the season as fine as each series allows."""
    mean = y[:, : at.start].mean(axis=1)
    # Windows reach half a year beyond whole years.
    rough_years = max(1, min(years, (at.start - period // 2) // period))
    every = Reference(period, years, 0, period, _LEFT_OUT, _OUTLIER)
    groups = Reference(period, rough_years, period // 12, _GROUPS, _LEFT_OUT, _OUTLIER)
    # One group: the whole year is the window.
    none = replace(groups, half_window=period // 2, n_groups=1)
    is_fine = (mean >= _MEAN_FOR_EVERY_PERIOD) & (years >= _YEARS_FOR_EVERY_PERIOD)
    is_fine &= period <= 12
    is_rough = (mean >= _MEAN_FOR_GROUPS) & ~is_fine
    parts = [np.empty((y.shape[0], len(at))) for _ in range(4)]
    for reference, rows in ((every, is_fine), (groups, is_rough), (none, ~is_fine & ~is_rough)):
        if not rows.any():
            continue
        found = expect(y[rows], at, reference)
        for part, name in zip(parts, ("expected", "log_variance", "dispersion", "df"), strict=True):
            part[rows] = getattr(found, name)
    no_line = np.zeros(parts[0].shape, dtype=np.bool_)
    found = Expectation(parts[0], parts[1], parts[2], parts[3], no_line)
    return _with_half_an_event(_no_calmer_by_chance(found), years, period)


def _no_calmer_by_chance(found: Expectation) -> Expectation:
    """Give a series that looks calmer than the others half of their noise beside half its own.

    Two years with memory often look calm by chance, and of many series those raise the false
    alarms. Noise is compared as a squared coefficient of variation; that of all series is the
    median, each incident expected counting once.
    """
    noise = (found.dispersion - 1.0) / np.where(found.expected > 0, found.expected, 1.0)
    known = np.isfinite(noise) & (found.expected > 0)
    if not known.any():
        return found
    order = np.argsort(noise[known])
    mass = np.cumsum(found.expected[known][order])
    typical = noise[known][order][np.searchsorted(mass, 0.5 * mass[-1])]
    careful = np.maximum(noise, (1.0 - _POOLED) * noise + _POOLED * typical)
    dispersion = np.where(known, 1.0 + found.expected * careful, found.dispersion)
    # The error of the mean grows with the noise that it is made of.
    return replace(
        found,
        dispersion=dispersion,
        log_variance=found.log_variance * dispersion / found.dispersion,
    )


def _with_half_an_event(found: Expectation, years: int, period: int) -> Expectation:
    """Expect half an event in all the past where there was none: none is not impossible."""
    is_zero = found.expected == 0.0
    expected = np.where(is_zero, _HALF / (years * period), found.expected)
    return replace(
        found,
        expected=expected,
        log_variance=np.where(is_zero, 1.0 / _HALF, found.log_variance),
        dispersion=np.where(is_zero, 1.0, found.dispersion),
    )


def _upper(found: Expectation, variance: Floats, alpha: float) -> Floats:
    """Return the highest count whose p-value is above alpha, by halving."""
    low = np.zeros(variance.shape)
    high = np.ceil(_FAR * (found.expected + np.sqrt(variance)) + _FAR)
    while (high - low > 1).any():
        middle = np.floor(0.5 * (low + high))
        is_alarm = high_count_p(middle, found.expected, variance, found.df) <= alpha
        low, high = np.where(is_alarm, low, middle), np.where(is_alarm, middle, high)
    return low


__all__ = ["UnusualPeriods", "unusual_periods"]
