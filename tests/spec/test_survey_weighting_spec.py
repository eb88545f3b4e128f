"""Weighting, quantiles, replicates and trimming, in cases small enough to work out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.survey import (
    KnownTotal,
    Margin,
    SurveyDesign,
    balanced_repeated,
    bootstrap,
    calibrate,
    difference_between_waves,
    estimate_with_replicates,
    given_replicates,
    jackknife,
    mean_by_domain,
    post_stratify,
    quantile_by_domain,
    rake,
    share_by_domain,
    total_by_domain,
    trim_weights,
    weight_ratios,
    weight_spread,
)

SEX = ["w", "w", "w", "m", "m", "m"]
AGE = ["young", "old", "old", "young", "old", "young"]
SIX = SurveyDesign(np.full(6, 10.0))
BY_SEX = Margin("sex", SEX, {"w": 36.0, "m": 24.0})


def test_post_stratified_weights_by_hand() -> None:
    """Three women stand for 36, three men for 24: weights of 12 and 8."""
    weighted = post_stratify(SIX, BY_SEX)
    assert weighted.weights.tolist() == pytest.approx([12, 12, 12, 8, 8, 8])
    ratios = weight_ratios(weighted)
    assert (ratios.smallest, ratios.median, ratios.largest) == pytest.approx((0.8, 1.0, 1.2))


def test_post_stratified_error_is_that_within_the_groups() -> None:
    """Only what differs among women, and among men, is uncertain; their numbers are known."""
    y = np.array([1.0, 3, 5, 10, 10, 10])
    weighted = post_stratify(SIX, BY_SEX)
    found = mean_by_domain(weighted, y)
    assert found.value[0] == pytest.approx(0.6 * 3 + 0.4 * 10)
    # residuals of the women -2, 0, 2, of the men 0; six single people, n/(n-1) = 6/5
    assert found.se[0] == pytest.approx(np.sqrt(6 / 5 * 2 * (12 * 2 / 60) ** 2))
    assert found.se[0] < mean_by_domain(SurveyDesign(weighted.weights), y).se[0] / 2


def test_known_numbers_have_no_error_and_others_do() -> None:
    weighted = rake(SIX, [BY_SEX, Margin("age", AGE, {"young": 20.0, "old": 40.0})])
    women = total_by_domain(weighted, (np.array(SEX) == "w").astype(float))
    assert (women.value[0], women.se[0]) == (pytest.approx(36.0), 0.0)
    assert total_by_domain(weighted, [1.0, 0, 0, 1, 1, 0]).se[0] > 0
    young = np.array(AGE) == "young"
    assert weighted.weights[young].sum() == pytest.approx(20.0)
    assert weighted.weights[~young].sum() == pytest.approx(40.0)


def test_freedom_of_a_domain_stays_its_own_after_raking() -> None:
    design = SurveyDesign(np.full(12, 5.0), clusters=np.repeat(np.arange(6), 2))
    raked = rake(design, [Margin("half", np.arange(12) % 2, {0: 40.0, 1: 20.0})])
    domains = np.where(np.arange(12) < 4, 0, 1)
    assert mean_by_domain(raked, np.arange(12.0), domains).df.tolist() == [1, 3]


def test_calibration_to_a_number_and_bounds() -> None:
    homes = KnownTotal("people at home", [1.0, 2, 3, 1, 2, 4], 140.0)
    free = calibrate(SIX, [BY_SEX, homes], method="linear")
    assert free.weights @ np.array([1.0, 2, 3, 1, 2, 4]) == pytest.approx(140)
    for method in ("linear", "logit"):
        tied = calibrate(SIX, [BY_SEX, homes], method=method, bounds=(0.5, 1.4))  # type: ignore[arg-type]
        assert tied.weights @ np.array([1.0, 2, 3, 1, 2, 4]) == pytest.approx(140)
        assert weight_ratios(tied).smallest >= 0.5 - 1e-12
        assert weight_ratios(tied).largest <= 1.4 + 1e-12


def test_empty_cell_is_named_with_a_neighbour_to_collapse() -> None:
    margin = Margin("age", AGE, {"young": 20.0, "middle": 15.0, "old": 25.0})
    with pytest.raises(MethodError, match="WEIGHTING_EMPTY_CELL") as caught:
        rake(SIX, [margin])
    assert dict(caught.value.data) == {
        "margin": "age",
        "cell": "middle",
        "population": 15.0,
        "neighbour": "young",
    }


def test_weight_zero_fills_no_cell() -> None:
    design = SurveyDesign([0.0, 0, 0, 1, 1, 1])
    with pytest.raises(MethodError, match="WEIGHTING_EMPTY_CELL"):
        post_stratify(design, BY_SEX)


def test_margins_that_no_weights_meet_are_named() -> None:
    """All women are young and all men old, but half of the town is a woman and 90 % are old."""
    age = Margin("age", ["y", "y", "y", "o", "o", "o"], {"y": 6.0, "o": 54.0})
    for attempt in (lambda: rake(SIX, [BY_SEX, age]), lambda: calibrate(SIX, [BY_SEX, age])):
        with pytest.raises(MethodError, match="WEIGHTING_NO_CONVERGENCE") as caught:
            attempt()
        data = caught.value.data
        assert data["margin"] in {"age", "sex"}
        assert data["cell"] in {"y", "o", "w", "m"}
        assert data["distance"] > 10  # per cent
        assert data["neighbour"] != data["cell"]


def test_population_is_never_rescaled_silently() -> None:
    age = Margin("age", AGE, {"young": 2000.0, "old": 4000.0})
    with pytest.raises(MethodError, match="WEIGHTING_MARGINS_DISAGREE") as caught:
        rake(SIX, [BY_SEX, age])
    assert (caught.value.data["total"], caught.value.data["other_total"]) == (60.0, 6000.0)
    with pytest.raises(MethodError, match="WEIGHTING_BAD_TOTAL"):
        Margin("age", AGE, {"young": 0.0, "old": 0.0}).scaled_to(60.0)
    knowingly = rake(SIX, [BY_SEX, age.scaled_to(BY_SEX.total)])
    assert knowingly.weights.sum() == pytest.approx(60.0)


@pytest.mark.parametrize(
    ("margins", "options", "code"),
    [
        ([], {}, "WEIGHTING_NO_MARGIN"),
        ([Margin("sex", SEX, {})], {}, "WEIGHTING_NO_MARGIN"),
        ([Margin("sex", SEX, {"w": 60.0})], {}, "WEIGHTING_UNKNOWN_CELL"),
        ([Margin("sex", SEX, {"w": 60.0, "m": 0.0})], {}, "WEIGHTING_UNKNOWN_CELL"),
        ([Margin("sex", SEX, {"w": 60.0, "m": -1.0})], {}, "WEIGHTING_BAD_TOTAL"),
        ([Margin("sex", SEX[:2], {"w": 60.0})], {}, "SURVEY_SHAPE"),
        ([Margin("sex", [*SEX[:5], None], {"w": 60.0})], {}, "SURVEY_MISSING_LABEL"),
        ([KnownTotal("x", [1, 2, 3, 4, 5, np.nan], 3.0)], {}, "WEIGHTING_BAD_TOTAL"),
        ([KnownTotal("x", [1.0], 3.0)], {}, "SURVEY_SHAPE"),
        ([BY_SEX], {"method": "logit"}, "WEIGHTING_BOUNDS"),
        ([BY_SEX], {"method": "raking", "bounds": (0.5, 2)}, "WEIGHTING_BOUNDS"),
        ([BY_SEX], {"method": "linear", "bounds": (1.5, 2)}, "WEIGHTING_BOUNDS"),
        ([BY_SEX], {"method": "other"}, "WEIGHTING_METHOD"),
        ([KnownTotal("x", [1.0, 1, 1, 1, 1, 5], 20.0), BY_SEX], {"method": "linear"}, "NEGATIVE"),
    ],
)
def test_what_cannot_be_calibrated_says_why(margins: list, options: dict, code: str) -> None:
    with pytest.raises(MethodError, match=code):
        calibrate(SIX, margins, **options)


def test_calibrating_is_done_once_and_last() -> None:
    weighted = post_stratify(SIX, BY_SEX)
    for again in (
        lambda: rake(weighted, [BY_SEX]),
        lambda: trim_weights(weighted, upper=11.0),
    ):
        with pytest.raises(MethodError, match="WEIGHTING_ALREADY_CALIBRATED"):
            again()
    with pytest.raises(MethodError, match="WEIGHTING_NOT_CALIBRATED"):
        weight_ratios(SIX)
    with pytest.raises(MethodError, match="WEIGHTING_NEEDS_CATEGORIES"):
        rake(SIX, [KnownTotal("x", np.ones(6), 60.0)])  # type: ignore[list-item]


def test_waves_of_calibrated_designs_join_their_smaller_errors() -> None:
    y = np.array([1.0, 0, 1, 0, 0, 0])
    one, two = (share_by_domain(post_stratify(SIX, BY_SEX), answers) for answers in (y, y[::-1]))
    change = difference_between_waves(two, one)
    assert change.se[0] == pytest.approx(np.hypot(one.se[0], two.se[0]))


def test_median_is_the_first_answer_that_half_of_the_weight_reaches() -> None:
    design = SurveyDesign([1.0, 1, 1, 1])
    assert quantile_by_domain(design, [4.0, 1, 3, 2]).value[0] == 2.0
    assert quantile_by_domain(design, [4.0, 1, 3, 2], 0.51).value[0] == 3.0
    heavy = SurveyDesign([7.0, 1, 1, 1])
    assert quantile_by_domain(heavy, [4.0, 1, 3, 2]).value[0] == 4.0
    gap = quantile_by_domain(heavy, [np.nan, 1, 3, 2], domains=np.array([0, 0, 0, 2]), n_domains=4)
    assert gap.value[[0, 2]].tolist() == [1.0, 2.0]
    assert np.isnan(gap.value[[1, 3]]).all()
    assert np.isnan(gap.low).all()


def test_interval_of_a_median_is_read_off_that_of_the_share_below_it() -> None:
    design, y = SurveyDesign(np.ones(101)), np.arange(101.0)
    found = quantile_by_domain(design, y)
    below = share_by_domain(design, (y <= 50).astype(float))
    half = 1.98397 * below.se[0]  # t with 100 degrees of freedom
    assert found.value[0] == 50
    assert found.low[0] == np.ceil(101 * (below.value[0] - half)) - 1
    assert found.high[0] == np.ceil(101 * (below.value[0] + half)) - 1
    with pytest.raises(MethodError, match="SURVEY_PROBABILITY"):
        quantile_by_domain(design, y, 1.0)


def test_jackknife_of_a_mean_by_hand() -> None:
    """y = 1, 2, 6: leaving one out gives 4, 3.5 and 1.5; variance 2/3 × Σ(x - 3)²."""
    found = estimate_with_replicates(
        jackknife(SurveyDesign(np.ones(3))), lambda w: np.average([1.0, 2, 6], weights=w)
    )
    assert sorted(found.replicates.tolist()) == [1.5, 3.5, 4.0]
    assert found.value == 3.0
    assert found.se == pytest.approx(np.sqrt(2 / 3 * (1 + 0.25 + 2.25)))
    assert found.df == 2
    assert found.low < 3.0 < found.high


def test_two_strata_of_two_balanced_by_hand() -> None:
    design = SurveyDesign(np.ones(4), strata=[0, 0, 1, 1])
    y = np.array([1.0, 3, 10, 14])
    weights = balanced_repeated(design)
    assert weights.replicates.shape == (4, 4)
    assert set(np.unique(weights.replicates)) == {0.0, 2.0}
    found = estimate_with_replicates(weights, lambda w: w @ y)
    assert found.se**2 == pytest.approx(2.0**2 + 4.0**2)  # squared differences of the pairs
    fay = estimate_with_replicates(balanced_repeated(design, fay=0.5), lambda w: w @ y)
    assert fay.se == pytest.approx(found.se)


def test_replicates_of_a_calibrated_design_all_meet_the_margin() -> None:
    design = SurveyDesign(np.full(12, 5.0), clusters=np.repeat(np.arange(6), 2))
    labels = np.tile(["w", "m"], 6)
    raked = rake(design, [Margin("sex", labels, {"w": 40.0, "m": 25.0})])
    weights = jackknife(raked)
    assert weights.replicates[labels == "w"].sum(axis=0) == pytest.approx(np.full(6, 40.0))
    assert weights.replicates[labels == "m"].sum(axis=0) == pytest.approx(np.full(6, 25.0))


def test_bootstrap_follows_its_generator() -> None:
    design = SurveyDesign(np.ones(20), clusters=np.repeat(np.arange(10), 2))
    one, two = (bootstrap(design, n_replicates=5, rng=np.random.default_rng(1)) for _ in range(2))
    assert np.array_equal(one.replicates, two.replicates)


def test_everybody_asked_leaves_the_replicates_alike() -> None:
    design = SurveyDesign(np.ones(5), fpc=np.full(5, 5.0))
    drawn = bootstrap(design, n_replicates=3, rng=np.random.default_rng(1))
    assert drawn.replicates == pytest.approx(np.ones((5, 3)))
    assert estimate_with_replicates(jackknife(design), lambda w: w @ np.arange(5.0)).se == 0


LONELY = SurveyDesign(np.ones(3), strata=["x", "x", "y"])


@pytest.mark.parametrize(
    ("attempt", "code"),
    [
        (lambda: jackknife(LONELY), "REPLICATES_LONELY_CLUSTER"),
        (lambda: balanced_repeated(SIX), "REPLICATES_NOT_PAIRED"),
        (lambda: balanced_repeated(SIX, fay=1.0), "REPLICATES_FAY"),
        (
            lambda: bootstrap(SIX, n_replicates=1, rng=np.random.default_rng(0)),
            "REPLICATES_TOO_FEW",
        ),
        (lambda: given_replicates(np.ones(3), np.ones(3), scale=1.0), "REPLICATES_SHAPE"),
        (lambda: given_replicates(np.ones(3), np.ones((2, 4)), scale=1.0), "REPLICATES_SHAPE"),
        (lambda: given_replicates(np.ones(2), -np.ones((2, 4)), scale=1.0), "SURVEY_BAD_WEIGHT"),
        (
            lambda: estimate_with_replicates(jackknife(SIX), lambda w: 1.0 if w[0] else np.nan),
            "REPLICATES_NO_FIGURE",
        ),
    ],
)
def test_what_cannot_be_replicated_says_why(attempt: object, code: str) -> None:
    with pytest.raises(MethodError, match=code):
        attempt()  # type: ignore[operator]


def test_trimming_gives_what_it_cuts_to_the_others_in_equal_parts() -> None:
    """10 is cut to 4; its 6 go to three others, two each."""
    found = trim_weights(SurveyDesign([1.0, 1, 2, 10]), upper=5.0)
    assert found.design.weights == pytest.approx([2 + 2 / 3, 2 + 2 / 3, 3 + 2 / 3, 5])
    assert found.n_trimmed == 1
    assert found.share_moved == pytest.approx(5 / 14)
    assert found.before.deff == pytest.approx(4 * 106 / 14**2)
    assert found.after.deff < found.before.deff
    assert found.before.largest_to_smallest == 10


def test_trimming_at_the_bottom_and_by_the_usual_bound() -> None:
    low = trim_weights(SurveyDesign([0.0, 1.0, 4, 7]), lower=2.0, upper=8.0).design.weights
    assert low == pytest.approx([0, 2, 3.5, 6.5])
    usual = trim_weights(SurveyDesign([*np.linspace(1, 2, 50), 90.0]))
    assert usual.n_trimmed == 1
    assert usual.design.weights.sum() == pytest.approx(165.0)
    with pytest.raises(MethodError, match="WEIGHTING_TRIM"):
        trim_weights(SIX, upper=9.0)
    with pytest.raises(MethodError, match="SURVEY_BAD_WEIGHT"):
        weight_spread(np.zeros(3))
