"""One table as CSV: UTF-8 without mark, comma, LF, ISO dates, point as decimal sign."""

from __future__ import annotations

import csv as _csv
import io
from datetime import date
from typing import Any

from convive.app.ports import Build
from convive.app.spreadsheet_cells import harmless
from convive.app.tables import RESULT_TABLES, Kind, TableSpec
from convive.core.errors import NotFoundError


def public_spec(table: str) -> TableSpec:
    """Return the contract of a published table.

    Raises
    ------
    NotFoundError
        TABLE_UNKNOWN, also for evidence, which is never published.
    """
    for spec in RESULT_TABLES:
        if spec.name == table and spec.is_public:
            return spec
    known = ", ".join(spec.name for spec in RESULT_TABLES if spec.is_public)
    raise NotFoundError("TABLE_UNKNOWN", table=table, known=known)


def render_csv(build: Build, table: str) -> bytes:
    """Return a table as CSV.

    An empty field is a figure that is not shown (see `status` and `reason` in the same row) or
    does not apply; it is never a zero. JSON columns stand as JSON text, geometry as WKB in
    hexadecimal. No byte order mark: the dialect of Frictionless and CSVW; spreadsheets read the
    XLSX. A text that a spreadsheet would run as a formula is preceded by an apostrophe.
    """
    spec = public_spec(table)
    out = io.StringIO()
    writer = _csv.writer(out, lineterminator="\n")
    writer.writerow(spec.column_names)
    kinds = [column.kind for column in spec.columns]
    columns = [build.tables[table][name].to_pylist() for name in spec.column_names]
    for row in zip(*columns, strict=True):
        writer.writerow([_field(value, kind) for value, kind in zip(row, kinds, strict=True)])
    return out.getvalue().encode("utf-8")


def _field(value: Any, kind: Kind) -> str:
    """Return one field as text."""
    if value is None:
        return ""
    if kind is Kind.BINARY:
        return bytes(value).hex()
    if kind is Kind.BOOLEAN:
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if kind is Kind.NUMBER:
        return repr(float(value))
    text = str(value)
    return str(harmless(text)) if kind is Kind.TEXT else text
