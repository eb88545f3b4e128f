"""What survey estimates mean, in cases small enough to work out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.survey import (
    SharePair,
    SurveyDesign,
    compare_shares,
    difference,
    difference_between_waves,
    difference_by_domain,
    difference_from_rest,
    kish_effective_n,
    mean_by_domain,
    ratio_by_domain,
    share_by_domain,
    shares_against_rest,
    total_by_domain,
)

SIX = SurveyDesign(np.ones(6), clusters=["a", "a", "b", "b", "c", "c"])


def test_clusters_by_hand() -> None:
    """y = 1 2 | 3 4 | 5 9: mean 4; cluster sums of (y - 4)/6 are -5/6, -1/6, 1."""
    result = mean_by_domain(SIX, [1, 2, 3, 4, 5, 9.0])
    by_hand = 3 / 2 * ((5 / 6) ** 2 + (1 / 6) ** 2 + 1)
    assert result.value[0] == 4.0
    assert result.se[0] == pytest.approx(np.sqrt(by_hand))
    assert (result.n[0], result.df[0]) == (6, 2)


def test_strata_by_hand() -> None:
    """Two strata of two: only differences within the strata count."""
    design = SurveyDesign([10, 10, 30, 30.0], strata=["x", "x", "y", "y"])
    result = mean_by_domain(design, [0, 2, 10, 14.0])
    # mean (10·0 + 10·2 + 30·10 + 30·14)/80; influence w(y - mean)/80; n/(n-1) Σ(z - z̄)²
    assert result.value[0] == pytest.approx(740 / 80)
    by_hand = 2 * ((10 * 2 / 80 / 2) ** 2 * 2) + 2 * ((30 * 4 / 80 / 2) ** 2 * 2)
    assert result.se[0] == pytest.approx(np.sqrt(by_hand))
    assert result.df[0] == 2


def test_lonely_cluster_is_centred_at_the_grand_mean() -> None:
    """Strata x (2 clusters) and y (1): the lonely one keeps its whole deviation."""
    design = SurveyDesign(np.ones(3), strata=["x", "x", "y"])
    result = mean_by_domain(design, [0, 2, 4.0])
    z = (np.array([0, 2, 4]) - 2) / 3
    by_hand = 2 * ((z[0] - z[:2].mean()) ** 2 + (z[1] - z[:2].mean()) ** 2) + z[2] ** 2
    assert result.se[0] == pytest.approx(np.sqrt(by_hand))


def test_lonely_cluster_counts_in_domains_that_it_does_not_reach() -> None:
    design = SurveyDesign(np.ones(4), strata=["x", "x", "x", "y"])
    total = total_by_domain(design, [3.0, 1, 2, 5], np.array([0, 0, -1, -1]))
    # cluster sums 3, 1, 0 in x and 0 in y; grand mean 1 of all four clusters
    z = np.array([3, 1, 0.0])
    by_hand = 3 / 2 * np.sum((z - z.mean()) ** 2) + (0 - 1.0) ** 2
    assert total.se[0] == pytest.approx(np.sqrt(by_hand))


def test_everybody_asked_leaves_no_uncertainty() -> None:
    design = SurveyDesign(np.ones(5), fpc=np.full(5, 5.0))
    assert mean_by_domain(design, [1, 2, 3, 4, 5.0]).se[0] == 0


def test_not_answered_is_out_of_the_base() -> None:
    with_gap = share_by_domain(SIX, [1, 0, np.nan, 1, 0, 0])
    assert with_gap.n[0] == 5
    assert with_gap.value[0] == pytest.approx(2 / 5)


def test_weight_zero_is_out_of_the_base() -> None:
    design = SurveyDesign([1.0, 1, 0])
    assert mean_by_domain(design, [1, 3, 99.0]).n[0] == 2
    assert mean_by_domain(design, [1, 3, 99.0]).value[0] == 2.0


def test_freedom_of_a_domain_is_its_own() -> None:
    """A domain met in two of six clusters has 2 - 1 = 1 degree of freedom, not 5."""
    design = SurveyDesign(np.ones(12), clusters=np.repeat(np.arange(6), 2))
    domains = np.where(np.arange(12) < 4, 0, 1)
    assert mean_by_domain(design, np.arange(12.0), domains).df.tolist() == [1, 3]


def test_domain_in_one_cluster_has_a_value_but_no_interval() -> None:
    result = mean_by_domain(SIX, [1, 2, 3, 4, 5, 9.0], np.array([0, 0, 1, 1, 1, 1]))
    assert result.value[0] == 1.5
    assert result.df[0] == 0
    assert np.isnan(result.low[0])


def test_empty_domain_has_nothing() -> None:
    result = share_by_domain(SIX, [1, 0, 1, 0, 1, 0], np.zeros(6, dtype=int), n_domains=2)
    assert result.n.tolist() == [6, 0]
    assert np.isnan([result.value[1], result.se[1], result.low[1], result.high[1]]).all()


def test_share_of_nobody_is_not_certain() -> None:
    design = SurveyDesign(np.ones(40))
    domains = np.repeat([0, 1], 20)
    y = np.concatenate([np.zeros(20), np.tile([0.0, 1], 10)])
    result = share_by_domain(design, y, domains)
    assert result.value[0] == 0
    assert result.low[0] == 0
    # 20 respondents, design effect near 1: Clopper-Pearson 1 - 0.025^(1/20) = 16.8 %
    assert result.high[0] == pytest.approx(1 - 0.025 ** (1 / 20), abs=0.01)
    everybody = share_by_domain(design, 1 - y, domains)
    assert everybody.high[0] == 1
    assert everybody.low[0] == pytest.approx(1 - result.high[0])


def test_share_of_nobody_knows_that_neighbours_answer_alike() -> None:
    design = SurveyDesign(np.ones(80), clusters=np.repeat(np.arange(8), 10))
    y = np.repeat([0, 0, 0, 0, 1, 0, 1, 1.0], 10)
    result = share_by_domain(design, y, np.repeat([0, 1], 40))
    assert result.high[0] > 0.3  # 4 clusters, not 40 people
    assert result.n_effective[0] < 10


def test_share_refuses_other_answers() -> None:
    with pytest.raises(MethodError, match="SURVEY_NOT_BINARY"):
        share_by_domain(SIX, [1, 2, 0, 0, 1, 1])


def test_total_adds_weights() -> None:
    design = SurveyDesign([100.0, 300.0])
    assert total_by_domain(design, [1, 0.0]).value[0] == 100


def test_ratio_is_of_totals_and_leaves_out_half_answers() -> None:
    design = SurveyDesign(np.ones(4))
    result = ratio_by_domain(design, [2, 6, 5, np.nan], [1, 3, np.nan, 9.0])
    assert result.value[0] == 2.0
    assert result.se[0] == pytest.approx(0.0)
    assert result.n[0] == 2
    with pytest.raises(MethodError, match="SURVEY_SHAPE"):
        ratio_by_domain(design, [1.0, 2, 3, 4], [1.0])


def test_equal_weights_lose_nothing_and_unequal_ones_do() -> None:
    assert kish_effective_n(np.full(50, 7.0)).tolist() == [50]
    assert kish_effective_n([1, 1, 2.0])[0] == pytest.approx(16 / 6)
    assert kish_effective_n([1.0], np.array([1]), n_domains=2).tolist() == [0, 1]


def test_difference_within_the_same_clusters_is_surer_than_between() -> None:
    """Man and woman of the same cluster answer alike: the clusters' level cancels."""
    level = np.repeat([0.0, 10, 20, 30], 2)
    y = level + np.tile([0, 1.0], 4) + np.array([0, 0, 0.1, 0, 0, 0.1, 0, 0])
    first = np.tile([True, False], 4)
    paired = difference(SurveyDesign(np.ones(8), clusters=np.repeat(range(4), 2)), y, ~first, first)
    apart = difference(SurveyDesign(np.ones(8)), y, ~first, first)
    assert paired.difference[0] == pytest.approx(1.0)
    assert paired.se[0] < 0.1 < apart.se[0]
    assert paired.p[0] < 0.001 < apart.p[0]
    assert (paired.n_a[0], paired.n_b[0]) == (4, 4)


