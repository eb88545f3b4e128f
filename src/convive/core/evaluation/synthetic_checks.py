"""What speaks against a synthetic control: fit, donors, periods, placebos in time."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from convive.core.evaluation.checks import decisive, passed_if, told
from convive.core.evaluation.estimate import Check, CheckOutcome
from convive.core.evaluation.synthetic_fit import Paths
from convive.core.evaluation.synthetic_panel import Data, Mixture, SyntheticPanel
from convive.core.evaluation.synthetic_placebos import InSpace, WithoutDonor
from convive.core.evaluation.synthetic_ridge import extrapolated_share

ALPHA = 0.05
MIN_DONORS = 19
"""With fewer placebos no rank has a p-value of 0.05."""
FOR_EACH_TREATED = 4
"""Donors for each treated area; with fewer, placebo sets are much the same and ranks mislead."""
MIN_BEFORE = 12
MIN_PERIODS = 20
"""With fewer no stretch of periods has a p-value of 0.05."""
STRETCHES = 6
"""Into which the time before the start is cut, so that single periods do not decide."""
MOST_OUTSIDE = 0.4
"""Share of these stretches that may lie above or below every donor."""
MOST_MISSED = 0.5
"""Share of the variation before the start that the mixture may leave unexplained."""
HALF = 0.5
"""Of the effect that must be left without any single donor."""
MUCH_OUTSIDE = 0.2
"""Share of weight below 0 from which it is told."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What was found besides the effect."""

    space: InSpace
    in_time: InSpace | None
    peak: InSpace | None
    """The year before the start against the time before it; None where the choice is known."""
    without: tuple[WithoutDonor, ...]
    p: float
    low: float
    high: float


def all_checks(panel: SyntheticPanel, data: Data, looks: Looks) -> tuple[Check, ...]:
    """Look at every assumption that the panel can speak to."""
    ours = looks.space.ours
    return (
        _fits(data, ours),
        _reach(data, ours),
        _donors(data, looks.space),
        _periods(data),
        _in_time(data, looks),
        _peak(panel, looks),
        _one_donor(ours, looks),
        *_breaks(panel),
        *_ridge(data, ours),
        *_scattered(data),
        *_left_out(data),
    )


def _fits(data: Data, ours: Paths) -> Check:
    """Return whether the mixture went the same way as the treated areas before the start.

    Gaps must stay small against the variation, or no larger than the jumps from one period to
    the next, which no mixture can foretell.
    """
    past = ours.seen[0, : data.start]
    missed = float((ours.gap[0, : data.start] ** 2).mean())
    variation = float(past.var())
    jumps = float((np.diff(past) ** 2).mean()) / 2.0
    is_good = missed <= MOST_MISSED * variation or missed <= 2.0 * jumps
    level = max(float(past.mean()), 1e-300)
    return decisive("synthetic_fit", passed_if(is_good), percent=100.0 * math.sqrt(missed) / level)


def _reach(data: Data, ours: Paths) -> Check:
    """Return whether the treated areas lie among the donors."""
    rates = (data.y / data.sizes(data.start)[:, None])[data.donors, : data.start]
    edges = np.linspace(0, data.start, STRETCHES + 1).astype(np.int64)[:-1]
    length = np.diff(np.append(edges, data.start))
    ours_by = np.add.reduceat(ours.seen[0, : data.start], edges) / length
    theirs_by = np.add.reduceat(rates, edges, axis=1) / length
    is_outside = (ours_by > theirs_by.max(axis=0)) | (ours_by < theirs_by.min(axis=0))
    outside = float(is_outside.mean())
    level, levels = ours.seen[0, : data.start].mean(), rates.mean(axis=1)
    is_level = data.rules.is_own_scale or levels.min() <= level <= levels.max()
    is_among = outside <= MOST_OUTSIDE and is_level
    say = decisive if data.rules.mixture is Mixture.CLASSIC else told
    return say("synthetic_reach", passed_if(is_among), percent=100.0 * outside)


