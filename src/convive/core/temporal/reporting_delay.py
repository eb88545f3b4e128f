"""How much of each month is recorded yet: the delay between an incident and its record.

A month that is still filling up looks like a fall. From incidents with both dates one learns how
quickly records arrive, how complete the latest months are, and what they will probably come to.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy  # its statistics take half a second to load: at their first use
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, ndtri, stdtrit

from convive.core.errors import MethodError

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

COMPLETE = 0.95
"""Share from which a month is called complete; a convention of Convive."""
MIN_MONTHS = 6
"""Months in which a delay could be seen, for it to be estimated."""
MIN_EVENTS = 50
TOO_SHORT = "DELAY_TOO_SHORT"
TOO_FEW = "DELAY_TOO_FEW"
TAIL_OPEN = "DELAY_TAIL_OPEN"
BATCHES = "DELAY_BATCHES"
_OPEN_HAZARD = 0.005
"""Share of all records that the longest delay still adds, above which the end is not in sight."""
_HALF = 0.5
_TINY = 1e-9
_LEAST_SHARE = 0.05
"""Below this share on record nothing is foreseen: a twentieth says little about the rest."""
_POOLED_DF = 4.0
"""Weight, in degrees of freedom, of all delays' dispersion in that of each: thin delays borrow."""
_BATCHED = 0.4
"""Share of a delay's largest possible variation between months (all records or none) that is met,
from which records come in batches; delays that differ at random lie below a tenth."""
_LEAST_HAZARD = 0.02
"""Share of records below which a delay's batches do not matter."""


@dataclass(frozen=True, slots=True)
class ReportingDelay:
    """How complete each month is; arrays have shape (n_months,). `reason` says why not."""

    reason: str | None
    recorded: IntArray
    """Incidents of the month on record by the last complete month of recording."""
    completeness: FloatArray
    """Expected share of the final count that is on record; NaN where it cannot be told."""
    low: FloatArray
    high: FloatArray
    expected: FloatArray
    """Final count to be expected; NaN where less than a twentieth is on record."""
    expected_low: FloatArray
    expected_high: FloatArray
    """Ends of the prediction interval of the final count."""
    is_incomplete: BoolArray
    by_delay: FloatArray
    """(n_delays,): share on record within 0, 1, 2 … months after the month of the incident."""
    dispersion: float | None
    """Variance of records per delay over that of independent ones, all delays taken together; at
    least 1. Intervals use each delay's own."""
    n: int
    """Incidents that the delays rest on."""


def reporting_delay(
    triangle: ArrayLike,
    *,
    as_of: int | None = None,
    window: int = 24,
    level: float = 0.95,
    complete: float = COMPLETE,
) -> ReportingDelay:
    """Return how complete the latest months are, and what they will probably come to.

    Use it where a source gives the day of the incident and the day of the record. Do not use it
    where the way of recording has just changed (the delays are those of the last `window`
    months), where old records are deleted, or for incidents that are recorded only when found
    out, years later: what never reaches the record within the longest delay is not foreseen.

    Parameters
    ----------
    triangle : array_like of int, shape (n_months, n_delays)
        Incidents by month of the incident and number of calendar months until the record.
        Cells after `as_of` are not looked at.
    as_of : int, optional
        Index of the last complete month of recording; by default the last month. A month of the
        incident may come after it: it is incomplete and nothing is foreseen for it.
    window : int
        Months of recording, back from `as_of`, that each delay is learnt from.
    level : float
        Coverage of the intervals.
    complete : float
        Share on record from which a month is complete.

    Returns
    -------
    ReportingDelay
        With `reason` DELAY_TOO_SHORT (no delay was seen in six months), DELAY_TOO_FEW (fewer
        than 50 incidents), DELAY_TAIL_OPEN (the longest delay still adds more than half a
        percent) or DELAY_BATCHES (in some months nearly all of a delay's records arrive, in
        others nearly none: when the next batch comes cannot be told) nothing is foreseen, and a month counts as incomplete as long as the longest
        delay has not passed.

    Raises
    ------
    MethodError
        DELAY_BAD_TRIANGLE for negative, missing or broken counts or a wrong shape.

    Notes
    -----
    Share of what is on record by delay d that came with delay d exactly (reverse-time hazard),
    multiplied up [1]_; the factors are those of the chain ladder [2]_. The variance grows by a
    quasi-binomial dispersion of each delay, never below 1, that leans on that of all delays;
    its own error widens the interval from the normal to the t distribution. The outstanding
    count is negative binomial.

    References
    ----------
    .. [1] Lawless, J. F. (1994). Adjustments for reporting delays and the prediction of
       occurred but not reported events. Canadian Journal of Statistics 22(1), 15-31.
    .. [2] Mack, T. (1993). Distribution-free calculation of the standard error of chain ladder
       reserve estimates. ASTIN Bulletin 23(2), 213-225.

    Examples
    --------
    >>> import numpy as np
    >>> months = np.array([[80, 15, 5, 0]] * 12)
    >>> found = reporting_delay(months)
    >>> found.completeness[-3:].round(2).tolist()
    [1.0, 0.95, 0.8]
    >>> found.expected[-1].round().item()
    100.0
    """
    counts = read_triangle(triangle)
    last = counts.shape[0] - 1 if as_of is None else int(as_of)
    seen = seen_cells(counts.shape, last)
    recorded = np.where(seen, counts, 0.0).sum(axis=1)
    learnt = _learn(counts, seen, last, window)
    n = int(learnt.at_risk.max(initial=0.0))
    reason = _reason(learnt, n)
    if reason is not None:
        return _unknown(reason, recorded, last - np.arange(len(counts)), counts.shape[1], n)
    age = last - np.arange(counts.shape[0])
    delay = np.clip(age, 0, len(learnt.hazard) - 1)
    is_started = age >= 0
    share, low, high = (_at(found, delay, is_started) for found in _shares(learnt, level))
    own, error = (_at(x, delay, is_started) for x in (learnt.spread, learnt.log_variance))
    final = _final(recorded, share, own, error, _widening(learnt.df, level), level)
    return ReportingDelay(
        reason=None,
        recorded=recorded.astype(np.int64),
        completeness=share,
        low=low,
        high=high,
        expected=final[0],
        expected_low=final[1],
        expected_high=final[2],
        is_incomplete=~(share >= complete),
        by_delay=learnt.share,
        dispersion=learnt.dispersion,
        n=n,
    )


