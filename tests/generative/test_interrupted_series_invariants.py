"""What holds for every interrupted series."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.core.evaluation import SeriesPlan, interrupted_series
from convive.core.model import Verdict

seeds = st.integers(0, 100_000)


def _series(seed: int) -> tuple[np.ndarray, SeriesPlan]:
    rng = np.random.default_rng(seed)
    start = int(rng.integers(24, 60))
    counts = rng.poisson(rng.uniform(1.5, 60), start + int(rng.integers(8, 30)))
    return counts.astype(float), SeriesPlan(start=start)


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_interval_p_verdict_and_avoided_agree(seed: int) -> None:
    found = interrupted_series(*_series(seed))
    assert -100.0 <= found.low <= found.effect <= found.high
    assert found.avoided_low <= found.avoided <= found.avoided_high
    assert (found.effect < 0) == (found.avoided > 0) or abs(found.effect) < 1e-6
    if abs(found.p - 0.05) > 1e-6:
        assert (found.p < 0.05) == (found.low > 0 or found.high < 0)
    if any(check.is_decisive for check in found.failed):
        assert found.verdict is Verdict.CANNOT_TELL


@given(seeds, st.floats(0.1, 50.0))
@settings(max_examples=25, deadline=None)
def test_the_unit_of_exposure_does_not_matter(seed: int, unit: float) -> None:
    counts, plan = _series(seed)
    one = interrupted_series(counts, plan)
    other = interrupted_series(counts, plan, exposure=np.full(counts.size, unit))
    assert other.effect == pytest.approx(one.effect, abs=1e-4)
    assert other.p == pytest.approx(one.p, abs=1e-5)


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_swapping_series_and_comparison_inverts_the_effect(seed: int) -> None:
    counts, plan = _series(seed)
    rng = np.random.default_rng(seed + 1)
    others = rng.poisson(30, counts.size).astype(float)
    there = interrupted_series(counts, plan, comparison=others)
    back = interrupted_series(others, plan, comparison=counts)
    product = (1 + there.effect / 100) * (1 + back.effect / 100)
    assert product == pytest.approx(1.0, rel=1e-4)


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_what_stands_in_a_missing_month_does_not_matter(seed: int) -> None:
    counts, _ = _series(seed)
    plan = SeriesPlan(start=36 if counts.size > 44 else 24, chosen_on=0)
    held = np.array(counts)
    held[5] = np.nan
    regressor = np.zeros(counts.size)
    regressor[5] = 1.0
    one = interrupted_series(held, plan)
    if one.reason is None:
        shouted = np.array(counts)
        shouted[5] = 777
        other = interrupted_series(shouted, plan, regressors=regressor)
        assert other.effect == pytest.approx(one.effect, abs=1e-2)
