"""Runs the query that a finding prints, over the published tables and nothing else."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa


def rows_that_match(
    tables: dict[str, pa.Table], query: str, limit: int
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return column names and at most `limit` rows; nothing where the query does not run.

    The engine lives in memory, has no access to files or network, and cannot be given any.
    """
    with duckdb.connect(":memory:", config={"enable_external_access": False}) as engine:
        engine.execute("SET threads = 1")
        engine.execute("SET lock_configuration = true")
        for name, table in tables.items():
            engine.register(name, table)
        try:
            result = engine.execute(query)
            names = [column[0] for column in result.description or ()]
            return names, result.fetchmany(limit)
        except duckdb.Error:
            return [], []
