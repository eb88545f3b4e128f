"""Indicators: the list, the page of one, and the areas of its map as GeoJSON."""

from __future__ import annotations

import json
from typing import Any

import shapely
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from convive.app.shown_figures import (
    denominator_name,
    present_change,
    present_figure,
    words_of,
)
from convive.catalogue.texts import localised, say
from convive.core.model import Face
from convive.web.observatory import estimates, selectors
from convive.web.observatory.current import Site
from convive.web.observatory.definitions import find_definition
from convive.web.observatory.presenters import indicators as present
from convive.web.observatory.presenters.classification import present_kinds
from convive.web.observatory.presenters.mapping import simplify_together
from convive.web.observatory.presenters.maps import present_map
from convive.web.observatory.presenters.splits import present_split
from convive.web.observatory.views.elsewhere import open_link_rows, reference_rows
from convive.web.observatory.views.page import chosen, level_name, public_page, show
from convive.web.observatory.views.pages import find_method
from convive.web.observatory.views.shapes import outlines_of

ENLARGED = 4000
"""Parts of the extent that an enlarged map can show."""


@public_page
def indicator_list(request: HttpRequest, site: Site, language: str) -> HttpResponse:
    """List the indicators by face with the city's newest figure."""
    faces = estimates.face_of_indicators(site)
    city = selectors.city_key(site)
    groups = []
    for face in Face:
        rows = [
            {
                "indicator_id": one,
                "label": words_of("indicator", one, language),
                "question": words_of("question", one, language),
                "figure": present_figure(
                    estimates.newest_estimates(site, one, city[0]).get(city[1]), language
                ),
                "change": present_change(selectors.get_trend(site, one, *city), language),
            }
            for one in estimates.indicator_ids(site)
            if faces[one] == face.value
        ]
        if rows:
            groups.append({"face": face.value, "rows": rows})
    return show(
        request, site, "indicator_list",
        language=language, nav="indicators", title=say("web.indicators.title", language),
        groups=groups,
    )  # fmt: skip


@public_page
def indicator_page(
    request: HttpRequest, site: Site, language: str, indicator_id: str
) -> HttpResponse:
    """Show one indicator: question, limits, map, table by area, years, groups, denominators."""
    if indicator_id not in estimates.indicator_ids(site):
        raise Http404
    levels = [level.id for level in site.build.city.levels]
    level = chosen(request, "level", levels, selectors.analysis_level(site))
    figures = estimates.newest_estimates(site, indicator_id, level)
    city = selectors.city_key(site)
    whole = estimates.newest_estimates(site, indicator_id, city[0]).get(city[1])
    definition = find_definition(indicator_id)
    areas = selectors.list_areas(site, level)
    return show(
        request, site, "indicator",
        language=language, nav="indicators",
        title=words_of("indicator", indicator_id, language),
        indicator_id=indicator_id, level=level, definition=definition,
        face=estimates.face_of_indicators(site)[indicator_id],
        question=localised(definition.question, language) if definition else "",
        description=_in_one_line(whole, language),
        cannot_show=localised(definition.cannot_show, language) if definition else "",
        method=_method(whole["method"] if whole else "", definition.method if definition else ""),
        levels=[{"id": one, "name": level_name(site, language, one)} for one in levels],
        whole=present_figure(whole, language),
        change=present_change(selectors.get_trend(site, indicator_id, *city), language),
        map=present_map(outlines_of(site, level), areas, figures, language) if figures else None,
        years=[
            {"period": figure.period, "figure": figure}
            for figure in (
                present_figure(row, language)
                for row in estimates.estimates_over_time(site, indicator_id, *city)
            )
        ],
        groups=present.group_tables(estimates.list_groups(site, indicator_id, *city), language),
        variants=present.denominator_table(_variant_rows(site, indicator_id, level), language),
        positions=present.position_table(
            selectors.list_positions(site, indicator_id),
            selectors.list_areas(site, selectors.analysis_level(site)),
            _called(site, indicator_id, language), language,
        ),
        split=_split(site, indicator_id, language),
        references=reference_rows(site, indicator_id, language),
        open_links=open_link_rows(site, indicator_id, language),
        open_link_method=_method("open-link"),
        kinds=present_kinds(definition, site.build.run, selectors.list_rows(site, "quality"), language),
    )  # fmt: skip


