"""Set the texts of the catalogue as their languages ask: ``python tools/typography.py``.

Only what stands within values is touched; each file is read before and after, and a change that
would say anything else is refused.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from convive.catalogue.typography import APOSTROPHE, typeset
from convive.catalogue.yaml_files import CATALOGUE, LANGUAGES, parse_yaml

_ENTRY = re.compile(r"(\s*(?:- )?[\w.-]+:\s+)(.*)", re.DOTALL)
DEFINITIONS = ("indicators", "classifications")
"""Folders whose files hold all languages, one a line: ``fr: …``."""


def typeset_line(line: str, language: str) -> str:
    """Return a line of YAML with its value set; comments and lines without a value as they are."""
    if line.lstrip().startswith("#"):
        return line
    found = _ENTRY.fullmatch(line)
    key, value = (found[1], found[2]) if found else ("", line)  # a line may go on with a value
    # Within single quotes an apostrophe is written twice.
    value = re.sub(r"(?<=\w)''(?=[\w«“‘{])", APOSTROPHE, value)
    return key + typeset(value, language)


def mended(path: Path, language: str | None) -> bool:
    """Set a file; tell whether anything changed. None: the language is the key of each line."""
    before = path.read_text(encoding="utf-8")
    lines = []
    for line in before.splitlines(keepends=True):
        key = line.strip().partition(":")[0]
        own = language or (key if key in LANGUAGES else None)
        lines.append(typeset_line(line, own) if own else line)
    after = "".join(lines)
    if after == before:
        return False
    told = [
        (key, typeset(text, own) if own else text, own)
        for key, text, own in _leaves(parse_yaml(before, path.name), language)
    ]
    if list(_leaves(parse_yaml(after, path.name), language)) != told:
        raise SystemExit(f"{path}: to be set by hand, a line could not be read safely")
    path.write_text(after, encoding="utf-8")
    return True


def _leaves(
    value: Any, language: str | None, key: str = ""
) -> Iterator[tuple[str, str, str | None]]:
    """Yield every text of a file with its key and its language."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _leaves(one, language or (name if name in LANGUAGES else None), str(name))
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one, language, key)
    elif isinstance(value, str):
        yield key, value, language


def main() -> int:
    """Set every file; print those that changed."""
    files: list[tuple[Path, str | None]] = [
        (path, language)
        for language in LANGUAGES
        for path in sorted((CATALOGUE / "texts" / language).glob("*.yaml"))
    ]
    files += [
        (path, None) for one in DEFINITIONS for path in sorted((CATALOGUE / one).glob("*.yaml"))
    ]
    for path, language in files:
        if mended(path, language):
            print(path.relative_to(CATALOGUE))
    return 0


if __name__ == "__main__":
    sys.exit(main())
