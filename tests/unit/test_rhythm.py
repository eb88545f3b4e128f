"""When a body meets next."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convive.core.strategy.rhythm import Span, next_span, nth_weekday

HOURS = timedelta(hours=2)


def span(*moment: int) -> Span:
    start = datetime(*moment)  # noqa: DTZ001 - by the town's clock
    return Span(start, start + HOURS)


@pytest.mark.parametrize(
    ("last", "months", "today", "expected"),
    [
        (None, 1, date(2026, 11, 21), span(2026, 12, 8, 10)),
        (None, 1, date(2026, 12, 31), span(2027, 1, 12, 10)),
        (span(2026, 11, 12, 14), 1, date(2026, 11, 21), span(2026, 12, 10, 14)),
        (span(2026, 11, 12, 14), 3, date(2026, 11, 21), span(2027, 2, 11, 14)),
        (span(2026, 9, 29, 9), 1, date(2026, 10, 1), span(2026, 10, 27, 9)),
        (span(2025, 3, 4, 9), 1, date(2026, 11, 21), span(2026, 12, 1, 9)),
    ],
)
def test_the_same_weekday_of_the_month(last, months, today, expected) -> None:
    assert next_span(last, months, [], today) == expected


def test_a_taken_day_is_left_free_and_weekends_too() -> None:
    friday = span(2026, 11, 13, 10)
    taken = [span(2026, 12, 11, 11)]
    assert next_span(friday, 1, taken, date(2026, 11, 21)) == span(2026, 12, 14, 10)


@given(
    st.datetimes(span(2000, 1, 1).start, span(2040, 1, 1).start), st.integers(1, 24),
    st.dates(date(2000, 1, 1), date(2041, 1, 1)),
)  # fmt: skip
def test_the_next_one_lies_after_today_on_that_weekday(start, months, today) -> None:
    found = next_span(Span(start, start + HOURS), months, [], today)
    assert found.start.date() > today
    assert found.start.weekday() == start.weekday()
    assert found.start.time() == start.time()


def test_a_fifth_weekday_becomes_the_last() -> None:
    assert nth_weekday(2027, 2, 4, 5) == date(2027, 2, 26)
