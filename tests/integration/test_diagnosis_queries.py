"""The SQL printed with a finding runs over the published tables and finds the rows meant."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa

from convive.app.schema import table_from_rows
from convive.app.tables import RESULT_TABLES, Kind, TableSpec
from factories.diagnosis import findings_of, planted

BLANK = {Kind.TEXT: "", Kind.INTEGER: 0, Kind.NUMBER: 0.0, Kind.BOOLEAN: False, Kind.JSON: []}


def full(spec: TableSpec, row: dict[str, Any]) -> dict[str, Any]:
    """Return the row with every column of the contract."""
    filled = {
        c.name: row.get(c.name, None if c.nullable else BLANK.get(c.kind)) for c in spec.columns
    }
    unknown = set(row) - {c.name for c in spec.columns}
    assert not unknown, (spec.name, unknown)
    for column in spec.columns:
        if column.kind is Kind.DATE and filled[column.name] is None and not column.nullable:
            filled[column.name] = planted()["trends"][0]["before_start"]
    return filled


def test_every_query_runs_and_finds_rows() -> None:
    tables = planted()
    with duckdb.connect(":memory:") as engine:
        for spec in RESULT_TABLES:
            rows = [full(spec, row) for row in tables.get(spec.name, [])]
            table: pa.Table = table_from_rows(spec, rows)
            engine.register(spec.name, table)
        for finding in findings_of(tables):
            found = engine.execute(finding.evidence[0].query).fetchall()
            assert found, finding.evidence[0].query
            for link in finding.evidence[1:]:
                engine.execute(link.query)
