"""Intervals of rates cover the truth as often as they say."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from convive.core.rates import (
    crude_rate,
    rate_against_rest,
    rate_difference,
    rate_ratio,
    smoothed_rate,
)


@pytest.mark.parametrize("mean", [0.5, 2.0, 10.0, 60.0])
def test_crude_interval_covers_at_least_its_level(mean: float) -> None:
    counts = np.random.default_rng(1).poisson(mean, 20_000)
    estimate = crude_rate(counts, np.ones(counts.size), per=1)
    covered = np.mean((estimate.low <= mean) & (mean <= estimate.high))
    assert 0.948 <= covered <= 0.995  # 0.95 less two and a half simulation errors


def _coverage(city: tuple[float, float, int], *, cities: int, seed: int) -> tuple[float, float]:
    """Coverage over all areas, and over the smaller half, of cities with known rates."""
    mean, cv, n = city
    rng = np.random.default_rng(seed)
    everywhere, small = [], []
    for _ in range(cities):
        people = np.exp(rng.normal(np.log(3000), 1.0, n))
        truth = mean * (rng.gamma(1 / cv**2, cv**2, n) if cv else np.ones(n))
        estimate = smoothed_rate(rng.poisson(truth * people), people, per=1)
        covered = (estimate.low <= truth) & (truth <= estimate.high)
        everywhere.append(covered.mean())
        small.append(covered[people < np.median(people)].mean())
    return float(np.mean(everywhere)), float(np.mean(small))


CITIES = [
    (0.02, 0.4, 40),
    (0.002, 0.5, 40),
    (0.02, 0.0, 40),  # areas do not differ at all
    (0.0005, 0.5, 12),  # a small town and a rare offence
    (0.0005, 1.2, 40),
    (0.05, 0.6, 300),
]


@pytest.mark.parametrize("city", CITIES)
def test_smoothed_interval_covers_in_small_areas_too(city: tuple[float, float, int]) -> None:
    everywhere, small = _coverage(city, cities=60, seed=2)
    assert everywhere > 0.925  # quick look: 60 cities; the long one is below
    assert small > 0.91


@pytest.mark.calibration
def test_smoothed_interval_keeps_its_level_over_many_cities(
    record_table: Callable[..., None],
) -> None:
    rows = []
    for mean, cv, n in [*CITIES[:5], (0.002, 1.2, 40)]:
        everywhere, small = _coverage((mean, cv, n), cities=600, seed=3)
        rows.append([n, f"{1000 * mean:g}", cv, f"{everywhere:.3f}", f"{small:.3f}"])
        assert everywhere > 0.942  # 0.945 less one and a half simulation errors
        assert small > 0.942
    record_table(
        "space_smoothed_rates",
        title="Smoothed rates: coverage of the 95 % interval",
        about="600 cities each, of areas with a median of 3,000 inhabitants, very unequal; true "
        "rates differ by a Gamma distribution of the given coefficient of variation.",
        head=["areas", "events per 1,000", "areas differ by", "covered", "smaller half"],
        rows=rows,
    )


def test_smoothed_interval_holds_when_true_rates_are_not_gamma() -> None:
    rng = np.random.default_rng(5)
    covered = []
    for _ in range(150):
        people = np.exp(rng.normal(np.log(3000), 1.0, 40))
        truth = np.exp(rng.normal(np.log(0.01), 0.5, 40))
        estimate = smoothed_rate(rng.poisson(truth * people), people, per=1)
        covered.append(np.mean((estimate.low <= truth) & (truth <= estimate.high)))
    assert np.mean(covered) > 0.935


def test_ratio_interval_covers_with_bursts_once_they_are_allowed_for() -> None:
    rng = np.random.default_rng(6)
    people, hits, plain = np.full(20, 1000.0), [], []
    for _ in range(150):
        table = 3 * rng.poisson(5.0, (20, 12))
        careful = rate_against_rest(table, people, dispersion="estimate")
        hits.append(np.mean(careful.p < 0.05))
        plain.append(np.mean(rate_against_rest(table, people).p < 0.05))
    assert np.mean(hits) == pytest.approx(0.05, abs=0.015)
    assert np.mean(plain) > 0.2  # why it must be allowed for


@pytest.mark.parametrize(("first", "second"), [(3.0, 3.0), (3.0, 12.0), (30.0, 45.0)])
def test_ratio_and_difference_cover(first: float, second: float) -> None:
    rng = np.random.default_rng(7)
    n = 8000
    a, b = rng.poisson(first, n), rng.poisson(second, n)
    ones = np.ones(n)
    ratio = rate_ratio((a, ones), (b, ones))
    known = np.isfinite(ratio.p)
    truth = first / second
    assert np.mean(((ratio.low <= truth) & (truth <= ratio.high))[known]) > 0.945
    difference = rate_difference((a, ones), (b, ones), per=1)
    gap = first - second
    assert np.mean((difference.low <= gap) & (gap <= difference.high)) > 0.94
