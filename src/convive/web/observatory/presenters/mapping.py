"""Maps: classes that intervals can tell apart, and outlines as SVG paths."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

Row = Mapping[str, Any]
MAX_CLASSES = 5
MIN_CLASSES = 3
WIDTH = 560.0
TOLERANCE = 1.2
"""Detail of outlines: smaller corners, in units of the frame, are not drawn."""


@dataclass(frozen=True, slots=True)
class Classes:
    """Bounds between classes, and the step (0 to 4) of the colour scale of each class."""

    bounds: tuple[float, ...]
    steps: tuple[int, ...]

    def of(self, value: float) -> int:
        """Return the class of a value."""
        return sum(value >= bound for bound in self.bounds)


def shown_values(row: Row) -> tuple[float, float, float] | None:
    """Return value, low and high that a map shows: smoothed where there is one."""
    for keys in (("smoothed", "smoothed_low", "smoothed_high"), ("value", "low", "high")):
        found = [row.get(key) for key in keys]
        if row.get("status") == "shown" and all(value is not None for value in found):
            return (float(found[0]), float(found[1]), float(found[2]))  # type: ignore[arg-type]
    return None


def is_unsure(value: tuple[float, float, float], classes: Classes) -> bool:
    """Tell whether the interval reaches into another class than the value's own."""
    own = classes.of(value[0])
    return classes.of(value[1]) != own or classes.of(value[2]) != own


def build_classes(values: Sequence[tuple[float, float, float]]) -> Classes:
    """Return classes of about equal numbers of areas, with round bounds.

    Five where at most half of the areas could be in another class, else four, else three:
    a map with more classes than the data can tell apart shows noise.
    """
    if not values:
        return Classes((), (2,))
    found = Classes((), (2,))
    for count in range(MAX_CLASSES, MIN_CLASSES - 1, -1):
        found = _quantile_classes([value[0] for value in values], count)
        unsure = sum(is_unsure(value, found) for value in values)
        if unsure * 2 <= len(values):
            break
    return found


def _quantile_classes(values: Sequence[float], count: int) -> Classes:
    ordered = sorted(values)
    digits = _digits(ordered[0], ordered[-1])
    cuts = [ordered[min(len(ordered) - 1, len(ordered) * k // count)] for k in range(1, count)]
    bounds = tuple(sorted({round(cut, digits) for cut in cuts}))
    bounds = tuple(bound for bound in bounds if ordered[0] < bound <= ordered[-1])
    steps = tuple(round(k * 4 / max(len(bounds), 1)) for k in range(len(bounds) + 1))
    return Classes(bounds, steps if bounds else (2,))


def _digits(low: float, high: float) -> int:
    spread = high - low
    return 1 if spread <= 0 else max(0, min(4, 1 - math.floor(math.log10(spread / 5))))


# --- outlines ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outline:
    """One area as an SVG path in a frame `WIDTH` wide."""

    area_id: str
    path: str


@dataclass(frozen=True, slots=True)
class Outlines:
    """The areas of a level in one frame."""

    height: float
    areas: tuple[Outline, ...]


def build_outlines(geometries: Iterable[tuple[str, bytes]]) -> Outlines | None:
    """Return paths of areas given as WKB in degrees; None without any boundary.

    Plate carrée at the city's own latitude: good within one city, not for a country.
    Lines are simplified to what the frame can show, a line between two areas once for both,
    so that neighbours stay joined.
    """
    pairs = [(area_id, shapely.from_wkb(wkb)) for area_id, wkb in geometries]
    pairs = [(area_id, shape) for area_id, shape in pairs if not shape.is_empty]
    if not pairs:
        return None
    west, south, east, north = shapely.total_bounds([shape for _, shape in pairs])
    narrow = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 8) / max((east - west) * narrow, 1e-9)
    height = min((north - south) * scale + 8, 720.0)
    scale = min(scale, (height - 8) / max(north - south, 1e-9))
    left = (WIDTH - (east - west) * narrow * scale) / 2

    def into_frame(points: Any) -> Any:
        across = (points[:, 0] - west) * narrow * scale + left
        return np.column_stack([across, (north - points[:, 1]) * scale + 4])

    placed = shapely.transform(np.array([shape for _, shape in pairs], dtype=object), into_frame)
    shapes = simplify_together(placed, TOLERANCE)
    areas = (Outline(pairs[i][0], _path(shape)) for i, shape in enumerate(shapes))
    return Outlines(round(height, 1), tuple(areas))


def simplify_together(shapes: Any, tolerance: float) -> list[Any]:
    """Return areas with fewer points; shared lines stay shared.

    A shape that would vanish keeps its own form. `tolerance` is in the shapes' units: corners
    that span less than its square are dropped (Visvalingam and Whyatt).
    """
    simple = shapely.coverage_simplify(np.asarray(shapes, dtype=object), tolerance)
    return [
        own if found is None or found.is_empty else found
        for own, found in zip(shapes, simple, strict=True)
    ]


def _path(shape: Any) -> str:
    rings = [
        ring
        for polygon in getattr(shape, "geoms", [shape])
        if polygon.geom_type == "Polygon"
        for ring in (polygon.exterior, *polygon.interiors)
    ]
    return "".join(_ring(shapely.get_coordinates(ring)) for ring in rings)


def _ring(points: Any) -> str:
    """Return a closed line, each point as the step from the one before: short to send."""
    tenths = np.rint(points[:-1] * 10).astype(int)
    steps = np.diff(tenths, axis=0)
    steps = steps[np.any(steps != 0, axis=1)]
    first = f"M{_tenth(tenths[0][0])},{_tenth(tenths[0][1])}l"
    return first + " ".join(f"{_tenth(x)},{_tenth(y)}" for x, y in steps) + "z"


def _tenth(value: int) -> str:
    """Return a number of tenths as a decimal without anything needless: 5 → ".5"."""
    text = f"{value / 10:.1f}".removesuffix(".0")
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
