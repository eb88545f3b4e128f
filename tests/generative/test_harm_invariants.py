"""What must hold of harm-weighted rates whatever the counts and weights are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convive.core.harm import MIN_EVENTS, harm_rate

KINDS = st.lists(
    st.tuples(st.integers(0, 400), st.floats(0.01, 5000.0)), min_size=1, max_size=8
).filter(lambda kinds: sum(n for n, _ in kinds) >= MIN_EVENTS)
METHODS = st.sampled_from(["fay_feuer", "mid_p", "dobson"])


def _parts(kinds: list[tuple[int, float]]) -> tuple[list[list[int]], list[float]]:
    return [[n for n, _ in kinds]], [weight for _, weight in kinds]


@given(kinds=KINDS, method=METHODS)
def test_the_interval_holds_the_rate(kinds: list[tuple[int, float]], method: str) -> None:
    counts, weights = _parts(kinds)
    found = harm_rate(counts, weights, [10.0], method=method)
    assert found.low[0] < found.rate[0] < found.high[0]


@given(kinds=KINDS, method=METHODS, factor=st.floats(0.001, 1000.0))
def test_weights_in_another_unit_give_the_same_picture(
    kinds: list[tuple[int, float]], method: str, factor: float
) -> None:
    counts, weights = _parts(kinds)
    one = harm_rate(counts, weights, [10.0], method=method)
    other = harm_rate(counts, [factor * w for w in weights], [10.0], method=method)
    for name in ("rate", "low", "high"):
        assert getattr(other, name) == pytest.approx(factor * getattr(one, name), rel=1e-6)
    assert other.largest_share == pytest.approx(one.largest_share)


@given(kinds=KINDS, method=METHODS)
def test_a_higher_level_gives_a_wider_interval(kinds: list[tuple[int, float]], method: str) -> None:
    counts, weights = _parts(kinds)
    narrow = harm_rate(counts, weights, [10.0], level=0.8, method=method)
    wide = harm_rate(counts, weights, [10.0], level=0.95, method=method)
    assert wide.low[0] < narrow.low[0]
    assert wide.high[0] > narrow.high[0]


@given(kinds=KINDS)
def test_kinds_in_another_order_or_parted_in_two_change_nothing(
    kinds: list[tuple[int, float]],
) -> None:
    counts, weights = _parts(kinds)
    one = harm_rate(counts, weights, [10.0])
    back = harm_rate([counts[0][::-1]], weights[::-1], [10.0])
    half = [n // 2 for n in counts[0]]
    parted = harm_rate(
        [[*half, *(n - h for n, h in zip(counts[0], half, strict=True))]], weights * 2, [10.0]
    )
    for other in (back, parted):
        assert np.allclose([one.rate, one.low, one.high], [other.rate, other.low, other.high])


@given(kinds=KINDS)
def test_the_mid_p_interval_lies_within_the_gamma_interval_on_the_upper_side(
    kinds: list[tuple[int, float]],
) -> None:
    counts, weights = _parts(kinds)
    gamma = harm_rate(counts, weights, [10.0])
    mid = harm_rate(counts, weights, [10.0], method="mid_p")
    assert mid.high[0] <= gamma.high[0] * (1 + 1e-9)
