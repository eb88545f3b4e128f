"""Shared-out counts against points whose place in both vintages is known."""

import numpy as np
import pytest
import shapely

from convive.core.spatial import locate_points
from convive.core.spatial.reallocation import reallocate, reallocate_by_ground


def _cells(seed: int, n: int) -> list[shapely.Polygon]:
    rng = np.random.default_rng(seed)
    seeds = shapely.multipoints(rng.uniform(0, 1000, (n, 2)))
    frame = shapely.box(0, 0, 1000, 1000)
    return [c.intersection(frame) for c in shapely.voronoi_polygons(seeds, extend_to=frame).geoms]


def test_evenly_spread_points_are_shared_out_as_they_really_lie() -> None:
    old, new = _cells(1, 12), _cells(2, 9)
    rng = np.random.default_rng(3)
    x, y = rng.uniform(0, 1000, (2, 400_000))
    counts = np.bincount(locate_points(x, y, old), minlength=len(old))
    truth = np.bincount(locate_points(x, y, new), minlength=len(new))
    found = reallocate(counts, reallocate_by_ground(old, new, sliver=0))
    assert found.value == pytest.approx(truth, rel=0.01)
    assert ((found.low <= truth) & (truth <= found.high)).all()
