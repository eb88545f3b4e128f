"""Areas that start at different times: effects without forbidden comparisons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

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
from convive.core.evaluation.staggered_panel import (
    FEW_TREATED,
    NEVER,
    Cohorts,
    Data,
    Effect,
    Scale,
    StaggeredPanel,
    StaggeredRules,
    Window,
    build_cohorts,
    effect_over,
    read_panel,
    usual_window,
)
from convive.core.significance import monte_carlo_p

NO_COMPARISON = "STAGGERED_NO_COMPARISON"
NOT_STARTED = "STAGGERED_NOT_STARTED"
TOO_FEW = "STAGGERED_TOO_FEW"
MIN_COMPARISON = 5
MIN_EVENTS = 20
ALPHA = 0.05
MOST_EVENTS = 16
MISSING = 0.05
"""Share of area-periods since the start that may be missing untold."""
_PEAK_PERIODS = 12
_PEAK_Z = 1.645


@dataclass(frozen=True, slots=True)
class EventEffect:
    """The effect so long after the start (negative: before it)."""

    periods_since: int
    """First period of the stretch; it ends where the next begins."""
    value: float
    """Percent for counts, units of the outcome on the linear scale."""
    low: float
    high: float
    """Simultaneous band: all events at once at the level stated."""
    n_areas: int


@dataclass(frozen=True, slots=True)
class GroupTimeEffect:
    """The effect on the areas that started together, in one period."""

    start: int
    period: int
    value: float
    standard_error: float
    """On the log scale for counts; NaN where the cohort is a single area."""


@dataclass(frozen=True, slots=True)
class StaggeredResult:
    """Everything that is known of an action with several starts."""

    estimate: Estimate
    events: tuple[EventEffect, ...]
    p_before: float | None
    """Of all effects before the start together being none."""


def group_time_effects(
    panel: StaggeredPanel, rules: StaggeredRules | None = None
) -> tuple[GroupTimeEffect, ...]:
    """Return the effect on each cohort in each period, before its start too.

    Parameters
    ----------
    panel : StaggeredPanel
    rules : StaggeredRules, optional

    Raises
    ------
    MethodError
        EFFECT_SHAPE, EFFECT_NEGATIVE_COUNT, EFFECT_WEIGHTS.

    References
    ----------
    .. [1] Callaway, B. and Sant'Anna, P. H. C. (2021). Difference-in-differences with multiple
       time periods. Journal of Econometrics 225(2), 200-230.
    """
    data = read_panel(panel, rules or StaggeredRules())
    if data.cohorts.size == 0:
        return ()
    cohorts = build_cohorts(data, usual_window(data.rules))
    found = []
    for number, start in enumerate(cohorts.starts):
        for period in range(data.y.shape[1]):
            chosen = np.zeros((cohorts.starts.size, data.y.shape[1]), dtype=bool)
            chosen[number, period] = True
            effect = effect_over(data, cohorts, chosen)
            if effect is not None:
                error = effect.standard_error if effect.n_treated > 1 else float("nan")
                value = _shown(data, effect.value)
                found.append(GroupTimeEffect(int(start), period, value, error))
    return tuple(found)


def staggered_effect(
    panel: StaggeredPanel,
    rng: np.random.Generator,
    rules: StaggeredRules | None = None,
    *,
    level: float = 0.95,
    useful: float = -10.0,
    n_draws: int = 999,
) -> StaggeredResult:
    """Return the effect of an action that areas started at different times.

    Use it for counts or rates by area and period. Areas are compared only with areas that have
    not started; two-way fixed effects, which compare with areas that have, go wrong as soon as
    effects grow or fade.

    Parameters
    ----------
    panel : StaggeredPanel
    rng : numpy.random.Generator
        For the multiplier bootstrap of the simultaneous band and the joint test.
    rules : StaggeredRules, optional
        Counts against not-yet-treated areas and all time before by default.
    level : float, in (0, 1)
        Coverage of interval and band.
    useful : float, unit: percent (counts) or that of the outcome
        The smallest change worth having; negative where less is better.
    n_draws : int
        Bootstrap draws.

    Returns
    -------
    StaggeredResult
        Overall effect as `Estimate` (over all treated areas and their periods since the start),
        and the course of the effect since the start.

    Raises
    ------
    MethodError
        EFFECT_SHAPE, EFFECT_NEGATIVE_COUNT, EFFECT_WEIGHTS.

    References
    ----------
    .. [1] Callaway, B. and Sant'Anna, P. H. C. (2021). Difference-in-differences with multiple
       time periods. Journal of Econometrics 225(2), 200-230.
    .. [2] Wooldridge, J. M. (2023). Simple approaches to nonlinear difference-in-differences
       with panel data. Econometrics Journal 26(3), C31-C66.
    .. [3] Roth, J. (2022). Pretest with caution. American Economic Review: Insights 4(3).

    Examples
    --------
    >>> import numpy as np
    >>> counts = np.full((12, 24), 20)
    >>> counts[0, 10:], counts[1, 14:] = 10, 10
    >>> first = [10, 14] + [-1] * 10
    >>> found = staggered_effect(StaggeredPanel(counts, first), np.random.default_rng(1))
    >>> round(found.estimate.effect), round(found.estimate.avoided)
    (-50, 240)
    """
    data = read_panel(panel, rules or StaggeredRules())
    seen = _seen(data)
    reason = _reason(data)
    if reason is not None:
        return _no_answer(reason, seen, level)
    cohorts = build_cohorts(data, usual_window(data.rules))
    since = _since(data, cohorts)
    effect = effect_over(data, cohorts, since >= 0)
    reason = _reason_against(data, effect)
    if effect is None or reason is not None:
        return _no_answer(reason or TOO_FEW, seen, level)
    found = _events(data, cohorts, since)
    critical, p_before = _joint(found, rng, level, n_draws)
    checks = _checks(data, effect, p_before)
    estimate = _estimate(data, effect, seen, level)
    estimate = replace(estimate, checks=checks)
    estimate = replace(estimate, verdict=verdict_on(estimate, useful=useful))
    return StaggeredResult(estimate, _band(data, found, critical), p_before)


def _no_answer(reason: str, seen: Seen, level: float) -> StaggeredResult:
    """Return why there is no effect."""
    return StaggeredResult(cannot_say(Design.STAGGERED, reason, seen, coverage=level), (), None)


def _seen(data: Data) -> Seen:
    """Return how much there is to go by."""
    is_treated = data.first != NEVER
    period = np.arange(data.y.shape[1])
    after = (period[None, :] >= data.first[:, None]) & is_treated[:, None]
    before = ~after & is_treated[:, None]
    is_counts = data.rules.scale is Scale.COUNTS
    values = np.nan_to_num(data.y) if is_counts else np.isfinite(data.y)
    starts = data.first[is_treated]
    return Seen(
        n_before=int(values[before].sum()),
        n_after=int(values[after].sum()),
        n_treated=int(is_treated.sum()),
        n_comparison=int((~is_treated).sum()),
        periods_before=int(starts.min(initial=data.y.shape[1])),
        periods_after=int((data.y.shape[1] - starts).max(initial=0)),
    )


def _reason(data: Data) -> str | None:
    """Return why nothing can be compared, or None."""
    if data.cohorts.size == 0:
        return NOT_STARTED
    if data.rules.scale is Scale.COUNTS and np.nansum(data.y) < MIN_EVENTS:
        return TOO_FEW
    is_never = data.first == NEVER
    return None if is_never.any() or data.cohorts.size > 1 else NO_COMPARISON


def _reason_against(data: Data, effect: Effect | None) -> str | None:
    """Return why an effect is not told, or None."""
    if effect is None or effect.n_comparison < 2:
        return NO_COMPARISON
    few = data.rules.scale is Scale.COUNTS and effect.expected < MIN_EVENTS
    return TOO_FEW if few else None


def _since(data: Data, cohorts: Cohorts) -> np.ndarray:
    """Return periods since the start, shape (n_cohorts, n_periods)."""
    return np.arange(data.y.shape[1])[None, :] - cohorts.starts[:, None]


def _events(data: Data, cohorts: Cohorts, since: np.ndarray) -> dict[int, Effect]:
    """Return the effect by time since the start, of stretches that half of the areas share.

    Long panels are told in stretches of several periods: a single month of a single area says
    nothing, and dozens of them at once less.
    """
    width = (data.y.shape[1] - 1) // MOST_EVENTS + 1
    found: dict[int, Effect] = {}
    for e in range(int(since.min()) // width * width, int(since.max()) + 1, width):
        effect = effect_over(data, cohorts, (since >= e) & (since < e + width))
        if effect is not None and 2 * effect.n_treated >= int((data.first > 0).sum()):
            found[e] = effect
    return found


def _joint(
    found: dict[int, Effect], rng: np.random.Generator, level: float, n_draws: int
) -> tuple[float, float | None]:
    """Return the critical value of the band (in normal units) and the joint p before."""
    influence = np.column_stack([one.influence for one in found.values()])
    size = np.sqrt((influence**2).sum(axis=0))
    signs = rng.choice([-1.0, 1.0], size=(n_draws, influence.shape[0]))
    drawn = np.abs(signs @ influence) / np.maximum(size, 1e-300)
    critical = max(float(np.quantile(drawn.max(axis=1), level)), float(ndtri(0.5 + level / 2.0)))
    before = np.array([e < 0 for e in found])
    few = min(one.n_treated for one in found.values()) < FEW_TREATED
    if few:  # a handful of areas does not show the tails that they have
        critical = max(critical, float(-ndtri((1.0 - level) / 2.0 / len(found))))
    if not before.any():
        return critical, None
    z = [_normal(one) for e, one in found.items() if e < 0]
    p = float(monte_carlo_p(drawn[:, before].max(axis=1), max(z), alternative="greater"))
    if few:
        p = max(p, min(1.0, len(z) * min(one.p for e, one in found.items() if e < 0)))
    return critical, p


def _normal(effect: Effect) -> float:
    """Return the size of the t statistic in normal units."""
    t = abs(effect.value / effect.standard_error)
    return float(-ndtri(max(float(stdtr(effect.df, -t)), 1e-300)))


def _band(data: Data, found: dict[int, Effect], critical: float) -> tuple[EventEffect, ...]:
    """Return effects since the start with their simultaneous band."""
    tail = 1.0 - float(ndtr(critical))
    events = []
    for since, one in found.items():
        reach = float(stdtrit(one.df, 1.0 - tail)) * one.standard_error
        value, low, high = (_shown(data, one.value + step) for step in (0.0, -reach, reach))
        events.append(EventEffect(since, value, low, high, one.n_treated))
    return tuple(events)


def _estimate(data: Data, effect: Effect, seen: Seen, level: float) -> Estimate:
    """Return the overall effect without checks."""
    low, high = effect.interval(level)
    is_counts = data.rules.scale is Scale.COUNTS
    spared = [effect.seen * float(np.expm1(min(-v, 25.0))) for v in (effect.value, high, low)]
    return Estimate(
        design=Design.STAGGERED,
        reason=None,
        effect=_shown(data, effect.value),
        low=_shown(data, low),
        high=_shown(data, high),
        coverage=level,
        p=effect.p,
        avoided=spared[0] if is_counts else None,
        avoided_low=spared[1] if is_counts else None,
        avoided_high=spared[2] if is_counts else None,
        seen=seen,
    )


def _shown(data: Data, value: float) -> float:
    """Return an effect as a percentage for counts."""
    return 100.0 * float(np.expm1(min(value, 25.0))) if data.rules.scale is Scale.COUNTS else value


def _checks(data: Data, effect: Effect, p_before: float | None) -> tuple[Check, ...]:
    """Look at every assumption that the panel can speak to."""
    is_treated = data.first > 0
    after = (np.arange(data.y.shape[1]) >= data.first[:, None]) & is_treated[:, None]
    missing = float((after & ~np.isfinite(data.y)).sum()) / max(int(after.sum()), 1)
    areas = int(np.unique(data.cluster[is_treated]).size)
    early = int(((data.first >= 0) & (data.first <= data.rules.anticipation)).sum())
    compared = effect.n_comparison
    return (
        _parallel(data, effect, p_before),
        _peak(data),
        decisive("few_comparison", passed_if(compared >= MIN_COMPARISON), areas=compared),
        told("few_treated", passed_if(areas >= FEW_TREATED), areas=areas),
        told("composition", passed_if(missing <= MISSING), percent=100.0 * missing),
        told("already_started", passed_if(early == 0), areas=early),
    )


def _parallel(data: Data, effect: Effect, p_before: float | None) -> Check:
    """Return whether groups parted before, jointly and between halves of the time before."""

    def halves(start: int) -> tuple[int, int]:
        return 0, (start - data.rules.anticipation) // 2

    placebo = _placebo(data, halves, lambda start: start - data.rules.anticipation)
    if placebo is None:
        return decisive("parallel_before", CheckOutcome.CANNOT_TELL, p=p_before)
    low, high = placebo.interval(0.95)
    outcome = CheckOutcome.CANNOT_TELL
    if min(placebo.p, 1.0 if p_before is None else p_before) <= ALPHA / 2.0:
        outcome = CheckOutcome.FAILED
    elif max(-low, high) < abs(effect.value):
        outcome = CheckOutcome.PASSED  # a parting as large as the effect would have been seen
    return decisive("parallel_before", outcome, p=p_before)


def _peak(data: Data) -> Check:
    """Return whether the treated areas stood high just before their starts."""

    def earlier(start: int) -> tuple[int, int]:
        last = start - data.rules.anticipation
        return 0, max(last - _PEAK_PERIODS, last // 2)

    rise = _placebo(data, earlier, lambda start: start - data.rules.anticipation)
    if rise is None:
        return told("chosen_at_peak", CheckOutcome.CANNOT_TELL, left_out=data.rules.anticipation)
    is_peak = rise.value > _PEAK_Z * rise.standard_error
    return decisive("chosen_at_peak", passed_if(not is_peak), left_out=data.rules.anticipation)


def _placebo(data: Data, window: Window, end: Callable[[int], int]) -> Effect | None:
    """Return the "effect" from the end of an earlier window to the end of the time before."""
    usable = np.array([start for start in data.cohorts if window(int(start))[1] >= 1])
    if usable.size == 0:
        return None
    cohorts = build_cohorts(data, window)
    period = np.arange(data.y.shape[1])[None, :]
    first = np.array([window(int(start))[1] for start in cohorts.starts])[:, None]
    last = np.array([end(int(start)) for start in cohorts.starts])[:, None]
    return effect_over(data, cohorts, (period >= first) & (period < last) & (first > 0))
