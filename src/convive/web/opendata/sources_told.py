"""Where figures come from, in one line: for what leaves the pages that say it in their foot."""

from __future__ import annotations

from collections.abc import Iterable

from convive.catalogue.texts import format_date, localised, say
from convive.web.observatory import estimates, selectors
from convive.web.observatory.current import Site


def source_line(site: Site, source_ids: Iterable[str], language: str) -> str:
    """Return "Sources: …. Audit of …."; sources that the audit does not list are left out."""
    wanted = set(source_ids)
    names = [
        localised(row["title"], language)
        for row in selectors.list_sources(site)
        if row["source_id"] in wanted
    ]
    day = format_date(site.built_at.date(), language)
    if not names:
        return say("web.foot.built", language, day=day)
    return say("sharing.source", language, names=names, day=day)


def sources_of(site: Site, indicator_ids: Iterable[str], level: str, area_id: str) -> set[str]:
    """Return the sources behind the newest figures of indicators in an area."""
    found: set[str] = set()
    for indicator_id in indicator_ids:
        row = estimates.newest_estimates(site, indicator_id, level).get(area_id)
        found |= set(row["source_ids"] or ()) if row else set()
    return found
