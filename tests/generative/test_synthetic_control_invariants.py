"""What holds for every synthetic control."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.core.evaluation import (
    Mixture,
    SyntheticPanel,
    SyntheticResult,
    SyntheticRules,
    TreatedAs,
    augmented_weights,
    choose_penalty,
    simplex_weights,
    synthetic_control,
)

seeds = st.integers(0, 100_000)


def _panel(seed: int, **given_too: object) -> SyntheticPanel:
    rng = np.random.default_rng(seed)
    n, periods = int(rng.integers(21, 32)), int(rng.integers(22, 40))
    means = rng.uniform(2, 40, (n, 1)) * np.exp(rng.normal(0, 0.05, (n, periods)).cumsum(axis=1))
    treated = np.zeros(n, dtype=bool)
    treated[: int(rng.integers(1, 4))] = True
    start = int(rng.integers(10, periods - 3))
    return SyntheticPanel(rng.poisson(means).astype(float), treated, start, **given_too)


def _run(panel: SyntheticPanel, **rules: object) -> SyntheticResult:
    chosen = SyntheticRules(most_placebos=49, **rules)
    return synthetic_control(panel, np.random.default_rng(1), chosen)


@given(seeds, st.integers(1, 40), st.integers(1, 30))
@settings(max_examples=60)
def test_weights_are_the_best_mixture(seed: int, n: int, features: int) -> None:
    """Optimality: no donor would make the mixture better, whatever the shape of the problem."""
    rng = np.random.default_rng(seed)
    donors = np.round(rng.normal(size=(n, features)), 1)  # with ties and doubles
    targets = np.round(rng.normal(size=(4, features)), 1)
    banned = (rng.random((4, n)) < 0.3) & (np.arange(n) > 0)
    for w, target, no in zip(simplex_weights(donors, targets, banned=banned), targets, banned, strict=True):  # fmt: skip
        assert w.sum() == pytest.approx(1.0)
        assert w.min() >= 0.0
        assert not w[no].any()
        lean = donors @ (w @ donors - target)
        assert lean[~no].min() >= w @ lean - 1e-8


@given(seeds)
@settings(max_examples=20)
def test_interval_effect_and_avoided_agree(seed: int) -> None:
    one = _run(_panel(seed)).estimate
    if one.effect is None:
        assert one.reason is not None
        return
    assert one.low <= one.effect
    assert one.high is None or one.effect <= one.high
    assert 0 < one.p <= 1
    if one.avoided_high is not None and one.avoided_low is not None:
        assert one.avoided_low <= one.avoided <= one.avoided_high
    zero_is_in = one.low <= 0 <= (np.inf if one.high is None else one.high)
    assert zero_is_in or one.p <= 0.05


@given(seeds, st.sampled_from(list(TreatedAs)))
@settings(max_examples=15)
def test_the_order_of_areas_does_not_matter(seed: int, way: TreatedAs) -> None:
    panel = _panel(seed)
    order = np.random.default_rng(seed).permutation(np.size(panel.treated))
    turned = SyntheticPanel(panel.outcome[order], panel.treated[order], panel.start)
    one, other = (_run(p, treated_as=way).estimate for p in (panel, turned))
    assert one.reason == other.reason
    if one.effect is not None:
        assert one.effect == pytest.approx(other.effect, abs=1e-4)


@given(seeds, st.floats(0.1, 50))
@settings(max_examples=15)
def test_the_unit_of_amounts_does_not_matter(seed: int, factor: float) -> None:
    panel = _panel(seed)
    scaled = SyntheticPanel(panel.outcome * factor, panel.treated, panel.start)
    one, other = (_run(p, are_counts=False).estimate for p in (panel, scaled))
    assert one.effect == pytest.approx(other.effect, abs=1e-4)
    assert one.p == pytest.approx(other.p)
    assert [c.outcome for c in one.checks] == [c.outcome for c in other.checks]


@given(seeds)
@settings(max_examples=15)
def test_what_comes_after_does_not_change_the_mixture(seed: int) -> None:
    panel = _panel(seed)
    changed = panel.outcome.copy()
    changed[:, panel.start :] *= 3
    other = SyntheticPanel(changed, panel.treated, panel.start)
    one, two = (_run(p).details for p in (panel, other))
    if one is not None and two is not None:
        assert one.weights == two.weights
        assert one.usual_gap == two.usual_gap


@given(seeds)
@settings(max_examples=15)
def test_ridge_fits_better_before_and_a_large_penalty_is_the_mixture(seed: int) -> None:
    panel = _panel(seed)
    past, treated = panel.outcome[:, : panel.start], panel.treated
    donors, target = past[~treated], past[treated].mean(axis=0)[None, :]
    free = np.zeros((1, donors.shape[0]), dtype=bool)
    plain = simplex_weights(donors, target)
    penalty = choose_penalty(donors, target, free)
    missed = [
        float(((target - w @ donors) ** 2).sum())
        for w in (plain, augmented_weights(donors, target, plain, free, penalty.value))
    ]
    assert missed[1] <= missed[0] + 1e-9
    huge = augmented_weights(donors, target, plain, free, 1e12)
    assert huge == pytest.approx(plain, abs=1e-6)
    assert huge.sum() == pytest.approx(1.0)


def test_ridge_runs_with_more_areas_than_periods() -> None:
    rng = np.random.default_rng(1)
    counts = rng.poisson(20, (120, 40)).astype(float)
    panel = SyntheticPanel(counts, np.arange(120) < 5, 25, chosen_periods=0)
    found = _run(panel, mixture=Mixture.RIDGE)
    assert found.estimate.low <= found.estimate.effect
