"""Change of yearly counts and of survey waves, where there is no month to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from convive.core.errors import MethodError
from convive.core.significance import two_sided_t_p
from convive.core.temporal.quasi_poisson import QuasiPoissonFit, fit_quasi_poisson
from convive.core.temporal.season import breaks_within, segments_of, trend_columns
from convive.core.temporal.trend import BREAK_IN_THE_WAY, MIN_EVENTS, TOO_FEW, TOO_SHORT, Window

MIN_YEARS = 4
LONGEST_YEARS = 10
"""How far back `YearlyTrend.ends` looks at most: both years included."""
_TRIMMED = 2
_FEWEST_TO_TRIM = 7
_TRIM_FACTORS = {7: 2.92, 8: 2.46, 9: 2.32, 10: 2.17}
"""Years → what the dispersion loses by leaving out the two largest residuals (simulated)."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Change:
    """A change between two stretches with its interval: percent for counts, points for shares."""

    amount: float
    low: float
    high: float
    p: float
    n: int | None
    """Events in the years that the change rests on; None for shares."""
    before: Window
    after: Window


@dataclass(frozen=True, slots=True)
class YearlyTrend:
    """Changes of a series of years or waves; `reason` says why there are none."""

    reason: str | None
    whole: Change | None
    """From the first to the last year of the stretch after the last break."""
    latest: Change | None
    """From the last year but one to the last."""
    expected: Floats | None
    """(n_years,): fitted course; NaN before the last break."""
    dispersion: float | None
    segment: Integers
    ends: Change | None = None
    """From the first year since the last break (at most ten years are looked at) to the last,
    as counted, not fitted."""


def yearly_trend(
    counts: ArrayLike,
    exposure: ArrayLike | None = None,
    *,
    breaks: Sequence[int] = (),
    level: float = 0.95,
    dispersion: tuple[float, float] | None = None,
) -> YearlyTrend:
    """Return the change of yearly counts over the stretch since the last recording break.

    Use it where only years are published. With so few points a straight course on the log
    scale is all that can be asked; do not read turning points into it.

    Parameters
    ----------
    counts : array_like of int, shape (n_years,)
        Events per year, in order, no year missing.
    exposure : array_like of float, shape (n_years,), optional
        Population; the change is then one of rates.
    breaks : sequence of int
        Indices of the first years of a new recording practice.
    level : float, in (0, 1)
        Coverage of the intervals.
    dispersion : (dispersion, degrees of freedom), optional
        From `pooled_dispersion` or `robust_dispersion` over many areas: four years alone say
        little about it. Used where it is given, but never below 1.

    Returns
    -------
    YearlyTrend
        Percent change over the stretch (fitted) and of the last year against the one before.

    Raises
    ------
    MethodError
        TREND_SHAPE, TREND_NEGATIVE_COUNT, TREND_NO_EXPOSURE.

    Notes
    -----
    Quasi-Poisson in the year with dispersion of at least 1 and a t reference; with four years
    and no pooled dispersion that leaves two degrees of freedom and wide intervals.

    Examples
    --------
    >>> trend = yearly_trend([1000, 900, 810, 729, 656])
    >>> round(trend.whole.amount, 1), round(trend.latest.amount, 1)
    (-34.4, -10.0)
    """
    y, per = _read_years(counts, exposure)
    segment = segments_of(y.size, breaks)
    inside = breaks_within(y.size, breaks)
    start = inside[-1] if inside else 0
    reason = _reason_against(y, start, has_break=bool(inside))
    if reason is not None:
        return YearlyTrend(reason, None, None, None, None, segment)
    design = _year_design(y.size - start)
    fit = fit_quasi_poisson(y[start:], design, np.log(per[start:]))
    scale, df = dispersion if dispersion is not None else (fit.dispersion, float(fit.df))
    spread = _Spread(max(1.0, scale), df, level)
    expected = np.full(y.size, np.nan)
    expected[start:] = fit.expected
    return YearlyTrend(
        None,
        _whole_change(y, fit, start, spread),
        _counted_change(y, per, (y.size - 2, y.size - 1), spread),
        expected,
        spread.dispersion,
        segment,
        _counted_change(y, per, (max(start, y.size - LONGEST_YEARS), y.size - 1), spread),
    )


