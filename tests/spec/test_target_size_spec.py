"""How far a target must be from its baseline to be told from chance."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from convive.core.model import Status
from convive.core.strategy.change import difference
from convive.core.strategy.model import Figure
from convive.core.strategy.target_size import TargetSize, size_of_target, smallest_clear_change

BASELINE = Figure(Status.SHOWN, 30.0, 27.0, 34.0, 120)


def test_the_smallest_clear_change_joins_the_interval_with_itself() -> None:
    assert smallest_clear_change(BASELINE) == pytest.approx(5.0)


@pytest.mark.parametrize(
    ("value", "direction", "size"),
    [
        (20, "down", TargetSize.CLEAR),
        (26, "down", TargetSize.WITHIN_CHANCE),
        (31, "down", TargetSize.WRONG_SIDE),
        (29, "up", TargetSize.WRONG_SIDE),
        (36, "up", TargetSize.CLEAR),
        (30, "hold", TargetSize.CLEAR),
    ],
)
def test_a_value_aimed_at_is_far_enough_or_not(
    value: float, direction: str, size: TargetSize
) -> None:
    assert size_of_target(BASELINE, value, direction) is size  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "baseline",
    [
        Figure(Status.SUPPRESSED, reason="few_respondents"),
        Figure(Status.UNAVAILABLE),
        replace(BASELINE, low=None),
        replace(BASELINE, high=None),
        replace(BASELINE, low=31.0),
        replace(BASELINE, value=float("nan")),
    ],
)
def test_without_an_interval_nothing_is_said(baseline: Figure) -> None:
    assert smallest_clear_change(baseline) is None
    assert size_of_target(baseline, 10, "down") is TargetSize.NO_INTERVAL


@given(
    value=some.floats(-1e6, 1e6), below=some.floats(0, 1e5), above=some.floats(0, 1e5),
    share=some.floats(0, 3),
)  # fmt: skip
def test_it_agrees_with_the_interval_of_the_difference(
    value: float, below: float, above: float, share: float
) -> None:
    baseline = Figure(Status.SHOWN, value, value - below, value + above)
    smallest = smallest_clear_change(baseline)
    assert smallest is not None
    moved = value - share * smallest
    later = Figure(Status.SHOWN, moved, moved - below, moved + above)
    change = difference(baseline, later)
    if change is None or abs(abs(change.amount) - smallest) <= 1e-6 * max(
        1.0, abs(value), smallest
    ):
        return
    assert (change.high < 0) is (size_of_target(baseline, moved, "down") is TargetSize.CLEAR)
