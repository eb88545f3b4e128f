"""The areas of the audit that is shown, as fieldwork needs them: which one, points in it, a map."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from convive.app.ports import Build
from convive.core.collation import collation_key

WIDTH = 560.0
_MARGIN = 6.0
_MOST_TALL = 640.0
_DETAIL = 1.0
_MOST_TRIES = 400
_METRES_A_DEGREE = 111_320.0

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CityAreas:
    """The areas of the analysis level that have a boundary, in degrees (WGS 84)."""

    level: str
    ids: tuple[str, ...]
    names: tuple[str, ...]
    shapes: tuple[shapely.Geometry, ...]

    def name_of(self, area_id: str) -> str:
        """Return the name of an area, its code where it is not known."""
        return self._names.get(area_id, area_id)

    def area_at(self, longitude: float | None, latitude: float | None) -> str:
        """Return the area that a position lies in; empty outside of all, or without position."""
        if longitude is None or latitude is None or not self.ids:
            return ""
        found = self._tree.query(shapely.Point(longitude, latitude), predicate="intersects")
        return self.ids[int(found.min())] if found.size else ""

    @cached_property
    def _names(self) -> dict[str, str]:
        return dict(zip(self.ids, self.names, strict=True))

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.shapes)


@dataclass(frozen=True, slots=True)
class DrawnPoint:
    """A point that was drawn within an area."""

    area: str
    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True)
class DrawnMap:
    """Areas as SVG paths in a frame `WIDTH` wide, and points in the same frame."""

    height: float
    paths: tuple[tuple[str, str], ...]
    """Area and path."""
    points: tuple[tuple[float, float] | None, ...]
    """One for each position given, None where it had none."""


def city_areas(build: Build) -> CityAreas:
    """Return the areas of the analysis level of an audit."""
    level = build.city.analysis_level.id
    rows = [
        row
        for row in build.tables["areas"]
        .select(["level", "area_id", "name", "geometry"])
        .to_pylist()
        if row["level"] == level and row["geometry"]
    ]
    rows.sort(key=lambda row: (collation_key(str(row["name"])), row["area_id"]))
    return CityAreas(
        level,
        tuple(str(row["area_id"]) for row in rows),
        tuple(str(row["name"]) for row in rows),
        tuple(shapely.from_wkb([row["geometry"] for row in rows])) if rows else (),
    )


def random_points(
    areas: CityAreas, n_per_area: int, *, chosen: Sequence[str] = (), rng: np.random.Generator
) -> tuple[DrawnPoint, ...]:
    """Return points drawn at random, equally many in each area.

    Parameters
    ----------
    n_per_area : int
        Points in each.
    chosen : sequence of str
        Areas; empty: all of them.
    rng : numpy.random.Generator
        Randomness; the same seed draws the same points.
    """
    found: list[DrawnPoint] = []
    for area_id, shape in _wanted(areas, chosen):
        found += [
            DrawnPoint(area_id, round(x, 6), round(y, 6)) for x, y in _drawn(shape, n_per_area, rng)
        ]
    return tuple(found)


def grid_points(
    areas: CityAreas, spacing: float, *, chosen: Sequence[str] = (), rng: np.random.Generator
) -> tuple[DrawnPoint, ...]:
    """Return the nodes of one grid that lie in the areas; an area without any gets none.

    Parameters
    ----------
    spacing : float
        Metres between neighbours.
    chosen : sequence of str
        Areas; empty: all of them.
    rng : numpy.random.Generator
        Where the grid begins is a matter of chance, so that every spot may be met.
    """
    wanted = _wanted(areas, chosen)
    if not wanted:
        return ()
    west, south, east, north = shapely.total_bounds([shape for _, shape in wanted])
    tall = spacing / _METRES_A_DEGREE
    wide = tall / math.cos(math.radians((south + north) / 2))
    shift = rng.random(2)
    xs = np.arange(west - shift[0] * wide, east, wide)
    ys = np.arange(south - shift[1] * tall, north, tall)
    across, up = (grid.ravel() for grid in np.meshgrid(xs, ys))
    found: list[DrawnPoint] = []
    for area_id, shape in wanted:
        shapely.prepare(shape)
        inside = shapely.contains_xy(shape, across, up)
        found += [
            DrawnPoint(area_id, round(float(x), 6), round(float(y), 6))
            for x, y in zip(across[inside], up[inside], strict=True)
        ]
    return tuple(found)


def draw_map(
    areas: CityAreas, positions: Sequence[tuple[float | None, float | None]]
) -> DrawnMap | None:
    """Return the areas and some positions in one frame; None where there is nothing to draw.

    Plate carrée at the city's own latitude: good within one city, not for a country.
    """
    placed = [(x, y) for x, y in positions if x is not None and y is not None]
    geometries = [*areas.shapes, *(shapely.Point(x, y) for x, y in placed)]
    if not geometries:
        return None
    # Points far outside must not make the city small: the areas set the frame where there are any.
    west, south, east, north = shapely.total_bounds(list(areas.shapes) or geometries)
    narrow = math.cos(math.radians((south + north) / 2))
    wide, tall = max((east - west) * narrow, 1e-4), max(north - south, 1e-4)
    scale = min((WIDTH - 2 * _MARGIN) / wide, (_MOST_TALL - 2 * _MARGIN) / tall)
    left = (WIDTH - wide * scale) / 2

    def framed(points: Floats) -> Floats:
        x = (points[:, 0] - west) * narrow * scale + left
        return np.column_stack([x, (north - points[:, 1]) * scale + _MARGIN])

    points = tuple(
        None if x is None or y is None else _point(framed(np.array([[x, y]]))[0])
        for x, y in positions
    )
    return DrawnMap(round(tall * scale + 2 * _MARGIN, 1), _paths(areas, framed), points)


def _point(at: Floats) -> tuple[float, float]:
    return round(float(at[0]), 1), round(float(at[1]), 1)


def _paths(areas: CityAreas, framed: object) -> tuple[tuple[str, str], ...]:
    if not areas.shapes:
        return ()
    placed = shapely.transform(np.array(areas.shapes, dtype=object), framed)
    try:
        thin = shapely.coverage_simplify(placed, _DETAIL)
    except shapely.errors.GEOSException:
        thin = shapely.simplify(placed, _DETAIL)
    kept = [own if small.is_empty else small for own, small in zip(placed, thin, strict=True)]
    return tuple((area, _path(shape)) for area, shape in zip(areas.ids, kept, strict=True))


def _path(shape: shapely.Geometry) -> str:
    """Return the SVG path of a polygon with its holes."""
    lines = []
    for polygon in shapely.get_parts(shape):
        if polygon.geom_type == "Polygon":
            for ring in (polygon.exterior, *polygon.interiors):
                points = shapely.get_coordinates(ring)[:-1]
                lines.append("M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points) + "z")
    return "".join(lines)


def _wanted(areas: CityAreas, chosen: Sequence[str]) -> list[tuple[str, shapely.Geometry]]:
    pairs = zip(areas.ids, areas.shapes, strict=True)
    return [(area_id, shape) for area_id, shape in pairs if not chosen or area_id in chosen]


def _drawn(shape: shapely.Geometry, n: int, rng: np.random.Generator) -> list[tuple[float, float]]:
    """Return n points within a shape; fewer where it is too thin to be hit."""
    west, south, east, north = shape.bounds
    shapely.prepare(shape)
    found: list[tuple[float, float]] = []
    for _ in range(_MOST_TRIES):
        if len(found) >= n:
            break
        points = rng.uniform((west, south), (east, north), size=(max(4 * n, 16), 2))
        inside = shapely.contains_xy(shape, points[:, 0], points[:, 1])
        found += [(float(x), float(y)) for x, y in points[inside]]
    return found[:n]
