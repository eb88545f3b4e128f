"""The smallest effect that an evaluation will be able to tell, before anything is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from convive.core.evaluation.before_after import MIN_EVENTS, MIN_MONTHS
from convive.core.evaluation.detectable_designs import (
    ErrorAt,
    Windows,
    areas_error,
    series_error,
    smallest_found,
    weighted_error,
)
from convive.core.evaluation.estimate import Design
from convive.core.evaluation.history import History, Known, read_history
from convive.core.survey.planning import Assumptions, detectable_difference

NO_COMPARISON = "detectable_no_comparison"
FEW_AREAS = "detectable_few_areas"
SHORT_HISTORY = "detectable_short_history"
SHORT_AFTER = "detectable_short_after"
FEW_INCIDENTS = "detectable_few_incidents"
NO_RING = "detectable_no_ring"
NEVER = "detectable_never"
NOT_THIS = "detectable_not_this_design"

LONGEST = 60
"""Months after the start that are looked at; nobody waits longer."""
MOST_AREAS = 60
_SERIES_BEFORE = 24
_RANKED_AREAS = 20
_STEPS = (6, 9, 12, 15, 18, 24, 30, 36, 48, 60)


class Basis(StrEnum):
    """Where the answer comes from."""

    FORMULA = "formula"
    SIMULATED = "simulated"
    """From counts of the town with effects put into them."""


@dataclass(frozen=True, slots=True)
class DetectPlan:
    """How an evaluation is planned."""

    design: Design
    months_after: int = 12
    months_before: int | None = None
    """None is the whole history."""
    starts_over: int = 0
    """Months over which areas start one after the other; for staggered starts."""
    alpha: float = 0.05
    power: float = 0.8
    useful: float = -10.0
    """Percent: the smallest fall worth having."""


@dataclass(frozen=True, slots=True)
class Detectable:
    """What will be told apart from chance."""

    design: Design
    percent: float | None
    """The smallest fall found with the power, negative; for a survey in percentage points."""
    power: float
    avoided_per_year: float | None
    """Incidents that such a fall spares in a year."""
    months_needed: int | None
    """Months after the start until a useful fall is found; None: not within five years."""
    reason: str | None
    """Why nothing can be found, as a code."""
    areas_needed: int | None = None
    """Treated areas like these until a useful fall is found; None: not with sixty."""
    basis: Basis = Basis.FORMULA
    is_enough: bool = False
    """Whether a useful fall will be found."""

    @property
    def params(self) -> dict[str, float | int | None]:
        """Values for the sentences ``evaluation.detectable.…``; the power in percent."""
        spared = self.avoided_per_year
        return {
            "percent": self.percent,
            "power": 100.0 * self.power,
            "incidents": None if spared is None else round(spared),
            "months": self.months_needed,
            "areas": self.areas_needed,
        }


def detectable_effect(plan: DetectPlan, history: History) -> Detectable:
    """Return the smallest fall that a planned evaluation will find, by formula, at once.

    Use it while an action is being planned: an evaluation that can only find a fall by one half
    is not worth its cost. The answer supposes that the time to come is as restless as the
    history; `simulated_effect` checks it on the counts themselves.

    Parameters
    ----------
    plan : DetectPlan
    history : History
        Counts before the action.

    Returns
    -------
    Detectable
        Or the reason why nothing can be found: codes detectable_….

    Raises
    ------
    MethodError
        EFFECT_SHAPE, EFFECT_NEGATIVE_COUNT.

    Notes
    -----
    Found means: p at most `alpha`, and fewer. A decisive check that fails can still silence the
    answer afterwards. Fall = (critical value + normal quantile of the power) × standard error,
    the error that of the design with Poisson chance, months that vary more, and areas that drift.

    References
    ----------
    .. [1] Bloom, H. S. (1995). Minimum detectable effects: a simple way to report the
       statistical power of experimental designs. Evaluation Review 19(5), 547-556.

    Examples
    --------
    >>> import numpy as np
    >>> counts = np.random.default_rng(1).poisson(30, (20, 48))
    >>> found = detectable_effect(
    ...     DetectPlan(Design.BEFORE_AFTER_CONTROL, months_after=24), History(counts, [0])
    ... )
    >>> -20 < found.percent < -5
    True
    """
    known = read_history(history)
    found = detect(plan, known)
    if found.reason is not None and found.reason not in {NEVER, SHORT_AFTER}:
        return found
    months = None if found.is_enough else _months_needed(plan, known)
    areas = None if found.is_enough else _areas_needed(plan, known)
    if found.is_enough:
        months, areas = plan.months_after, known.n_treated
    return replace(found, months_needed=months, areas_needed=areas)


def detectable_curve(
    plan: DetectPlan, history: History, months: Sequence[int] = _STEPS
) -> tuple[tuple[int, float | None], ...]:
    """Return the smallest fall found, in percent, by months after the start.

    Errors as for `detectable_effect`; None where nothing can be found so early.
    """
    known = read_history(history)
    return tuple((n, detect(replace(plan, months_after=int(n)), known).percent) for n in months)


def detectable_survey(
    share: float,
    n: tuple[int, int],
    n_comparison: tuple[int, int] | None = None,
    *,
    useful: float = -10.0,
    assumptions: Assumptions | None = None,
) -> Detectable:
    """Return the smallest fall of a share, in percentage points, between two survey waves.

    Parameters
    ----------
    share : float, in (0, 1)
        In the first wave.
    n : (first wave, second wave)
        Interviews in the treated areas.
    n_comparison : (first wave, second wave), optional
        In comparison areas; both changes are then held against each other.
    useful : float, unit: percentage points
    assumptions : Assumptions, optional
        Level, power and design effect.

    Raises
    ------
    MethodError
        PLAN_SHARE, PLAN_SIZE, PLAN_ASSUMPTION.

    Examples
    --------
    >>> round(detectable_survey(0.4, (400, 400)).percent, 1)
    -9.5
    """
    known = assumptions or Assumptions()
    # A fall of a share is a rise of those who do not say so.
    rise = float(detectable_difference(1.0 - share, n[0], n[1], assumptions=known))
    if n_comparison is not None:
        inverse = [sum(1.0 / size for size in waves) for waves in (n, n_comparison)]
        rise *= float(np.sqrt(sum(inverse) / inverse[0]))
    is_found = bool(np.isfinite(rise)) and rise < share
    percent = -100.0 * rise if is_found else None
    return Detectable(
        Design.SURVEY_CHANGE,
        percent,
        known.power,
        None,
        None,
        None if is_found else NEVER,
        is_enough=percent is not None and percent >= -abs(useful),
    )


def detect(plan: DetectPlan, known: Known) -> Detectable:
    """Return the smallest fall for a plan as it is, without what more would be needed."""
    nothing = Detectable(plan.design, None, plan.power, None, None, None)
    reason = reason_against(plan, known)
    if reason is not None:
        return replace(nothing, reason=reason)
    log_ratio = smallest_found(error_of(plan, known), plan.power)
    return described(plan, known, log_ratio)


def described(plan: DetectPlan, known: Known, log_ratio: float | None) -> Detectable:
    """Return a log ratio over treated areas (and ring) as a fall of the treated areas."""
    nothing = Detectable(plan.design, None, plan.power, None, None, NEVER)
    if log_ratio is None:
        return nothing
    share = float(np.expm1(log_ratio)) * _dilution(plan, known)
    if share <= -1.0:
        return nothing
    a_year = 12.0 * known.treated.sum() / known.months
    return replace(
        nothing,
        percent=100.0 * share,
        avoided_per_year=float(-share * a_year),
        reason=None,
        is_enough=100.0 * share >= -abs(plan.useful),
    )


def windows_of(plan: DetectPlan, known: Known) -> Windows:
    """Return months before and after as the mean treated area has them."""
    before = known.months if plan.months_before is None else plan.months_before
    late = plan.starts_over / 2.0 if plan.design is Design.STAGGERED else 0.0
    return Windows(before + late, plan.months_after - late, plan.alpha)


def error_of(plan: DetectPlan, known: Known) -> ErrorAt:
    """Return the error of a design."""
    windows = windows_of(plan, known)
    if plan.design is Design.INTERRUPTED_SERIES:
        return series_error(known, windows)
    if plan.design in {Design.SYNTHETIC_CONTROL, Design.MATCHED_AREAS}:
        return weighted_error(known, windows)
    if plan.design is Design.DISPLACEMENT_DIFFERENCE:
        return areas_error(with_ring(known), windows)
    if plan.design is Design.STAGGERED:
        return areas_error(replace(known, are_neighbours=False), windows)
    return areas_error(known, windows)


def with_ring(known: Known) -> Known:
    """Return treated areas and ring as one, so that what only moved is no effect."""
    return replace(known, treated=np.vstack([known.treated, known.ring]), are_neighbours=True)


def _dilution(plan: DetectPlan, known: Known) -> float:
    """Return by how much a fall must be larger in the treated areas than with the ring."""
    if plan.design is not Design.DISPLACEMENT_DIFFERENCE:
        return 1.0
    ours = max(float(known.treated.sum()), 0.5)
    return float((ours + known.ring.sum()) / ours)


def reason_against(plan: DetectPlan, known: Known) -> str | None:
    """Return why a design can find nothing at all, or None."""
    is_series = plan.design is Design.INTERRUPTED_SERIES
    windows = windows_of(plan, known)
    if plan.design in {Design.CHOSEN_AT_PEAK, Design.DOSE, Design.SURVEY_CHANGE}:
        return NOT_THIS
    reason = None if is_series else _areas_against(plan, known)
    if reason is not None:
        return reason
    if min(known.months, windows.before) < (_SERIES_BEFORE if is_series else 2 * MIN_MONTHS):
        return SHORT_HISTORY
    if windows.after < MIN_MONTHS:
        return SHORT_AFTER
    few = known.treated.sum() < MIN_EVENTS
    return FEW_INCIDENTS if few or (not is_series and known.comparison.sum() < MIN_EVENTS) else None


def _areas_against(plan: DetectPlan, known: Known) -> str | None:
    """Return why areas are too few for a design, or None."""
    if known.n_comparison == 0:
        return NO_COMPARISON
    if plan.design is Design.DISPLACEMENT_DIFFERENCE and known.ring.size == 0:
        return NO_RING
    if plan.design in {Design.SYNTHETIC_CONTROL, Design.MATCHED_AREAS}:
        return FEW_AREAS if known.n_comparison < _RANKED_AREAS else None
    return FEW_AREAS if plan.design is Design.STAGGERED and known.n_comparison < 5 else None


def _months_needed(plan: DetectPlan, known: Known) -> int | None:
    """Return after how many months a useful fall is found; more may not help where areas drift."""

    def is_found(months: int) -> bool:
        return detect(replace(plan, months_after=months), known).is_enough

    later = [n for n in _STEPS if n > plan.months_after]
    first = next((n for n in later if is_found(n)), None)
    if first is None:
        return None
    earlier = max([plan.months_after, *(n for n in _STEPS if n < first)])
    return _first(is_found, earlier + 1, first)


def _areas_needed(plan: DetectPlan, known: Known) -> int | None:
    """Return with how many treated areas like these a useful fall is found."""
    if plan.design not in {Design.BEFORE_AFTER_CONTROL, Design.STAGGERED}:
        return None
    apart = replace(known, are_neighbours=False)
    windows = windows_of(plan, known)

    def is_found(areas: int) -> bool:
        log_ratio = smallest_found(areas_error(apart, windows, areas), plan.power)
        return described(plan, known, log_ratio).is_enough

    if windows.after < MIN_MONTHS or not is_found(MOST_AREAS):
        return None
    return _first(is_found, known.n_treated + 1, MOST_AREAS)


def _first(is_found: Callable[[int], bool], low: int, high: int) -> int:
    """Return the first number from `low` to `high` at which something is found; `high` is one."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if is_found(middle) else (middle + 1, high)
    return high
