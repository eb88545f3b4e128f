"""What the files of practices and of method cards are checked for alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from convive.catalogue.practice_schema import SourceFile
from convive.catalogue.yaml_files import line_of, parse_yaml
from convive.core.model import Place, Problem
from convive.core.strategy.practice import PracticeDocument, PracticeSource

TRANSLATION_GROWS = 1.4
"""How many times longer than an English text a translation may be."""

Keys = tuple[str | int, ...]
Found = tuple[str, Keys, dict[str, Any]]
"""A problem before its line is looked up: code, where in the file, data."""


def placed(found: Iterable[Found], path: Path) -> Iterator[Problem]:
    """Yield the problems of a file, each with its line; a sound file is not read again."""
    told = tuple(found)
    if not told:
        return
    lined = parse_yaml(path.read_text(encoding="utf-8"), path.name, with_lines=True)
    for code, keys, data in told:
        yield Problem(code, Place(path.name, row=line_of(lined, keys)), data=data)


def most_words(most: int, language: str) -> int:
    """Return how many words a text may have that may have `most` in English."""
    return most if language == "en" else int(most * TRANSLATION_GROWS)


def long_texts(texts: Mapping[str, str], keys: Keys, most: int, code: str) -> Iterator[Found]:
    """Yield the languages in which a text is too long."""
    for language, text in texts.items():
        limit = most_words(most, language)
        if (n := len(text.split())) > limit:
            key = ".".join(str(part) for part in (*keys, language))
            yield code, (*keys, language), {"key": key, "n": n, "limit": limit}


def unknown_names(
    owner: str, names: Iterable[str], keys: Keys, known: frozenset[str]
) -> Iterator[Found]:
    """Yield the names of a list that the catalogue does not have."""
    for i, name in enumerate(names):
        if name not in known:
            data = {"key": owner, "problem": name}
            yield "DEFINITION_UNKNOWN_REFERENCE", (*keys, i), data


def unknown_documents(
    owner: str, sources: Iterable[SourceFile], documents: Mapping[str, PracticeDocument]
) -> Iterator[Found]:
    """Yield the sources whose document is not in the list of documents."""
    for i, source in enumerate(sources):
        if source.document not in documents:
            data = {"key": owner, "problem": source.document}
            yield "DEFINITION_UNKNOWN_REFERENCE", ("sources", i, "document"), data


def built_sources(
    sources: Iterable[SourceFile], documents: Mapping[str, PracticeDocument]
) -> tuple[PracticeSource, ...]:
    """Return where something stands, with its documents."""
    return tuple(
        PracticeSource(documents[one.document], one.heading, one.lines, one.section)
        for one in sources
    )
