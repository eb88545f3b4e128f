"""Reads the shelf of practices: a file each, and the list of documents they were read from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from convive.catalogue.core_items import instrument_folders
from convive.catalogue.loader import load_all
from convive.catalogue.practice_schema import DocumentsFile, PracticeFile
from convive.catalogue.shelf_files import (
    Found,
    built_sources,
    long_texts,
    placed,
    unknown_documents,
    unknown_names,
)
from convive.catalogue.yaml_files import CATALOGUE, yaml_paths
from convive.core.errors import DefinitionError, NotFoundError
from convive.core.model import Problem
from convive.core.strategy.practice import (
    Practice,
    PracticeCost,
    PracticeDocument,
    PracticeLinks,
    PracticePlace,
    PracticeResults,
    PracticeYears,
)

PRACTICES = CATALOGUE / "practices"
DOCUMENTS = CATALOGUE / "practice_documents.yaml"

MOST_WORDS: Mapping[str, int] = {"title": 16, "summary": 45}
"""How long an English text may be; a translation may be longer by `TRANSLATION_GROWS`."""

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
    instruments = frozenset(one.name for one in instrument_folders())
    problems: list[Problem] = []
    for raw, path in zip(found, paths, strict=True):
        problems += placed(_problems(raw, path, known - {raw.id}, instruments), path)
    if problems:
        raise DefinitionError("DEFINITION_INVALID", problems)
    return tuple(sorted((_practice(raw) for raw in found), key=lambda one: one.id))


def _problems(
    raw: PracticeFile, path: Path, others: frozenset[str], instruments: frozenset[str]
) -> Iterator[Found]:
    """Yield what the schema of one file cannot judge."""
    if raw.id != path.stem:
        yield "PRACTICE_ID_FILE", ("id",), {"key": raw.id, "problem": path.name}
    for key, most in MOST_WORDS.items():
        yield from long_texts(getattr(raw, key), (key,), most, "PRACTICE_TEXT_LONG")
    yield from unknown_documents(raw.id, raw.sources, practice_documents())
    yield from unknown_names(raw.id, raw.links.instruments, ("links", "instruments"), instruments)
    yield from unknown_names(raw.id, raw.links.practices, ("links", "practices"), others)


def _practice(raw: PracticeFile) -> Practice:
    """Return the practice from its checked file."""
    plain = {name: getattr(raw, name) for name in PracticeFile.model_fields if name not in _NESTED}
    return Practice(
        **plain,
        places=tuple(PracticePlace(**one.model_dump()) for one in raw.places),
        years=PracticeYears(**raw.years.model_dump()) if raw.years else None,
        cost=PracticeCost(**raw.cost.model_dump()) if raw.cost else None,
        results=PracticeResults(**raw.results.model_dump()),
        sources=built_sources(raw.sources, practice_documents()),
        links=PracticeLinks(**raw.links.model_dump()),
    )
