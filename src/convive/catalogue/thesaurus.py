"""Reads the maintained vocabulary: concepts of urban security with their words in each language.

What a query in one language needs to find texts in another. Words are compared without case,
accents and punctuation, as a search compares them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from convive.catalogue.loader import load_all
from convive.catalogue.thesaurus_schema import ConceptFile, TagsFile, ThesaurusFile
from convive.catalogue.vocabulary import fold_words
from convive.catalogue.yaml_files import CATALOGUE, line_of, parse_yaml, yaml_paths
from convive.core.errors import DefinitionError
from convive.core.model import Place, Problem
from convive.core.shelf.concept import Concept

THESAURUS = CATALOGUE / "thesaurus"

_Keys = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class _File:
    """A checked file and where it is."""

    path: Path
    raw: ThesaurusFile


@dataclass(frozen=True, slots=True)
class _Found:
    """A problem before its line is looked up."""

    path: Path
    code: str
    keys: _Keys
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of one concept, and where it stands."""

    path: Path
    concept: str
    text: str
    keys: _Keys


_ByWording = Mapping[tuple[str, str], Sequence[_Word]]
"""(language, folded word) → everything that is called so."""


@lru_cache(maxsize=1)
def concepts() -> tuple[Concept, ...]:
    """Return every concept of the catalogue, sorted by id.

    Raises
    ------
    DefinitionError
        DEFINITION_INVALID with every problem of every file.
    """
    return load_concepts(THESAURUS)


def load_concepts(*folders: Path) -> tuple[Concept, ...]:
    """Return the concepts of folders that are read as one vocabulary, sorted by id.

    Parameters
    ----------
    *folders : Path
        One YAML file an area: the catalogue's folder, and a town's own words beside it.

    Raises
    ------
    DefinitionError
        DEFINITION_INVALID with every problem of every file, each with file and row.
    """
    paths = [path for folder in folders for path in yaml_paths(folder)]
    loaded = load_all(paths, ThesaurusFile)
    files = [_File(path, raw) for path, (raw, _) in zip(paths, loaded, strict=True)]
    words = _words_by_wording(files)
    found = [
        *_repeated_ids(files),
        *_unknown_names(files),
        *_circles(files),
        *_word_problems(files, words),
    ]
    if found:
        raise DefinitionError("DEFINITION_INVALID", _with_lines(found))
    return _built(files)


def _with_lines(found: Sequence[_Found]) -> list[Problem]:
    """Return the problems with their lines; only files with problems are parsed again."""
    lined = {
        path: parse_yaml(path.read_text(encoding="utf-8"), path.name, with_lines=True)
        for path in {one.path for one in found}
    }
    return [
        Problem(
            one.code,
            Place(one.path.name, row=line_of(lined[one.path], one.keys)),
            data=one.data,
        )
        for one in found
    ]


def _concepts_in(files: Sequence[_File]) -> Iterator[tuple[_File, int, ConceptFile]]:
    for file in files:
        for i, raw in enumerate(file.raw.concepts):
            yield file, i, raw


def _repeated_ids(files: Sequence[_File]) -> Iterator[_Found]:
    seen: set[str] = set()
    for file, i, raw in _concepts_in(files):
        if raw.id in seen:
            keys = ("concepts", i, "id")
            yield _Found(file.path, "DEFINITION_DUPLICATE_ID", keys, {"key": raw.id})
        seen.add(raw.id)


def _unknown_names(files: Sequence[_File]) -> Iterator[_Found]:
    """Yield names of concepts that nobody has, and concepts that are related to themselves."""
    known = {raw.id for _, _, raw in _concepts_in(files)}
    for file, i, raw in _concepts_in(files):
        for key, names in (("broader", raw.broader), ("related", raw.related)):
            for j, name in enumerate(names):
                # A kind of itself is told as a circle.
                if name not in known or (name == raw.id and key == "related"):
                    yield _unknown(file, raw.id, name, ("concepts", i, key, j))
    for file in files:
        for i, more in enumerate(file.raw.more_words):
            if more.concept not in known:
                yield _unknown(file, file.raw.id, more.concept, ("more_words", i, "concept"))


def _unknown(file: _File, key: str, name: str, keys: _Keys) -> _Found:
    data = {"key": key, "problem": name}
    return _Found(file.path, "DEFINITION_UNKNOWN_REFERENCE", keys, data)


