"""What is handed on of a page: a card for a message, a chart in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from convive.core.model import Logo


@dataclass(frozen=True, slots=True)
class CardFigure:
    """One of several figures that stand side by side; `why` says why there is no `value`."""

    name: str
    value: str = ""
    label: str = ""
    why: str = ""
    note: str = ""
    """Interval, n and period."""


@dataclass(frozen=True, slots=True)
class CardLine:
    """One line: what it is about, what is said, and on how many that rests."""

    name: str
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """One area of a picture: SVG path and the token of its colour."""

    path: str
    token: str
    is_unsure: bool = False
    """Whether it could as well have the colour of a neighbouring class: hatched."""


@dataclass(frozen=True, slots=True)
class CardMap:
    """A picture beside the words: areas in a frame."""

    width: float
    height: float
    shapes: Sequence[Shape]
    key: str = ""
    """What the colours mean."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says; everything is words already, as the page has them.

    A figure stands with interval, n, period and source, or not at all: then `why` says why.
    """

    language: str
    town: str
    sub: str
    title: str
    source: str
    kicker: str = ""
    big: str = ""
    unit: str = ""
    why: str = ""
    facts: tuple[str, ...] = ()
    tag: str = ""
    tone: str = "na"
    """Of the tag: ok, warn, na."""
    columns: tuple[CardFigure, ...] = ()
    lines: tuple[CardLine, ...] = ()
    picture: CardMap | None = None
    accent: str = ""
    """The colour of the town; empty: that of the palette."""
    logo: Logo | None = None
    """The logo of the town, looked through; None: our mark."""

    @property
    def told(self) -> str:
        """Return the card in words, for those who do not see it."""
        figure = " ".join(filter(None, (self.big, self.unit)))
        columns = [
            ": ".join(filter(None, (one.name, one.why or f"{one.value} {one.label} ({one.note})")))
            for one in self.columns
        ]
        lines = [f"{one.name}: {one.text}" for one in self.lines]
        parts = (self.kicker, self.title, figure, self.why, *self.facts, self.tag, *columns, *lines)
        return ". ".join(part.rstrip(".") for part in (*parts, self.source) if part)


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart to keep: what it is, the drawing, what it says, and where it comes from."""

    language: str
    town: str
    title: str
    facts: tuple[str, ...]
    source: str
    svg: str
    """The drawing in light colours."""


@dataclass(frozen=True, slots=True)
class ChartWords:
    """A chart in words: a sentence or two, and the rows behind it."""

    said: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
