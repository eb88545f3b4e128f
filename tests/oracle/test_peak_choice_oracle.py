"""Regression to the mean against closed forms of the gamma-Poisson model."""

import numpy as np
import pytest
from scipy.stats import nbinom

from convive.core.evaluation import chosen_at_peak, expected_after_choice
from convive.core.evaluation.peak_choice import Shrinkage, _beyond_line, _read, shrinkage_of

SHAPE, MEAN = 2.5, 5.0


def _expected_table(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return counts as often as the negative binomial expects them, and those of a new period."""
    support = np.arange(60)
    often = np.round(n * nbinom.pmf(support, SHAPE, SHAPE / (SHAPE + MEAN))).astype(int)
    before = np.repeat(support, often).astype(float)
    return before, (SHAPE + before) / (SHAPE / MEAN + 1.0)


def test_shrinkage_is_that_of_the_gamma_distribution() -> None:
    """Posterior mean (shape + count) ÷ (rate + exposure)."""
    prior = Shrinkage(MEAN, MEAN**2 / SHAPE)
    counts, exposure = np.array([0.0, 3.0, 17.0]), np.array([1.0, 2.0, 0.5])
    exact = (SHAPE + counts) / (SHAPE / MEAN + exposure)
    np.testing.assert_allclose(prior.expected(counts, exposure), exact, rtol=1e-12)


def test_moments_of_a_negative_binomial_sample_are_found() -> None:
    before, _ = _expected_table(2_000_000)
    found = shrinkage_of(before, np.ones(before.size))
    assert found.mean == pytest.approx(MEAN, rel=1e-4)
    assert found.variance == pytest.approx(MEAN**2 / SHAPE, rel=1e-3)


@pytest.mark.parametrize("least", [8, 12, 20])
def test_the_fall_to_come_is_robbins_sum(least: int) -> None:
    """Sum of rates where count ≥ k is the sum of counts where count ≥ k + 1 (Robbins 1956)."""
    before, _ = _expected_table(2_000_000)
    chosen = before >= least
    ours = before[before >= least + 1].sum() / before[chosen].sum()
    others = (before.sum() - before[before >= least + 1].sum()) / before[~chosen].sum()
    expected = 100 * (ours / others - 1)
    assert expected_after_choice(before, chosen) == pytest.approx(expected, abs=0.1)


def test_the_line_through_the_others_carries_on_to_the_chosen() -> None:
    """With the expected counts themselves after, nothing is left over."""
    before, after = _expected_table(5000)
    places = _read(before, after, before >= 14, None)
    log_ratio, _, _ = _beyond_line(places, shrinkage_of(places.before, places.base_before))
    assert log_ratio == pytest.approx(0.0, abs=1e-9)


def test_choosing_in_simulated_cities_agrees_with_the_closed_form() -> None:
    before, after = _expected_table(1000)
    found = chosen_at_peak(before, after, before >= 14, rng=np.random.default_rng(1))
    assert found.expected_by_rule == pytest.approx(found.expected_by_shrinkage, abs=3.0)
