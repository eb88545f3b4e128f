"""What holds for every grid over areas, however crooked, overlapping or far away."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.core.spatial import AreaGrid, grid_build, locate_points
from convive.core.spatial.orientation import side_of_line

whole = st.integers(0, 6)
triangles = st.lists(st.tuples(whole, whole, whole, whole, whole, whole), min_size=1, max_size=40)
spots = st.lists(st.tuples(st.integers(-1, 13), st.integers(-1, 13)), min_size=1, max_size=40)


def _by_the_rule(x: float, y: float, areas: list[shapely.Geometry]) -> int:
    """The rule in exact fractions, one edge after the other, without any grid."""
    touched = []
    px, py = Fraction(x), Fraction(y)
    for index, area in enumerate(areas):
        is_inside = False
        for ring in shapely.get_rings(shapely.get_parts(area)):
            ends = [(Fraction(a), Fraction(b)) for a, b in shapely.get_coordinates(ring).tolist()]
            for start, stop in pairwise(ends):
                (ax, ay), (bx, by) = sorted((start, stop), key=lambda end: (end[1], end[0]))
                side = (bx - ax) * (py - ay) - (px - ax) * (by - ay)
                is_inside ^= ay <= py < by and side > 0
                is_between = ay <= py <= by and min(ax, bx) <= px <= max(ax, bx)
                if side == 0 and is_between:
                    touched.append(index)
        if is_inside:
            return index
    return touched[0] if touched else -1


def _fractal(rng: np.random.Generator, n: int, halvings: int) -> list[shapely.Geometry]:
    """Areas that fill a square and share crooked borders bit for bit."""
    frame = shapely.box(0, 0, 1, 1)
    seeds = shapely.multipoints(rng.uniform(0, 1, (n, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=frame))
    network = shapely.union_all(shapely.boundary(shapely.intersection(cells, frame)))
    lines = []
    for line in shapely.get_parts(network):
        bent = shapely.get_coordinates(line)
        for _ in range(halvings):
            step = np.diff(bent, axis=0)
            sideways = np.column_stack([-step[:, 1], step[:, 0]])
            swing = rng.uniform(-0.2, 0.2, (len(step), 1))
            bent = np.insert(
                bent, np.arange(1, len(bent)), bent[:-1] + step / 2 + swing * sideways, axis=0
            )
        lines.append(shapely.linestrings(bent))
    noded = shapely.node(shapely.union_all(np.array(lines, dtype=object)))
    return list(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))))


@settings(max_examples=150, deadline=None)
@given(triangles, spots, st.sampled_from([1.0, 2.0**-600, 2.0**600, 0.1]))
def test_overlapping_triangles_follow_the_rule_also_on_borders(
    corners: list[tuple[int, ...]], places: list[tuple[int, int]], unit: float
) -> None:
    areas = [
        shapely.Polygon(np.reshape(c, (3, 2)) * unit)
        for c in corners
        if shapely.Polygon(np.reshape(c, (3, 2))).area > 0
    ]
    x, y = np.array(places, dtype=float).T * (unit / 2)
    expected = [_by_the_rule(a, b, areas) for a, b in zip(x, y, strict=True)]
    assert AreaGrid.build(areas).locate(x, y).tolist() == expected
    assert locate_points(x, y, areas).tolist() == expected


def test_crooked_borders_agree_with_geos_and_with_fractions_on_the_borders() -> None:
    rng = np.random.default_rng(31)
    for _ in range(3):
        areas = _fractal(rng, 40, 4)
        grid = AreaGrid.build(areas)
        x, y = rng.uniform(-0.1, 1.1, (2, 20_000))
        expected = np.full(x.size, -1)
        which, area = shapely.STRtree(areas).query(shapely.points(x, y), predicate="within")
        expected[which] = area
        assert np.array_equal(grid.locate(x, y), expected)
        corners = shapely.get_coordinates(areas)
        middles = (corners[1:] + corners[:-1]) / 2
        on_borders = rng.choice(np.concatenate([corners, middles]), 150)
        slow = [_by_the_rule(a, b, areas) for a, b in on_borders.tolist()]
        assert grid.locate(*on_borders.T).tolist() == slow


def test_ten_thousand_points_on_shared_vertices_are_counted_once_each() -> None:
    rng = np.random.default_rng(32)
    areas = _fractal(rng, 150, 5)
    corners, seen = np.unique(shapely.get_coordinates(areas), axis=0, return_counts=True)
    shared = corners[(seen > 1) & ((corners > 1e-3) & (corners < 1 - 1e-3)).all(axis=1)]
    points = rng.choice(shared, 10_000)
    counted = AreaGrid.build(areas).count(points[:, 0], points[:, 1])
    assert counted.counts.sum() == 10_000
    assert counted.outside.sum() == counted.unlocated.sum() == counted.uncoded == 0


def test_batches_and_threads_change_nothing_and_all_points_are_accounted_for() -> None:
    rng = np.random.default_rng(33)
    areas = _fractal(rng, 30, 3)
    grid = AreaGrid.build(areas)
    n = 200_000
    x, y = rng.uniform(-0.2, 1.2, (2, n))
    x[::1000], y[5::1000] = np.nan, np.inf
    codes = rng.integers(-1, 8, n)
    one = grid.count(x, y, codes, 7, threads=1)
    two = grid.count(x, y, codes, 7, threads=2)
    cuts = [0, 1, 70_000, 70_000, n]
    pairs = list(pairwise(cuts))
    parts = grid.count_batches([(x[a:b], y[a:b], codes[a:b].astype(np.int16)) for a, b in pairs], 7)
    for other in (two, parts):
        assert np.array_equal(one.counts, other.counts)
        assert np.array_equal(one.outside, other.outside)
        assert np.array_equal(one.unlocated, other.unlocated)
        assert one.uncoded == other.uncoded
    assert one.total == n
    assert one.uncoded == np.count_nonzero((codes < 0) | (codes > 6))
    assert one.unlocated.sum() == np.count_nonzero(
        ~(np.isfinite(x) & np.isfinite(y)) & (codes >= 0) & (codes < 7)
    )
    located = grid.locate(x, y, threads=2)
    assert np.array_equal(located, grid.locate(x, y, threads=1))
    is_counted = (located >= 0) & (codes >= 0) & (codes < 7)
    slow = np.bincount(located[is_counted] * 7 + codes[is_counted], minlength=7 * len(areas))
    assert np.array_equal(one.counts.ravel(), slow)


def test_many_areas_on_one_spot_and_areas_far_from_the_origin() -> None:
    stars = [shapely.Point(0.5, 0.5).buffer(0.5 - k / 250) for k in range(100)]
    rng = np.random.default_rng(34)
    x, y = rng.uniform(0, 1, (2, 300))
    expected = [_by_the_rule(a, b, stars[::-1]) for a, b in zip(x, y, strict=True)]
    assert AreaGrid.build(stars[::-1]).locate(x, y).tolist() == expected
    far = 2.0**40
    tiles = [shapely.box(far + k / 4096, 0, far + (k + 1) / 4096, 1) for k in range(8)]
    x = far + np.arange(9) / 4096
    assert AreaGrid.build(tiles).locate(x, np.full(9, 0.5)).tolist() == [*range(8), 7]


@pytest.mark.parametrize("areas", [[], [None], [shapely.Polygon()]])
def test_without_any_area_every_point_is_outside_or_without_a_place(areas: list) -> None:
    counted = AreaGrid.build(areas).count([0.0, np.nan], [0.0, 0.0], [1, 1], 2)
    assert counted.counts.shape == (len(areas), 2)
    assert (counted.outside.tolist(), counted.unlocated.tolist()) == ([0, 1], [0, 1])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(-8, 8), min_size=6, max_size=6), st.floats(0.01, 100.0))
def test_the_side_of_a_line_is_that_of_exact_fractions(steps: list[int], base: float) -> None:
    # Points a few units in the last place apart: here the plain float sum errs.
    x, y, ax, ay, bx, by = (base + k * np.spacing(base) for k in steps)
    bx, by = bx + base, by + base
    f = Fraction
    exact = (f(bx) - f(ax)) * (f(y) - f(ay)) - (f(x) - f(ax)) * (f(by) - f(ay))
    assert np.sign(side_of_line(x, y, ax, ay, bx, by)) == np.sign(float(exact))


def _ring(points: list[tuple[float, float]]) -> shapely.Polygon:
    return shapely.Polygon(np.array(points, dtype=float))


_SQUARE = [(0, 0), (8, 0), (8, 8), (0, 8)]
NASTY = {
    "hole, and an area that fills it": [
        shapely.Polygon(_SQUARE, [[(2, 2), (6, 2), (6, 6), (2, 6)]]),
        shapely.box(2, 2, 6, 6),
    ],
    "hole that touches its shell at one point": [
        shapely.Polygon(_SQUARE, [[(0, 4), (4, 2), (4, 6)]]),
        _ring([(0, 4), (4, 2), (4, 6)]),
    ],
    "parts that meet at a corner, and parts that share an edge": [
        shapely.MultiPolygon([shapely.box(0, 0, 3, 3), shapely.box(3, 3, 6, 6)]),
        shapely.MultiPolygon([shapely.box(0, 3, 3, 6), shapely.box(0, 6, 3, 8)]),
        shapely.box(3, 0, 6, 3),
    ],
    "ring that touches itself, ring that crosses itself": [
        _ring([(0, 0), (4, 4), (8, 0), (8, 8), (4, 4), (0, 8)]),
        _ring([(0, 0), (8, 8), (8, 0), (0, 8)]),
    ],
    "ring that goes out and back along an edge": [
        _ring([(0, 0), (4, 0), (4, 8), (4, 0), (8, 0), (8, 8), (0, 8)]),
    ],
    "slivers along one line": [
        *(_ring([(0, 0), (8, 8), (8 + 2.0**-k, 8)]) for k in range(1, 52, 3)),
        _ring([(0, 0), (8, 8), (0, 8)]),
    ],
    "level and upright borders that meet in the middle of an edge": [
        shapely.box(0, 0, 8, 4),
        shapely.box(0, 4, 2, 8),
        shapely.box(2, 4, 8, 8),
    ],
    "very small areas within a large one, which comes last": [
        *(shapely.box(k, k, k + 2.0**-40, k + 2.0**-40) for k in range(1, 8)),
        shapely.box(0, 0, 8, 8),
    ],
    "many small areas in one cell, one area far away": [
        *(shapely.box(k / 64, 0, (k + 1) / 64, 1) for k in range(64)),
        shapely.box(1e6, 1e6, 1e6 + 1, 1e6 + 1),
    ],
    "the same area twice, none, an empty one and one without extent": [
        None,
        shapely.Polygon(),
        _ring([(1, 1), (1, 1), (1, 1)]),
        shapely.box(0, 0, 8, 8),
        shapely.box(0, 0, 8, 8),
    ],
}


@pytest.mark.parametrize("areas", NASTY.values(), ids=NASTY)
def test_nasty_areas_follow_the_rule_on_their_corners_edges_and_around(areas: list) -> None:
    corners = shapely.get_coordinates([area for area in areas if area is not None])
    rng = np.random.default_rng(35)
    ends = rng.choice(np.unique(corners, axis=0), (150, 2))
    middles = (corners[1:] + corners[:-1]) / 2
    beside = np.nextafter(corners, rng.choice([-np.inf, np.inf], corners.shape))
    spread = [corners, middles, beside, ends.mean(axis=1), rng.uniform(-1, 9, (150, 2))]
    points = rng.permutation(np.concatenate(spread))[:600]
    expected = [
        _by_the_rule(x, y, [area or shapely.Polygon() for area in areas]) for x, y in points
    ]
    assert AreaGrid.build(areas).locate(*points.T).tolist() == expected
    assert locate_points(*points[:3].T, areas).tolist() == expected[:3]


def test_the_grid_is_the_same_however_many_bands_it_is_built_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    areas = _fractal(np.random.default_rng(36), 40, 4)
    whole = AreaGrid.build(areas).cells
    assert whole is not None
    monkeypatch.setattr(grid_build, "_ALONE", 0)
    for processors in (1, 3, 40):
        monkeypatch.setattr(grid_build, "processors", lambda n=processors: n)
        cells = AreaGrid.build(areas).cells
        assert cells is not None
        for ours, theirs in zip(cells, whole, strict=True):
            assert np.array_equal(ours, theirs)
