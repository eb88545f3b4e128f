"""What the evidence of the town makes possible, and what it says: asked of the pack, kept while it is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from convive.core.errors import ConflictError, ConviveError, MethodError
from convive.core.evaluation.answer import Possible
from convive.core.evaluation.chooser import possible_designs
from convive.core.evaluation.comparison_choice import AreaFacts, ComparisonAreas, comparison_areas
from convive.core.evaluation.detectable import Detectable, DetectPlan, detectable_effect
from convive.core.evaluation.detectable_advice import CheaperWay, cheaper_ways
from convive.core.evaluation.estimate import Design
from convive.core.evaluation.history import History
from convive.core.evaluation.panel import CountPanel
from convive.core.evaluation.study import Study
from convive.web.evaluation.selectors.prefill import recorded_now
from convive.web.fieldwork.models import Campaign
from convive.web.observatory import selectors
from convive.web.observatory.current import current_site
from convive.web.rights.site import pack_now
from convive.web.workspace.clock import today
from convive.web.workspace.models import ActionArea
from convive.wiring import evaluation as machinery

ACTOR = "workspace"
"""Who opens the counts, as the store notes it: what is worked out is kept for all who may plan."""


SURVEY = "core_survey"
"""The instrument whose waves ask for the indicators of surveys."""
COMPARED = 36
"""Months over which areas are compared before the start, where the plan does not look at more."""
MOST_KEPT = 100
"""Outlooks that are kept: whoever tries out a plan asks for a few dozen."""
LONGEST = 120
"""Months of the history that tell how restless areas are."""


@dataclass(frozen=True)
class Outlook:
    """What can be told by a plan, before it begins."""

    possible: tuple[Possible, ...] = ()
    """The designs, best first."""
    detectable: Detectable | None = None
    """By the first design; None where the outcome is not counted by month."""
    cheaper: tuple[CheaperWay, ...] = ()
    """What to do instead, where a useful change would not show."""
    comparison: ComparisonAreas | None = None
    areas: tuple[str, ...] = ()
    """Code of each area of `comparison`, by its index."""
    problem: ConviveError | None = None
    """Why nothing could be worked out; None where it could."""

    @property
    def usable(self) -> tuple[Possible, ...]:
        """The designs that can be used."""
        return tuple(one for one in self.possible if one.is_possible)

    @property
    def proposed(self) -> tuple[str, ...]:
        """The areas against which nothing speaks."""
        found = self.comparison
        return tuple(self.areas[one] for one in found.proposed) if found else ()


def outlook_for(study: Study) -> Outlook:
    """Return what can be told by a plan; worked out once for each plan and audit."""
    try:
        site = current_site()
    except ConviveError as error:
        return Outlook(problem=error)
    pack, busy = pack_now(), _busy(study)
    if pack is None:
        return Outlook(problem=ConflictError("EVALUATION_NO_EVIDENCE"))
    if study.primary is None or not study.treated:
        return Outlook()
    primary = study.primary.indicator_id
    planned = () if primary in recorded_now() else planned_waves()
    key = (replace(study, note="").digest, tuple(sorted(busy)), planned)
    kept: dict[Any, Outlook] = site.keep("evaluation_outlooks", dict)
    found = kept.get(key) or _outlook(pack, study, planned, busy)
    kept[key] = found
    for oldest in list(kept)[:-MOST_KEPT]:
        kept.pop(oldest, None)
    return found


def _outlook(pack: Path, study: Study, planned: tuple[date, ...], busy: frozenset[str]) -> Outlook:
    primary = study.outcomes[0] if study.primary is None else study.primary
    try:
        facts = machinery.facts_for(pack, study, surveyed=planned, actor=ACTOR)
        possible = possible_designs(facts)
        panel = machinery.panel_for(pack, primary.indicator_id, study.level, actor=ACTOR)
    except ConviveError as error:
        return Outlook(problem=error)
    if panel is None:
        return Outlook(possible)
    design = next((one.design for one in possible if one.is_possible), Design.BEFORE_AFTER_CONTROL)
    known = Before(panel, study, busy)
    found = known.detectable(study.designs[0] if study.designs else design)
    ways = cheaper_ways(found, n_treated=len(study.treated)) if found else ()
    return Outlook(possible, found, ways, known.comparison(), panel.areas)


def planned_waves() -> tuple[date, ...]:
    """Return the days of waves of the core survey that are still to come, of people drawn."""
    rows = Campaign.objects.filter(
        kind=Campaign.Kind.SURVEY, sampling=Campaign.Sampling.FRAME,
        form__instrument_id=SURVEY, opens_on__gt=today(),
    )  # fmt: skip
    days = rows.values_list("opens_on", flat=True)
    return tuple(day for day in days if day is not None)


@dataclass(frozen=True)
class Before:
    """The counts before the start, and what they let one expect."""

    panel: CountPanel
    study: Study
    busy: frozenset[str]
    """Areas in which something else is done."""

    def _counts(self, months: int = LONGEST) -> Any:
        """Return the counts of at most so many months before the start."""
        last = self.panel.column(self.study.starts_on)
        return self.panel.counts[:, max(0, last - months) : last]

    def _neighbours(self) -> Any:
        if not self.panel.neighbours:
            return None
        n = len(self.panel.areas)
        near = np.zeros((n, n), dtype=bool)
        for row, others in enumerate(self.panel.neighbours):
            near[row, list(others)] = True
        return near

    def detectable(self, design: Design) -> Detectable | None:
        """Return the smallest change that will be told apart from chance; None without counts."""
        study, rows = self.study, self.panel.rows
        history = History(
            self._counts(), rows(study.treated),
            comparison=rows(study.comparison) if study.comparison else None,
            ring=rows(study.buffer), neighbours=self._neighbours(),
        )  # fmt: skip
        plan = DetectPlan(
            design, months_after=study.months_after, months_before=study.months_before,
            useful=study.primary.useful if study.primary else -10.0,
        )  # fmt: skip
        try:
            return detectable_effect(plan, history)
        except MethodError:  # no counts before the start
            return None

    def comparison(self) -> ComparisonAreas | None:
        """Return which areas can be compared with, and why; None without counts."""
        flags = [code in self.busy for code in self.panel.areas]
        facts = AreaFacts(neighbours=self._neighbours(), other_action=flags)
        useful = self.study.primary.useful if self.study.primary else -10.0
        try:
            return comparison_areas(
                self._counts(max(COMPARED, self.study.months_before)),
                self.panel.rows(self.study.treated),
                facts,
                useful=useful,
            )
        except MethodError:
            return None


def _busy(study: Study) -> frozenset[str]:
    """Return the areas of the level in which other actions are at work."""
    code = study.action.removeprefix("action:")
    rows = ActionArea.objects.filter(level=study.level).exclude(action__code=code)
    rows = rows.exclude(action__state__in=("idea", "stopped"))
    return frozenset(rows.values_list("area_id", flat=True))


def data_until() -> date | None:
    """Return the first day that the evidence of the shown audit does not cover."""
    try:
        period = selectors.data_period(current_site())
    except ConviveError:
        return None
    return period[1] if period else None


def next_door(study: Study) -> tuple[str, ...]:
    """Return the areas that share a border with the treated ones."""
    try:
        site = current_site()
    except ConviveError:
        return ()
    found = [
        str(row["area_id"])
        for code in study.treated
        for row in selectors.list_touching(site, study.level, code)
    ]
    return tuple(dict.fromkeys(one for one in found if one not in study.treated))
