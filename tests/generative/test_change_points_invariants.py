"""What holds for every cut."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convive.core.temporal.change_points import change_points

series = st.lists(st.integers(0, 40), min_size=8, max_size=60)
costs = st.sampled_from(["poisson", "quasi_poisson", "negative_binomial", "normal"])


@given(series, costs, st.integers(1, 4))
def test_a_cut_is_whole(values: list[int], cost: str, shortest: int) -> None:
    found = change_points(values, cost=cost, shortest=shortest)
    edges = [0, *(change.index for change in found.changes), len(values)]
    assert (np.diff(edges) >= shortest).all()
    for start, end in pairwise(edges):
        assert found.levels[start:end] == pytest.approx(np.mean(values[start:end]))
    for change in found.changes:
        assert change.index in change.places
        assert change.low <= change.difference <= change.high


@given(series, costs)
def test_backwards_gives_as_many_changes(values: list[int], cost: str) -> None:
    there = change_points(values, cost=cost)
    back = change_points(values[::-1], cost=cost)
    assert len(there.changes) == len(back.changes)


@given(series, st.floats(0.5, 20.0))
def test_a_higher_penalty_never_finds_more(values: list[int], penalty: float) -> None:
    few = change_points(values, cost="poisson", penalty=2 * penalty)
    many = change_points(values, cost="poisson", penalty=penalty)
    assert len(few.changes) <= len(many.changes)


@given(st.lists(st.floats(-100, 100), min_size=8, max_size=40), st.floats(-1e3, 1e3))
def test_a_shift_of_all_values_changes_nothing(values: list[float], shift: float) -> None:
    y = np.round(np.array(values), 3) + np.arange(len(values)) % 2  # never all equal
    one = change_points(y, cost="normal", penalty=10.0)
    other = change_points(y + np.round(shift), cost="normal", penalty=10.0)
    assert len(one.changes) == len(other.changes)
