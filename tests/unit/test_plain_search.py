"""The search that the shelf's is compared with does what its description says, and no more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from convive.catalogue.find import practices
from factories.plain_search import PlainSearch


@pytest.fixture
def search() -> Iterator[PlainSearch]:
    built = PlainSearch(practices())
    yield built
    built.close()


def test_it_finds_a_name_whatever_its_case_and_accents(search: PlainSearch) -> None:
    assert search.ranking("VIOGEN")[0] == "viogen"
    assert search.ranking("a vos cotes luxembourg")[0] == "a_vos_cotes"


def test_it_reads_titles_and_summaries_of_every_language_and_the_english_body(
    search: PlainSearch,
) -> None:
    assert "exploratory_walks" in search.ranking("Erkundungsspaziergänge")
    assert "lhospitalet_neighbourhood_meetings" in search.ranking("powerless")
    assert "safetipin" in search.ranking("Sri Lanka")


def test_one_word_of_many_is_enough_and_more_words_rank_higher(search: PlainSearch) -> None:
    found = search.ranking("cannabis Bègles xyzzy")

    assert found[0] == "begles_cannabis"


def test_it_knows_no_stems_no_vocabulary_and_no_mistakes(search: PlainSearch) -> None:
    assert search.ranking("bulismo") == []
    assert search.ranking("Fixerstube") == []


def test_signs_of_its_query_language_are_words_like_others(search: PlainSearch) -> None:
    assert search.ranking('NOT "( * :') == search.ranking("not")
    assert search.ranking("?!") == []
