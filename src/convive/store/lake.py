"""Counting evidence through Ibis: DuckDB by default, another engine by one argument."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from ibis.backends import BaseBackend


def connect_duckdb() -> BaseBackend:
    """Return a private in-memory DuckDB that reads nothing but what it is handed."""
    import ibis  # noqa: PLC0415 - takes a second; only an audit needs it

    connection = ibis.duckdb.connect()
    connection.raw_sql("SET enable_external_access = false")
    connection.raw_sql("SET autoinstall_known_extensions = false")
    return connection


class IbisAggregator:
    """Counts rows of Arrow tables with whatever engine the connection speaks to.

    The same expression runs on DuckDB on a laptop and on Spark in a data centre; the result
    is sorted, so that the engine's order of rows never shows.
    """

    def __init__(self, connect: Callable[[], BaseBackend] = connect_duckdb) -> None:
        self._connect = connect
        self._connection: BaseBackend | None = None

    def count(self, table: pa.Table, by: Iterable[str], *, where: str | None = None) -> pa.Table:
        """Return one row per combination of `by` with column ``n``, sorted by `by`.

        Parameters
        ----------
        table : pyarrow.Table
            Rows to count.
        by : iterable of str
            Columns to group by; NULL is a group of its own.
        where : str, optional
            Name of a boolean column: only its true rows count.
        """
        import ibis  # noqa: PLC0415 - takes a second; only an audit needs it

        if self._connection is None:
            self._connection = self._connect()
        names = list(by)
        rows = ibis.memtable(table.select(names if where is None else [*names, where]))
        if where is not None:
            rows = rows.filter(rows[where])
        counted = rows.group_by(names).aggregate(n=rows.count()).order_by(names)
        result: pa.Table = self._connection.to_pyarrow(counted)
        fields = [table.schema.field(name).remove_metadata() for name in names]
        schema = pa.schema([*(pa.field(f.name, f.type) for f in fields), ("n", pa.int64())])
        return result.cast(schema)
