"""Stems and stop words of the seven languages: the Snowball algorithms that Tantivy carries."""

from __future__ import annotations

from functools import lru_cache

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from convive.app.shelf.documents import NO_LANGUAGE
from convive.catalogue.asking_words import asking_words
from convive.core.shelf.spelling import fold

NAMES = {
    "en": "english", "fr": "french", "es": "spanish", "it": "italian", "de": "german",
    "pt": "portuguese", "nl": "dutch",
}  # fmt: skip
"""Languages as Tantivy calls them."""


class TantivyAnalysis:
    """What each language does with its words; safe for many threads."""

    def stem(self, word: str, language: str) -> str:
        """Return the stem of a word in small letters, folded; see `lexicon.Analysis`."""
        return fold(word) if language == NO_LANGUAGE else _stem(word, language)

    def is_stop(self, word: str, language: str) -> bool:
        """Tell whether a word is one like *the* or *and*; see `lexicon.Analysis`."""
        return language != NO_LANGUAGE and _is_stop(word, language)


@lru_cache(maxsize=1 << 18)
def _stem(word: str, language: str) -> str:
    found = _stemmer(language).analyze(word)
    return fold(found[0]) if found else fold(word)


@lru_cache(maxsize=1 << 16)
def _is_stop(word: str, language: str) -> bool:
    return not _without_stop_words(language).analyze(word)


@lru_cache(maxsize=len(NAMES))
def _stemmer(language: str) -> TextAnalyzer:
    words = TextAnalyzerBuilder(Tokenizer.whitespace())
    return words.filter(Filter.stemmer(NAMES[language])).build()


@lru_cache(maxsize=len(NAMES))
def _without_stop_words(language: str) -> TextAnalyzer:
    words = TextAnalyzerBuilder(Tokenizer.whitespace())
    return (
        words.filter(Filter.stopword(NAMES[language]))
        .filter(Filter.custom_stopword(list(asking_words(language))))
        .build()
    )
