"""A single table as a workbook or as CSV, with what it is about."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from convive.app.spreadsheet_cells import harmless, plain_cell

Rows = Sequence[Sequence[str | int]]
_MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""So that the same table gives the same bytes."""


def render_grid(title: str, facts: Sequence[tuple[str, str]], rows: Rows) -> bytes:
    """Return a workbook: the title, facts about the table, the table; texts are never formulas."""
    target = io.BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": plain_cell(title)[:255], "created": _MADE})
        sheet = book.add_worksheet("table")
        bold = book.add_format({"bold": True})
        sheet.write_string(0, 0, plain_cell(title), bold)
        for number, (name, told) in enumerate(facts, start=1):
            sheet.write_string(number, 0, plain_cell(name))
            sheet.write_string(number, 1, plain_cell(told))
        first = len(facts) + 2
        for number, row in enumerate(rows, start=first):
            for column, value in enumerate(row):
                _write(sheet, (number, column), value, bold if number == first else None)
        sheet.freeze_panes(first + 1, 1)
        sheet.set_column(0, 0, 34)
    return target.getvalue()


def render_grid_csv(rows: Rows) -> bytes:
    """Return the rows as CSV (UTF-8 with a mark, so that spreadsheets read it rightly)."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    for row in rows:
        writer.writerow([harmless(value) for value in row])
    return target.getvalue().encode("utf-8-sig")


def _write(sheet: Any, at: tuple[int, int], value: str | int, how: Any) -> None:
    if isinstance(value, int):
        sheet.write_number(*at, value, how)
    else:
        sheet.write_string(*at, plain_cell(value), how)
