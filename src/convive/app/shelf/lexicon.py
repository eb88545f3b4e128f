"""The words that the shelf and the vocabulary have, by language: forms, stems, frequency."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Protocol

from convive.catalogue.texts import languages
from convive.core.shelf.concept import Concept
from convive.core.shelf.spelling import KnownSpellings, fold, words_in

from convive.app.shelf.documents import NO_LANGUAGE, Document  # isort: skip


class Analysis(Protocol):
    """What a language does with its words; an engine brings it."""

    def stem(self, word: str, language: str) -> str:
        """Return the stem of a word in small letters, itself for `NO_LANGUAGE`; folded."""
        ...

    def is_stop(self, word: str, language: str) -> bool:
        """Tell whether a word (in small letters) is one like *the* or *and*."""
        ...


class Lexicon:
    """Which forms of which words are known, in which language."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self._forms: dict[str, Counter[str]] = {one: Counter() for one in _ALL}
        self._written: dict[str, defaultdict[str, set[str]]] = {
            one: defaultdict(set) for one in _ALL
        }
        self._stems: dict[str, set[str]] = {one: set() for one in _ALL}
        self._joined: dict[tuple[str, str], tuple[str, ...]] = {}

    def add(self, text: str, language: str) -> None:
        """Take in the words of a text."""
        self._forms[language].update(words_in(text.lower()))

    def close(self) -> None:
        """Make ready to be asked; no text is taken in after that."""
        for language, forms in self._forms.items():
            for form in forms:
                self._written[language][fold(form)].add(form)
                self._stems[language].add(self.analysis.stem(form, language))

    def stems(self, word: str, language: str) -> frozenset[str]:
        """Return the stems that a typed word may have: accents left out are put back.

        Empty where the language has no such word.
        """
        written = self._written[language].get(fold(word), ()) or (word.lower(),)
        found = {self.analysis.stem(form, language) for form in written}
        return frozenset(found & self._stems[language])

    def read(self, word: str, language: str) -> tuple[str, ...]:
        """Return the stems of a written word: its own, and those of the words that it joins."""
        small = word.lower()
        own = self.analysis.stem(small, language)
        if language not in COMPOUNDING or len(small) < 2 * _SHORTEST_PART:
            return (own,)
        if (small, language) not in self._joined:
            parts = self.parts(small, (language,)) or ()
            stems = (stem for part in parts for stem in self.stems(part, language))
            self._joined[small, language] = tuple(dict.fromkeys((own, *stems)))
        return self._joined[small, language]

    def is_stop(self, word: str, language: str) -> bool:
        """Tell whether a word says nothing by itself in a language, accents left out or not."""
        written = {word.lower(), *self._written[language].get(fold(word), ())}
        return any(self.analysis.is_stop(form, language) for form in written)

    def is_stop_anywhere(self, word: str) -> bool:
        """Tell whether a word says nothing by itself in one of the languages."""
        return any(self.is_stop(word, language) for language in languages())

    def languages_of(self, word: str) -> tuple[str, ...]:
        """Return the languages that know a word or another form of it."""
        return tuple(one for one in languages() if self.stems(word, one))

    def knows(self, word: str) -> bool:
        """Tell whether any text or name has the word or another form of it."""
        return any(self.stems(word, one) for one in _ALL)

    def knows_form(self, word: str, language: str) -> bool:
        """Tell whether a language has exactly this form, accents left out or not."""
        return fold(word) in self._written[language]

    def nearest(self, word: str, likely: Iterable[str]) -> str | None:
        """Return the nearest known spelling of a word that nothing has, or None."""
        preferred = [frozenset(self._written[one]) for one in (*likely, NO_LANGUAGE)]
        return self._spellings.nearest(fold(word), preferred)

    def parts(self, word: str, within: Iterable[str] = languages()) -> tuple[str, str] | None:
        """Return the two known words of one language of which a word is made, or None.

        Nothing, or one of the sounds by which German and Dutch join words, may stand between.

        Examples
        --------
        ``Graffitientfernung`` → ``graffiti``, ``entfernung``; ``safecity`` → ``safe``, ``city``.
        """
        folded = fold(word)
        found = [
            (abs(len(first) - len(second)), first, second)
            for cut in range(_SHORTEST_PART, len(folded) - _SHORTEST_PART + 1)
            for first, second in _halves(folded, cut)
            if any(
                self._can_be_part(first, one) and self._can_be_part(second, one) for one in within
            )
        ]
        return min(found)[1:] if found else None

    def _can_be_part(self, word: str, language: str) -> bool:
        return self.knows_form(word, language) and not self.is_stop(word, language)

    @cached_property
    def _spellings(self) -> KnownSpellings:
        counts: Counter[str] = Counter()
        for forms in self._forms.values():
            for form, n in forms.items():
                counts[fold(form)] += n
        return KnownSpellings(counts)


_ALL = (*languages(), NO_LANGUAGE)
_SHORTEST_PART = 4
COMPOUNDING = {"de", "nl"}
"""Languages that write joined words as one."""
_JOINTS = ("", "s", "es", "n", "en", "er", "e")


def _halves(word: str, cut: int) -> Iterable[tuple[str, str]]:
    for joint in _JOINTS:
        first = word[: cut - len(joint)] if joint else word[:cut]
        if len(first) >= _SHORTEST_PART and word[:cut].endswith(joint):
            yield first, word[cut:]


def lexicon_of(
    documents: Iterable[Document], concepts: Iterable[Concept], analysis: Analysis
) -> Lexicon:
    """Return the words of documents and of the vocabulary."""
    known = Lexicon(analysis)
    for document in documents:
        for passage in document.passages:
            known.add(passage.text, passage.language)
    for concept in concepts:
        for language in languages():
            for label in labels_of(concept, language):
                known.add(label, language)
    known.close()
    return known


def labels_of(concept: Concept, language: str) -> tuple[str, ...]:
    """Return what a concept is called in a language: its label, then its synonyms."""
    label = concept.labels.get(language, "")
    return (*((label,) if label else ()), *concept.synonyms.get(language, ()))
