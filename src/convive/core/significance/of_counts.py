"""Exact p-values of counts and shares: Poisson, binomial, hypergeometric."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from convive.core.significance.tails import (
    Alternative,
    FloatArray,
    known_alternative,
    two_sided_t_p,
)

_NO_TAILS = (np.nan, np.nan)
_TAIL = 0.1
"""A tail is lengthened only where it is one."""
_MOST_NOISE = 0.25
"""Squared relative noise (50 %) up to which a log-normal mean lengthens a tail."""


def two_sided_poisson_p(count: ArrayLike, expected: ArrayLike) -> FloatArray:
    """Return the two-sided mid-P value of counts against known Poisson means.

    Twice the smaller tail, where the observed count itself adds half of its probability. Use
    it where `expected` is known; to compare two counts use `poisson_share_p`.

    Parameters
    ----------
    count : array_like of int
        Observed counts, 0 or more.
    expected : array_like of float
        Means under the hypothesis, above 0.
    """
    k = np.asarray(count, dtype=float)
    mean = np.asarray(expected, dtype=float)
    at_most = special.gammaincc(k + 1.0, mean)
    below = np.where(k > 0, special.gammaincc(np.maximum(k, 1e-300), mean), 0.0)
    lower = 0.5 * (at_most + below)
    return np.minimum(1.0, 2.0 * np.minimum(lower, 1.0 - lower))[()]


def poisson_share_p(count: ArrayLike, total: ArrayLike, share: ArrayLike) -> FloatArray:
    """Return the two-sided p-value that `count` out of `total` is a given share.

    Compares two Poisson counts: given their sum, the first is binomial with the share of the
    exposure. Twice the smaller mid-P tail; the tails are continued smoothly between whole
    numbers, so that counts which were divided by a dispersion can be taken.

    Parameters
    ----------
    count, total : array_like of float
        Events of the first, and of both together (possibly divided by a dispersion).
    share : array_like of float, in (0, 1)
        Share of the exposure that belongs to the first.

    Notes
    -----
    NaN where `total` is 0: nothing happened, so nothing was tested.

    References
    ----------
    .. [1] Berry, G., Armitage, P. (1995). Mid-P confidence intervals: a brief review. The
       Statistician 44(4), 417-423.
    """
    lower, upper = share_tails(count, total, share)
    both = np.minimum(1.0, 2.0 * np.minimum(lower, upper))
    return np.where(np.asarray(total, dtype=float) > 0, both, np.nan)[()]


def high_count_p(
    count: ArrayLike, expected: ArrayLike, variance: ArrayLike, df: ArrayLike = np.inf
) -> FloatArray:
    """Return the probability of a count at least so high, where mean and variance are estimates.

    Negative binomial with the two moments, lengthened by the third moment of a log-normal mean
    (a town's noise is multiplied up), then carried from the normal to the t distribution.

    Parameters
    ----------
    count : array_like of int
        Observed counts.
    expected, variance : array_like of float
        Mean, and variance of a new count around it, the error of the mean included; NaN gives
        NaN. Not below the mean.
    df : array_like of float
        Degrees of freedom of the variance.

    Examples
    --------
    >>> round(float(high_count_p(3, 1.0, 1.0)), 4)
    0.0803
    """
    k, mean, spread = (np.asarray(x, dtype=float) for x in (count, expected, variance))
    extra = np.maximum(spread - mean, 1e-9 * mean)
    beyond = special.betainc(np.maximum(k, 1e-300), mean**2 / extra, extra / (extra + mean))
    third = mean + 3.0 * extra + 2.0 * extra**2 / mean
    noise = np.minimum(extra / mean**2, _MOST_NOISE)
    longer = third + (noise**2 + noise**3) * mean**3
    spread = mean + extra
    # The exact negative-binomial tail, times what the longer third moment adds to a gamma's tail.
    ratio = _gamma_tail(k - 0.5 - mean, spread, longer) / _gamma_tail(k - 0.5 - mean, spread, third)
    lengthened = np.minimum(beyond * np.maximum(ratio, 1.0), _TAIL)
    upper = np.where(k > 0, np.where(beyond < _TAIL, lengthened, beyond), 1.0)
    with np.errstate(divide="ignore"):
        half = 0.5 * two_sided_t_p(special.ndtri(upper), df)
    return np.where(upper < 0.5, half, 1.0 - half)[()]


def _gamma_tail(above: FloatArray, variance: FloatArray, third: FloatArray) -> FloatArray:
    """Return the upper tail of a shifted gamma with mean 0 and these central moments."""
    shape = 4.0 * variance**3 / third**2
    scale = third / (2.0 * variance)
    tail = special.gammaincc(shape, np.maximum(above / scale + shape, 0.0))
    return np.asarray(np.maximum(tail, 1e-300))


def share_tails(
    count: ArrayLike, total: ArrayLike, share: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Return the lower and upper mid-P tail of `count` out of `total` under a given share.

    Parameters as for `poisson_share_p`. The two add up to 1; interval limits are the shares
    at which one of them is (1 - level) / 2.
    """
    k, n, p = np.broadcast_arrays(*(np.asarray(x, dtype=float) for x in (count, total, share)))
    rest = n - k
    at_most = np.where(rest > 0, special.betainc(np.maximum(rest, 1e-300), k + 1.0, 1.0 - p), 1.0)
    below = np.where(k > 0, special.betainc(rest + 1.0, np.maximum(k, 1e-300), 1.0 - p), 0.0)
    lower = 0.5 * (at_most + below)
    return lower, 1.0 - lower


def two_shares_p(cases: ArrayLike, sizes: ArrayLike, *, df: ArrayLike = np.inf) -> FloatArray:
    """Return the two-sided p-value that two groups have the same share.

    Fisher's conditional test with mid-P, continued to numbers that are not whole, so that
    effective numbers of a survey can be taken. Unlike a difference divided by its standard
    error it stays right far out in the tail and where there are only a handful of cases.

    Parameters
    ----------
    cases, sizes : array_like of float, shape (2, n_tests)
        Cases of the two groups and the numbers that they are out of (0 ≤ cases ≤ sizes).
    df : array_like of float, shape (n_tests,)
        Degrees of freedom of the design effects that the numbers were divided by: the tail is
        carried from the normal to the t distribution. Below 1 gives NaN.

    References
    ----------
    .. [1] Fisher, R. A. (1935). The logic of inductive inference. Journal of the Royal
       Statistical Society 98(1), 39-82.
    .. [2] Hwang, J. T. G., Yang, M.-C. (2001). An optimality theory for mid p-values in 2 x 2
       contingency tables. Statistica Sinica 11(3), 807-826.

    Examples
    --------
    >>> two_shares_p([[3.0], [10.0]], [[20.0], [20.0]]).round(4).tolist()
    [0.0232]
    """
    tails = two_shares_tails(cases, sizes)
    smaller = np.minimum(tails[0], tails[1])
    with np.errstate(divide="ignore"):
        p = np.minimum(1.0, two_sided_t_p(special.ndtri(smaller), df))
    return np.asarray(p)


def two_shares_tails(cases: ArrayLike, sizes: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return the lower and upper mid-P tail of the first group's cases, given all cases.

    Parameters as for `two_shares_p`; NaN where a number is missing. The two add up to 1.
    """
    k, n = np.broadcast_arrays(np.asarray(cases, dtype=float), np.asarray(sizes, dtype=float))
    rows = np.concatenate([np.reshape(k, (2, -1)), np.reshape(n, (2, -1))]).T
    tails = [_hypergeometric_tails(*row) if np.all(np.isfinite(row)) else _NO_TAILS for row in rows]
    lower, upper = np.array(tails).reshape(-1, 2).T
    return lower.reshape(k.shape[1:]), upper.reshape(k.shape[1:])


def _hypergeometric_tails(
    cases_a: float, cases_b: float, size_a: float, size_b: float
) -> tuple[float, float]:
    """Return the mid-P tails of the hypergeometric distribution, continued by gamma functions.

    Its support is every number a whole step away from `cases_a` at which no factorial is of -1
    or less: for whole numbers the usual one, and without a jump between them.
    """
    total = cases_a + cases_b
    first = max(-1.0, total - size_b - 1.0)
    last = min(size_a, total) + 1.0
    below = max(int(np.ceil(cases_a - first)) - 1, 0)
    above = max(int(np.ceil(last - cases_a)) - 1, 0)
    k = cases_a + np.arange(-below, above + 1)
    log_weight = -(
        special.gammaln(k + 1.0)
        + special.gammaln(size_a - k + 1.0)
        + special.gammaln(total - k + 1.0)
        + special.gammaln(size_b - total + k + 1.0)
    )
    weight = np.exp(log_weight - np.max(log_weight))
    half = 0.5 * weight[below]
    lower, upper = weight[:below].sum() + half, weight[below + 1 :].sum() + half
    return float(lower / weight.sum()), float(upper / weight.sum())


def hypergeometric_p(
    marked: ArrayLike,
    drawn: ArrayLike,
    *,
    n_marked: ArrayLike,
    n_all: ArrayLike,
    alternative: Alternative = "two-sided",
) -> FloatArray:
    """Return the exact p-value of the marked ones among those drawn without replacement.

    Parameters
    ----------
    marked, drawn : array_like of int
        How many of those drawn are marked, and how many were drawn.
    n_marked, n_all : array_like of int
        How many there are to draw from. Two-sided is twice the smaller tail, at most 1.

    Examples
    --------
    >>> round(float(hypergeometric_p(3, 3, n_marked=3, n_all=6, alternative="greater")), 6)
    0.05
    """
    # Half a second to load, and no other function here needs it: commands that only read wait for it.
    from scipy import stats  # noqa: PLC0415

    known_alternative(alternative)
    seen, n, k, m = (np.asarray(v, dtype=float) for v in (marked, n_all, n_marked, drawn))
    greater, less = stats.hypergeom.sf(seen - 1, n, k, m), stats.hypergeom.cdf(seen, n, k, m)
    if alternative != "two-sided":
        return np.asarray(greater if alternative == "greater" else less)[()]
    return np.minimum(1.0, 2.0 * np.minimum(greater, less))[()]
