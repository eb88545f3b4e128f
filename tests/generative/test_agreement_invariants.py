"""What holds for every table of ratings and every plan."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.core.agreement import cohen_kappa, kappa, krippendorff_alpha
from convive.core.double_rating import plan_double_rating

seeds = st.integers(0, 10_000)
measures = st.sampled_from(["nominal", "ordinal", "interval", "ratio"])


def _ratings(seed: int, n: int = 20) -> np.ndarray:
    rng = np.random.default_rng(seed)
    table = np.clip(rng.integers(0, 4, n) + rng.integers(-1, 2, (3, n)), 0, 4).astype(float)
    table[rng.random(table.shape) < 0.2] = np.nan
    table[:2, :4] = np.arange(4)
    return table


@given(seeds, measures)
def test_order_of_raters_and_units_does_not_matter(seed: int, measure: str) -> None:
    table, rng = _ratings(seed), np.random.default_rng(seed + 1)
    moved = table[rng.permutation(3)][:, rng.permutation(20)]
    one, other = (krippendorff_alpha(t, measure=measure) for t in (table, moved))
    assert other.value == pytest.approx(one.value)
    assert other.standard_error == pytest.approx(one.standard_error)
    for kind in ("conger", "fleiss", "ac1"):
        assert kappa(moved, kind=kind).value == pytest.approx(kappa(table, kind=kind).value)


@given(seeds)
def test_only_what_a_measure_uses_matters(seed: int) -> None:
    table = _ratings(seed)
    ordinal, nominal = (krippendorff_alpha(table, measure=m).value for m in ("ordinal", "nominal"))
    assert krippendorff_alpha(np.exp(table), measure="ordinal").value == pytest.approx(ordinal)
    assert krippendorff_alpha((table * 3) % 5, measure="nominal").value == pytest.approx(nominal)
    interval = krippendorff_alpha(table, measure="interval").value
    assert krippendorff_alpha(3 * table + 7, measure="interval").value == pytest.approx(interval)


@given(seeds, measures)
def test_limits_enclose_the_value_and_never_exceed_one(seed: int, measure: str) -> None:
    found = krippendorff_alpha(_ratings(seed), measure=measure)
    assert -1 <= found.low <= found.value <= found.high <= 1


@given(seeds)
def test_a_rater_agrees_with_himself(seed: int) -> None:
    row = np.random.default_rng(seed).integers(0, 3, 30)
    row[:3] = [0, 1, 2]
    assert cohen_kappa(row, row).value == pytest.approx(1.0)
    assert cohen_kappa(row, row).low < 1.0


@settings(max_examples=60)
@given(seeds, st.integers(2, 15), st.integers(30, 300), st.floats(0.1, 0.5))
def test_every_plan_is_connected_and_fair(seed: int, n_raters: int, n: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    if np.ceil(share * n) < n_raters:
        return
    plan = plan_double_rating(
        rng.integers(0, 10, n), rng.random(n) < 0.3, n_raters, share=share, rng=rng
    )
    assert plan.is_connected
    assert plan.n_double == int(np.ceil(share * n))
    assert plan.stops_per_rater.sum() == n + plan.n_double
    assert np.ptp(plan.stops_per_rater) <= max(3, 0.15 * plan.stops_per_rater.mean())
    assert (plan.first != plan.second).all()
