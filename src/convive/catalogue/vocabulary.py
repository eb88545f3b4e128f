"""What columns and kinds of incident are called in seven languages; reviewed words, no code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pydantic import Field

from convive.catalogue.loader import load_all
from convive.catalogue.schema import Closed, Code, Signed, Words
from convive.catalogue.yaml_files import CATALOGUE

PROFILES = CATALOGUE / "profiles"
_CAMEL = re.compile(r"(?<=[a-zß-ÿ])(?=[A-Z])")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
MIN_COMPOUND = 5
"""Shorter words are not looked for inside longer ones: `an` is no year in `plan`."""


class WeighedWords(Closed):
    """Words that name a field about equally well."""

    weight: int = Field(ge=1, le=10)
    words: tuple[Words, ...] = Field(min_length=1)


class VocabularyFile(Signed):
    """The reviewed words."""

    id: Code
    fields: dict[Code, tuple[WeighedWords, ...]]
    items: dict[Code, tuple[Words, ...]]
    personal: dict[Code, tuple[WeighedWords, ...]]
    categories: dict[Code, tuple[Words, ...]]


def fold_words(text: str) -> str:
    """Return a text as plain lower-case words: no accents, punctuation, line breaks or CamelCase.

    Examples
    --------
    >>> fold_words("Date de l'Événement_2")
    'date de l evenement 2'
    >>> fold_words("TatzeitAnfang")
    'tatzeit anfang'
    """
    parted = _CAMEL.sub(" ", text)
    bare = unicodedata.normalize("NFKD", parted.casefold())
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", bare).strip()


@dataclass(frozen=True)
class Vocabulary:
    """Folded words: field or kind of personal data → word → weight; category → words."""

    fields: Mapping[str, Mapping[str, int]]
    personal: Mapping[str, Mapping[str, int]]
    categories: Mapping[str, tuple[str, ...]]
    items: Mapping[str, Mapping[str, int]]
    """Survey question → folded word → weight."""

    def item_score(self, name: str, item: str) -> float:
        """Return how well a column's name names a survey question, 0 to 1."""
        return _score(fold_words(name), self.items.get(item, {}))

    def field_scores(self, name: str) -> dict[str, float]:
        """Return for each field how well a column's name names it, 0 to 1; 0 is left out."""
        return _scores(name, self.fields)

    def personal_scores(self, name: str) -> dict[str, float]:
        """Return for each kind of personal data how well a column's name names it, 0 to 1."""
        return _scores(name, self.personal)


def _scores(name: str, known: Mapping[str, Mapping[str, int]]) -> dict[str, float]:
    folded = fold_words(name)
    scores = {field: _score(folded, words) for field, words in known.items()}
    return {field: score for field, score in scores.items() if score > 0}


def _score(folded: str, words: Mapping[str, int]) -> float:
    """Return the best match: the whole name, some of its words, or a part of a compound."""
    if folded in words:
        return words[folded] / 10
    joined = folded.replace(" ", "")
    best = 0.0
    for word, weight in words.items():
        if word.replace(" ", "") == joined:
            return weight / 10
        share = len(word) / max(len(folded), 1)
        if f" {word} " in f" {folded} ":
            best = max(best, weight / 10 * (0.55 + 0.4 * share))
        elif len(word) >= MIN_COMPOUND and word.replace(" ", "") in joined:
            best = max(best, weight / 10 * (0.4 + 0.4 * share))
    return best


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Return the reviewed words, folded; loaded once.

    Raises
    ------
    DefinitionError
        DEFINITION_INVALID with every problem of the file.
    """
    ((raw, _),) = load_all([PROFILES / "vocabulary.yaml"], VocabularyFile)
    return Vocabulary(
        fields={field: _folded(entries) for field, entries in raw.fields.items()},
        personal={kind: _folded(entries) for kind, entries in raw.personal.items()},
        items={
            item: dict.fromkeys(map(fold_words, words), 10) for item, words in raw.items.items()
        },
        categories={
            category: tuple(fold_words(word) for word in words)
            for category, words in raw.categories.items()
        },
    )


def _folded(entries: tuple[WeighedWords, ...]) -> dict[str, int]:
    """Return folded word → weight; a word given twice keeps its higher weight."""
    found: dict[str, int] = {}
    for entry in entries:
        for word in entry.words:
            key = fold_words(word)
            found[key] = max(entry.weight, found.get(key, 0))
    return found
