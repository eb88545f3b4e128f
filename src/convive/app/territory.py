"""The pack's areas as arrays: positions within a level, and the way up to coarser levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from convive.core.model import City

CITY = "city"
NOWHERE = -1

Positions = NDArray[np.int64]


@dataclass(frozen=True)
class AreaFrame:
    """The areas of one level, in the order of their codes."""

    level: str
    ids: tuple[str, ...]
    parent_level: str | None
    parents: Positions
    """Position of the parent in its level, shape (n_areas,); -1 where there is none."""
    geometry: NDArray[np.object_] | None
    """Shapes in WGS 84, shape (n_areas,); None where the level has no boundaries."""

    def positions(self, codes: list[str | None]) -> Positions:
        """Return the position of each code; -1 for NULL and for codes unknown here."""
        index = {area: i for i, area in enumerate(self.ids)}
        found = (NOWHERE if code is None else index.get(code, NOWHERE) for code in codes)
        return np.fromiter(found, dtype=np.int64, count=len(codes))


@dataclass(frozen=True)
class Territory:
    """Every level, the city itself first."""

    city_id: str
    analysis: str
    frames: Mapping[str, AreaFrame]

    @property
    def levels(self) -> tuple[str, ...]:
        """Return the levels of areas, without the city."""
        return tuple(level for level in self.frames if level != CITY)

    def way_up(self, level: str, to: str) -> Positions | None:
        """Return for each area of `level` its position at level `to`; None if no way leads up."""
        frame = self.frames[level]
        if to == CITY:
            return np.zeros(len(frame.ids), dtype=np.int64)
        here = np.arange(len(frame.ids))
        while frame.level != to:
            if frame.parent_level is None or frame.parent_level not in self.frames:
                return None
            here = np.where(here == NOWHERE, NOWHERE, frame.parents[here])
            frame = self.frames[frame.parent_level]
        return here

    def roll_up(self, values: NDArray[np.float64], level: str, to: str) -> NDArray[np.float64]:
        """Sum over the areas below; a withheld (NaN) part withholds the sum.

        Parameters
        ----------
        values : ndarray, shape (n_areas of `level`, …)
        """
        up = self.way_up(level, to)
        shape = (len(self.frames[to].ids), *values.shape[1:])
        if up is None or not len(values):
            return np.full(shape, np.nan)
        total = np.zeros(shape)
        np.add.at(total, up[up != NOWHERE], values[up != NOWHERE])
        has_parts = np.zeros(shape[0], dtype=bool)
        has_parts[up[up != NOWHERE]] = True
        total[~has_parts] = np.nan
        return total


def build_territory(city: City, areas: pa.Table) -> Territory:
    """Return the levels of the pack as frames; the city is a level of one area."""
    frames = {CITY: AreaFrame(CITY, (city.id,), None, np.array([NOWHERE]), None)}
    rows = areas.select(["level", "area_id", "parent_level", "parent_id", "geometry"]).to_pylist()
    by_level: dict[str, list[dict[str, object]]] = {level.id: [] for level in city.levels}
    for row in rows:
        if row["level"] in by_level:
            by_level[row["level"]].append(row)
    for level in city.levels:
        frames[level.id] = _frame(level.id, by_level[level.id], by_level)
    return Territory(city.id, city.analysis_level.id, frames)


def _frame(
    level: str,
    rows: list[dict[str, object]],
    by_level: Mapping[str, list[dict[str, object]]],
) -> AreaFrame:
    ordered = sorted(rows, key=lambda row: str(row["area_id"]))
    ids = tuple(str(row["area_id"]) for row in ordered)
    parent_levels = {str(row["parent_level"]) for row in ordered if row["parent_level"]}
    parent_level = min(parent_levels) if parent_levels else None
    above = sorted(str(row["area_id"]) for row in by_level.get(parent_level or "", []))
    position = {area: i for i, area in enumerate(above)}
    parents = np.array(
        [position.get(str(row["parent_id"]), NOWHERE) for row in ordered], dtype=np.int64
    )
    shapes = [row["geometry"] for row in ordered]
    has_shapes = bool(shapes) and any(shape is not None for shape in shapes)
    geometry = np.asarray(shapely.from_wkb(shapes), dtype=object) if has_shapes else None
    return AreaFrame(level, ids, parent_level, parents, geometry)
