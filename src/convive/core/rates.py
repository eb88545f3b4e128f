"""Rates of recorded events: crude, smoothed for small areas, and compared with one another.

All functions take counts and person-years, never rates, because the certainty of a rate lies
in its count. `population <= 0` is refused: mask such areas before the call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from convive.core.counts import (
    checked_counts,
    mid_limits,
    mid_p_limits,
    poisson_limits,
    refuse_bad_counts,
    tail_of,
)
from convive.core.errors import MethodError
from convive.core.published_rates import PublishedBase, common_population, implied_population
from convive.core.significance import poisson_share_p, share_tails
from convive.core.smoothing import SmoothedRate, smoothed_rate
from convive.core.uncertain_base import limits_with_uncertain_base

FloatArray = NDArray[np.float64]

__all__ = [
    "PublishedBase",
    "RateDifference",
    "RateEstimate",
    "RateRatio",
    "SmoothedRate",
    "common_population",
    "crude_rate",
    "implied_population",
    "overdispersion",
    "rate_against_rest",
    "rate_difference",
    "rate_ratio",
    "smoothed_rate",
    "standard_error_of_log_rate",
]


_HALVINGS = 60
"""Bisections of a share: to about 1e-16."""


@dataclass(frozen=True, slots=True)
class RateEstimate:
    """Rates with their intervals, each of shape (n_areas,), events per `per` person-years."""

    rate: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True)
class RateRatio:
    """Rate ratios with interval and two-sided p-value; NaN where no event happened at all."""

    ratio: FloatArray
    low: FloatArray
    high: FloatArray
    p: FloatArray


@dataclass(frozen=True, slots=True)
class RateDifference:
    """Rate differences (first minus second) per `per` person-years, with interval and p."""

    difference: FloatArray
    low: FloatArray
    high: FloatArray
    p: FloatArray


def crude_rate(
    events: ArrayLike,
    person_years: ArrayLike,
    *,
    per: int = 1000,
    level: float = 0.95,
    interval: Literal["exact", "mid-p"] = "exact",
    standard_error: ArrayLike | None = None,
) -> RateEstimate:
    """Return the crude event rate of each area with an exact Poisson interval.

    Use it to describe one area. To put areas of unequal size side by side use
    `smoothed_rate`: the crude rates of small areas differ by noise.

    Parameters
    ----------
    events : array_like of int, shape (n_areas,)
        Recorded events in the period; 0 is allowed.
    person_years : array_like of float, shape (n_areas,), unit: person-years
        Population at risk times the length of the period. Must be above 0.
    per : int, unit: person-years
        Base of the reported rate.
    level : float, in (0, 1)
        Nominal coverage of the two-sided interval.
    interval : {"exact", "mid-p"}
        Coverage of at least `level`, or of about `level` on average (narrower).
    standard_error : array_like of float, shape (n_areas,), or None, unit: person-years
        Of an estimated base (a survey, a projection): the exact interval is widened by it. The
        base must be unbiased; a census that missed people is not helped.

    Returns
    -------
    RateEstimate
        `low` is 0 where `events` is 0.

    Raises
    ------
    MethodError
        RATES_NO_DENOMINATOR, RATES_NEGATIVE_COUNT, RATES_SHAPE, RATES_LEVEL;
        RATES_BASE_UNCERTAIN for a standard error above half of the base.

    Notes
    -----
    Assumes that events are independent; repeat victimisation makes the interval too narrow.
    The exact interval is conservative: coverage is at least `level`.

    References
    ----------
    .. [1] Garwood, F. (1936). Fiducial limits for the Poisson distribution. Biometrika
       28(3/4), 437-442.

    Examples
    --------
    >>> estimate = crude_rate([12, 0], [4000.0, 250.0])
    >>> estimate.rate.tolist(), estimate.low.round(3).tolist(), estimate.high.round(3).tolist()
    ([3.0, 0.0], [1.55, 0.0], [5.24, 14.756])
    """
    count, exposure = checked_counts(events, person_years)
    if standard_error is not None:
        low, high = limits_with_uncertain_base(count, exposure, standard_error, level=level)
        return RateEstimate(rate=count * per / exposure, low=low * per, high=high * per)
    limits = mid_p_limits if interval == "mid-p" else poisson_limits
    low, high = limits(count, level=level)
    scale = per / exposure
    return RateEstimate(rate=count * scale, low=low * scale, high=high * scale)


def overdispersion(counts_by_period: ArrayLike) -> float:
    """Return how much more counts vary from period to period than chance alone would let them.

    Pearson chi-square ÷ degrees of freedom of the area × period table against a table in which
    all areas share the same course: 1 = Poisson. Never below 1. Differences between areas and
    a season or trend common to all of them do not raise it.

    Parameters
    ----------
    counts_by_period : array_like of int, shape (n_areas, n_periods)

    Raises
    ------
    MethodError
        RATES_NO_PERIODS with fewer than two areas or two periods that have events.
    """
    table = np.asarray(counts_by_period, dtype=float)
    refuse_bad_counts(table)
    if table.ndim != 2:
        raise MethodError("RATES_NO_PERIODS", shape=table.shape)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    if min(table.shape) < 2:
        raise MethodError("RATES_NO_PERIODS", shape=table.shape)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    df = (table.shape[0] - 1) * (table.shape[1] - 1)
    return max(1.0, float(np.sum((table - expected) ** 2 / expected) / df))


def rate_against_rest(
    events: ArrayLike,
    person_years: ArrayLike,
    *,
    level: float = 0.95,
    dispersion: float | Literal["estimate"] | None = None,
) -> RateRatio:
    """Return each area's rate divided by the rate of the rest of the city, with a test.

    Parameters
    ----------
    events : array_like of int, shape (n_areas,) or (n_areas, n_periods)
        Events; by period when the dispersion is to be estimated.
    person_years : array_like of float, shape (n_areas,), unit: person-years
        Over all periods together.
    level : float, in (0, 1)
        Nominal coverage of the interval.
    dispersion : float, "estimate" or None
        Variance ÷ mean of counts of one area (repeat victims, series of offences). "estimate"
        takes `overdispersion` of `events`, None is 1 (Poisson).

    Returns
    -------
    RateRatio
        Shape (n_areas,). 1 lies outside the interval exactly where p < 1 - level. The ratio is
        0 for an area without events, and infinite where only it has events.

    Raises
    ------
    MethodError
        RATES_TOO_FEW_AREAS with one area; RATES_NO_PERIODS; RATES_DISPERSION below 1; and
        those of `crude_rate`.

    Notes
    -----
    Given the city's total, an area's count is binomial with its share of the person-years.
    Counts are divided by the dispersion before the limits are taken (quasi-likelihood).
    Do not use it on one period of areas whose differences within the city are of no interest:
    with large counts every area differs from the rest.
    """
    table = np.asarray(events, dtype=float)
    phi = _dispersion(table, dispersion)
    count, exposure = checked_counts(table.sum(axis=1) if table.ndim == 2 else table, person_years)
    if count.size < 2:
        raise MethodError("RATES_TOO_FEW_AREAS", n=int(count.size))
    rest_events, rest_exposure = count.sum() - count, exposure.sum() - exposure
    return _ratio((count / phi, exposure), (rest_events / phi, rest_exposure), level=level)


def rate_ratio(
    first: tuple[ArrayLike, ArrayLike],
    second: tuple[ArrayLike, ArrayLike],
    *,
    level: float = 0.95,
    dispersion: float = 1.0,
) -> RateRatio:
    """Return the ratio of two independent rates with interval and p-value.

    Parameters
    ----------
    first, second : tuple of (events, person_years)
        Arrays that broadcast together; the ratio is first ÷ second.
    level, dispersion
        As in `rate_against_rest`.

    Raises
    ------
    MethodError
        As `rate_against_rest`.
    """
    phi = _dispersion(np.zeros(0), dispersion)
    count_a, exposure_a = checked_counts(*first)
    count_b, exposure_b = checked_counts(*second)
    return _ratio((count_a / phi, exposure_a), (count_b / phi, exposure_b), level=level)


def rate_difference(
    first: tuple[ArrayLike, ArrayLike],
    second: tuple[ArrayLike, ArrayLike],
    *,
    per: int = 1000,
    level: float = 0.95,
    dispersion: float = 1.0,
) -> RateDifference:
    """Return first minus second rate, per `per` person-years, with interval and p-value.

    The interval joins the two rates' own Poisson limits (method of variance estimates
    recovery), so zero counts are no trouble; p is that of `rate_ratio`, since the hypothesis
    of equal rates is the same.

    References
    ----------
    .. [1] Li, H. Q., Tang, M. L., Poon, W. Y., Tang, N. S. (2011). Confidence intervals for
       difference between two Poisson rates. Communications in Statistics - Simulation and
       Computation 40(9), 1478-1493.
    """
    phi = _dispersion(np.zeros(0), dispersion)
    sides = []
    for events, person_years in (first, second):
        count, exposure = checked_counts(events, person_years)
        low, high = mid_limits(count / phi, level=level)
        scale = per * phi / exposure
        sides.append((count / phi * scale, low * scale, high * scale))
    (rate_a, low_a, high_a), (rate_b, low_b, high_b) = sides
    difference = rate_a - rate_b
    return RateDifference(
        difference=difference,
        low=difference - np.hypot(rate_a - low_a, high_b - rate_b),
        high=difference + np.hypot(high_a - rate_a, rate_b - low_b),
        p=rate_ratio(first, second, level=level, dispersion=dispersion).p,
    )


def standard_error_of_log_rate(events: ArrayLike, *, dispersion: float = 1.0) -> FloatArray:
    """Return the standard error of the logarithm of each rate, finite for 0 events too.

    The root of the trigamma function at events + 1/2 (the spread of the logarithm of a rate
    that is Gamma(events + 1/2)), which is 1/√events for all but the smallest counts.

    Parameters
    ----------
    events : array_like of int
    dispersion : float
        As in `rate_against_rest`.
    """
    count = np.asarray(events, dtype=float)
    refuse_bad_counts(count)
    phi = _dispersion(np.zeros(0), dispersion)
    return np.sqrt(special.polygamma(1, count / phi + 0.5))[()]


def _ratio(
    first: tuple[FloatArray, FloatArray],
    second: tuple[FloatArray, FloatArray],
    *,
    level: float,
) -> RateRatio:
    """Return the ratio from counts that are already divided by the dispersion."""
    (k, exposure_a), (other, exposure_b) = first, second
    total = k + other
    expected_share = exposure_a / (exposure_a + exposure_b)
    low, high = _share_limits(k, total, tail=tail_of(level))
    odds = (1.0 - expected_share) / expected_share
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = k / other * odds
        limits = [np.where(total > 0, x / (1.0 - x) * odds, np.nan) for x in (low, high)]
    return RateRatio(
        ratio=ratio,
        low=limits[0],
        high=limits[1],
        p=poisson_share_p(k, total, expected_share),
    )


def _share_limits(
    count: FloatArray, total: FloatArray, *, tail: float
) -> tuple[FloatArray, FloatArray]:
    """Return the mid-P limits of a binomial share, by bisection on the tails that give p."""
    lows, highs = np.zeros((2, *total.shape)), np.ones((2, *total.shape))
    for _ in range(_HALVINGS):
        middle = (lows + highs) / 2.0
        lower, upper = share_tails(count, total, middle)
        # The upper tail grows with the share, the lower one shrinks.
        too_high = np.stack([upper[0] > tail, lower[1] < tail])
        highs = np.where(too_high, middle, highs)
        lows = np.where(too_high, lows, middle)
    limits = (lows + highs) / 2.0
    low = np.where(count > 0, limits[0], 0.0)
    return low, np.where(count < total, limits[1], 1.0)


def _dispersion(table: FloatArray, dispersion: float | str | None) -> float:
    """Return the dispersion as a number, estimated from `table` where asked for."""
    if dispersion is None:
        return 1.0
    if isinstance(dispersion, str):
        return overdispersion(table)
    if not np.isfinite(dispersion) or dispersion < 1.0:
        raise MethodError("RATES_DISPERSION", dispersion=float(dispersion))
    return float(dispersion)
