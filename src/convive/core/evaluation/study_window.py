"""What an outcome of a study is answered from: its counts, cut to the months of the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from convive.core.errors import MethodError
from convive.core.evaluation.before_after import count_effect
from convive.core.evaluation.estimate import Design, Estimate
from convive.core.evaluation.panel import CountPanel
from convive.core.evaluation.study import Outcome, Study

if TYPE_CHECKING:
    from convive.core.evaluation.survey_study import AskedOutcome

Floats = NDArray[np.float64]

_MONTHS = 12
ALPHA = 0.05
_FEWEST = 6
"""Months on either side of a break, to see whether it met all areas alike."""


@dataclass(frozen=True)
class Beside:
    """What is known of a study beside the counts of its outcomes."""

    other_actions: tuple[str, ...] = ()
    """Other actions in the treated areas at the time."""
    doses: Mapping[str, Mapping[date, float]] = field(default_factory=dict)
    """Treated area → first day of a month → what the diary says was delivered."""
    estimates: Mapping[tuple[str, Design], Estimate] = field(default_factory=dict)
    """By indicator and design: answers that come from elsewhere."""
    asked: Mapping[str, AskedOutcome] = field(default_factory=dict)
    """Indicator of a survey → what people answered, wave by wave."""


@dataclass(frozen=True)
class Window:
    """Counts of one outcome in the months of the plan.

    Attributes
    ----------
    panel : CountPanel
        Cut to the months of the plan. Months in which an area started part of the way are NaN
        in that area, and so are counts that rest too much on sharing out.
    treated, comparison, buffer : tuple of int
        Rows. Comparison areas with counts held back are left out.
    starts : tuple of int
        Column of the first whole month with the action, for each of `treated`.
    partial : tuple of int
        Columns of months in which some area started part of the way.
    held_back : tuple of str
        Treated areas whose counts are not to be compared.
    unknown : tuple of str
        Treated areas that have no counts.
    level : float
        Coverage of intervals; tests are made at 1 - `level`.
    doses : mapping of area to mapping of month to float
        As in `Beside`.
    """

    study: Study
    outcome: Outcome
    panel: CountPanel
    treated: tuple[int, ...]
    comparison: tuple[int, ...]
    buffer: tuple[int, ...]
    starts: tuple[int, ...]
    partial: tuple[int, ...] = ()
    held_back: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    level: float = 0.95
    doses: Mapping[str, Mapping[date, float]] = field(default_factory=dict)

    @property
    def start(self) -> int:
        """First column with the action anywhere."""
        return min(self.starts, default=0)

    @property
    def months_after(self) -> int:
        """Whole months with the action in the areas that started last."""
        return len(self.panel.months) - max(self.starts, default=0)

    @property
    def has_one_start(self) -> bool:
        """Whether all areas start in the same month."""
        return len(set(self.starts)) <= 1

    def table(self, rows: Sequence[int]) -> Floats:
        """Return counts of rows without the months of a part-month start."""
        kept = np.setdiff1d(np.arange(len(self.panel.months)), self.partial)
        return self.panel.counts[np.array(rows, dtype=np.int64)][:, kept]

    @property
    def start_in_table(self) -> int:
        """`start` in the columns of `table`."""
        return self.start - sum(1 for column in self.partial if column < self.start)


def add_months(day: date, months: int) -> date:
    """Return the first day of the month so many months after that of a day."""
    number = day.year * _MONTHS + day.month - 1 + months
    return date(number // _MONTHS, number % _MONTHS + 1, 1)


def first_whole_month(day: date) -> date:
    """Return the first month that begins on or after a day."""
    return day if day.day == 1 else add_months(day, 1)


def last_start(study: Study) -> date:
    """Return the first whole month with the action in the area that starts last."""
    later = [study.starts_later[one] for one in study.treated if one in study.starts_later]
    is_first = len(later) < len(study.treated)
    return first_whole_month(max([*later, study.starts_on] if is_first else later))


def planned_end(study: Study) -> date:
    """Return the first day after the months that the plan waits for."""
    return add_months(last_start(study), study.months_after)


def cut(panel: CountPanel, study: Study, outcome: Outcome, *, until: date) -> Window:
    """Return the counts of the months of a plan.

    Parameters
    ----------
    until : date
        Months that end after this day are left out, whatever is known of them.

    Raises
    ------
    MethodError
        STUDY_LEVEL where the counts are of areas of another level than the plan.
    """
    if panel.level != study.level:
        raise MethodError("STUDY_LEVEL", given=panel.level, expected=study.level)
    days = {area: study.starts_later.get(area, study.starts_on) for area in study.treated}
    # Named twice, an area would count twice, and a few incidents would no longer be a few.
    known = [area for area in dict.fromkeys(study.treated) if area in panel.areas]
    first = panel.column(add_months(min(days.values(), default=study.starts_on), 0))
    first = max(0, first - study.months_before)
    end = panel.column(min(add_months(until, 0), planned_end(study)))
    columns = np.arange(first, max(first, end))
    counts = panel.counts[:, columns].copy()
    held = np.zeros(counts.shape, dtype=bool)
    if panel.held_back is not None:
        held = panel.held_back[:, columns]
        counts[held] = np.nan
    starts, partial = [], set()
    for area in known:
        column = panel.column(days[area]) - first
        starts.append(column)
        if days[area].day != 1 and 0 <= column - 1 < counts.shape[1]:
            partial.add(column - 1)
            counts[panel.rows([area])[0], column - 1] = np.nan
    taken = {*study.treated, *study.buffer}
    others = panel.rows([a for a in dict.fromkeys(study.comparison) if a not in taken])
    return Window(
        study=study,
        outcome=outcome,
        panel=_piece(panel, counts, columns),
        treated=tuple(panel.rows(known)),
        comparison=tuple(row for row in others if not held[row].any()),
        buffer=tuple(
            panel.rows([a for a in dict.fromkeys(study.buffer) if a not in study.treated])
        ),
        starts=tuple(starts),
        partial=tuple(sorted(partial)),
        held_back=tuple(a for a in known if held[panel.rows([a])[0]].any()),
        unknown=tuple(a for a in study.treated if a not in panel.areas),
    )


def _piece(panel: CountPanel, counts: Floats, columns: NDArray[np.int64]) -> CountPanel:
    """Return a panel of some of its months."""
    first = int(columns[0]) if columns.size else 0
    return replace(
        panel,
        months=tuple(panel.months[int(one)] for one in columns),
        counts=counts,
        breaks=tuple(at - first for at in panel.breaks if first < at <= first + columns.size - 1),
        held_back=None,
        by_daypart={part: one[:, columns] for part, one in panel.by_daypart.items()},
    )


def with_areas(window: Window, treated: Sequence[int]) -> Window:
    """Return the window of some of the treated areas; the others take no part."""
    starts = dict(zip(window.treated, window.starts, strict=True))
    return replace(window, treated=tuple(treated), starts=tuple(starts[row] for row in treated))


def with_daypart(window: Window, part: str) -> Window:
    """Return the window of the incidents of one part of the day."""
    counts = window.panel.by_daypart[part].copy()
    counts[np.isnan(window.panel.counts)] = np.nan
    return replace(window, panel=replace(window.panel, counts=counts))


def touching(window: Window) -> list[tuple[int, ...]]:
    """Return the treated areas in groups that touch; one group where borders are not known."""
    if not window.panel.neighbours:
        return [window.treated] if window.treated else []
    left, groups = set(window.treated), []
    for row in window.treated:
        if row not in left:
            continue
        group, waiting = [], [row]
        left.discard(row)
        while waiting:
            here = waiting.pop()
            group.append(here)
            near = left.intersection(window.panel.neighbours[here])
            left -= near
            waiting.extend(sorted(near))
        groups.append(tuple(sorted(group)))
    return groups


def uneven_breaks(window: Window) -> tuple[int, ...] | None:
    """Return the breaks that met treated and comparison areas differently.

    Returns
    -------
    tuple of int, or None
        Columns of `Window.panel`; None where some break cannot be looked at.
    """
    uneven, is_known = [], True
    n = len(window.panel.months)
    for at in window.panel.breaks:
        low, high = (0, window.start) if at <= window.start else (window.start, n)
        if min(at - low, high - at) < _FEWEST or len(window.comparison) == 0:
            is_known = False
            continue
        tables = [
            window.panel.counts[list(rows), low:high]
            for rows in (window.treated, window.comparison)
        ]
        is_there = np.asarray(~np.isnan(np.vstack(tables)).any(axis=0))
        start = int(is_there[: at - low].sum())
        ours, others = (table[:, is_there] for table in tables)
        if not 0 < start < ours.shape[1]:
            is_known = False
            continue
        found = count_effect(ours, others, start)
        is_known = is_known and found.p is not None
        if found.p is not None and found.p <= ALPHA:
            uneven.append(at)
    return tuple(uneven) if is_known or uneven else None
