"""The Frictionless descriptor that is written beside the published tables."""

from __future__ import annotations

from typing import Any

from convive.app.ports import Build
from convive.app.tables import RESULT_TABLES, Column, Kind, TableSpec
from convive.catalogue.texts import localised
from convive.reports import words
from convive.reports.rows import select

TYPES = {
    Kind.TEXT: "string",
    Kind.INTEGER: "integer",
    Kind.NUMBER: "number",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "date",
    Kind.TIMESTAMP: "datetime",
    Kind.BINARY: "string",
}


def datapackage(build: Build, *, extension: str = "csv") -> dict[str, Any]:
    """Return ``datapackage.json`` as a mapping: tables, fields, keys, sources, licences.

    Parameters
    ----------
    build : Build
        A finished audit.
    extension : str
        ``csv`` for the downloads, ``parquet`` for the build folder.
    """
    specs = [spec for spec in RESULT_TABLES if spec.is_public and spec.name in build.tables]
    sources = select(build, "sources")
    licences = sorted({row["licence"] for row in sources if row["licence"]})
    package: dict[str, Any] = {
        "profile": "tabular-data-package" if extension == "csv" else "data-package",
        "name": build.city.id,
        "title": build.city.name,
        "description": words.rounding(build, "en"),
        "languages": list(build.city.languages),
        "sources": [_source(row) for row in sources],
        "licenses": [{"name": licence, "title": licence} for licence in licences],
        "resources": [_resource(spec, extension) for spec in specs],
    }
    if build.run.get("built_at"):
        package["created"] = str(build.run["built_at"])
    return {key: value for key, value in package.items() if value}


def _source(row: dict[str, Any]) -> dict[str, str]:
    """Return one source."""
    found = {"title": localised(row["title"], "en") or row["source_id"]}
    return found | ({"path": row["url"]} if row["url"] else {})


def _resource(spec: TableSpec, extension: str) -> dict[str, Any]:
    """Return one table; the dialect of CSV is given, Parquet speaks for itself."""
    resource: dict[str, Any] = {
        "name": spec.name,
        "path": f"{spec.name}.{extension}",
        "description": spec.about,
        "format": extension,
        "schema": {
            "fields": [_field(column, is_csv=extension == "csv") for column in spec.columns],
            "missingValues": [""],
            "primaryKey": list(spec.key),
        },
    }
    if extension == "csv":
        resource |= {
            "profile": "tabular-data-resource",
            "encoding": "utf-8",
            "mediatype": "text/csv",
            "dialect": {"delimiter": ",", "lineTerminator": "\n"},
        }
    else:
        resource["mediatype"] = "application/vnd.apache.parquet"
    if any(column.nullable for column in spec.columns if column.name in spec.key):
        resource["schema"].pop("primaryKey")
    return resource


def _field(column: Column, *, is_csv: bool) -> dict[str, Any]:
    """Return one field; JSON columns may hold a list, so they are texts with a note."""
    kind = "string" if column.kind is Kind.JSON else TYPES[column.kind]
    found: dict[str, Any] = {"name": column.name, "type": kind, "description": column.about}
    if column.kind is Kind.JSON:
        found["description"] += " JSON."
    if column.kind is Kind.BINARY and is_csv:
        found["description"] += " Hexadecimal."
    if not column.nullable:
        found["constraints"] = {"required": True}
    return found
