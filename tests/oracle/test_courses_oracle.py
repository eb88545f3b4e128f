"""Memory, forecasts, seasons and shares against R and against brute force."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import beta, binom, chi2, f

from convive.core.temporal.aoristic import WeekProfile
from convive.core.temporal.forecast import _carry_on
from convive.core.temporal.memory import RHO_GRID, contrast_likelihood, correlations, learn_memory
from convive.core.temporal.profile_contrast import daypart_contrast, hour_intervals
from convive.core.temporal.quasi_poisson import fit_quasi_poisson
from convive.core.temporal.relative import relative_trends
from convive.core.temporal.season_profile import _any_season, _columns
from factories.oracle.time import monthly

R = json.loads((Path(__file__).parent / "r" / "time.json").read_text("utf-8"))


def test_the_likelihood_of_a_memory_equals_nlme() -> None:
    """R nlme: gls(y ~ time + month, corAR1(rho, fixed = TRUE), method = "REML")."""
    y = monthly().astype(float)
    month = np.arange(72)[:, None] % 12 == np.arange(1, 12)
    design = np.column_stack([np.ones(72), np.arange(72), month])
    found, _ = contrast_likelihood(y, np.linalg.qr(design)[0], 1.0)
    at = [int(np.argmin(np.abs(RHO_GRID - rho))) for rho in (0.0, 0.3, 0.6, 0.9)]
    assert np.diff(found[at]) == pytest.approx(np.diff(R["remembered"]), rel=1e-8)


def test_the_spread_of_an_estimate_is_a_quadratic_form_under_every_memory() -> None:
    y = monthly().astype(float)
    design, _ = _columns(72, [])
    memory = learn_memory(fit_quasi_poisson(y, design), design)
    contrast = np.linspace(-1, 2, 72)
    for at, correlation in enumerate(correlations(72, memory.lasting)):
        naive = contrast @ correlation @ contrast / (contrast @ contrast) * memory.scale[at]
        assert memory.variances(contrast, 1.0)[at] == pytest.approx(naive, rel=1e-10)


def test_without_memory_the_season_test_is_wald() -> None:
    y = monthly().astype(float)
    design, n_course = _columns(72, [])
    fit = fit_quasi_poisson(y, design)
    memory = learn_memory(fit, design)
    season = fit.coefficients[n_course:]
    wald = season @ np.linalg.solve(fit.covariance[n_course:, n_course:], season) / 11
    alone = replace(memory, weight=(memory.rho == 0).astype(float))
    naive = f.sf(wald / max(1.0, fit.dispersion), 11, memory.df)
    assert _any_season(fit, design, n_course, alone) == pytest.approx(naive, rel=1e-5)


def test_what_is_carried_on_is_the_conditional_normal() -> None:
    rng = np.random.default_rng(3)
    half = np.column_stack([np.ones(15), np.arange(15.0)])
    correlation = correlations(15, 0.8, np.array([0.6]))[0]
    noise = rng.standard_normal(12)
    mean, variance = _carry_on(noise, half, correlation)
    joint = correlation + 1e7 * half @ half.T  # next to nothing is known of the line
    weights = np.linalg.solve(joint[:12, :12], joint[:12, 12:])
    assert mean == pytest.approx(weights.T @ noise, rel=1e-4, abs=1e-4)
    naive = np.diagonal(joint[12:, 12:] - joint[12:, :12] @ weights)
    assert variance == pytest.approx(naive, rel=1e-3)


def test_a_relative_change_is_the_ratio_of_ratios() -> None:
    counts = np.random.default_rng(4).poisson(50, (4, 36))
    found = relative_trends(counts)
    own = counts[1, 24:].sum() / counts[1, 12:24].sum()
    others = np.delete(counts, 1, axis=0)
    rest = others[:, 24:].sum() / others[:, 12:24].sum()
    assert found.trends[1].change_percent == pytest.approx(100 * (own / rest - 1), rel=1e-9)


def test_a_share_of_whole_numbers_is_binomial() -> None:
    week = np.zeros((7, 24))
    week[0, 0], week[0, 12] = 30, 50
    found = daypart_contrast(WeekProfile(week, 80, 0, 0, 0))
    lower = binom.cdf(29, 80, 1 / 3) + 0.5 * binom.pmf(30, 80, 1 / 3)
    assert found.p == pytest.approx(2 * min(lower, 1 - lower), rel=1e-9)
    assert found.share_interval == pytest.approx(beta.ppf([0.025, 0.975], 30.5, 50.5), rel=1e-9)
    low, high = hour_intervals(WeekProfile(week, 80, 0, 0, 0))
    assert low[0, 0] == pytest.approx(chi2.ppf(0.025, 60) / 2, rel=1e-9)
    assert high[0, 0] == pytest.approx(chi2.ppf(0.975, 62) / 2, rel=1e-9)
