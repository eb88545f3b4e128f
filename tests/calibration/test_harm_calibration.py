"""Intervals of harm-weighted rates cover the truth, however unequal the weights are."""

from __future__ import annotations

import numpy as np
import pytest

from convive.core.harm import MIN_EVENTS, harm_rate

# means and weights by kind: alike; days of a usual scale; one very rare and very grave kind
SETTINGS = {
    "alike": ([20.0, 15.0, 10.0], [1.0, 1.5, 2.0]),
    "usual": ([80.0, 30.0, 6.0, 1.0], [1.0, 10.0, 60.0, 400.0]),
    "extreme": ([60.0, 20.0, 0.3], [1.0, 5.0, 5000.0]),
}
RUNS = 4000


def _coverage(setting: str, method: str) -> float:
    means, weights = (np.array(x) for x in SETTINGS[setting])
    counts = np.random.default_rng(19).poisson(means, (RUNS, means.size))
    counts = counts[counts.sum(axis=1) >= MIN_EVENTS]
    found = harm_rate(counts, weights, np.ones(len(counts)), per=1, method=method)
    truth = means @ weights
    return float(np.mean((found.low <= truth) & (truth <= found.high)))


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_gamma_interval_never_covers_less_than_it_says(setting: str) -> None:
    assert _coverage(setting, "fay_feuer") >= 0.942  # 0.95 less two and a half simulation errors


@pytest.mark.parametrize("setting", ["alike", "usual"])
def test_the_mid_p_interval_covers_about_what_it_says(setting: str) -> None:
    assert 0.935 <= _coverage(setting, "mid_p") <= 0.995


def test_dobsons_interval_fails_where_rare_kinds_weigh_most() -> None:
    assert _coverage("alike", "dobson") >= 0.94
    assert _coverage("extreme", "dobson") < 0.6
