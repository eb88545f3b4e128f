"""What holds for every panel of starts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.core.evaluation import (
    Scale,
    StaggeredPanel,
    StaggeredRules,
    decompose_two_way,
    group_time_effects,
    staggered_effect,
    two_way_coefficient,
)

seeds = st.integers(0, 100_000)


def _panel(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(8, 20))
    counts = rng.poisson(rng.uniform(0.2, 30, (n, 1)), (n, 16)).astype(float)
    return counts, rng.choice([-1, -1, 5, 8, 12], n)


@given(seeds)
@settings(max_examples=25)
def test_interval_effect_and_avoided_agree(seed: int) -> None:
    counts, first = _panel(seed)
    found = staggered_effect(StaggeredPanel(counts, first), np.random.default_rng(1), n_draws=49)
    one = found.estimate
    if one.effect is None:
        assert one.reason is not None
        return
    assert one.low <= one.effect <= one.high
    assert one.avoided_low <= one.avoided <= one.avoided_high
    assert all(event.low <= event.value <= event.high for event in found.events)


@given(seeds)
@settings(max_examples=25)
def test_the_order_of_areas_does_not_matter(seed: int) -> None:
    counts, first = _panel(seed)
    order = np.random.default_rng(seed).permutation(first.size)
    one = group_time_effects(StaggeredPanel(counts, first))
    other = group_time_effects(StaggeredPanel(counts[order], first[order]))
    assert [e.value for e in one] == pytest.approx([e.value for e in other])


@given(seeds, st.floats(-5, 5))
@settings(max_examples=25)
def test_what_all_areas_share_changes_nothing(seed: int, slope: float) -> None:
    counts, first = _panel(seed)
    rules = StaggeredRules(Scale.LINEAR, base_periods=1)
    one = group_time_effects(StaggeredPanel(counts, first), rules)
    shared = counts + slope * np.arange(16) + np.arange(first.size)[:, None]
    other = group_time_effects(StaggeredPanel(shared, first), rules)
    assert [e.value for e in one] == pytest.approx([e.value for e in other], abs=1e-8)


@given(seeds)
@settings(max_examples=25)
def test_the_decomposition_is_exact(seed: int) -> None:
    y, first = _panel(seed)
    if np.unique(first).size < 2:
        return
    is_on = (np.arange(16) >= first[:, None]) & (first >= 0)[:, None]
    found = decompose_two_way(y, first)
    assert found.effect == pytest.approx(two_way_coefficient(y, is_on), abs=1e-7)
    assert 0.0 <= found.forbidden_share <= 1.0 + 1e-12
