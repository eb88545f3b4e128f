"""Points that are good for some metres only, in cases that can be worked out on paper."""

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.spatial.position import (
    N_SAMPLES,
    Doubt,
    circle_points,
    displacement,
    relative_doubt,
    widened,
)


def test_a_circle_within_its_area_is_certain() -> None:
    found = displacement([0, 1], np.repeat([[0], [1]], N_SAMPLES, axis=1), 2)
    assert found.n.tolist() == [1, 1]
    assert found.crossing.tolist() == [0, 0]
    assert found.variance.tolist() == [0, 0]


def test_a_point_on_the_border_is_half_here_and_half_there() -> None:
    half = N_SAMPLES // 2
    found = displacement([0] * 10, [[0] * half + [1] * half] * 10, 2)
    assert found.expected_away.tolist() == [5, 0]
    assert found.net.tolist() == [-5, 5]
    assert found.variance == pytest.approx([2.5, 2.5]), "ten coins"


def test_what_may_lie_outside_the_city_leaves_and_what_came_from_outside_arrives() -> None:
    leaves = displacement([0], [[0] * (N_SAMPLES - 4) + [-1] * 4], 1)
    assert leaves.net.tolist() == [-0.25]
    arrives = displacement([-1], [[-1] * (N_SAMPLES - 4) + [0] * 4], 1)
    assert arrives.n.tolist() == [0]
    assert arrives.net.tolist() == [0.25]


def test_an_incident_that_lies_nowhere_near_where_it_was_put_is_certain_to_be_elsewhere() -> None:
    found = displacement([0], [[1] * N_SAMPLES], 2)
    assert found.net.tolist() == [-1, 1]
    assert found.variance.tolist() == [0, 0]


def test_sample_points_lie_at_the_distance_in_metres() -> None:
    x, y = circle_points([2.35], [48.85], [200.0])
    east = (x - 2.35) * 111_195 * np.cos(np.radians(48.85))
    distance = np.hypot(east, (y - 48.85) * 111_195)
    assert x.mean() == pytest.approx(2.35)
    assert distance.max() < 200
    assert distance.mean() == pytest.approx(200 * 2 / 3, rel=1e-4), "as of a full disc"
    assert (distance**2).mean() == pytest.approx(200**2 / 2, rel=1e-4), "as of a full disc"


def test_a_year_has_its_part_of_the_doubt() -> None:
    """100 incidents with a variance of 25 and no net loss: 20 of them have one of 5."""
    half = N_SAMPLES // 2
    both = displacement(
        [0] * 100 + [1] * 100, [[0] * half + [1] * half] * 100 + [[1] * N_SAMPLES] * 100, 2
    )
    found = relative_doubt([20.0, 0.0], [100.0, 100.0], both)
    assert found.variance.tolist() == pytest.approx([5 / 20**2, 0])
    assert found.shift.tolist() == [0.5, 0], "half are expected to leave; nothing was counted"
    assert found.square[0] == pytest.approx(5 / 20**2 + 0.5**2)


def test_an_interval_is_widened_by_the_root_of_the_squares() -> None:
    nothing = Doubt(np.zeros(1), np.zeros(1))
    low, high = widened([100.0], [80.0], [125.0], nothing)
    assert (low[0], high[0]) == pytest.approx((80.0, 125.0))
    shifted = Doubt(np.zeros(1), np.array([0.1]))
    low, high = widened([100.0], [80.0], [125.0], shifted)
    assert (low[0], high[0]) == pytest.approx((80 / 1.1, 125 * 1.1)), "a shift is added outright"
    some = Doubt(np.full(2, 0.04), np.zeros(2))
    low, high = widened([0.0, 5.0], [0.0, 0.0], [3.0, 9.0], some)
    assert low.tolist() == [0, 0]
    assert high[0] == 3
    assert high[1] > 9


def test_refusals() -> None:
    with pytest.raises(MethodError, match="POSITION_BAD_ACCURACY"):
        circle_points([0.0], [0.0], [-1.0])
    with pytest.raises(MethodError, match="POSITION_SHAPE"):
        displacement([0], [[0, 0]], 1)