def _in_one_line(whole: dict[str, Any] | None, language: str) -> str:
    """Return the city's figure with interval, n and period, or why it is not shown."""
    figure = present_figure(whole, language)
    if not figure.is_shown:
        return figure.why_not
    value = " ".join(filter(None, (figure.value, figure.unit)))
    n = f"n = {figure.n}" if figure.n else ""
    interval = f"({figure.interval})" if figure.interval else ""
    return " · ".join(filter(None, (f"{value} {interval}".strip(), n, figure.period)))


def _method(*named: str) -> dict[str, str] | None:
    """Return the first of the methods that has a page, with its title; None where none has."""
    pages = ((one, find_method(one)) for one in named if one)
    return next(({"method_id": one, "title": page.title} for one, page in pages if page), None)


def _called(site: Site, indicator_id: str, language: str) -> dict[str, str]:
    """Return the denominators of an indicator with their names, the leading one first."""
    main = estimates.main_denominator(site, indicator_id)
    rows = {row["denominator_id"]: row for row in estimates.estimates_of(site, indicator_id)}
    names = sorted((name for name in rows if name), key=lambda name: (name != main, name))
    return {name: denominator_name(rows[name], language) for name in names}


def _split(site: Site, indicator_id: str, language: str) -> dict[str, Any] | None:
    """Return place or people for the indicator, with the page of its method if there is one."""
    row = selectors.get_split(site, indicator_id)
    sources = {one["source_id"]: one for one in selectors.list_sources(site)}
    shown = present_split(row, sources.get(row["source_id"]) if row else None, language)
    if row is None or shown is None:
        return None
    return shown | {"method": _method(row["method"])}


def _variant_rows(site: Site, indicator_id: str, level: str) -> list[dict[str, Any]]:
    """Return, per area, the newest figures over each denominator, where there are several."""
    city = selectors.city_key(site)
    whole = estimates.denominator_variants(site, indicator_id, city[0]).get(city[1], [])
    found = estimates.denominator_variants(site, indicator_id, level)
    areas = [
        {"area": area, "rows": found[area["area_id"]]}
        for area in selectors.list_areas(site, level)
        if area["area_id"] in found
    ]
    return [{"area": None, "rows": whole}, *areas] if whole else areas


@public_page
def map_data(request: HttpRequest, site: Site, language: str, indicator_id: str) -> HttpResponse:
    """Give the areas of a map as GeoJSON, with class and text as the page shows them."""
    if indicator_id not in estimates.indicator_ids(site):
        raise Http404
    levels = [level.id for level in site.build.city.levels]
    level = chosen(request, "level", levels, selectors.analysis_level(site))
    text = site.keep(
        ("geojson", indicator_id, level, language),
        lambda: _geojson(site, indicator_id, level, language),
    )
    return HttpResponse(text, content_type="application/geo+json")


def _geojson(site: Site, indicator_id: str, level: str, language: str) -> str:
    figures = estimates.newest_estimates(site, indicator_id, level)
    areas = selectors.list_areas(site, level)
    shown = present_map(None, areas, figures, language)
    rows = {row["area_id"]: row for row in shown["rows"]}
    features = []
    geometries = selectors.list_geometries(site, level)
    for area_id, shape in zip(
        [area_id for area_id, _ in geometries],
        _lighter([wkb for _, wkb in geometries]),
        strict=True,
    ):
        row = rows[area_id]
        features.append({
            "type": "Feature",
            "properties": {
                "name": row["name"], "step": row["step"], "unsure": row["unsure"],
                "told": row["told"], "href": reverse("area", args=(language, level, area_id)),
            },
            "geometry": json.loads(shapely.to_geojson(shape)),
        })  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def _lighter(geometries: list[bytes]) -> list[Any]:
    """Return shapes with the detail that an enlarged map can show, neighbours still joined."""
    shapes = shapely.from_wkb(geometries)
    if not len(shapes):
        return []
    west, south, east, north = shapely.total_bounds(shapes)
    simple = simplify_together(shapes, max(east - west, north - south) / ENLARGED)
    return [shapely.set_precision(shape, 1e-5, mode="pointwise") for shape in simple]
