"""Before and after with comparison areas: the effect with everything that speaks against it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.evaluation.before_after import (
    USEFUL_PERCENT,
    EffectResult,
    count_effect,
)
from convive.core.evaluation.checks import decisive, passed_if, told
from convive.core.evaluation.estimate import (
    Check,
    CheckOutcome,
    Design,
    Estimate,
    Seen,
    cannot_say,
    verdict_on,
)

ASSUMED_DRIFT = 0.1
"""Log change by which single areas part in a year or two where nothing was done."""
ALPHA = 0.05

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ControlledCounts:
    """Monthly counts with what is known about how the areas came to be treated."""

    treated: ArrayLike
    """Shape (n_treated, n_months); NaN is a month that nobody knows."""
    comparison: ArrayLike
    """Shape (n_comparison, n_months)."""
    start: int
    """Index of the first month with the action."""
    ring: ArrayLike | None = None
    """Areas next to the treated ones, shape (n_ring, n_months); part of neither group."""
    chosen_months: int | None = None
    """How many months before the start were looked at to choose the areas; 0 = the choice did
    not rest on counts, None = nobody knows."""
    are_neighbours: bool = True
    """Whether treated areas touch, so that they share what happens to them by chance."""
    uneven_breaks: tuple[int, ...] = ()
    """Months from which counts are recorded otherwise in some of the areas, not in all."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """What is compared: the known months without those that made the choice."""

    treated: Floats
    comparison: Floats
    ring: Floats | None
    start: int
    dropped: int
    """Months left out because a count is missing."""


def before_after_control(
    counts: ControlledCounts, *, level: float = 0.95, useful_percent: float = USEFUL_PERCENT
) -> Estimate:
    """Return the effect of an action on counts, against comparison areas, with its checks.

    Use it for an action with one start in known areas. Months in which any area has no count
    are left out for all; months whose counts decided the choice of the areas are left out too,
    as they stand high by chance.

    Parameters
    ----------
    counts : ControlledCounts
        Treated and comparison areas, and the areas next door where they were counted.
    level : float, in (0, 1)
        Coverage of the intervals.
    useful_percent : float, unit: percent
        The smallest fall worth having.

    Returns
    -------
    Estimate
        Effect in percent and avoided incidents. Checks: chosen_at_peak, choice_window,
        parallel_before, ring, few_areas, uneven_break, missing_months.

    Raises
    ------
    MethodError
        EFFECT_SHAPE, EFFECT_NEGATIVE_COUNT.

    Notes
    -----
    The effect is that of `count_effect`. Touching treated areas count as one, because what
    befalls one befalls its neighbours. With fewer than six areas the interval takes in that
    areas drift apart by a tenth. Avoided incidents are those seen, over the ratio, less those
    seen.

    References
    ----------
    .. [1] Linden, A. and Adams, J. L. (2011). Applying a propensity score-based weighting model
       to interrupted time series data. Journal of Evaluation in Clinical Practice 17, 1231-1238.
    .. [2] Roth, J. (2022). Pretest with caution: event-study estimates after testing for
       parallel trends. American Economic Review: Insights 4(3), 305-322.

    Examples
    --------
    >>> quiet = [[20] * 24] * 8
    >>> found = before_after_control(
    ...     ControlledCounts([[20] * 12 + [12] * 12], quiet, 12, chosen_months=0)
    ... )
    >>> round(found.effect), round(found.avoided), found.verdict.value
    (-40, 96, 'worked')
    """
    cut = _cut(counts)
    seen = _seen(cut, counts)
    result = _effect(cut, level=level, useful_percent=useful_percent)
    if result.reason is not None:
        return cannot_say(
            Design.BEFORE_AFTER_CONTROL, result.reason, seen, coverage=level, checks=_missing(cut)
        )
    after = max(float(cut.treated[:, cut.start :].sum()), 0.5)
    avoided = [_avoided(after, value) for value in (result.effect_percent, result.high, result.low)]
    estimate = Estimate(
        design=Design.BEFORE_AFTER_CONTROL,
        reason=None,
        effect=result.effect_percent,
        low=result.low,
        high=result.high,
        coverage=level,
        p=result.p,
        avoided=avoided[0],
        avoided_low=avoided[1],
        avoided_high=avoided[2],
        seen=seen,
        checks=_checks(counts, cut, result),
    )
    return replace(estimate, verdict=verdict_on(estimate, useful=useful_percent))


def _cut(counts: ControlledCounts) -> _Cut:
    """Return the months that can be compared."""
    treated = np.atleast_2d(np.asarray(counts.treated, dtype=np.float64))
    n_months = treated.shape[1]
    others = _table(counts.comparison, n_months)
    ring = None if counts.ring is None else _table(counts.ring, n_months)
    if not 0 < counts.start < n_months:
        raise MethodError("EFFECT_SHAPE", treated=treated.shape, start=counts.start)
    every = [treated, others] + ([] if ring is None else [ring])
    is_known = ~np.isnan(np.vstack(every)).any(axis=0)
    month = np.arange(n_months)
    decided = counts.start - (counts.chosen_months or 0)
    kept = is_known & ~((month >= decided) & (month < counts.start))
    if counts.are_neighbours:
        treated = treated.sum(axis=0, keepdims=True)
    return _Cut(
        treated=treated[:, kept],
        comparison=others[:, kept],
        ring=None if ring is None else ring[:, kept].sum(axis=0, keepdims=True),
        start=int(kept[: counts.start].sum()),
        dropped=int((~is_known).sum()),
    )


def _table(counts: ArrayLike, n_months: int) -> Floats:
    """Return counts by area and month, or refuse them."""
    table = np.asarray(counts, dtype=np.float64)
    table = table.reshape(0, n_months) if table.size == 0 else np.atleast_2d(table)
    if table.shape[1] != n_months:
        raise MethodError("EFFECT_SHAPE", expected=n_months, given=table.shape)
    return table


def _effect(cut: _Cut, *, level: float, useful_percent: float = USEFUL_PERCENT) -> EffectResult:
    """Return the effect; too little on either side of the start is a reason, not an error."""
    n_months = cut.treated.shape[1]
    if not 0 < cut.start < n_months:
        cut = replace(cut, treated=np.zeros((1, 2)), comparison=np.zeros((1, 2)), start=1)
    return count_effect(
        cut.treated,
        cut.comparison,
        cut.start,
        level=level,
        useful_percent=useful_percent,
        assumed_drift=ASSUMED_DRIFT,
    )


def _seen(cut: _Cut, counts: ControlledCounts) -> Seen:
    """Return how much the estimate rests on."""
    return Seen(
        n_before=int(cut.treated[:, : cut.start].sum()),
        n_after=int(cut.treated[:, cut.start :].sum()),
        n_treated=np.atleast_2d(np.asarray(counts.treated)).shape[0],
        n_comparison=cut.comparison.shape[0],
        periods_before=cut.start,
        periods_after=cut.treated.shape[1] - cut.start,
    )


def _avoided(after: float, percent: float | None) -> float:
    """Return incidents that an effect has spared, from those seen after the start."""
    return after / max(1.0 + (percent or 0.0) / 100.0, 1e-9) - after


def _checks(counts: ControlledCounts, cut: _Cut, result: EffectResult) -> tuple[Check, ...]:
    """Look at every assumption that the counts can speak to."""
    return (
        _peak(counts, result),
        *_choice(counts, result),
        _parallel(cut, result),
        _ring(cut, result),
        _areas(cut, result),
        *_breaks(counts),
        *_missing(cut),
    )


def _peak(counts: ControlledCounts, result: EffectResult) -> Check:
    """Return whether the areas were chosen in a bad year, so that a fall was to come anyway."""
    code = "chosen_at_peak"
    if counts.chosen_months is not None:
        return decisive(code, CheckOutcome.PASSED, left_out=counts.chosen_months)
    return decisive(code, passed_if(result.was_chosen_at_peak is False), left_out=0)


def _choice(counts: ControlledCounts, result: EffectResult) -> tuple[Check, ...]:
    """Return whether a rise holds when the months that made the choice count as time before."""
    if not counts.chosen_months:
        return ()
    whole = _effect(_cut(replace(counts, chosen_months=0)), level=0.95)
    is_rise, holds = (
        (one.p or 1.0) <= ALPHA and (one.effect_percent or 0.0) > 0 for one in (result, whole)
    )
    outcome = passed_if(holds or not is_rise)
    return (decisive("choice_window", outcome, percent=whole.effect_percent),)


def _parallel(cut: _Cut, result: EffectResult) -> Check:
    """Return whether the groups parted before the start, between two halves of that time."""
    before = replace(
        cut,
        treated=cut.treated[:, : cut.start],
        comparison=cut.comparison[:, : cut.start],
        start=cut.start // 2,
    )
    placebo = _effect(before, level=0.95)
    if placebo.p is None or placebo.low is None or placebo.high is None:
        return decisive("parallel_before", CheckOutcome.CANNOT_TELL, percent=None)
    outcome = CheckOutcome.CANNOT_TELL
    if placebo.p <= ALPHA:
        outcome = CheckOutcome.FAILED
    elif max(-placebo.low, placebo.high) < abs(result.effect_percent or 0.0):
        outcome = CheckOutcome.PASSED  # a difference as large as the effect would have been seen
    return decisive("parallel_before", outcome, percent=placebo.effect_percent)


def _ring(cut: _Cut, result: EffectResult) -> Check:
    """Return whether incidents rose next door."""
    around = None
    if cut.ring is not None:
        around = _effect(replace(cut, treated=cut.ring), level=0.95)
    if cut.ring is None or around is None or around.p is None or around.high is None:
        return decisive("ring", CheckOutcome.CANNOT_TELL, percent=None)
    most_moved = -_avoided(float(cut.ring[:, cut.start :].sum()), around.high)
    saved = _avoided(float(cut.treated[:, cut.start :].sum()), result.effect_percent)
    outcome = CheckOutcome.PASSED if most_moved < saved else CheckOutcome.CANNOT_TELL
    if around.p <= ALPHA and (around.effect_percent or 0.0) > 0:
        outcome = CheckOutcome.FAILED
    return decisive("ring", outcome, percent=around.effect_percent)


def _areas(cut: _Cut, result: EffectResult) -> Check:
    """Return whether there are enough areas to see how far areas part by themselves."""
    areas = cut.treated.shape[0] + cut.comparison.shape[0]
    return told(
        "few_areas", passed_if(result.is_clustered), areas=areas, drift=100.0 * ASSUMED_DRIFT
    )


def _breaks(counts: ControlledCounts) -> tuple[Check, ...]:
    """Return whether the way of recording changed in some areas only."""
    breaks = len(counts.uneven_breaks)
    return (decisive("uneven_break", CheckOutcome.FAILED, breaks=breaks),) if breaks else ()


def _missing(cut: _Cut) -> tuple[Check, ...]:
    """Return whether months were left out."""
    return (told("missing_months", CheckOutcome.FAILED, months=cut.dropped),) if cut.dropped else ()
