"""Autocorrelation of rates: the noise of small populations must not look like a pattern.

A rate of few person-years is far from the mean by chance alone. Rates are therefore divided by
their own standard deviation (Assunção and Reis 1999) before they are compared with their
neighbours. Cities with less than one expected event an area are refused.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.counts import checked_counts
from convive.core.errors import MethodError
from convive.core.significance import Alternative
from convive.core.spatial.autocorrelation import PERMUTATIONS, Autocorrelation, morans_i
from convive.core.spatial.local_statistics import LocalAssociation, local_moran
from convive.core.spatial.neighbours import Neighbours

FloatArray = NDArray[np.float64]

__all__ = ["local_moran_of_rates", "morans_i_of_rates", "standardised_rates"]

FEWEST_EVENTS = 1.0
"""Mean number of events an area below which rates say next to nothing about places."""


def standardised_rates(events: ArrayLike, person_years: ArrayLike) -> FloatArray:
    """Return each area's distance from the city's rate in its own standard deviations.

    Parameters
    ----------
    events : array_like of int, shape (n_areas,)
        NaN (with any person-years) is no value and stays NaN.
    person_years : array_like of float, shape (n_areas,), unit: person-years
        Above 0 where events are known.

    Raises
    ------
    MethodError
        RATES_SHAPE, RATES_NEGATIVE_COUNT, RATES_NO_DENOMINATOR; NEIGHBOURHOOD_TOO_FEW_EVENTS with less
        than one event an area on average.

    References
    ----------
    .. [1] Assunção, R. M., Reis, E. A. (1999). A new proposal to adjust Moran's I for population
       density. Statistics in Medicine 18(16), 2147-2162.
    """
    given, base = np.asarray(events, dtype=float), np.asarray(person_years, dtype=float)
    if given.shape != base.shape:
        raise MethodError("RATES_SHAPE", events=given.shape, person_years=base.shape)
    known = ~np.isnan(given)
    count, exposure = checked_counts(given[known], base[known])
    if count.sum() < FEWEST_EVENTS * max(count.size, 1):
        raise MethodError("NEIGHBOURHOOD_TOO_FEW_EVENTS", n=int(count.sum()), areas=int(count.size))
    rate, overall = count / exposure, count.sum() / exposure.sum()
    between = exposure @ (rate - overall) ** 2 / exposure.sum() - overall / exposure.mean()
    variance = between + overall / exposure
    variance = np.where(variance > 0, variance, overall / exposure)
    full = np.full(given.shape, np.nan)
    full[known] = (rate - overall) / np.sqrt(variance)
    return full


def morans_i_of_rates(
    events: ArrayLike,
    person_years: ArrayLike,
    neighbours: Neighbours,
    rng: np.random.Generator,
    *,
    permutations: int = PERMUTATIONS,
    alternative: Alternative = "two-sided",
) -> Autocorrelation:
    """Return Moran's I of rates, made comparable by their own standard deviations.

    Parameters and errors as for `standardised_rates` and `morans_i`. The moments are those of the
    standardised rates dealt out at random; p comes from permutations.
    """
    z = standardised_rates(events, person_years)
    return morans_i(z, neighbours, rng, permutations=permutations, alternative=alternative)


def local_moran_of_rates(
    events: ArrayLike,
    person_years: ArrayLike,
    neighbours: Neighbours,
    rng: np.random.Generator,
    *,
    permutations: int | None = None,
    level: float = 0.05,
) -> LocalAssociation:
    """Return local Moran's I of rates, made comparable by their own standard deviations.

    High and low are told by the standardised rate. Parameters and errors as for
    `standardised_rates` and `local_moran`; adjusted by Benjamini and Hochberg.
    """
    z = standardised_rates(events, person_years)
    return local_moran(z, neighbours, rng, permutations=permutations, level=level)
