"""OGC API Features, Part 1: the areas of each level with their newest figures.

Outlines are WGS 84, longitude first. A figure that may not be seen is null and its ``_status`` says
so; null is never 0.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import shapely
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from convive.web.observatory import estimates, selectors
from convive.web.observatory.current import Site
from convive.web.observatory.views.page import level_name
from convive.web.opendata import parameters
from convive.web.opendata.answers import (
    GEOJSON,
    HTML,
    JSON,
    OPENAPI,
    Given,
    absolute,
    as_json,
    link,
    open_data,
    page_links,
    problem,
)
from convive.web.opendata.parameters import Interval, Wrong
from convive.web.opendata.reference_systems import CRS84, SYSTEMS, from_box, transformed
from convive.web.opendata.values import Row, plain

_CLASS = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"
CONFORMS_TO = (
    *(f"{_CLASS}/{name}" for name in ("core", "geojson", "oas30")),
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
)
LIMIT = parameters.capped("limit", "Features on a page.", most=1000, default=100)
OFFSET = parameters.integer(
    "offset", "Features to leave out first.", least=0, most=parameters.MOST_OFFSET, default=0
)
AREA_ID = parameters.text("area_id", "Only the area with this code.")
FORMAT = parameters.choice("f", "Form of the answer.", ("json",), "json")
NAME = parameters.text("name", "Only areas with this name.")
PARENT = parameters.text("parent_id", "Only areas within this one.")
BOX = parameters.box()
TIME = parameters.moments()
CRS = parameters.choice("crs", "Reference system of the answer.", tuple(SYSTEMS), CRS84)
BOX_CRS = parameters.choice("bbox-crs", "Reference system of the box.", tuple(SYSTEMS), CRS84)
PARAMETERS = (LIMIT, OFFSET, BOX, BOX_CRS, CRS, TIME, AREA_ID, NAME, PARENT, FORMAT)
_OWN = ("area_id", "name", "parent_level", "parent_id", "residents")
_FIGURE = ("value", "low", "high", "n", "unit", "period_start", "period_end", "status", "reason")

Feature = dict[str, Any]


@open_data((FORMAT,))
def landing(request: HttpRequest, site: Site, given: Given) -> HttpResponse:  # noqa: ARG001
    """Say where everything is."""
    return as_json({
        "title": site.build.city.name,
        "description": "Areas with published figures on urban security.",
        "links": [
            link("self", request.build_absolute_uri()),
            link("service-desc", absolute(request, reverse("ogc-openapi")), OPENAPI),
            link("service-doc", absolute(request, reverse("api-page", args=("en",))), HTML),
            link("conformance", absolute(request, reverse("ogc-conformance"))),
            link("data", absolute(request, reverse("ogc-collections"))),
        ],
    })  # fmt: skip


@open_data((FORMAT,))
def conformance(request: HttpRequest, site: Site, given: Given) -> HttpResponse:  # noqa: ARG001
    """Say what is conformed to."""
    return as_json({"conformsTo": list(CONFORMS_TO)})


@open_data((FORMAT,))
def collections(request: HttpRequest, site: Site, given: Given) -> HttpResponse:  # noqa: ARG001
    """List the levels of areas."""
    return as_json({
        "links": [link("self", request.build_absolute_uri())],
        "collections": [_collection(request, site, level) for level in _levels(site)],
    })  # fmt: skip


@open_data((FORMAT,))
def collection(request: HttpRequest, site: Site, given: Given, collection: str) -> HttpResponse:  # noqa: ARG001
    """Tell of one level of areas."""
    return as_json(_collection(request, site, _known(site, collection)))


@open_data(PARAMETERS)
def items(request: HttpRequest, site: Site, given: Given, collection: str) -> HttpResponse:
    """Give areas with their newest figures."""
    level = _known(site, collection)
    try:
        boxes = _boxes(given)
    except ValueError as wrong:
        return problem(
            400, "Unusable parameters", f"bbox {wrong}", wrong=[Wrong("bbox", str(wrong))]
        )
    found = [
        one for one in _features(site, level)
        if _is_wanted(one, given) and _meets(one, boxes) and _is_within(one, given["datetime"])
    ]  # fmt: skip
    limit, offset = given["limit"], given["offset"]
    part = found[offset : offset + limit]
    links = page_links(request, limit=limit, offset=offset, matched=len(found), kind=GEOJSON)
    links.append(_to_collection(request, collection))
    told = {
        "type": "FeatureCollection", "features": [_in(one, given["crs"]) for one in part],
        "links": links, "timeStamp": timezone.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "numberMatched": len(found), "numberReturned": len(part),
    }  # fmt: skip
    return _answered(told, given["crs"])


@open_data((CRS, FORMAT))
def item(
    request: HttpRequest, site: Site, given: Given, collection: str, feature: str
) -> HttpResponse:  # fmt: skip
    """Give one area."""
    for one in _features(site, _known(site, collection)):
        if one["told"]["id"] == feature:
            links = [
                link("self", request.build_absolute_uri(), GEOJSON),
                _to_collection(request, collection),
            ]
            return _answered({**_in(one, given["crs"]), "links": links}, given["crs"])
    raise Http404


def _answered(told: dict[str, Any], system: str) -> HttpResponse:
    response = as_json(told, content_type=GEOJSON)
    response.headers["Content-Crs"] = f"<{system}>"
    return response


def _in(one: Feature, system: str) -> dict[str, Any]:
    """Return a feature with its outline in a reference system."""
    told: dict[str, Any] = one["told"]
    if system == CRS84 or one["shape"] is None:
        return told
    return {**told, "geometry": _outline(one["shape"], system)}


def _levels(site: Site) -> tuple[str, ...]:
    """Return the levels that have outlines, from the coarsest to the finest."""
    having = {level for level, _ in selectors.areas_by_key(site)}
    return tuple(level.id for level in site.build.city.levels if level.id in having)


def _known(site: Site, level: str) -> str:
    if level not in _levels(site):
        raise Http404
    return level


def _collection(request: HttpRequest, site: Site, level: str) -> dict[str, Any]:
    boxes = [one["box"] for one in _features(site, level) if one["box"]]
    extent: dict[str, Any] = {}
    if boxes:
        west, south = (min(box[i] for box in boxes) for i in (0, 1))
        east, north = (max(box[i] for box in boxes) for i in (2, 3))
        extent["spatial"] = {"bbox": [[west, south, east, north]], "crs": CRS84}
    period = selectors.data_period(site)
    if period:
        ends = [f"{day.isoformat()}T00:00:00Z" for day in period]
        extent["temporal"] = {"interval": [ends]}
    path = reverse("ogc-items", args=(level,))
    return {
        "id": level, "title": level_name(site, "en", level), "itemType": "feature", "crs": list(SYSTEMS),
        "storageCrs": CRS84,
        "description": "Areas with the newest published figure of each indicator.",
        "extent": extent,
        "links": [
            link("self", absolute(request, reverse("ogc-collection", args=(level,)))),
            link("items", absolute(request, path), GEOJSON),
        ],
    }  # fmt: skip


def _to_collection(request: HttpRequest, level: str) -> dict[str, str]:
    return link("collection", absolute(request, reverse("ogc-collection", args=(level,))), JSON)


def _features(site: Site, level: str) -> list[Feature]:
    """Return the areas of a level as features, each with its box and periods; made once."""
    return site.keep(("features", level), lambda: _made(site, level))


def _made(site: Site, level: str) -> list[Feature]:
    shapes = dict(selectors.list_geometries(site, level))
    figures = {
        one: estimates.newest_estimates(site, one, level) for one in estimates.indicator_ids(site)
    }
    rows = sorted(selectors.list_areas(site, level), key=lambda row: str(row["area_id"]))
    return [_feature(row, shapes.get(row["area_id"]), figures) for row in rows]


def _feature(row: Row, wkb: bytes | None, figures: Mapping[str, Mapping[str, Row]]) -> Feature:
    shape = shapely.orient_polygons(shapely.from_wkb(wkb), exterior_cw=False) if wkb else None
    area = row["area_id"]
    properties, periods = plain(row, _OWN), []
    for indicator, by_area in figures.items():
        if (figure := by_area.get(area)) is not None:
            told = plain(figure, _FIGURE)
            properties[indicator] = told.pop("value")
            properties |= {f"{indicator}_{name}": value for name, value in told.items()}
            periods.append((figure["period_start"], figure["period_end"]))
    outline = None if shape is None else _outline(shape, CRS84)
    return {
        "told": {"type": "Feature", "id": area, "geometry": outline, "properties": properties},
        "box": None if shape is None else shape.bounds, "shape": shape, "periods": periods,
    }  # fmt: skip


def _outline(shape: Any, system: str) -> dict[str, Any]:
    """Return an outline as GeoJSON."""
    found: dict[str, Any] = json.loads(shapely.to_geojson(transformed(shape, system)))
    return found


def _is_wanted(one: Feature, given: Given) -> bool:
    properties = one["told"]["properties"]
    return all(given[name] in {None, properties[name]} for name in ("area_id", "name", "parent_id"))


def _boxes(given: Given) -> tuple[Any, ...] | None:
    """Return the box as shapes, two where it crosses the date line; None where none was given.

    Raises
    ------
    ValueError
        Where it cannot be told in its reference system.
    """
    if given["bbox"] is None:
        return None
    west, south, east, north = given["bbox"]
    system = given["bbox-crs"]
    if west <= east:
        return (from_box(west, south, east, north, system),)
    if system != CRS84:
        raise ValueError("starts behind its end")
    return shapely.box(west, south, 180.0, north), shapely.box(-180.0, south, east, north)


def _meets(one: Feature, boxes: tuple[Any, ...] | None) -> bool:
    if boxes is None:
        return True
    return one["shape"] is not None and any(one["shape"].intersects(box) for box in boxes)


def _is_within(one: Feature, wanted: Interval | None) -> bool:
    """Tell whether any figure's period (its end is the first day after) meets an interval."""
    if wanted is None or not one["periods"]:
        return True
    first, last = wanted[0] or date.min, wanted[1] or date.max
    return any(start <= last and first < end for start, end in one["periods"])
