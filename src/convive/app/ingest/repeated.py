"""Which rows say what another row says: by their hashes, some of the hashes at a time.

Rows are looked at by the high bits of their hashes, so that never more than some millions are
held, however many there are and however often one identifier comes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from convive.app.ports import Repeated
from convive.app.row_sets import RowSet
from convive.core.pseudonyms import may_come_twice

RepeatedColumn = Literal["id_hash", "row_hash"]
ROWS_AT_ONCE = 8_000_000
"""How many rows are compared with each other at a time: a few hundred megabytes."""
N_FIRST_ROWS = 5
_NO_HASH = np.iinfo(np.int64).min
"""Stands for NULL; a hash is it once in 2⁶⁴."""
_LOW_BITS = 32
_RANK_BITS, _PART_BITS = 56, 32
"""A key sorts by rank, part and number of a row."""
_FIRST_RANK = np.int64(1)
"""Before it stand the rows of parts that are settled."""
_SHARE_BITS = 56
"""The bits above tell the shares apart; those below are compared."""
_STRETCH = 1 << 20
_COLUMNS = ("id_hash", "row_hash")

Longs = NDArray[np.int64]
Stretch = tuple[NDArray[Any], Longs, NDArray[np.int16]]
"""Number, hash and code of the category of rows that stand one after the other."""


class Rows(Protocol):
    """The rows of one part."""

    n: int
    """How many rows the part was given, also where some are weeded since."""

    def stretches(self, column: RepeatedColumn) -> Iterator[Stretch]:
        """Yield the rows, a stretch at a time."""
        ...

    def lines(self) -> Iterator[tuple[NDArray[Any], NDArray[np.int32]]]:
        """Yield the number of rows and their row in the file, a stretch at a time."""
        ...


class SeenRows:
    """A table writer that remembers rows, hashes and categories only."""

    def __init__(self) -> None:
        self.meta: dict[str, Any] = {}
        self.n = 0
        self._rows: list[NDArray[np.int32]] = []
        self._kinds: list[NDArray[np.int16]] = []
        self._hashes: dict[str, list[Longs]] = {name: [] for name in _COLUMNS}

    def write(self, table: pa.Table) -> None:
        """Take rows."""
        self.n += table.num_rows
        self._rows.append(table.column("row").to_numpy())
        self._kinds.append(table.column("category").to_numpy())
        for name, held in self._hashes.items():
            held.append(_filled(table.column(name)))

    def stretches(self, column: RepeatedColumn) -> Iterator[Stretch]:
        """Yield the rows, a stretch at a time."""
        first = 0
        for hashes, kinds in zip(self._hashes[column], self._kinds, strict=True):
            yield np.arange(first, first + len(hashes)), hashes, kinds
            first += len(hashes)

    def lines(self) -> Iterator[tuple[NDArray[Any], NDArray[np.int32]]]:
        """Yield the number of rows and their row in the file, a stretch at a time."""
        first = 0
        for rows in self._rows:
            yield np.arange(first, first + len(rows)), rows
            first += len(rows)


class StoredRows:
    """The rows of a part that is kept."""

    def __init__(self, facts: Path, n: int) -> None:
        self._facts, self.n = facts, n

    def stretches(self, column: RepeatedColumn) -> Iterator[Stretch]:
        """Yield the rows, a stretch at a time."""
        for table in self._read("number", column, "category"):
            numbers, kinds = table.column("number").to_numpy(), table.column("category").to_numpy()
            yield numbers, _filled(table.column(column)), kinds

    def lines(self) -> Iterator[tuple[NDArray[Any], NDArray[np.int32]]]:
        """Yield the number of rows and their row in the file, a stretch at a time."""
        for table in self._read("number", "row"):
            yield table.column("number").to_numpy(), table.column("row").to_numpy()

    def _read(self, *columns: str) -> Iterator[pa.Table]:
        with pq.ParquetFile(self._facts) as file:
            for batch in file.iter_batches(_STRETCH, columns=list(columns)):
                yield pa.table(batch)


def ranks_of(categories: Sequence[str], gravest: Sequence[str]) -> Longs:
    """Return the rank of every code of a category, and behind them that of none; low is grave."""
    place = {name: i for i, name in enumerate(gravest)}
    return np.array([*(place.get(name, len(gravest)) for name in categories), len(gravest)])


def find_repeated(
    parts: Sequence[Rows],
    column: RepeatedColumn,
    ranks: Sequence[Longs] = (),
    settled: Sequence[RowSet | None] = (),
) -> list[Repeated]:
    """Return the rows of each part whose hash another row has that counts in their stead.

    Of the rows with one hash the one of the lowest rank counts, among these the first in the
    order of parts and rows. Rows without a hash are no repeats. A part that is settled leaves
    out what it has left out before, and its other rows count before those of all others.

    Parameters
    ----------
    parts : sequence of Rows
    column : str
        Which hashes are compared.
    ranks : sequence of ndarray of int64, optional
        Per part the rank of each code of a category, 0 to 126, that of none last (`ranks_of`);
        without them all rows have the same rank.
    settled : sequence of RowSet or None, optional
        Per part the rows that it leaves out for good; None where that is to be found.
    """
    settled = settled or [None] * len(parts)
    left_out = [None if one is None else one.mask for one in settled]
    n = sum(part.n for part in parts)
    n_shares = 1
    while n_shares * ROWS_AT_ONCE < n:
        n_shares *= 2
    masks = [np.zeros(part.n, dtype=np.bool_) for part in parts]
    for share in range(n_shares):
        compared = _Compared(masks)
        for i, part in enumerate(parts):
            for numbers, hashes, kinds in part.stretches(column):
                is_own = hashes != _NO_HASH
                if n_shares > 1:
                    is_own &= (hashes >> _SHARE_BITS) & (n_shares - 1) == share
                out = left_out[i]
                if out is not None:
                    is_own &= ~out[numbers]
                keys = (np.int64(i) << _PART_BITS) | numbers[is_own]
                if out is None:
                    rank = ranks[i][kinds[is_own]] if ranks else np.int64(0)
                    keys |= (_FIRST_RANK + rank) << _RANK_BITS
                compared.add(hashes[is_own], keys)
        compared.settle()
    found = [mask if out is None else out for mask, out in zip(masks, left_out, strict=True)]
    return [_told(part, mask) for part, mask in zip(parts, found, strict=True)]


class _Compared:
    """The rows of a share of the hashes: the best of each is held, the others are marked."""

    def __init__(self, masks: Sequence[NDArray[np.bool_]]) -> None:
        self._masks = masks
        self._waiting: list[tuple[Longs, Longs]] = []
        self._n_held = 0

    def add(self, hashes: Longs, keys: Longs) -> None:
        """Take rows; one identifier may come so often that they are settled before the end."""
        self._waiting.append((hashes, keys))
        if sum(len(one) for one, _ in self._waiting) >= self._n_held + ROWS_AT_ONCE:
            self.settle()

    def settle(self) -> None:
        """Mark the rows that do not count, and hold those that do."""
        hashes, keys = (
            np.concatenate([np.zeros(0, np.int64), *(pair[i] for pair in self._waiting)])
            for i in (0, 1)
        )
        # Few rows are left to be looked at one by one: nothing as long as ids are told apart.
        at = np.flatnonzero(may_come_twice(hashes))
        at = at[may_come_twice(hashes[at] >> _LOW_BITS)]
        order = at[np.lexsort((keys[at], hashes[at]))]
        is_again = np.zeros(len(order), dtype=np.bool_)
        is_again[1:] = hashes[order[1:]] == hashes[order[:-1]]
        lost = order[is_again]
        self._mark(keys[lost])
        stays = np.ones(len(hashes), dtype=np.bool_)
        stays[lost] = False
        self._waiting = [(hashes[stays], keys[stays])]
        self._n_held = len(self._waiting[0][0])

    def _mark(self, keys: Longs) -> None:
        part = (keys >> _PART_BITS) & ((1 << (_RANK_BITS - _PART_BITS)) - 1)
        number = keys & ((1 << _PART_BITS) - 1)
        for i in np.unique(part):
            self._masks[i][number[part == i]] = True


def _told(part: Rows, mask: NDArray[np.bool_]) -> Repeated:
    """Return the marked rows of a part, with the first of them as its file counts them."""
    numbers = RowSet.where(mask)
    first = np.zeros(0, dtype=np.int32)
    for at, rows in part.lines() if numbers else ():
        first = np.sort(np.concatenate([first, rows[mask[at]]]))[:N_FIRST_ROWS]
    return Repeated(numbers, tuple(first.tolist()))


def _filled(column: pa.ChunkedArray) -> Longs:
    if column.null_count == len(column):
        return np.broadcast_to(np.int64(_NO_HASH), len(column))
    found: Longs = pc.fill_null(column, _NO_HASH).to_numpy()
    return found


def as_table(found: Sequence[Repeated]) -> pa.Table:
    """Return what was found, a row a part, to be kept."""
    return pa.table(
        {
            "n_rows": pa.array([one.numbers.n_rows for one in found], pa.int64()),
            "packed": pa.array([one.numbers.packed for one in found], pa.large_binary()),
            "n": pa.array([len(one) for one in found], pa.int64()),
            "rows": pa.array([list(one.rows) for one in found], pa.list_(pa.int32())),
        }
    )


def from_table(table: pa.Table) -> list[Repeated]:
    """Return what `as_table` has kept."""
    return [_kept(row) for row in table.to_pylist()]


def _kept(row: Mapping[str, Any]) -> Repeated:
    return Repeated(RowSet(row["packed"], row["n_rows"], row["n"]), tuple(row["rows"]))
