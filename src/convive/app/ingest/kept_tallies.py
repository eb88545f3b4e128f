"""Tallies in the restricted store: named by what they count, found again by it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from convive.app.ports import Kept, StoreSession
from convive.app.protection.rows import ROW_KINDS
from convive.app.schema import as_json

TALLY = "tally"
TALLY_VERSION = 1
"""Goes up with every change of what is counted: tallies of before are made anew."""


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


def tallies_of(session: StoreSession, part: str, question: str) -> tuple[Kept, ...]:
    """Return what is kept about a part and a question, whatever was left out of it."""
    return tuple(
        kept
        for kept in session.listed(TALLY)
        if kept.meta["question"] == question and kept.meta["parts"] == [part]
    )


def drop_unused(session: StoreSession, parts: Sequence[str]) -> None:
    """Forget rows and tallies of evidence files that the pack no longer has, or has otherwise."""
    current = set(parts)
    for kept in [kept for kind in ROW_KINDS for kept in session.listed(kind)]:
        if kept.name not in current:
            session.drop(kept.name)
    for kept in session.listed(TALLY):
        if not set(kept.meta["parts"]) <= current:
            session.drop(kept.name)
