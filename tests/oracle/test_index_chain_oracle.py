"""The index chain against R, published numbers and slow second implementations."""

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import rankdata

from convive.core.index import (
    Choice,
    Plan,
    Recipe,
    SpreadOptions,
    SurveyErrors,
    bartlett_sphericity,
    chain_spread,
    choice_sensitivity,
    combine,
    draw_weights,
    errors_from_replicates,
    factor_weights,
    fill_missing,
    fit_plan,
    ranks_of,
    sampling_adequacy,
    sobol_indices,
    threshold_churn,
    weight_spread,
)
from factories.oracle.index import indicators

R = json.loads((Path(__file__).parent / "r" / "index.json").read_text("utf-8"))


def test_factor_weights_equal_psych() -> None:
    table = indicators()
    correlation = np.corrcoef(np.stack(list(table.values())))
    assert sampling_adequacy(correlation) == pytest.approx(R["kmo"], rel=1e-9)
    statistic, p = bartlett_sphericity(correlation, 60)
    assert statistic == pytest.approx(R["chisq"], rel=1e-9)
    assert p == pytest.approx(R["p"], rel=1e-6)
    found = factor_weights(table)
    assert found.n_components == sum(root > 1 for root in R["eigenvalues"]) == 2
    assert found.explained == pytest.approx(sum(R["eigenvalues"][:2]) / 6, rel=1e-9)
    shares = np.array(R["communality"]) / sum(R["communality"])
    assert list(found.weights.values()) == pytest.approx(shares, rel=1e-8)


def test_filling_by_regression_equals_lm() -> None:
    table = indicators()
    table["i0"] = table["i0"].copy()
    table["i0"][[2, 16, 39]] = np.nan
    ways = dict.fromkeys(table, "refuse") | {"i0": "regression"}
    filled = fill_missing(table, ways)
    assert filled.values["i0"][[2, 16, 39]] == pytest.approx(R["filled"], rel=1e-9)
    assert filled.errors["i0"][[2, 16, 39]] == pytest.approx(R["error"], rel=1e-9)


def test_em_equals_the_closed_form_of_one_incomplete_indicator() -> None:
    """Anderson (1957), JASA 52: with one incomplete variable, ML is the complete-case line."""
    table = {name: x.copy() for name, x in list(indicators().items())[:3]}
    table["i0"][[2, 16, 39]] = np.nan
    ways = dict.fromkeys(table, "em")
    line = fill_missing(table, ways | {"i0": "regression", "i1": "refuse", "i2": "refuse"})
    assert fill_missing(table, ways).values["i0"] == pytest.approx(line.values["i0"], abs=1e-5)


def test_ishigami() -> None:
    """Exact values .3139 .4424 0 and .5576 .4424 .2437 (a = 7, b = 0.1)."""

    def ishigami(u: np.ndarray) -> np.ndarray:
        x = np.pi * (2 * u - 1)
        return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])

    found = sobol_indices(ishigami, ["a", "b", "c"], rng=np.random.default_rng(1), log2_n=13)
    exact_first, exact_total = np.array([0.3139, 0.4424, 0]), np.array([0.5576, 0.4424, 0.2437])
    assert found.first[:, 0] == pytest.approx(exact_first, abs=0.015)
    assert found.total[:, 0] == pytest.approx(exact_total, abs=0.005)
    assert ((found.first_low[:, 0] <= exact_first) & (exact_first <= found.first_high[:, 0])).all()
    assert ((found.total_low[:, 0] <= exact_total) & (exact_total <= found.total_high[:, 0])).all()


def test_a_linear_model_with_an_unused_input() -> None:
    """Reference 1 of peers' own property tests: y = x1 + 10 x2, x3 unused."""
    found = sobol_indices(
        lambda u: u[:, 0] + 10 * u[:, 1], ["a", "b", "c"], rng=np.random.default_rng(2)
    )
    assert found.first[:, 0] == pytest.approx([1 / 101, 100 / 101, 0], abs=0.01)
    assert found.first[2, 0] == found.total[2, 0] == found.total_high[2, 0] == 0.0


def test_sensitivity_to_choices_equals_the_full_factorial() -> None:
    rng = np.random.default_rng(3)
    values = {name: rng.lognormal(size=12) for name in "abc"}
    choices = [
        Choice("scaling", ("z_score", "min_max", "percentile")),
        Choice("how", ("arithmetic", "mazziotta_pareto")),
        Choice("weight", (1.0, 2.0, 3.0, 4.0)),
    ]

    def run(levels: dict) -> np.ndarray:
        recipes = tuple(Recipe(k, is_lower_better=True, scaling=levels["scaling"]) for k in "abc")
        plan = Plan(recipes, {"a": levels["weight"], "b": 1, "c": 1}, levels["how"])
        return fit_plan(plan, values).score(values)

    found = choice_sensitivity(run, choices, rng=rng, log2_n=11).mean_shift
    nominal = ranks_of(run({c.name: c.levels[0] for c in choices}))
    shifts = np.array(
        [
            np.abs(
                ranks_of(run(dict(zip(["scaling", "how", "weight"], at, strict=True)))) - nominal
            )
            for at in product(*(c.levels for c in choices))
        ]
    ).mean(axis=1)
    cube = shifts.reshape(3, 2, 4)
    for axis in range(3):
        others = tuple(k for k in range(3) if k != axis)
        assert found.first[axis, 0] == pytest.approx(
            cube.mean(axis=others).var() / cube.var(), abs=0.05
        )
        assert found.total[axis, 0] == pytest.approx(
            cube.var(axis=axis).mean() / cube.var(), abs=0.05
        )


