"""Properties of survey estimates whatever the sample."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convive.core.survey import (
    SurveyDesign,
    difference,
    difference_from_rest,
    mean_by_domain,
    share_by_domain,
)


@st.composite
def samples(draw: st.DrawFn) -> tuple[np.ndarray, ...]:
    n = draw(st.integers(2, 60))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return (
        rng.uniform(0.1, 5, n),
        rng.integers(0, draw(st.integers(1, 4)), n),
        rng.integers(0, draw(st.integers(1, 9)), n),
        (rng.uniform(size=n) < draw(st.floats(0, 1))).astype(float),
        rng.integers(-1, 3, n),
    )


@given(samples())
def test_share_and_interval_stay_between_nothing_and_all(sample: tuple) -> None:
    weights, strata, clusters, y, domains = sample
    result = share_by_domain(SurveyDesign(weights, strata, clusters), y, domains, n_domains=3)
    known = np.isfinite(result.low)
    assert np.all((result.low >= 0) & (result.low <= result.value + 1e-12) | ~known)
    assert np.all((result.high <= 1) & (result.high >= result.value - 1e-12) | ~known)
    assert np.array_equal(np.isnan(result.value), result.n == 0)


@given(samples(), st.floats(0.01, 1000))
def test_only_proportions_of_weights_matter(sample: tuple, factor: float) -> None:
    weights, strata, clusters, y, domains = sample
    one = mean_by_domain(SurveyDesign(weights, strata, clusters), y, domains, n_domains=3)
    two = mean_by_domain(SurveyDesign(weights * factor, strata, clusters), y, domains, n_domains=3)
    assert two.value == pytest.approx(one.value, nan_ok=True)
    assert two.se == pytest.approx(one.se, nan_ok=True, abs=1e-9)


@given(samples(), st.randoms(use_true_random=False))
def test_order_of_respondents_does_not_matter(sample: tuple, shuffler: object) -> None:
    weights, strata, clusters, y, domains = sample
    order = np.arange(y.size)
    shuffler.shuffle(order)  # type: ignore[attr-defined]
    one = share_by_domain(SurveyDesign(weights, strata, clusters), y, domains, n_domains=3)
    two = share_by_domain(
        SurveyDesign(weights[order], strata[order], clusters[order]),
        y[order],
        domains[order],
        n_domains=3,
    )
    assert two.value == pytest.approx(one.value, nan_ok=True)
    assert two.se == pytest.approx(one.se, nan_ok=True, abs=1e-9)


@given(samples())
def test_respondents_of_no_domain_leave_values_alone(sample: tuple) -> None:
    weights, strata, clusters, y, domains = sample
    changed = np.where(domains < 0, 1 - y, y)
    design = SurveyDesign(weights, strata, clusters)
    one = mean_by_domain(design, y, domains, n_domains=3)
    two = mean_by_domain(design, changed, domains, n_domains=3)
    assert np.array_equal(one.value, two.value, equal_nan=True)
    assert np.array_equal(one.se, two.se, equal_nan=True)


@given(samples())
def test_swapping_groups_turns_the_sign_only(sample: tuple) -> None:
    weights, strata, clusters, y, domains = sample
    design, group = SurveyDesign(weights, strata, clusters), domains > 0
    one, two = difference(design, y, group, ~group), difference(design, y, ~group, group)
    assert one.difference == pytest.approx(-two.difference, nan_ok=True)
    assert one.se == pytest.approx(two.se, nan_ok=True)


@given(samples())
def test_two_areas_differ_from_their_rests_oppositely(sample: tuple) -> None:
    weights, strata, clusters, y, domains = sample
    two = np.where(domains > 0, 1, 0)
    rest = difference_from_rest(SurveyDesign(weights, strata, clusters), y, two, n_domains=2)
    assert rest.difference[0] == pytest.approx(-rest.difference[1], nan_ok=True)
    assert rest.se[0] == pytest.approx(rest.se[1], nan_ok=True, abs=1e-12)
