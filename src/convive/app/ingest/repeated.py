"""Which rows say what an earlier row said: by their hashes, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from convive.core.pseudonyms import may_come_twice

RepeatedColumn = Literal["id_hash", "row_hash"]
MAX_ROWS_IN_MEMORY = 8_000_000
"""Sorting a dozen bytes a row is quicker than asking an engine; of more rows than this, ask it."""
_NO_HASH = np.iinfo(np.int64).min
"""Stands for NULL; a hash is it once in 2⁶⁴."""
_LOW_BITS = 32
_COLUMNS = ("id_hash", "row_hash")


class SeenRows:
    """A table writer that remembers rows and hashes only."""

    def __init__(self, columns: Sequence[str] = _COLUMNS) -> None:
        self.meta: dict[str, Any] = {}
        self.n = 0
        self._rows: list[NDArray[np.int32]] = []
        self._hashes: dict[str, list[NDArray[np.int64]]] = {name: [] for name in columns}

    @classmethod
    def of(cls, facts: Path, column: RepeatedColumn) -> SeenRows:
        """Return the rows of a part that is kept, with one column of hashes."""
        seen = cls([column])
        seen.write(pq.read_table(facts, columns=["row", column]))
        return seen

    def write(self, table: pa.Table) -> None:
        """Take rows."""
        self.n += table.num_rows
        self._rows.append(table.column("row").to_numpy())
        for name, held in self._hashes.items():
            column = table.column(name)
            is_empty = column.null_count == len(column)
            some = np.broadcast_to(np.int64(_NO_HASH), len(column))
            held.append(some if is_empty else pc.fill_null(column, _NO_HASH).to_numpy())

    def column(self, name: str) -> NDArray[np.int64]:
        """Return the hashes of all rows."""
        return np.concatenate([np.zeros(0, np.int64), *self._hashes[name]])

    def rows(self) -> NDArray[np.int32]:
        """Return the rows in the file."""
        return np.concatenate([np.zeros(0, np.int32), *self._rows])


def find_repeated(parts: Sequence[SeenRows], column: RepeatedColumn) -> pa.Table:
    """Return part, number and row of each row whose hash came before, as ``Aggregator.later``."""
    hashes = np.concatenate([np.zeros(0, np.int64), *(one.column(column) for one in parts)])
    # Few rows are left to be looked at one by one: nothing as long as the file is sorted.
    at = np.flatnonzero(may_come_twice(hashes) & (hashes != _NO_HASH))
    at = at[may_come_twice(hashes[at] >> _LOW_BITS)]
    order = at[np.argsort(hashes[at], kind="stable")]
    at = np.sort(order[1:][hashes[order[1:]] == hashes[order[:-1]]])
    starts = np.cumsum([0, *(one.n for one in parts)])
    part = np.searchsorted(starts, at, side="right") - 1
    rows = np.concatenate([np.zeros(0, np.int32), *(one.rows() for one in parts)])
    found = {"part": part, "number": at - starts[part], "row": rows[at]}
    return pa.table({name: pa.array(values, pa.int64()) for name, values in found.items()})
