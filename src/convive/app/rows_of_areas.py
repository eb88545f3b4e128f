"""Where the rows of an area stand in a published table: found once, not by reading it all again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from convive.app.kept_with_tables import kept_for_good, kept_with

Row = dict[str, Any]
Places = dict[tuple[str | None, str | None], NDArray[np.int64]]
NOWHERE: NDArray[np.int64] = np.empty(0, dtype=np.int64)


def rows_of_area(table: pa.Table, level: str, area_id: str) -> NDArray[np.int64]:
    """Return the positions of an area's rows, in the order of the table.

    Parameters
    ----------
    table : pyarrow.Table
        With the columns ``level`` and ``area_id``. What is found is kept as long as it lives.
    """
    return _places(table).get((level, area_id), NOWHERE)


def read_area(
    table: pa.Table, level: str, area_id: str, *, opened: Iterable[str], where: Mapping[str, Any]
) -> list[Row]:
    """Return the rows of an area whose columns equal the values given, in the order of the table.

    They are read together and kept for a while: a page asks for some of them, then for others,
    and is asked for in other languages. Nobody changes a row that is given.

    Parameters
    ----------
    table : pyarrow.Table
    level, area_id : str
    opened : iterable of str
        Columns whose texts are JSON. For one table always the same.
    where : mapping
        Column → value, None for NULL, or a tuple (list, set) of values.
    """
    rows = kept_with(
        table, ("rows", level, area_id), lambda: _read(table, level, area_id, tuple(opened))
    )
    for column, wanted in where.items():
        is_any = isinstance(wanted, (tuple, list, set, frozenset))
        among = wanted if is_any else (wanted,)
        rows = [row for row in rows if row[column] in among]
    return list(rows) if not where else rows


def open_texts(rows: list[Row], columns: Iterable[str]) -> list[Row]:
    """Return the rows with the JSON of some columns opened, in place."""
    for name in columns:
        for row in rows:
            if isinstance(row.get(name), str):
                row[name] = json.loads(row[name])
    return rows


def _read(table: pa.Table, level: str, area_id: str, opened: tuple[str, ...]) -> list[Row]:
    places = rows_of_area(table, level, area_id)
    if len(places) and places[-1] - places[0] + 1 == len(places):
        part = table.slice(int(places[0]), len(places))
    else:
        part = table.take(places)
    return open_texts(part.to_pylist(), opened)


def _places(table: pa.Table) -> Places:
    return kept_for_good(table, "places", lambda: _grouped(table))


def _grouped(table: pa.Table) -> Places:
    """Return level and code → positions of their rows."""
    levels, level_codes = _encoded(table["level"])
    areas, area_codes = _encoded(table["area_id"])
    together = level_codes * max(len(areas), 1) + area_codes
    order = np.argsort(together, kind="stable").astype(np.int64)
    keys, starts = np.unique(together[order], return_index=True)
    parts = np.split(order, starts[1:]) if len(keys) else []
    return {
        (levels[key // len(areas)], areas[key % len(areas)]): part
        for key, part in zip(keys.tolist(), parts, strict=True)
    }


def _encoded(column: pa.ChunkedArray) -> tuple[list[str | None], NDArray[np.int64]]:
    encoded = column.combine_chunks().dictionary_encode(null_encoding="encode")
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return encoded.dictionary.to_pylist(), codes
