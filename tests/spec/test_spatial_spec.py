"""What it means to lie in an area, and to cover the ground once."""

import numpy as np
import pytest
import shapely

from convive.core.errors import MethodError
from convive.core.spatial import area_km2, check_cover, locate_points, point_inside

QUARTERS = [
    shapely.box(0, 0, 1, 1),
    shapely.box(1, 0, 2, 1),
    shapely.box(0, 1, 1, 2),
    shapely.box(1, 1, 2, 2),
]


@pytest.mark.parametrize(
    ("x", "y", "area"),
    [
        (0.5, 0.5, 0),
        (1.5, 1.5, 3),
        (1.0, 0.5, 1),  # shared border: the area to the right
        (0.5, 1.0, 2),  # level border: the area above
        (1.0, 1.0, 3),  # the corner where four meet
        (2.0, 0.5, 1),  # outer border to the right: nobody else can have it
        (1.0, 2.0, 2),  # outer border above, where two meet: the first of them
        (0.0, 0.0, 0),
        (2.0, 2.0, 3),
        (2.0001, 0.5, -1),
        (-5.0, 0.5, -1),
        (np.nan, 0.5, -1),
        (0.5, np.inf, -1),
    ],
)
def test_a_point_has_one_area_or_none(x: float, y: float, area: int) -> None:
    assert locate_points([x], [y], QUARTERS).tolist() == [area]


def test_a_hole_is_outside_and_an_exclave_inside() -> None:
    ring = shapely.Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [[(4, 4), (6, 4), (6, 6), (4, 6)]])
    with_exclave = shapely.MultiPolygon([ring, shapely.box(20, 0, 21, 1)])
    enclave = shapely.box(4, 4, 6, 6)
    located = locate_points([5, 1, 20.5, 15], [5, 1, 0.5, 5], [with_exclave, enclave])
    assert located.tolist() == [1, 0, 0, -1]


def test_where_areas_overlap_the_first_one_counts() -> None:
    squares = [shapely.box(0, 0, 2, 2), shapely.box(1, 0, 3, 2)]
    assert locate_points([1.5, 2.5], [1, 1], squares).tolist() == [0, 1]
    assert locate_points([1.5, 2.5], [1, 1], squares[::-1]).tolist() == [0, 0]


def test_areas_without_geometry_contain_nothing() -> None:
    areas = [None, shapely.Polygon(), shapely.box(0, 0, 1, 1)]
    assert locate_points([0.5], [0.5], areas).tolist() == [2]
    assert locate_points([0.5], [0.5], [None]).tolist() == [-1]
    assert locate_points([], [], areas).tolist() == []


def test_lines_are_no_areas_and_lengths_must_agree() -> None:
    with pytest.raises(MethodError, match="SPATIAL_NOT_AN_AREA"):
        locate_points([0], [0], [shapely.LineString([(0, 0), (1, 1)])])
    with pytest.raises(MethodError, match="SPATIAL_SHAPE"):
        locate_points([0, 1], [0], QUARTERS)


def test_a_clean_cover_is_clean() -> None:
    check = check_cover(QUARTERS, shapely.box(0, 0, 2, 2), tolerance_m2=0.0)
    assert check.is_clean
    assert check.outside_km2 == 0.0


def test_overlap_hole_and_spill_are_measured() -> None:
    areas = [shapely.box(0, 0, 1000, 1000), shapely.box(900, 0, 2000, 1000)]
    parent = shapely.box(0, 0, 1950, 1500)
    check = check_cover(areas, parent)
    assert [(o.first, o.second, o.km2) for o in check.overlaps] == [(0, 1, pytest.approx(0.1))]
    assert [hole.km2 for hole in check.holes] == [pytest.approx(0.975)]
    assert check.outside_km2 == pytest.approx(0.05)
    assert not check.is_clean


def test_without_a_parent_only_enclosed_ground_is_a_hole() -> None:
    frame = shapely.box(0, 0, 3000, 3000) - shapely.box(1000, 1000, 2000, 2000)
    check = check_cover([frame])
    assert [(round(h.x), round(h.y), h.km2) for h in check.holes] == [(1500, 1500, 1.0)]
    assert check_cover([shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6)]).is_clean


def test_a_bow_tie_is_named_and_slivers_are_left_out() -> None:
    bow_tie = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    assert check_cover([bow_tie]).invalid == (0,)
    slivers = [shapely.box(0, 0, 1000, 1000), shapely.box(999.95, 0, 2000, 1000)]
    assert check_cover(slivers).is_clean


def test_size_and_inner_point() -> None:
    horseshoe = shapely.box(0, 0, 3000, 3000) - shapely.box(1000, 1000, 2000, 3000)
    assert area_km2([horseshoe]).tolist() == [7.0]
    assert shapely.contains_xy(horseshoe, *point_inside(horseshoe))
