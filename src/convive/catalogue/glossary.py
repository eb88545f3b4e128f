"""Reads the glossary of each language: the word for each term, and words not to be used for it.

The English term says how it is found in a text; every other language then has to say it in one
of its own words, or the text stands among the reasoned exceptions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from convive.catalogue.texts import CHOOSERS, PLACEHOLDER, texts_of
from convive.catalogue.yaml_files import CATALOGUE, load_yaml

FOLDER = CATALOGUE / "glossary"

_CODE = re.compile(r"`[^`]*`")
_OTHER_RULES = ("item.", "answer.")
"""Questions of surveys keep the words in which they were asked, version by version."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the field in English.

    Attributes
    ----------
    found_by : tuple of str
        Words by which the term is found in an English text; empty where it need not be.
    source : str or None
        Whose usage the translations follow, a key of `sources`.
    """

    id: str
    english: str
    found_by: tuple[str, ...] = ()
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """How a language says a term.

    Attributes
    ----------
    also : tuple of str
        Beginnings of words that stand for the term within a sentence.
    never : tuple of str
        Beginnings of words that must not stand in a text of the language.
    """

    say: str
    also: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def terms() -> Mapping[str, Term]:
    """Return the terms by their id, in the order of the file."""
    raw = load_yaml(FOLDER / "terms.yaml")["terms"]
    return {
        key: Term(key, one["say"], tuple(one.get("found_by", ())), one.get("source"))
        for key, one in raw.items()
    }


@lru_cache(maxsize=1)
def sources() -> Mapping[str, str]:
    """Return what each source of a usage is called in full."""
    return dict(load_yaml(FOLDER / "terms.yaml")["sources"])


@lru_cache(maxsize=8)
def wordings(language: str) -> Mapping[str, Wording]:
    """Return how a language other than English says each term."""
    return {
        key: Wording(one["say"], tuple(one.get("also", ())), tuple(one.get("never", ())))
        for key, one in load_yaml(FOLDER / f"{language}.yaml").items()
    }


@lru_cache(maxsize=1)
def exceptions() -> Mapping[str, Mapping[str, str]]:
    """Return by term the texts that need not say it, each with the reason."""
    return {term: dict(keys) for term, keys in load_yaml(FOLDER / "exceptions.yaml").items()}


def forbidden_words(language: str) -> Iterator[str]:
    """Yield each text of a language that has a word which the glossary forbids."""
    for term, wording in wordings(language).items():
        for word in wording.never:
            # German nouns have capitals: "Zone" is not the end of a verb.
            case = re.NOFLAG if language == "de" else re.IGNORECASE
            found_by = re.compile(rf"(?<![\w-]){re.escape(word)}", case)
            for key, text in _texts(language):
                if found_by.search(text):
                    yield f"{key}: “{word}” for {term} (say “{wording.say}”): {text}"


def unsaid_terms(language: str) -> Iterator[tuple[str, str]]:
    """Yield term and key where the English text has the term and the language's has not."""
    english, own = _together("en"), _together(language)
    for term, found in terms().items():
        if not found.found_by:
            continue
        asked = re.compile(rf"\b({'|'.join(map(re.escape, found.found_by))})\b", re.IGNORECASE)
        said = wordings(language)[term].also
        answered = re.compile("|".join(map(re.escape, said)), re.IGNORECASE)
        for key, text in english.items():
            if asked.search(text) and not answered.search(own[key]):
                yield term, key


def _texts(language: str) -> Iterator[tuple[str, str]]:
    """Yield every form of every text as a reader sees it, without placeholders and code."""
    for key, entry in texts_of(language).items():
        if key.startswith(_OTHER_RULES):
            continue
        forms = [entry] if isinstance(entry, str) else [
            text for form, text in entry.items() if form not in CHOOSERS
        ]  # fmt: skip
        for text in forms:
            yield key, _CODE.sub("", PLACEHOLDER.sub("", text))


def _together(language: str) -> dict[str, str]:
    """Return all forms of a text in one."""
    found: dict[str, str] = {}
    for key, text in _texts(language):
        found[key] = f"{found.get(key, '')} {text}"
    return found
