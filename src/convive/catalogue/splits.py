"""Place or people in sentences, the same for pages and documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convive.catalogue.texts import say
from convive.core.multilevel import Lever, Part

Row = Mapping[str, Any]
PARTS = ("areas", "groups")
WORTH_TELLING = 0.10
"""Share of the difference between areas from which on it is said that it is who lives where."""


def split_sentence(row: Row, language: str) -> str:
    """Return what the split of an indicator's answers speaks for, or what is not known yet."""
    if row["lever"] != Lever.CANNOT_TELL:
        return say(f"split.sentence.{row['lever']}", language)
    return " ".join(say(f"split.{name}.{_known(row, name)}", language) for name in PARTS)


def _known(row: Row, name: str) -> str:
    """Return whether a part is notable: yes, no or unknown."""
    part = Part(row[f"{name}_share"], row[f"{name}_low"], row[f"{name}_high"])
    return {True: "yes", False: "no", None: "unknown"}[part.verdict]


def composition_sentence(row: Row, language: str) -> str:
    """Return how much of the difference between areas is who lives where; may be empty."""
    share = row["composition"]
    if share is None or not row["areas_low"]:
        return ""  # nothing is said of a difference that may not be there
    if share < WORTH_TELLING:
        return say("split.no_composition", language)
    return say("split.composition", language, x=100 * min(share, 1.0))


__all__ = ["composition_sentence", "split_sentence"]
