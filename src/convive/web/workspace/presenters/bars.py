"""Horizontal bars, drawn by the server: each with its numbers in the table that it stands in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH = 240.0
CLASSES = ("s0", "s1", "s2", "s3", "s4", "s5", "s6")
"""Fills of parts that lie side by side in one bar; told apart by lightness and hatching."""


@dataclass(frozen=True)
class Segment:
    """A stretch of a bar."""

    x: float
    width: float
    fill: str


@dataclass(frozen=True)
class Bar:
    """A bar and its stretches; `end` is where the planned money ends, if more was spent."""

    segments: tuple[Segment, ...]
    end: float | None = None


def money_bar(planned: Decimal, spent: Decimal, most: Decimal) -> Bar:
    """Return a bar as long as what is planned (or spent, if more), the spent part filled.

    Parameters
    ----------
    most : Decimal
        What the whole width stands for.
    """
    if most <= 0:
        return Bar(())
    done, left = _length(min(spent, planned), most), _length(max(planned - spent, Decimal(0)), most)
    segments = [Segment(0.0, done, "spent"), Segment(done, left, "planned")]
    over = _length(max(spent - planned, Decimal(0)), most)
    if over:
        segments.append(Segment(done, over, "over"))
    return Bar(tuple(one for one in segments if one.width > 0), done if over else None)


def parts_bar(amounts: Sequence[Decimal], most: Decimal) -> Bar:
    """Return the parts of a sum side by side, in their order."""
    x, found = 0.0, []
    for amount, fill in zip(amounts, CLASSES, strict=False):
        width = _length(amount, most) if most > 0 else 0.0
        if width > 0:
            found.append(Segment(round(x, 1), width, fill))
        x += width
    return Bar(tuple(found))


def _length(amount: Decimal, most: Decimal) -> float:
    return round(float(max(amount, Decimal(0)) / most) * WIDTH, 1)
