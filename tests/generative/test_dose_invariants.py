"""What holds for every table of counts and doses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convive.core.evaluation import DosedAreas, dose_effect
from convive.core.model import Verdict

seeds = st.integers(0, 100_000)


def _tables(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    shape = (int(rng.integers(4, 15)), int(rng.integers(5, 40)))
    counts = rng.poisson(rng.uniform(0.2, 30, (shape[0], 1)), shape).astype(float)
    dose = rng.gamma(1.0, 2.0, shape) * (rng.random(shape) < rng.uniform(0.05, 0.9))
    dose[rng.random(shape[0]) < 0.3] = 0.0
    return counts, dose


@given(seeds)
def test_effect_avoided_and_interval_agree(seed: int) -> None:
    found = dose_effect(DosedAreas(*_tables(seed)))
    one = found.estimate
    if one.effect is None:
        assert one.reason is not None
        assert one.verdict is Verdict.CANNOT_TELL
        return
    assert one.low <= one.effect <= one.high
    assert one.avoided_low <= one.avoided <= one.avoided_high
    assert found.per_unit_low <= found.per_unit <= found.per_unit_high
    assert found.per_unit * one.effect >= 0
    assert (one.p <= 0.05) == (one.low > 0 or one.high < 0)


@given(seeds, st.floats(0.1, 50))
def test_the_unit_of_the_dose_does_not_matter(seed: int, factor: float) -> None:
    counts, dose = _tables(seed)
    one, other = (
        dose_effect(DosedAreas(counts, dose)),
        dose_effect(DosedAreas(counts, factor * dose)),
    )
    assert one.estimate.reason == other.estimate.reason
    if one.per_unit is None:
        return
    assert one.estimate.effect == pytest.approx(other.estimate.effect, rel=1e-4, abs=1e-4)
    assert np.log1p(one.per_unit / 100) == pytest.approx(
        factor * np.log1p(other.per_unit / 100), rel=1e-3, abs=1e-5
    )


@given(seeds)
def test_the_order_of_areas_does_not_matter(seed: int) -> None:
    counts, dose = _tables(seed)
    order = np.random.default_rng(seed).permutation(counts.shape[0])
    one, other = (
        dose_effect(DosedAreas(counts, dose)),
        dose_effect(DosedAreas(counts[order], dose[order])),
    )
    assert one.estimate.reason == other.estimate.reason
    assert one.estimate.verdict is other.estimate.verdict
    if one.per_unit is not None:
        assert one.per_unit == pytest.approx(other.per_unit, rel=1e-4, abs=1e-4)


@given(seeds)
def test_a_decisive_failure_always_silences(seed: int) -> None:
    found = dose_effect(DosedAreas(*_tables(seed), follows_counts=True))
    assert found.estimate.verdict is Verdict.CANNOT_TELL
