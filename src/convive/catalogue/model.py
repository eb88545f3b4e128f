"""What the catalogue hands out besides indicators: categories, crosswalks, items."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from convive.core.model import Face, Text


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of incident in Convive's list.

    A total (`contains` not empty) holds others and is never added up with them.
    """

    id: str
    theme: str
    label: Text
    iccs: tuple[str, ...] = ()
    """Codes of ICCS 1.0; empty outside of it, with the reason in `iccs_note`."""
    iccs_relation: str | None = None
    """What the kind is to these codes together: exact, broader, narrower or overlaps."""
    iccs_note: str = ""
    contains: tuple[str, ...] = ()
    mixes: tuple[str, ...] = ()
    """Kinds that it holds in one figure because its source cannot tell them apart."""
    is_remainder: bool = False
    """What its family holds beside the named ones: without it the family is not complete."""

    @property
    def is_total(self) -> bool:
        """Whether it holds other categories."""
        return bool(self.contains)


@dataclass(frozen=True, slots=True)
class IccsCode:
    """A code of the International Classification of Crime for Statistical Purposes 1.0.

    The English label is the classification's, the others are Convive's own translations.
    """

    code: str
    label: Text
    provenance: str
    """How sure code and English label are: verified, inferred or recalled."""

    @property
    def level(self) -> int:
        """Level 1 (two digits) to 4 (six digits)."""
        return 1 if len(self.code) == 2 else len(self.code) - 2

    @property
    def parent(self) -> str | None:
        """Code one level up; None for a section."""
        if self.level == 1:
            return None
        return self.code[:2] if self.level == 2 else self.code[:-1]


@dataclass(frozen=True, slots=True)
class CrosswalkEntry:
    """Where one word of a source goes; `category` None keeps it out, with a reason."""

    word: str
    category: str | None
    part_of: str | None = None
    """Word of the same source that already contains it, so that nothing is counted twice."""
    iccs: tuple[str, ...] = ()
    relation: str | None = None
    """What the word is to these codes together: exact, broader, narrower or overlaps."""
    note: str = ""


_LOOSE = re.compile(r"[\s\-_\u00ad]+")


def loose(word: str) -> str:
    """Return a word without case, spaces and hyphens: headers break lines with hyphens."""
    return _LOOSE.sub("", word).casefold()


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """From the words of a source to Convive's categories."""

    id: str
    label: Text
    entries: tuple[CrosswalkEntry, ...]
    cite: str = ""
    version: int = 1
    valid_from: date | None = None
    """First day on which the source used these words, where that is known."""
    valid_to: date | None = None
    _by_word: Mapping[str, CrosswalkEntry] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the entries by loose spelling."""
        object.__setattr__(self, "_by_word", {loose(e.word): e for e in self.entries})

    @property
    def pin(self) -> str:
        """Id and version, as a mapping file names exactly this one."""
        return f"{self.id}@{self.version}"

    def entry(self, word: str) -> CrosswalkEntry | None:
        """Return the entry of a source's word, or None where it is unknown."""
        return self._by_word.get(loose(word))

    def category_of(self, word: str) -> str | None:
        """Return the category of a source's word; None where unknown or left out on purpose."""
        found = self.entry(word)
        return found.category if found else None

    @property
    def mapping(self) -> dict[str, str | None]:
        """Source's word → category, in the words as the source spells them."""
        return {entry.word: entry.category for entry in self.entries}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a survey item."""

    code: str
    label: Text


@dataclass(frozen=True, slots=True)
class Item:
    """A survey question or an observation item of the core list."""

    id: str
    kind: str
    """survey or observation."""
    face: Face
    question: Text
    answers: tuple[Answer, ...] = ()
    """Of a survey item; an observation item is rated 0 to `scale_max`."""
    scale_max: int = 3
    asked_of: str = "all"
    """all, or the item that must have been answered yes: ``victims``."""
    is_objective: bool = True
    """Whether an observation item enters the score (feeling does not)."""
    cite: str = ""

    @property
    def answer_codes(self) -> tuple[str, ...]:
        """Return the codes in order."""
        return tuple(answer.code for answer in self.answers)
