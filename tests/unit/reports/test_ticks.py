"""Round numbers for axes and classes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from convive.reports.ticks import class_breaks, class_of, decimals_of, ticks


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=80))
def test_classes_rise_and_every_value_falls_into_one(values: list[float]) -> None:
    breaks = class_breaks(values)

    assert breaks == sorted(set(breaks))
    assert len(breaks) <= 4
    assert all(0 <= class_of(value, breaks) <= len(breaks) for value in values)


@given(st.floats(0, 1e5), st.floats(0.1, 1e5))
def test_ticks_lie_inside(low: float, span: float) -> None:
    found = ticks(low, low + span)

    assert len(found) <= 12
    assert all(low - 1e-6 * span <= tick <= low + span * (1 + 1e-6) for tick in found)


def test_equal_values_need_no_break() -> None:
    assert class_breaks([3.0, 3.0, 3.0]) == []


def test_decimals_are_as_many_as_needed() -> None:
    assert decimals_of([1.0, 2.0]) == 0
    assert decimals_of([0.5, 1.25]) == 2