def test_difference_of_a_group_from_itself_is_nothing() -> None:
    everybody = np.ones(6, dtype=bool)
    same = difference(SIX, [1, 2, 3, 4, 5, 9.0], everybody, everybody)
    assert same.difference[0] == 0
    assert same.se[0] == 0
    assert np.isnan(same.p[0])


def test_two_shares_of_nobody_are_not_certainly_equal() -> None:
    design = SurveyDesign(np.ones(20))
    first = np.arange(20) < 10
    result = difference(design, np.zeros(20), first, ~first)
    assert result.difference[0] == 0
    assert result.low[0] < -0.1
    assert result.high[0] > 0.1
    assert np.isnan(result.p[0])
    assert result.reason == ("SURVEY_TOO_FEW_CASES",)


def test_group_that_is_not_there_has_no_difference() -> None:
    result = difference_by_domain(
        SIX,
        [1, 0, 1, 0, 1, 1],
        (np.array([True] * 3 + [False] * 3), np.zeros(6, dtype=bool)),
        np.zeros(6, dtype=int),
    )
    assert np.isnan([result.difference[0], result.p[0], result.low[0]]).all()


def test_area_against_rest_is_two_groups() -> None:
    y = np.array([1, 0, 1, 1, 0, 1.0])
    domains = np.array([0, 0, 1, 0, 1, -1])
    rest = difference_from_rest(SIX, y, domains)
    for area in (0, 1):
        pair = difference(SIX, y, domains == area, domains != area)
        assert rest.difference[area] == pytest.approx(pair.difference[0])
        assert rest.se[area] == pytest.approx(pair.se[0])
        assert (rest.reason[area], pair.reason[0]) == ("SURVEY_TOO_FEW_CASES",) * 2
        assert (rest.n_a[area], rest.n_b[area]) == (pair.n_a[0], pair.n_b[0])


