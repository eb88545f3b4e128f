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


DOCUMENTS = (
    Download("report.pdf", "application/pdf", "web.downloads.pdf"),
    Download(
        "figures.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "web.downloads.xlsx",
    ),
    Download("areas.gpkg", "application/geopackage+sqlite3", "web.downloads.gpkg"),
)


def documents() -> tuple[Download, ...]:
    """Return the documents on offer."""
    return DOCUMENTS


def all_files(table_names: Iterable[str]) -> tuple[Download, ...]:
    """Return every file on offer: documents and a CSV per table."""
    csv = tuple(Download(f"{name}.csv", "text/csv; charset=utf-8") for name in table_names)
    return (*DOCUMENTS, *csv)


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
