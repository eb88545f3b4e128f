"""What holds for every plan: direction, names, units, order."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.core.errors import MethodError
from convive.core.index import (
    Plan,
    Recipe,
    back_cast,
    check_direction,
    combine,
    draw_weights,
    fill_missing,
    fit_plan,
    fit_scale,
    ranks_of,
    run_chain,
    target_probability,
    threshold_churn,
    weight_spread,
)
from convive.core.index.rank_kernel import count_ranks

seeds = st.integers(0, 10_000)
scalings = st.sampled_from(["z_score", "min_max", "percentile", "reference"])
monotone_ways = st.sampled_from(["arithmetic", "geometric", "copeland"])


def _figures(seed: int, n_areas: int = 9) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {name: rng.lognormal(1.0, 0.6, n_areas) for name in "abc"}


def _plan(scaling: str, how: str, seed: int) -> Plan:
    weights = np.random.default_rng(seed).uniform(0.2, 1.0, 3)
    recipes = tuple(
        Recipe(name, is_lower_better=name != "b", scaling=scaling, winsorise=0.05) for name in "abc"
    )
    return Plan(recipes, dict(zip("abc", weights.tolist(), strict=True)), how)


@settings(max_examples=40)
@given(seeds, scalings, monotone_ways)
def test_a_better_figure_never_lowers_the_index(seed: int, scaling: str, how: str) -> None:
    figures = _figures(seed)
    check = check_direction(fit_plan(_plan(scaling, how, seed), figures), figures, n_steps=5)
    assert check.is_monotone, check


@given(
    seeds, scalings, st.sampled_from(["arithmetic", "geometric", "mazziotta_pareto", "copeland"])
)
def test_permuting_areas_permutes_the_index(seed: int, scaling: str, how: str) -> None:
    figures, order = _figures(seed), np.random.default_rng(seed + 1).permutation(9)
    plan = _plan(scaling, how, seed)
    moved = {name: x[order] for name, x in figures.items()}
    assert run_chain(plan, moved).scores == pytest.approx(run_chain(plan, figures).scores[order])


@given(seeds, st.sampled_from(["z_score", "min_max", "percentile"]), st.floats(0.01, 100))
def test_units_do_not_matter(seed: int, scaling: str, factor: float) -> None:
    figures, plan = _figures(seed), _plan(scaling, "arithmetic", seed)
    scaled = {name: x * factor + 3 for name, x in figures.items()}
    assert run_chain(plan, scaled).scores == pytest.approx(run_chain(plan, figures).scores)


@given(seeds, scalings, st.booleans())
def test_scales_keep_the_order(seed: int, scaling: str, is_lower_better: bool) -> None:
    x = np.sort(_figures(seed)["a"])
    points = fit_scale(Recipe("a", is_lower_better=is_lower_better, scaling=scaling), x).score(x)
    steps = np.diff(points)
    assert (steps <= 1e-12).all() if is_lower_better else (steps >= -1e-12).all()


@given(seeds, st.floats(1, 500), st.sampled_from(["arithmetic", "geometric", "mazziotta_pareto"]))
def test_equal_points_give_that_number(seed: int, level: float, how: str) -> None:
    weights = dict(zip("abc", np.random.default_rng(seed).uniform(0.1, 1, 3), strict=True))
    points = dict.fromkeys("abc", np.full(4, level))
    assert combine(points, weights, how=how) == pytest.approx(np.full(4, level))


@given(seeds, st.sampled_from(["group_mean", "regression", "nearest", "em"]))
def test_filling_leaves_what_is_known(seed: int, way: str) -> None:
    figures = _figures(seed, n_areas=25)
    figures["a"][[3, 8]] = np.nan
    ways = {"a": way, "b": "refuse", "c": "refuse"}
    filled = fill_missing(figures, ways, groups=np.arange(25) % 3)
    known = ~filled.is_filled["a"]
    assert np.array_equal(filled.values["a"][known], figures["a"][known])
    assert (filled.errors["a"][known] == 0).all()
    assert (filled.errors["a"][~known] > 0).all()
    assert np.isfinite(filled.values["a"]).all()
    with pytest.raises(MethodError, match="INDEX_MISSING"):
        fill_missing(figures, ways | {"a": "refuse"})


@given(seeds)
def test_the_two_reasons_of_a_step_add_up(seed: int) -> None:
    rng = np.random.default_rng(seed)
    base = _figures(seed)
    years = {name: rng.lognormal(1, 0.5, (4, 9)) for name in base}
    old = fit_plan(_plan("z_score", "arithmetic", seed), base)
    new = fit_plan(_plan("min_max", "geometric", seed + 1), base)
    span = list(range(2020, 2024))
    cast = back_cast(old, new, (years, years), (span, span), link_year=2022, splice="difference")
    both = cast.because_of_weights + cast.because_of_data
    assert both == pytest.approx(cast.new - cast.old[0])
    assert cast.spliced[2:] == pytest.approx(cast.new[2:])
    assert np.diff(cast.spliced[:3], axis=0)[0] == pytest.approx(np.diff(cast.old, axis=0)[0])
    same = back_cast(old, old, (years, years), (span, span), link_year=2021)
    assert same.because_of_weights == pytest.approx(0.0)


@given(st.lists(st.lists(st.integers(-5, 5), min_size=6, max_size=6), min_size=1, max_size=12))
def test_counted_ranks_are_the_ranks(rows: list[list[int]]) -> None:
    scores = np.array(rows, dtype=np.float32)
    counts = count_ranks(scores)
    expected = np.zeros((6, 6), dtype=int)
    for ranks in np.floor(ranks_of(scores)).astype(int):
        expected[np.arange(6), ranks - 1] += 1
    assert np.array_equal(counts, expected)


@given(seeds, st.floats(5, 500))
def test_drawn_weights_are_weights(seed: int, concentration: float) -> None:
    rng = np.random.default_rng(seed)
    drawn = draw_weights(
        {"a": 1, "b": 2, "c": 0}, rng=rng, n_draws=120, concentration=concentration
    )
    total = sum(drawn.values())
    assert total == pytest.approx(np.ones(120))
    points = {"a": [50.0, 90.0], "b": [60.0, 90.0], "c": [99.0, 90.0]}
    spread = weight_spread(points, drawn)
    assert spread.high[1] == pytest.approx(90.0, rel=1e-5)
    assert 50.0 - 1e-4 <= spread.low[0] <= spread.high[0] <= 60.0 + 1e-4
    assert spread.rank_middle.tolist() == [2, 1]


@given(st.floats(-50, 50), st.floats(0.1, 10), st.floats(-50, 50))
def test_the_two_sides_of_a_target_share_one_certainty(x: float, se: float, target: float) -> None:
    low = target_probability([x], [se], target, is_lower_better=True)[0]
    high = target_probability([x], [se], target, is_lower_better=False)[0]
    assert low + high == pytest.approx(1.0)


@given(st.lists(st.floats(0.01, 0.99), min_size=1, max_size=8), st.integers(30, 900))
def test_churn_is_a_probability(shares: list[float], n: int) -> None:
    churn = threshold_churn(shares, n, 0.1)
    assert -1e-12 <= churn.chance_set_differs <= 1
    assert ((churn.chance_above >= 0) & (churn.chance_above <= 1)).all()
