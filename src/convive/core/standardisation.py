"""Rates of populations of different make-up, as if they were of the same age and sex.

Directly standardised rates put each area's own rates on one standard population; they can be
compared with one another. Indirectly standardised ratios compare an area's events with those that
reference rates would give; each can be compared with 1, but not with one another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from convive.core.counts import (
    checked_counts,
    mid_p_limits,
    poisson_limits,
    tail_of,
)
from convive.core.errors import MethodError
from convive.core.significance import two_sided_poisson_p

FloatArray = NDArray[np.float64]
Interval = Literal["exact", "mid-p", "byar"]

__all__ = [
    "StandardisedRate",
    "StandardisedRatio",
    "comparative_ratio",
    "directly_standardised",
    "indirectly_standardised",
]


@dataclass(frozen=True, slots=True)
class StandardisedRate:
    """Directly standardised rates, each of shape (n_areas,), per `per` person-years."""

    rate: FloatArray
    low: FloatArray
    high: FloatArray
    events: FloatArray
    """All events of the area: what the certainty rests on."""


@dataclass(frozen=True, slots=True)
class StandardisedRatio:
    """Ratios to a reference, each of shape (n_areas,); 1 is the reference."""

    ratio: FloatArray
    low: FloatArray
    high: FloatArray
    p: FloatArray
    """Two-sided, against 1; NaN for the comparative ratio, whose test is its interval."""
    observed: FloatArray
    expected: FloatArray


def directly_standardised(
    events: ArrayLike,
    person_years: ArrayLike,
    standard: ArrayLike,
    *,
    per: int = 1000,
    level: float = 0.95,
) -> StandardisedRate:
    """Return rates that areas would have if each had the standard population's make-up.

    Use it to compare areas with enough events in each group. Do not use it with fewer than about
    ten events an area (`indirectly_standardised` is steadier), nor where the groups' rates order
    the areas differently: one number hides that then.

    Parameters
    ----------
    events, person_years : array_like, shape (n_areas, n_groups)
        Of each area and group (age, sex). Person-years above 0 in every group.
    standard : array_like of float, shape (n_groups,)
        Standard population; its size does not matter, only its make-up.
    per : int, unit: person-years
    level : float, in (0, 1)

    Raises
    ------
    MethodError
        STANDARDISATION_SHAPE; STANDARDISATION_WEIGHTS for a standard population that is negative,
        missing or 0 in all groups; RATES_NO_DENOMINATOR, RATES_NEGATIVE_COUNT, RATES_LEVEL.

    Notes
    -----
    Gamma interval of Fay and Feuer: exact for one group, at least `level` in practice, wide where
    the weights are very unequal.

    References
    ----------
    .. [1] Fay, M. P., Feuer, E. J. (1997). Confidence intervals for directly standardized rates:
       a method based on the gamma distribution. Statistics in Medicine 16(7), 791-801.

    Examples
    --------
    >>> found = directly_standardised([[10, 30]], [[1000.0, 500.0]], [3.0, 1.0])
    >>> found.rate.tolist(), found.low.round(2).tolist(), found.high.round(2).tolist()
    ([22.5], [15.97], [31.04])
    """
    count, exposure = _table(events, person_years)
    share = _shares(standard, count.shape[1])
    tail = tail_of(level)
    weight = share / exposure
    rate, variance = np.sum(weight * count, axis=1), np.sum(weight**2 * count, axis=1)
    heaviest = weight.max(axis=1)
    some = count.sum(axis=1) > 0
    shape = np.divide(rate**2, variance, out=np.ones_like(rate), where=some)
    low = np.where(some, special.gammaincinv(shape, tail) * rate / shape, 0.0)
    more, spread = rate + heaviest, variance + heaviest**2
    high = special.gammaincinv(more**2 / spread, 1.0 - tail) * spread / more
    return StandardisedRate(rate * per, low * per, high * per, count.sum(axis=1))


def indirectly_standardised(
    events: ArrayLike,
    person_years: ArrayLike,
    reference_rates: ArrayLike,
    *,
    level: float = 0.95,
    interval: Interval = "mid-p",
) -> StandardisedRatio:
    """Return each area's events divided by those that reference rates would give.

    Use it for areas with few events. Do not compare the ratios of two areas with each other: each
    rests on the make-up of its own area.

    Parameters
    ----------
    events : array_like of int, shape (n_areas,)
        All events of each area; their groups need not be known.
    person_years : array_like of float, shape (n_areas, n_groups)
        At least 0, some above 0 in every area.
    reference_rates : array_like of float, shape (n_groups,)
        Events per person-year of the reference, taken as known.
    level : float, in (0, 1)
    interval : {"exact", "mid-p", "byar"}
        Garwood's exact limits (coverage at least `level`), mid-P (on average about `level`; p
        agrees with it), or Byar's approximation to the exact ones.

    Raises
    ------
    MethodError
        STANDARDISATION_SHAPE, STANDARDISATION_WEIGHTS for reference rates that are negative,
        missing or all 0; RATES_NO_DENOMINATOR, RATES_NEGATIVE_COUNT, RATES_LEVEL.

    References
    ----------
    .. [1] Breslow, N. E., Day, N. E. (1987). Statistical Methods in Cancer Research, volume II.
       International Agency for Research on Cancer, chapter 2.
    """
    exposure = np.asarray(person_years, dtype=float)
    rates = np.asarray(reference_rates, dtype=float)
    if exposure.ndim != 2 or rates.shape != exposure.shape[1:]:
        raise MethodError("STANDARDISATION_SHAPE", groups=int(rates.size))
    _refuse_bad_weights(rates)
    count, expected = checked_counts(events, exposure @ rates)
    if interval == "byar":
        low, high = _byar_limits(count, tail_of(level))
    else:
        low, high = (poisson_limits if interval == "exact" else mid_p_limits)(count, level=level)
    p = np.asarray(two_sided_poisson_p(count, expected))
    return StandardisedRatio(count / expected, low / expected, high / expected, p, count, expected)


def comparative_ratio(
    events: ArrayLike,
    person_years: ArrayLike,
    reference_rates: ArrayLike,
    standard: ArrayLike,
    *,
    level: float = 0.95,
) -> StandardisedRatio:
    """Return directly standardised rates divided by the reference's rate in the same make-up.

    The comparative figure of epidemiology: unlike indirectly standardised ratios, those of two
    areas may be put side by side. It needs the events of each group, and enough of them.

    Parameters and errors as for `directly_standardised` and `indirectly_standardised`; the
    reference rates are taken as known.
    """
    found = directly_standardised(events, person_years, standard, per=1, level=level)
    rates = np.asarray(reference_rates, dtype=float)
    share = _shares(standard, np.shape(events)[1])
    if rates.shape != share.shape:
        raise MethodError("STANDARDISATION_SHAPE", groups=int(rates.size))
    _refuse_bad_weights(rates)
    base = float(share @ rates)
    if base <= 0:
        raise MethodError("STANDARDISATION_WEIGHTS")
    unknown = np.full(found.rate.shape, np.nan)
    expected = found.events * base / np.where(found.rate > 0, found.rate, np.nan)
    return StandardisedRatio(
        found.rate / base, found.low / base, found.high / base, unknown, found.events, expected
    )


def _table(events: ArrayLike, person_years: ArrayLike) -> tuple[FloatArray, FloatArray]:
    count, exposure = np.asarray(events, dtype=float), np.asarray(person_years, dtype=float)
    if count.ndim != 2 or count.shape != exposure.shape:
        raise MethodError("STANDARDISATION_SHAPE", groups=int(count.shape[-1]) if count.ndim else 0)
    return checked_counts(count, exposure)


def _shares(standard: ArrayLike, n_groups: int) -> FloatArray:
    size = np.asarray(standard, dtype=float)
    if size.shape != (n_groups,):
        raise MethodError("STANDARDISATION_SHAPE", groups=int(size.size))
    _refuse_bad_weights(size)
    return size / size.sum()


def _refuse_bad_weights(weight: FloatArray) -> None:
    if not np.all(np.isfinite(weight) & (weight >= 0)) or weight.sum() <= 0:
        raise MethodError("STANDARDISATION_WEIGHTS")


def _byar_limits(count: FloatArray, tail: float) -> tuple[FloatArray, FloatArray]:
    """Return limits of Poisson means by the cube-root approximation."""
    z = float(special.ndtri(1.0 - tail))
    k = np.maximum(count, 1e-300)
    low = k * np.maximum(1 - 1 / (9 * k) - z / (3 * np.sqrt(k)), 0.0) ** 3
    up = count + 1
    return np.where(count > 0, low, 0.0), up * (1 - 1 / (9 * up) + z / (3 * np.sqrt(up))) ** 3
