"""Fair raters are rarely accused, intervals of effects and areas cover."""

from __future__ import annotations

import numpy as np
import pytest

from convive.core.observers import area_means, rater_effects
from convive.core.significance import benjamini_hochberg


def _simulate(
    rng: np.random.Generator, bias: np.ndarray, twice: float
) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
    n, n_areas = 600, 40
    n_places = int(n / (1 + twice))
    place = np.concatenate([np.arange(n_places), rng.choice(n_places, n - n_places, replace=False)])
    area, rater = place % n_areas, rng.integers(0, bias.size, n)
    truth = rng.normal(1.5, 0.4, n_areas)
    ratings = truth[area] + rng.normal(0, 0.3, n_places)[place] + bias[rater]
    return (ratings + rng.normal(0, 0.35, n), rater, place, area), truth


def _run(bias: tuple[float, float], twice: float, *, walks: int) -> dict[str, float]:
    rng = np.random.default_rng(1)
    planted = np.zeros(12)
    planted[[3, 7]] = bias
    kept: dict[str, list[float]] = {"found": [], "wrong": [], "rater": [], "area": []}
    for _ in range(walks):
        (ratings, rater, place, area), truth = _simulate(rng, planted, twice)
        effects = rater_effects(ratings, rater, place, areas=area)
        names = effects.raters.astype(int)
        flagged = names[benjamini_hochberg(effects.p) <= 0.05]
        is_biased = planted[flagged] != 0
        kept["found"].append(is_biased.sum())
        kept["wrong"].append((~is_biased).sum() / max(1, flagged.size))
        here = planted[names]
        kept["rater"].append(np.mean((effects.low <= here) & (here <= effects.high)))
        means = area_means(ratings, rater, place, area)
        known = truth[means.areas.astype(int)]
        kept["area"].append(np.mean((means.low <= known) & (known <= means.high)))
    return {name: float(np.mean(values)) for name, values in kept.items()}


@pytest.mark.parametrize("twice", [0.0, 1.0])
def test_biased_raters_are_found_and_intervals_cover(twice: float) -> None:
    result = _run((0.6, -0.6), twice, walks=8)
    assert result["found"] == 2
    assert result["wrong"] < 0.25
    assert result["rater"] > 0.9
    assert result["area"] > 0.92


@pytest.mark.calibration
@pytest.mark.parametrize("bias", [(0.6, -0.6), (0.5, 0.5), (0.0, 0.0)])
@pytest.mark.parametrize("twice", [0.0, 0.1, 0.5, 1.0])
def test_false_accusations_stay_rare_over_many_walks(bias: tuple, twice: float) -> None:
    result = _run(bias, twice, walks=600)
    assert result["found"] > (1.95 if any(bias) else -1)
    assert result["wrong"] < 0.065
    assert result["rater"] > 0.935
    assert result["area"] > 0.94
