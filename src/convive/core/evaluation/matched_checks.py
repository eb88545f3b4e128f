"""What a comparison with weighted small areas takes for granted, looked at."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from convive.core.evaluation.balance_weights import effective_number
from convive.core.evaluation.before_after import count_effect
from convive.core.evaluation.checks import decisive, passed_if, told
from convive.core.evaluation.estimate import Check, CheckOutcome
from convive.core.evaluation.matched_effects import (
    WORST_BALANCE,
    Judged,
    Ratios,
    Weighting,
    judge,
    placebo_ratios,
    ratios,
    treated_ratios,
    weigh,
)
from convive.core.evaluation.matched_panel import Areas, MatchedPanel, pieces_of
from convive.core.significance import two_sided_t_p

ALPHA = 0.05
LEAST_EFFECTIVE = 5.0
MOST_ON_ONE = 0.5
_SHORTEST_PLACEBO = 6
_SHORTEST_BASE = 12

Floats = NDArray[np.float64]


def common_checks(panel: MatchedPanel, areas: Areas, found: Weighting) -> tuple[Check, ...]:
    """Return the checks that all outcomes share."""
    effective, most = effective_number(found.weights), float(found.weights.max())
    before = float(np.abs(found.before).max(initial=0.0))
    breaks = len(panel.uneven_breaks)
    is_alike = passed_if(found.worst <= WORST_BALANCE)
    return (
        decisive("matched_balance", is_alike, before=before, after=found.worst),
        decisive("matched_effective", passed_if(effective >= LEAST_EFFECTIVE), areas=effective),
        decisive("matched_share", passed_if(most <= MOST_ON_ONE), percent=100.0 * most),
        _overlap(areas),
        _apart(areas),
        *((decisive("uneven_break", CheckOutcome.FAILED, breaks=breaks),) if breaks else ()),
        *((told("missing_months", CheckOutcome.FAILED, months=areas.dropped),) if areas.dropped else ()),
    )  # fmt: skip


def outcome_checks(
    panel: MatchedPanel, areas: Areas, found: tuple[Judged, Judged | None], at: int
) -> tuple[Check, ...]:
    """Return the checks of one outcome, `at` its place; `found` with the placebo in time."""
    return (_peak(panel, areas, at), _in_time(*found, at))


def _overlap(areas: Areas) -> Check:
    """Return whether areas as high and as low as the treated ones are among the others."""
    level = areas.y[:, :, : areas.start].mean(axis=2)
    others = level[:, areas.pool]
    ours = level[:, areas.treated]
    outside = (ours > others.max(axis=1, keepdims=True)) | (
        ours < others.min(axis=1, keepdims=True)
    )
    share = float(outside.any(axis=0).mean())
    outcome = CheckOutcome.CANNOT_TELL if share > 0 else CheckOutcome.PASSED
    outcome = CheckOutcome.FAILED if share > 0.5 else outcome
    return decisive("matched_overlap", outcome, percent=100.0 * share)


def _apart(areas: Areas) -> Check:
    """Return whether areas next to the treated ones are kept out of the comparison."""
    outcome = CheckOutcome.CANNOT_TELL if areas.near is None else CheckOutcome.PASSED
    return decisive("matched_apart", outcome, areas=int(areas.buffer.sum()))


def _peak(panel: MatchedPanel, areas: Areas, at: int) -> Check:
    """Return whether the areas were chosen in a bad year, so that a fall was to come anyway."""
    code = "chosen_at_peak"
    if panel.chosen_months is not None:
        return decisive(code, CheckOutcome.PASSED, left_out=panel.chosen_months)
    y = areas.y[at]
    ours = y[areas.treated].sum(axis=0, keepdims=True)
    is_peak = count_effect(ours, y[areas.pool], areas.start).was_chosen_at_peak
    return decisive(code, passed_if(is_peak is False), left_out=0)


def _in_time(judged: Judged, placebo: Judged | None, at: int) -> Check:
    """Return whether an earlier start, at which nothing started, shows an effect too."""
    code = "matched_placebo"
    if placebo is None:
        return decisive(code, CheckOutcome.CANNOT_TELL, percent=None)
    value, reach = float(placebo.value[at]), float(placebo.reach[at])
    outcome = CheckOutcome.CANNOT_TELL
    if placebo.p[at] <= ALPHA:
        outcome = CheckOutcome.FAILED
    elif abs(value) + reach < abs(float(judged.value[at])):
        outcome = CheckOutcome.PASSED  # a parting as large as the effect would have been seen
    return decisive(code, outcome, percent=100.0 * float(np.expm1(value)))


def in_time_placebo(
    areas: Areas, n_groups: int, rng: np.random.Generator, *, level: float
) -> Judged | None:
    """Return the "effect" of a start in the time before, balanced on what lay before that."""
    after = areas.y.shape[2] - areas.start
    length = min(after, areas.start // 3)
    start = areas.start - length
    if length < _SHORTEST_PLACEBO or start < _SHORTEST_BASE:
        return None
    earlier = areas.until(start)
    found = weigh(earlier)
    groups, others = placebo_ratios(earlier, found, n_groups, rng)
    if groups.shape[0] < 2:
        return None
    return judge(earlier, treated_ratios(earlier, found), others, level=level)


def ring_check(areas: Areas, found: Weighting, judged: Judged, at: int) -> Check:
    """Return whether incidents rose next door, against the same weighted areas."""
    ring = areas.buffer
    if not ring.any():
        return decisive("ring", CheckOutcome.CANNOT_TELL, percent=None)
    around: Ratios = ratios(areas, ring[None, :], found.weights[None, :])
    variance = around.poisson[at, 0] + judged.wander[at] * around.lump[at, 0]
    value, error = float(around.value[at, 0]), float(judged.scale[at] * np.sqrt(variance))
    after = areas.y[at, :, areas.start :].sum(axis=1)
    reach = float(judged.reach[at] / judged.error[at]) * error
    most_moved = after[ring].sum() * -np.expm1(-(value + reach))
    saved = after[areas.treated].sum() * np.expm1(-float(judged.value[at]))
    outcome = CheckOutcome.PASSED if most_moved < saved else CheckOutcome.CANNOT_TELL
    if value > 0 and float(two_sided_t_p(value / error, judged.df)) <= ALPHA:
        outcome = CheckOutcome.FAILED
    return decisive("ring", outcome, percent=100.0 * float(np.expm1(value)))


def pieces_check(areas: Areas, judged: Judged) -> Check:
    """Tell how many separate groups of the same size there are to compare with."""
    separate = judged.df + 1.0
    return told("matched_groups", passed_if(separate >= 10), groups=separate, pieces=len(pieces_of(areas)))  # fmt: skip
