"""What holds for every panel."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convive.core.evaluation import count_effect, weighted_displacement_difference
from convive.core.model import Verdict

seeds = st.integers(0, 100_000)


def _panel(seed: int) -> tuple[np.ndarray, np.ndarray, int]:
    rng = np.random.default_rng(seed)
    n_months, start = 30, int(rng.integers(6, 25))
    treated = rng.poisson(rng.uniform(2, 40), (rng.integers(1, 4), n_months))
    comparison = rng.poisson(rng.uniform(2, 40), (rng.integers(1, 10), n_months))
    return treated, comparison, start


@given(seeds)
def test_swapping_the_two_sides_inverts_the_effect(seed: int) -> None:
    treated, comparison, start = _panel(seed)
    there = count_effect(treated, comparison, start)
    back = count_effect(comparison, treated, start)
    assert there.reason is None
    product = (1 + there.effect_percent / 100) * (1 + back.effect_percent / 100)
    assert product == pytest.approx(1.0)
    assert there.p == pytest.approx(back.p, rel=1e-6)


@given(seeds)
def test_the_order_of_areas_does_not_matter(seed: int) -> None:
    treated, comparison, start = _panel(seed)
    one = count_effect(treated, comparison, start)
    other = count_effect(treated[::-1], comparison[::-1], start)
    assert one.effect_percent == pytest.approx(other.effect_percent)
    assert one.p == pytest.approx(other.p, rel=1e-6)


@given(seeds)
def test_interval_p_and_verdict_agree(seed: int) -> None:
    result = count_effect(*_panel(seed))
    assert -100.0 <= result.low <= result.effect_percent <= result.high
    assert result.dispersion >= 0.5
    if abs(result.p - 0.05) > 1e-6:
        decided = result.verdict in {Verdict.WORKED, Verdict.HARMFUL}
        assert decided == (result.p < 0.05)
        assert decided == (result.low > 0 or result.high < 0)


counts = st.tuples(st.integers(1, 500), st.integers(1, 500))


@given(counts, counts, st.integers(2, 9))
def test_displacement_mirrors_and_scales(treated: tuple, control: tuple, size: int) -> None:
    there = weighted_displacement_difference(treated, control)
    back = weighted_displacement_difference(control, treated)
    assert there.difference == -back.difference
    smaller = weighted_displacement_difference(treated, control, area_weights=(size,) * 4)
    assert smaller.difference == pytest.approx(there.difference / size)
    assert smaller.z == pytest.approx(there.z)
