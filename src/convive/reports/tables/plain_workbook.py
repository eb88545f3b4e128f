"""A small workbook of plain tables: texts as texts, numbers as numbers, no formulas."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from convive.app.spreadsheet_cells import plain_cell
from convive.core.model import PLAIN, Look
from convive.reports.letterhead import head_format

_STAMP = datetime(2000, 1, 1)  # noqa: DTZ001 - the format knows no zone
_WIDEST = 48


def render_plain_workbook(
    title: str,
    sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[str | float]]]],
    look: Look = PLAIN,
) -> bytes:
    """Return a workbook; the same tables give the same bytes.

    Parameters
    ----------
    title : str
        Kept as a property of the file.
    sheets : iterable of (str, sequence of str, iterable of rows)
        Name, head and rows of each; a row's cells are texts or numbers.
    look : Look
        Of the town whose tables they are.
    """
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False,
                                      "strings_to_urls": False})  # fmt: skip
    book.set_properties({"title": plain_cell(title)[:255], "created": _STAMP})
    head = book.add_format(head_format(look) | {"text_wrap": True, "valign": "top"})
    names: set[str] = set()
    for name, columns, rows in sheets:
        sheet = book.add_worksheet(_sheet_name(name, names))
        sheet.freeze_panes(1, 1)
        widths = [len(column) for column in columns]
        for x, column in enumerate(columns):
            sheet.write_string(0, x, plain_cell(column), head)
        for y, row in enumerate(rows, start=1):
            for x, cell in enumerate(row):
                _write(sheet, y, x, cell)
                widths[x] = max(widths[x], len(str(cell)))
        for x, width in enumerate(widths):
            sheet.set_column(x, x, min(width, _WIDEST) + 2)
    book.close()
    return made.getvalue()


def _write(sheet: Any, y: int, x: int, cell: str | float) -> None:
    if isinstance(cell, str):
        sheet.write_string(y, x, plain_cell(cell))
    else:
        sheet.write_number(y, x, cell)


def _sheet_name(text: str, taken: set[str]) -> str:
    """Return a name that a workbook takes: short, without the signs it forbids, once."""
    stem = (
        "".join(" " if sign in "[]:*?/\\" else sign for sign in plain_cell(text)).strip("' ")[:28]
        or "1"
    )
    name, n = stem, 2
    while name.casefold() in taken:
        name, n = f"{stem} {n}", n + 1
    taken.add(name.casefold())
    return name
