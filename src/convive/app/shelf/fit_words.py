"""Reasons, checklists and drafts of the shelf in the reader's words."""

from __future__ import annotations

from functools import partial
from typing import Any

from convive.catalogue.texts import known_language, say
from convive.core.shelf.adopt import Wording
from convive.core.shelf.fit import Reason

WORDS_OF = {
    "topics": "plan.topic", "groups": "plan.group", "times": "plan.time", "sectors": "plan.sector",
    "pillars": "plan.pillar", "levels": "shelf.fit.level", "settings": "shelf.fit.setting",
    "faces": "facenoun",
}  # fmt: skip
"""Values that are codes of a closed list → where its words are."""


def reason_sentence(reason: Reason, language: str) -> str:
    """Return a reason, an item of a checklist or a question as a sentence."""
    return spoken(f"shelf.fit.{reason.code}", language, **reason.params)


def spoken(key: str, language: str, /, **params: Any) -> str:
    """Return a sentence of the catalogue, codes in its values turned into words."""
    told = {name: _in_words(name, value, language) for name, value in params.items()}
    return say(key, language, **told)


def wording(language: str) -> Wording:
    """Return how a drafted action speaks in a language."""

    def sentence(key: str, /, **params: object) -> str:
        return spoken(key, language, **params)

    return Wording(language, sentence, partial(reason_sentence, language=language))


def _in_words(name: str, value: Any, language: str) -> Any:
    if name == "text":
        return value if value[-1:] in ".!?" else f"{value}."
    if name not in WORDS_OF or not isinstance(value, tuple):
        return value
    return [_small(say(f"{WORDS_OF[name]}.{code}", language), language) for code in value]


def _small(word: str, language: str) -> str:
    """Return a label as it stands within a sentence; German and abbreviations keep capitals."""
    is_abbreviation = word[1:2].isupper()
    if known_language(language) == "de" or is_abbreviation:
        return word
    return word[:1].lower() + word[1:]
