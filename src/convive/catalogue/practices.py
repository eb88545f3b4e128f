"""Reads the shelf of practices: a file each, and the list of documents they were read from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from convive.catalogue.core_items import instrument_folders
from convive.catalogue.loader import load_all
from convive.catalogue.practice_schema import DocumentsFile, PracticeFile
from convive.catalogue.yaml_files import CATALOGUE, line_of, parse_yaml, yaml_paths
from convive.core.errors import DefinitionError, NotFoundError
from convive.core.model import Place, Problem
from convive.core.strategy.practice import (
    Practice,
    PracticeCost,
    PracticeDocument,
    PracticeLinks,
    PracticePlace,
    PracticeResults,
    PracticeSource,
    PracticeYears,
)

PRACTICES = CATALOGUE / "practices"
DOCUMENTS = CATALOGUE / "practice_documents.yaml"

MOST_WORDS: Mapping[str, int] = {"title": 16, "summary": 45}
"""How long an English text may be; a translation may be longer by `TRANSLATION_GROWS`."""
TRANSLATION_GROWS = 1.4

_NESTED = {"places", "years", "cost", "results", "sources", "links"}


@lru_cache(maxsize=1)
def practice_documents() -> Mapping[str, PracticeDocument]:
    """Return the documents that practices were read from, by code."""
    ((raw, _),) = load_all([DOCUMENTS], DocumentsFile)
    return {one.code: PracticeDocument(**one.model_dump()) for one in raw.documents}


@lru_cache(maxsize=1)
def practices() -> tuple[Practice, ...]:
    """Return every practice of the shelf whatever its status, sorted by id.

    Raises
    ------
    DefinitionError
        DEFINITION_INVALID with every problem of every practice.
    """
    return load_practices(PRACTICES)


def practice(identifier: str) -> Practice:
    """Return a practice.

    Raises
    ------
    NotFoundError
        PRACTICE_NOT_FOUND.
    DefinitionError
        DEFINITION_INVALID.
    """
    for found in practices():
        if found.id == identifier:
            return found
    raise NotFoundError("PRACTICE_NOT_FOUND", id=identifier)


def load_practices(folder: Path) -> tuple[Practice, ...]:
    """Return the practices of a folder, sorted by id.

    Parameters
    ----------
    folder : Path
        One YAML file a practice, called by its id.

    Raises
    ------
    DefinitionError
        DEFINITION_INVALID with every problem of every file, each with file and row.
    """
    paths = yaml_paths(folder)
    found = [raw for raw, _ in load_all(paths, PracticeFile)]
    known = frozenset(raw.id for raw in found)
    problems = [
        problem
        for raw, path in zip(found, paths, strict=True)
        for problem in _problems(raw, path, known)
    ]
    if problems:
        raise DefinitionError("DEFINITION_INVALID", problems)
    return tuple(sorted((_practice(raw) for raw in found), key=lambda one: one.id))


def _problems(raw: PracticeFile, path: Path, known: frozenset[str]) -> Iterator[Problem]:
    """Yield what the schema of one file cannot judge, each with its line."""
    found = [*_name_problems(raw, path), *_long_texts(raw), *_unknown_names(raw, known)]
    if not found:
        return
    lined = parse_yaml(path.read_text(encoding="utf-8"), path.name, with_lines=True)
    for code, keys, data in found:
        yield Problem(code, Place(path.name, row=line_of(lined, keys)), data=data)


_Found = tuple[str, tuple[str | int, ...], dict[str, Any]]


def _name_problems(raw: PracticeFile, path: Path) -> Iterator[_Found]:
    if raw.id != path.stem:
        yield "PRACTICE_ID_FILE", ("id",), {"key": raw.id, "problem": path.name}


def _long_texts(raw: PracticeFile) -> Iterator[_Found]:
    for key, most in MOST_WORDS.items():
        for language, text in getattr(raw, key).items():
            limit = most if language == "en" else int(most * TRANSLATION_GROWS)
            if (n := len(text.split())) > limit:
                data = {"key": f"{key}.{language}", "n": n, "limit": limit}
                yield "PRACTICE_TEXT_LONG", (key, language), data


def _unknown_names(raw: PracticeFile, known: frozenset[str]) -> Iterator[_Found]:
    """Yield documents, instruments and practices that the catalogue does not have."""
    for i, source in enumerate(raw.sources):
        if source.document not in practice_documents():
            yield _unknown(raw, source.document, ("sources", i, "document"))
    for i, name in enumerate(raw.links.instruments):
        if name not in {folder.name for folder in instrument_folders()}:
            yield _unknown(raw, name, ("links", "instruments", i))
    for i, name in enumerate(raw.links.practices):
        if name not in known or name == raw.id:
            yield _unknown(raw, name, ("links", "practices", i))


def _unknown(raw: PracticeFile, name: str, keys: tuple[str | int, ...]) -> _Found:
    return "DEFINITION_UNKNOWN_REFERENCE", keys, {"key": raw.id, "problem": name}


def _practice(raw: PracticeFile) -> Practice:
    """Return the practice from its checked file."""
    plain = {name: getattr(raw, name) for name in PracticeFile.model_fields if name not in _NESTED}
    return Practice(
        **plain,
        places=tuple(PracticePlace(**one.model_dump()) for one in raw.places),
        years=PracticeYears(**raw.years.model_dump()) if raw.years else None,
        cost=PracticeCost(**raw.cost.model_dump()) if raw.cost else None,
        results=PracticeResults(**raw.results.model_dump()),
        sources=_sources(raw),
        links=PracticeLinks(**raw.links.model_dump()),
    )


def _sources(raw: PracticeFile) -> tuple[PracticeSource, ...]:
    documents = practice_documents()
    return tuple(
        PracticeSource(documents[one.document], one.heading, one.lines, one.section)
        for one in raw.sources
    )
