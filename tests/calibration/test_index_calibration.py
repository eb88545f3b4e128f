"""One band where nothing differs; intervals that cover."""

import numpy as np
import pytest

from convive.core.index import Slot, build_index, tie_bands
from convive.core.model import Side

pytestmark = pytest.mark.calibration


@pytest.mark.parametrize("n_areas", [2, 5, 40, 300])
def test_identical_areas_make_one_band(n_areas: int) -> None:
    rng = np.random.default_rng(1)
    errors = rng.uniform(0.5, 3.0, (2000, n_areas))
    one = [tie_bands(rng.normal(100, row), row).max() == 1 for row in errors]
    assert np.mean(one) >= 0.94


def test_planted_groups_come_out_as_bands() -> None:
    rng = np.random.default_rng(2)
    truth = np.repeat([115.0, 100.0, 85.0], [10, 20, 10])
    right = [tie_bands(rng.normal(truth, 2.0), np.full(40, 2.0)) for _ in range(500)]
    assert np.mean([bands.max() == 3 for bands in right]) >= 0.85
    expected = np.repeat([1, 2, 3], [10, 20, 10])
    assert np.mean([(bands == expected).mean() for bands in right if bands.max() == 3]) >= 0.98


def test_intervals_cover_the_true_index_nine_times_in_ten() -> None:
    rng = np.random.default_rng(3)
    slots = [
        Slot("a", "theft", Side.OBJECTIVE, is_lower_better=True),
        Slot("b", "perception", Side.SUBJECTIVE, is_lower_better=True),
    ]
    covered = []
    for _ in range(80):
        truth = rng.normal(0, 1, (2, 30, 2))
        errors = rng.uniform(0.1, 0.4, truth.shape)
        seen = truth + rng.normal(0, errors)
        result = build_index(seen, errors, slots, 0, rng=rng)
        # On the scale of the frozen base: the same base for truth and estimate.
        scale = [(base.mean, base.sd) for base in result.bases]
        points = [100 - 20 * (t - m) / s for t, (m, s) in zip(truth, scale, strict=True)]
        true_index = np.clip(points, 0, 200).mean(axis=0)
        overall = result.components["overall"]
        covered.append(((overall.low <= true_index) & (true_index <= overall.high)).mean())
    assert np.mean(covered) == pytest.approx(0.90, abs=0.02)
