"""What stands in a CSV, column by column, as CSV on the Web tells it (W3C, CSVW 2015)."""

from __future__ import annotations

from typing import Any

from convive.app.ports import Build
from convive.app.tables import Column, Kind, TableSpec
from convive.reports.rows import select
from convive.reports.tables.csv import public_spec

DATATYPES = {
    Kind.TEXT: "string",
    Kind.INTEGER: "integer",
    Kind.NUMBER: "double",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "date",
    Kind.TIMESTAMP: "datetime",
    Kind.JSON: "json",
    Kind.BINARY: "hexBinary",
}
"""Kind of a column → name of the datatype in CSVW."""
SUFFIX = "-metadata.json"
"""Where software looks for it: the address of the table, then this."""


def csvw_metadata(build: Build, table: str) -> dict[str, Any]:
    """Return the metadata of a published table; it lies beside ``<table>.csv``.

    An empty field is NULL: a figure that is not shown, or what does not apply; never a zero.

    Raises
    ------
    NotFoundError
        TABLE_UNKNOWN.

    References
    ----------
    W3C, Metadata Vocabulary for Tabular Data, Recommendation of 17 December 2015.
    """
    spec = public_spec(table)
    licences = sorted({row["licence"] for row in select(build, "sources") if row["licence"]})
    found: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": f"{spec.name}.csv",
        "dc:title": f"{build.city.name}: {spec.name}",
        "dc:description": spec.about,
        "dc:license": licences,
        "dc:modified": str(build.run.get("built_at") or ""),
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True},
        "tableSchema": {"columns": [_column(one) for one in spec.columns]} | _key(spec),
    }
    return {key: value for key, value in found.items() if value}


def _column(column: Column) -> dict[str, Any]:
    """Return one column; a text that may not be NULL may still be empty, so it is not required."""
    found: dict[str, Any] = {
        "name": column.name,
        "titles": column.name,
        "dc:description": column.about,
        "datatype": DATATYPES[column.kind],
    }
    if not column.nullable and column.kind is not Kind.TEXT:
        found["required"] = True
    return found


def _key(spec: TableSpec) -> dict[str, Any]:
    """Return the key, where none of its columns may be empty."""
    nullable = {column.name for column in spec.columns if column.nullable}
    return {} if nullable & set(spec.key) else {"primaryKey": list(spec.key)}
