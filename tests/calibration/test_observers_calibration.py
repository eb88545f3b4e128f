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


def _fair_walk(
    rng: np.random.Generator, design: tuple[int, int, int, float, float]
) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
    """Return a walk of fair raters, and the areas' true means; a place's second rater is another."""
    n, n_raters, n_areas, twice, between = design
    n_places = round(n / (1 + twice))
    again = rng.choice(n_places, n - n_places, replace=False)
    place = np.concatenate([np.arange(n_places), again])
    rater = rng.integers(0, n_raters, n)
    rater[n_places:] = (rater[again] + rng.integers(1, n_raters, n - n_places)) % n_raters
    truth = rng.normal(1.5, 0.4, n_areas)
    area = place % n_areas
    ratings = truth[area] + rng.normal(0, between, n_places)[place] + rng.normal(0, 0.35, n)
    return (ratings, rater, place, area), truth


@pytest.mark.calibration
def test_fair_raters_are_rarely_accused_with_few_double_ratings(record_table) -> None:
    """Before degrees of freedom allowed for estimated variances: up to .074 and .13 of walks."""
    runs, rows, rates = 250, [], []
    for n, n_raters, n_areas in ((80, 4, 8), (120, 8, 20)):
        for twice in (0.1, 0.5):
            for between in (0.3, 0.6):
                design = (n, n_raters, n_areas, twice, between)
                rng = np.random.default_rng([n, int(100 * twice), int(100 * between)])
                kept = np.array([_fair_result(rng, design) for _ in range(runs)])
                low, flagged, raters, areas = kept.mean(axis=0)
                rates.append((low, flagged, raters, areas))
                doubles = n - round(n / (1 + twice))
                rows.append(
                    [n, n_raters, n_areas, doubles, between]
                    + [f"{rate:.3f}" for rate in (low, flagged, raters, areas)]
                )
    record_table(
        "observers_fair",
        title="Observers' strictness: fair observers accused",
        about=f"{runs} walks of observers who are all equally strict, noise 0.35; nominal are 0.05 "
        "and coverage 0.95.",
        head=[
            *("Stops", "Observers", "Areas", "Rated twice", "Spread between places"),
            *("p < 0.05", "Walks with a flag", "Coverage of effects", "Coverage of areas"),
        ],
        rows=rows,
    )
    low, flagged, raters, areas = np.array(rates).T
    # Standard error of a rate: about .008 (raters of a walk are related), of flags .014.
    assert low.max() <= 0.075
    assert low.mean() <= 0.055
    assert flagged.max() <= 0.095
    assert flagged.mean() <= 0.06
    assert raters.min() >= 0.925
    assert areas.min() >= 0.93


def _fair_result(
    rng: np.random.Generator, design: tuple[int, int, int, float, float]
) -> tuple[float, float, float, float]:
    """Return shares of small p-values, of a flag, and of intervals that cover."""
    walk, truth = _fair_walk(rng, design)
    effects = rater_effects(*walk[:3], areas=walk[3])
    means = area_means(*walk)
    known = truth[means.areas.astype(int)]
    return (
        float(np.mean(effects.p < 0.05)),
        float(np.any(benjamini_hochberg(effects.p) <= 0.05)),
        float(np.mean((effects.low <= 0) & (effects.high >= 0))),
        float(np.mean((means.low <= known) & (known <= means.high))),
    )
