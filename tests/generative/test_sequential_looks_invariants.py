"""What holds for every plan of looks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.core.evaluation import Spending, crossing_probabilities, plan_looks, take_look

times = st.lists(st.integers(1, 39), max_size=5, unique=True).map(
    lambda marks: [*(mark / 40 for mark in sorted(marks)), 1.0]
)


@given(times, st.sampled_from(Spending), st.sampled_from([0.01, 0.05, 0.1]))
@settings(max_examples=25, deadline=None)
def test_all_looks_together_spend_the_level(
    fractions: list[float], spending: Spending, alpha: float
) -> None:
    plan = plan_looks(fractions, alpha=alpha, spending=spending)
    assert crossing_probabilities(fractions, plan.boundaries).sum() == pytest.approx(
        alpha, rel=1e-4
    )
    assert all(level <= alpha * (1 + 1e-6) for level in plan.levels)


@given(times, st.sampled_from(Spending))
@settings(max_examples=15, deadline=None)
def test_looks_taken_as_planned_are_those_of_the_plan(
    fractions: list[float], spending: Spending
) -> None:
    plan = plan_looks(fractions, spending=spending)
    for number in range(1, len(fractions) + 1):
        look = take_look(plan, fractions[:number], p=1.0)
        assert look.boundary == pytest.approx(plan.boundaries[number - 1], abs=1e-6)
        assert not look.is_crossed


@given(times, st.floats(0.5, 4.0))
@settings(max_examples=15, deadline=None)
def test_looking_more_often_never_finds_less_at_given_limits(
    fractions: list[float], drift: float
) -> None:
    often = crossing_probabilities(fractions, np.full(len(fractions), 2.2), drift=drift)
    once = crossing_probabilities([1.0], [2.2], drift=drift)
    assert often.sum() >= once.sum() - 1e-9
