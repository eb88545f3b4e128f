"""Keeps parsed definition files beside the bytecode, as Python keeps compiled modules.

Parsing the catalogue takes seconds, reading it as JSON hundredths of one. What is kept names the
digest of the text it was parsed from, so a changed file is parsed anew. Where nothing can be
written (a read-only installation) every process parses for itself; nothing else changes.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import sys
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import convive

_PACKAGE = Path(convive.__file__).parent
_VERSION = 1
"""Goes up with every change of how texts are parsed or kept."""
_DAY = "\0day"
"""Key of a day, which JSON does not know."""


def find_parsed(content: str, path: Path) -> Any:
    """Return what was parsed from a text; None where that is not known."""
    place = _place(path)
    if place is None:
        return None
    try:
        kept = json.loads(place.read_bytes(), object_hook=_decoded)
        return kept["document"] if kept["of"] == _digest(content) else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


def keep_parsed(content: str, path: Path, document: Any) -> None:
    """Keep what was parsed from a text, if that can be done without losing anything."""
    place = _place(path)
    if place is None or sys.dont_write_bytecode:
        return
    try:
        kept = json.dumps({"of": _digest(content), "document": document}, default=_encoded)
        if json.loads(kept, object_hook=_decoded)["document"] != document:
            return
    except (TypeError, ValueError):
        return
    staged = place.with_name(f"{place.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        place.parent.mkdir(exist_ok=True)
        staged.write_text(kept, encoding="utf-8")
        staged.replace(place)


def _place(path: Path) -> Path | None:
    """Return where a file's content is kept; None for files that are not the package's own."""
    if not path.is_relative_to(_PACKAGE):
        return None
    try:
        beside = Path(importlib.util.cache_from_source(str(path.with_suffix(".py"))))
    except NotImplementedError:
        return None
    return beside.with_name(f"{path.name}.json")


def _digest(content: str) -> str:
    return sha256(f"{_VERSION}\0{content}".encode()).hexdigest()


def _encoded(value: Any) -> dict[str, str]:
    if isinstance(value, date) and not isinstance(value, datetime):
        return {_DAY: value.isoformat()}
    raise TypeError


def _decoded(found: dict[str, Any]) -> Any:
    return date.fromisoformat(found[_DAY]) if found.keys() == {_DAY} else found
