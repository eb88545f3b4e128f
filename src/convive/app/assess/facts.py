"""Incidents as facts to be counted: where, when, what, day or night.

Place: a given area code that is valid wins; then coordinates, level by level; then parents.
Time: the month and year of the middle of the possible range. Part of the day
(``core.temporal.DAYPARTS``): a range counts as night (or day) when at least four fifths of it
are, and otherwise as unknown, so day and night need not add up to all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from convive.app.assess.territory import CITY, NOWHERE, Positions, Territory
from convive.core.spatial import locate_points
from convive.core.temporal.aoristic import DAYPARTS, daypart_weights

CLEAR_SHARE = 0.8
DAY, NIGHT, UNKNOWN = 0, 1, 2
_NO_MONTH = -1


@dataclass(frozen=True)
class IncidentFacts:
    """One entry an incident of every incident source, all arrays of shape (n_incidents,)."""

    source: NDArray[np.object_]
    category: NDArray[np.object_]
    """Category, or None where unmapped."""
    places: Mapping[str, Positions]
    """Level → position of the area; -1 where it has none. City: -1 means outside."""
    month: NDArray[np.int64]
    """Months since 1970-01; -1 where only the year, or nothing, is known."""
    year: NDArray[np.int64]
    daypart: NDArray[np.int64]
    starts: NDArray[np.datetime64]
    ends: NDArray[np.datetime64]
    precision: NDArray[np.object_]
    target: NDArray[np.object_]
    is_outside: NDArray[np.bool_]
    has_no_area: NDArray[np.bool_]

    @property
    def has_target(self) -> NDArray[np.bool_]:
        """Tell for each incident whether its target is known."""
        return np.array([target is not None for target in self.target], dtype=bool)

    def table(self) -> pa.Table:
        """Return what the aggregator counts, one row an incident."""
        columns: dict[str, pa.Array] = {
            "source": pa.array(self.source, type=pa.string()),
            "category": pa.array(self.category, type=pa.string()),
            "month": pa.array(self.month),
            "year": pa.array(self.year),
            "daypart": pa.array(self.daypart),
        }
        for level, positions in self.places.items():
            columns[f"at_{level}"] = pa.array(positions)
        return pa.table(columns)


def build_facts(incidents: pa.Table, territory: Territory) -> IncidentFacts:
    """Return the facts of a table of incidents (``tables.INCIDENTS``)."""
    starts = _moments(incidents, "starts")
    ends = _moments(incidents, "ends")
    ends = np.where(np.isnat(ends), starts, np.maximum(ends, starts))
    precision = _objects(incidents, "precision")
    middle = starts + (ends - starts) / 2
    year, month = _calendar(middle, precision)
    places, is_outside, has_no_area = place_rows(incidents, territory)
    return IncidentFacts(
        source=_objects(incidents, "source_id"),
        category=_objects(incidents, "category"),
        places=places,
        month=month,
        year=year,
        daypart=_dayparts(starts, ends, precision),
        starts=starts,
        ends=ends,
        precision=precision,
        target=_objects(incidents, "target_id"),
        is_outside=is_outside,
        has_no_area=has_no_area,
    )


def place_rows(
    rows: pa.Table, territory: Territory
) -> tuple[dict[str, Positions], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return for each row its area per level, whether it is outside, whether it has no area.

    Parameters
    ----------
    rows : pyarrow.Table
        With columns area_level, area_id, longitude and latitude.
    """
    places = {level: np.full(rows.num_rows, NOWHERE) for level in territory.levels}
    _place_by_code(rows, territory, places)
    for level in territory.levels:
        _place_by_parent(level, territory, places)
    has_point, is_tried = _place_by_point(rows, territory, places)
    for level in territory.levels:
        _place_by_parent(level, territory, places)
    is_placed = np.zeros(rows.num_rows, dtype=bool)
    for positions in places.values():
        is_placed |= positions != NOWHERE
    is_outside = ~is_placed & has_point & is_tried
    places[CITY] = np.where(is_outside, NOWHERE, 0)
    return places, is_outside, ~is_placed & ~is_outside


def _place_by_code(rows: pa.Table, territory: Territory, places: dict[str, Positions]) -> None:
    levels = _objects(rows, "area_level")
    codes = _objects(rows, "area_id")
    for level in territory.levels:
        chosen = np.flatnonzero(levels == level)
        if len(chosen):
            places[level][chosen] = territory.frames[level].positions(list(codes[chosen]))


def _place_by_point(
    rows: pa.Table, territory: Territory, places: dict[str, Positions]
) -> tuple[NDArray[np.bool_], bool]:
    x = rows.column("longitude").to_numpy(zero_copy_only=False).astype(np.float64)
    y = rows.column("latitude").to_numpy(zero_copy_only=False).astype(np.float64)
    has_point = np.isfinite(x) & np.isfinite(y)
    is_tried = False
    for level in territory.levels:
        shapes = territory.frames[level].geometry
        if shapes is None:
            continue
        is_tried = True
        chosen = np.flatnonzero(has_point & (places[level] == NOWHERE))
        if len(chosen):
            places[level][chosen] = locate_points(x[chosen], y[chosen], list(shapes))
    return has_point, is_tried


def _place_by_parent(level: str, territory: Territory, places: dict[str, Positions]) -> None:
    """Fill the levels above from this one where they are still unknown."""
    for to in territory.levels:
        up = territory.way_up(level, to) if to != level else None
        if up is None or not len(up):
            continue
        here = places[level]
        open_rows = (places[to] == NOWHERE) & (here != NOWHERE)
        places[to][open_rows] = up[here[open_rows]]


def _calendar(
    middle: NDArray[np.datetime64], precision: NDArray[np.object_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    is_known = ~np.isnat(middle)
    safe = np.where(is_known, middle, np.datetime64(0, "us"))
    month = safe.astype("datetime64[M]").astype(np.int64)
    year = np.where(is_known, month // 12 + 1970, _NO_MONTH)
    return year, np.where(is_known & (precision != "year"), month, _NO_MONTH)


def _dayparts(
    starts: NDArray[np.datetime64], ends: NDArray[np.datetime64], precision: NDArray[np.object_]
) -> NDArray[np.int64]:
    is_timed = np.isin(precision, ["minute", "hour"])
    shares = daypart_weights(starts, ends, is_timed)
    part = np.full(len(starts), UNKNOWN)
    for known, name in ((DAY, "day"), (NIGHT, "night")):
        part[shares[:, list(DAYPARTS).index(name)] >= CLEAR_SHARE] = known
    return part


def _moments(table: pa.Table, name: str) -> NDArray[np.datetime64]:
    column = table.column(name)
    return column.to_numpy(zero_copy_only=False).astype("datetime64[us]")


def _objects(table: pa.Table, name: str) -> NDArray[np.object_]:
    # Few distinct values over many rows: one Python string a value, not one a row.
    encoded = pc.dictionary_encode(table.column(name).combine_chunks())
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    words = np.array([*encoded.dictionary.to_pylist(), None], dtype=object)
    positions = pc.fill_null(encoded.indices.cast(pa.int64()), len(words) - 1)
    chosen: NDArray[np.object_] = words[positions.to_numpy(zero_copy_only=False)]
    return chosen
