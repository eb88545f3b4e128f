"""Reads a city pack: a folder with city.toml, territory and evidence."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from convive.connectors.city_pack.city_reading import read_city
    from convive.connectors.city_pack.protection import read_terms
    from convive.connectors.city_pack.reading import read_pack

# On demand: the process that opens hostile files needs neither, and would wait a second for them.
_HOMES = {"read_city": "city_reading", "read_pack": "reading", "read_terms": "protection"}

__all__ = ["read_city", "read_pack", "read_terms"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
