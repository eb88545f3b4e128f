"""Populations behind rates that somebody else has published and rounded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.counts import refuse_bad_counts
from convive.core.errors import MethodError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PublishedBase:
    """Population that a published rate implies, with the range that its rounding allows."""

    population: FloatArray
    low: FloatArray
    high: FloatArray


def implied_population(
    count: ArrayLike, published_rate: ArrayLike, *, per: int = 100_000, decimals: int = 0
) -> PublishedBase:
    """Return the population that a published rate was divided by, with its rounding range.

    Parameters
    ----------
    count, published_rate : array_like of float, same shape
        Events and the rate published with them, per `per` people.
    decimals : int
        Decimals that the publisher rounded to.

    Returns
    -------
    PublishedBase
        NaN (range 0 to infinity) where the count is 0, which implies nothing.
    """
    events = np.asarray(count, dtype=float)
    rate = np.asarray(published_rate, dtype=float)
    if events.shape != rate.shape:
        raise MethodError("RATES_SHAPE", events=events.shape, rates=rate.shape)
    refuse_bad_counts(events)
    half = 0.5 * 10.0**-decimals
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where((events > 0) & (rate > 0), events * per / rate, np.nan)
        low = np.where(events > 0, events * per / (rate + half), 0.0)
        high = np.where((events > 0) & (rate > half), events * per / (rate - half), np.inf)
    return PublishedBase(population=value, low=low, high=high)


def common_population(implied: PublishedBase) -> PublishedBase:
    """Return the one population behind several published rates of the same people.

    The ranges that each rate allows are intersected over the last axis; every population in
    the result reproduces all of the published rates.

    Raises
    ------
    MethodError
        RATES_INCONSISTENT where no population fits all of them.
    """
    low = np.max(implied.low, axis=-1)
    high = np.min(implied.high, axis=-1)
    if np.any(low > high):
        raise MethodError("RATES_INCONSISTENT", n=int(np.sum(low > high)))
    known = np.isfinite(high)
    middle = np.where(known, (low + np.where(known, high, low)) / 2.0, np.nan)
    return PublishedBase(population=middle[()], low=low, high=high)


@dataclass(frozen=True, slots=True)
class RateComparison:
    """Published rates beside our own: equal within the publisher's rounding or not."""

    own: FloatArray
    is_equal: NDArray[np.bool_]
    relative: FloatArray
    """Absolute difference over the published rate; 0 where both are 0."""


def compare_published(
    count: ArrayLike, published_rate: ArrayLike, population: ArrayLike, *, per: int = 100_000
) -> RateComparison:
    """Compare published rates with counts over a population, within the publisher's rounding.

    Parameters
    ----------
    count, published_rate, population : array_like of float, same shape
        Events, the rate published with them per `per` people, and the people.

    Returns
    -------
    RateComparison
        The rounding is read off the published rates themselves: whole numbers allow half of one
        either side, one decimal half of a tenth. Do not use it on rates adjusted for age or
        smoothed, which no plain division gives back.

    Raises
    ------
    MethodError
        RATES_SHAPE.

    Examples
    --------
    >>> compare_published([50, 50], [1000, 1100], [5000, 5000]).is_equal.tolist()
    [True, False]
    """
    events, rate, people = (np.asarray(x, dtype=float) for x in (count, published_rate, population))
    if not events.shape == rate.shape == people.shape:
        raise MethodError("RATES_SHAPE", events=events.shape, rates=rate.shape)
    own = events * per / people
    apart = np.abs(own - rate)
    scale = np.where(rate > 0, rate, np.where(own > 0, own, 1.0))
    return RateComparison(own, apart <= _rounding(rate) * (1 + 1e-9), apart / scale)


def _rounding(rate: FloatArray) -> float:
    """Return half of the last decimal that any of the rates is written with."""
    for decimals in range(6):
        if np.allclose(rate, np.round(rate, decimals), rtol=0, atol=1e-9):
            return float(0.5 * 10.0**-decimals)
    return 0.5e-6
