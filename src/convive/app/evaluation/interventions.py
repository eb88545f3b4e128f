"""Interventions that a pack names, as plans of an evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from convive.app.assess.effects import closest_indicator
from convive.app.evaluation.facts import facts_of_panel
from convive.core.errors import NotFoundError
from convive.core.evaluation.chooser import possible_designs
from convive.core.evaluation.estimate import Design
from convive.core.evaluation.panel import CountPanel
from convive.core.evaluation.study import Outcome, Split, Study
from convive.core.evaluation.study_window import add_months, first_whole_month
from convive.core.model import Indicator, Intervention

MONTHS_BEFORE = 36
"""Three years show a season."""
MOST_AFTER = 24


def outcome_of(
    action: Intervention, indicators: Mapping[str, Indicator], counted: Sequence[str]
) -> str:
    """Return the counted indicator that fits an intervention best.

    Raises
    ------
    NotFoundError
        STUDY_NOT_COUNTED.
    """
    known = [indicators[one] for one in counted if one in indicators]
    found = closest_indicator(action.categories, known)
    if found is None:
        raise NotFoundError("STUDY_NOT_COUNTED", action=action.id, level=action.level)
    return found.id


def study_of(action: Intervention, panel: CountPanel) -> Study:
    """Return the plan that an intervention stands for, with every design that is possible.

    Areas next to the treated ones are looked at for displacement and compared with nothing. It
    is waited for as many months as there are, at most two years: the plan comes after the fact,
    and its answer says so.
    """
    treated = tuple(area for area in panel.areas if area in action.areas)
    near = {
        panel.areas[other]
        for row in panel.rows(treated)
        for other in (panel.neighbours[row] if panel.neighbours else ())
    } - set(treated)
    wanted = action.comparison_areas or panel.areas
    bare = Study(
        action=f"action:{action.id}",
        outcomes=(Outcome(panel.indicator_id),),
        designs=(),
        level=panel.level,
        treated=treated,
        comparison=tuple(a for a in wanted if a not in near and a not in treated),
        starts_on=action.starts,
        buffer=tuple(area for area in panel.areas if area in near),
        months_before=MONTHS_BEFORE,
        months_after=_months_after(action, panel),
        splits=(Split.DAYPART, Split.AREA),
    )
    return replace(bare, designs=designs_for(bare, panel))


def designs_for(study: Study, panel: CountPanel) -> tuple[Design, ...]:
    """Return the designs that are possible, best first."""
    found = possible_designs(facts_of_panel(study, panel))
    return tuple(one.design for one in found if one.is_possible)


def _months_after(action: Intervention, panel: CountPanel) -> int:
    start = first_whole_month(action.starts)
    last = add_months(panel.months[-1], 1) if panel.months else start
    end = last if action.ends is None else min(last, add_months(action.ends, 0))
    return max(1, min(MOST_AFTER, _apart(start, end)))


def _apart(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month
