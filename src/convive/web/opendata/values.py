"""Rows of published tables as plain values, and the schemas that describe them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from convive.app.tables import Column, Kind, TableSpec
from convive.web.opendata import parameters
from convive.web.opendata.parameters import Parameter

Row = dict[str, Any]
_TYPES: Mapping[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": "string"},
    Kind.INTEGER: {"type": "integer"},
    Kind.NUMBER: {"type": "number"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.TIMESTAMP: {"type": "string", "format": "date-time"},
    Kind.JSON: {},
}
_FILTERED = {Kind.TEXT, Kind.INTEGER, Kind.BOOLEAN, Kind.DATE}
_FAR = 2**53


def shown_columns(spec: TableSpec) -> tuple[Column, ...]:
    """Return the columns that are told; outlines are told as features."""
    return tuple(column for column in spec.columns if column.kind is not Kind.BINARY)


def row_schema(spec: TableSpec) -> dict[str, Any]:
    """Return the JSON Schema of a row."""
    properties = {column.name: _schema(column) for column in shown_columns(spec)}
    return {
        "type": "object", "description": spec.about, "properties": properties,
        "required": sorted(properties), "additionalProperties": False,
    }  # fmt: skip


def _schema(column: Column) -> dict[str, Any]:
    found = {**_TYPES[column.kind], "description": column.about}
    if column.nullable and "type" in found:
        found["type"] = [found["type"], "null"]
    return found


def filters(spec: TableSpec) -> tuple[Parameter, ...]:
    """Return a parameter for each column that rows can be chosen by."""
    return tuple(_filter(column) for column in spec.columns if column.kind in _FILTERED)


def _filter(column: Column) -> Parameter:
    about = f"Only rows whose {column.name} is this. {column.about}"
    if column.kind is Kind.INTEGER:
        return parameters.integer(column.name, about, least=-_FAR, most=_FAR, default=None)
    kinds = {Kind.TEXT: parameters.text, Kind.BOOLEAN: parameters.truth, Kind.DATE: parameters.day}
    return kinds[column.kind](column.name, about)


def chosen(table: pa.Table, wanted: Mapping[str, Any]) -> pa.Table:
    """Return the rows whose columns equal the values; in the order of the table."""
    mask = None
    for name, value in wanted.items():
        column = table[name]
        part = pc.fill_null(pc.equal(column, pa.scalar(value, type=column.type)), False)  # noqa: FBT003
        mask = part if mask is None else pc.and_(mask, part)
    return table if mask is None else table.filter(mask)


def told_rows(spec: TableSpec, table: pa.Table) -> list[Row]:
    """Return rows as JSON values; what is not known is null, never 0."""
    names = [column.name for column in shown_columns(spec) if column.name in table.column_names]
    opened = {column.name for column in spec.columns if column.kind is Kind.JSON}
    rows: list[Row] = table.select(names).to_pylist()
    return [{name: _told(row[name], name in opened) for name in names} for row in rows]


def plain(row: Mapping[str, Any], names: Iterable[str]) -> Row:
    """Return some fields of a row as JSON values."""
    return {name: _told(row.get(name), is_json=False) for name in names}


def _told(value: Any, is_json: bool) -> Any:  # noqa: FBT001 - inner
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, date | datetime):
        return value.isoformat()
    if is_json and isinstance(value, str):
        return json.loads(value)
    return value
