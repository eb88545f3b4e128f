"""False alarms stay at the stated rate."""

from __future__ import annotations

import numpy as np

from convive.core.significance import benjamini_hochberg, monte_carlo_p, poisson_share_p


def test_share_of_false_discoveries_stays_below_five_percent() -> None:
    rng = np.random.default_rng(1)
    shares, found = [], []
    for _ in range(400):
        z = rng.normal(size=200)
        z[:20] += 3.5
        p = 2 * (1 - np.vectorize(_phi)(np.abs(z)))
        discovered = benjamini_hochberg(np.clip(p, 0, 1)) <= 0.05
        shares.append(discovered[20:].sum() / max(1, discovered.sum()))
        found.append(discovered[:20].mean())
    # Theory: 0.05 × 180/200 = 0.045; standard error of the mean of 400 is about 0.002.
    assert 0.035 < np.mean(shares) < 0.051
    assert np.mean(found) > 0.6


def test_monte_carlo_p_is_uniform_under_the_hypothesis() -> None:
    rng = np.random.default_rng(2)
    draws = rng.gamma(1.5, size=(99, 4000))
    p = monte_carlo_p(draws, rng.gamma(1.5, size=4000))
    assert abs(np.mean(p <= 0.1) - 0.1) < 0.015
    assert abs(np.mean(p <= 0.5) - 0.5) < 0.025


def test_equal_rates_are_called_different_five_times_in_a_hundred() -> None:
    rng = np.random.default_rng(3)
    for mean_a, mean_b in ((4.0, 40.0), (30.0, 60.0), (200.0, 100.0)):
        a, b = rng.poisson(mean_a, 20_000), rng.poisson(mean_b, 20_000)
        p = poisson_share_p(a, a + b, mean_a / (mean_a + mean_b))
        assert 0.035 < np.mean(p <= 0.05) < 0.06


def _phi(z: float) -> float:
    from math import erf, sqrt

    return 0.5 * (1 + erf(z / sqrt(2)))
