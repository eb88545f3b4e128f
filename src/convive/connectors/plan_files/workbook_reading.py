"""Reads a plan from a workbook: columns in any order and language, every problem at once."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import openpyxl

from convive.catalogue.texts import languages, say
from convive.connectors.city_pack.problem_log import RefusedError
from convive.connectors.plan_files.cells import CellError, read_cell
from convive.connectors.plan_files.columns import BY_NAME, TABLES, WORD_SHEET, Column
from convive.connectors.plan_files.headers import columns_by_header, plain, sheets_by_name
from convive.connectors.plan_files.person_columns import is_about_persons
from convive.connectors.plan_files.rows import Row, Rows
from convive.connectors.xlsform.findings import Findings
from convive.connectors.xlsform.workbook_cells import check_archive
from convive.core.model import Severity

MAX_UNPACKED = 256 * 1024 * 1024
MAX_CELLS = 3_000_000
MAX_ROWS = 200_000
MAX_COLUMNS = 200
_Cells = dict[int, Any]


def read_workbook(data: bytes, found: Findings) -> Rows:
    """Return the rows of a workbook; what is wrong is noted in `found`.

    Raises
    ------
    RefusedError
        PLAN_TOO_LARGE, PLAN_NOT_A_PLAN, ARCHIVE_BOMB, ARCHIVE_DAMAGED, ARCHIVE_REFUSED, XML_UNSAFE,
        WORKBOOK_LOCKED or TABLE_UNREADABLE.
    """
    if check_archive(data, limit=MAX_UNPACKED) > MAX_CELLS:
        raise RefusedError("PLAN_TOO_LARGE")
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False)
        sheets = list(book.worksheets)
    except Exception as problem:
        raise RefusedError("TABLE_UNREADABLE") from problem
    rows: dict[str, list[Row]] = {table.name: [] for table in TABLES}
    known = sheets_by_name()
    for sheet in sheets:
        table = known.get(plain(sheet.title))
        if table is not None:
            rows[table] += _rows(sheet, table, found)
        elif plain(sheet.title) not in _word_sheets():
            found.add("PLAN_SHEET_UNKNOWN", sheet.title, severity=Severity.WARNING)
    if not rows["strategy"] and not found.has_errors:
        raise RefusedError("PLAN_NOT_A_PLAN")
    return rows


def _word_sheets() -> frozenset[str]:
    return frozenset({WORD_SHEET, *(plain(say("plan.sheet.words", one)) for one in languages())})


def _rows(sheet: Any, table: str, found: Findings) -> Iterator[Row]:
    lines = _lines(sheet)
    first = next(lines, None)
    if first is None:
        return
    columns = _columns(first[1], table, found)
    for name in (c.name for c in BY_NAME[table].columns if c.is_needed):
        if name not in {column.name for column in columns.values()}:
            found.add("PLAN_COLUMN_MISSING", table, column=name)
    for number, cells in lines:
        values: dict[str, Any] = {c.name: read_cell(None, c) for c in BY_NAME[table].columns}
        unread = set()
        for place in cells.keys() & columns.keys():
            name = columns[place].name
            try:
                values[name] = _value(cells[place], columns[place])
            except CellError as error:
                found.add(str(error), table, row=number, column=name)
                unread.add(name)
        yield Row(number, values, frozenset(unread))


def _value(cell: tuple[Any, bool], column: Column) -> Any:
    value, is_formula = cell
    if is_formula:
        raise CellError("PLAN_FORMULA")
    return read_cell(value, column)


def _columns(cells: _Cells, table: str, found: Findings) -> dict[int, Column]:
    """Return place → column; columns about persons are refused, others named."""
    known = columns_by_header(table)
    columns: dict[int, Column] = {}
    for place, (value, _) in cells.items():
        name = known.get(plain(str(value)))
        if name is None:
            if is_about_persons(str(value)):
                found.add("PLAN_PERSON_COLUMN", table, row=1, column=str(value)[:80])
            else:
                found.add("PLAN_COLUMN_UNKNOWN", table, row=1, column=str(value)[:80],
                          severity=Severity.WARNING)  # fmt: skip
        elif name in {column.name for column in columns.values()}:
            found.add("PLAN_COLUMN_TWICE", table, row=1, column=name)
        else:
            columns[place] = BY_NAME[table].column(name)
    return columns


def _lines(sheet: Any) -> Iterator[tuple[int, _Cells]]:
    """Yield number and cells (value, whether it is a formula) of rows that hold something."""
    sheet.reset_dimensions()
    try:
        for number, row in enumerate(sheet.iter_rows(), start=1):
            cells = {
                place: (cell.value, cell.data_type == "f")
                for place, cell in enumerate(row)
                if cell.value is not None and str(cell.value).strip()
            }
            if cells:
                _refuse_far_out(number, max(cells))
                yield number, cells
    except RefusedError:
        raise
    except Exception as problem:
        raise RefusedError("TABLE_UNREADABLE") from problem


def _refuse_far_out(row: int, column: int) -> None:
    if row > MAX_ROWS or column >= MAX_COLUMNS:
        raise RefusedError("PLAN_TOO_LARGE")
