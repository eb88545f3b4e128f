"""Findings: the list, and the page of one with the way back to its evidence."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from convive.app.quality_words import told_value
from convive.app.shown_figures import words_of
from convive.catalogue.texts import localised, say
from convive.core.collation import collation_key
from convive.core.model import FACES, Certainty
from convive.web.observatory import estimates, selectors
from convive.web.observatory.current import Site
from convive.web.observatory.presenters import findings as present
from convive.web.observatory.views.areas import series_of
from convive.web.observatory.views.page import chosen, public_page, show
from convive.web.observatory.views.pages import find_method

ROWS = ("rows_read", "rows_used", "rows_rejected")


@public_page
def finding_list(request: HttpRequest, site: Site, language: str) -> HttpResponse:
    """List the findings by rank, narrowed by face, certainty and area."""
    rows = selectors.list_findings(site)
    areas = _areas_with_findings(site)
    face = chosen(request, "face", [face.value for face in FACES])
    certainty = chosen(request, "certainty", [one.value for one in Certainty])
    area = chosen(request, "area", [one["key"] for one in areas])
    found = present.filtered(rows, face, certainty, area)
    return show(
        request, site, "finding_list",
        language=language, nav="findings", title=say("web.findings.title", language),
        findings=[with_area(site, present.present_finding(row, language)) for row in found],
        n_all=len(rows), areas=areas, area=area, face=face, certainty=certainty,
        faces=[one.value for one in FACES], certainties=[one.value for one in Certainty],
    )  # fmt: skip


def _areas_with_findings(site: Site) -> list[dict[str, str]]:
    keys = {(row["level"], row["area_id"]) for row in selectors.list_findings(site)}
    known = selectors.areas_by_key(site)
    found = [
        {"key": f"{key[0]}/{key[1]}", "name": str(known[key]["name"])}
        for key in keys
        if key in known
    ]
    return sorted(found, key=lambda one: collation_key(one["name"]))


def with_area(site: Site, finding: dict[str, Any]) -> dict[str, Any]:
    """Add the name of the area that a finding is about."""
    area = selectors.get_area(site, finding["level"], finding["area_id"])
    return finding | {
        "area_name": area["name"] if area else finding["area_id"],
        "is_city": finding["level"] == selectors.CITY_LEVEL or area is None,
    }


@public_page
def finding_page(request: HttpRequest, site: Site, language: str, finding_id: str) -> HttpResponse:
    """Show one finding: sentence, certainty, caveats, chart, rows, query, sources."""
    row = selectors.get_finding(site, finding_id)
    if row is None:
        raise Http404
    finding = with_area(site, present.present_finding(row, language))
    return show(
        request, site, "finding",
        language=language, nav="findings", title=finding["short"], finding=finding,
        evidence=[_evidence(site, link, language) for link in finding["evidence"]],
        sources=_sources(site, finding["evidence"], language),
        methods=_methods(site, row),
        description=finding["detail"] or finding["sentence"],
        series=series_behind(site, finding, language), area={"name": finding["area_name"]},
    )  # fmt: skip


def _evidence(site: Site, link: dict[str, Any], language: str) -> dict[str, Any]:
    columns, rows = selectors.rows_of_evidence(site, link["query"])
    hidden = {position for position, name in enumerate(columns) if name == "geometry"}
    return {
        "table": link["table"],
        "query": link["query"],
        "n": link.get("n"),
        "columns": [name for i, name in enumerate(columns) if i not in hidden],
        "rows": [
            [present.cell_text(value, language) for i, value in enumerate(row) if i not in hidden]
            for row in rows
        ],
    }


def _sources(site: Site, evidence: list[dict[str, Any]], language: str) -> list[dict[str, Any]]:
    wanted = {source for link in evidence for source in link["sources"]}
    return [
        row | {"title_words": localised(row["title"], language),
               "light_words": words_of("light", row["light"], language)}
        | {name: told_value(row[name], language) for name in ROWS}
        for row in selectors.list_sources(site)
        if row["source_id"] in wanted
    ]  # fmt: skip


def _methods(site: Site, row: dict[str, Any]) -> list[dict[str, str]]:
    """Return the method pages behind a finding: of its indicators and of its trend."""
    found: set[str] = set()
    for indicator_id in row["indicator_ids"] or ():
        newest = estimates.newest_estimates(site, indicator_id, row["level"])
        found |= {one["method"] for one in newest.values() if one["area_id"] == row["area_id"]}
        trend = selectors.get_trend(site, indicator_id, row["level"], row["area_id"])
        if trend and any(link["table"] == "trends" for link in row["evidence"] or ()):
            found.add(trend["method"])
    pages = {one: find_method(one) for one in sorted(found)}
    return [{"method_id": one, "title": page.title} for one, page in pages.items() if page]


def series_behind(site: Site, finding: dict[str, Any], language: str) -> dict[str, Any] | None:
    """Return the series of the first of its indicators that has a chart there; None without."""
    for indicator_id in finding["indicator_ids"]:
        series = series_of(site, indicator_id, finding, language)
        if series and series["svg"]:
            return series
    return None
