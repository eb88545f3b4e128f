"""Trend and season of pairs of areas against scipy."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import chi2_contingency

from convive.core.evaluation.comparison_course import Course, is_like_season, level_ratio, trend_gap


def _pair(seed: int, n: int = 48) -> tuple[Course, Course]:
    rng = np.random.default_rng(seed)
    month = np.arange(n)
    ours = rng.poisson(30 * np.exp(0.01 * month))
    return Course(ours.astype(float), month), Course(rng.poisson(40, n).astype(float), month)


@pytest.mark.parametrize("seed", range(3))
def test_slope_is_that_of_a_logistic_fit(seed: int) -> None:
    ours, other = _pair(seed)
    years = ours.month / 12

    def deviance(beta: np.ndarray) -> float:
        eta = beta[0] + beta[1] * (years - years.mean())
        return float(
            np.sum((ours.counts + other.counts) * np.logaddexp(0, eta) - ours.counts * eta)
        )

    best = minimize(deviance, [0.0, 0.0], method="BFGS", options={"gtol": 1e-9})
    assert trend_gap(ours, other)[0] == pytest.approx(100 * np.expm1(best.x[1]), abs=1e-3)


def test_slope_of_exact_growth_is_found() -> None:
    month = np.arange(36)
    ours, other = Course(100 * 1.2 ** (month / 12), month), Course(np.full(36, 100.0), month)
    assert trend_gap(ours, other)[0] == pytest.approx(20.0, abs=1e-4)
    assert level_ratio(ours, other, 1) == pytest.approx(3600 / ours.counts.sum())


@pytest.mark.parametrize(("seed", "depth"), [(1, 0.0), (2, 0.05), (3, 0.5)])
def test_season_is_the_chi_square_of_the_table_where_counts_are_poisson(
    seed: int, depth: float
) -> None:
    rng, month = np.random.default_rng(seed), np.arange(60)
    wave = np.exp(depth * np.sin(month / 6 * np.pi))
    ours, other = (Course(rng.poisson(50 * w).astype(float), month) for w in (wave, 1 / wave))
    table = [np.bincount(month % 12, one.counts) for one in (ours, other)]
    p = chi2_contingency(table).pvalue
    if not 0.001 < p < 0.05:  # a slight dispersion may turn what is near the limit
        assert is_like_season(ours, other) is bool(p > 0.01)
