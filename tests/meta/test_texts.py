"""Every text exists in all seven languages, with the same placeholders, and nothing empty."""

from __future__ import annotations

import re

import pytest

from convive.catalogue.texts import CHOOSERS, PLACEHOLDER, languages, placeholders, texts_of
from convive.catalogue.typography import typeset
from convive.core.model import Certainty, Face, Light, Status, Verdict

OTHERS = [language for language in languages() if language != "en"]
FORMATS = {
    "", "int", "list", "date", "month", "year", "decimal0", "decimal1", "decimal2", "decimal3",
    "signed0", "signed1", "signed2", "abs0", "abs1", "percent0", "percent1", "percent2",
    "signedpercent0", "signedpercent1", "abspercent0", "abspercent1",
}  # fmt: skip


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_keys(language: str) -> None:
    english, other = set(texts_of("en")), set(texts_of(language))
    assert sorted(english - other) == [], f"missing in {language}"
    assert sorted(other - english) == [], f"only in {language}"


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_asks_for_the_same_values(language: str) -> None:
    english, other = texts_of("en"), texts_of(language)
    differing = [
        key for key in english if key in other and placeholders(english[key]) != placeholders(other[key])
    ]  # fmt: skip
    assert differing == []


@pytest.mark.parametrize("language", languages())
def test_no_text_is_empty_unfinished_or_badly_written(language: str) -> None:
    prefixes = {key.split(".")[0] for key in texts_of(language)}
    for key, entry in texts_of(language).items():
        forms = (
            [entry]
            if isinstance(entry, str)
            else [t for f, t in entry.items() if f not in CHOOSERS]
        )
        if not isinstance(entry, str):
            assert sum(c in entry for c in CHOOSERS) == 1, key
            assert "other" in entry, key
        for text in forms:
            assert isinstance(text, str), key
            assert text, key
            assert text.strip() == text, key
            assert "TODO" not in text, key
            left = PLACEHOLDER.sub("", text)
            assert not set(left) & set("{}"), f"{language} {key}: {text}"
            for _, how in PLACEHOLDER.findall(text):
                assert how in FORMATS or how.lower().removesuffix("list") in prefixes, (
                    f"{language} {key}: {how}"
                )


@pytest.mark.parametrize(
    ("prefix", "words"),
    [("face", Face), ("verdict", Verdict), ("certainty", Certainty), ("status", Status), ("light", Light)],
)  # fmt: skip
def test_every_word_of_the_domain_has_a_text(prefix: str, words: type) -> None:
    assert [w for w in words if f"{prefix}.{w}" not in texts_of("en")] == []


def test_every_missing_family_has_its_consequence() -> None:
    families = [k for k in texts_of("en") if k.startswith("missing.") and k.count(".") == 1]
    assert families
    assert [f for f in families if f"{f}.consequence" not in texts_of("en")] == []


def test_every_indicator_has_its_unit() -> None:
    from convive.catalogue import find

    assert [i.unit for i in find.indicators() if f"unit.{i.unit}" not in texts_of("en")] == []


@pytest.mark.parametrize("language", languages())
def test_every_text_is_set_as_its_language_asks(language: str) -> None:
    items = ("item.", "answer.")  # questions stand as they were asked, version by version
    wrong = [
        f"{key}: {text}"
        for key, entry in texts_of(language).items()
        if not key.startswith(items)
        for text in ([entry] if isinstance(entry, str) else entry.values())
        if typeset(text, language) != text
    ]
    assert wrong == [], "run tools/typography.py"


def test_italian_addresses_one_person() -> None:
    """Everybody is *Lei*; only "You said, we did" speaks to all residents at once."""
    several = re.compile(
        r"\b(?:avete|potete|dovete|volete|sapete|vedete|vostr[oaie]|scegliete|correggete"
        r"|scrivete|chiedete|togliete|aggiungete|aprite|controllate)\b", re.I,
    )  # fmt: skip
    told = {
        key: str(text)
        for key, text in texts_of("it").items()
        if several.search(str(text)) and not re.search("Avete detto|Voi avete detto", str(text))
    }
    assert told == {}
