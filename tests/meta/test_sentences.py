"""Every sentence that is made of a template and values reads as a sentence, in every language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from convive.catalogue import find
from convive.catalogue.texts import PLACEHOLDER, languages, placeholders, say, texts_of

SPOKEN = ("finding.", "headline.", "positions.", "here.", "atlas.", "web.area.", "report.chart.")
SENTENCES = ("finding.", "headline.")
"""Of these every text is a whole sentence; the others have labels among them."""

NAMES = ("Ivry", "Le Port", "Les Lilas", "Hauts-Prés", "Öjendorf", "El Raval", "Igualada", "Barro")
NUMBERS = (0, 1, 2, 5, 8, 11, 21, 80, 1.5, -3, 1234.5)
DAYS = (date(2024, 1, 1), date(2023, 8, 11), date(2024, 10, 8))
WORDS = {
    "missing": "survey", "group": "female", "facenoun": "felt", "indicatorlist": [
        "observed_lighting", "observed_score",
    ], "level": "city", "face": "felt", "verdict": "no_clear_change",
}  # fmt: skip
LISTED = {"areas", "names", "raters", "sources", "faces"}

CONTRACTED = {
    "fr": r"\b(?:[Dd]e|[Àà]) Les? |\b[Dd]e les? |\bà les? |\b(?:[Dd]e|[Qq]ue|[Nn]e|[Ll]e|[Ll]a) [aeiouéèêIEAO]",
    "es": r"\b(?:de|a) el\b| y i",
    "it": r"\b(?:di|a|da|in|su) (?:il|lo|i|gli)\b|\b(?:[Ii]l|del|dal|al|nel) (?:8|11\b)|\b[Ll][ao] [aeiouèI]",
    "de": r"\b(?:von dem|zu dem|bei dem) [A-ZÄÖÜ]",
    "pt": r"\b(?:de|em|por) (?:o|os)\b|\ba o\b",
}
ENGLISH = re.compile(
    r"\b(?:the|and|with|cannot|residents?|between|than|were|have|areas?|clearly|which)\b"
)


def values_of(key: str, i: int) -> dict[str, Any]:
    """Return values for all that a text asks for; the i-th choice of each."""
    entry = texts_of("en")[key]
    forms = [entry] if isinstance(entry, str) else [*entry.values()]
    asked = {name: how for text in forms for name, how in PLACEHOLDER.findall(text)}
    indicators = sorted(one.id for one in find.all_indicators())
    told: dict[str, Any] = {}
    for name in placeholders(entry):
        how = asked.get(name, "").lower()
        if how in {"date", "month", "year"}:
            told[name] = DAYS[i % len(DAYS)]
        elif re.fullmatch(r"(?:int|decimal|signed|abs|percent|signedpercent|abspercent)\d?", how):
            told[name] = NUMBERS[i % len(NUMBERS)]
        elif how == "list" or name in LISTED:
            told[name] = [NAMES[i % len(NAMES)], NAMES[(i + 1) % len(NAMES)]][: 1 + i % 2]
        elif how in {"indicator", "phrase"}:
            told[name] = indicators[i % len(indicators)]
        elif name == "consequence":
            told[name] = "survey.consequence"
        elif name == "day":
            told[name] = DAYS[i % len(DAYS)]
        else:
            told[name] = WORDS.get(how) or NAMES[i % len(NAMES)]
    return told


def spoken(language: str) -> Iterator[tuple[str, str]]:
    """Yield every sentence of a language with the values that it may meet."""
    for key, entry in texts_of(language).items():
        if not key.startswith(SPOKEN):
            continue
        chooser = None if isinstance(entry, str) else entry.get("select") or entry.get("plural")
        ways = [None] if chooser is None else [w for w in entry if w not in {"select", "plural"}]
        for i in range(24):
            told = values_of(key, i)
            if isinstance(entry, str) or "plural" in entry:
                if chooser:
                    told[chooser] = NUMBERS[i % 7]
                yield key, say(key, language, **told)
                continue
            for way in ways:
                yield key, say(key, language, **told | {str(chooser): way})


@pytest.mark.parametrize("language", languages())
def test_sentences_are_whole_and_set_without_gaps(language: str) -> None:
    wrong = []
    for key, text in spoken(language):
        gaps = re.search(r"[ \u00a0\u202f]{2}| [.,]|[{}]|\.\.", text)
        whole = not key.startswith(SENTENCES) or (text[-1] in ".?" and text[:1].upper() == text[:1])
        if gaps or not whole:
            wrong.append(f"{key}: {text}")
    assert wrong == []


@pytest.mark.parametrize("language", sorted(CONTRACTED))
def test_articles_and_prepositions_are_contracted_where_they_must_be(language: str) -> None:
    uncontracted = re.compile(CONTRACTED[language])
    wrong = {f"{key}: {text}" for key, text in spoken(language) if uncontracted.search(text)}
    assert wrong == set()


@pytest.mark.parametrize("language", [one for one in languages() if one != "en"])
def test_no_sentence_of_another_language_has_an_english_word(language: str) -> None:
    wrong = {f"{key}: {text}" for key, text in spoken(language) if ENGLISH.search(text)}
    assert wrong == set()


@pytest.mark.parametrize("language", languages())
def test_nothing_is_never_said_as_one(language: str) -> None:
    """A form for one that does not show the number would turn "none" into "one" in French."""
    for key, entry in texts_of(language).items():
        if isinstance(entry, str) or "plural" not in entry or "one" not in entry:
            continue
        if f"{{{entry['plural']}" in entry["one"]:
            continue
        told = values_of(key, 0) | {entry["plural"]: 0}
        assert say(key, language, **told) != say(key, language, **told | {entry["plural"]: 1}), key
