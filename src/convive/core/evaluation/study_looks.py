"""When a study is looked at: how far its time has come, and what the look may say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from convive.core.errors import MethodError
from convive.core.evaluation.sequential_looks import plan_looks, take_look
from convive.core.evaluation.study import Study
from convive.core.evaluation.study_window import add_months, last_start, planned_end

ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Due:
    """The look that is due on a day."""

    number: int
    """0: none yet."""
    until: date
    """Counts after this day are not looked at."""
    level: float
    """Coverage of intervals; tests are made at 1 - `level`."""
    is_final: bool
    months: int
    """Months with the action that the look rests on, if all counts are in."""


def due_on(study: Study, today: date) -> Due:
    """Return the latest look that is due; the planned end is always the last one.

    Between two looks the earlier one holds, and later counts are not looked at: looking at them
    all the same is another look.

    Raises
    ------
    MethodError
        STUDY_EMPTY for a plan without areas or without a month after; LOOKS_LEVEL.
    """
    if study.months_after < 1 or not study.treated:
        raise MethodError("STUDY_EMPTY", months=study.months_after, areas=len(study.treated))
    start, end = last_start(study), planned_end(study)
    alpha = ALPHA if study.looks is None else study.looks.alpha
    days = _days(study)
    past = [day for day in days if day <= today]
    if not past:
        return Due(0, min(today, end), 1.0 - alpha, is_final=False, months=0)
    fractions = [_months(start, day) / study.months_after for day in days]
    number = len(past)
    look = take_look(plan_looks(fractions, alpha=alpha), fractions[:number], 1.0)
    return Due(
        number, past[-1], 1.0 - look.level, is_final=number == len(days),
        months=_months(start, past[-1]),
    )  # fmt: skip


def _days(study: Study) -> list[date]:
    """Return the first days after the months of each look, each of them once, the end last."""
    start, end = last_start(study), planned_end(study)
    given = () if study.looks is None else study.looks.on
    early = {add_months(day, 0) for day in given}
    return [*sorted(day for day in early if start < day < end), end]


def _months(start: date, day: date) -> int:
    return (day.year - start.year) * 12 + day.month - start.month
