"""Agreement of raters against R, a published table and slow second implementations."""

import json
from itertools import combinations, permutations
from pathlib import Path

import numpy as np
import pytest

from convive.core.agreement import cohen_kappa, kappa, krippendorff_alpha
from convive.core.double_rating import stops_for_kappa
from factories.oracle.agreement import pair

R = json.loads((Path(__file__).parent / "r" / "agreement.json").read_text("utf-8"))
NAN = np.nan
PUBLISHED = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
        [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
    ]
)
"""Krippendorff (2011), Computing Krippendorff's alpha-reliability, example C."""
ALPHAS = {"nominal": 0.743, "ordinal": 0.815, "interval": 0.849, "ratio": 0.797}


@pytest.mark.parametrize("weighting", ["nominal", "linear", "quadratic"])
def test_cohen_kappa_equals_psych(weighting: str) -> None:
    found = cohen_kappa(*pair(), weighting=weighting)
    assert found.value == pytest.approx(R[weighting], rel=1e-9)
    if weighting == "nominal":
        assert found.standard_error**2 == pytest.approx(R["nominal_variance"], rel=1e-9)


@pytest.mark.parametrize("weighting", ["nominal", "linear", "quadratic"])
def test_the_error_of_weighted_kappa_equals_the_jackknife_of_many_stops(weighting: str) -> None:
    """Variances of weighted kappa of psych 2.2.9 are not usable: its default gives 0 here."""
    many = np.tile(np.stack(pair()), 12)
    exact = cohen_kappa(*many, weighting=weighting).standard_error
    assert kappa(many, weighting=weighting).standard_error == pytest.approx(exact, rel=0.005)


@pytest.mark.parametrize(("measure", "published"), ALPHAS.items())
def test_alpha_equals_the_published_example(measure: str, published: float) -> None:
    assert krippendorff_alpha(PUBLISHED, measure=measure).value == pytest.approx(
        published, abs=0.0006
    )


def _slow_alpha(ratings: np.ndarray, measure: str) -> float:
    """Return alpha from all pairs within units and all pairs of values."""
    units = [column[np.isfinite(column)] for column in ratings.T]
    units = [unit for unit in units if unit.size > 1]
    values = np.concatenate(units)

    def apart(a: float, b: float) -> float:
        if measure == "nominal":
            return float(a != b)
        if measure == "interval":
            return (a - b) ** 2
        if measure == "ratio":
            return ((a - b) / (a + b)) ** 2 if a + b else 0.0
        low, high = min(a, b), max(a, b)
        between = np.sum((values >= low) & (values <= high))
        return float(between - 0.5 * (np.sum(values == low) + np.sum(values == high))) ** 2

    within = sum(apart(a, b) / (unit.size - 1) for unit in units for a, b in permutations(unit, 2))
    every = sum(apart(a, b) for a, b in permutations(values, 2))
    return 1 - (within / values.size) / (every / (values.size * (values.size - 1)))


@pytest.mark.parametrize("measure", ALPHAS)
def test_alpha_equals_counting_pairs(measure: str) -> None:
    rng = np.random.default_rng(3)
    ratings = np.clip(rng.integers(0, 4, 25) + rng.integers(-1, 2, (3, 25)), 0, 4).astype(float)
    ratings[rng.random(ratings.shape) < 0.25] = np.nan
    for table in (PUBLISHED, ratings):
        exact = _slow_alpha(table, measure)
        assert krippendorff_alpha(table, measure=measure).value == pytest.approx(exact, rel=1e-10)


def test_kappas_of_three_raters_equal_counting() -> None:
    rng = np.random.default_rng(4)
    truth = rng.integers(0, 3, 40)
    ratings = np.where(rng.random((3, 40)) < 0.7, truth, rng.integers(0, 3, (3, 40))).astype(float)
    pairs = list(combinations(range(3), 2))
    seen = np.mean([np.mean(ratings[a] == ratings[b]) for a, b in pairs])
    own = np.array([[np.mean(row == k) for k in range(3)] for row in ratings])
    chance = {
        "conger": np.mean([own[a] @ own[b] for a, b in pairs]),
        "fleiss": np.sum(own.mean(axis=0) ** 2),
        "ac1": np.sum(own.mean(axis=0) * (1 - own.mean(axis=0))) / 2,
    }
    for kind, by_chance in chance.items():
        exact = (seen - by_chance) / (1 - by_chance)
        assert kappa(ratings, kind=kind).value == pytest.approx(exact, rel=1e-10)
    two = kappa(ratings[:2], weighting="quadratic").value
    assert two == pytest.approx(cohen_kappa(*ratings[:2], weighting="quadratic").value, rel=1e-10)


def test_jackknife_and_bootstrap_agree_with_the_large_sample_error() -> None:
    ratings = np.stack(pair())
    exact = cohen_kappa(*ratings).standard_error
    assert kappa(ratings).standard_error == pytest.approx(exact, rel=0.05)
    drawn = kappa(ratings, rng=np.random.default_rng(5))
    assert drawn.standard_error == pytest.approx(exact, rel=0.1)


def test_the_planned_number_of_stops_gives_the_planned_interval() -> None:
    rng = np.random.default_rng(6)
    shares = [0.4, 0.3, 0.2, 0.1]
    size = stops_for_kappa(0.1, shares, 1000, kappa=0.6)
    widths = []
    for _ in range(200):
        first = rng.choice(4, size.n_needed, p=shares)
        other = rng.choice(4, size.n_needed, p=shares)
        second = np.where(rng.random(size.n_needed) < 0.6, first, other)
        widths.append(1.96 * cohen_kappa(first, second).standard_error)
    assert np.mean(widths) == pytest.approx(0.1, rel=0.03)
