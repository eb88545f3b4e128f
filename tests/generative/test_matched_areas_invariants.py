"""What holds for every panel of small areas."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.core.evaluation import MatchedPanel, entropy_balance, matched_areas
from convive.core.evaluation.matched_panel import draw_groups, pieces_of, read_areas

seeds = st.integers(0, 100_000)


def _counts(seed: int, areas: int = 40) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.poisson(rng.uniform(1, 30, (areas, 1)), (areas, 48)).astype(float)


@given(seeds)
def test_balance_is_met_and_weights_are_shares(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, k = int(rng.integers(8, 60)), int(rng.integers(1, 4))
    x = rng.normal(size=(n, k))
    target = rng.dirichlet(np.full(n, 2.0)) @ x
    found = entropy_balance(x, target)
    assert (found.weights >= 0).all()
    assert found.weights.sum() == pytest.approx(1.0)
    assert np.abs(found.imbalance).max() < 1e-6
    assert 1.0 <= found.effective <= n + 1e-9
    moved = entropy_balance(5.0 + 2.0 * x, 5.0 + 2.0 * target)
    assert moved.weights == pytest.approx(found.weights, abs=1e-6)


@given(seeds)
def test_a_larger_ridge_gives_more_even_weights(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(20, 2))
    target = rng.normal(size=2)
    worth = [entropy_balance(x, target, ridge=r).effective for r in (0.01, 0.1, 1.0, 10.0)]
    assert worth == sorted(worth)


@settings(max_examples=20)
@given(seeds)
def test_effect_avoided_and_interval_agree(seed: int) -> None:
    panel = MatchedPanel({"a": _counts(seed)}, [0, 1], 30)
    found = matched_areas(panel, np.random.default_rng(seed), n_groups=49)
    one = found.estimates["a"]
    if one.effect is None:
        assert one.reason is not None
        return
    assert one.low <= one.effect <= one.high
    assert one.avoided_low <= one.avoided <= one.avoided_high
    assert one.avoided == 0 or (one.avoided > 0) == (one.effect < 0)
    assert 0 < one.p <= 1
    assert (one.p <= 0.05) <= (not one.low < 0 < one.high)


@settings(max_examples=20)
@given(seeds, st.integers(2, 9))
def test_the_order_and_unit_of_areas_do_not_matter(seed: int, times: int) -> None:
    counts = _counts(seed)
    order = np.random.default_rng(seed).permutation(40)
    plain = matched_areas(MatchedPanel({"a": counts}, [0, 1], 30), np.random.default_rng(1), n_groups=99)  # fmt: skip
    where = [int(np.flatnonzero(order == area)[0]) for area in (0, 1)]
    turned = matched_areas(MatchedPanel({"a": counts[order]}, where, 30), np.random.default_rng(2), n_groups=99)  # fmt: skip
    bigger = matched_areas(MatchedPanel({"a": times * counts}, [0, 1], 30), np.random.default_rng(3), n_groups=99)  # fmt: skip
    if plain.estimates["a"].effect is None:
        return
    assert turned.estimates["a"].effect == pytest.approx(plain.estimates["a"].effect, abs=1e-4)
    assert turned.weights == pytest.approx(plain.weights[order], abs=1e-6)
    assert bigger.estimates["a"].effect == pytest.approx(plain.estimates["a"].effect, abs=1e-4)


@given(seeds)
def test_drawn_groups_have_the_shape_of_the_treated(seed: int) -> None:
    place = np.arange(40)
    near = np.abs(np.subtract.outer(place, place)) == 1
    areas = read_areas(MatchedPanel({"a": _counts(seed)}, [10, 11, 12, 30], 30, neighbours=near))
    assert pieces_of(areas) == [3, 1]
    groups = draw_groups(areas, 20, np.random.default_rng(seed))
    assert groups.sum(axis=1).tolist() == [4] * 20
    assert not groups[:, ~areas.pool].any()
