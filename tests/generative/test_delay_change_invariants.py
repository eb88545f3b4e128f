"""What holds for every triangle."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.core.temporal import delay_change

triangles = st.integers(0, 2**32 - 1).map(
    lambda seed: np.random.default_rng(seed).poisson([60, 20, 8, 2], (30, 4))
)


@given(triangles)
def test_a_change_is_a_probability_with_two_shares(triangle: np.ndarray) -> None:
    found = delay_change(triangle)
    assert 0.0 <= found.p <= 1.0
    assert 0.0 <= found.before <= 1.0
    assert 0.0 <= found.after <= 1.0
    assert found.dispersion >= 1.0


@settings(max_examples=25)
@given(triangles, st.integers(1, 20))
def test_old_months_outside_the_window_do_not_matter(triangle: np.ndarray, extra: int) -> None:
    longer = np.vstack([np.full((extra, 4), 500), triangle])
    one, other = delay_change(triangle), delay_change(longer)
    assert one.p == pytest.approx(other.p)
    assert one.after == pytest.approx(other.after)
