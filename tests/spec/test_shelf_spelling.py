"""What is read as a slip of the keyboard, and what as another word: told on the real shelf."""

from __future__ import annotations

import pytest

from convive.app.shelf.query import ShelfQuery
from convive.core.shelf.spelling import KnownSpellings, slip_cost
from convive.wiring.shelf import shelf_index

SLIPS = {
    # language, what is typed: as it must be read
    ("en", "vandalsm"): "vandalism",
    ("en", "scool"): "school",
    ("en", "bruglary"): "burglary",
    ("en", "exploratroy"): "exploratory",
    ("fr", "cambriolge"): "cambriolage",
    ("de", "Jugendgewallt"): "jugendgewalt",
    ("es", "drigas"): "drogas",
    ("it", "sicureza"): "sicurezza",
    ("pt", "violencia domestca"): "domestica",
    ("nl", "inbraakk"): "inbraak",
}

OTHER_WORDS = {
    "fr": "rentrer danser vendre fenêtre facture grenier chaudière manger",
    "en": "lorry boiler cellar crying moped shutter",
    "de": "Heizung zittern rennen Brunnen pinkeln umziehen",
    "es": "persiana ascensor pelea",
    "it": "caldaia tremare serranda fontana gridare",
    "pt": "camião persiana",
    "nl": "ketel kelder trap huilen trillen rennen",
}
"""Words of everyday life that no entry has: they must not be read as something else."""


@pytest.mark.parametrize(("language", "typed"), SLIPS)
def test_a_slip_is_read_as_what_was_meant(language: str, typed: str) -> None:
    answer = shelf_index().search(ShelfQuery(typed, language))
    assert SLIPS[language, typed] in answer.spelled.values()


@pytest.mark.parametrize("language", OTHER_WORDS)
def test_another_word_is_left_as_it_is(language: str) -> None:
    index = shelf_index()
    read = {
        word: dict(index.search(ShelfQuery(word, language)).spelled)
        for word in OTHER_WORDS[language].split()
    }
    assert {word: spelled for word, spelled in read.items() if spelled} == {}


def test_a_far_key_and_another_beginning_count_more_than_a_slip() -> None:
    assert slip_cost("tehft", "theft") == 1
    assert slip_cost("thefr", "theft") == 1, "r lies beside t"
    assert slip_cost("thefm", "theft") == 2
    assert slip_cost("kriminal", "criminal") == 1, "by ear"
    assert slip_cost("htefts", "thefts") == 1, "begun the wrong way round"
    assert slip_cost("worry", "lorry") == 3


def test_a_word_of_another_language_must_be_nearer() -> None:
    known = KnownSpellings({"markt": 1, "theft": 1})
    assert known.nearest("marktt", [frozenset({"theft"})]) is None
    assert known.nearest("marktt", [frozenset({"markt"})]) == "markt"
    assert known.nearest("marktt") == "markt"


def test_a_name_in_capitals_has_no_endings() -> None:
    found = [hit.ref for hit in shelf_index().search(ShelfQuery("medo à noite", "pt")).hits[:5]]
    assert "convive/medea" not in found
    assert shelf_index().search(ShelfQuery("medea", "pt")).hits[0].ref == "convive/medea"
