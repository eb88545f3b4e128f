"""What each step of the index chain does, by hand; and that nothing happens unasked."""

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.index import (
    Choice,
    CountErrors,
    IndexOptions,
    Plan,
    Recipe,
    Slot,
    SpreadOptions,
    SurveyErrors,
    back_cast,
    budget_weights,
    build_index,
    chain_spread,
    check_direction,
    choice_sensitivity,
    combine,
    copeland,
    draw_values,
    draw_weights,
    equal_weights,
    errors_from_replicates,
    factor_weights,
    fill_missing,
    fit_plan,
    fit_scale,
    run_chain,
    sobol_indices,
    target_probability,
    threshold_churn,
    weight_spread,
)
from convive.core.model import Side

NAN = float("nan")
THEFT = Recipe("theft", is_lower_better=True)
TRUST = Recipe("trust", is_lower_better=False)
FIGURES = {"theft": [10.0, 20.0, 30.0], "trust": [0.5, 0.6, 0.7]}


def _rng() -> np.random.Generator:
    return np.random.default_rng(1)


def _code(error: pytest.ExceptionInfo) -> tuple[str, dict]:
    return error.value.code, dict(error.value.data)


@pytest.mark.parametrize(
    ("option", "given"),
    [
        ("missing", {"missing": "guess"}),
        ("scaling", {"scaling": "rank"}),
        ("winsorise", {"winsorise": 0.4}),
        ("goalposts", {"goalposts": (30.0, 0.0)}),
        ("reference", {"reference": 5.0}),
    ],
)
def test_an_unknown_or_unused_option_is_refused(option: str, given: dict) -> None:
    with pytest.raises(MethodError) as error:
        Recipe("theft", is_lower_better=True, **given)
    assert _code(error)[0] == "INDEX_OPTION"
    assert _code(error)[1]["option"] == option


def test_goalposts_against_the_direction_are_refused() -> None:
    Recipe("theft", is_lower_better=True, scaling="min_max", goalposts=(30.0, 0.0))
    for posts in [(0.0, 30.0), (5.0, 5.0), (NAN, 1.0)]:
        with pytest.raises(MethodError, match="INDEX_GOALPOSTS"):
            Recipe("theft", is_lower_better=True, scaling="min_max", goalposts=posts)


def test_names_count_and_order_does_not() -> None:
    one = run_chain(Plan((THEFT, TRUST), {"theft": 3, "trust": 1}), FIGURES).scores
    other = run_chain(
        Plan((TRUST, THEFT), {"trust": 1, "theft": 3}), dict(reversed(FIGURES.items()))
    ).scores
    assert one == pytest.approx([110.0, 100.0, 90.0])
    assert np.allclose(one, other, rtol=1e-14)


@pytest.mark.parametrize("weights", [{"theft": 1}, {"theft": 1, "trust": 1, "fear": 1}])
def test_a_weight_too_few_or_too_many_is_refused(weights: dict) -> None:
    with pytest.raises(MethodError, match="INDEX_NAMES"):
        Plan((THEFT, TRUST), weights)


def test_no_indicator_is_left_out_silently() -> None:
    plan = Plan((THEFT, TRUST), {"theft": 1, "trust": 1})
    with pytest.raises(MethodError, match="INDEX_NO_SCALE"):
        run_chain(plan, {**FIGURES, "trust": [0.5, 0.5, 0.5]})
    with pytest.raises(MethodError, match="INDEX_NAMES"):
        run_chain(plan, {**FIGURES, "fear": [1.0, 2.0, 3.0]})
    with pytest.raises(MethodError, match="INDEX_TABLE"):
        run_chain(plan, {**FIGURES, "trust": [0.5, 0.6]})
    with pytest.raises(MethodError, match="INDEX_MISSING"):
        run_chain(plan, {**FIGURES, "trust": [0.5, NAN, 0.7]})


def test_scales_by_hand() -> None:
    base = [10.0, 20.0, 30.0, 40.0]
    low = {"is_lower_better": True}
    posts = Recipe("x", **low, scaling="min_max", goalposts=(50.0, 0.0))
    assert fit_scale(posts, base).score([50.0, 0.0, 25.0, 60.0]).tolist() == [0, 100, 50, 0]
    extremes = Recipe("x", **low, scaling="min_max")
    assert fit_scale(extremes, base).score([10.0, 25.0]).tolist() == [100.0, 50.0]
    percentile = Recipe("x", **low, scaling="percentile")
    assert fit_scale(percentile, base).score([10.0, 40.0, 25.0, 0.0]).tolist() == [
        87.5,
        12.5,
        50.0,
        100.0,
    ]
    reference = Recipe("x", **low, scaling="reference", reference=20.0)
    assert fit_scale(reference, base).score([20.0, 22.0, 10.0, 80.0]).tolist() == [
        100.0,
        90.0,
        150.0,
        0.0,
    ]
    assert np.isnan(fit_scale(percentile, base).score([NAN])).all()


