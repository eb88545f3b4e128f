"""When a body meets next: the same weekday of the month at the same hour, on a day that is free.

Times are local times of the town without a zone; whoever keeps them adds it.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

FIRST_HOUR = time(10, 0)
FIRST_LENGTH = timedelta(hours=2)
_TUESDAY = 1
_MOST_DAYS_ON = 28
_WEEKEND = 5


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when."""

    start: datetime
    end: datetime

    def meets(self, other: Span) -> bool:
        """Tell whether two spans have a moment in common."""
        return self.start < other.end and other.start < self.end


def next_span(last: Span | None, every_months: int, taken: Sequence[Span], today: date) -> Span:
    """Return when a body meets next.

    Parameters
    ----------
    last : Span or None
        Its last meeting; None: the second Tuesday of next month at ten, for two hours.
    every_months : int
        Its rhythm; at least 1.
    taken : sequence of Span
        Other meetings that a date must not fall on.
    today : date
        The date lies after it.

    Returns
    -------
    Span
        The same weekday of the month (the second Tuesday; a fifth becomes the last), moved on
        by days where it is taken, never to a weekend.
    """
    if last is None:
        first = nth_weekday(*_later(today.year, today.month, 1), _TUESDAY, 2)
        wanted = Span(datetime.combine(first, FIRST_HOUR), datetime.combine(first, FIRST_HOUR) + FIRST_LENGTH)  # fmt: skip
    else:
        wanted = _by_rhythm(last, max(1, every_months), today)
    return _moved_on(wanted, taken)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """Return the nth Monday (0) … Sunday (6) of a month; the last where there is no fifth."""
    first = date(year, month, 1)
    day = 1 + (weekday - first.weekday()) % 7 + 7 * (nth - 1)
    while day > monthrange(year, month)[1]:
        day -= 7
    return date(year, month, day)


def _by_rhythm(last: Span, every_months: int, today: date) -> Span:
    start = last.start
    nth = (start.day - 1) // 7 + 1
    year, month = start.year, start.month
    while True:
        year, month = _later(year, month, every_months)
        day = nth_weekday(year, month, start.weekday(), nth)
        if day > today:
            begin = datetime.combine(day, start.time())
            return Span(begin, begin + (last.end - start))


def _moved_on(wanted: Span, taken: Sequence[Span]) -> Span:
    for days in range(_MOST_DAYS_ON):
        step = timedelta(days=days)
        tried = Span(wanted.start + step, wanted.end + step)
        is_weekend = days > 0 and tried.start.weekday() >= _WEEKEND
        if not is_weekend and not any(tried.meets(one) for one in taken):
            return tried
    return wanted


def _later(year: int, month: int, by: int) -> tuple[int, int]:
    whole = year * 12 + month - 1 + by
    return whole // 12, whole % 12 + 1
