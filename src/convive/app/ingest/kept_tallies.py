"""Tallies in the restricted store: named by what they count, found again by it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from convive.app.ports import Kept, StoreSession
from convive.app.protection.rows import ROW_KINDS
from convive.app.row_sets import RowSet
from convive.app.schema import as_json

TALLY = "tally"
TALLY_VERSION = 1
"""Goes up with every change of what is counted: tallies of before are made anew."""
LEFT_OUT = "left-out"
_LEFT_OUT_COLUMNS = pa.schema(
    [("packed", pa.large_binary()), ("n_rows", pa.int64()), ("n", pa.int64())]
)


def tally_name(parts: Sequence[str], question: str, details: Any = None) -> str:
    """Return the name of a tally: parts, question and everything else that decides the answer."""
    told = as_json([TALLY_VERSION, list(parts), question, details])
    return f"{hashlib.sha256(told.encode()).hexdigest()}.{question}"


def read_tally(session: StoreSession, kept: Kept) -> pa.Table:
    """Return a tally that is kept."""
    return pq.read_table(session.open(kept))


def write_tally(
    session: StoreSession,
    parts: Sequence[str],
    question: str,
    table: pa.Table,
    *,
    source_id: str,
    details: Any = None,
) -> str:
    """Keep a tally and return its name."""
    name = tally_name(parts, question, details)
    with session.writing(name, kind=TALLY, source_id=source_id, schema=table.schema) as target:
        target.write(table)
        target.meta |= {"parts": list(parts), "question": question, "details": details}
    return name


def read_left_out(session: StoreSession, part: str) -> RowSet | None:
    """Return the rows that a part left out when it was last counted; None: never counted."""
    kept = session.find(tally_name([part], LEFT_OUT))
    if kept is None:
        return None
    (row,) = read_tally(session, kept).to_pylist()
    return RowSet(row["packed"], row["n_rows"], row["n"])


def write_left_out(session: StoreSession, part: Kept, rows: RowSet) -> None:
    """Keep which rows a part leaves out, in the place of what it left out before."""
    if read_left_out(session, part.name) == rows:
        return
    row = {"packed": rows.packed, "n_rows": rows.n_rows, "n": rows.n}
    table = pa.Table.from_pylist([row], schema=_LEFT_OUT_COLUMNS)
    write_tally(session, [part.name], LEFT_OUT, table, source_id=str(part.source_id))


def drop_unused(session: StoreSession, parts: Sequence[str]) -> None:
    """Forget rows and tallies of evidence files that the pack no longer has, or has otherwise."""
    current = set(parts)
    for kept in [kept for kind in ROW_KINDS for kept in session.listed(kind)]:
        if kept.name not in current:
            session.drop(kept.name)
    for kept in session.listed(TALLY):
        if not set(kept.meta["parts"]) <= current:
            session.drop(kept.name)
