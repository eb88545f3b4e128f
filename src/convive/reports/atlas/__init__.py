"""The atlas: one page an area, with the figures of the pages."""

from __future__ import annotations

from convive.reports.atlas.deeds import deeds_of
from convive.reports.atlas.document import atlas_document, render_atlas

__all__ = ["atlas_document", "deeds_of", "render_atlas"]
