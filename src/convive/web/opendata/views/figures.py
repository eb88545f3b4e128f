"""What the JSON interface tells of areas, indicators and findings."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from convive.app.shown_figures import words_of
from convive.catalogue.texts import localised
from convive.catalogue.yaml_files import LANGUAGES
from convive.core.model import Light
from convive.web.observatory import estimates, selectors
from convive.web.observatory.current import Site
from convive.web.observatory.definitions import find_definition
from convive.web.observatory.presenters.findings import sentence
from convive.web.opendata import parameters
from convive.web.opendata.answers import (
    Given,
    absolute,
    as_json,
    link,
    open_data,
    page_links,
)
from convive.web.opendata.values import Row, plain

LANG = parameters.choice("lang", "Language of texts.", LANGUAGES, "en")
LEVEL = parameters.text("level", "Only areas of this level.")
LIMIT = parameters.integer("limit", "Rows on a page.", least=1, most=1000, default=100)
OFFSET = parameters.integer(
    "offset", "Rows to leave out first.", least=0, most=parameters.MOST_OFFSET, default=0
)
FACE = parameters.text("face", "Only of this face: recorded, experienced, felt or observed.")
AREA_ID = parameters.text("area_id", "Only of this area.")
_AREA = ("level", "area_id", "name", "parent_level", "parent_id", "is_analysis", "residents")
_FIGURE = (
    "indicator_id", "face", "value", "low", "high", "interval_level", "n", "unit", "period_kind",
    "period_start", "period_end", "method", "status", "reason", "comparability",
)  # fmt: skip
_FINDING = (
    "finding_id", "rank", "code", "certainty", "verdict", "level", "area_id", "faces",
    "indicator_ids", "p", "q", "caveats",
)  # fmt: skip


def audit_of(site: Site) -> dict[str, str]:
    """Return which audit an answer comes from."""
    return {
        "digest": site.digest, "built_at": site.built_at.isoformat(), "city": site.build.city.name,
    }  # fmt: skip


def paged(request: HttpRequest, site: Site, rows: list[Row], given: Given) -> HttpResponse:
    """Answer with one page of rows."""
    limit, offset = given["limit"], given["offset"]
    part = rows[offset : offset + limit]
    return as_json({
        "number_matched": len(rows), "number_returned": len(part), "rows": part,
        "audit": audit_of(site),
        "links": page_links(request, limit=limit, offset=offset, matched=len(rows)),
    })  # fmt: skip


@open_data((LEVEL, LIMIT, OFFSET))
def areas(request: HttpRequest, site: Site, given: Given) -> HttpResponse:
    """List the areas."""
    found = sorted(selectors.areas_by_key(site).items())
    rows = [_area(request, row) for (level, _), row in found if given["level"] in {None, level}]
    return paged(request, site, rows, given)


@open_data((LANG,))
def area(request: HttpRequest, site: Site, given: Given, level: str, area_id: str) -> HttpResponse:
    """Tell of one area: its newest figures and what was found there."""
    row = selectors.get_area(site, level, area_id)
    if row is None:
        raise Http404
    figures = (
        estimates.newest_estimates(site, one, level).get(area_id)
        for one in estimates.indicator_ids(site)
    )
    found = [
        one for one in selectors.list_findings(site)
        if (one["level"], one["area_id"]) == (level, area_id)
    ]  # fmt: skip
    page = reverse("area", args=(given["lang"], level, area_id))
    return as_json({
        **_area(request, row),
        "figures": [figure_of(site, one) for one in figures if one],
        "findings": [_finding(request, one, given["lang"]) for one in found],
        "audit": audit_of(site),
        "links": [link("alternate", absolute(request, page), "text/html")],
    })  # fmt: skip


@open_data((FACE, LANG, LIMIT, OFFSET))
def indicators(request: HttpRequest, site: Site, given: Given) -> HttpResponse:
    """List the indicators that the audit has figures of."""
    faces = estimates.face_of_indicators(site)
    rows = [
        _indicator(request, site, one, given["lang"])
        for one in estimates.indicator_ids(site)
        if given["face"] in {None, faces[one]}
    ]
    return paged(request, site, rows, given)


@open_data((LANG, LEVEL))
def indicator(request: HttpRequest, site: Site, given: Given, indicator_id: str) -> HttpResponse:
    """Tell of one indicator: its newest figure in each area of a level, and of the city."""
    if indicator_id not in estimates.indicator_ids(site):
        raise Http404
    level = given["level"] or selectors.analysis_level(site)
    city = selectors.city_key(site)
    whole = estimates.newest_estimates(site, indicator_id, city[0]).get(city[1])
    rows = estimates.newest_estimates(site, indicator_id, level)
    return as_json({
        **_indicator(request, site, indicator_id, given["lang"]),
        "level": level,
        "whole": figure_of(site, whole) if whole else None,
        "areas": [{"area_id": key, **figure_of(site, row)} for key, row in sorted(rows.items())],
        "audit": audit_of(site),
    })  # fmt: skip


@open_data((FACE, AREA_ID, LANG, LIMIT, OFFSET))
def findings(request: HttpRequest, site: Site, given: Given) -> HttpResponse:
    """List what the audit found, in words, the most important first."""
    rows = [
        _finding(request, one, given["lang"])
        for one in selectors.list_findings(site)
        if given["face"] is None or given["face"] in one["faces"]
        if given["area_id"] in {None, one["area_id"]}
    ]
    return paged(request, site, rows, given)


def figure_of(site: Site, row: Row) -> dict[str, Any]:
    """Return a figure with n, interval, period, method, sources and the light of their quality."""
    sources = row["source_ids"] or []
    return {**plain(row, _FIGURE), "source_ids": sources, "light": _light(site, sources)}


def _light(site: Site, sources: list[str]) -> str | None:
    """Return the worst light of some sources."""
    order = [str(one) for one in Light]
    lights = [row["light"] for row in selectors.list_sources(site) if row["source_id"] in sources]
    known = [one for one in lights if one in order]
    return max(known, key=order.index) if known else None


def _area(request: HttpRequest, row: Row) -> dict[str, Any]:
    path = reverse("api-area", args=(row["level"], row["area_id"]))
    return {**plain(row, _AREA), "href": absolute(request, path)}


def _finding(request: HttpRequest, row: Row, language: str) -> dict[str, Any]:
    page = reverse("finding", args=(language, row["finding_id"]))
    told = plain(row, _FINDING) | {"caveats": row["caveats"] or []}
    return {**told, "text": sentence(row, language), "page": absolute(request, page)}


def _indicator(request: HttpRequest, site: Site, one: str, language: str) -> dict[str, Any]:
    definition = find_definition(one)
    return {
        "indicator_id": one,
        "face": estimates.face_of_indicators(site)[one],
        "label": words_of("indicator", one, language),
        "question": localised(definition.question, language) if definition else "",
        "cannot_show": localised(definition.cannot_show, language) if definition else "",
        "version": definition.version if definition else None,
        "href": absolute(request, reverse("api-indicator", args=(one,))),
        "page": absolute(request, reverse("indicator", args=(language, one))),
    }
