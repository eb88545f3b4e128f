"""Writes a mapping file: closed schema, comments only where something was unsure."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping as Map
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from convive.catalogue.texts import say
from convive.catalogue.vocabulary import fold_words
from convive.connectors.city_pack.wizard.proposal import Confidence, Proposal
from convive.core.errors import ConflictError, StorageError

_BARE = re.compile(r"^[A-Za-z0-9_-]+$")
_ORDER = ("source", "format", "survey", "columns", "sex", "items", "values", "statistics",
          "categories", "dayparts", "themes", "faces", "directions", "published_rates", "layout")  # fmt: skip


def toml_text(text: str) -> str:
    r"""Return a text as a TOML string.

    Examples
    --------
    >>> toml_text('a "b"')
    '"a \\"b\\""'
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    escaped = "".join(
        c if c.isprintable() else f"\\u{ord(c):04x}" if ord(c) < 0x10000 else "" for c in escaped
    )
    return f'"{escaped}"'


def toml_value(value: Any) -> str:
    """Return a value as TOML: texts, numbers, lists, inline tables."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Map):
        inner = ", ".join(f"{toml_key(k)} = {toml_value(v)}" for k, v in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(toml_value(part) for part in value)}]"
    return toml_text(str(value))


def toml_key(key: str) -> str:
    """Return a key, quoted where TOML needs it."""
    return key if _BARE.match(key) else toml_text(key)


def mapping_text(
    proposal: Proposal, source: Map[str, Any], layout: Map[str, Any], language: str
) -> str:
    """Return the mapping file as TOML.

    Parameters
    ----------
    proposal : Proposal
        What was proposed and agreed.
    source : mapping
        The table ``source``; see ``docs/reference/pack.md``.
    layout : mapping
        The table ``layout``; empty where nothing is remembered.
    language : str
        Language of the comments.
    """
    if proposal.family.id == "territory":
        return _level_text(proposal, language)
    tables = {"source": dict(source), **proposal.mapping(), "layout": dict(layout)}
    notes = _notes(proposal, language)
    lines: list[str] = []
    for name in (*_ORDER, *(t for t in tables if t not in _ORDER)):
        if tables.get(name):
            lines += _table((name,), tables[name], notes)
    lines += _open_words(proposal, language)
    return "\n".join(lines).strip() + "\n"


def _notes(proposal: Proposal, language: str) -> dict[tuple[str, ...], str]:
    """Return the comment behind every key that was unsure."""
    return {
        choice.path: " ".join(
            say(f"wizard.reason.{reason.code}", language, **reason.params)
            for reason in choice.reasons
        )
        for choice in proposal.unsure
    }


def _table(path: tuple[str, ...], table: Any, notes: Map[tuple[str, ...], str]) -> list[str]:
    """Return the lines of a table and the tables in it."""
    title = ".".join(toml_key(part) for part in path)
    if isinstance(table, list):
        return [line for row in table for line in ("", f"[[{title}]]", *_pairs(path, row, notes))]
    plain = {k: v for k, v in table.items() if not _is_table(path, k, v)}
    lines = ["", f"[{title}]", *_pairs(path, plain, notes)] if plain else []
    for key, value in table.items():
        if _is_table(path, key, value):
            lines += _table((*path, key), value, notes)
    return lines


def _is_table(path: tuple[str, ...], key: str, value: Any) -> bool:
    """Tell whether a value gets a table of its own; parts of a date stay in their line."""
    is_inline = path == ("columns",) or (path == ("source",) and key in ("title", "public_reason"))
    return isinstance(value, Map) and not is_inline


def _pairs(
    path: tuple[str, ...], table: Map[str, Any], notes: Map[tuple[str, ...], str]
) -> list[str]:
    lines = []
    for key, value in table.items():
        note = notes.get((*path, key)) or (notes.get(path) if key == next(iter(table)) else None)
        comment = f"  # {_one_line(note)}" if note else ""
        lines.append(f"{toml_key(key)} = {toml_value(value)}{comment}")
    return lines


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def _open_words(proposal: Proposal, language: str) -> list[str]:
    """Return the words that nobody could place, as comments to be filled in."""
    unknown = [word for word in proposal.words if word.category is None]
    unsure = [w for w in proposal.words if w.category and w.confidence is Confidence.CHECK]
    lines = []
    if unsure:
        names = ", ".join(toml_text(w.word) for w in unsure)
        lines += ["", f"# {say('wizard.file.check_words', language)} {names}"]
    if unknown:
        lines += ["", f"# {say('wizard.file.open_words', language)}"]
        lines += [f"# {toml_text(w.word)} = {toml_text('')}  # {w.n}" for w in unknown]
    return lines


def _level_text(proposal: Proposal, language: str) -> str:
    """Return the table of a level for ``city.toml``."""
    notes = {path[-1]: note for path, note in _notes(proposal, language).items()}
    lines = [f"# {say('wizard.file.level', language)}", "[[levels]]"]
    for choice in proposal.choices:
        note = notes.get(choice.path[-1])
        comment = f"  # {_one_line(note)}" if note else ""
        lines.append(f"{choice.path[-1]} = {toml_value(choice.value)}{comment}")
        if choice.path == ("id",):
            lines.append(f"name = {toml_value(str(choice.value).replace('_', ' '))}")
    return "\n".join(lines) + "\n"


def source_id(name: str, taken: Sequence[str] = ()) -> str:
    """Return an id for a source made from a file's name, and not one of those taken.

    Examples
    --------
    >>> source_id("Police 2024-05.csv.gz")
    'police'
    """
    folded = fold_words(name.partition("!")[0].partition(".")[0])
    words = [word for word in folded.split() if not word.isdigit()] or ["source"]
    plain = "-".join(words)[:56]
    found, n = plain, 2
    while found in taken:
        found, n = f"{plain}-{n}", n + 1
    return found


def save_mapping(text: str, path: Path, *, force: bool = False) -> Path:
    """Write a mapping file; an existing one is left alone unless told otherwise.

    Raises
    ------
    ConflictError
        MAPPING_EXISTS.
    StorageError
        MAPPING_NOT_SAVED.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w" if force else "x", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
    except FileExistsError:
        raise ConflictError("MAPPING_EXISTS", file=str(path)) from None
    except OSError as problem:
        raise StorageError("MAPPING_NOT_SAVED", file=str(path)) from problem
    return path


def copy_missing(files: Sequence[Path], folder: Path) -> tuple[Path, ...]:
    """Copy files into a folder, leaving alone what is there; return what was copied.

    Raises
    ------
    StorageError
        MAPPING_NOT_SAVED.
    """
    copied = []
    for file in files:
        target = folder / file.name
        if target.exists():
            continue
        try:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
        except OSError as problem:
            raise StorageError("MAPPING_NOT_SAVED", file=str(target)) from problem
        copied.append(target)
    return tuple(copied)
