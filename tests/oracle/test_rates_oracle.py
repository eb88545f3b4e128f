"""Rates against exact distributions, published tables and slower implementations."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, optimize, special, stats

from convive.core.rates import (
    crude_rate,
    rate_against_rest,
    rate_difference,
    rate_ratio,
    smoothed_rate,
)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    # Garwood's limits as tabulated to three decimals (e.g. Ulm 1990, Am J Epidemiol 131, 373).
    [(0, 0.0, 3.689), (1, 0.025, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390)],
)
def test_limits_are_those_of_the_table(count: int, low: float, high: float) -> None:
    estimate = crude_rate([count], [1.0], per=1)
    assert (estimate.low[0], estimate.high[0]) == pytest.approx((low, high), abs=6e-4)


@pytest.mark.parametrize("count", [1, 2, 30, 4000])
def test_limits_leave_exactly_the_tails_out(count: int) -> None:
    estimate = crude_rate([count], [1.0], per=1, level=0.9)
    assert stats.poisson.sf(count - 1, estimate.low[0]) == pytest.approx(0.05, rel=1e-9)
    assert stats.poisson.cdf(count, estimate.high[0]) == pytest.approx(0.05, rel=1e-9)


def test_ratio_and_its_p_are_the_binomial_mid_p() -> None:
    k, other, share = 12, 31, 0.2
    result = rate_ratio(([k], [20.0]), ([other], [80.0]))
    n = k + other

    def upper(p: float) -> float:
        return float(stats.binom.sf(k, n, p) + 0.5 * stats.binom.pmf(k, n, p))

    low = optimize.brentq(lambda p: upper(p) - 0.025, 1e-9, 1 - 1e-9)
    high = optimize.brentq(lambda p: upper(p) - 0.975, 1e-9, 1 - 1e-9)
    odds = (1 - share) / share
    expected = (low / (1 - low) * odds, high / (1 - high) * odds)
    assert (result.low[0], result.high[0]) == pytest.approx(expected, rel=1e-8)
    tails = (upper(share), 1 - upper(share))
    assert result.p[0] == pytest.approx(2 * min(tails), rel=1e-9)


def test_difference_limits_are_recovered_from_the_two_rates() -> None:
    result = rate_difference(([6], [2.0]), ([2], [1.0]), per=1)
    limits = [(stats.gamma.ppf(0.025, k + 0.5), stats.gamma.ppf(0.975, k + 0.5)) for k in (6, 2)]
    (low_a, high_a), (low_b, high_b) = limits[0], limits[1]
    a, b = 3.0, 2.0
    expected_low = a - b - np.hypot(a - low_a / 2, high_b - b)
    expected_high = a - b + np.hypot(high_a / 2 - a, b - low_b)
    assert (result.low[0], result.high[0]) == pytest.approx((expected_low, expected_high))


def test_area_against_rest_is_two_rates_compared() -> None:
    events, people = np.array([14, 40, 9]), np.array([500.0, 900.0, 700.0])
    whole = rate_against_rest(events, people)
    one = rate_ratio((events[0], people[0]), (events[1:].sum(), people[1:].sum()))
    assert whole.ratio[0] == pytest.approx(float(one.ratio))
    assert (whole.low[0], whole.p[0]) == pytest.approx((float(one.low), float(one.p)))


def test_smoothing_is_the_integral_over_the_prior() -> None:
    """Second implementation: adaptive two-dimensional quadrature, one area at a time."""
    events = np.array([3.0, 9.0, 4.0, 20.0, 7.0, 2.0])
    people = np.array([400.0, 800.0, 900.0, 1000.0, 600.0, 500.0])
    typical = events.sum() / people.sum() * np.exp(np.mean(np.log(people)))

    def log_posterior(log_mean: float, logit: float) -> float:
        shape, mean = np.exp(logit) * typical, np.exp(log_mean)
        likelihood = stats.nbinom.logpmf(events, shape, shape / (shape + mean * people)).sum()
        prior = 0.5 * np.log(special.expit(logit)) + 2.0 * np.log(special.expit(-logit))
        return float(likelihood + prior)

    peak = max(log_posterior(m, z) for m in np.linspace(-6, -3, 31) for z in np.linspace(-9, 5, 57))

    def integral(function: object) -> float:
        value, _ = integrate.dblquad(
            lambda m, z: function(m, z) * np.exp(log_posterior(m, z) - peak),  # type: ignore[operator]
            -12.0, 8.0, -6.5, -3.0, epsabs=1e-7, epsrel=1e-5,
        )  # fmt: skip
        return float(value)

    total = integral(lambda _m, _z: 1.0)

    def weight_of_first(m: float, z: float) -> float:
        shape = np.exp(z) * typical
        return float(np.exp(m) * people[0] / (np.exp(m) * people[0] + shape))

    expected = integral(weight_of_first) / total
    # The grid of 31 × 11 nodes against adaptive quadrature: one percentage point.
    assert smoothed_rate(events, people).weight[0] == pytest.approx(expected, abs=0.01)


def test_smoothing_agrees_with_marshall_where_areas_differ_clearly() -> None:
    """With many large areas the moment estimator of 1991 must tell the same story."""
    rng = np.random.default_rng(4)
    people = rng.uniform(2000, 20_000, 300)
    events = rng.poisson(people * rng.gamma(4.0, 0.01 / 4.0, 300))
    crude, overall = events / people, events.sum() / people.sum()
    between = np.sum(people * (crude - overall) ** 2) / people.sum() - overall / people.mean()
    weight = between / (between + overall / people)
    marshall = weight * crude + (1 - weight) * overall
    ours = smoothed_rate(events, people, per=1)
    assert ours.rate == pytest.approx(marshall, rel=0.1)
    assert ours.prior_mean == pytest.approx(0.01, rel=0.1)
    assert ours.prior_variance == pytest.approx(0.01**2 / 4, rel=0.3)
