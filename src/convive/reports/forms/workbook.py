"""The forms of a campaign as a workbook with a codebook; rows go to disk as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from convive.app.fieldwork.flat_forms import CODEBOOK_COLUMNS, FlatTable
from convive.app.fieldwork.kept_forms import KeptForm
from convive.app.spreadsheet_cells import plain_cell
from convive.core.errors import RequestError

MOST_ROWS = 1_048_575
"""Rows of a sheet below its head."""
_LONGEST_NAME = 31


def write_workbook(
    path: Path,
    tables: Sequence[FlatTable],
    forms: Callable[[], Iterable[KeptForm]],
    codebook: Iterable[Sequence[str]],
    about: Mapping[str, Any],
) -> None:
    """Write a workbook: one sheet a table, then the codebook, then where it comes from.

    Texts are never formulas or links, whatever they begin with.

    Raises
    ------
    RequestError
        EXPORT_TOO_LONG: more rows than a sheet can hold; the CSV can.
    """
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False, "tmpdir": str(path.parent),
    }  # fmt: skip
    with xlsxwriter.Workbook(str(path), options) as book:
        taken: set[str] = set()
        for table in tables:
            rows = (row for form in forms() for row in table.rows(form))
            _sheet(book, _name(table.name, taken), table.columns, rows)
        _sheet(book, _name("codebook", taken), CODEBOOK_COLUMNS, codebook)
        _sheet(book, _name("about", taken), ("what", "value"), about.items())


def _sheet(book: Any, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for column, title in enumerate(columns):
        sheet.write_string(0, column, plain_cell(title))
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise RequestError("EXPORT_TOO_LONG", n=MOST_ROWS)
        for column, value in enumerate(row):
            if isinstance(value, bool | str):
                sheet.write_string(number, column, plain_cell(str(value)))
            elif value is not None:
                sheet.write_number(number, column, value)


def _name(wanted: str, taken: set[str]) -> str:
    """Return the name of a sheet: short enough, and not taken."""
    name, k = wanted[:_LONGEST_NAME], 2
    while name in taken:
        name, k = f"{wanted[: _LONGEST_NAME - 3]}_{k}", k + 1
    taken.add(name)
    return name