def test_winsorising_clips_at_base_year_quantiles_and_is_counted() -> None:
    x = [*range(1, 20), 1000.0]
    recipe = Recipe("theft", is_lower_better=True, winsorise=0.1)
    result = run_chain(Plan((recipe,), {"theft": 1}), {"theft": x})
    assert result.n_clipped == {"theft": 4}
    assert result.fitted.scales[0].limits == pytest.approx((2.9, 18.1 + 0.0), abs=0.01)
    plain = run_chain(Plan((THEFT,), {"theft": 1}), {"theft": x})
    assert plain.n_clipped == {"theft": 0}


def test_filling_by_hand() -> None:
    x = {"a": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, NAN], "b": [2.0, 4, 6, 8, 10, 12, 14, 16]}
    ways = {"a": "regression", "b": "refuse"}
    filled = fill_missing(x, ways)
    assert filled.values["a"][7] == pytest.approx(8.0)
    assert filled.errors["a"][7] == pytest.approx(0.0, abs=1e-6)
    assert filled.share_filled == {"a": 0.125, "b": 0.0}
    assert filled.is_filled["a"].tolist() == [False] * 7 + [True]
    nearest = fill_missing(x, {"a": "nearest", "b": "refuse"})
    assert nearest.values["a"][7] == pytest.approx(6.0)  # mean of 5, 6, 7
    with pytest.raises(MethodError, match="INDEX_CANNOT_FILL"):
        fill_missing(x, {"a": "group_mean", "b": "refuse"})
    with pytest.raises(MethodError, match="INDEX_CANNOT_FILL"):
        fill_missing({"a": [NAN, NAN, NAN, 1.0, 2.0], "b": [1.0] * 5}, {"a": "em", "b": "refuse"})


def test_means_penalty_and_comparison_by_hand() -> None:
    points = {"a": [90.0, 100.0], "b": [110.0, 100.0]}
    equal = equal_weights(points)
    assert combine(points, equal, how="mazziotta_pareto").tolist() == [99.0, 100.0]
    assert combine(points, equal, how="geometric") == pytest.approx([np.sqrt(9900), 100.0])
    found = copeland({"a": [3, 2, 1], "b": [3, 2, 1], "c": [1, 2, 3]}, {"a": 1, "b": 1, "c": 1})
    assert found.scores.tolist() == [2.0, 0.0, -2.0]
    assert found.winner == 0
    assert copeland({"a": [1, 1], "b": [2, 2]}, {"a": 1, "b": 1}).winner is None
    with pytest.raises(MethodError, match="INDEX_OPTION"):
        combine(points, equal, how="median")
    with pytest.raises(MethodError, match="INDEX_NEGATIVE_POINTS"):
        combine({"a": [-1.0]}, {"a": 1}, how="geometric")
    assert combine({"a": [0.0], "b": [9.0]}, {"a": 1, "b": 1}, how="geometric").tolist() == [0.0]


def test_budgets_count_people_equally() -> None:
    budget = budget_weights([{"theft": 60, "fear": 40}, {"fear": 1, "theft": 1}])
    assert budget.weights == pytest.approx({"theft": 0.55, "fear": 0.45})
    assert budget.spread["theft"] == pytest.approx(0.1 / np.sqrt(2))
    for wrong in [[{"a": 1}], [{"a": 1, "b": 1}, {"a": 1}], [{"a": -1, "b": 2}, {"a": 1, "b": 1}]]:
        with pytest.raises(MethodError):
            budget_weights(wrong)


def test_weights_from_factors_are_refused_where_nothing_is_common() -> None:
    noise = _rng().normal(size=(5, 80))
    with pytest.raises(MethodError, match="INDEX_NO_FACTORS"):
        factor_weights({str(k): row for k, row in enumerate(noise)})
    with pytest.raises(MethodError, match="INDEX_NO_FACTORS"):
        factor_weights({"a": [1.0, 2, 3], "b": [1.0, 2, 4]})


