"""Make the towns of the benchmarks: areas with plain or crooked borders, and clustered points."""

from __future__ import annotations

import itertools

import numpy as np
import shapely

N_AREAS = 1000
N_MONTHS = 60
N_CATEGORIES = 20
SIZE = 100_000.0


def plain_areas(rng: np.random.Generator, n: int = N_AREAS) -> list[shapely.Polygon]:
    """Return Voronoi cells that share their borders and fill a square."""
    frame = shapely.box(0, 0, SIZE, SIZE)
    seeds = shapely.multipoints(rng.uniform(0, SIZE, (n, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=frame))
    return list(shapely.intersection(cells, frame))


def crooked_areas(
    rng: np.random.Generator, n: int = N_AREAS, *, halvings: int = 6
) -> list[shapely.Geometry]:
    """Return areas with fractal shared borders: each border line is bent at its middle, again
    and again; about 350 vertices an area with six halvings."""
    frame = shapely.box(0, 0, SIZE, SIZE)
    cells = plain_areas(rng, n)
    network = shapely.union_all(shapely.boundary(np.asarray(cells, dtype=object)))
    lines = []
    for line in shapely.get_parts(network):
        points = shapely.get_coordinates(line)
        for a, b in itertools.pairwise(points):
            lines.append(shapely.linestrings(_bend(rng, a, b, halvings)))
    noded = shapely.node(shapely.union_all(np.asarray(lines, dtype=object)))
    pieces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inside = shapely.intersects(pieces, frame)
    return list(pieces[inside & (shapely.area(pieces) > 1.0)])


def _bend(rng: np.random.Generator, a: np.ndarray, b: np.ndarray, halvings: int) -> np.ndarray:
    """Return the line from a to b, its middles moved sideways; lines on the outer frame stay."""
    line = np.array([a, b])
    is_frame = any((abs(line[:, k] - v) < 1e-6).all() for k in (0, 1) for v in (0.0, SIZE))
    for _ in range(halvings):
        step = np.diff(line, axis=0)
        sideways = np.column_stack([-step[:, 1], step[:, 0]])
        swing = 0.0 if is_frame else 0.22
        middle = line[:-1] + step / 2 + sideways * rng.uniform(-swing, swing, (len(step), 1))
        line = np.insert(line, np.arange(1, len(line)), middle, axis=0)
    return line


def points(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return x and y of n points: 70 % around 200 centres, 30 % anywhere, a few beyond."""
    n_clustered = int(0.7 * n)
    centres = rng.uniform(0, SIZE, (200, 2))
    chosen = centres[rng.integers(0, len(centres), n_clustered)]
    near = chosen + rng.normal(0, SIZE / 50, (n_clustered, 2))
    anywhere = rng.uniform(0, SIZE, (n - n_clustered, 2))
    together = np.concatenate([near, anywhere])
    rng.shuffle(together)
    return together[:, 0].copy(), together[:, 1].copy()
