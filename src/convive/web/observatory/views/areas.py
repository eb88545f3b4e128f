"""Areas: the list, and the page of one area."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from convive.app.assess.adjust import FDR
from convive.app.shown_figures import Figure, present_change, present_figure
from convive.catalogue.texts import say
from convive.core.model import FACES
from convive.web.observatory import charts, estimates, selectors
from convive.web.observatory.current import Site
from convive.web.observatory.presenters import areas as present
from convive.web.observatory.presenters.findings import present_finding
from convive.web.observatory.presenters.marks import week_grid
from convive.web.observatory.presenters.neighbourhood import when_it_happens
from convive.web.observatory.presenters.splits import joint_sentence
from convive.web.observatory.views import neighbourhood as here
from convive.web.observatory.views.page import chosen, level_name, public_page, show, typed


@public_page
def area_list(request: HttpRequest, site: Site, language: str) -> HttpResponse:
    """List the areas of a level, searched by name and narrowed to a parent."""
    own = selectors.analysis_level(site)
    levels = [level.id for level in site.build.city.levels]
    level = chosen(request, "level", levels, own)
    all_areas = selectors.list_areas(site, level)
    parents = present.parents_of(all_areas, selectors.areas_by_key(site))
    within = chosen(request, "within", [parent["key"] for parent in parents])
    query = typed(request, "q")
    found = present.matching(all_areas, query, within)
    if query and not found and not within:
        found = present.matching(_all_areas(site), query, "")
    if request.GET.get("go") and (one := present.only_match(found, query)):
        return redirect("area", language, one["level"], one["area_id"])
    return show(
        request, site, "area_list",
        language=language, nav="areas", title=say("web.nav.areas", language),
        level=level, query=query, within=within, parents=parents, n_all=len(all_areas),
        levels=[{"id": one, "name": level_name(site, language, one)} for one in levels],
        groups=present.grouped(
            [_listed(site, area, language) | {"key": present.parent_key(area)} for area in found],
            parents, is_long=len(found) > present.LONG_LIST,
        ),
        n_found=len(found), names=present.names_to_offer(all_areas),
    )  # fmt: skip


def _all_areas(site: Site) -> list[dict[str, Any]]:
    """Return the areas of every level of the pack, coarse ones first."""
    return [one for at in site.build.city.levels for one in selectors.list_areas(site, at.id)]


def _listed(site: Site, area: dict[str, Any], language: str) -> dict[str, Any]:
    findings = _findings_by_area(site).get((area["level"], area["area_id"]), [])
    return present.listed_area(area, findings, language)


def _findings_by_area(site: Site) -> dict[tuple[str, str], list[dict[str, Any]]]:
    def group() -> dict[tuple[str, str], list[dict[str, Any]]]:
        groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for row in selectors.list_findings(site):
            groups.setdefault((row["level"], row["area_id"]), []).append(row)
        return groups

    return site.keep("findings_by_area", group)


@public_page
def area_page(
    request: HttpRequest, site: Site, language: str, level: str, area_id: str
) -> HttpResponse:
    """Show one area: what is said of it, its four faces, months, hours, indicators."""
    area = selectors.get_area(site, level, area_id)
    if area is None or level == selectors.CITY_LEVEL:
        raise Http404
    rows = _findings_by_area(site).get((level, area_id), [])
    findings = [present_finding(row, language) for row in rows]
    faces = selectors.list_faces(site, level, area_id)
    headline = present.area_headline(area, findings, faces, language)
    four = present.faces_against_city([face.value for face in FACES], faces, language)
    figures = _indicator_rows(site, level, area_id, language)
    changes = here.change_lines(site, area, language)
    return show(
        request, site, "area",
        language=language, nav="areas", title=str(area["name"]), area=area,
        level_words=level_name(site, language, level),
        parent=selectors.get_area(site, area["parent_level"] or "", area["parent_id"] or ""),
        headline=headline, description=headline,
        findings=findings,
        faces=four, changes=changes, has_changes=any(one["compared"] for one in changes),
        compared_once=here.compared_once(changes),
        parts=here.parts_here(site, area, rows, language),
        tried=here.tried_here(site, area, language),
        groups=here.groups_here(site, area, language),
        unknown=here.unknown_here(
            site, faces=four["rows"], figures=figures, changes=changes, language=language
        ),
        joint=_joint(site, level, area_id, language),
        series=series_here(site, area, language),
        week=_week(site, level, area_id, language),
        indicators=figures, leading=[row for row in figures if row["is_leading"]],
        children=selectors.list_children(site, level, area_id),
        siblings=_siblings(site, area),
        touching=selectors.list_touching(site, level, area_id),
        index=present.index_lines(selectors.index_of_area(site, level, area_id), language),
        themes=selectors.list_rows(site, "themes", level=level, area_id=area_id, status="shown"),
    )  # fmt: skip


def headline_here(site: Site, area: dict[str, Any], language: str) -> str:
    """Return the sentence at the top of an area's page."""
    rows = _findings_by_area(site).get((area["level"], area["area_id"]), [])
    findings = [present_finding(row, language) for row in rows]
    faces = selectors.list_faces(site, area["level"], area["area_id"])
    return present.area_headline(area, findings, faces, language)


