"""Geometry of the small marks in the text: sparklines, interval bars, the week's grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A line of values in a box of 150 × 34."""

    path: str
    x: str
    y: str
    break_x: str = ""


def sparkline(
    values: Sequence[float | None], *, break_at: int | None = None,
    width: float = 150, height: float = 34,
) -> Sparkline | None:  # fmt: skip
    """Return the line; a value that is None interrupts it. None with fewer than two values."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    low, high = min(known), max(known)
    spread = (high - low) or 1.0
    step = (width - 6) / (len(values) - 1)
    parts, pen_up, last = [], True, ("", "")
    for position, value in enumerate(values):
        if value is None:
            pen_up = True
            continue
        last = (
            f"{3 + position * step:.1f}",
            f"{height - 4 - (value - low) / spread * (height - 8):.1f}",
        )
        parts.append(f"{'M' if pen_up else 'L'}{last[0]},{last[1]}")
        pen_up = False
    mark = "" if break_at is None else f"{3 + break_at * step - step / 2:.1f}"
    return Sparkline(" ".join(parts), last[0], last[1], mark)


@dataclass(frozen=True, slots=True)
class Axis:
    """A linear scale from values to a box; values outside are held at its ends."""

    low: float
    high: float
    width: float = 240

    def x(self, value: float) -> float:
        """Return the position of a value."""
        share = (value - self.low) / ((self.high - self.low) or 1.0)
        return round(4 + min(max(share, 0.0), 1.0) * (self.width - 8), 1)


def axis_over(rows: Sequence[Row], *, include: Sequence[float] = (), width: float = 240) -> Axis:
    """Return an axis that holds every interval of the rows and the values to include."""
    ends = [row[key] for row in rows for key in ("low", "high") if row.get(key) is not None]
    ends = [*ends, *include] or [0.0, 1.0]
    return Axis(min(ends), max(ends), width)


def interval_mark(row: Row, axis: Axis) -> dict[str, float] | None:
    """Return positions of an interval and its point; None where there is no figure."""
    point = row.get("score", row.get("value"))
    if point is None or row.get("low") is None or row.get("high") is None:
        return None
    return {"x1": axis.x(row["low"]), "x2": axis.x(row["high"]), "x": axis.x(point)}


def week_grid(rows: Sequence[Row]) -> list[list[dict[str, Any]]]:
    """Return seven days of 24 hours, each with its expected count and class 0 to 4.

    Classes are fifths of the largest cell, so that the grid shows shares, not ranks.
    """
    cells = {(row["weekday"], row["hour"]): row.get("expected_count") for row in rows}
    known = [value for value in cells.values() if value is not None]
    largest = max(known, default=0.0) or 1.0
    return [[_cell(cells.get((day, hour)), largest) for hour in range(24)] for day in range(1, 8)]


def _cell(value: float | None, largest: float) -> dict[str, Any]:
    if value is None:
        return {"value": None, "step": None}
    return {"value": value, "step": min(4, int(5 * value / largest))}
