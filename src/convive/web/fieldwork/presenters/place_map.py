"""A map of places over the areas of the city: drawn by the server, and as GeoJSON to move in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from convive.app.fieldwork.city_areas import CityAreas, draw_map
from convive.catalogue.texts import say
from convive.web.fieldwork.models import Place

MOST_LINKS = 200
"""Above this many places they are no links: nobody walks them by keyboard."""
STATES = ("done", "part", "none", "extra")


@dataclass(frozen=True)
class Mark:
    """A place on the map."""

    place: Place
    status: str
    """``done``, ``part``, ``none`` or ``extra``: form and colour of the mark."""
    told: str
    """What is said of it."""
    href: str


def present_place_map(
    areas: CityAreas, marks: Sequence[Mark], language: str, *, words: str = "campaigns.map"
) -> dict[str, Any]:
    """Return outlines, marks in the same frame, and the key.

    Parameters
    ----------
    words : str
        Prefix of the texts that say what each state means.
    """
    drawn = draw_map(areas, [(one.place.longitude, one.place.latitude) for one in marks])
    if drawn is None:
        return {"points": [], "paths": [], "n_without": len(marks)}
    points = [
        {
            "x": at[0], "y": at[1], "status": one.status, "href": one.href,
            "label": f"{one.place.code} {one.place.name}: {one.told}",
        }
        for one, at in zip(marks, drawn.points, strict=True)
        if at is not None
    ]  # fmt: skip
    used = [state for state in STATES if any(point["status"] == state for point in points)]
    return {
        "height": drawn.height,
        "paths": [path for _, path in drawn.paths],
        "points": points,
        "has_links": len(points) <= MOST_LINKS,
        "n_without": len(marks) - len(points),
        "key": [{"status": state, "text": say(f"{words}.{state}", language)} for state in used],
    }


def as_geojson(areas: CityAreas, marks: Sequence[Mark]) -> dict[str, Any]:
    """Return areas and places as one collection, in degrees."""
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "geometry": shapely.geometry.mapping(shape),
            "properties": {"kind": "area", "name": name},
        }
        for name, shape in zip(areas.names, areas.shapes, strict=True)
    ]
    features += [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [one.place.longitude, one.place.latitude]},
            "properties": {
                "kind": "place", "status": one.status, "href": one.href,
                "name": f"{one.place.code} {one.place.name}", "told": one.told,
            },
        }
        for one in marks
        if one.place.longitude is not None and one.place.latitude is not None
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}
