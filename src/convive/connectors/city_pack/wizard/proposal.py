"""What the wizard proposes for a file: frozen data, so that terminal and web can show the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from convive.catalogue.source_profiles import Profile

Path_ = tuple[str, ...]
"""Where a value stands in the mapping file: ``("columns", "starts")``."""


class Confidence(StrEnum):
    """How sure a proposal is."""

    SURE = "sure"
    LIKELY = "likely"
    CHECK = "check"


@dataclass(frozen=True)
class Reason:
    """Why: text ``wizard.reason.<code>``."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """One key of the mapping."""

    path: Path_
    value: Any
    confidence: Confidence
    reasons: tuple[Reason, ...] = ()
    alternatives: tuple[Any, ...] = ()
    """Other values that would do, best first."""

    @property
    def key(self) -> str:
        """Return the key as people write it."""
        return ".".join(self.path)


@dataclass(frozen=True)
class WordChoice:
    """Where a word of the source goes that no crosswalk knows."""

    word: str
    n: int
    category: str | None
    confidence: Confidence
    alike: str = ""
    """The known word that it resembles."""


@dataclass(frozen=True)
class PersonalColumn:
    """A column that is never mapped, and why: text ``wizard.personal.<kind>``."""

    column: str
    kind: str


@dataclass(frozen=True)
class Family:
    """What a file is."""

    id: str
    """A family of evidence, ``territory``, or empty where the wizard cannot tell."""
    shape: str = ""
    """Of counts: long, wide, single, periods, areas (one column an area)."""
    confidence: Confidence = Confidence.CHECK
    reasons: tuple[Reason, ...] = ()
    others: tuple[str, ...] = ()
    """Families that it might be instead, best first."""


@dataclass(frozen=True)
class Proposal:
    """Everything that the wizard has to say about a file."""

    name: str
    family: Family
    choices: tuple[Choice, ...] = ()
    words: tuple[WordChoice, ...] = ()
    personal: tuple[PersonalColumn, ...] = ()
    unused: tuple[str, ...] = ()
    """Columns that are not read."""
    missing: tuple[str, ...] = ()
    """Keys that the mapping needs and for which nothing in the file was found."""
    profile: Profile | None = None
    declined: Reason | None = None
    """Why the file must not or cannot be used as it is."""

    @property
    def is_usable(self) -> bool:
        """Whether a mapping can be saved."""
        return self.declined is None and not self.missing and bool(self.family.id)

    @property
    def unsure(self) -> tuple[Choice, ...]:
        """Return the choices that a person should look at."""
        return tuple(c for c in self.choices if c.confidence is Confidence.CHECK)

    def choice(self, *path: str) -> Choice | None:
        """Return the choice for a key."""
        return next((c for c in self.choices if c.path == path), None)

    def value(self, *path: str) -> Any:
        """Return what is proposed for a key, or None."""
        found = self.choice(*path)
        return found.value if found else None

    def with_value(self, path: Path_, value: Any) -> Proposal:
        """Return the proposal after a person has decided on a key; None takes it out."""
        kept = [c for c in self.choices if c.path != path]
        given = {path} if value is not None else set()
        known = {choice.path for choice in kept} | given
        missing = tuple(
            keys
            for keys in self.missing
            if not any(path in one and known.issuperset(one) for one in ways_to_fill(keys))
        )
        if value is not None:
            said = Choice(path, value, Confidence.SURE, (Reason("said"),))
            places = [i for i, c in enumerate(self.choices) if c.path == path]
            kept.insert(places[0] if places else len(kept), said)
        return replace(self, choices=tuple(kept), missing=missing)

    def mapping(self) -> dict[str, Any]:
        """Return the tables of the mapping file without ``source``."""
        tables: dict[str, Any] = {}
        for choice in self.choices:
            table = tables
            for part in choice.path[:-1]:
                table = table.setdefault(part, {})
            table[choice.path[-1]] = choice.value
        for word in self.words:
            if word.category is not None:
                categories = tables.setdefault("categories", {})
                categories.setdefault("map", {})[word.word] = word.category
        return tables


def ways_to_fill(keys: str) -> tuple[tuple[Path_, ...], ...]:
    """Return the ways to give what is missing, each with all the keys that it takes.

    Examples
    --------
    >>> ways_to_fill("columns.x + y, columns.area")
    ((('columns', 'x'), ('columns', 'y')), (('columns', 'area'),))
    """
    found = []
    for way in keys.split(", "):
        first, *others = (tuple(key.split(".")) for key in way.split(" + "))
        rest = (key if len(key) > 1 else (*first[:-1], *key) for key in others)
        found.append((first, *rest))
    return tuple(found)


def confidence_of(name: float, fit: float, *, is_close: bool = False) -> Confidence:
    """Return how sure a column is that is named so well and whose values fit so well, 0 to 1.

    `is_close` says that another column does nearly as well.
    """
    if is_close or fit < 0.5 or (name < 0.5 and fit < 0.9):
        return Confidence.CHECK
    return Confidence.SURE if name >= 0.7 and fit >= 0.95 else Confidence.LIKELY
