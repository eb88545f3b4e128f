"""Reads the folder of a framework: ``framework.yaml`` and a file of words per language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from convive.catalogue.framework_schema import (
    FrameworkFile,
    FrameworkTexts,
    PointFile,
    PointTexts,
    SourceFile,
    TagsFile,
    TopicFile,
    TopicTexts,
)
from convive.catalogue.instrument_places import Keys, Located
from convive.catalogue.schema import Closed
from convive.catalogue.yaml_files import CATALOGUE, LANGUAGES, parse_kept
from convive.core.errors import DefinitionError
from convive.core.model import Place, Problem
from convive.core.strategy.framework import Framework, FrameworkSource, Point, Topic

FRAMEWORKS = CATALOGUE / "frameworks"
DEFINITION = "framework"

MOST_WORDS: Mapping[tuple[str, ...], int] = {
    ("title",): 12,
    ("about",): 60,
    ("topics", "title"): 9,
    ("topics", "about"): 30,
    ("points", "short"): 9,
    ("points", "text"): 35,
}
"""How long an English text may be; a translation may be longer by `TRANSLATION_GROWS`."""
TRANSLATION_GROWS = 1.4

_CODES = {
    "extra_forbidden": "DEFINITION_UNKNOWN_KEY",
    "missing": "DEFINITION_MISSING_KEY",
    "definition_empty": "DEFINITION_EMPTY",
    "enum": "FRAMEWORK_UNKNOWN_CODE",
    "literal_error": "FRAMEWORK_UNKNOWN_CODE",
    "string_type": "FRAMEWORK_NOT_TEXT",
}
_PART_AT: Mapping[str | int, type[Closed]] = {
    "source": SourceFile,
    "tags": TagsFile,
}

_Schema = TypeVar("_Schema", bound=Closed)
_Texts = Mapping[str, FrameworkTexts]


def framework_folders() -> tuple[Path, ...]:
    """Return the folders of the catalogue's frameworks, sorted by name."""
    return tuple(sorted(path.parent for path in FRAMEWORKS.glob(f"*/{DEFINITION}.yaml")))


def load_frameworks(folders: Iterable[Path]) -> tuple[Framework, ...]:
    """Return the frameworks of several folders.

    Raises
    ------
    DefinitionError
        DEFINITION_INVALID with every problem of every framework.
    """
    problems: list[Problem] = []
    found: list[Framework] = []
    for folder in folders:
        try:
            found.append(load_framework(folder))
        except DefinitionError as error:
            problems.extend(error.problems)
    if problems:
        raise DefinitionError("DEFINITION_INVALID", problems)
    return tuple(found)


def load_framework(folder: Path) -> Framework:
    """Return a framework in all languages.

    Parameters
    ----------
    folder : Path
        Its folder; the folder's name is the id.

    Raises
    ------
    DefinitionError
        DEFINITION_INVALID with every problem of every file, each with file and row.
    """
    reading = _Reading(folder)
    raw, texts = reading.read()
    if reading.problems or raw is None:
        ordered = sorted(reading.problems, key=lambda one: (one.place.file, one.place.row or 0))
        raise DefinitionError("DEFINITION_INVALID", ordered, file=folder.name)
    return _framework(raw, texts)


class _Reading:
    """A folder while it is read; collects problems."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = list(_stray_files(folder))

    def read(self) -> tuple[FrameworkFile | None, _Texts]:
        """Return what was read; the definition is None where problems make that impossible."""
        definition, raw = self._checked(DEFINITION, FrameworkFile)
        if raw is not None and definition is not None:
            self.problems += _definition_problems(raw, definition, self.folder.name)
        texts: dict[str, FrameworkTexts] = {}
        for language in LANGUAGES:
            file, found = self._checked(language, FrameworkTexts)
            if found is not None and file is not None:
                texts[language] = found
                self.problems += _length_problems(found, file, language)
                self.problems += _key_problems(found, raw, file) if raw is not None else ()
        return raw, texts

    def _checked(self, stem: str, schema: type[_Schema]) -> tuple[Located | None, _Schema | None]:
        """Return a file and its checked content, None for what is not there or not sound."""
        path = self.folder / f"{stem}.yaml"
        name = f"{self.folder.name}/{path.name}"
        if not path.is_file():
            self.problems.append(Problem("FRAMEWORK_NO_FILE", Place(name), data={"key": path.name}))
            return None, None
        file = Located(path, name, path.read_text(encoding="utf-8"))
        try:
            return file, schema.model_validate(parse_kept(file.content, path))
        except DefinitionError as error:
            self.problems += [
                Problem(one.code, Place(name, row=one.place.row), data=one.data)
                for one in error.problems
            ]
        except ValidationError as error:
            self.problems += [_problem(dict(one), file, schema) for one in error.errors()]
        return file, None


def _stray_files(folder: Path) -> Iterator[Problem]:
    """Yield a problem for every file that nothing reads: a misspelt name is a lost language."""
    known = {f"{stem}.yaml" for stem in (DEFINITION, *LANGUAGES)}
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.name not in known:
            place = Place(f"{folder.name}/{path.name}")
            yield Problem("FRAMEWORK_UNKNOWN_FILE", place, data={"key": path.name})


def _problem(entry: Mapping[str, Any], file: Located, schema: type[Closed]) -> Problem:
    """Return a problem of pydantic as ours, with the line it stands in."""
    keys: Keys = tuple(key for key in entry["loc"] if key != "[key]")
    code = _CODES.get(entry["type"], "DEFINITION_WRONG_VALUE")
    data: dict[str, Any] = {"key": _name_of(file.document, keys)}
    if code == "DEFINITION_UNKNOWN_KEY":
        data["allowed"] = ", ".join(_schema_at(keys, schema).model_fields)
    elif code == "FRAMEWORK_UNKNOWN_CODE":
        data["problem"] = str(entry["input"])
        data["allowed"] = ", ".join(re.findall(r"'(\w+)'", entry["ctx"]["expected"]))
    else:
        data["problem"] = str(entry["msg"])
    return Problem(code, Place(file.name, row=file.row(*keys)), data=data)


def _schema_at(keys: Keys, schema: type[Closed]) -> type[Closed]:
    """Return what may stand in the part that holds the last key."""
    around = keys[:-1]
    if schema is FrameworkTexts:
        parts: Mapping[str, type[Closed]] = {"topics": TopicTexts, "points": PointTexts}
        return parts[str(around[0])] if around else schema
    if around and around[-1] in _PART_AT:
        return _PART_AT[around[-1]]
    return PointFile if "points" in around else TopicFile if "topics" in around else schema


def _name_of(document: Any, keys: Keys) -> str:
    """Return a path in the words of the file: ids instead of numbers, from the innermost on."""
    said: list[str] = []
    for key in keys:
        try:
            document = document[key]
        except (KeyError, IndexError, TypeError):
            document = None
        named = isinstance(key, int) and isinstance(document, Mapping) and "id" in document
        said = [str(document["id"])] if named else [*said, str(key)]
    return ".".join(said) or "-"


def _definition_problems(raw: FrameworkFile, file: Located, folder: str) -> Iterator[Problem]:
    """Yield what takes more than one part to judge: the folder's name, ids that stand twice."""
    if raw.id != folder:
        data = {"key": raw.id, "problem": folder}
        yield Problem("FRAMEWORK_ID_FOLDER", Place(file.name, row=file.row("id")), data=data)
    topics: set[str] = set()
    points: set[str] = set()
    for i, topic in enumerate(raw.topics):
        if topic.id in topics:
            yield _double(topic.id, file, ("topics", i, "id"))
        topics.add(topic.id)
        for j, point in enumerate(topic.points):
            if point.id in points:
                yield _double(point.id, file, ("topics", i, "points", j, "id"))
            points.add(point.id)


