"""What holds for every set of points and areas."""

from itertools import combinations, pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from convive.core.spatial import check_cover, locate_points

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


@given(cuts, cuts, st.sets(st.integers(0, 24), max_size=6), st.booleans())
def test_the_quick_way_to_a_cover_says_what_the_slow_one_says(
    columns: list[int], rows: list[int], missing: set[int], has_overlap: bool
) -> None:
    """Areas that fit together are joined along shared borders; the union of any polygons is the rule."""
    areas = [area for i, area in enumerate(_mosaic(columns, rows)) if i not in missing]
    areas += [shapely.box(2.5, 2.5, 5.5, 5.5)] if has_overlap or not areas else []
    array = np.asarray(areas, dtype=object)
    union = shapely.union_all(array)
    check = check_cover(areas, tolerance_m2=0.0)
    assert shapely.equals(check.ground, union)
    shared = sum(shapely.area(shapely.intersection(a, b)) for a, b in combinations(areas, 2))
    assert sum(pair.km2 for pair in check.overlaps) * 1e6 == pytest.approx(shared)
    filled = [shapely.Polygon(part.exterior) for part in shapely.get_parts(union)]
    enclosed = shapely.area(shapely.union_all(filled)) - shapely.area(union)
    assert sum(hole.km2 for hole in check.holes) * 1e6 == pytest.approx(enclosed)