def pooled_dispersion(
    counts: ArrayLike, exposure: ArrayLike | None = None, *, start: int = 0
) -> tuple[float, float]:
    """Return one dispersion for many areas' yearly series, with its degrees of freedom.

    Parameters
    ----------
    counts : array_like of int, shape (n_areas, n_years)
        Events.
    exposure : array_like of float, shape (n_areas, n_years), optional
        Population.
    start : int
        First year after the last break.

    Returns
    -------
    (float, float)
        Sum of Pearson chi-squares over sum of degrees of freedom (at least 1), and that sum.
        Series with fewer than 20 events are left out; without any series (1, inf).

    Examples
    --------
    >>> scale, df = pooled_dispersion([[100, 120, 90, 110], [50, 50, 50, 50]])
    >>> round(scale, 2), df
    (1.19, 4.0)
    """
    y, per = _tables(counts, exposure, start)
    if y.shape[1] <= 2:
        return 1.0, float("inf")
    chi_square, df = 0.0, 0.0
    for series, exposed in _usable(y, per):
        fit = fit_quasi_poisson(series, _year_design(series.size), np.log(exposed))
        chi_square += fit.dispersion * fit.df
        df += fit.df
    return (max(1.0, chi_square / df), df) if df else (1.0, float("inf"))


def robust_dispersion(
    counts: ArrayLike, exposure: ArrayLike | None = None, *, start: int = 0
) -> tuple[float, float]:
    """Return what `pooled_dispersion` does, the two oddest years of each series left out.

    Use it where a few odd years (a pandemic, a summer of riots) lie between the years that are
    compared: they are not what the ordinary year is measured by. First and last year are never
    left out, since the change rests on them.

    Returns
    -------
    (float, float)
        Dispersion of the years that stay, times what leaving out the largest residuals takes
        away where none is odd (by simulation; at least 1), and its degrees of freedom. Up to
        six years, or without enough events, it is `pooled_dispersion`.

    References
    ----------
    .. [1] Rousseeuw, P. J. and Leroy, A. M. (1987). Robust Regression and Outlier Detection.
       Wiley, chapter 4 (least trimmed squares).

    Examples
    --------
    >>> odd = [1000, 1010, 995, 1004, 600, 997, 1003, 992, 1006, 1001]
    >>> robust_dispersion([odd])[0] < pooled_dispersion([odd])[0] / 5
    True
    """
    y, per = _tables(counts, exposure, start)
    n = y.shape[1]
    if n < _FEWEST_TO_TRIM:
        return pooled_dispersion(counts, exposure, start=start)
    chi_square, df = 0.0, 0.0
    for fit in (_trimmed(series, exposed) for series, exposed in _usable(y, per)):
        chi_square += fit.dispersion * fit.df
        df += fit.df
    factor = _TRIM_FACTORS.get(n, _TRIM_FACTORS[10])
    return (max(1.0, factor * chi_square / df), df) if df else (1.0, float("inf"))


def _trimmed(series: Floats, exposed: Floats) -> QuasiPoissonFit:
    """Return the fit without the two years that are hardest to explain, the ends kept."""
    design = _year_design(series.size)
    keep = np.arange(series.size)
    fit = fit_quasi_poisson(series, design, np.log(exposed))
    for _ in range(_TRIMMED):
        odd = fit.residuals**2 / np.maximum(1.0 - fit.leverages, 0.05)
        keep = np.delete(keep, 1 + int(np.argmax(odd[1:-1])))
        fit = fit_quasi_poisson(series[keep], design[keep], np.log(exposed[keep]))
    return fit


def _tables(counts: ArrayLike, exposure: ArrayLike | None, start: int) -> tuple[Floats, Floats]:
    """Return counts and exposure from a year on, each of shape (n_areas, n_years)."""
    y = np.atleast_2d(np.asarray(counts, dtype=np.float64))[:, start:]
    if exposure is None:
        return y, np.ones_like(y)
    return y, np.atleast_2d(np.asarray(exposure, dtype=np.float64))[:, start:]


def _usable(y: Floats, per: Floats) -> Iterator[tuple[Floats, Floats]]:
    """Yield the series that have enough events, with their exposure."""
    for series, exposed in zip(y, per, strict=True):
        if series.sum() >= MIN_EVENTS and (exposed > 0).all():
            yield series, exposed


