"""Rows of surveys, observations and notes in the restricted store, table by table and file by file.

They are few enough to be assessed from the rows themselves; these are read back from the store,
logged as every read is, never from the file behind its back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from convive.app.ports import PartKey, StoreSession
from convive.app.protection.rows import day_columns, last_days
from convive.app.schema import arrow_schema, conform
from convive.app.tables import TableSpec


def keep_rows(
    session: StoreSession,
    key: PartKey,
    spec: TableSpec,
    rows: pa.Table,
    record: Mapping[str, Any],
) -> None:
    """Keep the rows of one table from one file."""
    ordered = conform(spec, rows)
    first, last = _extent(ordered)
    with session.writing(
        key.name, kind=spec.name, source_id=key.source_id, schema=arrow_schema(spec)
    ) as target:
        target.write(ordered)
        target.meta |= {
            "n": ordered.num_rows,
            "file": key.file,
            "first_day": first,
            "last_day": last,
            "record": record,
        }


def read_rows(session: StoreSession, key: PartKey, spec: TableSpec) -> pa.Table:
    """Return the rows of one table from one file, as they are kept."""
    kept = session.find(key.name)
    if kept is None:
        raise RuntimeError("rows were asked for before they were kept")
    return conform(spec, pq.read_table(session.open(kept)))


def _extent(rows: pa.Table) -> tuple[str | None, str | None]:
    """Return the first and the last day of the rows, ISO; None where none has a day."""
    if not day_columns(rows.schema):
        return None, None
    extent = pc.min_max(last_days(rows)).as_py()
    first, last = (day.isoformat() if day else None for day in (extent["min"], extent["max"]))
    return first, last
