"""Smallest falls against formulas worked out by hand, and the parting of areas against its cause."""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import norm, t

from convive.core.evaluation import (
    Design,
    DetectPlan,
    History,
    detectable_effect,
    detectable_survey,
)
from convive.core.evaluation.history import wander_of


@pytest.mark.parametrize(("mean", "after"), [(10.0, 12), (40.0, 24), (200.0, 36)])
def test_poisson_areas_by_hand(mean: float, after: int) -> None:
    """Counts that never vary leave Poisson chance alone: -L = (t + z) √(sum of 1 / count)."""
    counts = np.full((21, 36), mean)
    found = detectable_effect(DetectPlan(Design.BEFORE_AFTER_CONTROL, after), History(counts, [0]))

    def gap(log_ratio: float) -> float:
        ours = 1 / (36 * mean) + 1 / (after * mean * np.exp(log_ratio))
        theirs = 1 / (20 * 36 * mean) + 1 / (20 * after * mean)
        return -log_ratio - (t.ppf(0.975, 20) + norm.ppf(0.8)) * np.sqrt(ours + theirs)

    expected = 100 * np.expm1(brentq(gap, -3.0, 0.0))
    assert found.percent == pytest.approx(expected, abs=1e-3)


def test_many_areas_need_2_8_standard_errors() -> None:
    """Bloom (1995): a two-sided test at 5 % finds with 80 % what is 2.8 standard errors off."""
    counts = np.full((2000, 48), 500.0)
    found = detectable_effect(DetectPlan(Design.BEFORE_AFTER_CONTROL, 48), History(counts, [0]))
    after = 48 * 500 * (1 + found.percent / 100)
    error = np.sqrt(1 / (48 * 500) + 1 / after + 2 / (1999 * 48 * 500))
    assert -np.log1p(found.percent / 100) / error == pytest.approx(2.80, abs=0.01)


def test_few_areas_are_taken_to_drift_apart_by_a_tenth() -> None:
    """With two areas nobody sees a drift: 0.1 each, the variance of `before_after_control`."""
    counts = np.full((2, 48), 1e6)
    found = detectable_effect(DetectPlan(Design.BEFORE_AFTER_CONTROL, 24), History(counts, [0]))
    reach = (t.ppf(0.975, 70) + norm.ppf(0.8)) * np.sqrt(2 * 0.1**2)
    assert found.percent == pytest.approx(100 * np.expm1(-reach), abs=0.3)


@pytest.mark.parametrize(("noise", "drift"), [(0.04, 0.0), (0.0, 0.0004), (0.03, 0.0003)])
def test_noise_and_drift_of_areas_are_found_again(noise: float, drift: float) -> None:
    rng = np.random.default_rng(4)
    walk = np.cumsum(rng.normal(0, np.sqrt(drift), (600, 60)), axis=1)
    counts = rng.poisson(100 * np.exp(rng.normal(0, np.sqrt(noise), (600, 60)) + walk))
    found = wander_of(counts.astype(float))
    for before, after in ((24, 12), (36, 24)):
        # A random walk parts two neighbouring windows by a third of their months.
        expected = noise * (1 / before + 1 / after) + drift * (before + after) / 3
        assert found.between(before, after) == pytest.approx(expected, rel=0.2)


def test_a_random_walk_parts_windows_by_a_third_of_their_months() -> None:
    rng = np.random.default_rng(5)
    walk = np.cumsum(rng.normal(size=(20_000, 36)), axis=1)
    parted = walk[:, 24:].mean(axis=1) - walk[:, :24].mean(axis=1)
    assert parted.var() == pytest.approx((24 + 12) / 3, rel=0.05)


@pytest.mark.parametrize(("share", "n"), [(0.4, 400), (0.2, 900)])
def test_a_fall_of_a_share_has_the_power_promised(share: float, n: int) -> None:
    found = detectable_survey(share, (n, n))
    after = share + found.percent / 100
    rng = np.random.default_rng(6)
    a, b = rng.binomial(n, share, 40_000) / n, rng.binomial(n, after, 40_000) / n
    pooled = (a + b) / 2
    z = (b - a) / np.sqrt(2 * pooled * (1 - pooled) / n)
    assert np.mean(z < -norm.ppf(0.975)) == pytest.approx(0.8, abs=0.02)


def test_staggered_starts_count_with_their_mean_time_after() -> None:
    counts = np.full((30, 36), 50.0)
    history = History(counts, [0, 1, 2], are_neighbours=False)
    late = detectable_effect(DetectPlan(Design.STAGGERED, 24, 36, starts_over=12), history)
    plain = detectable_effect(DetectPlan(Design.BEFORE_AFTER_CONTROL, 18, 42), history)
    assert late.percent == pytest.approx(plain.percent)
