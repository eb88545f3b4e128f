"""Areas of the invented town: relaxed Voronoi cells with rough shared borders and a river."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import Voronoi

from .plan import CENTRE, DISTRICTS, NEIGHBOURHOODS

RADIUS_M = 4_300.0
RIVER_HALF_WIDTH_M = 38.0
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Territory:
    """Neighbourhoods and districts; coordinates in metres of the plan's projection."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    shapes: tuple[shapely.Geometry, ...]
    district_codes: tuple[str, ...]
    district_names: tuple[str, ...]
    district_shapes: tuple[shapely.Geometry, ...]

    @property
    def n_areas(self) -> int:
        """Return the number of neighbourhoods."""
        return len(self.codes)

    @property
    def districts(self) -> NDArray[np.int64]:
        """Return the district's position for every neighbourhood."""
        return np.array([int(code[0]) - 1 for code in self.codes])

    @property
    def centroids(self) -> Floats:
        """Return centroids, shape (n_areas, 2)."""
        return np.array([shape.centroid.coords[0] for shape in self.shapes])

    @property
    def areas_km2(self) -> Floats:
        """Return areas in km², shape (n_areas,)."""
        return np.array([shape.area for shape in self.shapes]) / 1e6


def _outline(rng: np.random.Generator) -> shapely.Polygon:
    """Return the town's boundary: a circle bent by a few waves, with a rough edge."""
    angle = np.linspace(0.0, 2 * np.pi, 241)[:-1]
    radius = np.full_like(angle, 1.0)
    for wave in range(2, 9):
        size = 0.11 / (wave - 0.5)
        radius += size * np.cos(wave * angle + rng.uniform(0, 2 * np.pi))
    radius += rng.normal(0, 0.006, angle.size)
    x = CENTRE[0] + 1.18 * RADIUS_M * radius * np.cos(angle)
    y = CENTRE[1] + 0.9 * RADIUS_M * radius * np.sin(angle)
    return shapely.Polygon(np.column_stack([x, y]))


def _seeds(outline: shapely.Polygon, n: int, rng: np.random.Generator) -> Floats:
    """Return cell centres, shape (n, 2): Lloyd's relaxation over a centre-heavy density."""
    low_x, low_y, high_x, high_y = outline.bounds
    points = np.column_stack(
        [rng.uniform(low_x, high_x, 24_000), rng.uniform(low_y, high_y, 24_000)]
    )
    points = points[shapely.contains_xy(outline, points[:, 0], points[:, 1])]
    distance = np.hypot(*(points - CENTRE).T) / RADIUS_M
    keep = rng.uniform(size=len(points)) < 0.2 + 0.8 * np.exp(-((distance / 0.45) ** 2))
    points = points[keep]
    seeds = points[rng.choice(len(points), n, replace=False)]
    for _ in range(12):
        owner = np.argmin(((points[:, None, :] - seeds[None]) ** 2).sum(axis=2), axis=1)
        seeds = np.array([points[owner == k].mean(axis=0) for k in range(n)])
    return seeds + rng.normal(0, 0.02 * RADIUS_M, seeds.shape)


def _rough(start: Floats, end: Floats, rng: np.random.Generator) -> Floats:
    """Return the line between two points, roughened by midpoint displacement."""
    line = np.array([start, end])
    for level in range(5):
        step = line[1:] - line[:-1]
        normal = np.column_stack([-step[:, 1], step[:, 0]])
        shift = rng.uniform(-1, 1, (len(step), 1)) * (0.13 if level < 2 else 0.10)
        middle = (line[1:] + line[:-1]) / 2 + normal * shift
        line = np.insert(line, np.arange(1, len(line)), middle, axis=0)
    return line


def _borders(seeds: Floats, rng: np.random.Generator) -> dict[tuple[int, int], Floats]:
    """Return rough borders by their two vertices; far helper points close the outer cells."""
    around = np.linspace(0, 2 * np.pi, 25)[:-1]
    far = CENTRE + 2.4 * RADIUS_M * np.column_stack([np.cos(around), np.sin(around)])
    cells = Voronoi(np.vstack([seeds, far]))
    borders: dict[tuple[int, int], Floats] = {}
    for (a, b), (p, q) in sorted(
        zip(map(tuple, cells.ridge_vertices), map(tuple, cells.ridge_points), strict=True)
    ):
        if a >= 0 and b >= 0 and (p < len(seeds) or q < len(seeds)):
            borders[a, b] = _rough(cells.vertices[a], cells.vertices[b], rng)
    return borders


