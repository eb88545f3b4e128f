"""Reads documents once for the index: stems, things of the vocabulary, names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from convive.app.shelf.concept_matching import ConceptMatcher
from convive.app.shelf.documents import NO_LANGUAGE, Document, Passage, Rank
from convive.app.shelf.lexicon import Lexicon
from convive.app.shelf.query_plan import FIELD_WEIGHTS, name_key
from convive.core.shelf.spelling import words_in

Mentions = Mapping[str, tuple[Rank, str]]
"""Concept → the best part of a document that speaks of it: its rank and its field."""


@dataclass(frozen=True, slots=True)
class ReadPassage:
    """What a passage says, as it is kept."""

    passage: Passage
    stems: tuple[str, ...]
    concepts: frozenset[str]
    name: str
    """All of it as one name, see `name_key`."""


class PassageReader:
    """Reads passages; those that many documents share, such as labels, once."""

    def __init__(self, matcher: ConceptMatcher, lexicon: Lexicon) -> None:
        self._matcher, self._lexicon = matcher, lexicon
        self._shared: dict[Passage, ReadPassage] = {}

    def read(self, passage: Passage) -> ReadPassage:
        """Return what a passage says."""
        if passage.rank not in (Rank.TAG, Rank.PLACE):
            return self._read(passage)
        if passage not in self._shared:
            self._shared[passage] = self._read(passage)
        return self._shared[passage]

    def _read(self, passage: Passage) -> ReadPassage:
        words, language = words_in(passage.text), passage.language
        stems = tuple(stem for word in words for stem in self._lexicon.read(word, language))
        matches = () if language == NO_LANGUAGE else self._matcher.matches(words, language)
        concepts = frozenset(match.concept for match in matches)
        return ReadPassage(passage, stems, concepts, name_key(words))


def mentions_of(
    document: Document, passages: Iterable[ReadPassage], matcher: ConceptMatcher
) -> dict[str, tuple[Rank, str]]:
    """Return the concepts of which a document speaks, each with the best part that does."""
    found: dict[str, tuple[Rank, str]] = {}
    for read in sorted(passages, key=lambda one: -FIELD_WEIGHTS[one.passage.rank]):
        for concept in read.concepts:
            found.setdefault(concept, (read.passage.rank, read.passage.where))
    for concept in matcher.tagged(document):
        found.setdefault(concept, (Rank.TAG, "tags"))
    return found
