"""A document as plain blocks: built once, printed as PDF or opened in a word processor.

Every text in it is already in the reader's language; `render` adapters add only layout.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["pdf", "docx"]
Tone = Literal["plain", "lead", "small", "warning", "quote"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is a chapter."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; `link` makes the whole of it lead somewhere."""

    text: str
    tone: Tone = "plain"
    link: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; `is_numbered` for an order that matters."""

    items: tuple[str, ...]
    is_numbered: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of a name and what it is."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a head row; the first column names the row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    numbers: tuple[int, ...] = ()
    """Positions of columns that are set flush right."""
    widths: tuple[float, ...] = ()
    """Shares of the width; empty for the layout to choose."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing (SVG) with its description for whoever cannot see it."""

    svg: str
    alt: str
    caption: str = ""
    share: float = 1.0
    """How much of the width it takes, at most."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Room to write by hand: so many ruled lines under a label."""

    label: str
    n: int = 3


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page."""


Block = Heading | Paragraph | Bullets | Facts | Grid | Picture | Lines | PageBreak


@dataclass(frozen=True, slots=True)
class Document:
    """A document: title page facts, and blocks in their order."""

    title: str
    language: str
    city: str
    blocks: tuple[Block, ...]
    subtitle: str = ""
    on: date | None = None
    """Day that is printed on it."""
    footer: str = ""
    is_landscape: bool = False
    has_contents: bool = False
    is_one_page: bool = False
    """Each part between page breaks is set close, and smaller where it needs that to be one page."""
