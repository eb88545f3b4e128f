"""Figures before and after work on a place: which are compared, and what can be said."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from convive.core.model import Status
from convive.core.strategy.before_after import Movement, figures_around, read_around
from convive.core.strategy.model import Figure

BEGIN, END = date(2024, 3, 1), date(2024, 9, 1)


def figure(year: int, value: float = 20.0, half: float = 2.0, **more: object) -> Figure:
    return Figure(Status.SHOWN, value, value - half, value + half, n=200, unit="percent",
                  period_start=date(year, 1, 1), period_end=date(year + 1, 1, 1), **more)  # type: ignore[arg-type]  # fmt: skip


def test_a_period_in_which_the_work_happened_is_neither_before_nor_after() -> None:
    years = [figure(year) for year in (2021, 2023, 2024, 2025, 2026)]
    before, after = figures_around(years, BEGIN, END)
    assert (before, after) == (years[1], years[4])


def test_nothing_is_after_as_long_as_the_work_goes_on() -> None:
    assert figures_around([figure(2022), figure(2025)], BEGIN, None) == (figure(2022), None)


def test_figures_without_a_period_are_left_out() -> None:
    assert figures_around([Figure(Status.SHOWN, 1.0)], BEGIN, END) == (None, None)


def test_a_clear_fall_a_clear_rise_and_what_could_be_chance() -> None:
    down, up, chance = read_around([
        ("a", figure(2023, 30), figure(2025, 20)),
        ("b", figure(2023, 20), figure(2025, 30)),
        ("c", figure(2023, 20), figure(2025, 21)),
    ])  # fmt: skip
    assert (down.movement, up.movement) == (Movement.LOWER, Movement.HIGHER)
    assert (chance.movement, chance.why) == (Movement.CANNOT_TELL, "within_chance")
    assert down.change is not None
    assert down.change.amount == -10


def test_what_is_not_shown_or_not_measured_says_why() -> None:
    hidden = Figure(Status.SUPPRESSED, reason="few", unit="percent")
    bare = Figure(Status.SHOWN, 3.0, unit="percent")
    found = read_around([
        ("a", None, figure(2025)), ("b", figure(2023), None), ("c", figure(2023), hidden),
        ("d", figure(2023), Figure(Status.SHOWN, 1.0, 0.5, 2.0, unit="rate")), ("e", bare, figure(2025)),
    ])  # fmt: skip
    assert [one.why for one in found] == [
        "no_figure_before", "not_measured", "not_shown", "other_unit", "no_interval",
    ]  # fmt: skip
    assert {one.movement for one in found} == {Movement.CANNOT_TELL}


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=12), st.floats(0.1, 30))
def test_a_movement_is_only_told_where_the_interval_leaves_zero_out(shifts: list[float], half: float) -> None:  # fmt: skip
    pairs = [
        (str(i), figure(2023, 100, half), figure(2025, 100 + shift, half))
        for i, shift in enumerate(shifts)
    ]
    for one, shift in zip(read_around(pairs), shifts, strict=True):
        if one.movement is not Movement.CANNOT_TELL:
            assert one.change is not None
            assert not one.change.low <= 0 <= one.change.high
            assert (one.movement is Movement.HIGHER) is (shift > 0)