@dataclass(frozen=True, slots=True)
class _Learnt:
    """Delays as learnt; arrays of shape (n_delays,)."""

    at_risk: FloatArray
    """Incidents on record by the delay, of the months in which it could be seen."""
    hazard: FloatArray
    months: IntArray
    share: FloatArray
    log_variance: FloatArray
    spread: FloatArray
    """Variance of the final count over the count on record, if the shares were known."""
    dispersion: float
    df: float
    """Degrees of freedom of the dispersion of the shortest delay."""
    batched: float
    """Largest share of the possible variation between months that a delay shows."""


def read_triangle(triangle: ArrayLike) -> FloatArray:
    """Return the counts of a triangle, or raise DELAY_BAD_TRIANGLE."""
    counts = np.asarray(triangle, dtype=np.float64)
    is_right = counts.ndim == 2 and counts.size > 0 and np.isfinite(counts).all()
    if not is_right or (counts < 0).any() or (counts != np.round(counts)).any():
        raise MethodError("DELAY_BAD_TRIANGLE", shape=counts.shape)
    return counts


def seen_cells(shape: tuple[int, ...], last: int) -> BoolArray:
    """Tell which cells lie before the end of recording."""
    return np.asarray(np.add.outer(np.arange(shape[0]), np.arange(shape[1])) <= last)


def _learn(counts: FloatArray, seen: BoolArray, last: int, window: int) -> _Learnt:
    """Learn from each delay's newest months, those in which it could just be seen."""
    months, delays = np.indices(counts.shape)
    is_used = seen & (months + delays > last - window)
    up_to = np.cumsum(counts, axis=1)
    risk = np.where(is_used, up_to, 0.0)
    arrived = np.where(is_used, counts, 0.0)
    at_risk, n = risk.sum(axis=0), arrived.sum(axis=0)
    hazard = np.divide(n, at_risk, out=np.zeros_like(n), where=at_risk > 0)
    hazard[0] = 0.0
    kept = 1.0 - hazard[1:]
    share = np.append(np.cumprod(kept[::-1])[::-1], 1.0)
    spread = _dispersion(arrived, risk, hazard, is_used)
    # Half an incident more on either side: a delay that was not seen is not impossible.
    rough = (n[1:] + _HALF) / (at_risk[1:] + 1.0)
    steps = spread.by_delay[1:] * rough / ((1.0 - rough) * (at_risk[1:] + 1.0))
    noise = (
        spread.by_delay[1:] * hazard[1:] / (np.maximum(kept, _TINY) * np.maximum(share[1:], _TINY))
    )
    log_variance, own = (np.append(np.cumsum(x[::-1])[::-1], 0.0) for x in (steps, noise))
    months_used = is_used.sum(axis=0)
    return _Learnt(
        at_risk,
        hazard,
        months_used,
        share,
        log_variance,
        own,
        spread.pooled,
        spread.df,
        spread.batched,
    )


@dataclass(frozen=True, slots=True)
class _Spread:
    """How much more the delays differ between months than chance alone would let them."""

    by_delay: FloatArray
    pooled: float
    df: float
    batched: float


