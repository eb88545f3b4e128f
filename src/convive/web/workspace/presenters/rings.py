"""The stakeholder map as a drawing: rings by part, slices by sector, a number for each organisation."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from convive.catalogue.texts import say
from convive.web.workspace.models import Stakeholder

WIDTH, HEIGHT = 760, 620
_CENTRE = (WIDTH / 2, HEIGHT / 2)
_RING = 44.0
_INNER = 22.0
_DOT = 12.0
_GAP_DEGREES = 7.0
PARTS = tuple(Stakeholder.Part)


@dataclass(frozen=True)
class Dot:
    """An organisation in the drawing."""

    x: float
    y: float
    number: int
    name: str
    part: str


@dataclass(frozen=True)
class Slice:
    """A sector: the line at its beginning and its name outside of the rings."""

    x1: float
    y1: float
    x2: float
    y2: float
    name: str
    label_x: float
    label_y: float
    anchor: str


@dataclass(frozen=True)
class Ring:
    """A part: its circle and its name."""

    radius: float
    name: str
    label_y: float
    part: str


@dataclass(frozen=True)
class Drawing:
    """Everything that the template draws."""

    width: int
    height: int
    x: float
    y: float
    rings: tuple[Ring, ...]
    slices: tuple[Slice, ...]
    dots: tuple[Dot, ...]
    alt: str


def draw_rings(rows: Sequence[dict[str, Any]], language: str) -> Drawing | None:
    """Return the drawing of rows with `number`, `name`, `sector` and `part`; None without any.

    A slice is as wide as its fullest ring needs, so that numbers do not lie on one another.
    """
    placed = [row for row in rows if row["part"]]
    if not placed:
        return None
    cells: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in placed:
        cells[row["sector"], row["part"]].append(row)
    sectors = list(dict.fromkeys(row["sector"] for row in placed))
    widths = [_wanted(sector, cells) for sector in sectors]
    scale = 360 / sum(widths)
    slices, dots, angle = [], [], -90.0
    for sector, width in zip(sectors, (w * scale for w in widths), strict=True):
        slices.append(_slice(angle, width, say(f"plan.sector.{sector}", language)))
        for part in PARTS:
            dots += _dots(cells.get((sector, part), []), part, angle, width)
        angle += width
    rings = tuple(_ring(k, part, language) for k, part in enumerate(PARTS))
    alt = say("partners.map.alt", language, n=len(placed), sectors=len(sectors))
    if len(slices) == 1:
        slices = [Slice(*_CENTRE, *_CENTRE, slices[0].name, _CENTRE[0], 24, "middle")]
    return Drawing(WIDTH, HEIGHT, *_CENTRE, rings, tuple(slices), tuple(dots), alt)


def _radius(k: int) -> float:
    """Return the middle of the kth ring."""
    return _INNER + _RING * (k + 0.5)


def _wanted(sector: str, cells: dict[tuple[str, str], list[Any]]) -> float:
    """Return how many degrees a sector needs: dots side by side on each of its rings."""
    need = [
        len(cells.get((sector, part), ())) * math.degrees(2 * (_DOT + 2) / _radius(k))
        for k, part in enumerate(PARTS)
    ]
    return max(*need, _GAP_DEGREES)


def _at(radius: float, degrees: float) -> tuple[float, float]:
    turn = math.radians(degrees)
    return (
        round(_CENTRE[0] + radius * math.cos(turn), 1),
        round(_CENTRE[1] + radius * math.sin(turn), 1),
    )


def _dots(rows: Sequence[dict[str, Any]], part: str, start: float, width: float) -> list[Dot]:
    radius = _radius(PARTS.index(part))
    return [
        Dot(*_at(radius, start + width * (k + 0.5) / len(rows)), row["number"], row["name"], part)
        for k, row in enumerate(rows)
    ]


def _slice(start: float, width: float, name: str) -> Slice:
    outer = _INNER + _RING * len(PARTS)
    x, y = _at(outer + 12, start + width / 2)
    side = x - _CENTRE[0]
    anchor = "middle" if abs(side) < 30 else "start" if side > 0 else "end"
    return Slice(*_at(_INNER, start), *_at(outer, start), name, x, y + 4, anchor)


def _ring(k: int, part: str, language: str) -> Ring:
    radius = _INNER + _RING * (k + 1)
    return Ring(radius, say(f"partners.part.{part}", language), _CENTRE[1] - radius + 13, part)