def test_the_penalty_can_punish_an_improvement_and_the_check_says_so() -> None:
    recipes = tuple(
        Recipe(name, is_lower_better=False, scaling="min_max", goalposts=(0.0, 100.0))
        for name in "abc"
    )
    figures = {"a": [90.0, 60.0, 100.0], "b": [20.0, 60.0, 70.0], "c": [20.0, 60.0, 70.0]}
    equal = equal_weights("abc")
    for how, is_monotone in [("arithmetic", True), ("geometric", True), ("copeland", True)]:
        plan = Plan(recipes, equal, how)
        assert check_direction(fit_plan(plan, figures), figures).is_monotone is is_monotone
    penalty = fit_plan(Plan(recipes, equal, "mazziotta_pareto"), figures)
    check = check_direction(penalty, figures)
    assert not check.is_monotone
    assert check.largest_drop > 0


def test_a_change_of_weights_is_told_apart_from_a_change_of_figures() -> None:
    base = {"theft": [10.0, 20.0, 30.0], "trust": [0.5, 0.6, 0.7]}
    old = fit_plan(Plan((THEFT, TRUST), {"theft": 1, "trust": 1}), base)
    new = fit_plan(Plan((THEFT, TRUST), {"theft": 3, "trust": 1}), base)
    years = {"theft": [[10.0, 20, 30], [20.0, 20, 30]], "trust": [[0.5, 0.6, 0.7]] * 2}
    cast = back_cast(old, new, (years, years), ([2020, 2021], [2020, 2021]), link_year=2021)
    assert cast.old[:, 0].tolist() == pytest.approx([100.0, 90.0])
    assert cast.new[:, 0].tolist() == pytest.approx([110.0, 95.0])
    assert cast.factor[0] == pytest.approx(95 / 90)
    assert cast.spliced[:, 0] == pytest.approx([100 * 95 / 90, 95.0])
    assert cast.because_of_weights[1, 0] == pytest.approx((10 + 5) / 2)
    assert cast.because_of_data[1, 0] == pytest.approx((-10 - 15) / 2)
    assert cast.because_of_data[1, 1] == 0
    with pytest.raises(MethodError, match="INDEX_YEARS"):
        back_cast(old, new, (years, years), ([2020, 2021], [2021, 2022]), link_year=2020)


def test_an_error_that_nobody_declared_is_not_taken_for_none() -> None:
    figures = {"theft": [10.0, 20.0], "trust": [0.5, 0.6]}
    counts = CountErrors("theft", np.array([10.0, 20.0]), np.array([1.0, 1.0]))
    with pytest.raises(MethodError, match="INDEX_NAMES"):
        draw_values(figures, [counts], rng=_rng(), n_draws=10)
    with pytest.raises(MethodError, match="INDEX_NAMES"):
        draw_values(figures, [counts, counts], exact=["trust"], rng=_rng(), n_draws=10)
    drawn = draw_values(figures, [counts], exact=["trust"], rng=_rng(), n_draws=4000)
    assert (drawn["trust"] == figures["trust"]).all()
    assert drawn["theft"].var(axis=0) == pytest.approx([10.5, 20.5], rel=0.1)
    crowded = CountErrors("theft", np.array([10.0, 20.0]), np.ones(2), dispersion=3.0)
    more = draw_values(figures, [crowded], exact=["trust"], rng=_rng(), n_draws=4000)
    assert more["theft"].var(axis=0) == pytest.approx([3 * 11.5, 3 * 21.5], rel=0.1)


def test_impossible_errors_are_refused() -> None:
    with pytest.raises(MethodError, match="INDEX_COVARIANCE"):
        SurveyErrors(("a", "b"), np.array([[[1.0, 2.0], [2.0, 1.0]]]))
    with pytest.raises(MethodError, match="INDEX_COVARIANCE"):
        SurveyErrors(("a",), np.ones((2, 2)))
    with pytest.raises(MethodError, match="INDEX_COUNTS"):
        CountErrors("a", np.array([1.0]), np.array([0.0]))
    with pytest.raises(MethodError, match="INDEX_COVARIANCE"):
        errors_from_replicates(["a"], np.ones((3, 2, 4)), np.ones((1, 4)), scale=1.0)


def test_items_of_one_survey_keep_their_covariance() -> None:
    matrix = np.array([[[1.0, 0.8], [0.8, 1.0]]])
    figures = {"a": [0.0], "b": [0.0]}
    drawn = draw_values(figures, [SurveyErrors(("b", "a"), matrix)], rng=_rng(), n_draws=4000)
    r = np.corrcoef(drawn["a"][:, 0], drawn["b"][:, 0])[0, 1]
    assert r == pytest.approx(0.8, abs=0.03)


