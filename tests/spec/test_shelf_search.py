"""What the search of the shelf finds, and what it says why: one readable case a line."""

from __future__ import annotations

from functools import lru_cache

import pytest

from convive.app.shelf.query import ShelfAnswer, ShelfIndex, ShelfQuery, Why, WhyKind
from convive.app.shelf.reasons import reason_sentence
from convive.core.shelf.entry import Experience, ExperienceVerdict, Origin, OriginKind
from factories.shelf_search import CONCEPTS, ENTRIES, entry, index_of


@lru_cache(maxsize=1)
def index() -> ShelfIndex:
    return index_of(ENTRIES, CONCEPTS)


def ask(text: str, language: str = "en", **given: object) -> ShelfAnswer:
    return index().search(ShelfQuery(text, language, **given))


def refs(answer: ShelfAnswer) -> list[str]:
    return [hit.ref.removeprefix("convive/") for hit in answer.hits]


FIRST = {
    # (language of the reader, what is typed): entry that must come first
    ("en", "exploratory walk"): "walks",
    ("en", "women who feel unsafe"): "walks",
    ("fr", "femmes qui ne se sentent pas en sécurité"): "walks",
    ("fr", "securite des femmes"): "walks",
    ("de", "Unsicherheitsgefühl"): "walks",
    ("it", "percezione di insicurezza"): "walks",
    ("nl", "onveiligheidsgevoelens"): "walks",
    ("es", "sensacion de inseguridad"): "walks",
    ("pt", "sentimento de insegurança"): "walks",
    ("de", "Taschendiebstahl"): "tram",
    ("it", "borseggio"): "tram",
    ("nl", "zakkenrollerij in de tram"): "tram",
    ("es", "carteristas"): "tram",
    ("fr", "point de deal"): "square",
    ("de", "Dealer"): "square",
    ("it", "spaccio"): "square",
    ("es", "trapicheo"): "square",
    # Words of another language than the reader's
    ("en", "Fahrräder"): "bicycles",
    ("nl", "marked bicycle"): "bicycles",
    # Names: whole, half remembered, misspelled, parted otherwise
    ("en", "Nachtvlinder"): "hosts",
    ("fr", "nachtflinder"): "hosts",
    ("es", "nacht vlinder"): "hosts",
    ("en", "ask for nora"): "hosts",
    # Places, in the language of the reader
    ("de", "Frankreich"): "tram",
    ("it", "Germania"): "bicycles",
    ("nl", "Göttingen"): "bicycles",
    ("en", "gottingen"): "bicycles",
    ("pt", "setubal"): "square",
    # Two words in one, slips
    ("en", "trammediators"): "square",
    ("en", "exploratroy walks"): "walks",
    ("en", "bycicles"): "bicycles",
}


@pytest.mark.parametrize(("language", "text"), FIRST)
def test_comes_first(language: str, text: str) -> None:
    assert refs(ask(text, language))[:1] == [FIRST[language, text]]


def why(text: str, ref: str, language: str = "en") -> tuple[Why, ...]:
    return next(hit.why for hit in ask(text, language).hits if hit.ref == f"convive/{ref}")


def test_the_reason_is_the_word_and_where_it_stands() -> None:
    assert why("walking", "walks") == (Why(WhyKind.WORD, "walking", "walks", "title"),)
    assert why("announcement", "tram") == (
        Why(WhyKind.WORD, "announcement", "announcements", "summary"),
    )


def test_the_reason_is_called_in_the_language_of_the_reader() -> None:
    (one,) = why("Taschendiebstahl", "tram", "fr")
    assert one == Why(WhyKind.CONCEPT, "Taschendiebstahl", "vol à la tire", "title")


def test_a_reason_is_said_in_words() -> None:
    (other,) = why("fear of crime", "walks")
    assert reason_sentence(other, "en") == (
        "“fear of crime”, in other words feeling of insecurity (keywords)"
    )
    same = Why(WhyKind.CONCEPT, "Pickpocketing", "pickpocketing", "title")
    assert reason_sentence(same, "en") == "“Pickpocketing”: pickpocketing (title)"


def test_a_kind_of_what_was_asked_for_is_told_as_such() -> None:
    (one,) = why("Diebstahl", "tram", "de")
    assert one == Why(WhyKind.NARROWER, "Diebstahl", "Taschendiebstahl", "title")


