"""What holds for every set of points and areas."""

from itertools import pairwise

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from convive.core.spatial import locate_points

coordinates = st.lists(st.tuples(st.integers(-1, 9), st.integers(-1, 9)), min_size=1, max_size=40)
cuts = st.lists(st.integers(1, 7), min_size=0, max_size=4, unique=True)


def _mosaic(columns: list[int], rows: list[int]) -> list[shapely.Geometry]:
    xs, ys = [0, *sorted(columns), 8], [0, *sorted(rows), 8]
    return [shapely.box(x0, y0, x1, y1) for x0, x1 in pairwise(xs) for y0, y1 in pairwise(ys)]


@given(coordinates, cuts, cuts)
def test_whole_numbered_points_and_borders_always_reconcile(
    points: list[tuple[int, int]], columns: list[int], rows: list[int]
) -> None:
    areas = _mosaic(columns, rows)
    x, y = np.array(points, dtype=float).T
    located = locate_points(x, y, areas)
    inside = (x >= 0) & (x <= 8) & (y >= 0) & (y <= 8)
    assert np.array_equal(located >= 0, inside)
    assert np.bincount(located[inside], minlength=len(areas)).sum() == inside.sum()


@given(coordinates, cuts, cuts)
def test_turning_rings_round_and_batching_change_nothing(
    points: list[tuple[int, int]], columns: list[int], rows: list[int]
) -> None:
    areas = _mosaic(columns, rows)
    x, y = np.array(points, dtype=float).T
    together = locate_points(x, y, areas)
    assert np.array_equal(together, locate_points(x, y, list(shapely.reverse(areas))))
    alone = [int(locate_points([a], [b], areas)[0]) for a, b in zip(x, y, strict=True)]
    assert together.tolist() == alone


@given(coordinates, cuts, cuts, st.randoms(use_true_random=False))
def test_the_order_of_areas_matters_only_on_the_outer_border(
    points: list[tuple[int, int]], columns: list[int], rows: list[int], shuffler
) -> None:
    areas = _mosaic(columns, rows)
    order = list(range(len(areas)))
    shuffler.shuffle(order)
    x, y = np.array(points, dtype=float).T
    inner = (x >= 0) & (x < 8) & (y >= 0) & (y < 8)
    first = locate_points(x[inner], y[inner], areas)
    second = locate_points(x[inner], y[inner], [areas[k] for k in order])
    assert first.tolist() == [order[k] for k in second]
