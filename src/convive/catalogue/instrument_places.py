"""Where in an instrument's files a problem stands: from key paths and ids to lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from convive.catalogue.instrument_schema import (
    ITEM_PART,
    SECTION_PART,
    BandFile,
    CaseFile,
    ChoiceFile,
    ExpectedProblem,
    ExpectedScore,
    ItemFile,
    RepeatsFile,
    RuleFile,
    ScoreFile,
    SectionFile,
)
from convive.catalogue.schema import Closed, ReferenceFile
from convive.catalogue.yaml_files import line_of, parse_yaml
from convive.core.model import Place, Problem

Keys = tuple[str | int, ...]

_CODES = {
    "extra_forbidden": "DEFINITION_UNKNOWN_KEY",
    "missing": "DEFINITION_MISSING_KEY",
    "string_type": "INSTRUMENT_NOT_TEXT",
    "string_pattern_mismatch": "INSTRUMENT_BAD_NAME",
    "definition_empty": "DEFINITION_EMPTY",
    "definition_author_is_checker": "DEFINITION_AUTHOR_IS_CHECKER",
    "definition_review_undated": "DEFINITION_REVIEW_UNDATED",
    "instrument_missing_value": "INSTRUMENT_MISSING_VALUE",
    "instrument_repeats": "INSTRUMENT_REPEATS",
    "instrument_choices": "INSTRUMENT_CHOICES",
    "instrument_calculation": "INSTRUMENT_CALCULATION",
    "instrument_part": "INSTRUMENT_PART",
    "instrument_score_keys": "INSTRUMENT_SCORE_KEYS",
    "instrument_no_score": "INSTRUMENT_NO_SCORE",
    "instrument_inspired_by": "INSTRUMENT_INSPIRED_BY",
}

_PART_AT: Mapping[str | int, type[Closed]] = {
    "references": ReferenceFile,
    "scales": ChoiceFile,
    "choices": ChoiceFile,
    "content": SectionFile,
    ITEM_PART: ItemFile,
    SECTION_PART: SectionFile,
    "repeats": RepeatsFile,
    "scores": ScoreFile,
    "bands": BandFile,
    "rules": RuleFile,
    "cases": CaseFile,
    "problems": ExpectedProblem,
}
"""Key → what stands below it, to name the keys that are allowed there."""


class Located:
    """A file of an instrument whose lines can be found; parsed with lines only when asked."""

    def __init__(self, path: Path, name: str, content: str) -> None:
        self.path = path
        self.name = name
        """Folder and file, as messages name it."""
        self.content = content

    @cached_property
    def document(self) -> Any:
        """The content with the lines of its keys."""
        return parse_yaml(self.content, self.name, with_lines=True)

    def row(self, *keys: str | int) -> int | None:
        """Return the line of a path of keys, or of the nearest thing around it."""
        return line_of(self.document, keys)

    @cached_property
    def _by_id(self) -> dict[str, Keys]:
        return dict(_named_parts(self.document, ()))

    def row_of(self, name: str, *keys: str | int) -> int | None:
        """Return the line of an item, a section, a score or a scale, or of a key in it."""
        path = self._by_id.get(name)
        return self.row(*path, *keys) if path is not None else None


def _named_parts(document: Any, lead: Keys) -> Iterator[tuple[str, Keys]]:
    """Yield (id, path) of everything that has an id; of an id that stands twice the last wins."""
    if not isinstance(document, Mapping):
        return
    for scale in document.get("scales") or () if not lead else ():
        yield str(scale), ("scales", scale)
    for key in ("content", "scores"):
        parts = document.get(key)
        for i, part in enumerate(parts if isinstance(parts, list) else ()):
            where = (*lead, key, i)
            yield from _named_parts(part, where)
            name = _id_of(part)
            if name is not None:
                yield name, where


def _id_of(part: Any) -> str | None:
    if not isinstance(part, Mapping):
        return None
    return next((str(part[key]) for key in ("item", "section", "score") if key in part), None)


def problems_of(error: ValidationError, file: Located, schema: type[Closed]) -> Iterator[Problem]:
    """Yield the problems of pydantic as ours, each with the line it stands in.

    Parameters
    ----------
    error : ValidationError
        What was found.
    file : Located
        The file.
    schema : type
        What the whole file should be.
    """
    for entry in error.errors():
        # A list counts as too short for pydantic when its entries are wrong: they are told anyway.
        if entry["type"] != "too_short" or not entry["input"]:
            yield _problem(dict(entry), file, schema)


def _problem(entry: Mapping[str, Any], file: Located, schema: type[Closed]) -> Problem:
    path = tuple(entry["loc"])
    keys: Keys = tuple(key for key in path if not _is_ours(key))
    code = _CODES.get(entry["type"], "DEFINITION_WRONG_VALUE")
    data: dict[str, Any] = {"key": _name_of(file.document, keys)}
    if code == "DEFINITION_UNKNOWN_KEY":
        data["allowed"] = ", ".join(sorted(_schema_at(path, schema).model_fields))
    else:
        data["problem"] = str(entry["msg"])
    return Problem(code, Place(file.name, row=file.row(*keys)), data=data)


def _is_ours(key: str | int) -> bool:
    """Whether a part of pydantic's path names something of the schema, not of the file."""
    return key in {ITEM_PART, SECTION_PART, "[key]"}


def _schema_at(path: Keys, schema: type[Closed]) -> type[Closed]:
    if "cases" in path and "scores" in path:
        return ExpectedScore
    return next((_PART_AT[key] for key in reversed(path[:-1]) if key in _PART_AT), schema)


def _name_of(document: Any, keys: Keys) -> str:
    """Return a path in the words of the file: the innermost id instead of numbers before it."""
    said: list[str] = []
    for key in keys:
        inside = isinstance(document, list) and isinstance(key, int) and key < len(document)
        if isinstance(document, Mapping):
            document = document.get(key)
            said.append(str(key))
            continue
        document = document[key] if inside else None
        name = _id_of(document) or _code_of(document)
        said.append(name if name else str(key))
    named = [i for i, word in enumerate(said) if word == "content"]
    return ".".join(said[named[-1] + 1 :] if named and said[named[-1] + 1 :] else said) or "-"


def _code_of(part: Any) -> str | None:
    return str(part["code"]) if isinstance(part, Mapping) and "code" in part else None