def test_spread_of_ranks_equals_a_loop_over_draws() -> None:
    rng = np.random.default_rng(4)
    points = {name: rng.uniform(40, 160, 30) for name in "abcd"}
    drawn = draw_weights(dict.fromkeys("abcd", 1), rng=rng, n_draws=500)
    for how in ("arithmetic", "geometric", "mazziotta_pareto"):
        spread = weight_spread(points, drawn, how=how)
        scores = np.array(
            [combine(points, {k: drawn[k][i] for k in drawn}, how=how) for i in range(500)]
        )
        ranks = rankdata(-scores, axis=1)
        assert spread.mean == pytest.approx(scores.mean(axis=0), rel=1e-5)
        assert spread.low == pytest.approx(np.quantile(scores, 0.05, axis=0), rel=1e-5)
        shares = np.array([[np.mean(ranks[:, a] == r + 1) for r in range(30)] for a in range(30)])
        # Single precision may swap two areas of nearly equal score in a draw.
        assert np.abs(spread.rank_shares - shares).max() <= 0.004
        middle = np.quantile(ranks, 0.5, axis=0, method="inverted_cdf")
        assert np.abs(spread.rank_middle - middle).max() <= 1


def test_the_spread_of_a_linear_index_equals_the_closed_form_with_covariance() -> None:
    rng = np.random.default_rng(5)
    figures = {"a": rng.normal(size=20), "b": rng.normal(size=20)}
    root = rng.normal(size=(20, 2, 2)) * 0.2
    covariance = root @ root.transpose(0, 2, 1)
    recipes = (Recipe("a", is_lower_better=True), Recipe("b", is_lower_better=False))
    fitted = fit_plan(Plan(recipes, {"a": 1, "b": 3}), figures)
    errors = [SurveyErrors(("a", "b"), covariance)]
    found = chain_spread(fitted, figures, errors, rng=rng, options=SpreadOptions(n_draws=8000))
    slopes = np.array([0.25, 0.75]) * [scale.slope for scale in fitted.scales]
    exact = np.sqrt(np.einsum("i,aij,j->a", slopes, covariance, slopes))
    assert found.standard_errors == pytest.approx(exact, rel=0.05)


def test_errors_from_a_delete_one_jackknife_equal_the_covariance_of_means() -> None:
    rng = np.random.default_rng(6)
    answers = rng.normal(size=(2, 40))
    replicates = np.stack([np.delete(answers, i, axis=1).mean(axis=1) for i in range(40)])
    found = errors_from_replicates(
        ["a", "b"], replicates[:, :, None], answers.mean(axis=1)[:, None], scale=39 / 40
    )
    assert found.covariance[0] == pytest.approx(np.cov(answers) / 40, rel=1e-10)


@pytest.mark.parametrize(
    ("percent", "known"),
    [
        ([5, 6, 7, 8, 9, 11, 12, 13, 14, 15], 0.78),
        ([6, 7, 8, 9, 10, 11, 12, 13, 14, 15], 0.89),
    ],
)
def test_churn_of_a_threshold_as_simulated_before(percent: list[int], known: float) -> None:
    """4,000 simulated pairs of surveys, ten districts, n = 360, threshold 10 % (peer study)."""
    churn = threshold_churn(np.array(percent) / 100, 360, 0.10)
    assert churn.chance_set_differs == pytest.approx(known, abs=0.015)


def test_churn_of_a_threshold_equals_a_simulation() -> None:
    rng = np.random.default_rng(7)
    truth = np.array([2, 4, 6, 8.3, 9, 11, 14, 16, 18, 20]) / 100
    above = rng.binomial(360, truth, (2, 20_000, 10)) > 36
    churn = threshold_churn(truth, 360, 0.10)
    assert churn.chance_above == pytest.approx(above.mean(axis=(0, 1)), abs=0.01)
    differs = (above[0] != above[1]).any(axis=1).mean()
    assert churn.chance_set_differs == pytest.approx(differs, abs=0.012)
    assert churn.share_on_wrong_side == pytest.approx((above != (truth > 0.10)).mean(), abs=0.005)
