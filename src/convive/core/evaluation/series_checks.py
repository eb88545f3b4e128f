"""What an interrupted series takes for granted, looked at."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convive.core.evaluation.estimate import Check, CheckOutcome
from convive.core.evaluation.series_model import (
    Change,
    Series,
    change_columns,
    course_columns,
    judge_change,
    judge_last_column,
)
from convive.core.significance import two_sided_t_p
from convive.core.temporal.season import trend_columns

ALPHA = 0.05
MOST_MEMORY = 0.5
_BEND_ALPHA = 0.10
_PLACEBO_ALPHA = 0.20
"""Of all placebo starts; stricter than usual, from simulation of noise with a long memory."""
_PLACEBOS = 4
_FEWEST_BEFORE_PLACEBO = 12
_FEWEST_AFTER_PLACEBO = 6
_NEAR = 6
_YEARS_FOR_SEASON = 3
_PEAK_ALPHA = 0.10
"""Two-sided, so that a rise counts at 5 %."""
_ANY_PEAK_ALPHA = 0.7
"""Where nobody said how the place was chosen: found by simulation of the worst of 30 places."""


def checks_of(series: Series, found: Change, *, level: float) -> tuple[Check, ...]:
    """Return every check of a series and of the change that was found in it."""
    before = series.before()
    return (
        _season(series),
        _break_apart(series),
        _course_straight(before),
        _placebo_starts(before),
        _no_peak_before(before, found),
        _little_memory(found),
        _rests_on_one(series, found, level),
    )


def _check(
    code: str, *, is_fine: bool | None, is_decisive: bool = True, **params: float | None
) -> Check:
    """Return a check that passed or failed, or nobody can tell (None)."""
    outcome = CheckOutcome.PASSED if is_fine else CheckOutcome.FAILED
    outcome = CheckOutcome.CANNOT_TELL if is_fine is None else outcome
    return Check(f"series_{code}", outcome, is_decisive, params)


def _season(series: Series) -> Check:
    """With two years a season is known from two values each: enough to fit, not to trust."""
    years = int((~series.left_out[: series.plan.start]).sum()) / series.plan.period
    is_known = True if years >= _YEARS_FOR_SEASON else None
    return _check("season", is_fine=is_known, is_decisive=False, years=round(years, 1))


def _break_apart(series: Series) -> Check:
    """Tell whether recording changed so near the start that nobody can tell the two apart."""
    plan = series.plan
    distances = [abs(at - plan.start) for at in plan.breaks]
    after = [at for at in plan.breaks if at > plan.start]
    is_apart = min(distances, default=_NEAR) >= _NEAR and not after
    # A comparison that is recorded in the same way carries the break with it.
    is_fine = is_apart or series.others is not None
    nearest = min(distances, default=None)
    return _check("break", is_fine=is_fine, periods=nearest)


def _course_straight(before: Series) -> Check:
    """Tell whether the time before bends: a line carried on from it would miss."""
    bend = trend_columns(before.ours.size, 2)[:, 2:]
    _, p = judge_last_column(before, np.hstack([course_columns(before), bend]))
    return _check("course", is_fine=p > _BEND_ALPHA, p=p)


def _placebo_starts(before: Series) -> Check:
    """Tell whether starts at which nothing started show an effect too."""
    first, last = _FEWEST_BEFORE_PLACEBO, before.ours.size - _FEWEST_AFTER_PLACEBO
    starts = sorted({int(at) for at in np.linspace(first, last, _PLACEBOS)})
    smallest = min(_placebo(before, at)[1] for at in starts)
    is_fine = smallest > _PLACEBO_ALPHA / len(starts)
    return _check("placebo", is_fine=is_fine, starts=len(starts), smallest_p=smallest)


def _placebo(before: Series, at: int) -> tuple[float, float]:
    """Return size and p of a step at a period before the start."""
    plan = replace(before.plan, start=at, delay=0, ramp=0, has_slope=False)
    step = change_columns(before.ours.size, plan)
    return judge_last_column(before, np.hstack([course_columns(before), step]))


def _no_peak_before(before: Series, found: Change) -> Check:
    """Tell whether the last year stood above the course: a fall was to come anyway."""
    chosen_on = before.plan.chosen_on
    if chosen_on:
        return _check("peak", is_fine=True, is_decisive=False, p=None)
    at = before.ours.size - before.plan.period
    size, p = _placebo(before, max(at, _FEWEST_AFTER_PLACEBO))
    alpha = _ANY_PEAK_ALPHA if chosen_on is None else _PEAK_ALPHA
    is_fine = not (size > 0.0 and p <= alpha)
    return _check("peak", is_fine=is_fine, is_decisive=found.log_ratio < 0.0, p=p)


def _little_memory(found: Change) -> Check:
    """Tell whether the noise forgets fast enough for a few years to say anything."""
    memory = found.fit.memory.mean
    return _check("memory", is_fine=memory <= MOST_MEMORY, memory=memory)


def _rests_on_one(series: Series, found: Change, level: float) -> Check:
    """Tell whether the answer turns when the oddest period, if it is an outlier, is left out."""
    fit = found.fit
    half = fit.design * np.sqrt(fit.information)[:, None]
    leverage = np.einsum("ij,jk,ik->i", half, fit.covariance, half)
    spread = np.sqrt(max(1.0, fit.dispersion) * np.maximum(1.0 - leverage, 1e-6))
    odd = np.where(series.left_out, 0.0, fit.residuals / spread)
    at = int(np.argmax(np.abs(odd)))
    is_outlier = float(two_sided_t_p(odd[at], fit.memory.df)) * odd.size <= ALPHA
    if not is_outlier:
        return _check("outlier", is_fine=True, period=None)
    other = judge_change(series.without(at), level=level)
    is_fine = (other.p <= ALPHA) == (found.p <= ALPHA)
    return _check("outlier", is_fine=is_fine, period=at)
