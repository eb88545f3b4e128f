"""What an area's page says to those who live there, gathered from the audit."""

from __future__ import annotations

from typing import Any

from convive.core.model import FACES
from convive.web.observatory import estimates, selectors
from convive.web.observatory.added_parts import AreaAsked, added_parts
from convive.web.observatory.current import Site
from convive.web.observatory.definitions import find_definition
from convive.web.observatory.presenters import front, neighbourhood

Row = dict[str, Any]


def change_lines(site: Site, area: Row, language: str) -> list[dict[str, Any]]:
    """Return a line for each face that this audit measures, whether anything can be said or not."""
    trends = selectors.trends_of_area(site, area["level"], area["area_id"])
    headlines = estimates.headline_of_faces(site)
    lines = []
    for face in (one.value for one in FACES if one.value in headlines):
        indicator_id = headlines[face]
        definition = find_definition(indicator_id)
        lines.append(
            neighbourhood.change_line(
                face, indicator_id, trends.get(indicator_id), language=language,
                is_lower_better=definition.is_lower_better if definition else None,
            )
        )  # fmt: skip
    return lines


def compared_once(changes: list[dict[str, Any]]) -> str:
    """Return what was compared with what where it is the same for every face, else nothing."""
    told = {one["compared"] for one in changes if one["compared"]}
    return told.pop() if len(told) == 1 else ""


def groups_here(site: Site, area: Row, language: str) -> dict[str, Any]:
    """Return figures by group here; those of the city where too few answered here."""
    places = ((area["level"], area["area_id"]), selectors.city_key(site))
    for is_city, (level, area_id) in enumerate(places):
        found = {
            indicator_id: estimates.list_groups(site, indicator_id, level, area_id)
            for indicator_id in estimates.headline_of_faces(site).values()
        }
        lines = neighbourhood.group_lines(found, language)
        if lines:
            return {"lines": lines, "is_city": bool(is_city)}
    return {"lines": [], "is_city": False}


def unknown_here(
    site: Site, *, faces: list[dict[str, Any]], figures: list[dict[str, Any]],
    changes: list[dict[str, Any]], language: str,
) -> list[str]:  # fmt: skip
    """Return what is not known here, in sentences."""
    hidden = sum(not row["figure"].is_shown for row in figures)
    return neighbourhood.unknown_here(
        faces=faces, hidden=(hidden, len(figures)), changes=changes,
        missing=site.keep("missing", lambda: selectors.list_rows(site, "missing")),
        language=language,
    )  # fmt: skip


def tried_here(site: Site, area: Row, language: str) -> list[dict[str, Any]]:
    """Return what was tried in this area, with what came of it."""
    effects = [
        row
        for row in site.keep(
            ("effects", area["level"]),
            lambda: selectors.list_rows(site, "effects", level=area["level"]),
        )
        if area["area_id"] in row["areas"]
    ]
    return front.tried(effects, selectors.list_findings(site), language)


def parts_here(site: Site, area: Row, findings: list[Row], language: str) -> list[dict[str, Any]]:
    """Return what other apps add to the page."""
    return added_parts(asked_here(site, area, findings, language))


def asked_here(site: Site, area: Row, findings: list[Row], language: str) -> AreaAsked:
    """Return what other apps are asked about: the area, what it lies in, and what is inside."""
    own = (area["level"], area["area_id"])
    inside = selectors.list_children(site, *own)
    around = {own} | {(one["level"], one["area_id"]) for one in inside}
    above: Row | None = area
    while above and above["parent_level"] and above["parent_level"] != selectors.CITY_LEVEL:
        key = (above["parent_level"], above["parent_id"])
        if key in around:
            break
        around.add(key)
        above = selectors.get_area(site, *key)
    return AreaAsked(*own, frozenset(around), findings, language)
