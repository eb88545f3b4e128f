"""Texts of an instrument: which keys a translation has, and the texts of all languages together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from convive.catalogue.yaml_files import LANGUAGES
from convive.core.instruments.model import Audience
from convive.core.model import Text

TRANSLATIONS = tuple(language for language in LANGUAGES if language != "en")
ALWAYS_TRANSLATED = ("title", "summary")
"""Texts that an instrument of professionals has in every language too: lists show them."""

_Pairs = Iterator[tuple[str, Any]]


def english_texts(document: Any) -> dict[str, str]:
    """Return the English text of every key that a translation may have, in the order of the file.

    Takes the parsed file as it is, so that translations can be checked against one that still has
    other problems; what is no text is left out.

    Examples of keys: ``title``, ``scale.quality.0``, ``section.spot.title``,
    ``item.lighting.question``, ``item.lighting.anchor.3``, ``score.total.band.good``.
    """
    return {key: text for key, text in _pairs(_mapping(document)) if isinstance(text, str)}


def _mapping(raw: Any) -> Mapping[str, Any]:
    return raw if isinstance(raw, Mapping) else {}


def _parts(raw: Any) -> Iterator[Mapping[str, Any]]:
    return (part for part in (raw if isinstance(raw, list) else ()) if isinstance(part, Mapping))


def _pairs(document: Mapping[str, Any]) -> _Pairs:
    for name in ("title", "summary", "introduction", "when_not", "no_score"):
        yield name, document.get(name)
    for scale, choices in _mapping(document.get("scales")).items():
        yield from _labels(f"scale.{scale}", choices)
    for section in _parts(document.get("content")):
        yield from _section_pairs(section)
    for score in _parts(document.get("scores")):
        yield from _score_pairs(score)


def _labels(lead: str, choices: Any) -> _Pairs:
    for choice in _parts(choices):
        yield f"{lead}.{choice.get('code')}", choice.get("label")


def _section_pairs(raw: Mapping[str, Any]) -> _Pairs:
    lead = f"section.{raw.get('section')}"
    yield f"{lead}.title", raw.get("title")
    yield f"{lead}.introduction", raw.get("introduction")
    for part in _parts(raw.get("content")):
        yield from _item_pairs(part) if "item" in part else _section_pairs(part)


def _item_pairs(raw: Mapping[str, Any]) -> _Pairs:
    lead = f"item.{raw.get('item')}"
    for name in ("question", "hint", "constraint_message"):
        yield f"{lead}.{name}", raw.get(name)
    yield from _labels(f"{lead}.choice", raw.get("choices"))
    for code, anchor in _mapping(raw.get("anchors")).items():
        yield f"{lead}.anchor.{code}", anchor


def _score_pairs(raw: Mapping[str, Any]) -> _Pairs:
    lead = f"score.{raw.get('score')}"
    yield f"{lead}.label", raw.get("label")
    yield from _labels(f"{lead}.band", raw.get("bands"))
    yield from _labels(f"{lead}.rule", raw.get("rules"))


def wanted_keys(document: Any) -> tuple[str, ...]:
    """Return the keys that every translation must have."""
    is_residents = _mapping(document).get("audience") != Audience.PROFESSIONALS.value
    english = english_texts(document)
    return tuple(english) if is_residents else tuple(k for k in ALWAYS_TRANSLATED if k in english)


def complete_languages(
    english: Mapping[str, str], translations: Mapping[str, Mapping[str, str]]
) -> tuple[str, ...]:
    """Return the languages in which every text is there, English first."""
    full = (lang for lang in TRANSLATIONS if english.keys() <= translations.get(lang, {}).keys())
    return ("en", *full)


class Wording:
    """The texts of an instrument by key, each in all languages that have it."""

    def __init__(
        self, english: Mapping[str, str], translations: Mapping[str, Mapping[str, str]]
    ) -> None:
        self._by_language = {"en": english, **translations}

    def of(self, key: str) -> Text:
        """Return one text, language → words; empty where the instrument does not say it."""
        found = {lang: texts.get(key, "") for lang, texts in self._by_language.items()}
        return {lang: text for lang, text in found.items() if text}
