"""p-values from simulated values."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from convive.core.errors import MethodError
from convive.core.significance.tails import (
    Alternative,
    FloatArray,
    known_alternative,
)

_TIE = 1e-10
"""Relative difference below which a simulated value counts as a tie with the observed one."""


def monte_carlo_p(
    reference: ArrayLike, observed: ArrayLike, *, alternative: Alternative = "two-sided"
) -> FloatArray:
    """Return the Monte Carlo p-value of each observed value.

    One tail is ``(b + 1) / (m + 1)`` with b of the m simulated values at least as extreme;
    two-sided is twice the smaller tail, at most 1, so that skewed references are treated right.

    Parameters
    ----------
    reference : array_like of float, shape (n_draws, ...)
        Values simulated under the hypothesis.
    observed : array_like of float, shape (...)
        Observed values; NaN gives NaN.
    alternative : {"two-sided", "greater", "less"}
        Which tail counts as extreme.

    Raises
    ------
    MethodError
        SIGNIFICANCE_NO_DRAWS without simulated values; SIGNIFICANCE_ALTERNATIVE.

    References
    ----------
    .. [1] Phipson, B., Smyth, G. K. (2010). Permutation p-values should never be zero.
       Statistical Applications in Genetics and Molecular Biology 9(1), 39.
    """
    draws = np.asarray(reference, dtype=float)
    seen = np.asarray(observed, dtype=float)
    if draws.ndim == 0 or draws.shape[0] == 0:
        raise MethodError("SIGNIFICANCE_NO_DRAWS")
    slack = _TIE * np.maximum(np.max(np.abs(draws), axis=0), np.abs(seen))
    at_least = np.sum(draws >= seen - slack, axis=0)
    at_most = np.sum(draws <= seen + slack, axis=0)
    p = drawn_tails_p(at_least, at_most, draws.shape[0], alternative=alternative)
    return np.where(np.isnan(seen), np.nan, p)[()]


def drawn_tails_p(
    at_least: ArrayLike,
    at_most: ArrayLike,
    n_draws: ArrayLike,
    *,
    alternative: Alternative = "two-sided",
) -> FloatArray:
    """Return Monte Carlo p-values where the simulated values were only counted.

    Parameters
    ----------
    at_least, at_most : array_like of int
        How many simulated values reach the observed one, from above and from below; ties are in
        both. Two-sided is twice the smaller tail, at most 1.
    n_draws : array_like of int, above 0
    alternative : {"two-sided", "greater", "less"}

    Raises
    ------
    MethodError
        SIGNIFICANCE_NO_DRAWS, SIGNIFICANCE_ALTERNATIVE.

    Examples
    --------
    >>> float(drawn_tails_p(4, 995, 999))
    0.01
    """
    known_alternative(alternative)
    n = np.asarray(n_draws, dtype=float)
    if (n < 1).any():
        raise MethodError("SIGNIFICANCE_NO_DRAWS")
    greater = (1.0 + np.asarray(at_least, dtype=float)) / (n + 1.0)
    less = (1.0 + np.asarray(at_most, dtype=float)) / (n + 1.0)
    if alternative != "two-sided":
        return np.asarray(greater if alternative == "greater" else less)[()]
    return np.minimum(1.0, 2.0 * np.minimum(greater, less))[()]


def gumbel_tail_p(reference: ArrayLike, observed: ArrayLike) -> FloatArray:
    """Return the upper tail of a Gumbel curve through simulated maxima.

    Tells apart p-values smaller than one over the number of simulations. Only for values that
    are themselves maxima over many zones; the curve is an approximation, not a count.

    Parameters
    ----------
    reference : array_like of float, shape (n_draws,)
        Maxima simulated under the hypothesis, 19 at least.
    observed : array_like of float
        Observed maxima; NaN gives NaN.

    Raises
    ------
    MethodError
        SIGNIFICANCE_NO_DRAWS with fewer than 19 values, or all the same.

    References
    ----------
    .. [1] Abrams, A. M., Kleinman, K., Kulldorff, M. (2010). Gumbel based p-value approximations
       for spatial scan statistics. International Journal of Health Geographics 9, 61.
    """
    draws = np.asarray(reference, dtype=float)
    if draws.size < 19 or not np.ptp(draws) > 0:
        raise MethodError("SIGNIFICANCE_NO_DRAWS")
    scale = float(np.std(draws, ddof=1)) * np.sqrt(6.0) / np.pi
    middle = float(np.mean(draws)) - np.euler_gamma * scale
    z = (np.asarray(observed, dtype=float) - middle) / scale
    return np.asarray(-np.expm1(-np.exp(-z)))[()]
