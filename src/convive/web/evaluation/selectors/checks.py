"""The two checks of a practice: instruments whose lines are proposed here and confirmed by people."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from convive.catalogue import find
from convive.core.instruments.model import Item
from convive.core.model import Text


@lru_cache(maxsize=8)
def items_of(check: str) -> Mapping[str, Item]:
    """Return the items of a check by their code."""
    return {one.id: one for one in find.instrument(check).items()}


@lru_cache(maxsize=8)
def sections_of(check: str) -> Mapping[str, Text]:
    """Return item → title of the section that it stands in."""
    found = {}
    for section in find.instrument(check).content:
        for item in section.items():
            found[item.id] = section.title
    return found
