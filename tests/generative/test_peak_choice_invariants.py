"""What holds for every choice of the worst places."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.core.evaluation import PeakChoice, chosen_at_peak, expected_after_choice

seeds = st.integers(0, 100_000)


def _city(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(30, 120))
    rates = rng.gamma(3.0, rng.uniform(1.5, 10.0), n)
    before = rng.poisson(rates)
    chosen = np.zeros(n, dtype=bool)
    chosen[np.argsort(-before)[: int(rng.integers(2, 8))]] = True
    return before, rng.poisson(rates), chosen


def _judge(*places: np.ndarray, **options: np.ndarray) -> PeakChoice:
    return chosen_at_peak(*places, rng=np.random.default_rng(1), **options)


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_the_worst_are_expected_to_fall_but_not_below_the_others(seed: int) -> None:
    before, _, chosen = _city(seed)
    expected = expected_after_choice(before, chosen)
    gap = before[~chosen].mean() / before[chosen].mean()
    assert 100 * (gap - 1) - 1e-6 <= expected <= 1e-6


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_interval_p_and_avoided_agree(seed: int) -> None:
    one = _judge(*_city(seed)).estimate
    assert -100.0 <= one.low <= one.effect <= one.high
    assert one.avoided_low <= one.avoided <= one.avoided_high
    if abs(one.p - 0.05) > 1e-6:
        assert (one.p < 0.05) == (one.low > 0 or one.high < 0)


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_order_and_unit_do_not_matter(seed: int) -> None:
    before, after, chosen = _city(seed)
    one = _judge(before, after, chosen)
    back = _judge(before[::-1], after[::-1], chosen[::-1])
    unit = _judge(before, after, chosen, exposure=np.full(before.size, 365.25))
    for other in (back, unit):
        assert other.estimate.effect == pytest.approx(one.estimate.effect, abs=1e-6)
        assert other.estimate.p == pytest.approx(one.estimate.p, abs=1e-8)
        assert other.expected_by_shrinkage == pytest.approx(one.expected_by_shrinkage, abs=1e-6)


@given(seeds, st.floats(0.2, 3.0))
@settings(max_examples=30, deadline=None)
def test_a_longer_time_after_everywhere_is_no_effect(seed: int, times: float) -> None:
    before, after, chosen = _city(seed)
    base = np.stack([np.ones(before.size), np.full(before.size, times)])
    one = _judge(before, after, chosen)
    scaled = _judge(before, after, chosen, exposure=base)
    assert scaled.estimate.effect == pytest.approx(one.estimate.effect, abs=1e-6)
