"""Reads rows of a build's tables for drawing and printing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from convive.app import tables
from convive.app.kept_with_tables import kept_for_good
from convive.app.ports import Build
from convive.app.rows_of_areas import open_texts, read_area

Row = dict[str, Any]
JSON_COLUMNS = {
    spec.name: frozenset(c.name for c in spec.columns if c.kind is tables.Kind.JSON)
    for spec in tables.RESULT_TABLES
}


def select(build: Build, table: str, **equal: Any) -> list[Row]:
    """Return the rows of a table whose columns equal the values given, JSON columns parsed.

    A value of None selects NULL; a tuple selects any of its members.
    """
    found = build.tables[table]
    level, area_id = equal.get("level"), equal.get("area_id")
    if isinstance(level, str) and isinstance(area_id, str):
        equal = {name: one for name, one in equal.items() if name not in {"level", "area_id"}}
        return read_area(found, level, area_id, opened=JSON_COLUMNS[table], where=equal)
    mask: pa.ChunkedArray | None = None
    for name, value in equal.items():
        column = found[name]
        if value is None:
            test = pc.is_null(column)
        elif isinstance(value, tuple):
            test = pc.is_in(column, value_set=pa.array(value, type=column.type))
        else:
            test = pc.fill_null(pc.equal(column, pa.scalar(value, type=column.type)), False)  # noqa: FBT003
        mask = test if mask is None else pc.and_(mask, test)
    if mask is not None:
        found = found.take(pa.array(np.flatnonzero(mask.to_numpy(zero_copy_only=False))))
    return open_texts(found.to_pylist(), JSON_COLUMNS[table])


def first(build: Build, table: str, **equal: Any) -> Row | None:
    """Return the first of the rows, or None."""
    rows = select(build, table, **equal)
    return rows[0] if rows else None


def area_names(build: Build) -> dict[tuple[str, str], str]:
    """Return (level, area) → name."""
    areas = build.tables["areas"]
    return kept_for_good(areas, "names", lambda: _names(areas))


def _names(areas: pa.Table) -> dict[tuple[str, str], str]:
    rows = areas.select(("level", "area_id", "name")).to_pylist()
    return {(row["level"], row["area_id"]): row["name"] for row in rows}


def is_shown(row: Row | None) -> bool:
    """Tell whether the row's figure may be seen."""
    return row is not None and row["status"] == "shown"


def newest(rows: Iterable[Row]) -> list[Row]:
    """Return the rows of the newest period that has any."""
    rows = list(rows)
    if not rows:
        return []
    last = max(row["period_start"] for row in rows)
    return [row for row in rows if row["period_start"] == last]
