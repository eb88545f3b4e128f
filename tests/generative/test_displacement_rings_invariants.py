"""What holds for all zones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convive.core.evaluation import (
    ControlledCounts,
    Moved,
    displacement_quotient,
    displacement_rings,
    month_dispersion,
    total_net_effect,
)
from convive.core.model import Verdict

seeds = st.integers(0, 100_000)
pairs = st.tuples(st.integers(0, 300), st.integers(0, 300))


@given(seeds)
def test_rings_in_any_order_make_the_same_whole(seed: int) -> None:
    rng = np.random.default_rng(seed)
    treated, near, far, others = (rng.poisson(rng.uniform(1, 40), (n, 30)) for n in (1, 2, 3, 7))
    counts = ControlledCounts(treated, others, 15, chosen_months=0)
    one = displacement_rings(counts, {"near": near, "far": far})
    other = displacement_rings(counts, {"far": far, "near": near})
    assert one.net == other.net
    assert one.rings == other.rings[::-1]
    if one.together.moved is Moved.MOVED:
        assert one.treated.verdict is Verdict.CANNOT_TELL


@given(pairs, pairs, pairs)
def test_quotient_is_minus_one_where_shares_swap(a: tuple, b: tuple, c: tuple) -> None:
    quotient = displacement_quotient(a, b, c)
    if quotient is not None:
        assert np.isfinite(quotient)
    if a[0] > a[1] > 0:
        swapped = displacement_quotient(a, a[::-1], (100, 100))
        assert swapped == pytest.approx(-1.0)


@given(pairs, st.lists(pairs, max_size=4), pairs)
def test_the_net_effect_is_the_sum_over_zones(a: tuple, rings: list, c: tuple) -> None:
    whole = total_net_effect(a, rings, c)
    parts = total_net_effect(a, [], c) + sum(total_net_effect(ring, [], c) for ring in rings)
    assert whole == pytest.approx(parts)


@given(seeds)
def test_what_all_zones_share_is_no_dispersion(seed: int) -> None:
    rng = np.random.default_rng(seed)
    months = np.outer(rng.uniform(1, 9, 4), rng.uniform(1, 50, 36))
    assert month_dispersion(months, 18) == 1.0