def test_areas_lend_each_other_their_design_effects() -> None:
    """An area is tested no more boldly among others than if it were compared on its own."""
    rng = np.random.default_rng(6)
    clusters = np.repeat(np.arange(60), 8)
    y = (rng.uniform(size=480) < rng.beta(2, 6, 60)[clusters]).astype(float)
    design, domains = SurveyDesign(np.ones(480), clusters=clusters), clusters % 6
    rest = difference_from_rest(design, y, domains)
    alone = [difference(design, y, domains == d, domains != d) for d in range(6)]
    assert rest.difference == pytest.approx([pair.difference[0] for pair in alone])
    assert rest.se == pytest.approx([pair.se[0] for pair in alone])
    assert all(rest.p >= [pair.p[0] - 1e-3 for pair in alone])


def test_a_group_without_a_case_is_not_certainly_different() -> None:
    """None of 131 against 6.6 % of 1,000: one such sample in several thousand, not billions."""
    y = np.concatenate([np.zeros(131), np.ones(66), np.zeros(934)])
    group = np.arange(y.size) < 131
    result = difference(SurveyDesign(np.ones(y.size)), y, group, ~group)
    assert abs(result.difference[0] / result.se[0]) > 5  # what its own variance would say
    assert 1e-5 < result.p[0] < 2e-3
    assert result.high[0] < 0


def test_too_few_expected_cases_are_not_tested() -> None:
    """Two cases are expected among forty if both groups have a share of 5 %."""
    y = (np.arange(440) % 20 == 0).astype(float)
    group = np.arange(440) < 40
    result = difference(SurveyDesign(np.ones(440)), y, group, ~group)
    assert result.reason == ("SURVEY_TOO_FEW_CASES",)
    assert np.isnan(result.p[0])
    assert result.low[0] < 0 < result.high[0]


