"""A table as it was found in a file: texts, with the row numbers a spreadsheet shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

from convive.connectors.city_pack.buffers import cells_of
from convive.connectors.city_pack.column_names import column_named
from convive.connectors.city_pack.mapping_schema import Format
from convive.core.model import Place


@dataclass(frozen=True)
class Sheet:
    """One table: named text columns, NULL where a cell is empty."""

    file: str
    sheet: str | None
    year: int | None
    names: tuple[str, ...]
    columns: tuple[pa.Array, ...]
    rows: np.ndarray
    """Row numbers, int64, shape (n_rows,)."""
    bad_rows: tuple[int, ...] = ()
    """Rows with more or fewer cells than the header."""
    n_blank: int = 0
    notes: tuple[tuple[str, dict[str, object]], ...] = ()
    """(code, data) of what reading noticed."""
    path: str = ""
    delimiter: str | None = None
    part: int = 0
    """Which stretch of the table this is, from 0."""
    is_last: bool = True
    """Whether the table ends here."""
    found: tuple[str, ...] = ()
    """Names of all columns of the file, where only some of them were read."""

    @property
    def n_rows(self) -> int:
        """Number of rows with data."""
        return len(self.rows)

    def place(self, column: str | None = None) -> Place:
        """Return the place of a column for messages."""
        return Place(self.file, self.sheet, column=column)

    def position(self, name: str) -> int | None:
        """Return where a column is: by exact name, else by the only loose match."""
        found = column_named(name, self.found or self.names)
        return self.names.index(found) if found in self.names else None

    def has(self, name: str) -> bool:
        """Tell whether the column is there."""
        return self.position(name) is not None

    def texts(self, name: str) -> pa.Array:
        """Return a column as texts."""
        position = self.position(name)
        if position is None:
            raise KeyError(name)
        return self.columns[position]

    def missing(self, names: Iterable[str | None]) -> list[str]:
        """Return which of the columns are not there."""
        return [name for name in names if name and not self.has(name)]

    def where(self, mask: np.ndarray) -> Sheet:
        """Return the sheet with only the rows of the mask."""
        if mask.all():
            return self
        kept = pa.array(mask)
        columns = tuple(column.filter(kept) for column in self.columns)
        return replace(self, columns=columns, rows=self.rows[mask])


def null_words(fmt: Format) -> tuple[str, ...]:
    """Return the words that mean "nothing there"; what means exactly none is not among them."""
    return tuple(word for word in fmt.null if word not in fmt.none)


def tidy(columns: Sequence[pa.Array], null: Sequence[str]) -> list[pa.Array]:
    """Return the columns trimmed, with words for "nothing there" as NULL."""
    words = sorted({"", *null})
    nothing = pa.array(words, type=pa.string())
    longest = max(len(word.encode()) for word in words)
    done = []
    for column in columns:
        cells = cells_of(column)
        if column.type != pa.string() or column.null_count:
            is_ragged, shortest = True, 0
        else:
            is_ragged, shortest = looks(cells.data, cells.offsets)
        trimmed = pc.utf8_trim_whitespace(column) if is_ragged else column
        if shortest > longest:
            done.append(trimmed)
            continue
        is_null = _among(trimmed, nothing, longest)
        if pc.any(is_null).as_py() or trimmed.null_count:
            trimmed = pc.if_else(is_null, pa.scalar(None, pa.string()), trimmed)
        done.append(trimmed)
    return done


def _among(texts: pa.Array, words: pa.Array, longest: int) -> pa.Array:
    """Return which cells are one of some words; only those short enough are looked at."""
    n_bytes = pc.fill_null(pc.binary_length(texts), 0).to_numpy()
    short = np.flatnonzero(n_bytes <= longest)
    found = np.zeros(len(texts), dtype=bool)
    found[short] = as_mask(pc.is_in(texts.take(pa.array(short)), value_set=words))
    return pa.array(found)


@njit(cache=True, nogil=True)
def looks(data: np.ndarray, offsets: np.ndarray) -> tuple[bool, int]:
    """Return whether a cell may begin or end with a blank, and how long the shortest is.

    Bytes up to the blank and above ASCII may be one; the shortest counts before trimming.
    """
    shortest = 1 << 62
    for i in range(len(offsets) - 1):
        first, end = offsets[i], offsets[i + 1]
        shortest = min(shortest, end - first)
        if end > first:
            for c in (data[first], data[end - 1]):
                if c <= 32 or c >= 127:
                    return True, 0
    return False, shortest


def has_data(columns: Sequence[pa.Array], n_rows: int) -> np.ndarray:
    """Return which rows have at least one cell with something in it, bool of shape (n_rows,)."""
    found = np.zeros(n_rows, dtype=bool)
    for column in columns:
        found |= column.is_valid().to_numpy(zero_copy_only=False)
        if found.all():
            break
    return found


def as_mask(array: pa.Array) -> np.ndarray:
    """Return a boolean array with NULL as False."""
    return np.asarray(pc.fill_null(array, fill_value=False)).astype(bool)
