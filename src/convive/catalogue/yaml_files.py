"""Reading of the catalogue's YAML files: cached, duplicate keys refused, lines kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from convive.catalogue.parsed_files import find_parsed, keep_parsed
from convive.core.errors import DefinitionError
from convive.core.model import Place, Problem

CATALOGUE = Path(__file__).parent
LANGUAGES = ("en", "fr", "es", "it", "de", "pt", "nl")
"""Languages in which every text of the catalogue is complete; English first."""


def yaml_paths(folder: Path) -> tuple[Path, ...]:
    """Return the YAML files directly in a folder, sorted by name."""
    return tuple(sorted(folder.glob("*.yaml")))


def read_definition(path: Path) -> str:
    """Return the text of a definition file.

    Raises
    ------
    DefinitionError
        DEFINITION_INVALID with one problem: DEFINITION_NOT_YAML for bytes that are not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        problem = Problem("DEFINITION_NOT_YAML", Place(path.name), data={"problem": "not UTF-8"})
        raise DefinitionError("DEFINITION_INVALID", [problem], file=path.name) from error


def _syntax_problem(error: YAMLError | ValueError, file: str) -> Problem:
    """Return the problem of a file that is not YAML, or repeats a key."""
    if not isinstance(error, MarkedYAMLError):
        what = str(error).splitlines()[0]
        return Problem("DEFINITION_NOT_YAML", Place(file), data={"problem": what})
    mark = error.problem_mark or error.context_mark
    row = mark.line + 1 if mark is not None else None
    is_double = isinstance(error, DuplicateKeyError)
    code = "DEFINITION_DUPLICATE_KEY" if is_double else "DEFINITION_NOT_YAML"
    what = str(error.problem or "").split(" with value")[0].strip()
    return Problem(code, Place(file, row=row), data={"problem": what})


def parse_yaml(content: str, file: str, *, with_lines: bool = False) -> Any:
    """Return the parsed document; `with_lines` keeps line numbers (slower).

    Raises
    ------
    DefinitionError
        DEFINITION_INVALID with one problem: DEFINITION_NOT_YAML or DEFINITION_DUPLICATE_KEY.
    """
    yaml = YAML(typ="rt" if with_lines else "safe")
    try:
        return yaml.load(content)
    except ReaderError as error:
        row = content.count("\n", 0, error.position) + 1
        problem = Problem(
            "DEFINITION_NOT_YAML", Place(file, row=row), data={"problem": error.reason}
        )
        raise DefinitionError("DEFINITION_INVALID", [problem], file=file) from error
    except (YAMLError, ValueError) as error:  # a day that there is not is a ValueError
        problem = _syntax_problem(error, file)
        raise DefinitionError("DEFINITION_INVALID", [problem], file=file) from error


@lru_cache(maxsize=512)
def load_yaml(path: Path) -> Mapping[str, Any]:
    """Load a file of the catalogue once; an empty file is an empty mapping."""
    return parse_kept(path.read_text(encoding="utf-8"), path) or {}


def parse_kept(content: str, path: Path) -> Any:
    """Return the parsed document of a file; what stands beside the bytecode is not parsed again.

    Raises
    ------
    DefinitionError
        As `parse_yaml`.
    """
    found = find_parsed(content, path)
    if found is not None:
        return found
    document = parse_yaml(content, path.name)
    keep_parsed(content, path, document)
    return document


def line_of(document: Any, keys: tuple[str | int, ...]) -> int | None:
    """Return the line (from 1) of a key path in a document loaded `with_lines`.

    Falls back to the nearest parent that has a line.
    """
    row: int | None = 1
    for key in keys:
        marks = getattr(document, "lc", None)
        if marks is None:
            return row
        try:
            position = marks.key(key) if isinstance(key, str) else marks.item(key)
        except (KeyError, IndexError, AttributeError):
            return row
        if position is None:  # `{}` and `[]` hold nothing that could have a line
            return row
        row = position[0] + 1
        document = document[key]
    return row


def definitions_in(folder: str) -> Iterator[Mapping[str, Any]]:
    """Yield the raw definitions of a folder of the catalogue, file by file."""
    for path in yaml_paths(CATALOGUE / folder):
        yield load_yaml(path)
