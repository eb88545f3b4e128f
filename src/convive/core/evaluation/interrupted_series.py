"""Did one series change when an action started, beyond its trend, season and noise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.evaluation.estimate import Design, Estimate, Seen, cannot_say, verdict_on
from convive.core.evaluation.series_checks import checks_of
from convive.core.evaluation.series_model import Change, Series, SeriesPlan, judge_change

TOO_SHORT = "series_too_short"
TOO_FEW = "series_too_few"

FEWEST_BEFORE = 24
FEWEST_AFTER = 6
MIN_EVENTS = 20

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


def interrupted_series(
    counts: ArrayLike,
    plan: SeriesPlan,
    *,
    comparison: ArrayLike | None = None,
    exposure: ArrayLike | None = None,
    regressors: ArrayLike | None = None,
    level: float = 0.95,
) -> Estimate:
    """Return how far counts after a known start are from where the time before was heading.

    Use it for one series with two years or more before a start that was fixed before anybody
    looked at the counts. Without a comparison it cannot tell the action from anything else that
    happened in the same month; give the series of places without the action where there are any.

    Parameters
    ----------
    counts : array_like of float, shape (n,)
        Complete months (or weeks) in order; NaN where a period is missing.
    plan : SeriesPlan
        Start, season, form of the effect, recording breaks; laid down beforehand.
    comparison : array_like of float, shape (n,) or (n_series, n), optional
        The same periods where nothing was done; summed. What hits both alike, a recording
        break included, then cancels.
    exposure : array_like of float, shape (n,), optional
        What the counts are in proportion to (with a comparison: ours over theirs).
    regressors : array_like of float, shape (n, k), optional
        Other columns known beforehand, e.g. the number of holidays.
    level : float, in (0, 1)
        Coverage of the interval.

    Returns
    -------
    Estimate
        Effect in percent over the whole time after, avoided incidents, checks and verdict; or
        the reason series_too_short or series_too_few.

    Raises
    ------
    MethodError
        SERIES_SHAPE, SERIES_NEGATIVE_COUNT, SERIES_NO_EXPOSURE.

    Notes
    -----
    Quasi-Poisson model with line, season, breaks, regressors and the change that the plan
    names; with a comparison the quasi-binomial model of our share. The error is averaged over
    the AR(1) memories that the noise may have (`noise_memory`).

    References
    ----------
    .. [1] Bernal, J. L., Cummins, S. and Gasparrini, A. (2017). Interrupted time series
       regression for the evaluation of public health interventions: a tutorial.
       International Journal of Epidemiology 46(1), 348-355.
    .. [2] Schaffer, A. L., Dobbins, T. A. and Pearson, S.-A. (2021). Interrupted time series
       analysis using autoregressive integrated moving average (ARIMA) models. BMC Medical
       Research Methodology 21, 58.

    Examples
    --------
    >>> year = [40, 44, 50, 47, 41, 38, 36, 39, 45, 49, 46, 42]
    >>> after = [round(0.7 * count) for count in year]
    >>> found = interrupted_series(year * 4 + after * 2, SeriesPlan(start=48))
    >>> round(found.effect), found.verdict.value
    (-30, 'worked')
    """
    series = _read(counts, plan, (comparison, exposure, regressors))
    seen = _seen(series, comparison)
    reason = _reason_against(series, seen)
    if reason is not None:
        return cannot_say(Design.INTERRUPTED_SERIES, reason, seen, coverage=level)
    series = _with_half_an_event(series)
    found = judge_change(series, level=level)
    kept = ~series.left_out[plan.start :]
    estimate = _estimate(found, float(series.ours[plan.start :][kept].sum()), seen, level)
    estimate = replace(estimate, checks=checks_of(series, found, level=level))
    return replace(estimate, verdict=verdict_on(estimate, alpha=1.0 - level, useful=plan.useful))


def _read(
    counts: ArrayLike,
    plan: SeriesPlan,
    beside: tuple[ArrayLike | None, ArrayLike | None, ArrayLike | None],
) -> Series:
    """Check the arguments and return them as one series, missing periods marked."""
    ours = np.array(counts, dtype=np.float64)
    n = ours.size
    others = None if beside[0] is None else np.atleast_2d(np.asarray(beside[0], np.float64))
    per = np.ones(n) if beside[1] is None else np.asarray(beside[1], dtype=np.float64)
    columns = np.zeros((n, 0)) if beside[2] is None else np.asarray(beside[2], np.float64)
    columns = columns[:, None] if columns.ndim == 1 else columns
    is_askew = others is not None and others.shape[-1:] != (n,)
    if ours.ndim != 1 or is_askew or per.shape != (n,) or columns.shape[:1] != (n,):
        raise MethodError("SERIES_SHAPE", counts=ours.shape)
    if not 0 < plan.start < n or min(plan.period, plan.delay + 1, plan.ramp + 1) < 1:
        raise MethodError("SERIES_SHAPE", counts=ours.shape, start=plan.start)
    theirs = None if others is None else others.sum(axis=0)
    left_out = np.isnan(ours) | np.isnan(columns).any(axis=1)
    left_out |= False if theirs is None else np.isnan(theirs)
    known = [ours] if theirs is None else [ours, theirs]
    if any(np.isinf(one).any() or (one[~np.isnan(one)] < 0).any() for one in known):
        raise MethodError("SERIES_NEGATIVE_COUNT")
    if not (np.isfinite(per) & (per > 0)).all():
        raise MethodError("SERIES_NO_EXPOSURE")
    chosen_on = min(plan.chosen_on or 0, plan.start)
    left_out[plan.start - chosen_on : plan.start] = True
    filled = [np.where(left_out, _mean(one, left_out), one) for one in known]
    columns = np.where(np.isnan(columns), 0.0, columns)
    return Series(
        filled[0], None if theirs is None else filled[1], np.log(per), columns, left_out, plan
    )


def _mean(values: Floats, left_out: Booleans) -> float:
    """Return the mean of the periods that count; above 0, so that a logarithm exists."""
    return max(float(values[~left_out].mean()) if not left_out.all() else 1.0, 0.5)


def _seen(series: Series, comparison: ArrayLike | None) -> Seen:
    """Return what the series rests on, left-out periods aside."""
    start, kept = series.plan.start, ~series.left_out
    counts = np.where(kept, series.ours, 0.0)
    n_comparison = 0 if comparison is None else np.atleast_2d(np.asarray(comparison)).shape[0]
    return Seen(
        n_before=int(counts[:start].sum()),
        n_after=int(counts[start:].sum()),
        n_treated=1,
        n_comparison=n_comparison,
        periods_before=int(kept[:start].sum()),
        periods_after=int(kept[start:].sum()),
    )


def _reason_against(series: Series, seen: Seen) -> str | None:
    """Return why the series cannot be judged, or None."""
    period = series.plan.period
    if seen.periods_before < max(FEWEST_BEFORE, 2 * period):
        return TOO_SHORT
    lost = series.plan.delay + series.plan.ramp
    if seen.periods_after - lost < max(FEWEST_AFTER, period // 4):
        return TOO_SHORT
    kept = np.flatnonzero(~series.left_out)
    theirs = None if series.others is None else series.others[kept[kept < series.plan.start]].sum()
    if seen.n_before < MIN_EVENTS or (theirs is not None and theirs < MIN_EVENTS):
        return TOO_FEW
    return None


def _with_half_an_event(series: Series) -> Series:
    """Spread half an event over a time after without any, so that its logarithm is finite."""
    after = np.arange(series.ours.size) >= series.plan.start
    used = after & ~series.left_out
    if series.ours[used].sum() > 0:
        return series
    return replace(series, ours=np.where(used, 0.5 / used.sum(), series.ours))


def _estimate(found: Change, n_after: float, seen: Seen, level: float) -> Estimate:
    """Return the change in percent and in incidents."""
    ratios = np.exp(np.clip([found.log_ratio, found.low, found.high], -25.0, 25.0))
    effect, low, high = (100.0 * float(ratio - 1.0) for ratio in ratios)
    avoided, most, least = (n_after * float(1.0 / ratio - 1.0) for ratio in ratios)
    return Estimate(
        design=Design.INTERRUPTED_SERIES,
        reason=None,
        effect=effect,
        low=low,
        high=high,
        coverage=level,
        p=found.p,
        avoided=avoided,
        avoided_low=least,
        avoided_high=most,
        seen=seen,
    )