def _donors(data: Data, space: InSpace) -> Check:
    """Return whether there are enough areas for a rank to say anything."""
    fewest = max(MIN_DONORS, FOR_EACH_TREATED * data.treated.size)
    is_enough = data.donors.size >= fewest and space.placebos.seen.shape[0] >= MIN_DONORS
    return decisive(
        "synthetic_donors", passed_if(is_enough), areas=int(data.donors.size), needed=fewest
    )


def _periods(data: Data) -> Check:
    """Return whether there are enough periods to mix by, and for a stretch to stand out."""
    is_enough = data.start >= MIN_BEFORE and data.n_periods >= MIN_PERIODS
    return decisive(
        "synthetic_periods", passed_if(is_enough), before=data.start, periods=data.n_periods
    )


def _in_time(data: Data, looks: Looks) -> Check:
    """Return whether a start at which nothing started shows no effect."""
    code, placebo = "synthetic_in_time", looks.in_time
    if placebo is None:
        return decisive(code, CheckOutcome.CANNOT_TELL, percent=None)
    kind = data.rules.statistic
    percent = float(placebo.ours.effect[0])
    if placebo.p(kind) <= ALPHA:
        return decisive(code, CheckOutcome.FAILED, percent=percent)
    reach = placebo.interval(kind, ALPHA)
    effect = abs(float(looks.space.ours.effect[0]))
    is_sharp = reach is not None and max(-reach[0], reach[1]) < effect
    outcome = CheckOutcome.PASSED if is_sharp else CheckOutcome.CANNOT_TELL
    return decisive(code, outcome, percent=percent)


def _peak(panel: SyntheticPanel, looks: Looks) -> Check:
    """Return whether the areas were chosen in a bad year, so that a fall was to come anyway."""
    code = "chosen_at_peak"
    if panel.chosen_periods is not None:
        return decisive(code, CheckOutcome.PASSED, left_out=panel.chosen_periods)
    if looks.peak is None:
        return decisive(code, CheckOutcome.FAILED, left_out=0)
    return decisive(code, passed_if(looks.peak.p_rise() > ALPHA), left_out=0)


def _one_donor(ours: Paths, looks: Looks) -> Check:
    """Return whether the effect holds without any single donor."""
    effect = float(ours.effect[0])
    left = [one.effect for one in looks.without]
    if not left:
        return decisive("synthetic_one_donor", CheckOutcome.CANNOT_TELL, percent=None)
    worst = min(left, key=lambda one: one * math.copysign(1.0, effect))
    holds = worst * math.copysign(1.0, effect) >= HALF * abs(effect)
    if looks.p > ALPHA:  # no effect hangs on anybody; the interval must not either
        holds = all(looks.low <= one <= looks.high for one in left)
    return decisive("synthetic_one_donor", passed_if(holds), percent=worst)


def _breaks(panel: SyntheticPanel) -> tuple[Check, ...]:
    """Return whether the way of recording changed in some areas only."""
    inside = sum(0 < one < np.shape(panel.outcome)[-1] for one in panel.uneven_breaks)
    return (decisive("uneven_break", CheckOutcome.FAILED, breaks=inside),) if inside else ()


def _ridge(data: Data, ours: Paths) -> tuple[Check, ...]:
    """Return how much of the weight lies outside of every mixture."""
    if data.rules.mixture is not Mixture.RIDGE:
        return ()
    share = extrapolated_share(ours.weights[0])
    outcome = passed_if(share <= MUCH_OUTSIDE)
    return (told("synthetic_extrapolation", outcome, percent=100.0 * share),)


def _scattered(data: Data) -> tuple[Check, ...]:
    """Return whether several treated areas are compared with areas as close together."""
    if data.treated.size == 1:
        return ()
    outcome = CheckOutcome.PASSED if data.place is not None else CheckOutcome.CANNOT_TELL
    return (told("synthetic_scattered", outcome, areas=int(data.treated.size)),)


def _left_out(data: Data) -> tuple[Check, ...]:
    """Return whether periods or areas were left out because figures are missing."""
    found = []
    if data.dropped_periods:
        months = data.dropped_periods
        found.append(told("missing_months", CheckOutcome.FAILED, months=months))
    if data.dropped_donors:
        areas = data.dropped_donors
        found.append(told("synthetic_left_out", CheckOutcome.FAILED, areas=areas))
    return tuple(found)
