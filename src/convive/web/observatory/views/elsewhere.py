"""Figures about elsewhere, shown beside the city for comparison."""

from __future__ import annotations

from typing import Any

from convive.catalogue.texts import localised
from convive.web.observatory import selectors
from convive.web.observatory.current import Site
from convive.web.observatory.presenters.figures import present_figure


def reference_rows(site: Site, indicator_id: str, language: str) -> list[dict[str, Any]]:
    """Return figures about elsewhere, e.g. a national survey without area codes."""
    titles = {row["source_id"]: row["title"] for row in selectors.list_sources(site)}
    return [
        {
            "title": localised(titles.get(area_id), language) or area_id,
            "figure": present_figure(row, language),
        }
        for area_id, row in selectors.newest_estimates(site, indicator_id, "reference").items()
    ]
