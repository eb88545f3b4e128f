"""Joins the ports of fieldwork to their adapters."""

from __future__ import annotations

from functools import lru_cache

from convive.app.fieldwork.photo_ports import PhotoCleaner

# ruff: noqa: PLC0415 - adapters are imported where they are used


@lru_cache(maxsize=1)
def photo_cleaner() -> PhotoCleaner:
    """Return what every photo passes before anything of it is kept."""
    from convive.connectors.photos import LocalPhotoCleaner

    return LocalPhotoCleaner()
