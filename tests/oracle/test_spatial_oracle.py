"""Point to area against a second, slow implementation (GEOS through shapely)."""

import numpy as np
import shapely

from convive.core.spatial import locate_points


def _patchwork(rng: np.random.Generator, n: int) -> list[shapely.Geometry]:
    """Return n areas with crooked shared borders that fill a 10 × 10 square."""
    seeds = shapely.multipoints(rng.uniform(0, 10, (n, 2)))
    frame = shapely.box(0, 0, 10, 10)
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=frame))
    clipped = shapely.intersection(cells, frame)
    fine = shapely.segmentize(clipped, 0.05)

    def bend(points: np.ndarray) -> np.ndarray:
        inside = np.prod(np.sin(np.pi * points / 10), axis=1, keepdims=True)
        return points + 0.15 * inside * np.sin(7 * points[:, ::-1])

    return list(shapely.transform(fine, bend))


def test_inner_points_agree_with_geos() -> None:
    rng = np.random.default_rng(20)
    areas = _patchwork(rng, 120)
    x, y = rng.uniform(-1, 11, (2, 20_000))
    expected = np.full(x.size, -1)
    which, area = shapely.STRtree(areas).query(shapely.points(x, y), predicate="within")
    expected[which] = area
    assert np.array_equal(locate_points(x, y, areas), expected)


def test_points_on_shared_corners_are_counted_once_each() -> None:
    rng = np.random.default_rng(21)
    areas = _patchwork(rng, 60)
    corners = np.unique(np.concatenate([shapely.get_coordinates(a) for a in areas]), axis=0)
    located = locate_points(corners[:, 0], corners[:, 1], areas)
    touching = shapely.STRtree(areas).query(shapely.points(corners), predicate="intersects")
    # GEOS says that each corner touches one to several areas: ours is always one of them.
    pairs = set(zip(*touching.tolist(), strict=True))
    assert (located >= 0).all()
    assert all((point, area) in pairs for point, area in enumerate(located.tolist()))