def test_freedom_of_a_difference_is_that_of_its_two_sides() -> None:
    """A side met in 3 clusters and one in 5 of the eight."""
    design = SurveyDesign(np.ones(48), clusters=np.repeat(np.arange(8), 6))
    first = np.arange(48) < 18
    result = difference(design, np.arange(48) % 7, first, ~first)
    # Satterthwaite with variances as 1/18 and 1/30
    by_hand = (1 / 18 + 1 / 30) ** 2 / ((1 / 18) ** 2 / 2 + (1 / 30) ** 2 / 4)
    assert result.df[0] == pytest.approx(by_hand)


def test_areas_against_the_rest_of_their_shares() -> None:
    found = shares_against_rest([0.5, 0.1, np.nan, 0.1], [40.0, 200, 50, 100])
    pair = SharePair(np.array([[0.5], [0.1]]), np.array([[40.0], [300]]))
    assert found.p[0] == pytest.approx(compare_shares(pair, np.inf).p[0])
    assert found.reason[2] == "SURVEY_NOBODY"
    assert found.p[0] < 1e-6 < found.p[3]
    with pytest.raises(MethodError, match="SURVEY_SHAPE"):
        shares_against_rest([0.5], [1.0, 2.0])


def test_waves_are_independent_samples() -> None:
    rng = np.random.default_rng(1)
    design = SurveyDesign(np.ones(400))
    earlier = share_by_domain(design, (rng.uniform(size=400) < 0.3).astype(float))
    later = share_by_domain(design, (rng.uniform(size=400) < 0.5).astype(float))
    change = difference_between_waves(later, earlier)
    assert change.difference[0] == pytest.approx(later.value[0] - earlier.value[0])
    assert change.se[0] == pytest.approx(np.hypot(later.se[0], earlier.se[0]))
    assert change.p[0] < 0.001
    assert change.df[0] == pytest.approx(798, rel=0.02)


def test_waves_without_anybody_saying_yes_stay_uncertain() -> None:
    design = SurveyDesign(np.ones(30))
    nobody = share_by_domain(design, np.zeros(30))
    change = difference_between_waves(nobody, nobody)
    assert change.low[0] < 0 < change.high[0]


def test_waves_with_other_areas_are_refused() -> None:
    one = mean_by_domain(SIX, np.arange(6.0))
    two = mean_by_domain(SIX, np.arange(6.0), np.array([0, 0, 0, 1, 1, 1]))
    with pytest.raises(MethodError, match="SURVEY_SHAPE"):
        difference_between_waves(one, two)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"weights": [[1.0]]}, "SURVEY_SHAPE"),
        ({"weights": [1.0, -1]}, "SURVEY_BAD_WEIGHT"),
        ({"weights": [1.0, np.nan]}, "SURVEY_BAD_WEIGHT"),
        ({"weights": [1.0, 1], "strata": ["a"]}, "SURVEY_SHAPE"),
        ({"weights": [1.0, 1], "clusters": ["a"]}, "SURVEY_SHAPE"),
        ({"weights": [1.0, 1], "strata": ["a", None]}, "SURVEY_MISSING_LABEL"),
        ({"weights": [1.0, 1], "clusters": [1.0, np.nan]}, "SURVEY_MISSING_LABEL"),
        ({"weights": [1.0, 1], "fpc": [1.0, 1]}, "SURVEY_BAD_FPC"),
    ],
)
def test_designs_that_cannot_be_are_refused(arguments: dict, code: str) -> None:
    with pytest.raises(MethodError, match=code):
        SurveyDesign(**arguments)


@pytest.mark.parametrize("domains", [np.zeros(3, dtype=int), np.zeros(6), np.full(6, -2)])
def test_domains_that_cannot_be_are_refused(domains: np.ndarray) -> None:
    with pytest.raises(MethodError, match="SURVEY_DOMAIN"):
        mean_by_domain(SIX, np.arange(6.0), domains)


def test_groups_must_be_yes_or_no() -> None:
    with pytest.raises(MethodError, match="SURVEY_SHAPE"):
        difference(SIX, np.arange(6.0), np.ones(6), np.ones(6))
    with pytest.raises(MethodError, match="SURVEY_SHAPE"):
        mean_by_domain(SIX, [1.0])
