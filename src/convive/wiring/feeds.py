"""Joins the pages to what writes feeds."""

from __future__ import annotations

from convive.connectors.atom import write_atom

__all__ = ["write_atom"]
