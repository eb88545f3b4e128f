"""From geometries in any projection to longitude, latitude and how exact they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyproj
import shapely

from convive.connectors.city_pack.problem_log import RefusedError

GEOMETRY = "#geometry"
LONGITUDE = "#longitude"
LATITUDE = "#latitude"
ACCURACY = "#accuracy_m"
WGS84 = "EPSG:4326"
EARTH_RADIUS_M = 6_371_008.8
DEGREE_DECIMALS = 7


def with_points(table: pa.Table, crs: str | None, options: Mapping[str, Any]) -> pa.Table:
    """Return the table with its `GEOMETRY` column turned into points.

    ``#longitude`` and ``#latitude`` are in degrees of WGS 84; ``#accuracy_m`` is the radius in
    metres around the point that covers a line or an area, and 0 for points. With
    ``options["geometry"]`` the outlines stay and only the projection is checked and told.

    Raises
    ------
    RefusedError
        PROJECTION_MISSING, CRS_UNKNOWN.
    """
    stated = options.get("crs") or crs
    if options.get("geometry"):
        return table.replace_schema_metadata({"crs": stated or ""})
    position = table.column_names.index(GEOMETRY)
    wkb = table.column(position).to_numpy(zero_copy_only=False)
    longitude, latitude, accuracy = locate(wkb, stated)
    table = table.remove_column(position)
    for name, values in ((LONGITUDE, longitude), (LATITUDE, latitude), (ACCURACY, accuracy)):
        table = table.append_column(name, pa.array(_number_texts(values), pa.string()))
    return table


def _number_texts(values: np.ndarray) -> list[str | None]:
    return [None if np.isnan(value) else f"{value:.10g}" for value in values.tolist()]


def locate(wkb: np.ndarray, crs: str | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return longitude, latitude (degrees, WGS 84) and radius (metres) of geometries.

    Shapes (n,); NaN where there is no geometry. A point inside stands for a line or an area.

    Raises
    ------
    RefusedError
        PROJECTION_MISSING where no projection is stated or the coordinates cannot be of the
        stated one, CRS_UNKNOWN.
    """
    shapes = shapely.force_2d(shapely.from_wkb(wkb, on_invalid="ignore"))
    shapes[shapely.is_empty(shapes)] = None
    degrees = to_degrees(shapes, crs)
    points = inner_points(degrees)
    longitude, latitude = shapely.get_x(points), shapely.get_y(points)
    is_lost = ~(np.isfinite(longitude) & np.isfinite(latitude))
    longitude[is_lost], latitude[is_lost] = np.nan, np.nan
    radius = _radius(degrees, longitude, latitude)
    return np.round(longitude, DEGREE_DECIMALS), np.round(latitude, DEGREE_DECIMALS), radius


def to_degrees(shapes: np.ndarray, crs: str | None) -> np.ndarray:
    """Return geometries in degrees of WGS 84."""
    if not shapely.get_coordinates(shapes).size:
        return shapes
    if not crs:
        raise RefusedError("PROJECTION_MISSING")
    source = parse_crs(crs)
    if not fits(source, shapely.total_bounds(shapes)):
        raise RefusedError("PROJECTION_MISSING")
    transformer = pyproj.Transformer.from_crs(source, WGS84, always_xy=True)
    return transform(shapes, transformer)


def parse_crs(crs: str) -> pyproj.CRS:
    """Return a projection; CRS_UNKNOWN where nobody knows it."""
    try:
        return pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError:
        raise RefusedError("CRS_UNKNOWN", crs=crs[:80]) from None


def fits(source: pyproj.CRS, bounds: np.ndarray) -> bool:
    """Tell whether coordinates can be what the projection says: metres, or degrees."""
    west, south, east, north = bounds
    if source.is_geographic:
        return bool(max(-west, east, -south * 2, north * 2) <= 361)
    # Whole cities within 360 by 180 metres of an origin do not exist: these are degrees.
    return source.is_projected and bool(max(-west, east, -south * 2, north * 2) > 361)


def transform(geometry: np.ndarray, transformer: pyproj.Transformer) -> np.ndarray:
    """Return geometries with every coordinate sent through the transformer."""

    def move(points: np.ndarray) -> np.ndarray:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    return np.asarray(shapely.transform(geometry, move))


def inner_points(shapes: np.ndarray) -> np.ndarray:
    """Return a point of every geometry that surely belongs to it."""
    points = np.array(shapes, dtype=object)
    is_other = ~np.isin(shapely.get_type_id(shapes), (-1, 0))
    for position in np.flatnonzero(is_other):
        try:
            points[position] = shapely.point_on_surface(shapes[position])
        except shapely.GEOSException:
            points[position] = None
    return points


def _radius(shapes: np.ndarray, longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    """Return the distance from each point to the farthest corner of its geometry, in metres."""
    corners, of = shapely.get_coordinates(shapes, return_index=True)
    radius = np.where(np.isnan(longitude), np.nan, 0.0)
    away = _metres(corners, np.column_stack([longitude[of], latitude[of]]))
    np.fmax.at(radius, of, away)
    return np.asarray(np.round(radius, 1))


def _metres(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return great-circle distances (haversine) between points in degrees, shape (n, 2) each."""
    (x1, y1), (x2, y2) = np.radians(first).T, np.radians(second).T
    half = np.sin((y2 - y1) / 2) ** 2 + np.cos(y1) * np.cos(y2) * np.sin((x2 - x1) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))
