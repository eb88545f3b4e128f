"""Each design of a plan, run on the counts of the plan: the one list of who answers what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from convive.core.evaluation.before_after import MIN_EVENTS
from convive.core.evaluation.before_after_control import ControlledCounts, before_after_control
from convive.core.evaluation.displacement_rings import RingsResult, displacement_rings
from convive.core.evaluation.estimate import Design, Estimate, Seen, cannot_say, verdict_on
from convive.core.evaluation.interrupted_series import interrupted_series
from convive.core.evaluation.peak_choice import chosen_at_peak
from convive.core.evaluation.series_model import SeriesPlan
from convive.core.evaluation.staggered import staggered_effect
from convive.core.evaluation.staggered_panel import NEVER, StaggeredPanel, StaggeredRules
from convive.core.evaluation.study_window import Window, touching, uneven_breaks
from convive.core.evaluation.weighted_runners import dosed, matched, mixed

NEXT_DOOR = "next_door"
NOT_THERE = "study_design_not_there"
NOT_ASKED = "study_not_asked"
AREAS_UNKNOWN = "study_areas_unknown"
HELD_BACK = "study_held_back"
STARTS_DIFFER = "study_starts_differ"
NO_TIME = "study_no_time"
NO_BUFFER = "study_no_buffer"
NO_COUNTS = "study_no_counts"

Floats = NDArray[np.float64]
Runner = Callable[[Window, np.random.Generator], Estimate]


def run_design(design: Design, window: Window, rng: np.random.Generator) -> Estimate:
    """Return what a design says of an outcome; why not, where it cannot be used.

    The verdict is that of the plan: its level and its smallest change worth having.
    """
    reason = _reason_against(design, window)
    if reason is not None:
        return cannot_say(design, reason, _seen(window), coverage=window.level)
    return judged(RUNNERS[design](window, rng), window)


def judged(estimate: Estimate, window: Window) -> Estimate:
    """Return an estimate with the verdict at the level and usefulness of the plan."""
    verdict = verdict_on(estimate, alpha=1.0 - window.level, useful=window.outcome.useful)
    return replace(estimate, verdict=verdict)


def _reason_against(design: Design, window: Window) -> str | None:
    if design not in RUNNERS:
        return NOT_ASKED if design is Design.SURVEY_CHANGE else NOT_THERE
    if window.unknown or not window.treated:
        return AREAS_UNKNOWN
    if window.held_back:
        return HELD_BACK
    if not 0 < window.start < len(window.panel.months):
        return NO_TIME
    if not window.has_one_start and design not in MANY_STARTS:
        return STARTS_DIFFER
    return None


def _seen(window: Window) -> Seen:
    """Return what there would have been to go by."""
    before = window.panel.counts[list(window.treated), : window.start]
    after = window.panel.counts[list(window.treated), window.start :]
    return Seen(
        n_before=int(np.nansum(before)),
        n_after=int(np.nansum(after)),
        n_treated=len(window.treated),
        n_comparison=len(window.comparison),
        periods_before=min(window.start, len(window.panel.months)),
        periods_after=max(len(window.panel.months) - window.start, 0),
    )


def _controlled(window: Window) -> ControlledCounts:
    """Return the counts as comparisons take them; areas that touch count as one."""
    treated = np.vstack([window.table(one).sum(axis=0) for one in touching(window)])
    return ControlledCounts(
        treated=treated,
        comparison=window.table(window.comparison),
        start=window.start_in_table,
        ring=window.table(window.buffer) if window.buffer else None,
        chosen_months=_chosen(window),
        are_neighbours=False,
        uneven_breaks=uneven_breaks(window) or (),
    )


def _chosen(window: Window) -> int | None:
    """Return how many months made the choice; not more than there are before."""
    chosen = window.study.chosen_months
    return None if chosen is None else min(chosen, window.start_in_table)


def _told_of_all(estimate: Estimate, window: Window) -> Estimate:
    """Return the estimate with the number of areas, also of those taken together."""
    return replace(estimate, seen=replace(estimate.seen, n_treated=len(window.treated)))


def compared(window: Window, _rng: np.random.Generator) -> Estimate:
    """Run `before_after_control`."""
    found = before_after_control(
        _controlled(window), level=window.level, useful_percent=window.outcome.useful
    )
    return _told_of_all(found, window)


def rings_of(window: Window) -> RingsResult | None:
    """Return what happened next door; None where the plan has no areas there, or no time."""
    if not window.buffer or _reason_against(Design.DISPLACEMENT_DIFFERENCE, window):
        return None
    return displacement_rings(
        _controlled(window),
        {NEXT_DOOR: window.table(window.buffer)},
        level=window.level,
        useful_percent=window.outcome.useful,
    )


def displaced(window: Window, _rng: np.random.Generator) -> Estimate:
    """Run `displacement_rings` and take the treated areas with the check of the ring."""
    found = rings_of(window)
    if found is None:
        return cannot_say(
            Design.DISPLACEMENT_DIFFERENCE, NO_BUFFER, _seen(window), coverage=window.level
        )
    return _told_of_all(found.treated, window)


def series(window: Window, _rng: np.random.Generator) -> Estimate:
    """Run `interrupted_series` on the sum of the areas, beside that of the comparison areas."""
    ours = window.panel.counts[list(window.treated)].sum(axis=0)
    others = window.panel.counts[list(window.comparison)].sum(axis=0)
    n_compared = np.nansum(others[: window.start]) if window.comparison else 0.0
    plan = SeriesPlan(
        start=window.start,
        breaks=window.panel.breaks,
        chosen_on=window.study.chosen_months,
        useful=window.outcome.useful,
    )
    found = interrupted_series(
        ours, plan, comparison=others if n_compared >= MIN_EVENTS else None, level=window.level
    )
    seen = replace(found.seen, n_comparison=len(window.comparison) if n_compared else 0)
    return _told_of_all(replace(found, seen=seen), window)


def staggered(window: Window, rng: np.random.Generator) -> Estimate:
    """Run `staggered_effect`; comparison areas never start."""
    rows = [*window.treated, *window.comparison]
    first = [*window.starts, *([NEVER] * len(window.comparison))]
    n_months = len(window.panel.months)
    first = [NEVER if column >= n_months else column for column in first]
    found = staggered_effect(
        StaggeredPanel(window.panel.counts[rows], first),
        rng,
        StaggeredRules(anticipation=window.study.chosen_months or 0),
        level=window.level,
        useful=window.outcome.useful,
    )
    return found.estimate


def at_peak(window: Window, rng: np.random.Generator) -> Estimate:
    """Run `chosen_at_peak` over all areas of the level but those next door."""
    aside = {*window.buffer, *window.panel.rows(window.study.treated)} - {*window.treated}
    rows = [row for row in range(len(window.panel.areas)) if row not in aside]
    table, start = window.table(rows), window.start_in_table
    chosen = _chosen(window) or start
    found = chosen_at_peak(
        table[:, start - chosen : start].sum(axis=1),
        table[:, start:].sum(axis=1),
        np.isin(rows, window.treated),
        rng=rng,
        exposure=np.array([[chosen] * len(rows), [table.shape[1] - start] * len(rows)]),
        level=window.level,
    )
    return found.estimate


MANY_STARTS = frozenset({Design.STAGGERED, Design.DOSE})
"""Designs that take areas with different starts."""
RUNNERS: dict[Design, Runner] = {
    Design.BEFORE_AFTER_CONTROL: compared,
    Design.DISPLACEMENT_DIFFERENCE: displaced,
    Design.INTERRUPTED_SERIES: series,
    Design.STAGGERED: staggered,
    Design.CHOSEN_AT_PEAK: at_peak,
    Design.SYNTHETIC_CONTROL: mixed,
    Design.MATCHED_AREAS: matched,
    Design.DOSE: dosed,
}
"""A design that is not here says so; another is added as one line."""
BUILT_IN = frozenset({*RUNNERS, Design.SURVEY_CHANGE})
"""Designs that a plan can be answered by; answers of surveys are not counts (`survey_study`)."""
