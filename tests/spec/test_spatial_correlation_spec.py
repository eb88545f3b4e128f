"""Correlation over areas: plain where neighbours differ, cautious where they are alike."""

from __future__ import annotations

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.spatial.correlation import spatial_correlation

SIDE = np.arange(8)
POINTS = np.array([(x, y) for x in SIDE for y in SIDE], dtype=float) * 500


def test_two_slopes_over_the_city_are_worth_few_areas() -> None:
    rng = np.random.default_rng(0)
    east = POINTS[:, 0] / 500 + rng.normal(0, 0.3, 64)
    other = POINTS[:, 0] / 500 + rng.normal(0, 0.3, 64)
    found = spatial_correlation(east, other, POINTS)
    assert found.r > 0.95
    assert found.n_effective < 20
    assert found.high - found.low > 0.02


def test_figures_without_neighbourhood_keep_nearly_all_areas() -> None:
    rng = np.random.default_rng(1)
    found = spatial_correlation(rng.normal(size=64), rng.normal(size=64), POINTS)
    assert found.n_effective > 45
    assert found.low < 0 < found.high


def test_areas_without_a_figure_are_left_out() -> None:
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=64), rng.normal(size=64)
    x[:10] = np.nan
    found = spatial_correlation(x, y, POINTS)
    again = spatial_correlation(x[10:], y[10:], POINTS[10:])
    assert found == again
    assert found.n == 54


@pytest.mark.parametrize(
    ("code", "x", "points"),
    [
        ("CORRELATION_TOO_FEW", np.arange(11.0), POINTS[:11]),
        ("CORRELATION_CONSTANT", np.ones(64), POINTS),
        ("CORRELATION_SHAPE", np.arange(64.0), POINTS[:10]),
    ],
)
def test_what_is_refused(code: str, x: np.ndarray, points: np.ndarray) -> None:
    with pytest.raises(MethodError, match=code):
        spatial_correlation(x, np.arange(float(x.size)), points)
