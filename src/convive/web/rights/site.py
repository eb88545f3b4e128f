"""What pages of the app may know of the audit that is shown, and of the pack behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from convive.catalogue import find
from convive.catalogue.texts import localised
from convive.core.errors import ConviveError
from convive.web.observatory.current import current_site
from convive.wiring import evidence_room


@dataclass(frozen=True)
class SourceShown:
    """A source of the shown audit."""

    source_id: str
    kind: str
    title: Mapping[str, str]
    light: str
    first: Any
    after: Any
    rows: int | None
    """None: not shown."""


def sources_now() -> tuple[SourceShown, ...]:
    """Return the sources of the shown audit with evidence about the town; none without an audit."""
    try:
        site = current_site()
    except ConviveError:
        return ()
    return site.keep("rights_sources", lambda: tuple(_sources(site.build)))


def levels_now(language: str) -> dict[str, str]:
    """Return the levels of areas with their names, the coarsest first."""
    try:
        city = current_site().build.city
    except ConviveError:
        return {}
    return {level.id: localised(level.name, language) for level in city.levels}


def area_names() -> Mapping[tuple[str, str], str]:
    """Return (level, code) → name of every area."""
    try:
        site = current_site()
    except ConviveError:
        return {}
    return site.keep("rights_areas", lambda: _areas(site.build))


def kind_names(language: str) -> Mapping[str, str]:
    """Return category → name."""
    return {one.id: localised(one.label, language) for one in find.categories()}


def pack_now() -> Path | None:
    """Return the folder of the pack of this site; None where a build is shown on its own."""
    return evidence_room.pack_of(settings.CONVIVE_BUILD, settings.CONVIVE_WORKSPACE)


def city_now() -> str:
    """Return the name of the town, empty without an audit."""
    try:
        return current_site().build.city.name
    except ConviveError:
        return ""


def _sources(build: Any) -> list[SourceShown]:
    import json  # noqa: PLC0415

    found = []
    for row in build.tables["sources"].to_pylist():
        if row["scope"] == "reference" or row["kind"] in {"areas", "statistics"}:
            continue
        title = row["title"] if isinstance(row["title"], Mapping) else json.loads(row["title"])
        found.append(
            SourceShown(
                row["source_id"],
                row["kind"],
                title,
                str(row["light"]),
                row["period_start"],
                row["period_end"],
                row["rows_used"],
            )
        )
    return found


def _areas(build: Any) -> dict[tuple[str, str], str]:
    table = build.tables["areas"].select(["level", "area_id", "name"])
    return {(row["level"], row["area_id"]): row["name"] for row in table.to_pylist()}
