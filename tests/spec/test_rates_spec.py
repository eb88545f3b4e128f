"""What rates, their smoothing and their comparison mean, in cases that can be read."""

from __future__ import annotations

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.rates import (
    common_population,
    crude_rate,
    implied_population,
    overdispersion,
    rate_against_rest,
    rate_difference,
    rate_ratio,
    smoothed_rate,
    standard_error_of_log_rate,
)


def test_rate_is_per_thousand_person_years() -> None:
    assert crude_rate(30, 10_000.0).rate == pytest.approx(3.0)


def test_no_events_leave_an_upper_limit() -> None:
    estimate = crude_rate([0], [1000.0])
    assert estimate.low[0] == 0
    assert estimate.high[0] == pytest.approx(-np.log(0.025))  # P(0 events) is 2.5 % there


@pytest.mark.parametrize(
    ("events", "people", "code"),
    [
        ([1], [0.0], "RATES_NO_DENOMINATOR"),
        ([1], [-5.0], "RATES_NO_DENOMINATOR"),
        ([1], [np.nan], "RATES_NO_DENOMINATOR"),
        ([-1], [10.0], "RATES_NEGATIVE_COUNT"),
        ([np.nan], [10.0], "RATES_NEGATIVE_COUNT"),
        ([1, 2], [10.0], "RATES_SHAPE"),
    ],
)
def test_what_cannot_be_a_rate_is_refused(events: list, people: list, code: str) -> None:
    for method in (crude_rate, smoothed_rate, rate_against_rest):
        with pytest.raises(MethodError, match=code):
            method(events, people)


def test_level_must_be_a_probability() -> None:
    with pytest.raises(MethodError, match="RATES_LEVEL"):
        crude_rate([1], [10.0], level=95)


def test_small_area_borrows_and_large_area_stands_alone() -> None:
    events = [2, 40, 55, 62, 70, 5000]
    people = [100, 4000, 5000, 6000, 8000, 200_000.0]
    smoothed = smoothed_rate(events, people)
    crude = np.array(events) / np.array(people) * 1000
    assert smoothed.weight[0] < 0.4
    assert smoothed.weight[-1] > 0.95
    assert abs(smoothed.rate[0] - crude[0]) > abs(smoothed.rate[-1] - crude[-1])


def test_areas_that_do_not_differ_share_the_rate_of_the_city() -> None:
    smoothed = smoothed_rate([20] * 30, [1000.0] * 30)
    assert smoothed.rate == pytest.approx(np.full(30, 20.0))
    assert np.all(smoothed.high - smoothed.low < 10)  # crude intervals are 18 wide
    assert np.all(smoothed.high > smoothed.low + 3)  # and never collapse


def test_a_single_area_has_nobody_to_borrow_from() -> None:
    smoothed, crude = smoothed_rate([4], [1000.0]), crude_rate([4], [1000.0])
    assert smoothed.rate == crude.rate
    assert smoothed.weight[0] == 1
    assert (smoothed.low[0], smoothed.high[0]) == (crude.low[0], crude.high[0])


def test_a_city_without_events_keeps_upper_limits() -> None:
    smoothed = smoothed_rate([0, 0, 0], [1000.0, 2000.0, 10.0])
    assert smoothed.rate.tolist() == [0, 0, 0]
    assert np.all(smoothed.high > 0)


def test_area_like_the_rest_has_ratio_one() -> None:
    against = rate_against_rest([50, 50, 100], [1000, 1000, 2000.0])
    assert against.ratio == pytest.approx(np.ones(3))
    assert np.all(against.p > 0.9)


def test_twice_the_rate_of_the_rest_is_seen() -> None:
    against = rate_against_rest([200, 100, 100], [1000, 1000, 1000.0])
    assert against.ratio[0] == pytest.approx(2.0)
    assert against.low[0] > 1.6
    assert against.p[0] < 1e-8


def test_zero_events_in_an_area_can_be_clear() -> None:
    against = rate_against_rest([0, 30, 30], [1000, 1000, 1000.0])
    assert against.ratio[0] == 0
    assert against.low[0] == 0
    assert 0 < against.high[0] < 0.3
    assert against.p[0] < 1e-4


