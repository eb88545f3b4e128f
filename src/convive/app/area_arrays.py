"""Published tables as arrays for methods: places with their shapes, counts by area and period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from convive.core.errors import RequestError

Floats = NDArray[np.float64]

METRES_PER_DEGREE = 111_195.0
"""Of latitude, on a sphere of 6,371 km."""


@dataclass(frozen=True, slots=True, repr=False)
class Places:
    """The areas of one level, in the order of `AreaCounts` of that level.

    Shapes and points are on a flat map in metres, north up, with the middle of the areas as
    origin; distances within a city are off by less than 0.5 percent. For a length or an area
    that goes into a contract take the official projection.
    """

    level: str
    ids: tuple[str, ...]
    names: tuple[str, ...]
    parents: tuple[str | None, ...]
    residents: Floats
    """(n_areas,). NaN where not known."""
    shapes: NDArray[np.object_]
    """(n_areas,) shapely geometries, None where the level has none."""
    xy: Floats
    """(n_areas, 2) a point of each area, metres east and north."""

    def __repr__(self) -> str:
        return f"<{len(self.ids)} areas of level {self.level}>"


@dataclass(frozen=True, slots=True, repr=False)
class AreaCounts:
    """Published counts of one indicator by area and period.

    A count that may not be seen is NaN, so that a method refuses it where a 0 would be taken
    for an answer; choose with `is_shown` first.
    """

    indicator: str
    level: str
    ids: tuple[str, ...]
    starts: tuple[date, ...]
    """First day of each period."""
    counts: Floats
    """(n_areas, n_periods)."""
    base: Floats
    """(n_areas, n_periods) what a rate divides by; NaN for months, which have none."""
    reasons: NDArray[np.object_]
    """(n_areas, n_periods) why a count is not shown; None where it is."""

    @property
    def is_shown(self) -> NDArray[np.bool_]:
        """Which counts may be seen, (n_areas, n_periods)."""
        return np.isfinite(self.counts)

    def __repr__(self) -> str:
        hidden = int((~self.is_shown).sum())
        return (
            f"<{self.indicator} by {self.level}: {len(self.ids)} areas x {len(self.starts)} "
            f"periods, {hidden} counts not shown>"
        )


def places_of(areas: pa.Table) -> Places:
    """Return the areas of one level, of a table with the rows of that level only."""
    rows = areas.to_pylist()
    points = np.array([(_number(row["longitude"]), _number(row["latitude"])) for row in rows])
    known = points[np.isfinite(points).all(axis=1)]
    middle = known.mean(axis=0) if known.size else np.zeros(2)
    scale = METRES_PER_DEGREE * np.array([np.cos(np.radians(middle[1])), 1.0])

    def flat(degrees: Floats) -> Floats:
        return np.asarray((degrees - middle) * scale)

    shapes = shapely.from_wkb(np.array([row["geometry"] for row in rows], dtype=object))
    return Places(
        rows[0]["level"],
        tuple(row["area_id"] for row in rows),
        tuple(row["name"] for row in rows),
        tuple(row["parent_id"] for row in rows),
        np.array([_number(row["residents"]) for row in rows]),
        np.asarray(shapely.transform(shapes, flat), dtype=object),
        flat(points),
    )


def counts_of(
    table: pa.Table, count: str, ids: Sequence[str], named: tuple[str, str]
) -> AreaCounts:
    """Return the counts of the rows of one indicator, level and kind of period.

    `count` names the column of counts, `named` is indicator and level.
    """
    rows = table.to_pylist()
    starts = tuple(sorted({row["period_start"] for row in rows}))
    if not starts:
        raise RequestError("COUNTS_NOT_PUBLISHED", indicator=named[0], level=named[1])
    across = {start: k for k, start in enumerate(starts)}
    down = {area: k for k, area in enumerate(ids)}
    counts = np.full((len(ids), len(starts)), np.nan)
    base, reasons = counts.copy(), np.full(counts.shape, "not_published", dtype=object)
    for row in rows:
        cell = down[row["area_id"]], across[row["period_start"]]
        counts[cell] = _number(row[count])
        base[cell] = _number(row.get("denominator"))
        reasons[cell] = row["reason"]
    return AreaCounts(*named, tuple(ids), starts, counts, base, reasons)


def _number(value: Any) -> float:
    return np.nan if value is None else float(value)
