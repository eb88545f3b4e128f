"""Standardised rates, funnels and uncertain bases, in cases that can be followed by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from convive.core.errors import MethodError
from convive.core.funnel import FunnelVerdict, funnel
from convive.core.rates import crude_rate
from convive.core.significance import two_sided_poisson_p
from convive.core.standardisation import (
    comparative_ratio,
    directly_standardised,
    indirectly_standardised,
)


def _code(call: object, *args: object, **kwargs: object) -> str:
    with pytest.raises(MethodError) as caught:
        call(*args, **kwargs)  # type: ignore[operator]
    return caught.value.code


def test_age_explains_the_whole_difference() -> None:
    """The young have 20, the old 5 in 1,000 in both areas; only the make-up differs."""
    people = np.array([[9000.0, 1000.0], [1000.0, 9000.0]])
    events = people * [0.02, 0.005]
    found = directly_standardised(events, people, [1, 1])
    assert found.rate == pytest.approx([12.5, 12.5])
    ratio = indirectly_standardised(events.sum(axis=1), people, [0.02, 0.005])
    assert ratio.ratio == pytest.approx([1.0, 1.0])
    assert ratio.p == pytest.approx([1.0, 1.0], abs=0.05)
    assert comparative_ratio(events, people, [0.02, 0.005], [1, 1]).ratio == pytest.approx(1.0)


def test_of_one_group_it_is_the_crude_rate_with_its_exact_interval() -> None:
    direct = directly_standardised([[12], [0]], [[4000.0], [250.0]], [7.0])
    crude = crude_rate([12, 0], [4000.0, 250.0])
    for ours, known in (
        (direct.rate, crude.rate),
        (direct.low, crude.low),
        (direct.high, crude.high),
    ):
        assert ours == pytest.approx(known)


def test_byars_limits_are_near_the_exact_ones() -> None:
    people, rates = np.array([[1000.0], [1000.0]]), [0.01]
    exact = indirectly_standardised([4, 40], people, rates, interval="exact")
    byar = indirectly_standardised([4, 40], people, rates, interval="byar")
    assert byar.low == pytest.approx(exact.low, rel=0.02)
    assert byar.high == pytest.approx(exact.high, rel=0.02)


def test_mid_p_limits_are_where_p_is_five_percent() -> None:
    found = crude_rate([0, 3, 12], [1.0] * 3, per=1, interval="mid-p")
    assert two_sided_poisson_p([0, 3, 12], found.high) == pytest.approx(0.05)
    assert two_sided_poisson_p([3, 12], found.low[1:]) == pytest.approx(0.05)
    exact = crude_rate([0, 3, 12], [1.0] * 3, per=1)
    assert (found.high < exact.high).all()


def test_bad_tables_are_refused() -> None:
    assert _code(directly_standardised, [[1, 2]], [[9.0, 9.0]], [1]) == "STANDARDISATION_SHAPE"
    assert _code(directly_standardised, [[1]], [[9.0]], [0]) == "STANDARDISATION_WEIGHTS"
    assert _code(indirectly_standardised, [1], [[9.0]], [-1]) == "STANDARDISATION_WEIGHTS"
    assert _code(directly_standardised, [[1]], [[0.0]], [1]) == "RATES_NO_DENOMINATOR"


def test_an_uncertain_base_widens_the_interval_and_a_certain_one_does_not() -> None:
    exact = crude_rate([0, 8], [1000.0, 1000.0])
    same = crude_rate([0, 8], [1000.0, 1000.0], standard_error=0.0)
    assert same.low == pytest.approx(exact.low, abs=1e-9)
    assert same.high == pytest.approx(exact.high)
    wide = crude_rate([0, 8], [1000.0, 1000.0], standard_error=[200.0, 200.0])
    assert wide.rate == pytest.approx(exact.rate)
    assert wide.low[0] == 0.0
    assert wide.low[1] < exact.low[1]
    assert (wide.high > exact.high).all()
    assert _code(crude_rate, [1], [100.0], standard_error=60.0) == "RATES_BASE_UNCERTAIN"


def test_with_many_events_only_the_uncertainty_of_the_base_is_left() -> None:
    found = crude_rate([10**7], [1e6], per=1, standard_error=1e5)
    sigma = np.sqrt(np.log1p(0.01))
    assert found.high[0] == pytest.approx(10 * np.exp(1.959964 * sigma), rel=1e-3)


# Funnels


def test_exact_limits_leave_at_most_the_stated_share_outside() -> None:
    found = funnel([10] * 3, [500.0, 1000.0, 5000.0], target=0.01, level=0.95)
    means = np.array([5.0, 10.0, 50.0])
    low, high = found.low * [500, 1000, 5000], found.high * [500, 1000, 5000]
    law = stats.poisson(means)
    assert (law.cdf(low - 1) <= 0.025).all()
    assert (law.sf(high) <= 0.025).all()
    assert (law.cdf(low) > 0.025).all()
    assert (law.sf(high - 1) > 0.025).all()


def test_too_few_is_said_where_no_count_could_lie_below() -> None:
    found = funnel([0, 0, 9], [100.0, 2000.0, 100.0], target=0.01)
    assert found.verdict.tolist() == [
        FunnelVerdict.TOO_FEW,
        FunnelVerdict.BELOW,
        FunnelVerdict.ABOVE,
    ]


def test_shares_have_binomial_limits_and_stay_below_one() -> None:
    found = funnel([9, 10], [10.0, 10.0], kind="share", target=0.9, level=0.95)
    assert (found.high <= 1.0).all()
    assert _code(funnel, [11], [10.0], kind="share") == "FUNNEL_SHARE"
    assert _code(funnel, [1], [10.0], kind="share", target=1.0) == "FUNNEL_TARGET"


def test_areas_that_differ_anyway_are_no_longer_all_outside() -> None:
    rng = np.random.default_rng(5)
    base = rng.uniform(2e4, 2e5, 40)
    events = rng.poisson(base * 0.02 * np.exp(rng.normal(0, 0.2, 40)))
    events[7] = int(base[7] * 0.06)
    outside = {}
    for spread in ("none", "additive", "multiplicative"):
        found = funnel(events, base, spread=spread, level=0.95)
        outside[spread] = int(np.sum(found.verdict != FunnelVerdict.WITHIN))
        assert found.verdict[7] == FunnelVerdict.ABOVE
    assert outside["none"] > 20
    assert outside["additive"] <= 6
    additive = funnel(events, base, spread="additive")
    assert 2 * additive.between_sd == pytest.approx(0.2, abs=0.07)
    assert _code(funnel, [1, 2], [9.0, 9.0], spread="additive") == "FUNNEL_TOO_FEW_AREAS"


def test_without_spread_between_areas_the_additive_limits_are_not_wider() -> None:
    base = np.full(30, 1000.0)
    events = np.full(30, 20)
    found = funnel(events, base, spread="additive")
    assert found.between_sd == 0.0
    assert found.dispersion == pytest.approx(0.0)
