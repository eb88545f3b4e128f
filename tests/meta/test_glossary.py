"""The texts of each language keep to its glossary."""

from __future__ import annotations

import pytest

from convive.catalogue.glossary import (
    exceptions,
    forbidden_words,
    sources,
    terms,
    unsaid_terms,
    wordings,
)
from convive.catalogue.texts import languages

OTHERS = [language for language in languages() if language != "en"]


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_a_word_for_every_term(language: str) -> None:
    assert list(wordings(language)) == list(terms())
    assert all(one.say for one in wordings(language).values())
    for term, found in terms().items():
        assert bool(found.found_by) == bool(wordings(language)[term].also), term


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_has_a_word_that_the_glossary_forbids(language: str) -> None:
    assert list(forbidden_words(language)) == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_text_says_the_terms_of_its_english_original(language: str) -> None:
    excused = exceptions()
    missing = [
        (term, key) for term, key in unsaid_terms(language) if key not in excused.get(term, {})
    ]
    assert missing == []


def test_every_exception_is_still_needed_and_has_its_reason() -> None:
    needed = {found for language in OTHERS for found in unsaid_terms(language)}
    noted = {(term, key) for term, keys in exceptions().items() for key in keys}
    assert noted - needed == set()
    assert all(reason for keys in exceptions().values() for reason in keys.values())


def test_every_source_of_a_usage_is_named_in_full() -> None:
    used = {term.source for term in terms().values() if term.source}
    assert used <= set(sources())
