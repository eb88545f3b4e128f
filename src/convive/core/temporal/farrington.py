"""Is the latest count of a series higher than its own past leads one to expect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy  # its statistics take half a second to load: at their first use
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from convive.core.errors import MethodError
from convive.core.significance import two_sided_t_p
from convive.core.temporal.farrington_kernel import (
    DF,
    DISPERSION,
    ERROR,
    LEVEL,
    SLOPE,
    SLOPE_ERROR,
    fit_all,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Threshold = Literal["power", "negative_binomial", "uncertain_mean"]

_YEARS_FOR_A_LINE = 3


@dataclass(frozen=True, slots=True)
class Reference:
    """Which past periods a period is compared with, and how they are fitted."""

    period: int = 52
    """Periods in a year."""
    years: int = 5
    half_window: int = 3
    """Periods on either side of the same time of year."""
    n_groups: int = 1
    """1: only those windows are used; more: all periods, in so many groups of the year."""
    left_out: int = 3
    """Latest periods before the one asked about that are not used: they may be part of it."""
    outlier: float | None = 2.58
    """Standardised residual from which a past period loses weight; None: never."""
    line_p: float = 0.05
    """The line is kept where its p-value is below; 1 keeps it wherever there are three years."""


ORIGINAL = Reference(outlier=1.0)
"""Settings of Farrington et al. (1996)."""
IMPROVED = Reference(n_groups=10, left_out=26, line_p=1.0)
"""Settings of Noufaily et al. (2013)."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the past leads one to expect; arrays of shape (n_series, n_asked)."""

    expected: Floats
    """NaN where the past holds nothing to expect from."""
    log_variance: Floats
    """Variance of the logarithm of `expected`, dispersion included."""
    dispersion: Floats
    """1 or more."""
    df: Floats
    has_line: Booleans


@dataclass(frozen=True, slots=True)
class Farrington:
    """Upper bounds and alarms; arrays of shape (n_series, n_asked)."""

    expectation: Expectation
    upper: Floats
    """NaN where there are too few recent events to raise an alarm at all."""
    is_alarm: Booleans


def farrington(
    counts: ArrayLike,
    at: Sequence[int],
    *,
    reference: Reference = IMPROVED,
    threshold: Threshold = "negative_binomial",
    alpha: float = 0.05,
    fewest: tuple[int, int] = (5, 4),
) -> Farrington:
    """Return Farrington's upper bound and alarm for periods of many series.

    Use it where the method itself is asked for, for instance to compare with other systems. To
    watch a town use `unusual_periods`: it holds a number of false alarms that you set. Not for
    series with a break in recording among the reference periods.

    Parameters
    ----------
    counts : array_like of int, shape (n_series, n_periods)
        Counts in order, no period missing.
    at : sequence of int
        Indices of the periods asked about; each needs `reference.years` of past.
    reference : Reference
        `ORIGINAL`, `IMPROVED` or your own.
    threshold : {"power", "negative_binomial", "uncertain_mean"}
        Normal on the 2/3 power scale (1996), negative-binomial quantile (2013), or the latter at
        the upper limit of the mean.
    alpha : float
        One-sided level of each bound.
    fewest : (int, int)
        No alarm with fewer events than the first in the latest periods (the second).

    Raises
    ------
    MethodError
        OUTBREAK_BAD_COUNTS, OUTBREAK_TOO_SHORT.

    Notes
    -----
    Equal to R `surveillance`: `farrington` (its `alpha` is two-sided) and `farringtonFlexible`.
    The latter takes its standard error, once reweighted, from residuals on the wrong scale; with
    ``threshold="power"`` and reweighting the bounds therefore differ slightly.

    References
    ----------
    .. [1] Farrington, C. P. et al. (1996). A statistical algorithm for the early detection of
       outbreaks of infectious disease. Journal of the Royal Statistical Society A 159, 547-563.
    .. [2] Noufaily, A. et al. (2013). An improved algorithm for outbreak detection in multiple
       surveillance systems. Statistics in Medicine 32(7), 1206-1222.
    """
    y = read_counts(counts)
    found = expect(y, at, reference)
    upper = _upper(found, threshold, alpha)
    asked = np.asarray(at, dtype=np.int64)
    up_to = np.cumsum(np.pad(y, ((0, 0), (1, 0))), axis=1)
    recent = up_to[:, asked + 1] - up_to[:, np.maximum(asked + 1 - fewest[1], 0)]
    upper = np.where(recent >= fewest[0], upper, np.nan)
    is_alarm = (y[:, asked] > upper) & (y[:, asked] > 0)
    return Farrington(found, upper, is_alarm)


