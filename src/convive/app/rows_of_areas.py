"""Where the rows of an area stand in a published table: found once, not by reading it all again."""

from __future__ import annotations

import weakref

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Places = dict[tuple[str | None, str | None], NDArray[np.int64]]
NOWHERE: NDArray[np.int64] = np.empty(0, dtype=np.int64)
_known: dict[int, tuple[weakref.ref[pa.Table], Places]] = {}


def rows_of_area(table: pa.Table, level: str, area_id: str) -> NDArray[np.int64]:
    """Return the positions of an area's rows, in the order of the table.

    Parameters
    ----------
    table : pyarrow.Table
        With the columns ``level`` and ``area_id``. What is found is kept as long as it lives.
    """
    return _places(table).get((level, area_id), NOWHERE)


def _places(table: pa.Table) -> Places:
    known = _known.get(id(table))
    if known is not None and known[0]() is table:
        return known[1]
    number = id(table)
    found = _grouped(table)
    _known[number] = (weakref.ref(table, lambda _: _known.pop(number, None)), found)
    return found


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
