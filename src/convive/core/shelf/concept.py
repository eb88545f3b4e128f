"""A concept of the maintained vocabulary: one thing, with its words in every language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from convive.core.model import Text


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that the field speaks of."""

    id: str
    labels: Text
    """The word to show, by language."""
    synonyms: Mapping[str, tuple[str, ...]]
    """Other words and usual spellings, by language; also of officials and of residents."""
    broader: tuple[str, ...] = ()
    """Concepts that it is a kind of."""
    related: tuple[str, ...] = ()
    """Concepts that somebody who looks for it would also want to see."""
    tags: Mapping[str, tuple[str, ...]] | None = None
    """Closed words that mean the same: ``topics``, ``groups``, ``times``, ``kinds``, ``sectors``,
    ``setting``, ``approach`` → codes."""
