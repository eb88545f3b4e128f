"""Place or people in sentences, the same for pages and documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convive.catalogue.texts import say

Row = Mapping[str, Any]
WORTH_TELLING = 0.10
"""Share of the difference between areas from which on it is said that it is who lives where."""


def split_sentence(row: Row, language: str) -> str:
    """Return what the split of an indicator's answers speaks for."""
    return say(f"split.sentence.{row['lever']}", language)


def composition_sentence(row: Row, language: str) -> str:
    """Return how much of the difference between areas is who lives where; may be empty."""
    share = row["composition"]
    if share is None or not row["areas_low"]:
        return ""  # nothing is said of a difference that may not be there
    if share < WORTH_TELLING:
        return say("split.no_composition", language)
    return say("split.composition", language, x=100 * min(share, 1.0))


__all__ = ["composition_sentence", "split_sentence"]
