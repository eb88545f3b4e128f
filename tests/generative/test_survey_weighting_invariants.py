"""Properties of weighting, quantiles, replicates and plans whatever the sample."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convive.core.errors import MethodError
from convive.core.representativeness import r_indicator
from convive.core.survey import (
    Margin,
    SurveyDesign,
    allocate,
    calibrate,
    detectable_difference,
    difference,
    estimate_with_replicates,
    jackknife,
    margin_of_share,
    mean_by_domain,
    post_stratify,
    quantile_by_domain,
    rake,
    size_for_margin,
    total_by_domain,
    trim_weights,
)

seeds = st.integers(0, 2**32)


def _sample(seed: int) -> tuple[SurveyDesign, np.ndarray, list[Margin], np.ndarray]:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(30, 90))
    design = SurveyDesign(
        rng.uniform(1, 4, n), strata=rng.integers(0, 3, n), clusters=rng.integers(0, 6, n)
    )
    codes = [rng.integers(0, k, n) for k in (3, 2)]
    margins = []
    for name, code in zip("ab", codes, strict=True):
        met = np.unique(code)
        share = rng.dirichlet(np.full(met.size, 30.0))
        margins.append(Margin(name, code, dict(zip(met.tolist(), 1000 * share, strict=True))))
    return design, rng.normal(size=n), margins, rng.integers(-1, 4, n)


@given(seeds)
def test_raked_weights_meet_every_margin_and_margins_have_no_error(seed: int) -> None:
    design, _, margins, _ = _sample(seed)
    raked = rake(design, margins)
    for margin in margins:
        for cell, total in margin.totals.items():
            found = total_by_domain(raked, (np.asarray(margin.labels) == cell).astype(float))
            assert found.value[0] == pytest.approx(total, rel=1e-8)
            assert found.se[0] < 1e-4


@given(seeds)
def test_raking_does_not_mind_the_order_of_margins_or_the_scale_of_weights(seed: int) -> None:
    design, y, margins, domains = _sample(seed)
    one = mean_by_domain(rake(design, margins), y, domains, n_domains=4)
    larger = SurveyDesign(design.weights * 7, design.stratum, design.psu)
    two = mean_by_domain(rake(larger, margins[::-1]), y, domains, n_domains=4)
    assert two.value == pytest.approx(one.value, rel=1e-7, abs=1e-9, nan_ok=True)
    assert two.se == pytest.approx(one.se, rel=1e-6, abs=1e-8, nan_ok=True)


@given(seeds)
def test_what_margins_explain_adds_nothing_to_the_error(seed: int) -> None:
    """Adding a constant per category to the answers moves the total, not its error."""
    design, y, margins, _ = _sample(seed)
    raked = rake(design, margins)
    moved = y + np.asarray(margins[0].labels) * 50.0
    one, two = total_by_domain(raked, y), total_by_domain(raked, moved)
    assert two.se[0] == pytest.approx(one.se[0], rel=1e-5, abs=1e-3)


@given(seeds)
def test_the_sparse_error_is_that_of_residuals_one_by_one(seed: int) -> None:
    """The wide table of residuals that the kernel never makes, made here."""
    design, y, margins, domains = _sample(seed)
    weighted = calibrate(design, margins, method="raking")
    found = total_by_domain(weighted, y, domains, n_domains=4)
    table = np.column_stack([np.asarray(m.labels) == c for m in margins for c in m.totals])
    root = np.sqrt(design.weights)
    for d in range(4):
        score = np.where(domains == d, y, 0.0)
        beta = np.linalg.lstsq(table * root[:, None], score * root, rcond=None)[0]
        residual = SurveyDesign(weighted.weights, design.stratum, design.psu)
        naive = total_by_domain(residual, score - table @ beta)
        assert found.se[d] == pytest.approx(naive.se[0], rel=1e-7, abs=1e-7)


@given(seeds)
def test_swapping_groups_of_a_calibrated_design_turns_the_sign_only(seed: int) -> None:
    design, y, margins, domains = _sample(seed)
    raked, group = rake(design, margins), domains > 0
    one, two = difference(raked, y, group, ~group), difference(raked, y, ~group, group)
    assert one.difference == pytest.approx(-two.difference, nan_ok=True)
    assert one.se == pytest.approx(two.se, nan_ok=True)


@given(seeds)
def test_calibrating_to_what_is_met_already_leaves_weights_alone(seed: int) -> None:
    design, _, margins, _ = _sample(seed)
    labels = np.asarray(margins[0].labels)
    own = {c: float(design.weights[labels == c].sum()) for c in margins[0].totals}
    same = post_stratify(design, Margin("a", labels, own))
    assert same.weights == pytest.approx(design.weights)


@given(seeds, st.floats(0.05, 0.95))
def test_quantiles_are_answers_and_rise_with_the_probability(seed: int, p: float) -> None:
    design, y, _, domains = _sample(seed)
    low = quantile_by_domain(design, y, p, domains, n_domains=4)
    high = quantile_by_domain(design, y, min(p + 0.04, 0.99), domains, n_domains=4)
    known = np.isfinite(low.value)
    assert np.isin(low.value[known], y).all()
    assert np.all(low.value[known] <= high.value[known])
    assert np.all((low.low <= low.value) | np.isnan(low.low))
    assert np.all((low.high >= low.value) | np.isnan(low.high))


@given(seeds)
def test_quantiles_follow_a_growing_change_of_the_answers(seed: int) -> None:
    design, y, _, _ = _sample(seed)
    one, two = quantile_by_domain(design, y, 0.4), quantile_by_domain(design, np.exp(y), 0.4)
    assert two.value == pytest.approx(np.exp(one.value))
    assert two.low == pytest.approx(np.exp(one.low), nan_ok=True)


@given(seeds)
def test_jackknife_of_a_total_is_the_linearised_error(seed: int) -> None:
    design, y, _, _ = _sample(seed)
    try:
        weights = jackknife(design)
    except MethodError:
        return
    found = estimate_with_replicates(weights, lambda w: w @ y)
    spread = np.array(
        [
            found.replicates[design.stages[0].stratum_of_unit == h].var(ddof=0)
            for h in range(design.stages[0].units_in_stratum.size)
        ]
    )
    assert np.all(spread >= 0)
    around = ((found.replicates - found.value) ** 2 * weights.scale).sum()
    assert np.sqrt(around) == pytest.approx(total_by_domain(design, y).se[0])


@given(seeds, st.floats(1.0, 3.0))
def test_trimming_keeps_the_total_the_order_and_the_bound(seed: int, factor: float) -> None:
    design, _, _, _ = _sample(seed)
    upper = design.weights.mean() * factor
    found = trim_weights(design, upper=upper)
    assert found.design.weights.sum() == pytest.approx(design.weights.sum())
    assert found.design.weights.max() <= upper * (1 + 1e-12)
    order = np.argsort(design.weights)
    assert np.all(np.diff(found.design.weights[order]) >= -1e-12)
    assert found.after.deff <= found.before.deff + 1e-12


@given(
    st.lists(st.integers(0, 5000), min_size=1, max_size=12),
    st.integers(0, 60),
    st.floats(0, 1),
    st.sampled_from(["equal", "proportional", "neyman", "power"]),
    st.floats(0, 1),
)
def test_allocations_add_up_and_keep_their_limits(
    people: list[int], minimum: int, part: float, rule: str, exponent: float
) -> None:
    low = np.minimum(people, minimum)
    n = int(low.sum() + part * (sum(people) - low.sum()))
    found = allocate(n, people, rule=rule, exponent=exponent, minimum=minimum)  # type: ignore[arg-type]
    assert found.sum() == n
    assert np.all(found <= people)
    assert np.all(found >= low)


@given(st.floats(0.02, 0.98), st.integers(50, 5000), st.floats(0.005, 0.2))
def test_plans_agree_with_one_another(share: float, n: int, margin: float) -> None:
    needed = int(size_for_margin(share, margin))
    assert margin_of_share(share, needed) <= margin * (1 + 1e-6)
    more, less = detectable_difference(share, [2 * n, n])
    assert np.isnan(less) or more < less


@given(seeds)
def test_r_indicator_does_not_mind_names_or_order(seed: int) -> None:
    rng = np.random.default_rng(seed)
    area, age = rng.integers(0, 3, 400), rng.integers(0, 2, 400)
    answered = rng.uniform(size=400) < 0.3 + 0.15 * area
    one = r_indicator(answered, {"area": area, "age": age})
    order = rng.permutation(400)
    names = np.array(["z", "y", "x"])[area[order]]
    two = r_indicator(answered[order], {"age": age[order], "area": names})
    assert two.value == pytest.approx(one.value, abs=1e-9)
    assert two.partial[1].unconditional == pytest.approx(one.partial[0].unconditional)
    assert 0 <= one.low <= one.value <= one.high <= 1
    assert one.uncorrected <= one.value + 1e-9
