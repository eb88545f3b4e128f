"""The catalogue for data portals: DCAT-AP 3 as Turtle, JSON-LD and RDF/XML."""

from __future__ import annotations

from convive.reports.dcat.catalogue import catalogue_of
from convive.reports.dcat.graph import MEDIA_TYPES, rendered

__all__ = ["MEDIA_TYPES", "catalogue_of", "rendered"]