def share_trend(
    shares: ArrayLike,
    standard_errors: ArrayLike,
    *,
    breaks: Sequence[int] = (),
    df: float = float("inf"),
    level: float = 0.95,
) -> YearlyTrend:
    """Return the change of a survey share between waves, in percentage points.

    The waves must be independent samples; for a panel the interval is too wide.

    Parameters
    ----------
    shares : array_like of float, shape (n_waves,), in 0 to 1
        Design-based estimates in order of time; NaN where a wave has none (it is skipped).
    standard_errors : array_like of float, shape (n_waves,)
        Their standard errors.
    breaks : sequence of int
        First waves of a changed questionnaire or mode; waves before the last are left out.
    df : float
        Degrees of freedom of the standard errors (clusters minus strata); infinite: normal.
    level : float
        Coverage of the intervals.

    Returns
    -------
    YearlyTrend
        `whole` last against first wave, `latest` last against the one before; equal when
        there are two waves.

    Examples
    --------
    >>> trend = share_trend([0.28, 0.31, 0.34], [0.01, 0.01, 0.01])
    >>> round(trend.whole.amount, 1), round(trend.whole.low, 2), round(trend.whole.high, 2)
    (6.0, 3.23, 8.77)
    """
    share = np.asarray(shares, dtype=np.float64)
    error = np.asarray(standard_errors, dtype=np.float64)
    if share.ndim != 1 or share.shape != error.shape:
        raise MethodError("TREND_SHAPE", shares=share.shape, standard_errors=error.shape)
    segment = segments_of(share.size, breaks)
    inside = breaks_within(share.size, breaks)
    is_known = np.isfinite(share) & np.isfinite(error) & (error > 0)
    usable = np.flatnonzero(is_known & (np.arange(share.size) >= (inside[-1] if inside else 0)))
    if usable.size < 2:
        blocked = inside and is_known.sum() >= 2
        reason = BREAK_IN_THE_WAY if blocked else TOO_SHORT
        return YearlyTrend(reason, None, None, None, None, segment)
    spread = _Spread(1.0, df, level)
    first, previous, last = usable[0], usable[-2], usable[-1]
    return YearlyTrend(
        None,
        _difference(share, error, (int(first), int(last)), spread),
        _difference(share, error, (int(previous), int(last)), spread),
        None,
        None,
        segment,
    )


@dataclass(frozen=True, slots=True)
class _Spread:
    """Dispersion, its degrees of freedom, and the coverage asked for."""

    dispersion: float
    df: float
    level: float

    def judge(self, estimate: float, variance: float) -> tuple[float, float, float]:
        """Return low, high and p of an estimate with this variance (before dispersion)."""
        error = float(np.sqrt(variance * self.dispersion))
        df = min(max(self.df, 1.0), 1e9)
        reach = float(stdtrit(df, 0.5 + self.level / 2.0)) * error
        return estimate - reach, estimate + reach, float(two_sided_t_p(estimate / error, df))


def _read_years(counts: ArrayLike, exposure: ArrayLike | None) -> tuple[Floats, Floats]:
    """Check and return counts and exposure."""
    y = np.asarray(counts, dtype=np.float64)
    per = np.ones(y.size) if exposure is None else np.asarray(exposure, dtype=np.float64)
    if y.ndim != 1 or per.shape != y.shape:
        raise MethodError("TREND_SHAPE", counts=y.shape, exposure=per.shape)
    if not np.isfinite(y).all() or (y < 0).any():
        raise MethodError("TREND_NEGATIVE_COUNT")
    if not (per > 0).all():
        raise MethodError("TREND_NO_EXPOSURE")
    return y, per


def _reason_against(y: Floats, start: int, *, has_break: bool) -> str | None:
    """Return why the stretch since the last break is not enough, or None."""
    if y.size - start < MIN_YEARS:
        return BREAK_IN_THE_WAY if has_break and y.size >= MIN_YEARS else TOO_SHORT
    if y[start:].sum() < MIN_EVENTS:
        return TOO_FEW
    return None


def _year_design(n: int) -> Floats:
    """Return intercept and year, counted from the middle."""
    return trend_columns(n, 1)


def _whole_change(y: Floats, fit: QuasiPoissonFit, start: int, spread: _Spread) -> Change:
    """Return the fitted change from the first to the last year."""
    # Time runs from -1 to 1 in the design: first to last year is two units.
    estimate = 2.0 * float(fit.coefficients[1])
    low, high, p = spread.judge(estimate, 4.0 * float(fit.covariance[1, 1]))
    amount, low, high = (100.0 * float(np.expm1(min(v, 25.0))) for v in (estimate, low, high))
    last = y.size
    return Change(amount, low, high, p, int(y[start:].sum()), (start, start + 1), (last - 1, last))


def _counted_change(
    y: Floats, per: Floats, years: tuple[int, int], spread: _Spread
) -> Change | None:
    """Return the change between two years as counted."""
    first, last = years
    earlier, later = float(y[first]), float(y[last])
    if earlier + later < MIN_EVENTS:
        return None
    half = 0.5 if min(earlier, later) == 0.0 else 0.0
    earlier, later = earlier + half, later + half
    estimate = float(np.log(later / per[last]) - np.log(earlier / per[first]))
    low, high, p = spread.judge(estimate, 1.0 / earlier + 1.0 / later)
    amount, low, high = (100.0 * float(np.expm1(min(v, 25.0))) for v in (estimate, low, high))
    n = int(y[first] + y[last])
    return Change(amount, low, high, p, n, (first, first + 1), (last, last + 1))


def _difference(share: Floats, error: Floats, waves: tuple[int, int], spread: _Spread) -> Change:
    """Return the difference of two waves in percentage points."""
    first, last = waves
    estimate = 100.0 * float(share[last] - share[first])
    low, high, p = spread.judge(estimate, 1e4 * float(error[first] ** 2 + error[last] ** 2))
    return Change(estimate, low, high, p, None, (first, first + 1), (last, last + 1))
