"""The text system: choosing, filling, formatting, falling back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from convive.catalogue import texts
from convive.catalogue.texts import (
    format_date,
    format_number,
    format_period,
    has_text,
    localised,
    must_say,
    placeholders,
    say,
)
from convive.core.errors import DefinitionError, NotFoundError


@pytest.fixture
def own_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = {
        "en": {
            "plain": "Hello {name}",
            "only_english": "English",
            "walks": {"plural": "n", "one": "{n:int} walk", "other": "{n:int} walks"},
            "change": {
                "select": "unit", "points": "{x:signed1} points", "other": "{x:signedpercent0}",
            },
            "many": "{n:int}, {x:decimal2}, {share:percent0}, {gone:abs1}, {areas:list}, {day:date}",
            "looked": "{what:Word} and {what:word}",
            "word.sea": "the sea",
        },
        "fr": {"plain": "Bonjour {name}", "walks": {"plural": "n", "one": "{n:int} marche", "other": "{n:int} marches"}},
    }  # fmt: skip
    monkeypatch.setattr(texts, "texts_of", lambda language: entries.get(language, {}))


@pytest.mark.usefixtures("own_texts")
def test_a_sentence_is_filled_in_the_readers_language() -> None:
    assert say("plain", "fr", name="Ana") == "Bonjour Ana"
    assert say("plain", "fr-CA", name="Ana") == "Bonjour Ana"


@pytest.mark.usefixtures("own_texts")
def test_a_missing_text_falls_back_to_english_then_to_its_key() -> None:
    assert say("only_english", "fr") == "English"
    assert say("nowhere", "fr") == "nowhere"
    assert say("only_english", "xx") == "English"
    with pytest.raises(NotFoundError, match="TEXT_NOT_FOUND"):
        must_say("only_english", "fr")


@pytest.mark.usefixtures("own_texts")
def test_a_missing_value_is_a_dash_on_a_page_and_an_error_in_a_test() -> None:
    assert say("plain", "en") == "Hello –"
    assert say("plain", "en", name=None) == "Hello –"
    with pytest.raises(NotFoundError, match="TEXT_VALUE_MISSING"):
        must_say("plain", "en")


@pytest.mark.usefixtures("own_texts")
def test_plural_and_select_choose_whole_sentences() -> None:
    assert say("walks", "en", n=1) == "1 walk"
    assert say("walks", "en", n=0) == "0 walks"
    assert say("walks", "fr", n=0) == "0 marche"  # French counts zero as singular
    assert say("change", "en", unit="points", x=2.04) == "+2.0 points"
    assert say("change", "en", unit="percent", x=-9.3) == "−9%"
    assert placeholders(texts.texts_of("en")["change"]) == {"unit", "x"}


@pytest.mark.usefixtures("own_texts")
def test_formats() -> None:
    said = say("many", "en", n=12345.0, x=1.005, share=12.4, gone=-3.0, areas=["A", "B", "C"], day="2026-03-01")  # fmt: skip
    assert said == "12,345, 1.00, 12%, 3.0, A, B, and C, 1 March 2026"
    assert say("looked", "en", what="sea") == "The sea and the sea"


def test_numbers_dates_and_periods_are_written_as_each_language_does() -> None:
    assert format_number(-1234.5, "de", 1) == "−1.234,5"
    assert format_number(-0.04, "en", 1) == "0.0"
    assert format_date(date(2026, 3, 1), "pt") == "1 de março de 2026"
    assert format_period(date(2023, 1, 1), date(2024, 1, 1), "fr") == "2023"
    assert format_period(date(2016, 6, 1), date(2016, 7, 1), "de") == "Juni 2016"
    assert format_period(date(2016, 6, 3), date(2016, 6, 5), "en") == "3 June 2016 – 4 June 2016"


def test_a_text_of_a_pack_falls_back_too() -> None:
    assert localised({"es": "Barrio"}, "fr") == "Barrio"
    assert localised({}, "fr") == ""


def test_two_files_with_one_key_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "texts" / "en"
    folder.mkdir(parents=True)
    (folder / "a.yaml").write_text("twice: one\n", "utf-8")
    (folder / "b.yaml").write_text("twice: two\n", "utf-8")
    monkeypatch.setattr(texts, "CATALOGUE", tmp_path)
    with pytest.raises(DefinitionError) as caught:
        texts.texts_of.__wrapped__("en")
    assert [p.code for p in caught.value.problems] == ["TEXT_DUPLICATE_KEY"]


def test_labels_of_definitions_are_texts_as_well() -> None:
    assert say("indicator.burglary_rate", "nl") == "Inbraken"
    assert say("category.robbery", "de") == "Raub"
    assert has_text("answer.feel_safe_dark.very_safe", "it")


@pytest.mark.parametrize("language", texts.languages())
def test_a_column_of_one_word_is_not_said_to_have_1_words(language: str) -> None:
    assert "1" not in say("wizard.reason.words", language, n=1)
    assert "2" in say("wizard.reason.words", language, n=2)
