"""Recorded events weighted by the harm they stand for: totals and rates with intervals.

The weights are a judgement that somebody signs (days of sentence, costs, points of a panel);
nothing here knows or suggests any. A weighted total is a weighted sum of Poisson counts, the
same thing as a directly standardised rate, and takes its intervals from there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from convive.core.counts import poisson_limits, refuse_bad_counts, tail_of
from convive.core.errors import MethodError

FloatArray = NDArray[np.float64]
IntervalMethod = Literal["fay_feuer", "mid_p", "dobson"]

MIN_EVENTS = 10
"""Fewer weighted events than that carry no figure; a convention of Convive."""
MIN_COVERED = 0.8
"""Share of all recorded events that must have a weight; a convention of Convive."""
_HALVINGS = 200


@dataclass(frozen=True, slots=True)
class HarmEstimate:
    """Weighted rates per `per` person-years, each of shape (n_areas,)."""

    rate: FloatArray
    low: FloatArray
    high: FloatArray
    n: FloatArray
    """Events with a weight above 0."""
    largest_share: FloatArray
    """Share of the total that a single event of the heaviest kind present makes up."""


def harm_rate(
    counts: ArrayLike,
    weights: ArrayLike,
    person_years: ArrayLike,
    *,
    per: int = 1000,
    level: float = 0.95,
    method: IntervalMethod = "fay_feuer",
) -> HarmEstimate:
    """Return the harm-weighted rate of each area with an interval.

    Use it to describe one area. Do not rank areas by it: a single grave event moves a small
    area past all others. Do not use it where the counts of the kinds are what matters, nor to
    compare figures made with different weights.

    Parameters
    ----------
    counts : array_like of int, shape (n_areas, n_kinds)
        Recorded events of each weighted kind; at least `MIN_EVENTS` an area.
    weights : array_like of float, shape (n_kinds,), unit: harm per event
        0 or above, at least one above 0.
    person_years : array_like of float, shape (n_areas,), unit: person-years
    per : int, unit: person-years
        Base of the reported rate; 1 with `person_years` 1 gives the total.
    level : float, in (0, 1)
        Nominal coverage of the two-sided interval.
    method : {"fay_feuer", "mid_p", "dobson"}
        Gamma interval (the default: holds its level however unequal the weights are), its
        mid-P version (shorter, level held on average), or Dobson's (only for weights that are
        about alike; too narrow where rare kinds weigh most).

    Returns
    -------
    HarmEstimate

    Raises
    ------
    MethodError
        HARM_SHAPE, HARM_WEIGHTS, HARM_TOO_FEW, RATES_NEGATIVE_COUNT, RATES_NO_DENOMINATOR,
        RATES_LEVEL.

    Notes
    -----
    Events are taken as independent Poisson counts: repeat victimisation and series make the
    interval too narrow. The weights are taken as given, without error.

    References
    ----------
    .. [1] Fay, M. P., Feuer, E. J. (1997). Confidence intervals for directly standardized
       rates: a method based on the gamma distribution. Statistics in Medicine 16(7), 791-801.
    .. [2] Fay, M. P., Kim, S. (2017). Confidence intervals for directly standardized rates
       using mid-p gamma intervals. Biometrical Journal 59(2), 377-387.
    .. [3] Dobson, A. J., Kuulasmaa, K., Eberle, E., Scherer, J. (1991). Confidence intervals
       for weighted sums of Poisson parameters. Statistics in Medicine 10(3), 457-462.

    Examples
    --------
    >>> found = harm_rate([[30, 2]], [1.0, 50.0], [1000.0])
    >>> found.rate.tolist(), found.low.round(1).tolist(), found.high.round(1).tolist()
    ([130.0], [30.2], [385.7])
    """
    table, weight, exposure = _checked(counts, weights, person_years)
    n = table[:, weight > 0].sum(axis=1)
    if np.any(n < MIN_EVENTS):
        raise MethodError("HARM_TOO_FEW", n=int(n.min()), least=MIN_EVENTS)
    total, spread = table @ weight, table @ weight**2
    heaviest = np.where(table > 0, weight, 0.0).max(axis=1)
    limits = _METHODS[method](total, spread, (n, float(weight.max())), level)
    scale = per / exposure
    return HarmEstimate(
        rate=total * scale,
        low=limits[0] * scale,
        high=limits[1] * scale,
        n=n,
        largest_share=heaviest / total,
    )


def covered_share(weighted: float, all_events: float) -> float:
    """Return which share of the recorded events has a weight; refuse too little of it.

    Parameters
    ----------
    weighted, all_events : float
        Events with a weight (0 is a weight), and all events of the same source and period.

    Raises
    ------
    MethodError
        HARM_UNCOVERED where fewer than `MIN_COVERED` of the events have a weight.

    Examples
    --------
    >>> covered_share(90, 100)
    0.9
    """
    share = weighted / all_events if all_events > 0 else 0.0
    if share < MIN_COVERED:
        raise MethodError("HARM_UNCOVERED", share=100 * share, least=100 * MIN_COVERED)
    return share


def _checked(
    counts: ArrayLike, weights: ArrayLike, person_years: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    table = np.asarray(counts, dtype=float)
    weight = np.asarray(weights, dtype=float)
    exposure = np.asarray(person_years, dtype=float)
    if table.ndim != 2 or weight.shape != table.shape[1:] or exposure.shape != table.shape[:1]:
        raise MethodError("HARM_SHAPE", counts=table.shape, weights=weight.shape)
    refuse_bad_counts(table)
    if not np.all(np.isfinite(weight) & (weight >= 0)) or not np.any(weight > 0):
        raise MethodError("HARM_WEIGHTS", n=int(np.sum(~(weight >= 0))))
    if not np.all(np.isfinite(exposure) & (exposure > 0)):
        raise MethodError("RATES_NO_DENOMINATOR", n=int(np.sum(~(exposure > 0))))
    return table, weight, exposure


def _fay_feuer(
    total: FloatArray, spread: FloatArray, more: tuple[FloatArray, float], level: float
) -> tuple[FloatArray, FloatArray]:
    """Return gamma limits: the upper one as if one more event of the heaviest kind had come."""
    tail, heaviest = tail_of(level), more[1]
    low = special.gammaincinv(total**2 / spread, tail) * spread / total
    more_total, more_spread = total + heaviest, spread + heaviest**2
    high = special.gammaincinv(more_total**2 / more_spread, 1.0 - tail) * more_spread / more_total
    return np.asarray(low), np.asarray(high)


def _mid_p(
    total: FloatArray, spread: FloatArray, more: tuple[FloatArray, float], level: float
) -> tuple[FloatArray, FloatArray]:
    """Return quantiles of the even mixture of the two gamma distributions of Fay and Feuer."""
    tail, heaviest = tail_of(level), more[1]
    more_total, more_spread = total + heaviest, spread + heaviest**2

    def below(value: FloatArray) -> FloatArray:
        lower = special.gammainc(total**2 / spread, value * total / spread)
        upper = special.gammainc(more_total**2 / more_spread, value * more_total / more_spread)
        return np.asarray((lower + upper) / 2.0)

    top = 2.0 * _fay_feuer(total, spread, more, level)[1]
    found = [_quantile(below, np.full_like(total, share), top) for share in (tail, 1.0 - tail)]
    return found[0], found[1]


def _quantile(
    below: Callable[[FloatArray], FloatArray], share: FloatArray, top: FloatArray
) -> FloatArray:
    """Return where a distribution function on (0, top) reaches the share, by bisection."""
    low, high = np.zeros_like(top), top.copy()
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        is_short = below(middle) < share
        low, high = np.where(is_short, middle, low), np.where(is_short, high, middle)
    return (low + high) / 2.0


def _dobson(
    total: FloatArray, spread: FloatArray, more: tuple[FloatArray, float], level: float
) -> tuple[FloatArray, FloatArray]:
    """Return the exact limits of the number of events, stretched to the spread of the sum."""
    n = more[0]
    low, high = poisson_limits(n, level=level)
    stretch = np.sqrt(spread / n)
    return total + stretch * (low - n), total + stretch * (high - n)


_METHODS = {"fay_feuer": _fay_feuer, "mid_p": _mid_p, "dobson": _dobson}
