"""What holds for any areas: units, order of the areas, between survey and model."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from convive.core.small_area import benchmarked, fay_herriot

SEEDS = st.integers(0, 10_000)


def _areas(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(8, 30))
    x = np.column_stack([np.ones(n), rng.normal(size=n)])
    d = rng.uniform(0.1, 4, n)
    y = x @ [2.0, 1.0] + rng.normal(0, rng.uniform(0, 2), n) + rng.normal(0, np.sqrt(d))
    return y, d, x


@given(SEEDS, st.sampled_from(["reml", "ml", "fh"]))
def test_the_unit_does_not_matter(seed: int, method: str) -> None:
    y, d, x = _areas(seed)
    one = fay_herriot(y, d, x, method=method)
    other = fay_herriot(100 * y, 1e4 * d, x, method=method)
    np.testing.assert_allclose(other.value, 100 * one.value, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(other.mse, 1e4 * one.mse, rtol=1e-4, atol=1e-4)


@given(SEEDS)
def test_estimates_lie_between_survey_and_model_and_the_order_of_areas_is_nothing(
    seed: int,
) -> None:
    y, d, x = _areas(seed)
    found = fay_herriot(y, d, x)
    low, high = np.minimum(y, found.synthetic), np.maximum(y, found.synthetic)
    assert np.all((found.value >= low - 1e-9) & (found.value <= high + 1e-9))
    assert np.all(found.mse > 0)
    order = np.random.default_rng(seed).permutation(y.size)
    again = fay_herriot(y[order], d[order], x[order])
    np.testing.assert_allclose(again.value, found.value[order], rtol=1e-6, atol=1e-8)


@given(SEEDS, st.floats(-5, 5))
def test_benchmarks_hit_the_target(seed: int, target: float) -> None:
    y, d, x = _areas(seed)
    shares = d / d.sum()
    found = benchmarked(fay_herriot(y, d, x).value, shares, target)
    np.testing.assert_allclose(shares @ found, target, atol=1e-9)