def _circles(files: Sequence[_File]) -> Iterator[_Found]:
    """Yield every way in which a concept would be a kind of itself."""
    places = {
        (raw.id, name): (file, ("concepts", i, "broader", j))
        for file, i, raw in _concepts_in(files)
        for j, name in enumerate(raw.broader)
    }
    left: dict[str, list[str]] = defaultdict(list)
    for name, broader in places:
        left[name].append(broader)
    while True:
        try:
            TopologicalSorter(left).prepare()
        except CycleError as error:
            # Each stands above the next one; the first is also the last.
            circle: list[str] = error.args[1]
            file, keys = places[circle[1], circle[0]]
            data = {"problem": " → ".join(reversed(circle))}
            yield _Found(file.path, "CONCEPT_CIRCLE", keys, data)
            left[circle[1]].remove(circle[0])
        else:
            return


def _all_words(files: Sequence[_File]) -> Iterator[tuple[str, _Word]]:
    """Yield (language, word) of every concept, the words that are added last."""
    for file, i, raw in _concepts_in(files):
        for language, texts in raw.words.items():
            for j, text in enumerate(texts):
                keys = ("concepts", i, "words", language, j)
                yield language, _Word(file.path, raw.id, text, keys)
    for file in files:
        for i, more in enumerate(file.raw.more_words):
            for language, added in more.words.items():
                for j, text in enumerate(added):
                    keys = ("more_words", i, "words", language, j)
                    yield language, _Word(file.path, more.concept, text, keys)


def _folded(text: str) -> str:
    """Return a word as it is compared; small letters first, for ``IoT`` is one word."""
    return fold_words(text.lower())


def _words_by_wording(files: Sequence[_File]) -> _ByWording:
    found: dict[tuple[str, str], list[_Word]] = defaultdict(list)
    for language, word in _all_words(files):
        found[language, _folded(word.text)].append(word)
    return found


def _word_problems(files: Sequence[_File], words: _ByWording) -> Iterator[_Found]:
    """Yield words that are empty, stand twice, or mean two things without saying so."""
    listed = {
        (language, _folded(text)): _Found(
            file.path,
            "CONCEPT_NOT_AMBIGUOUS",
            ("ambiguous", language, i),
            {"key": text, "language": language},
        )
        for file in files
        for language, texts in file.raw.ambiguous.items()
        for i, text in enumerate(texts)
    }
    for (language, folded), same in words.items():
        if not folded:
            for word in same:
                data = {"key": word.concept, "problem": word.text}
                yield _Found(word.path, "DEFINITION_EMPTY", word.keys, data)
        elif len(same) > 1:
            yield from _same_words(language, same, is_listed=(language, folded) in listed)
    for wording, problem in listed.items():
        if len({word.concept for word in words.get(wording, ())}) < 2:
            yield problem


def _same_words(language: str, same: Sequence[_Word], *, is_listed: bool) -> Iterator[_Found]:
    """Yield what is wrong with words of one language that are alike."""
    seen: dict[str, _Word] = {}
    for word in same:
        data = {"key": word.concept, "language": language, "word": word.text}
        if word.concept in seen:
            yield _Found(word.path, "CONCEPT_WORD_TWICE", word.keys, data)
        elif seen and not is_listed:
            data["problem"] = next(iter(seen))
            yield _Found(word.path, "CONCEPT_WORD_SHARED", word.keys, data)
        seen[word.concept] = word


def _built(files: Sequence[_File]) -> tuple[Concept, ...]:
    """Return the concepts of checked files, with added words and with relations both ways."""
    words: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for language, word in _all_words(files):
        words[word.concept][language].append(word.text)
    related: dict[str, set[str]] = defaultdict(set)
    for _, _, raw in _concepts_in(files):
        for name in raw.related:
            related[raw.id].add(name)
            related[name].add(raw.id)
    found = (
        Concept(
            id=raw.id,
            labels={language: texts[0] for language, texts in words[raw.id].items()},
            synonyms={language: tuple(texts[1:]) for language, texts in words[raw.id].items()},
            broader=raw.broader,
            related=tuple(sorted(related[raw.id])),
            tags=_tags(raw.tags),
        )
        for _, _, raw in _concepts_in(files)
    )
    return tuple(sorted(found, key=lambda concept: concept.id))


def _tags(raw: TagsFile) -> Mapping[str, tuple[str, ...]] | None:
    """Return the tags that a concept has; None where it has none."""
    given = {name: getattr(raw, name) for name in TagsFile.model_fields}
    return {
        name: tuple(code.value for code in codes) for name, codes in given.items() if codes
    } or None


__all__ = ["THESAURUS", "concepts", "load_concepts"]
