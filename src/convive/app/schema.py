"""Arrow tables that keep the contract of `app.tables`: types, order, key."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from convive.app.tables import Kind, TableSpec

_TYPES: Mapping[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.TIMESTAMP: pa.timestamp("us"),
    Kind.JSON: pa.string(),
    Kind.BINARY: pa.binary(),
}


def arrow_schema(spec: TableSpec) -> pa.Schema:
    """Return the Arrow schema of a table, without metadata.

    NULL is allowed by the schema everywhere: Parquet readers disagree about required
    columns, so `check_table` looks after `nullable` instead.
    """
    return pa.schema([pa.field(column.name, _TYPES[column.kind]) for column in spec.columns])


def as_json(value: object) -> str:
    """Return JSON that is the same for the same value: sorted keys, no spaces to spare."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def table_from_rows(spec: TableSpec, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Return the rows as a table of `spec`; columns that a row leaves out are NULL.

    Values of JSON columns may be given as Python objects. Rows are sorted by the key.
    """
    kept = list(rows)
    arrays = []
    for column in spec.columns:
        values: list[Any] = [row.get(column.name) for row in kept]
        if column.kind is Kind.JSON:
            values = [v if v is None or isinstance(v, str) else as_json(v) for v in values]
        arrays.append(pa.array(values, type=_TYPES[column.kind], from_pandas=False))
    return sorted_by_key(spec, pa.Table.from_arrays(arrays, schema=arrow_schema(spec)))


def sorted_by_key(spec: TableSpec, table: pa.Table) -> pa.Table:
    """Return the table ordered by its key, NULL last, rows in one chunk."""
    if table.num_rows < 2:
        return table.combine_chunks()
    order = pc.sort_indices(table, sort_keys=[(name, "ascending") for name in spec.key])
    return table.take(order).combine_chunks()


def conform(spec: TableSpec, table: pa.Table) -> pa.Table:
    """Return the table with exactly the columns and types of `spec`, sorted by its key."""
    arrays = [table.column(column.name).cast(_TYPES[column.kind]) for column in spec.columns]
    return sorted_by_key(spec, pa.Table.from_arrays(arrays, schema=arrow_schema(spec)))


def check_table(spec: TableSpec, table: pa.Table) -> None:
    """Refuse a table that breaks the contract: a bug of ours, never of the user.

    Raises
    ------
    RuntimeError
        Wrong columns or types, a NULL where none may be, NaN, or a key that is not unique.
    """
    if not table.schema.equals(arrow_schema(spec)):
        raise RuntimeError(f"table {spec.name}: columns differ from the contract")
    for column in spec.columns:
        array = table.column(column.name)
        if not column.nullable and array.null_count:
            raise RuntimeError(f"table {spec.name}: NULL in {column.name}")
        if column.kind is Kind.NUMBER and pc.any(pc.invert(pc.is_finite(array))).as_py():
            raise RuntimeError(f"table {spec.name}: a number that is not finite in {column.name}")
    if table.num_rows and _n_distinct(table, spec.key) != table.num_rows:
        raise RuntimeError(f"table {spec.name}: key {spec.key} is not unique")


def empty_table(spec: TableSpec) -> pa.Table:
    """Return a table of `spec` without rows."""
    return arrow_schema(spec).empty_table()


def _n_distinct(table: pa.Table, key: Sequence[str]) -> int:
    return table.select(list(key)).group_by(list(key)).aggregate([]).num_rows
