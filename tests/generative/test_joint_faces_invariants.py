"""What holds for any faces and figures."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from convive.core.dark_figure import dark_figure
from convive.core.joint_gap import distance_to_agreement
from convive.core.spatial.correlation import spatial_correlation

SCORES = st.lists(st.floats(-4, 4), min_size=2, max_size=4)


@given(SCORES, st.floats(0, 2), st.floats(-3, 3))
def test_moving_all_faces_changes_nothing_and_a_wider_margin_agrees_more(
    scores: list[float], margin: float, shift: float
) -> None:
    at, errors = np.array(scores), np.full(len(scores), 0.4)
    here = distance_to_agreement(at, errors, margin)
    assert abs(distance_to_agreement(at + shift, errors, margin) - here) < 1e-5 * (1 + here)
    assert distance_to_agreement(at, errors, margin + 0.3) <= here + 1e-9


@given(st.integers(0, 5000))
def test_correlation_is_symmetric_and_knows_no_units(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.random((25, 2)) * 4000
    x, y = rng.normal(size=25) + points[:, 0] / 2000, rng.normal(size=25)
    one = spatial_correlation(x, y, points)
    other = spatial_correlation(3 * y - 2, -5 * x, points * 7)
    np.testing.assert_allclose([other.r, other.p], [-one.r, one.p], rtol=1e-7, atol=1e-12)
    assert 4 <= one.n_effective <= one.n
    assert one.low <= one.r <= one.high


@given(st.integers(1, 500), st.floats(0.001, 0.3), st.floats(0.01, 0.5))
def test_the_share_lies_in_its_interval_and_the_dark_share_within_0_and_1(
    count: int, mean: float, relative: float
) -> None:
    found = dark_figure([count], ([mean], [relative * mean]), [1000])
    assert found.low[0] <= found.recorded_share[0] <= found.high[0]
    assert 0.0 <= found.dark_share[0] <= 1.0
