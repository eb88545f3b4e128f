"""Rates whose population is itself an estimate: from a survey, a register's extract, a count."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from convive.core.counts import checked_counts, poisson_limits, tail_of
from convive.core.errors import MethodError

FloatArray = NDArray[np.float64]

__all__ = ["limits_with_uncertain_base"]

WIDEST = 0.5
"""Standard error ÷ base above which a rate says nothing any more."""
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(41)
_HALVINGS = 50


def limits_with_uncertain_base(
    events: ArrayLike, person_years: ArrayLike, standard_error: ArrayLike, *, level: float
) -> tuple[FloatArray, FloatArray]:
    """Return limits of rates, events per person-year, that carry the base's uncertainty.

    The exact Poisson limits averaged over a log-normal base: the rate at which the Gamma tail of
    the events, seen through every base that may be the true one, is what the level leaves out.

    Parameters
    ----------
    events, person_years : array_like, shape (n_areas,)
    standard_error : array_like of float, shape (n_areas,), unit: person-years
        Of the base, at least 0; 0 gives the exact limits.

    Raises
    ------
    MethodError
        RATES_BASE_UNCERTAIN for a standard error that is negative, missing or above half of the
        base; and those of `crude_rate`.
    """
    count, exposure = checked_counts(events, person_years)
    error = np.broadcast_to(np.asarray(standard_error, dtype=float), exposure.shape)
    relative = error / exposure
    usable = np.isfinite(relative) & (relative >= 0) & (relative <= WIDEST)
    if not usable.all():
        raise MethodError("RATES_BASE_UNCERTAIN", n=int(np.sum(~usable)))
    sigma, tail = np.sqrt(np.log1p(relative**2)), tail_of(level)
    bases = np.exp(sigma[..., None] * _NODES)
    exact_low, exact_high = poisson_limits(count, level=level)
    far = np.exp(8.0 * sigma)
    low = _solved(np.maximum(count, 1e-12), bases, tail, (exact_low / far, exact_high * far))
    high = _solved(count + 1.0, bases, 1.0 - tail, (exact_low / far, exact_high * far))
    return np.where(count > 0, low, 0.0) / exposure, high / exposure


def _solved(
    shape: FloatArray, bases: FloatArray, share: float, between: tuple[FloatArray, FloatArray]
) -> FloatArray:
    """Return the mean number of events at which the averaged Gamma distribution reaches `share`."""
    low, high = np.maximum(between[0], 1e-12), between[1]
    weight = _WEIGHTS / _WEIGHTS.sum()
    for _ in range(_HALVINGS):
        middle = np.sqrt(low * high)
        reached = special.gammainc(shape[..., None], middle[..., None] * bases) @ weight >= share
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    return np.sqrt(low * high)
