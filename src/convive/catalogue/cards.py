"""Reads the method cards of the shelf: a file each, all of it in every language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from convive.catalogue.card_schema import CardFile
from convive.catalogue.core_items import instrument_folders
from convive.catalogue.loader import load_all
from convive.catalogue.practices import practice_documents, practices
from convive.catalogue.shelf_files import (
    Found,
    Keys,
    built_sources,
    long_texts,
    most_words,
    placed,
    unknown_documents,
    unknown_names,
)
from convive.catalogue.yaml_files import CATALOGUE, LANGUAGES, yaml_paths
from convive.core.errors import DefinitionError, NotFoundError
from convive.core.model import Problem, Text
from convive.core.shelf.card import Effort, MethodCard

CARDS = CATALOGUE / "cards"

MOST_WORDS: Mapping[str, int] = {
    "title": 10,
    "summary": 40,
    "when": 30,
    "not_when": 30,
    "steps": 28,
    "pitfalls": 28,
    "fairness": 35,
    "rights": 35,
}
"""How long each English text may be; a translation may be longer by `TRANSLATION_GROWS`."""
MOST_WORDS_OF_A_CARD = 200
"""How long all English texts may be together: what fits on one page."""

_Known = Mapping[str, frozenset[str]]
"""What the catalogue has, by the key under which a card names it."""


@lru_cache(maxsize=1)
def cards() -> tuple[MethodCard, ...]:
    """Return every method card whatever its status, sorted by id.

    Raises
    ------
    DefinitionError
        DEFINITION_INVALID with every problem of every card.
    """
    return load_cards(CARDS)


def card(identifier: str) -> MethodCard:
    """Return a method card.

    Raises
    ------
    NotFoundError
        CARD_NOT_FOUND.
    DefinitionError
        DEFINITION_INVALID.
    """
    for found in cards():
        if found.id == identifier:
            return found
    raise NotFoundError("CARD_NOT_FOUND", id=identifier)


def load_cards(folder: Path) -> tuple[MethodCard, ...]:
    """Return the cards of a folder, sorted by id, each link between two told by both.

    Parameters
    ----------
    folder : Path
        One YAML file a card, called by its id.

    Raises
    ------
    DefinitionError
        DEFINITION_INVALID with every problem of every file, each with file and row.
    """
    paths = yaml_paths(folder)
    found = [raw for raw, _ in load_all(paths, CardFile)]
    known = {
        "instruments": frozenset(one.name for one in instrument_folders()),
        "practices": frozenset(practice.id for practice in practices()),
        "cards": frozenset(raw.id for raw in found),
    }
    problems: list[Problem] = []
    for raw, path in zip(found, paths, strict=True):
        problems += placed(_problems(raw, path, known), path)
    if problems:
        raise DefinitionError("DEFINITION_INVALID", problems)
    ordered = sorted(found, key=lambda raw: raw.id)
    return tuple(
        replace(_card(raw), cards=raw.cards + tuple(_pointing_here(raw, ordered)))
        for raw in ordered
    )


def _problems(raw: CardFile, path: Path, known: _Known) -> Iterator[Found]:
    """Yield what the schema of one file cannot judge."""
    if raw.id != path.stem:
        yield "CARD_ID_FILE", ("id",), {"key": raw.id, "problem": path.name}
    for keys, text in _texts(raw):
        yield from long_texts(text, keys, MOST_WORDS[str(keys[0])], "CARD_TEXT_LONG")
    yield from _long_cards(raw)
    yield from unknown_documents(raw.id, raw.sources, practice_documents())
    for key, there in known.items():
        others = there - {raw.id} if key == "cards" else there
        yield from unknown_names(raw.id, getattr(raw, key), (key,), others)


def _texts(raw: CardFile) -> Iterator[tuple[Keys, Text]]:
    """Yield every text of a card with its place in the file."""
    for name in MOST_WORDS:
        part = getattr(raw, name)
        if isinstance(part, tuple):
            yield from (((name, i), text) for i, text in enumerate(part))
        else:
            yield (name,), part


def _long_cards(raw: CardFile) -> Iterator[Found]:
    """Yield the languages in which a card does not fit on its page."""
    for language in LANGUAGES:
        n = sum(len(text[language].split()) for _, text in _texts(raw))
        limit = most_words(MOST_WORDS_OF_A_CARD, language)
        if n > limit:
            yield "CARD_LONG", ("id",), {"key": language, "n": n, "limit": limit}


def _pointing_here(raw: CardFile, others: list[CardFile]) -> Iterator[str]:
    """Yield the cards that name this one without being named by it."""
    for other in others:
        if raw.id in other.cards and other.id not in raw.cards:
            yield other.id


def _card(raw: CardFile) -> MethodCard:
    """Return the card from its checked file."""
    plain = {name: getattr(raw, name) for name in CardFile.model_fields}
    effort = Effort(**raw.effort.model_dump())
    sources = built_sources(raw.sources, practice_documents())
    return MethodCard(**{**plain, "effort": effort, "sources": sources})