def _double(identifier: str, file: Located, keys: Keys) -> Problem:
    place = Place(file.name, row=file.row(*keys))
    return Problem("DEFINITION_DUPLICATE_ID", place, data={"key": identifier})


def _key_problems(texts: FrameworkTexts, raw: FrameworkFile, file: Located) -> Iterator[Problem]:
    """Yield topics and points without words, and words without a topic or point."""
    wanted = {
        "topics": [topic.id for topic in raw.topics],
        "points": [point.id for topic in raw.topics for point in topic.points],
    }
    for group, ids in wanted.items():
        given = texts.topics if group == "topics" else texts.points
        before: Keys = (group,)
        for identifier in dict.fromkeys(ids):
            if identifier in given:
                before = (group, identifier)
                continue
            place = Place(file.name, row=file.row(*before))
            yield Problem("FRAMEWORK_TEXT_MISSING", place, data={"key": f"{group}.{identifier}"})
        for identifier in sorted(set(given) - set(ids)):
            place = Place(file.name, row=file.row(group, identifier))
            yield Problem("FRAMEWORK_TEXT_UNKNOWN", place, data={"key": f"{group}.{identifier}"})


def _length_problems(texts: FrameworkTexts, file: Located, language: str) -> Iterator[Problem]:
    """Yield a problem for every text that is longer than a reader of a checklist will read."""
    for keys, text in _texts_of(texts):
        most = MOST_WORDS[(keys[0], keys[-1]) if len(keys) > 1 else keys]
        limit = most if language == "en" else int(most * TRANSLATION_GROWS)
        if (n := len(text.split())) > limit:
            data = {"key": ".".join(keys), "n": n, "limit": limit}
            yield Problem("FRAMEWORK_TEXT_LONG", Place(file.name, row=file.row(*keys)), data=data)


def _texts_of(texts: FrameworkTexts) -> Iterator[tuple[tuple[str, ...], str]]:
    yield ("title",), texts.title
    yield ("about",), texts.about
    for name, topic in texts.topics.items():
        yield ("topics", name, "title"), topic.title
        yield ("topics", name, "about"), topic.about
    for name, point in texts.points.items():
        yield ("points", name, "short"), point.short
        yield ("points", name, "text"), point.text


def _framework(raw: FrameworkFile, texts: _Texts) -> Framework:
    """Return the whole from checked files."""
    return Framework(
        id=raw.id,
        kind=raw.kind,
        version=raw.version,
        status=raw.status,
        date=raw.date,
        source=FrameworkSource(**raw.source.model_dump()),
        title={language: words.title for language, words in texts.items()},
        about={language: words.about for language, words in texts.items()},
        topics=tuple(_topic(topic, texts) for topic in raw.topics),
    )


def _topic(raw: TopicFile, texts: _Texts) -> Topic:
    return Topic(
        id=raw.id,
        reference=raw.reference,
        title={language: words.topics[raw.id].title for language, words in texts.items()},
        about={language: words.topics[raw.id].about for language, words in texts.items()},
        points=tuple(_point(point, texts) for point in raw.points),
    )


def _point(raw: PointFile, texts: _Texts) -> Point:
    return Point(
        id=raw.id,
        kind=raw.kind,
        reference=raw.reference,
        short={language: words.points[raw.id].short for language, words in texts.items()},
        text={language: words.points[raw.id].text for language, words in texts.items()},
        addressed_to=raw.addressed_to,
        **{name: getattr(raw.tags, name) for name in TagsFile.model_fields},
    )
