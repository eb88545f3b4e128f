"""Finds the things of the maintained vocabulary in texts: longest labels first, any language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from convive.app.shelf.documents import Document
from convive.app.shelf.lexicon import Analysis, labels_of
from convive.catalogue.texts import languages
from convive.core.shelf.concept import Concept
from convive.core.shelf.spelling import fold, words_in

TAG_FACETS: Mapping[str, str] = {
    "topics": "topic", "groups": "group", "times": "time", "kinds": "kind",
    "sectors": "sector", "setting": "setting", "approach": "approach",
}  # fmt: skip
"""Keys of `Concept.tags` → facets of a document."""

_Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Words of a text that are a label of a concept."""

    start: int
    """First word of the text that belongs to it."""
    stop: int
    """First word after it."""
    concept: str
    is_exact: bool
    """Whether label and text have the same form, accents aside; else only the same stems."""


class ConceptMatcher:
    """The vocabulary, ready to be found in texts."""

    def __init__(self, concepts: Iterable[Concept], analysis: Analysis) -> None:
        self._analysis = analysis
        self.concepts = {one.id: one for one in concepts}
        self._labels: dict[str, dict[_Stems, list[tuple[str, _Stems]]]] = {
            language: defaultdict(list) for language in languages()
        }
        self._longest: dict[str, dict[str, int]] = {language: {} for language in languages()}
        for concept in self.concepts.values():
            for language in languages():
                for label in labels_of(concept, language):
                    self._add(label, language, concept.id)
        self._above = {name: frozenset(self._ancestors(name)) for name in self.concepts}
        self._by_tag = self._concepts_by_tag()

    def _add(self, label: str, language: str, concept: str) -> None:
        words = self._content(words_in(label), language)
        if words:
            stems = tuple(self._analysis.stem(word, language) for _, word in words)
            folded = tuple(fold(word) for _, word in words)
            self._labels[language][stems].append((concept, folded))
            longest = self._longest[language]
            longest[stems[0]] = max(longest.get(stems[0], 0), len(stems))

    def _content(self, words: Sequence[str], language: str) -> list[tuple[int, str]]:
        """Return the words that say something, with their places; all where none does."""
        small = [(i, word.lower()) for i, word in enumerate(words)]
        kept = [(i, word) for i, word in small if not self._analysis.is_stop(word, language)]
        return kept or small

    def matches(
        self, words: Sequence[str], language: str, stems: Sequence[Sequence[str]] | None = None
    ) -> Iterator[Match]:
        """Yield every label in a text of a language, also those within longer ones.

        Parameters
        ----------
        words : sequence of str
            The text, as `words_in` gives it.
        stems : sequence of sequence of str, optional
            What each word may stand for, where one form may have several stems.
        """
        content = self._content(words, language)
        options = [
            stems[i] if stems is not None else (self._analysis.stem(word, language),)
            for i, word in content
        ]
        known = self._labels[language]
        for start in range(len(content)):
            longest = max((self._longest[language].get(s, 0) for s in options[start]), default=0)
            for size in range(1, min(longest, len(content) - start) + 1):
                span = content[start : start + size]
                called = [
                    one
                    for key in _choices(options[start : start + size])
                    for one in known.get(key, ())
                ]
                yield from _best_matches(span, called)

    def above(self, concept: str) -> frozenset[str]:
        """Return everything that a concept is a kind of, near and far."""
        return self._above.get(concept, frozenset())

    def parents(self, concept: str) -> tuple[str, ...]:
        """Return what a concept is directly a kind of."""
        return tuple(one for one in self.concepts[concept].broader if one in self.concepts)

    def related(self, concept: str) -> tuple[str, ...]:
        """Return what one would also want to see."""
        return tuple(one for one in self.concepts[concept].related if one in self.concepts)

    def tagged(self, document: Document) -> Iterator[str]:
        """Yield the concepts that mean the same as a closed word of the document."""
        for facet, codes in document.facets.items():
            for code in codes:
                yield from self._by_tag.get((facet, code), ())

    def _ancestors(self, name: str) -> set[str]:
        found: set[str] = set()
        waiting = list(self.parents(name))
        while waiting:
            one = waiting.pop()
            if one not in found and one != name:
                found.add(one)
                waiting.extend(self.parents(one))
        return found

    def _concepts_by_tag(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """Return closed word → the concepts that mean it.

        That is the concept with the same code; where there is none, the widest of those that
        carry this word alone: a kind of another one that carries it is less than the word says.
        """
        carried: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for concept in self.concepts.values():
            for key, codes in (concept.tags or {}).items():
                for code in codes if key in TAG_FACETS else ():
                    if len(codes) == 1 or concept.id == code:
                        carried[TAG_FACETS[key], str(code)].add(concept.id)
        return {
            (facet, code): (code,)
            if code in names
            else tuple(sorted(name for name in names if not self.above(name) & names))
            for (facet, code), names in carried.items()
        }


def _best_matches(
    span: Sequence[tuple[int, str]], called: Iterable[tuple[str, _Stems]]
) -> Iterator[Match]:
    """Yield what words are a label of: where one has the same form, only that (bars, not Bari)."""
    written = tuple(fold(word) for _, word in span)
    exact = {concept for concept, folded in called if folded == written}
    for concept in sorted(exact or {concept for concept, _ in called}):
        yield Match(span[0][0], span[-1][0] + 1, concept, bool(exact))


def _choices(options: Sequence[Sequence[str]]) -> Iterator[_Stems]:
    """Yield every way to choose one stem a word; nearly always there is one."""
    if not options:
        yield ()
        return
    for rest in _choices(options[1:]):
        for first in options[0]:
            yield (first, *rest)
