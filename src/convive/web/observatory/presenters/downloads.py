"""What can be downloaded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from convive.app.tables import RESULT_TABLES
from convive.catalogue.texts import format_number, say


@dataclass(frozen=True, slots=True)
class Download:
    """One file on offer; `text` is the key of its sentence."""

    file: str
    content_type: str
    text: str = ""


PARQUET = "application/vnd.apache.parquet"
CSVW = "application/csvm+json"
DOCUMENTS = (
    Download("report.pdf", "application/pdf", "web.downloads.pdf"),
    Download("atlas.pdf", "application/pdf", "web.downloads.atlas"),
    Download(
        "figures.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "web.downloads.xlsx",
    ),
    Download("areas.gpkg", "application/geopackage+sqlite3", "web.downloads.gpkg"),
    Download("areas.parquet", PARQUET, "web.downloads.parquet"),
    Download("rerun.zip", "application/zip", "web.downloads.rerun"),
    Download("datapackage.json", "application/json", "web.downloads.datapackage"),
)


def documents() -> tuple[Download, ...]:
    """Return the documents on offer."""
    return DOCUMENTS


def all_files(table_names: Iterable[str]) -> tuple[Download, ...]:
    """Return every file on offer: documents, and per table a CSV and what describes it."""
    names = tuple(table_names)
    csv = tuple(Download(f"{name}.csv", "text/csv; charset=utf-8") for name in names)
    told = tuple(Download(f"{name}.csv-metadata.json", CSVW) for name in names)
    return (*DOCUMENTS, *csv, *told)


def tables(found: Mapping[str, Any], language: str) -> list[dict[str, str]]:
    """Return the tables with meaning and number of rows."""
    return [
        {
            "name": spec.name,
            "about": say(f"table.{spec.name}", language),
            "n": format_number(found[spec.name].num_rows, language),
        }
        for spec in RESULT_TABLES
        if spec.name in found
    ]
