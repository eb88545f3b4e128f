"""Properties of rates whatever the counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from convive.core.rates import crude_rate, rate_against_rest, rate_ratio, smoothed_rate

sizes = st.shared(st.integers(2, 12), key="n")
counts = npst.arrays(float, sizes, elements=st.integers(0, 4000))
people = npst.arrays(float, sizes, elements=st.integers(20, 100_000))


@given(counts, people)
def test_interval_holds_the_rate(events: np.ndarray, exposure: np.ndarray) -> None:
    estimate = crude_rate(events, exposure)
    assert np.all(estimate.low <= estimate.rate)
    assert np.all(estimate.rate < estimate.high)


@given(counts, people)
def test_smoothed_lies_between_crude_and_prior(events: np.ndarray, exposure: np.ndarray) -> None:
    smoothed = smoothed_rate(events, exposure)
    crude = crude_rate(events, exposure).rate
    ends = np.sort(np.stack([crude, np.full_like(crude, smoothed.prior_mean)]), axis=0)
    assert np.all(smoothed.rate >= ends[0] * (1 - 1e-9) - 1e-12)
    assert np.all(smoothed.rate <= ends[1] * (1 + 1e-9) + 1e-12)
    assert np.all((smoothed.weight >= 0) & (smoothed.weight <= 1))
    assert np.all(np.isfinite(smoothed.low) & np.isfinite(smoothed.high))
    assert np.all(smoothed.low <= smoothed.high)


@given(counts, people, st.randoms(use_true_random=False))
def test_order_of_areas_does_not_matter(
    events: np.ndarray, exposure: np.ndarray, shuffler: object
) -> None:
    order = np.arange(events.size)
    shuffler.shuffle(order)  # type: ignore[attr-defined]
    straight, shuffled = (
        smoothed_rate(events, exposure),
        smoothed_rate(events[order], exposure[order]),
    )
    assert shuffled.rate == pytest.approx(straight.rate[order], rel=1e-6, abs=1e-9)


@given(counts, people)
def test_interval_and_p_agree(events: np.ndarray, exposure: np.ndarray) -> None:
    result = rate_against_rest(events, exposure)
    known = np.isfinite(result.p) & (np.abs(result.p - 0.05) > 1e-6)
    outside = (result.low > 1) | (result.high < 1)
    assert np.array_equal(outside[known], (result.p < 0.05)[known])


@given(st.integers(0, 500), st.integers(0, 500), st.floats(1, 9))
def test_swapping_the_two_turns_the_ratio_over(a: int, b: int, dispersion: float) -> None:
    one = rate_ratio((a, 100.0), (b, 300.0), dispersion=dispersion)
    two = rate_ratio((b, 300.0), (a, 100.0), dispersion=dispersion)
    if a + b:
        assert float(one.p) == pytest.approx(float(two.p), rel=1e-6)
    if a and b:
        assert float(one.low) == pytest.approx(1 / float(two.high), rel=1e-6)