def test_build_index_takes_correlations_by_name() -> None:
    values = np.array([[[1.0], [2.0], [3.0]]] * 2)
    slots = [
        Slot("unsafe", "perception", Side.SUBJECTIVE, is_lower_better=True),
        Slot("trust", "perception", Side.SUBJECTIVE, is_lower_better=False),
    ]
    errors = np.full(values.shape, 0.3)

    def spread(options: IndexOptions) -> np.ndarray:
        result = build_index(values, errors, slots, 0, rng=_rng(), options=options)
        return result.components["subjective"].standard_errors

    alone = spread(IndexOptions())
    shared = spread(IndexOptions(error_correlations={("trust", "unsafe"): 0.6}))
    # One is better when high, the other when low: shared error cancels.
    assert shared == pytest.approx(alone * np.sqrt(1 - 0.6), rel=0.1)
    with pytest.raises(MethodError, match="INDEX_NAMES"):
        spread(IndexOptions(error_correlations={("trust", "fear"): 0.6}))
    with pytest.raises(MethodError, match="INDEX_COVARIANCE"):
        spread(IndexOptions(error_correlations={("trust", "unsafe"): 1.6}))


def test_ranks_are_shares_of_draws_and_filled_figures_widen_them() -> None:
    rng = _rng()
    figures = {"theft": np.arange(6.0), "trust": np.arange(6.0)[::-1] / 10}
    plan = Plan((THEFT, TRUST), {"theft": 1, "trust": 1})
    fitted = fit_plan(plan, figures)
    exact = SpreadOptions(n_draws=200, exact=("theft", "trust"))
    sure = chain_spread(fitted, figures, [], rng=rng, options=exact)
    assert sure.rank_low.tolist() == sure.rank_high.tolist() == [1, 2, 3, 4, 5, 6]
    assert sure.standard_errors == pytest.approx(0.0, abs=1e-3)
    doubt = {"theft": np.array([5.0, 0, 0, 0, 0, 0])}
    unsure = SpreadOptions(n_draws=400, exact=("theft", "trust"), fill_errors=doubt)
    wide = chain_spread(fitted, figures, [], rng=rng, options=unsure)
    assert wide.rank_high[0] > 1
    assert wide.rank_shares.sum(axis=1) == pytest.approx(1.0)
    assert wide.chance_among_last(6) == pytest.approx(1.0)
    with pytest.raises(MethodError, match="INDEX_DRAWS"):
        chain_spread(fitted, figures, [], rng=rng, options=SpreadOptions(50, 0.9, exact.exact))


def test_weights_of_zero_and_ties_are_kept() -> None:
    drawn = draw_weights({"a": 1, "b": 0}, rng=_rng(), n_draws=200)
    assert (drawn["b"] == 0).all()
    spread = weight_spread({"a": [1.0, 1.0, 2.0], "b": [9.0, 5.0, 7.0]}, drawn)
    assert spread.rank_middle.tolist() == [2, 2, 1]
    with pytest.raises(MethodError, match="INDEX_NAMES"):
        weight_spread({"a": [1.0, 2.0]}, drawn)


def test_an_unused_assumption_has_no_share() -> None:
    def run(levels: dict) -> np.ndarray:
        return np.array([1.0, 2.0, 3.0]) * (1 if levels["mean"] == "plain" else -1)

    choices = [Choice("mean", ("plain", "turned")), Choice("colour", ("red", "blue", "green"))]
    found = choice_sensitivity(run, choices, rng=_rng(), log2_n=6)
    for part in (found.values, found.ranks, found.mean_shift):
        assert np.nan_to_num(part.first[1]).tolist() == [0.0] * part.first.shape[1]
        assert np.nan_to_num(part.total[1]).tolist() == [0.0] * part.total.shape[1]
    assert found.mean_shift.total[0, 0] == pytest.approx(1.0, abs=0.05)
    assert np.isnan(found.ranks.total[0, 1])  # the middle area never moves: nothing to explain
    with pytest.raises(MethodError, match="INDEX_OPTION"):
        choice_sensitivity(run, [Choice("mean", ("plain",))], rng=_rng())
    with pytest.raises(MethodError, match="INDEX_DRAWS"):
        sobol_indices(lambda u: u[:, 0], ["a"], rng=_rng(), log2_n=3)


def test_targets_and_thresholds() -> None:
    chance = target_probability([8.0, 10.0, NAN], [1.0, 0.0, 1.0], 10.0, is_lower_better=True)
    assert chance[:2].tolist() == pytest.approx([0.97725, 1.0], abs=1e-4)
    assert np.isnan(chance[2])
    raised = target_probability([8.0], [1.0], 10.0, is_lower_better=False)
    assert raised[0] == pytest.approx(1 - 0.97725, abs=1e-4)
    assert threshold_churn([0.0, 1.0], 50, 0.1).chance_set_differs == 0.0
    with pytest.raises(MethodError, match="INDEX_TABLE"):
        threshold_churn([0.1], 0, 0.1)
