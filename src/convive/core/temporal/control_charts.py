"""Charts that gather small evidence over time: EARS, CUSUM and the generalised likelihood ratio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy  # its statistics take half a second to load: at their first use
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from convive.core.errors import MethodError
from convive.core.temporal.farrington import read_counts

Floats = NDArray[np.float64]
EarsMethod = Literal["C1", "C2", "C3"]

_BASELINE = 7
_GAP = 2
_STEPS = 10
_MOST_STATES = 1500
_LOOK_BACK = 24


def ears(
    counts: ArrayLike, *, method: EarsMethod = "C1", alpha: float = 0.001, least_spread: float = 0.5
) -> Floats:
    """Return the upper bounds of the EARS charts, for sources without years of past.

    Use them where less than two years are known. The last seven periods say little about spread
    and nothing about season: with small or seasonal counts the false alarms are many times
    `alpha` (see the calibration page). Prefer `unusual_periods` as soon as it can be used.

    Parameters
    ----------
    counts : array_like of int, shape (n_series, n_periods)
        Counts in order.
    method : {"C1", "C2", "C3"}
        Compared with the last seven periods; with the seven before the last two; the latter
        with the excess of the last two periods added.
    alpha : float
        One-sided level under a normal distribution.
    least_spread : float
        Smallest standard deviation: seven equal counts do not make the eighth certain.

    Returns
    -------
    ndarray of float, shape (n_series, n_periods)
        An alarm is a count above it; NaN where the past is too short.

    Raises
    ------
    MethodError
        OUTBREAK_BAD_COUNTS.

    References
    ----------
    .. [1] Fricker, R. D., Hegler, B. L. and Dunfee, D. A. (2008). Comparing syndromic
       surveillance detection methods. Statistics in Medicine 27(17), 3407-3429.
    """
    y = read_counts(counts)
    gap = 0 if method == "C1" else _GAP
    upper = np.full(y.shape, np.nan)
    first = _BASELINE + gap
    if y.shape[1] <= first:
        return upper
    windows = np.lib.stride_tricks.sliding_window_view(y, _BASELINE, axis=1)
    windows = windows[:, : y.shape[1] - first]
    mean, spread = windows.mean(axis=2), np.maximum(windows.std(axis=2, ddof=1), least_spread)
    z = float(ndtri(1.0 - alpha))
    if method != "C3":
        upper[:, first:] = mean + z * spread
        return upper
    with np.errstate(divide="ignore", invalid="ignore"):
        excess = np.maximum(0.0, (y[:, first:] - mean) / spread - 1.0)
    before = excess[:, :-2] + excess[:, 1:-1]
    upper[:, first + 2 :] = np.maximum(0.0, y[:, first + 2 :] + spread[:, 2:] * (z - before))
    return upper


@dataclass(frozen=True, slots=True)
class CusumDesign:
    """Settings of a CUSUM for one mean."""

    allowance: float
    """Taken off every count; lies between the usual mean and the raised one."""
    threshold: float
    """Alarm where the sum reaches it."""
    run_length: float
    """Mean number of periods until a false alarm."""


def cusum(
    counts: ArrayLike, allowance: float, threshold: float
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the CUSUM of each series and its alarms; the sum starts again after an alarm.

    Use it for small but lasting rises of a series without season whose usual mean is known. Not
    where counts are overdispersed or seasonal: `cusum_design` takes them as Poisson.

    Parameters
    ----------
    counts : array_like of int, shape (n_series, n_periods)
        Counts in order.
    allowance, threshold : float
        From `cusum_design`.

    Examples
    --------
    >>> sums, alarms = cusum([[1, 4, 5, 0]], 2.0, 4.0)
    >>> sums.tolist(), alarms.tolist()
    ([[0.0, 2.0, 5.0, 0.0]], [[False, False, True, False]])
    """
    y = read_counts(counts)
    sums, at = np.zeros(y.shape), np.zeros(y.shape[0])
    for period in range(y.shape[1]):
        at = np.maximum(0.0, np.where(at >= threshold, 0.0, at) + y[:, period] - allowance)
        sums[:, period] = at
    return sums, sums >= threshold