def faces_here(site: Site, area: dict[str, Any], language: str) -> dict[str, Any]:
    """Return the four faces of an area against the city."""
    faces = selectors.list_faces(site, area["level"], area["area_id"])
    return present.faces_against_city([face.value for face in FACES], faces, language)


def series_here(site: Site, area: dict[str, Any], language: str) -> dict[str, Any] | None:
    """Return the recorded counts of an area over time, with chart and table; None without."""
    indicator_id = _series_indicator(site, area["level"], area["area_id"])
    return series_of(site, indicator_id, area, language)


def _joint(site: Site, level: str, area_id: str, language: str) -> str:
    fdr = float(site.build.run.get("fdr", FDR))
    return joint_sentence(selectors.get_joint_gap(site, level, area_id), fdr, language)


def _series_indicator(site: Site, level: str, area_id: str) -> str:
    """Return the recorded indicator to draw over time: the headline where it has a series."""
    lengths = selectors.series_lengths(site, level, area_id)
    headline = estimates.headline_of_faces(site).get("recorded", "recorded_total_rate")
    if lengths[headline] > 1:
        return headline
    # One month is no line: then the longest series, by name where several are as long.
    return min(lengths, key=lambda one: (-lengths[one], one)) if lengths else ""


def series_of(
    site: Site, indicator_id: str, area: dict[str, Any], language: str
) -> dict[str, Any] | None:
    """Return an indicator's counts of an area over time, with chart and table."""
    if not indicator_id:
        return None
    level, area_id = area["level"], area["area_id"]
    rows = selectors.list_series(site, indicator_id, level, area_id)
    is_yearly = not rows
    rows = rows or selectors.list_series(site, indicator_id, level, area_id, "year")
    breaks = selectors.list_breaks(site, indicator_id)
    return present.series_words(rows, breaks, indicator_id, language) | {
        "is_yearly": is_yearly,
        "svg": charts.series_chart(site, indicator_id, level, area_id, language),
    }


def _week(site: Site, level: str, area_id: str, language: str) -> dict[str, Any] | None:
    rows = selectors.list_rows(site, "profiles", level=level, area_id=area_id)
    headline = estimates.headline_of_faces(site).get("recorded", "")
    known = sorted({row["indicator_id"] for row in rows}, key=lambda one: (one != headline, one))
    rows = (
        [row for row in rows if row["indicator_id"] == known[0] and row["status"] == "shown"]
        if known
        else []
    )
    if not rows:
        return None
    return {
        "indicator_id": known[0],
        "n": rows[0]["n"],
        "days": present.week_days(week_grid(rows), language),
        "hours": range(24),
        "told": when_it_happens(rows, language),
    }


def _indicator_rows(site: Site, level: str, area_id: str, language: str) -> list[dict[str, Any]]:
    trends = selectors.trends_of_area(site, level, area_id)
    leading = set(estimates.headline_of_faces(site).values())
    rows = []
    for indicator_id in estimates.indicator_ids(site):
        own = estimates.newest_estimates(site, indicator_id, level).get(area_id)
        if own is None:
            continue
        rows.append(
            present.indicator_row(
                indicator_id, own, _of_city(site, indicator_id, language), language
            )
            | {
                "change": present_change(trends.get(indicator_id), language),
                "is_leading": indicator_id in leading,
            }
        )
    return rows


def _of_city(site: Site, indicator_id: str, language: str) -> Figure:
    """Return the city's figure, which stands on the page of every area."""

    def make() -> Figure:
        city = selectors.city_key(site)
        whole = estimates.newest_estimates(site, indicator_id, city[0]).get(city[1])
        return present_figure(whole, language)

    return site.keep(("city_figure", indicator_id, language), make)


def _siblings(site: Site, area: dict[str, Any]) -> list[dict[str, Any]]:
    if not area["parent_level"] or area["parent_level"] == selectors.CITY_LEVEL:
        return []
    children = selectors.list_children(site, area["parent_level"], area["parent_id"])
    return [child for child in children if child["area_id"] != area["area_id"]][:40]
