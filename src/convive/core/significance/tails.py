"""p-values of statistics with a known distribution: normal, Student, F, chi-square."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from convive.core.errors import MethodError

FloatArray = NDArray[np.float64]
Alternative = Literal["two-sided", "greater", "less"]


def known_alternative(alternative: str) -> None:
    """Raise SIGNIFICANCE_ALTERNATIVE for anything but two-sided, greater and less."""
    if alternative not in {"two-sided", "greater", "less"}:
        raise MethodError("SIGNIFICANCE_ALTERNATIVE", alternative=alternative)


def two_sided_normal_p(z: ArrayLike) -> FloatArray:
    """Return the two-sided p-value of a standard normal statistic.

    Parameters
    ----------
    z : array_like of float
        Estimate divided by its standard error; NaN gives NaN.

    Examples
    --------
    >>> round(float(two_sided_normal_p(1.959963984540054)), 6)
    0.05
    """
    return np.asarray(special.erfc(np.abs(np.asarray(z, dtype=float)) / np.sqrt(2.0)))[()]


def normal_p(z: ArrayLike, *, alternative: Alternative = "two-sided") -> FloatArray:
    """Return the p-value of a standard normal statistic; "greater": large z count as extreme.

    NaN gives NaN; raises SIGNIFICANCE_ALTERNATIVE.
    """
    known_alternative(alternative)
    if alternative == "two-sided":
        return two_sided_normal_p(z)
    sign = -1.0 if alternative == "greater" else 1.0
    return np.asarray(special.ndtr(sign * np.asarray(z, dtype=float)))[()]


def two_sided_t_p(t: ArrayLike, df: ArrayLike) -> FloatArray:
    """Return the two-sided p-value of a t statistic.

    Parameters
    ----------
    t : array_like of float
        Estimate divided by its standard error; NaN gives NaN.
    df : array_like of float
        Degrees of freedom; ``inf`` means the normal distribution, below 1 gives NaN: a
        variance that rests on nothing supports no test.
    """
    t_abs, freedom = np.broadcast_arrays(
        np.abs(np.asarray(t, dtype=float)), np.asarray(df, dtype=float)
    )
    normal = two_sided_normal_p(t_abs)
    usable = np.isfinite(freedom) & (freedom >= 1)
    student = 2.0 * special.stdtr(np.where(usable, freedom, 1.0), -t_abs)
    return np.where(usable, student, np.where(freedom == np.inf, normal, np.nan))[()]


def averaged_t_p(t: ArrayLike, df: ArrayLike, weight: ArrayLike) -> FloatArray:
    """Return the two-sided p-value of an estimate whose standard error is one of several.

    Parameters
    ----------
    t : array_like of float, shape (..., n_errors)
        Estimate divided by each possible standard error.
    df : array_like of float
        Degrees of freedom.
    weight : array_like of float, shape (n_errors,)
        How likely each standard error is; sums to one.

    Examples
    --------
    >>> round(float(averaged_t_p([2.0, 1.0], 10.0, [0.5, 0.5])), 4)
    0.2071
    """
    # Weights add up to one only but for rounding.
    return np.minimum(1.0, two_sided_t_p(t, df) @ np.asarray(weight, dtype=float))[()]


def averaged_f_p(f: ArrayLike, df: tuple[float, float], weight: ArrayLike) -> FloatArray:
    """Return the p-value of an F statistic whose noise is one of several.

    Parameters
    ----------
    f : array_like of float, shape (..., n_noises)
        The statistic under each possible noise.
    df : (float, float)
        Degrees of freedom of numerator and denominator.
    weight : array_like of float, shape (n_noises,)
        How likely each noise is; sums to one.

    Examples
    --------
    >>> round(float(averaged_f_p([4.0], (2.0, 30.0), [1.0])), 4)
    0.0288
    """
    tails = special.fdtrc(df[0], df[1], np.maximum(np.asarray(f, dtype=float), 0.0))
    return np.minimum(1.0, tails @ np.asarray(weight, dtype=float))[()]


def chi_square_p(statistic: ArrayLike, df: ArrayLike) -> FloatArray:
    """Return the upper tail of chi-square with `df` degrees of freedom; NaN without any.

    Examples
    --------
    >>> round(float(chi_square_p(3.841458820694124, 1)), 6)
    0.05
    """
    freedom = np.asarray(df, dtype=float)
    tail = special.chdtrc(np.where(freedom > 0, freedom, 1.0), np.asarray(statistic, dtype=float))
    return np.asarray(np.where(freedom > 0, tail, np.nan))[()]
