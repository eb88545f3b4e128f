"""Figures that are not of the city's people: about elsewhere, or of who answered by themselves."""

from __future__ import annotations

from typing import Any

from convive.app.shown_figures import present_figure
from convive.catalogue.texts import localised
from convive.web.observatory import estimates, selectors
from convive.web.observatory.current import Site


def reference_rows(site: Site, indicator_id: str, language: str) -> list[dict[str, Any]]:
    """Return figures about elsewhere, e.g. a national survey without area codes."""
    return _rows(site, indicator_id, "reference", language)


def open_link_rows(site: Site, indicator_id: str, language: str) -> list[dict[str, Any]]:
    """Return what those say who answered by an open link, each survey's newest wave."""
    return _rows(site, indicator_id, "open_link", language)


def _rows(site: Site, indicator_id: str, level: str, language: str) -> list[dict[str, Any]]:
    titles = {row["source_id"]: row["title"] for row in selectors.list_sources(site)}
    return [
        {
            "title": localised(titles.get(area_id), language) or area_id,
            "figure": present_figure(row, language),
        }
        for area_id, row in estimates.newest_by_area(site, indicator_id, level).items()
    ]
