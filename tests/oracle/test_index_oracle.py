"""Bands against brute force over all partitions, intervals against the closed form."""

from itertools import combinations

import numpy as np
import pytest
from scipy.stats import chi2, norm

from convive.core.index import Slot, aggregate, build_index, tie_bands
from convive.core.model import Side


def _is_homogeneous(x: np.ndarray, se: np.ndarray, alpha: float = 0.05) -> bool:
    if x.size == 1:
        return True
    weights = 1 / se**2
    q = np.sum(weights * (x - np.average(x, weights=weights)) ** 2)
    pairs = list(combinations(range(x.size), 2))
    p_pairs = [2 * norm.sf(abs(x[i] - x[j]) / np.hypot(se[i], se[j])) for i, j in pairs]
    return chi2.sf(q, x.size - 1) >= alpha / 2 and min(p_pairs) * len(pairs) >= alpha / 2


def _naive_number_of_bands(x: np.ndarray, se: np.ndarray) -> int:
    """Return the fewest homogeneous runs of the sorted areas, trying every partition."""
    order = np.argsort(-x)
    x, se = x[order], se[order]
    for n_cuts in range(x.size):
        for cuts in combinations(range(1, x.size), n_cuts):
            runs = np.split(np.arange(x.size), cuts)
            if all(_is_homogeneous(x[run], se[run]) for run in runs):
                return n_cuts + 1
    return x.size


@pytest.mark.parametrize("seed", range(12))
def test_bands_equal_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    se = rng.uniform(1, 4, 9)
    x = 100 + rng.normal(0, rng.choice([1, 5, 15]), 9) + rng.normal(0, se)
    bands = tie_bands(x, se)
    assert bands.max() == _naive_number_of_bands(x, se)
    for band in range(1, bands.max() + 1):
        assert _is_homogeneous(x[bands == band], se[bands == band])
    for band in range(1, bands.max()):
        both = (bands == band) | (bands == band + 1)
        assert not _is_homogeneous(x[both], se[both])


def test_components_equal_weighted_row_means_at_each_level() -> None:
    rng = np.random.default_rng(5)
    scores = rng.uniform(50, 150, (5, 30))
    sides = [Side.OBJECTIVE, Side.OBJECTIVE, Side.OBJECTIVE, Side.SUBJECTIVE, Side.SUBJECTIVE]
    slots = [
        Slot(str(row), theme, side, is_lower_better=True)
        for row, (theme, side) in enumerate(zip("aabab", sides, strict=True))
    ]
    weights = np.array([1 / 8, 1 / 8, 1 / 4, 1 / 4, 1 / 4])
    assert aggregate(scores, slots)["overall"] == pytest.approx(weights @ scores, rel=1e-12)


def test_intervals_equal_the_closed_form_of_a_linear_index() -> None:
    rng = np.random.default_rng(6)
    values = rng.normal(0, 1, (4, 25, 1))
    errors = rng.uniform(0.05, 0.3, values.shape)
    slots = [
        Slot(str(row), str(row), side, is_lower_better=bool(row % 2))
        for row, side in enumerate(
            [Side.OBJECTIVE, Side.OBJECTIVE, Side.SUBJECTIVE, Side.SUBJECTIVE]
        )
    ]
    result = build_index(values, errors, slots, 0, rng=rng)
    sds = values.std(axis=1, ddof=1)[:, None]
    exact = np.sqrt(np.sum((20 * errors / sds / 4) ** 2, axis=0))
    overall = result.components["overall"]
    # 1000 draws: standard errors to a few percent.
    assert overall.standard_errors == pytest.approx(exact, rel=0.08)
    assert overall.high - overall.low == pytest.approx(2 * 1.6449 * exact, rel=0.12)
