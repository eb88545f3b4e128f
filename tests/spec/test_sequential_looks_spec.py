"""What a look before the end may say."""

from dataclasses import FrozenInstanceError

import pytest

from convive.core.errors import MethodError
from convive.core.evaluation import Spending, plan_looks, take_look

PLAN = plan_looks([0.25, 0.5, 0.75, 1.0])


def test_one_look_at_the_end_is_the_usual_test() -> None:
    only = plan_looks([1.0])
    assert only.levels == pytest.approx((0.05,))
    assert take_look(only, [1.0], p=0.049).is_crossed
    assert not take_look(only, [1.0], p=0.051).is_crossed


def test_early_looks_need_much_more_than_the_usual_level() -> None:
    first = take_look(PLAN, [0.25], p=0.001)
    assert not first.is_crossed
    assert first.level < 0.0001
    assert not first.is_last
    last = take_look(PLAN, [0.25, 0.5, 0.75, 1.0], p=0.04)
    assert last.is_crossed
    assert (last.spent, last.is_last) == (0.05, True)


def test_pocock_is_milder_early_and_stricter_late() -> None:
    even = plan_looks(PLAN.fractions, spending=Spending.POCOCK)
    assert even.levels[0] > 10 * PLAN.levels[0]
    assert even.levels[-1] < PLAN.levels[-1]


def test_less_information_than_planned_allows_less() -> None:
    planned = take_look(PLAN, [0.25, 0.5], p=0.5)
    late = take_look(PLAN, [0.25, 0.4], p=0.5)
    assert late.boundary > planned.boundary
    assert planned.boundary == pytest.approx(PLAN.boundaries[1])


def test_the_last_look_spends_what_is_left_even_if_information_is_missing() -> None:
    short = take_look(PLAN, [0.25, 0.5, 0.75, 0.9], p=0.5)
    assert short.is_last
    assert short.spent == 0.05


def test_the_plan_cannot_be_changed_and_no_look_added() -> None:
    with pytest.raises(FrozenInstanceError):
        PLAN.alpha = 0.2
    with pytest.raises(MethodError, match="LOOKS_NOT_PLANNED"):
        take_look(PLAN, [0.2, 0.4, 0.6, 0.8, 1.0], p=0.01)


@pytest.mark.parametrize("fractions", [[], [0.0, 1.0], [0.5, 0.5, 1.0], [0.6, 0.4], [0.5, 1.1]])
def test_shares_of_information_rise_to_one(fractions: list[float]) -> None:
    with pytest.raises(MethodError, match="LOOKS_FRACTIONS"):
        plan_looks(fractions)


def test_bad_levels_are_refused() -> None:
    with pytest.raises(MethodError, match="LOOKS_LEVEL"):
        plan_looks([1.0], alpha=0.0)
    with pytest.raises(MethodError, match="LOOKS_LEVEL"):
        take_look(PLAN, [0.25], p=1.5)
