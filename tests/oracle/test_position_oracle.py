"""Sample points of circles against the areas of circle segments, which are known exactly."""

import numpy as np
import pytest

from convive.core.spatial.position import N_RINGS, N_SAMPLES, OUTER, circle_points, displacement

METRES = 111_195.0
RADIUS = 300.0


def _located(x: np.ndarray) -> np.ndarray:
    """Area 0 west of the prime meridian, 1 east of it."""
    return (x >= 0).astype(np.int64)


def test_what_crosses_a_straight_border_is_two_over_three_pi_of_a_radius() -> None:
    """Of points spread evenly up to a radius from the border, a share of 2 / (3 pi) is beyond.

    The segment of the unit circle beyond distance d is (acos d - d sqrt(1 - d²)) / pi; its mean
    over d from 0 to 1 is 2 / (3 pi) (any table of integrals).
    """
    rng = np.random.default_rng(5)
    metres = rng.uniform(0, RADIUS, 40_000)
    x, _ = circle_points(-metres / METRES, np.zeros(40_000), np.full(40_000, RADIUS))
    found = displacement(np.zeros(40_000, np.int64), _located(x), 2)
    assert found.expected_away[0] / 40_000 == pytest.approx(2 / (3 * np.pi), rel=0.005)


@pytest.mark.parametrize("distance", [0.0, 0.2, 0.4, 0.6, 0.8])
def test_every_distance_has_about_the_segment_beyond(distance: float) -> None:
    exact = (np.arccos(distance) - distance * np.sqrt(1 - distance**2)) / np.pi
    x, _ = circle_points([-distance * RADIUS / METRES], [0.0], [RADIUS])
    assert _located(x).mean() == pytest.approx(exact, abs=0.08)


def test_the_variance_is_that_of_many_throws() -> None:
    """A naive second way: throw every incident into its circle, many times, and count."""
    rng = np.random.default_rng(11)
    metres = rng.uniform(-2 * RADIUS, 2 * RADIUS, 400)
    own = _located(metres)
    x, _ = circle_points(metres / METRES, np.zeros(400), np.full(400, RADIUS))
    found = displacement(own, _located(x), 2)
    angle = rng.uniform(0, 2 * np.pi, (4_000, 400))
    reach = RADIUS * np.sqrt(rng.uniform(0, 1, (4_000, 400)))
    counts = (metres + reach * np.cos(angle) >= 0).sum(axis=1)
    assert N_SAMPLES == 16
    assert counts.mean() - own.sum() == pytest.approx(found.net[1], abs=1.5)
    assert counts.var() == pytest.approx(found.variance[1], rel=0.08)


def test_the_outer_ring_is_crossed_wherever_a_straight_border_crosses_any() -> None:
    rng = np.random.default_rng(3)
    angle, distance = rng.uniform(0, 2 * np.pi, 5_000), rng.uniform(0, 1.2, 5_000)
    radius = np.ones(5_000) * METRES
    every, outer = (
        circle_points(np.zeros(5_000), np.zeros(5_000), radius, rings=rings)
        for rings in (range(N_RINGS), [OUTER])
    )
    beyond = [
        np.cos(angle)[:, None] * x + np.sin(angle)[:, None] * y > distance[:, None]
        for x, y in (every, outer)
    ]
    assert (beyond[0].any(axis=1) == beyond[1].any(axis=1)).all()
    assert 0.3 < beyond[1].any(axis=1).mean() < 0.9
