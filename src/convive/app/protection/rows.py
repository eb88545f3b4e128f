"""Kept rows and their days: which of them are older than they may be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ROW_KINDS = ("rows", "respondents", "answers", "observations", "notes")
"""Kinds of things in the store that hold rows about people or events."""
_DAY_COLUMNS = (("starts", "ends"), ("starts", "span"), ("starts",), ("day",), ("wave_date",))
"""What tells the last day of a row; the first that a table has is used."""
_BATCH = 131_072


@dataclass(frozen=True, slots=True)
class Span:
    """The days of the rows of one file."""

    n: int
    n_undated: int
    n_expired: int
    first_day: date | None
    """Earliest last day of a row."""


def span_of(path: Path, limit: date) -> Span:
    """Return how many rows a file has, how many end before `limit`, and the earliest day.

    Parameters
    ----------
    path : Path
        Parquet file of rows; read in stretches.
    limit : date
        First day that may still be kept.
    """
    n = n_undated = n_expired = 0
    earliest: list[date] = []
    file = pq.ParquetFile(path)
    columns = day_columns(file.schema_arrow)
    n = file.metadata.num_rows
    if not columns:
        return Span(n, n, 0, None)
    for batch in file.iter_batches(_BATCH, columns=list(columns)):
        days = last_days(pa.table(batch))
        n_undated += days.null_count
        n_expired += pc.sum(is_expired(days, limit)).as_py() or 0
        first = pc.min(days).as_py()
        if first is not None:
            earliest.append(first)
    return Span(n, n_undated, n_expired, min(earliest, default=None))


def day_columns(schema: pa.Schema) -> tuple[str, ...]:
    """Return the columns that tell the day of a row; none where the rows have no day."""
    for names in _DAY_COLUMNS:
        if set(names) <= set(schema.names):
            return names
    return ()


def last_days(table: pa.Table) -> pa.ChunkedArray:
    """Return the last day of each row, NULL where it has none."""
    columns = day_columns(table.schema)
    if columns == ("starts", "ends"):
        moments = pc.coalesce(table["ends"], table["starts"])
    elif columns == ("starts", "span"):
        seconds = pc.fill_null(table["span"].cast(pa.int64()), 0)
        moments = pc.add(table["starts"], seconds.cast(pa.duration("s")).cast(pa.duration("us")))
    else:
        moments = table[columns[0]]
    return moments.cast(pa.date32(), safe=False)


def is_expired(days: pa.ChunkedArray, limit: date) -> pa.ChunkedArray:
    """Tell which rows end before `limit`; a row without a day does not."""
    return pc.fill_null(pc.less(days, pa.scalar(limit, pa.date32())), fill_value=False)


def kept_rows(path: Path, limit: date) -> Iterator[pa.Table]:
    """Yield the rows that may stay, a stretch at a time."""
    for batch in pq.ParquetFile(path).iter_batches(_BATCH):
        table = pa.table(batch)
        yield table.filter(pc.invert(is_expired(last_days(table), limit)))


def schema_of(path: Path) -> pa.Schema:
    """Return the columns of a file of rows."""
    return pq.read_schema(path).remove_metadata()
