"""Looks up what practices and method cards say of their documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from convive.core.strategy.practice import PracticeSource
from factories.frameworks import document
from factories.own_words import words_of

NUMBER = {
    "manifesto_2025": "000",
    "manifesto_2017": "001",
    "icarus_d22": "002",
    "participation_2019": "003",
    "prague_2006": "004",
}
"""How the file of a document begins."""
OUTLINE = re.compile(r"[#*■➤>\s]|<[^>]+>|\\[a-z]+")


def documents_in(real_data: Path) -> dict[str, str]:
    """Return the text of every document by its code."""
    return {code: document(real_data, number) for code, number in NUMBER.items()}


def stands_there(words: str, text: str, lines: str) -> bool:
    """Return whether words stand in the lines of a text, whatever its mark-up and line ends."""
    return _bare(words) in _bare(_lines_of(text, lines))


def misplaced(
    sources: Iterable[tuple[str, PracticeSource]], documents: dict[str, str]
) -> list[tuple[str, str, str]]:
    """Return (owner, heading, lines) of each source whose heading is not where it says."""
    return [
        (owner, source.heading, source.lines)
        for owner, source in sources
        if not stands_there(source.heading, documents[source.document.code], source.lines)
    ]


def texts_in(part: Any) -> Iterator[str]:
    """Yield every text in a part of a practice or card."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from texts_in(value)
    elif isinstance(part, tuple):
        for value in part:
            yield from texts_in(value)
    elif hasattr(part, "__dataclass_fields__"):
        for name in part.__dataclass_fields__:
            yield from texts_in(getattr(part, name))


def _lines_of(text: str, lines: str) -> str:
    """Return the lines of a text that a reference such as ``3-5, 9`` names."""
    told = text.splitlines()
    found = []
    for part in lines.split(", "):
        first, _, last = part.partition("-")
        found += told[int(first) - 1 : int(last or first)]
    return " ".join(found)


def _bare(text: str) -> str:
    """Return a text without mark-up, spaces and hyphens of line ends, in small letters."""
    return "".join(words_of(OUTLINE.sub(" ", text)))