def cusum_run_length(
    mean: float, allowance: float, threshold: float, *, steps: int = _STEPS
) -> float:
    """Return the mean number of periods until an alarm of a Poisson CUSUM.

    Parameters
    ----------
    mean : float
        Poisson mean of a period.
    allowance, threshold : float
        Rounded to the nearest 1/`steps`; there the answer is exact.
    steps : int
        States per count of the Markov chain.

    Raises
    ------
    MethodError
        CHART_BAD_DESIGN.

    References
    ----------
    .. [1] Brook, D. and Evans, D. A. (1972). An approach to the probability distribution of
       cusum run length. Biometrika 59(3), 539-549.

    Examples
    --------
    >>> round(cusum_run_length(2.4, 3.0, 4.0), 1)
    30.0
    """
    size = round(threshold * steps)
    if not (mean > 0 and allowance > 0 and 0 < size <= _MOST_STATES):
        raise MethodError("CHART_BAD_DESIGN", mean=mean, threshold=threshold)
    offset = round(allowance * steps)
    # State s stands for a sum of s / steps; a count c leads to s + c * steps - offset.
    reach = np.arange(size)[None, :] - np.arange(size)[:, None] + offset
    chance = np.where(reach % steps == 0, scipy.stats.poisson.pmf(reach // steps, mean), 0.0)
    chance[:, 0] = scipy.stats.poisson.cdf((offset - np.arange(size)) // steps, mean)
    return float(np.linalg.solve(np.eye(size) - chance, np.ones(size))[0])


def cusum_design(mean: float, ratio: float, run_length: float) -> CusumDesign:
    """Return the smallest threshold whose false alarms are at least `run_length` periods apart.

    Parameters
    ----------
    mean : float
        Usual Poisson mean of a period.
    ratio : float
        Rise that should be found soonest, above 1.
    run_length : float
        Mean number of periods between false alarms: series × periods a year ÷ false alarms a year.

    Raises
    ------
    MethodError
        CHART_BAD_DESIGN.

    Examples
    --------
    >>> design = cusum_design(2.0, 2.0, 500)
    >>> design.allowance, design.run_length >= 500
    (2.9, True)
    """
    if not (mean > 0 and ratio > 1 and run_length > 1):
        raise MethodError("CHART_BAD_DESIGN", mean=mean, threshold=run_length)
    allowance = round(mean * (ratio - 1.0) / np.log(ratio) * _STEPS) / _STEPS
    low, high = 0, _STEPS
    while cusum_run_length(mean, allowance, high / _STEPS) < run_length:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        enough = cusum_run_length(mean, allowance, middle / _STEPS) >= run_length
        low, high = (low, middle) if enough else (middle, high)
    threshold = high / _STEPS
    return CusumDesign(allowance, threshold, cusum_run_length(mean, allowance, threshold))


def glr_statistics(counts: ArrayLike, expected: ArrayLike, dispersion: ArrayLike = 1.0) -> Floats:
    """Return how strongly the latest periods together speak for a lasting rise.

    At each period the largest, over all starts up to 24 periods back, of twice the log likelihood
    ratio of "since then all is a factor higher", divided by the dispersion. Use it where the
    expected counts with their season are known, and the size of a rise is not. Not for single
    odd periods (`unusual_periods`) nor long ago changes (`change_points`).

    Parameters
    ----------
    counts : array_like of int, shape (n_series, n_periods)
        Counts in order.
    expected : array_like of float, same shape or broadcast
        Expected counts, above 0.
    dispersion : array_like of float, shape (n_series,) or one number
        Variance over that of a Poisson count, 1 or more.

    References
    ----------
    .. [1] Höhle, M. and Paul, M. (2008). Count data regression charts for the monitoring of
       surveillance time series. Computational Statistics & Data Analysis 52(9), 4357-4368.

    Examples
    --------
    >>> glr_statistics([[10, 10, 20, 20]], 10.0).round(1).tolist()
    [[0.0, 0.0, 7.7, 15.5]]
    """
    y = read_counts(counts)
    mean = np.broadcast_to(np.asarray(expected, dtype=np.float64), y.shape)
    spread = np.broadcast_to(np.asarray(dispersion, dtype=np.float64), y.shape[:1])
    if not (mean > 0).all() or not (spread >= 1).all():
        raise MethodError("CHART_BAD_DESIGN", mean=float(mean.min()), threshold=None)
    best, seen, usual = np.zeros(y.shape), np.zeros(y.shape), np.zeros(y.shape)
    for back in range(min(_LOOK_BACK, y.shape[1])):
        seen[:, back:] += y[:, : y.shape[1] - back]
        usual[:, back:] += mean[:, : y.shape[1] - back]
        ratio = np.maximum(seen / np.maximum(usual, 1e-300), 1.0)
        gain = np.where(usual > 0, seen * np.log(ratio) - (ratio - 1.0) * usual, 0.0)
        gain[:, :back] = 0.0
        best = np.maximum(best, gain)
    return np.asarray(2.0 * best / spread[:, None])


def glr_threshold(
    expected: ArrayLike,
    dispersion: float,
    *,
    false_alarms: float,
    rng: np.random.Generator,
    n_replicates: int = 999,
) -> float:
    """Return the GLR threshold under which series without a rise give so few false alarms.

    Parameters
    ----------
    expected : array_like of float, shape (n_periods,)
        Expected counts over the time that is watched, season included.
    dispersion : float
        1 or more; negative-binomial noise.
    false_alarms : float, in (0, 1)
        Share of series without a rise that ever come above the threshold in that time.
    rng : numpy.random.Generator
        For the simulated series.
    n_replicates : int
        Simulated series.

    Raises
    ------
    MethodError
        CHART_BAD_DESIGN.
    """
    mean = np.asarray(expected, dtype=np.float64)
    if mean.ndim != 1 or not (mean > 0).all() or dispersion < 1 or not 0 < false_alarms < 1:
        raise MethodError("CHART_BAD_DESIGN", mean=mean.shape, threshold=false_alarms)
    rate = np.broadcast_to(mean, (n_replicates, mean.size))
    if dispersion > 1.0:
        rate = rng.gamma(rate / (dispersion - 1.0), dispersion - 1.0)
    largest = glr_statistics(rng.poisson(rate), mean, dispersion).max(axis=1)
    return float(np.quantile(largest, 1.0 - false_alarms, method="higher"))