def expect(counts: Floats, at: Sequence[int], reference: Reference) -> Expectation:
    """Return what the reference periods lead one to expect of the periods asked about.

    Parameters
    ----------
    counts : ndarray of float, shape (n_series, n_periods)
        As `read_counts` returns them.
    at : sequence of int
        Indices of the periods.
    reference : Reference
        Which periods are compared with.

    Raises
    ------
    MethodError
        OUTBREAK_TOO_SHORT.
    """
    limit = np.inf if reference.outlier is None else float(reference.outlier)
    parts = np.empty((5, counts.shape[0], len(at)))
    for column, now in enumerate(at):
        index, group = reference_periods(int(now), counts.shape[1], reference)
        past = np.ascontiguousarray(counts[:, index])
        time = (index - now).astype(np.float64)
        fits = fit_all(past, time, group, int(reference.n_groups - 1), limit)
        parts[:, :, column] = _choose(fits, past, reference)
    expected, log_variance, dispersion, df, line = parts
    return Expectation(expected, log_variance, dispersion, df, line > 0)


def read_counts(counts: ArrayLike) -> Floats:
    """Return counts as a table of series.

    Raises
    ------
    MethodError
        OUTBREAK_BAD_COUNTS for negative, missing or broken counts or a wrong shape.
    """
    y = np.asarray(counts, dtype=np.float64)
    if y.ndim != 2 or not y.size or not np.isfinite(y).all() or (y < 0).any():
        raise MethodError("OUTBREAK_BAD_COUNTS", shape=y.shape)
    if (y != np.round(y)).any():
        raise MethodError("OUTBREAK_BAD_COUNTS", shape=y.shape)
    return y


def reference_periods(now: int, n: int, reference: Reference) -> tuple[Integers, Integers]:
    """Return indices and groups of the periods that a period is compared with.

    The last group is the one of the period itself; the rest of the year is cut into equal
    stretches, the first ones a period longer where it does not divide.

    Examples
    --------
    >>> index, group = reference_periods(24, 25, Reference(12, 1, 1, 4, 1))
    >>> index.tolist()[:6], group.tolist()[:6]
    ([11, 12, 13, 14, 15, 16], [3, 3, 3, 0, 0, 0])
    """
    year, half = reference.period, reference.half_window
    first = now - reference.years * year - half
    if first < 0 or now >= n or reference.years < 1:
        raise MethodError("OUTBREAK_TOO_SHORT", periods=now, needed=now - first)
    index = np.arange(first, now)
    place = (index - first) % year
    is_window = place <= 2 * half
    stretches = reference.n_groups - 1
    group = np.zeros(index.size, dtype=np.int64)
    if stretches > 0:
        cuts = np.array_split(np.arange(year - 2 * half - 1), stretches)
        group = np.repeat(np.arange(stretches), [cut.size for cut in cuts])[
            np.clip(place - 2 * half - 1, 0, None)
        ]
    group = np.where(is_window, stretches, group)
    used = (is_window if stretches == 0 else np.ones(index.size, dtype=bool)) & (
        index < now - reference.left_out
    )
    return index[used], group[used]


def _choose(fits: Floats, past: Floats, reference: Reference) -> Floats:
    """Return level, variance, dispersion, df and whether there is a line, each (n_series,)."""
    line, flat = fits[:, 1], fits[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        t = line[:, SLOPE] / np.sqrt(line[:, SLOPE_ERROR] * line[:, DISPERSION])
        p = two_sided_t_p(t, line[:, DF])
    is_told = (p < reference.line_p) & (reference.years >= _YEARS_FOR_A_LINE)
    # A line is never followed beyond what has been seen.
    has_line = is_told & (line[:, LEVEL] <= past.max(axis=1))
    chosen = np.where(has_line[:, None], line, flat)
    dispersion = np.maximum(chosen[:, DISPERSION], 1.0)
    return np.stack(
        [chosen[:, LEVEL], chosen[:, ERROR] * dispersion, dispersion, chosen[:, DF], has_line]
    )


def _upper(found: Expectation, threshold: Threshold, alpha: float) -> Floats:
    """Return the upper bound of each expectation."""
    mean, z = found.expected, float(ndtri(1.0 - alpha))
    if threshold == "power":
        error = mean * np.sqrt(found.log_variance)
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = found.dispersion + error**2 / mean
            root = np.sqrt(4.0 / 9.0 * np.cbrt(mean) * spread)
            return np.asarray((mean ** (2 / 3) + z * root) ** 1.5)
    if threshold == "uncertain_mean":
        mean = mean * np.exp(z * np.sqrt(found.log_variance))
    size = mean / np.maximum(found.dispersion - 1.0, 1e-12)
    wide = scipy.stats.nbinom.ppf(1.0 - alpha, size, 1.0 / found.dispersion)
    return np.asarray(
        np.where(found.dispersion > 1.0, wide, scipy.stats.poisson.ppf(1.0 - alpha, mean))
    )
