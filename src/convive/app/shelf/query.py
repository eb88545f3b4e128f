"""What is asked of the shelf, and what it answers: with the reasons why an entry was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

FACETS = (
    "topic", "kind", "pillar", "level", "group", "time", "setting", "approach",
    "category", "form", "strength", "country", "origin", "sector",
)  # fmt: skip
"""By what the shelf can be narrowed. ``kind`` is that of an action (`ActionKind`), ``form`` is
practice, tool, project, programme, network, guide (`PracticeKind`) or ``card`` (a method card)."""


class WhyKind(StrEnum):
    """How a word of the query met an entry."""

    WORD = "word"
    """The same word, or another form of it."""
    SPELLING = "spelling"
    """A word spelled almost like it."""
    CONCEPT = "concept"
    """Another word for the same thing, also in another language."""
    NARROWER = "narrower"
    """Something that is a kind of what was asked for."""
    BROADER = "broader"
    """Something of which what was asked for is a kind."""
    RELATED = "related"
    """Something that whoever asks would also want to see."""
    NAME = "name"
    """Its name or another name of it."""


@dataclass(frozen=True, slots=True)
class Why:
    """Why an entry was found."""

    kind: WhyKind
    asked: str
    """The words of the query."""
    found: str
    """The word, name or concept label in the reader's language that it met."""
    where: str
    """Field of the entry: title, summary, problem, activities … or ``tags``."""


@dataclass(frozen=True, slots=True)
class ShelfQuery:
    """What is looked for."""

    text: str = ""
    language: str = "en"
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Facet → codes; several codes of one facet widen, several facets narrow."""
    with_person_risk: bool = True
    """Whether entries that score or flag persons are shown, with their warning."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry or method card that was found."""

    ref: str
    """`Entry.ref`, or ``card/<id>`` for a method card."""
    why: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class ShelfAnswer:
    """What was found, the best first."""

    hits: Sequence[Hit]
    """Reasons are worked out for those that are looked at: take the slice that a page shows."""
    facets: Mapping[str, Mapping[str, int]]
    """Facet → code → entries that would be found with it, the other facets kept."""
    spelled: Mapping[str, str] = field(default_factory=dict)
    """Words of the query that nothing has → how they were read instead."""


class ShelfIndex(Protocol):
    """Answers queries; built once from entries and cards, then read by many threads."""

    def search(self, query: ShelfQuery) -> ShelfAnswer:
        """Return everything that was found."""
        ...