def test_events_in_one_area_only_have_no_upper_limit() -> None:
    against = rate_against_rest([7, 0], [1000, 1000.0])
    assert against.ratio[0] == np.inf
    assert against.high[0] == np.inf
    assert against.low[0] > 1


def test_nothing_anywhere_is_not_tested() -> None:
    against = rate_against_rest([0, 0], [1000, 1000.0])
    assert np.isnan(against.ratio).all()
    assert np.isnan(against.p).all()


def test_one_area_has_no_rest() -> None:
    with pytest.raises(MethodError, match="RATES_TOO_FEW_AREAS"):
        rate_against_rest([3], [100.0])


def test_dispersion_makes_comparison_more_careful() -> None:
    plain = rate_against_rest([130, 100, 100], [1000, 1000, 1000.0])
    careful = rate_against_rest([130, 100, 100], [1000, 1000, 1000.0], dispersion=4.0)
    assert careful.ratio == pytest.approx(plain.ratio)
    assert careful.p[0] > plain.p[0]
    assert careful.low[0] < plain.low[0]


def test_dispersion_is_taken_from_the_periods() -> None:
    rng = np.random.default_rng(1)
    calm = rng.poisson(20.0, (40, 24))
    bursts = 5 * rng.poisson(4.0, (40, 24))  # every offence comes as a series of five
    assert overdispersion(calm) == pytest.approx(1.0, abs=0.15)
    assert overdispersion(bursts) == pytest.approx(5.0, abs=0.6)
    people = np.full(40, 1000.0)
    by_period = rate_against_rest(bursts, people, dispersion="estimate")
    given = rate_against_rest(bursts.sum(axis=1), people, dispersion=overdispersion(bursts))
    assert by_period.p == pytest.approx(given.p)


def test_season_and_differences_between_areas_are_no_overdispersion() -> None:
    season = 1 + 0.8 * np.sin(np.arange(24))
    expected = np.outer(np.linspace(5, 200, 30), season)
    assert overdispersion(np.random.default_rng(2).poisson(expected)) < 1.2


@pytest.mark.parametrize("table", [[1, 2, 3], [[1, 2, 3]], [[1], [2]], [[0, 0], [0, 0]]])
def test_dispersion_needs_areas_and_periods(table: list) -> None:
    with pytest.raises(MethodError, match="RATES_NO_PERIODS"):
        overdispersion(table)


def test_dispersion_below_one_is_refused() -> None:
    with pytest.raises(MethodError, match="RATES_DISPERSION"):
        rate_ratio(([3], [10.0]), ([4], [10.0]), dispersion=0.5)


def test_difference_has_the_sign_of_first_minus_second() -> None:
    result = rate_difference((30, 1000.0), (10, 1000.0))
    assert result.difference == pytest.approx(20.0)
    assert result.low > 0
    assert result.p < 0.01


def test_difference_of_zero_counts_is_uncertain_both_ways() -> None:
    result = rate_difference((0, 1000.0), (0, 2000.0))
    assert result.difference == 0
    assert result.low < 0 < result.high
    assert np.isnan(result.p)


def test_log_rate_of_no_events_has_a_finite_error() -> None:
    errors = standard_error_of_log_rate([0, 1, 100])
    assert np.all(np.isfinite(errors))
    assert errors[2] == pytest.approx(0.1, rel=0.01)
    assert errors[0] > errors[1] > errors[2]


def test_published_rates_give_the_population_back() -> None:
    # 12,345 people; rates per 100,000 published without decimals.
    counts = np.array([1, 17, 403, 0])
    rates = np.round(counts / 12_345 * 100_000)
    implied = implied_population(counts, rates)
    assert np.isnan(implied.population[3])
    assert (implied.low[3], implied.high[3]) == (0.0, np.inf)
    common = common_population(implied)
    assert common.low <= 12_345 <= common.high
    again = np.round(counts / common.population * 100_000)
    assert again.tolist() == rates.tolist()


def test_published_rates_of_different_populations_do_not_fit() -> None:
    with pytest.raises(MethodError, match="RATES_INCONSISTENT"):
        common_population(implied_population([1000, 1000], [5000, 6000]))


def test_counts_without_rates_are_refused() -> None:
    with pytest.raises(MethodError, match="RATES_SHAPE"):
        implied_population([1, 2], [5.0])
