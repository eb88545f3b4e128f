"""Areas with one indicator's figures as GeoJSON, for the interactive map."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import shapely

from convive.app.ports import Build
from convive.core.errors import NotFoundError
from convive.reports.classes import Classified, classify, in_words, value_of
from convive.reports.outlines import shapes_of, simplified
from convive.reports.rows import area_names

TOLERANCE = 0.00004
"""Degrees by which borders may move, about four metres: invisible on a city map."""


def areas_geojson(
    build: Build,
    level: str | None = None,
    indicator: str | None = None,
    *,
    language: str = "en",
    period_start: date | None = None,
    denominator: str | None = None,
) -> dict[str, Any]:
    """Return the areas of a level, WGS 84, with name and, if asked, figure and map class.

    Properties: area_id, name and, with an indicator, value, low, high, n (null where not
    shown), status, reason, comparability, class (palette token q0 … q4 or few), is_unsure, and `about`, the
    figure in words. Coordinates have six decimals; borders are simplified together, so that
    neighbours keep touching.
    """
    level = level or build.city.analysis_level.id
    found = None
    if indicator:
        try:
            found = classify(
                build, indicator, level=level, period_start=period_start, denominator=denominator
            )
        except NotFoundError:
            found = None
    names = area_names(build)
    features = [
        {
            "type": "Feature",
            "id": number,
            "geometry": _geometry(shape),
            "properties": {"area_id": area, "name": names.get((level, area), area)}
            | (_properties(found, area, language) if found else {}),
        }
        for number, (area, shape) in enumerate(
            simplified(shapes_of(build, level), TOLERANCE).items()
        )
    ]
    return {"type": "FeatureCollection", "features": features}


def _geometry(shape: Any) -> dict[str, Any]:
    """Return a geometry with six decimals, outer rings counter-clockwise (RFC 7946)."""
    turned = shapely.orient_polygons(shape, exterior_cw=False)
    found: dict[str, Any] = json.loads(shapely.to_geojson(turned))
    return {"type": found["type"], "coordinates": _rounded(found["coordinates"])}


def _rounded(coordinates: Any) -> Any:
    """Return nested coordinates with six decimals."""
    if isinstance(coordinates, list):
        return [_rounded(part) for part in coordinates]
    return round(coordinates, 6)


def _properties(found: Classified, area: str, language: str) -> dict[str, Any]:
    """Return the figures of one area; null, never zero, where they are not shown."""
    row = found.rows.get(area)
    is_shown = row is not None and area in found.classes
    return {
        "value": value_of(row) if row and is_shown else None,
        "low": value_of(row, "_low") if row and is_shown else None,
        "high": value_of(row, "_high") if row and is_shown else None,
        "n": row["n"] if row and is_shown else None,
        "status": row["status"] if row else "unavailable",
        "reason": row["reason"] if row else None,
        "comparability": row.get("comparability") if row else None,
        "class": found.token(area),
        "is_unsure": area in found.unsure,
        "about": in_words(found, area, language),
    }
