"""Outlines of a level, drawn once per audit."""

from __future__ import annotations

from convive.web.observatory import selectors
from convive.web.observatory.current import Site
from convive.web.observatory.presenters.mapping import Outlines, build_outlines


def outlines_of(site: Site, level: str) -> Outlines | None:
    """Return the outlines of the areas of a level, None where the pack has no boundaries."""
    return site.keep(
        ("outlines", level), lambda: build_outlines(selectors.list_geometries(site, level))
    )