def _river(borders: dict[tuple[int, int], Floats]) -> shapely.Geometry:
    """Return the river: the cheapest way along borders from west to east, south of the centre."""
    where: dict[int, Floats] = {}
    ways: dict[int, list[tuple[int, float, tuple[int, int]]]] = {}
    for (a, b), line in sorted(borders.items()):
        where[a], where[b] = line[0], line[-1]
        middle = (line[0] + line[-1]) / 2 - CENTRE
        course = -0.16 * RADIUS_M + 0.14 * RADIUS_M * np.sin(middle[0] / (0.55 * RADIUS_M))
        cost = float(np.hypot(*(line[-1] - line[0]))) * (1 + (abs(middle[1] - course) / 500) ** 2)
        ways.setdefault(a, []).append((b, cost, (a, b)))
        ways.setdefault(b, []).append((a, cost, (a, b)))

    def ends(sign: int) -> int:
        return min(sorted(where), key=lambda v: sign * (where[v][0] - CENTRE[0]) + 1.5 * abs(where[v][1] - CENTRE[1] + 700))  # fmt: skip

    start, goal = ends(1), ends(-1)
    queue: list[tuple[float, int, tuple[tuple[int, int], ...]]] = [(0.0, start, ())]
    seen: set[int] = set()
    while queue:
        cost, vertex, path = heapq.heappop(queue)
        if vertex == goal:
            return shapely.union_all([shapely.LineString(borders[key]) for key in path])
        if vertex in seen:
            continue
        seen.add(vertex)
        for other, extra, key in ways[vertex]:
            heapq.heappush(queue, (cost + extra, other, (*path, key)))
    raise RuntimeError("the borders do not connect west and east")


def _cells(
    seeds: Floats, outline: shapely.Polygon, borders: dict[tuple[int, int], Floats]
) -> list[shapely.Geometry]:
    """Return one polygon per seed; all share their borders exactly."""
    lines = [shapely.LineString(line) for _, line in sorted(borders.items())]
    noded = shapely.union_all([*lines, outline.exterior])
    parts: list[list[shapely.Geometry]] = [[] for _ in seeds]
    for face in shapely.polygonize([noded]).geoms:
        inside = face.representative_point()
        if outline.contains(inside):
            owner = np.argmin(((seeds - inside.coords[0]) ** 2).sum(axis=1))
            parts[int(owner)].append(face)
    return [shapely.union_all(faces) for faces in parts]


def _order(seeds: Floats) -> list[list[int]]:
    """Return positions of seeds per district: a core, then sectors around it."""
    offset = seeds - CENTRE
    distance = np.hypot(offset[:, 0] / 1.18, offset[:, 1] / 0.9)
    by_distance = np.argsort(distance, kind="stable")
    core = list(map(int, by_distance[: len(NEIGHBOURHOODS[0])]))
    rest = by_distance[len(NEIGHBOURHOODS[0]) :]
    angle = (np.arctan2(offset[rest, 1], offset[rest, 0]) - np.deg2rad(62)) % (2 * np.pi)
    turn = rest[np.argsort(-angle, kind="stable")]
    groups, first = [core], 0
    for names in NEIGHBOURHOODS[1:]:
        sector = turn[first : first + len(names)]
        groups.append(sorted(map(int, sector), key=lambda k: float(distance[k])))
        first += len(names)
    return groups


def build_territory(rng: np.random.Generator) -> Territory:
    """Return the town's areas; the same generator state gives the same shapes."""
    n = sum(map(len, NEIGHBOURHOODS))
    outline = _outline(rng)
    seeds = _seeds(outline, n, rng)
    borders = _borders(seeds, rng)
    water = _river(borders).buffer(RIVER_HALF_WIDTH_M, quad_segs=3)
    land = [shapely.difference(cell, water) for cell in _cells(seeds, outline, borders)]
    codes, names, shapes, district_shapes = [], [], [], []
    for number, group in enumerate(_order(seeds), start=1):
        members = [shapely.set_precision(land[k], 0.01) for k in group]
        codes += [f"{number}{k:02d}" for k in range(1, len(group) + 1)]
        names += list(NEIGHBOURHOODS[number - 1])
        shapes += [shapely.normalize(_multi(shape)) for shape in members]
        district_shapes.append(shapely.normalize(_multi(shapely.union_all(members))))
    return Territory(
        tuple(codes), tuple(names), tuple(shapes),
        tuple(f"D{k}" for k in range(1, len(DISTRICTS) + 1)), DISTRICTS, tuple(district_shapes),
    )  # fmt: skip


def _multi(shape: shapely.Geometry) -> shapely.MultiPolygon:
    """Return a multipolygon without crumbs below 2,000 m²."""
    parts = [part for part in getattr(shape, "geoms", [shape]) if part.area > 2_000]
    return shapely.MultiPolygon(parts)
