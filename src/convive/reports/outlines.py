"""Area outlines for drawing: simplified together so that neighbours keep touching."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
import shapely.affinity

from convive.app.ports import Build
from convive.reports.rows import select

Shapes = dict[str, Any]
"""Area id → shapely geometry."""


def shapes_of(build: Build, level: str) -> Shapes:
    """Return the areas of a level that have a boundary, WGS 84, in order of their ids."""
    rows = select(build, "areas", level=level)
    found = {row["area_id"]: row["geometry"] for row in rows if row["geometry"] is not None}
    return (
        dict(
            zip(found, shapely.from_wkb(np.array(list(found.values()), dtype=object)), strict=True)
        )
        if found
        else {}
    )


def simplified(shapes: Shapes, tolerance: float) -> Shapes:
    """Return the shapes with fewer points; borders shared by neighbours stay shared."""
    if not shapes:
        return {}
    geometries = np.array(list(shapes.values()), dtype=object)
    try:
        thin = shapely.coverage_simplify(geometries, tolerance)
    except shapely.errors.GEOSException:
        thin = shapely.simplify(geometries, tolerance)
    kept = [b if not b.is_empty else a for a, b in zip(geometries, thin, strict=True)]
    return dict(zip(shapes, kept, strict=True))


def on_paper(shapes: Shapes, width: float, most_height: float) -> tuple[Shapes, float]:
    """Return the shapes in pixels (y downwards) and the height that they take.

    Longitude is shortened by the cosine of the middle latitude: true to shape at the scale of
    a city, and the same on every machine.
    """
    west, south, east, north = shapely.total_bounds(np.array(list(shapes.values()), dtype=object))
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, tall = (east - west) * squeeze or 1e-9, (north - south) or 1e-9
    scale = min(width / wide, most_height / tall)
    left = (width - wide * scale) / 2

    def place(points: np.ndarray) -> np.ndarray:
        """Turn degrees into pixels."""
        x = left + (points[:, 0] - west) * squeeze * scale
        return np.column_stack([x, (north - points[:, 1]) * scale])

    placed = {area: shapely.transform(shape, place) for area, shape in shapes.items()}
    thin = {area: _rounded(_valid(shape)) for area, shape in simplified(placed, 0.35).items()}
    return thin, tall * scale


def _valid(shape: Any) -> Any:
    """Return the shape without borders that cross themselves; thinning can make some."""
    return shape if shape.is_valid else shapely.make_valid(shape, method="structure")


def _rounded(shape: Any) -> Any:
    """Return the shape with coordinates on tenths of a pixel."""
    return shapely.transform(shape, lambda points: np.round(points, 1))


def hatching(shape: Any, spacing: float = 7.5) -> Any:
    """Return diagonal lines clipped to a shape, the same pattern across all areas."""
    west, north, east, south = shape.bounds
    first = math.ceil((west + north) / spacing)
    last = math.floor((east + south) / spacing)
    lines = []
    for k in range(first, last + 1):
        c = k * spacing  # the line x + y = c
        lines.append([(c - south, south), (c - north, north)])
    if not lines:
        return shapely.MultiLineString()
    clipped = shapely.intersection(shapely.MultiLineString(lines), _valid(shape))
    parts = [p for p in shapely.get_parts(clipped) if p.geom_type == "LineString" and p.length > 1]
    return _rounded(shapely.MultiLineString(parts))


def feature(shape: Any, properties: dict[str, Any]) -> dict[str, Any]:
    """Return a GeoJSON feature."""
    return {
        "type": "Feature",
        "geometry": shapely.geometry.mapping(shape),
        "properties": properties,
    }


def label_spot(shape: Any, width: float) -> Sequence[float] | None:
    """Return where a label of that width fits inside the shape, or None."""
    inside = shape.representative_point()
    line = shapely.LineString([(inside.x - width / 2, inside.y), (inside.x + width / 2, inside.y)])
    return (inside.x, inside.y) if shape.buffer(1).contains(line) else None
