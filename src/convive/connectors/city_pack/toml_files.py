"""Reads TOML against a closed schema; every breach becomes a problem with its line."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from convive.connectors.city_pack.family_schemas import FAMILIES
from convive.connectors.city_pack.files import PackFolder
from convive.connectors.city_pack.mapping_schema import Mapping as SourceMapping
from convive.connectors.city_pack.problem_log import ProblemLog, RefusedError

Schema = TypeVar("Schema", bound=BaseModel)
Location = tuple[str | int, ...]
_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?")
_KEY = re.compile(r"^\s*((?:\"[^\"]*\"|'[^']*'|[A-Za-z0-9_.\- ])+?)\s*=")
_AT = re.compile(r"line (\d+)")
_CODES: Mapping[str, str] = {"missing": "KEY_MISSING", "extra_forbidden": "KEY_UNKNOWN"}


def mapping_files(folder: PackFolder) -> Iterator[tuple[str, type[SourceMapping], Path]]:
    """Yield family, schema and path of every mapping file of a pack, in a fixed order."""
    for family, schema in FAMILIES.items():
        base = folder.root / "evidence" / family
        for path in sorted(base.glob("*.toml"), key=os.fsencode):
            yield family, schema, path


def load_toml(
    folder: PackFolder, path: Path, schema: type[Schema], log: ProblemLog
) -> Schema | None:
    """Return the file as its schema, or None after noting everything that is wrong in it."""
    label = folder.label(path)
    try:
        text = folder.read(path).decode("utf-8-sig")
        raw = tomllib.loads(text)
    except RefusedError as refused:
        log.fail(refused.code, label, **refused.data)
        return None
    except UnicodeDecodeError:
        log.fail("TOML_SYNTAX", label, row=1, line=1)
        return None
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as problem:
        found = _AT.search(str(problem))
        row = int(found.group(1)) if found else text.count("\n") + 1
        log.fail("TOML_SYNTAX", label, row=row, line=row)
        return None
    try:
        return schema.model_validate(raw)
    except ValidationError as invalid:
        note_breaches(invalid, text, label, schema, log)
        return None


def note_breaches(
    invalid: ValidationError, text: str, label: str, schema: type[BaseModel], log: ProblemLog
) -> None:
    """Note everything that breaks the schema, each with its line in the text."""
    lines = key_lines(text)
    seen: set[Location] = set()
    for breach in invalid.errors(include_url=False):
        location = tuple(part for part in breach["loc"] if not _is_union_arm(part))
        if location in seen:
            continue
        seen.add(location)
        code = _CODES.get(breach["type"], "VALUE_INVALID")
        row = _line_of(lines, location)
        data: dict[str, Any] = {"key": _shown_key(location), "line": row or 1}
        if code == "KEY_UNKNOWN":
            data["allowed"] = ", ".join(_allowed_keys(schema, location[:-1]))
        elif code == "VALUE_INVALID":
            data["value"] = str(breach.get("input"))[:60]
            data["allowed"] = _expected(breach["type"], breach.get("ctx", {}), location)
        log.fail(code, label, row=row, **data)


_FORMS: Mapping[str, str] = {
    "int": "2024",
    "float": "0.5",
    "bool": "true, false",
    "string": '"…"',
    "list": '["…"]',
    "dict": '{ en = "…" }',
    "date": "2024-01-31",
    "model": "[…]",
}
"""What a value of each type looks like in TOML: an example needs no language."""

_BOUNDS = (
    ("≥", "ge"),
    (">", "gt"),
    ("≤", "le"),
    ("<", "lt"),
    ("~", "pattern"),
    ("≤", "max_length"),
)


def _expected(kind: str, limits: Mapping[str, Any], location: Location) -> str:
    """Return what would be possible: the words, the bound, or how such a value is written."""
    if location and location[-1] == "delimiter":
        return '"," ";" "|" "\\t"'
    if "expected" in limits:
        return str(limits["expected"]).replace(" or ", ", ")
    for sign, name in _BOUNDS:
        if name in limits:
            return f"{sign} {limits[name]}"
    return _FORMS.get(kind.split("_", maxsplit=1)[0], '"…"')


def _is_union_arm(part: str | int) -> bool:
    """Tell whether a part of a location is pydantic's name of a type, not a key."""
    return isinstance(part, str) and (
        part in ("str", "DateParts")
        or part.startswith(("dict[", "list[", "constrained-", "function-after["))
    )


def _shown_key(location: Location) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in location)


def key_lines(text: str) -> dict[Location, int]:
    r"""Return the line of every key and table header, counting from 1.

    Examples
    --------
    >>> key_lines('a = 1\n[[b]]\nc = 2\n')[("b", 0, "c")]
    3
    """
    lines: dict[Location, int] = {}
    table: Location = ()
    counts: dict[Location, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        if header:
            table = _table(_parts(header.group(2)), counts, is_array=header.group(1) == "[[")
            lines.setdefault(table, number)
            continue
        key = _KEY.match(line)
        if key:
            lines.setdefault(table + _parts(key.group(1)), number)
    return lines


def _table(parts: Location, counts: dict[Location, int], *, is_array: bool) -> Location:
    """Return the location of a header; parts that are arrays get the index of the last."""
    at: Location = ()
    for part in parts[:-1]:
        at += (part,)
        if at in counts:
            at += (counts[at] - 1,)
    at += parts[-1:]
    if is_array:
        counts[at] = counts.get(at, 0) + 1
        at += (counts[at] - 1,)
    return at


def _parts(dotted: str) -> Location:
    found = re.findall(r"\"([^\"]*)\"|'([^']*)'|([^.\"'\s]+)", dotted)
    return tuple(next(part for part in parts if part or part == parts[-1]) for parts in found)


def _line_of(lines: Mapping[Location, int], location: Location) -> int | None:
    """Return the line of a key, else of the table around it."""
    for end in range(len(location), 0, -1):
        if location[:end] in lines:
            return lines[location[:end]]
    return None


def _allowed_keys(schema: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    """Return the keys that the schema allows at a location."""
    current = schema
    for part in location:
        if isinstance(part, int):
            continue
        field = current.model_fields.get(part)
        found = _model_in(field.annotation) if field else None
        if found is None:
            continue
        current = found
    return list(current.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the schema within an annotation such as ``list[Level]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        found = _model_in(inner)
        if found is not None:
            return found
    return None
