"""False alarms, coverage and power of effects, areas drifting apart included."""

import numpy as np
import pytest

from convive.core.evaluation import count_effect

pytestmark = pytest.mark.calibration


def _panel(
    rng: np.random.Generator, shape: tuple[int, int, int], mean: float, drift: float, noise: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return monthly means (areas differ in size, season, course, chance) and start."""
    n_areas, n_months, start = shape
    month = np.arange(n_months)
    size = mean * np.exp(rng.normal(0, 0.5, (n_areas, 1)))
    course = np.exp(0.1 * np.sin(month / 6 * np.pi) + 0.003 * month)
    apart = np.where(month >= start, np.exp(rng.normal(0, drift, (n_areas, 1))), 1.0)
    return size * course * apart * np.exp(noise * rng.normal(size=(n_areas, n_months)))


@pytest.mark.parametrize(
    ("n_treated", "n_comparison", "mean", "drift", "noise"),
    [
        (1, 8, 20, 0.0, 0.1),
        (1, 8, 20, 0.1, 0.1),
        (1, 38, 30, 0.15, 0.1),
        (2, 30, 30, 0.1, 0.1),
        (3, 38, 100, 0.1, 0.05),
        (1, 1, 30, 0.0, 0.1),
        (1, 3, 30, 0.0, 0.1),
        (2, 6, 5, 0.05, 0.0),
    ],
)
def test_false_alarms_and_coverage(
    n_treated: int, n_comparison: int, mean: float, drift: float, noise: float
) -> None:
    rng = np.random.default_rng(1)
    alarms = covered = 0
    for _ in range(800):
        means = _panel(rng, (n_treated + n_comparison, 48, 28), mean, drift, noise)
        quiet = rng.poisson(means)
        alarms += count_effect(quiet[:n_treated], quiet[n_treated:], 28).p <= 0.05
        means[:n_treated, 28:] *= 0.75
        treated = rng.poisson(means)
        result = count_effect(treated[:n_treated], treated[n_treated:], 28)
        covered += result.low <= -25.0 <= result.high
    assert alarms / 800 <= 0.075
    assert covered / 800 >= 0.925


def test_a_fall_by_a_quarter_in_two_areas_is_found() -> None:
    rng = np.random.default_rng(2)
    found = 0
    for _ in range(300):
        means = _panel(rng, (32, 60, 40), 30, 0.08, 0.1)
        means[:2, 40:] *= 0.75
        counts = rng.poisson(means)
        found += count_effect(counts[:2], counts[2:], 40).p <= 0.05
    assert found / 300 >= 0.85
