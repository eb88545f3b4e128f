"""What the chooser of designs needs to know of a plan, from the counts that are kept."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import numpy as np

from convive.app.evaluation.asked import asked_days
from convive.app.evaluation.counts import counted_areas, safe_panel
from convive.app.ports import RestrictedStore
from convive.app.rounding import to_base
from convive.core.evaluation.chooser import StudyFacts
from convive.core.evaluation.panel import CountPanel
from convive.core.evaluation.study import Study
from convive.core.evaluation.study_window import Window, cut, first_whole_month, planned_end
from convive.core.model import DisclosureRule

ROUNDED = 10
"""Incidents: what is told of a plan before its answer."""


def facts_of(
    store: RestrictedStore,
    study: Study,
    *,
    rule: DisclosureRule,
    surveyed: Collection[date] = (),
    actor: str,
) -> StudyFacts:
    """Return what there is for a plan: months, areas, incidents about, breaks, survey waves.

    Parameters
    ----------
    surveyed : collection of date
        Days of survey waves that will ask for the outcome, beside those that the audit has.
    """
    primary = study.primary
    with store.session(actor=actor, purpose="evaluation", read_only=True) as session:
        panel = (
            None
            if primary is None
            else safe_panel(session, primary.indicator_id, study.level, rule=rule)
        )
        areas = counted_areas(session, study.level)
        asked = () if primary is None else asked_days(session, primary.indicator_id)
    if panel is None or primary is None:
        return _without_counts(study, len(areas), {*asked, *surveyed})
    return facts_of_panel(study, panel)


def facts_of_panel(study: Study, panel: CountPanel) -> StudyFacts:
    """Return what the counts of the first outcome of a plan allow."""
    outcome = study.primary or study.outcomes[0]
    return _with_counts(study, cut(panel, study, outcome, until=planned_end(study)), panel)


def _without_counts(study: Study, n_areas: int, surveyed: Collection[date]) -> StudyFacts:
    return StudyFacts(
        has_counts=False,
        months_after=study.months_after,
        n_areas=n_areas,
        n_treated=len(study.treated),
        n_comparison=len(study.comparison),
        n_buffer=len(study.buffer),
        n_starts=_starts(study),
        chosen_months=study.chosen_months,
        waves_before=sum(1 for day in surveyed if day < study.starts_on),
        waves_after=sum(1 for day in surveyed if day >= study.starts_on),
        is_survey=bool(surveyed),
    )


def _with_counts(study: Study, window: Window, panel: CountPanel) -> StudyFacts:
    before = slice(0, window.start)
    seen = [window.panel.counts[list(rows), before] for rows in (window.treated, window.comparison)]
    return StudyFacts(
        months_before=min(window.start, len(window.panel.months)),
        months_after=study.months_after,
        n_areas=len(panel.areas),
        n_treated=len(study.treated),
        n_comparison=len(window.comparison),
        n_buffer=len(window.buffer),
        n_starts=_starts(study),
        n_before=to_base(int(np.nansum(seen[0])), ROUNDED),
        n_comparison_before=to_base(int(np.nansum(seen[1])), ROUNDED),
        chosen_months=study.chosen_months,
        breaks=len(window.panel.breaks),
        held_back=len(window.held_back),
    )


def _starts(study: Study) -> int:
    days = {study.starts_later.get(area, study.starts_on) for area in study.treated}
    return len({first_whole_month(day) for day in days}) or 1