def _dispersion(
    arrived: FloatArray, risk: FloatArray, hazard: FloatArray, is_used: BoolArray
) -> _Spread:
    """Return mean squared Pearson residuals of the hazards, at least 1."""
    expected = risk * hazard
    variance = expected * (1.0 - hazard)
    is_told = is_used & (variance > 0)
    squares = np.zeros_like(risk)
    squares[is_told] = (arrived[is_told] - expected[is_told]) ** 2 / variance[is_told]
    total, df = squares.sum(axis=0), np.maximum(is_told.sum(axis=0) - 1.0, 0.0)
    if df.sum() <= 0:
        return _Spread(np.ones(len(hazard)), 1.0, np.inf, 0.0)
    pooled = max(1.0, float(total.sum() / df.sum()))
    by_delay = np.maximum(1.0, (total + _POOLED_DF * pooled) / (df + _POOLED_DF))
    # Of n records all or none: a dispersion of n.
    typical = risk.sum(axis=0) / np.maximum(is_told.sum(axis=0), 1)
    excess = np.divide(total, df, out=np.ones_like(total), where=df > 0) - 1.0
    share = excess / np.maximum(typical - 1.0, 1.0)
    batched = float(share[hazard >= _LEAST_HAZARD].max(initial=0.0))
    return _Spread(by_delay, pooled, float(df.max()) + _POOLED_DF, batched)


def _reason(learnt: _Learnt, n: int) -> str | None:
    if (learnt.months < MIN_MONTHS).any():
        return TOO_SHORT
    if n < MIN_EVENTS:
        return TOO_FEW
    if learnt.batched > _BATCHED:
        return BATCHES
    is_open = learnt.hazard.size > 1 and learnt.hazard[-1] > _OPEN_HAZARD
    return TAIL_OPEN if is_open else None


def _shares(learnt: _Learnt, level: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the share on record by delay with its interval, on the logit scale."""
    share = learnt.share
    inner = np.clip(share, 1e-9, 1.0 - _HALF / (learnt.at_risk + 1.0))
    error = np.sqrt(learnt.log_variance) / (1.0 - inner)
    z = float(ndtri(0.5 + level / 2))
    logit = np.log(inner / (1.0 - inner))
    low, high = expit(logit - z * error), expit(logit + z * error)
    # The last delay is where everything is on record by definition.
    low[-1] = high[-1] = 1.0
    return share, np.minimum(low, share), np.maximum(high, share)


def _at(values: FloatArray, delay: IntArray, is_started: BoolArray) -> FloatArray:
    return np.where(is_started, values[delay], np.nan)


def _widening(df: float, level: float) -> float:
    """Return by how much the dispersion's own error multiplies the variance."""
    upper = 0.5 + level / 2
    return float((stdtrit(df, upper) / ndtri(upper)) ** 2) if np.isfinite(df) else 1.0


def _final(
    recorded: FloatArray,
    share: FloatArray,
    spread: FloatArray,
    log_variance: FloatArray,
    widening: float,
    level: float,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the final count with the ends of its prediction interval."""
    base = np.where(share >= _LEAST_SHARE, share, np.nan)
    expected = recorded / base
    # Half an incident more: where nothing is on record yet, something may still come.
    total = (recorded + _HALF * (base < 1.0)) / base
    mean = total * (1.0 - base)
    variance = (total * spread + total**2 * log_variance) * widening
    tails = ((1.0 - level) / 2, (1.0 + level) / 2)
    low, high = (recorded + _outstanding(mean, variance, tail) for tail in tails)
    return expected, low, high


def _outstanding(mean: FloatArray, variance: FloatArray, tail: float) -> FloatArray:
    """Return the quantile of what is still to come: negative binomial by its two moments."""
    some = np.isfinite(mean) & (mean > 0)
    found = np.where(np.isfinite(mean), 0.0, np.nan)
    m, v = mean[some], variance[some]
    is_wide = v > m * (1.0 + 1e-9)
    size = np.where(is_wide, m**2 / np.where(is_wide, v - m, 1.0), 1.0)
    found[some] = np.where(
        is_wide,
        scipy.stats.nbinom.ppf(tail, size, size / (size + m)),
        scipy.stats.poisson.ppf(tail, m),
    )
    return found


def _unknown(
    reason: str, recorded: FloatArray, age: IntArray, n_delays: int, n: int
) -> ReportingDelay:
    none = np.full(recorded.shape, np.nan)
    return ReportingDelay(
        reason=reason,
        recorded=recorded.astype(np.int64),
        completeness=none,
        low=none,
        high=none,
        expected=none,
        expected_low=none,
        expected_high=none,
        is_incomplete=np.asarray(age < n_delays - 1),
        by_delay=np.full(n_delays, np.nan),
        dispersion=None,
        n=n,
    )


__all__ = ["ReportingDelay", "reporting_delay"]
