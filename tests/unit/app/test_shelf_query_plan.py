"""How a query is understood: languages, spans of the vocabulary, spellings, names."""

from __future__ import annotations

from functools import lru_cache

from convive.app.shelf.concept_matching import ConceptMatcher, Match
from convive.app.shelf.documents import documents_of
from convive.app.shelf.lexicon import Lexicon, lexicon_of
from convive.app.shelf.query import WhyKind
from convive.app.shelf.query_plan import BESIDE_CONCEPTS, MOST_WORDS, Plan, plan_of
from convive.core.shelf.spelling import words_in
from convive.store.shelf_index import TantivyAnalysis
from factories.shelf_search import CONCEPTS, ENTRIES, concept, entry


@lru_cache(maxsize=1)
def matcher() -> ConceptMatcher:
    return ConceptMatcher(CONCEPTS, TantivyAnalysis())


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    return lexicon_of(documents_of(ENTRIES, ()), CONCEPTS, TantivyAnalysis())


def plan(text: str, language: str = "en") -> Plan:
    return plan_of(text, language, lexicon(), matcher())


def sought(text: str, language: str = "en") -> list[tuple[str, set[str]]]:
    return [
        (part.asked, {one.concept for one in part.sought if one.kind is WhyKind.CONCEPT})
        for part in plan(text, language).parts
    ]


def test_the_longest_label_wins_and_small_words_within_it_belong_to_it() -> None:
    assert sought("feeling of insecurity at night") == [
        ("feeling of insecurity", {"feeling_of_insecurity"}),
        ("night", {"night"}),
    ]
    assert sought("deal près du tram", "fr") == [("deal", {"drug_dealing"}), ("tram", set())]


def test_words_decide_on_the_language_and_the_reader_where_they_do_not() -> None:
    assert plan("Diebstahl in der Nacht", "en").likely[0] == "de"
    assert plan("furto", "pt").likely[0] == "pt"
    assert plan("furto", "it").likely[0] == "it"
    assert plan("qqq", "nl").likely[0] == "nl"


def test_a_label_of_another_language_is_known_too() -> None:
    assert sought("zakkenrollerij", "es") == [("zakkenrollerij", {"pickpocketing"})]


def test_other_forms_of_a_label_count_less() -> None:
    (exact,) = plan("burglary").parts
    (other,) = plan("burglaries").parts
    assert exact.sought[0].weight > other.sought[0].weight


def test_words_that_the_vocabulary_does_not_know_count_less_beside_those_it_knows() -> None:
    weights = {part.asked: part.weight for part in plan("burglary bicycles").parts}
    assert weights == {"burglary": 1.0, "bicycles": BESIDE_CONCEPTS}
    assert {part.weight for part in plan("marked bicycles").parts} == {1.0}


def test_accents_left_out_are_put_back_before_stemming() -> None:
    assert lexicon().stems("securite", "fr") == lexicon().stems("sécurité", "fr") != frozenset()


def test_a_known_word_in_another_form_is_not_respelled() -> None:
    assert plan("walked squares").spelled == {}
    assert plan("sqaure").spelled == {"sqaure": "square"}
    assert plan("zzzzzzzz 2024 ab").spelled == {}


def test_only_the_first_words_of_a_long_text_are_looked_for() -> None:
    assert sum(len(part.words) for part in plan("tram " * 1000).parts) == MOST_WORDS


def test_names_are_compared_as_a_whole_by_their_share_of_the_query() -> None:
    assert plan("nacht vlinder").names["nachtvlinder"] == 1.0
    assert plan("the lamps and Nora").names["nora"] == 0.5


def test_labels_within_longer_ones_are_found_in_texts() -> None:
    words = words_in("deal at night: Fear of crime")
    found = {(one.concept, one.start, one.stop) for one in matcher().matches(words, "en")}
    assert found == {("night", 2, 3), ("feeling_of_insecurity", 3, 6)}


def test_a_concept_is_all_that_its_broader_ones_are() -> None:
    deep = (
        concept("crime", *["crime"] * 7),
        concept("harm", *["harm"] * 7, broader=("crime", "no_such")),
        concept("wound", *["wound"] * 7, broader=("harm",)),
    )
    known = ConceptMatcher(deep, TantivyAnalysis())
    assert known.above("wound") == {"harm", "crime"}
    assert known.parents("harm") == ("crime",)
    assert list(known.matches(["wounds"], "en")) == [Match(0, 1, "wound", is_exact=False)]


def test_a_closed_word_stands_for_the_widest_thing_that_means_it() -> None:
    tags = {"topics": ("theft",)}
    known = ConceptMatcher(
        (
            concept("theft", *["theft"] * 7, tags=tags),
            concept("bag_theft", *["bag theft"] * 7, broader=("theft",), tags=tags),
        ),
        TantivyAnalysis(),
    )
    (document,) = documents_of((entry("one", "One", topics=("theft",)),), ())
    assert list(known.tagged(document)) == ["theft"]
