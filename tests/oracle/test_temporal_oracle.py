"""Fits and searches against R, published break dates and brute force."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import nbinom

from convive.core.temporal import breaks as breaks_module
from convive.core.temporal import detect_break, jump_at, monthly_trend, weekday_hour_profile
from convive.core.temporal.quasi_poisson import fit_quasi_poisson, memory_inflation
from convive.core.temporal.season import season_columns
from factories.published_series import DRIVERS, NILE, SEAT_BELT_MONTH


def test_seat_belt_law_equals_r_glm_quasipoisson() -> None:
    """R 4.2.2: glm(drivers ~ month + trend + law, quasipoisson)."""
    n = DRIVERS.size
    law = (np.arange(n) >= SEAT_BELT_MONTH).astype(float)
    season = season_columns(n, 12, float(DRIVERS.mean()))
    design = np.column_stack([np.ones(n), np.arange(n), law, season])
    fit = fit_quasi_poisson(DRIVERS, design)
    error = np.sqrt(fit.covariance[2, 2] * fit.dispersion)
    # Printed to twelve digits; the fit stops at a relative change of 1e-10 in the deviance.
    assert fit.coefficients[2] == pytest.approx(-0.162005085103, rel=1e-9)
    assert fit.coefficients[1] == pytest.approx(-0.001028371189, rel=1e-8)
    assert error == pytest.approx(0.0260366449823, rel=1e-7)


def test_the_fit_maximises_the_poisson_likelihood() -> None:
    rng = np.random.default_rng(1)
    design = np.column_stack([np.ones(40), rng.normal(size=(40, 2))])
    counts = rng.poisson(np.exp(design @ [1.0, 0.5, -0.3])).astype(float)
    exposure = rng.uniform(0.5, 2.0, 40)

    def minus_log_likelihood(beta: np.ndarray) -> float:
        eta = design @ beta + np.log(exposure)
        return float(np.exp(eta).sum() - counts @ eta)

    best = minimize(minus_log_likelihood, np.zeros(3), method="BFGS", options={"gtol": 1e-9})
    fit = fit_quasi_poisson(counts, design, np.log(exposure))
    assert fit.coefficients == pytest.approx(best.x, abs=1e-6)


def test_the_nile_breaks_after_1898_with_the_f_of_strucchange() -> None:
    """R strucchange 1.5-3, Fstats(Nile ~ 1): sup F 75.93, break after 1898."""
    candidates = np.arange(15, 86)
    search, noise = breaks_module._prepare(NILE, np.ones((100, 1)), candidates)
    statistics = search.f_statistics(noise)
    assert 1871 + candidates[statistics.argmax()] == 1899
    assert statistics.max() == pytest.approx(75.93, abs=0.005)


def test_search_statistic_equals_least_squares_month_by_month() -> None:
    rng = np.random.default_rng(2)
    y = rng.poisson(100, 48).astype(float)
    candidates = np.arange(6, 43)
    search, noise = breaks_module._prepare(y, np.ones((48, 1)), candidates)
    root = np.sqrt(np.full(48, y.mean()))
    for at, statistic in zip(candidates, search.f_statistics(noise), strict=True):
        design = np.column_stack([np.ones(48), np.arange(48) >= at]) * root[:, None]
        small = noise - design[:, :1] @ np.linalg.lstsq(design[:, :1], noise)[0]
        large = noise - design @ np.linalg.lstsq(design, noise)[0]
        naive = (small @ small - large @ large) / (large @ large) * 46
        assert statistic == pytest.approx(naive, rel=1e-9, abs=1e-9)


def test_the_jumps_of_the_drivers_are_the_oil_crisis_and_the_law() -> None:
    """The oil crisis (November 1973) and the law (February 1983) are the known jumps."""
    rng = np.random.default_rng(3)
    first = detect_break(DRIVERS, rng=rng)
    second = detect_break(DRIVERS, rng=rng, known_breaks=[first.index])
    law, oil = sorted([first, second], key=lambda jump: -(jump.index or 0))
    assert abs(oil.index - 58) <= 1
    assert abs(law.index - SEAT_BELT_MONTH) <= 1
    beside = jump_at(DRIVERS, law.index, known_breaks=[oil.index])
    assert beside.low < np.exp(-0.162) < beside.high
    assert max(first.p, second.p) <= 0.05


def _log_likelihood(noise: np.ndarray, columns: np.ndarray, cover: np.ndarray) -> float:
    """Return the largest normal log likelihood of the contrasts, up to a constant."""
    weights = np.linalg.inv(cover)
    best = np.linalg.solve(columns.T @ weights @ columns, columns.T @ weights @ noise)
    rest = noise - columns @ best
    return -0.5 * np.log(rest @ weights @ rest)


def test_the_likelihood_ratio_of_a_jump_equals_generalised_least_squares() -> None:
    rng = np.random.default_rng(6)
    y = rng.poisson(100, 40).astype(float)
    candidates = np.array([10, 20, 31])
    search, noise = breaks_module._prepare(y, np.ones((40, 1)), candidates)
    half = np.full((40, 1), np.sqrt(y.mean()))
    lag = np.abs(np.subtract.outer(np.arange(40), np.arange(40)))
    dispersion = noise @ noise / 39
    lasting = max(0.25, 1 - 1 / max(1.0, dispersion))
    found = []
    for at in (None, *candidates):
        logs = []
        for rho in np.linspace(0, 0.9, 10):
            cover = lasting * rho**lag + (1 - lasting) * np.eye(40)
            jump = np.zeros((40, 0)) if at is None else (np.arange(40) >= at)[:, None] * half
            best = 39 * _log_likelihood(noise, np.hstack([half, jump]), cover)
            best -= 0.5 * np.linalg.slogdet(cover)[1]
            logs.append(best - 0.5 * np.log(np.linalg.det(half.T @ np.linalg.inv(cover) @ half)))
        found.append(max(logs))
    naive = 2 * (np.array(found[1:]) - found[0])
    assert search.statistics(noise) == pytest.approx(naive, rel=1e-8)


def test_the_change_is_the_ratio_of_sums() -> None:
    result = monthly_trend(DRIVERS)
    expected = 100 * (DRIVERS[-12:].sum() / DRIVERS[-24:-12].sum() - 1)
    assert result.change_percent == pytest.approx(expected, rel=1e-12)


def test_an_expectation_equals_the_fit_without_that_month() -> None:
    counts = DRIVERS[:60]
    result = monthly_trend(counts)
    season = season_columns(60, 12, float(counts.mean()))
    design = np.column_stack([np.ones(60), np.linspace(-1, 1, 60), season])
    for month in (0, 17, 59):
        others = np.arange(60) != month
        fit = fit_quasi_poisson(counts[others], design[others])
        alone = np.exp(design[month] @ fit.coefficients)
        # One step of the fit instead of a new fit: equal to second order in the surprise.
        assert result.expected[month] == pytest.approx(alone, rel=0.01)


def test_the_band_of_a_fitted_poisson_series_is_negative_binomial() -> None:
    result = monthly_trend([100] * 60)
    # 14 columns on 60 months of 100: each month is predicted with variance just above 100.
    low, high = nbinom.ppf([0.025, 0.975], 100**2 / 35, 100 / 135)
    assert result.expected_low.min() == pytest.approx(low, abs=3)
    assert result.expected_high.max() == pytest.approx(high, abs=3)


def test_memory_inflation_is_the_quadratic_form() -> None:
    contrast = np.array([0.0, 1.0, -2.0, 0.5])
    correlation = 0.6 ** np.abs(np.subtract.outer(np.arange(4), np.arange(4)))
    naive = contrast @ correlation @ contrast / (contrast @ contrast)
    assert memory_inflation(contrast, 0.6) == pytest.approx(naive, rel=1e-12)


def test_profile_equals_a_minute_by_minute_count() -> None:
    rng = np.random.default_rng(4)
    starts = np.datetime64("2024-03-01T00:00", "m") + rng.integers(0, 40_000, 60)
    ends = starts + rng.integers(1, 2_000, 60)
    naive = np.zeros((7, 24))
    for start, end in zip(starts, ends, strict=True):
        minutes = np.arange(start, end)
        since_monday = (minutes - np.datetime64("1970-01-05", "m")).astype(int)
        np.add.at(naive, (since_monday // 1440 % 7, since_monday // 60 % 24), 1 / minutes.size)
    profile = weekday_hour_profile(starts, ends, np.ones(60, dtype=bool))
    assert profile.expected_counts == pytest.approx(naive, abs=1e-9)