def test_what_it_is_a_kind_of_is_told_and_comes_behind() -> None:
    assert refs(ask("pickpocketing")) == ["tram", "bicycles", "camera"]
    (one,) = why("pickpocketing", "bicycles")
    assert one == Why(WhyKind.BROADER, "pickpocketing", "theft", "tags")


def test_a_name_is_told_as_a_name() -> None:
    assert why("ask for nora", "hosts") == (
        Why(WhyKind.NAME, "ask", "Ask for Nora", "aliases"),
        Why(WhyKind.NAME, "nora", "Ask for Nora", "aliases"),
    )


def test_another_spelling_is_told() -> None:
    answer = ask("bycicles")
    assert answer.spelled == {"bycicles": "bicycles"}
    assert answer.hits[0].why == (Why(WhyKind.SPELLING, "bycicles", "bicycles", "title"),)


def test_a_word_in_two_parts_is_told() -> None:
    assert ask("trammediators").spelled == {"trammediators": "tram mediators"}


def test_what_nothing_has_is_not_found() -> None:
    answer = ask("xylophone")
    assert (refs(answer), answer.spelled) == ([], {})
    assert refs(ask("😀 !!!")) == []


def test_small_words_say_nothing_by_themselves() -> None:
    assert refs(ask("the")) != []
    assert refs(ask("the lamps")) == refs(ask("lamps"))


def test_everything_by_title_where_nothing_is_asked() -> None:
    assert refs(ask("  ", "de")) == [
        "camera", "bicycles", "walks", "lamps", "square", "hosts", "tram",
    ]  # fmt: skip
    assert refs(ask("", "fr"))[:2] == ["camera", "walks"]
    assert all(hit.why == () for hit in ask("").hits)


def test_what_scores_persons_comes_behind_and_can_be_left_out() -> None:
    assert refs(ask("square tram")) == ["lamps", "tram", "square", "camera"]
    assert "camera" not in refs(ask("square tram", with_person_risk=False))
    assert "camera" not in refs(ask("", with_person_risk=False))
    assert refs(ask("cameras that recognise faces"))[0] == "camera"


def test_several_codes_widen_and_several_facets_narrow() -> None:
    assert refs(ask("", facets={"topic": ("theft", "drugs")})) == ["camera", "bicycles", "square"]
    both = {"topic": ("theft", "drugs"), "time": ("night",)}
    assert refs(ask("", facets=both)) == ["square"]
    assert refs(ask("", facets={"topic": ("no_such_code",)})) == []
    assert len(refs(ask("", facets={"topic": ()}))) == len(ENTRIES)


def test_counts_tell_what_would_be_found_with_a_code_the_other_facets_kept() -> None:
    counts = ask("", facets={"topic": ("theft",), "time": ("night",)}).facets
    assert counts["topic"] == {
        "drugs": 1, "nightlife": 1, "public_space": 1, "theft": 0,
    }  # fmt: skip
    assert counts["time"] == {"night": 0}
    assert ask("").facets["country"] == {"BE": 1, "CA": 1, "DE": 1, "FR": 1, "PT": 1}
    assert ask("").facets["form"] == {"practice": 7}


def test_what_a_town_tells_in_its_language_is_found() -> None:
    told = Experience("Gent", 2024, 2025, ExperienceVerdict.DID_NOT, language="nl",
                      went_wrong="Te weinig vrijwilligers")  # fmt: skip
    origin = Origin(OriginKind.RECEIVED, "ab" * 32, "Gent")
    own = entry("buurt", {"nl": "Buurtwacht"}, origin=origin)
    made = index_of((*ENTRIES, type(own)(own.practice, origin, experiences=(told,))), CONCEPTS)
    (hit,) = made.search(ShelfQuery("vrijwilliger", "nl")).hits
    assert hit.ref == "ab" * 32 + "/buurt"
    assert hit.why == (Why(WhyKind.WORD, "vrijwilliger", "vrijwilligers", "went_wrong"),)
    assert made.search(ShelfQuery("")).facets["origin"] == {"catalogue": 7, "received": 1}


def test_an_empty_shelf_answers() -> None:
    answer = index_of(()).search(ShelfQuery("theft"))
    assert (len(answer.hits), answer.facets["topic"]) == (0, {})
    assert len(index_of(()).search(ShelfQuery("")).hits) == 0
