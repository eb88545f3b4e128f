"""Marshall's smoothed rates: towards the city's mean, or towards that of the neighbourhood.

Quick, and the same as in other software; their certainty is not told, because the mean and the
variance that they are drawn towards are taken as known. For intervals take `smoothed_rate` (no
neighbours) or `mapped_rate` (neighbours).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.counts import checked_counts
from convive.core.errors import MethodError
from convive.core.spatial.neighbours import Neighbours

FloatArray = NDArray[np.float64]

__all__ = ["EmpiricalBayes", "empirical_bayes"]


@dataclass(frozen=True, slots=True)
class EmpiricalBayes:
    """Smoothed rates, arrays of shape (n_areas,), events per `per` person-years."""

    rate: FloatArray
    weight: FloatArray
    """Share of the area's own data in its rate, 0 to 1."""
    prior_mean: FloatArray
    prior_variance: FloatArray
    """0 where the rates differ no more than by chance."""


def empirical_bayes(
    events: ArrayLike,
    person_years: ArrayLike,
    neighbours: Neighbours | None = None,
    *,
    per: int = 1000,
) -> EmpiricalBayes:
    """Return rates drawn towards the mean of all areas, or of each area with its neighbours.

    Use it to look at a map. Do not use it for decisions: it gives no interval, and where few areas
    are in a neighbourhood its variance is guessed from a handful of rates.

    Parameters
    ----------
    events : array_like of int, shape (n_areas,)
    person_years : array_like of float, shape (n_areas,), unit: person-years
    neighbours : Neighbours or None
        None: towards the mean of all areas. An island keeps its own rate (weight
        1): there is nothing to draw it towards.
    per : int, unit: person-years

    Raises
    ------
    MethodError
        RATES_SHAPE, RATES_NEGATIVE_COUNT, RATES_NO_DENOMINATOR; NEIGHBOURHOOD_SHAPE.

    References
    ----------
    .. [1] Marshall, R. J. (1991). Mapping disease and mortality rates using empirical Bayes
       estimators. Applied Statistics 40(2), 283-294.
    """
    count, exposure = checked_counts(events, person_years)
    n = count.size
    if neighbours is not None and neighbours.n_areas != n:
        raise MethodError("NEIGHBOURHOOD_SHAPE", n_values=n, n_areas=neighbours.n_areas)

    def around(x: FloatArray) -> FloatArray:
        """Return the sum over the area and those that it borrows from."""
        if neighbours is None:
            return np.full(n, x.sum())
        return x + neighbours.summed(x[neighbours.index])

    rate, base = count / exposure, around(exposure)
    mean = around(count) / base
    squares = around(exposure * (rate - mean) ** 2)  # each against the mean around itself
    between = np.maximum(squares / base - mean / (base / around(np.ones(n))), 0.0)
    noise = mean / exposure
    weight = np.divide(between, between + noise, out=np.zeros(n), where=between + noise > 0)
    if neighbours is not None:
        weight = np.where(neighbours.is_island, 1.0, weight)
    smoothed = mean + weight * (rate - mean)
    return EmpiricalBayes(smoothed * per, weight, mean * per, between * per**2)
