"""Writes a plan as a workbook in the reader's language, with lists to choose from."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import xlsxwriter

from convive.app.spreadsheet_cells import plain_cell
from convive.catalogue.texts import known_language, say
from convive.connectors.plan_files.cells import written
from convive.connectors.plan_files.columns import TABLES, WORDS, Column, Table
from convive.connectors.plan_files.headers import header, sheet_title, word
from convive.connectors.plan_files.rows import Rows, rows_of
from convive.core.strategy.model import Plan

_MADE = datetime(2026, 1, 1)  # noqa: DTZ001 — the format has no zone; the same bytes every time
_ROOM = 500
"""Rows below the last one that have the lists to choose from, too."""
_WIDE = {"text": 28, "code": 18, "codes": 22, "refs": 22, "choice": 20, "choices": 26}
_MOST_EXACT = 15
"""Digits that a number of a spreadsheet holds for certain."""


def write_workbook(plan: Plan, language: str) -> bytes:
    """Return a plan as XLSX that reads back as the same plan; texts are never formulas."""
    language = known_language(language)
    into = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    rows = rows_of(plan)
    with xlsxwriter.Workbook(into, options) as book:
        book.set_properties({"title": plain_cell(plan.title)[:255], "created": _MADE})
        look = _formats(book)
        ranges = _ranges(language)
        for table in TABLES:
            sheet = book.add_worksheet(sheet_title(table.name, language))
            _write_table(sheet, table, rows, (language, look, ranges))
        _write_words(book.add_worksheet(say("plan.sheet.words", language)), language, look)
    return into.getvalue()


def _formats(book: Any) -> Mapping[str, Any]:
    cell = {"valign": "top", "text_wrap": True}
    return {
        "head": book.add_format({"bold": True, "bottom": 1, "valign": "top", "text_wrap": True}),
        "text": book.add_format({**cell, "num_format": "@"}),
        "date": book.add_format({**cell, "num_format": "yyyy-mm-dd"}),
        "money": book.add_format({**cell, "num_format": "#,##0.00"}),
        "number": book.add_format(cell),
    }


def _ranges(language: str) -> Mapping[str, str]:
    """Return where the words of each list stand, for the choice in the cells."""
    sheet = say("plan.sheet.words", language).replace("'", "''")
    found, row = {}, 2
    for name, (codes, _) in WORDS.items():
        found[name] = f"='{sheet}'!$C${row}:$C${row + len(codes) - 1}"
        row += len(codes)
    return found


def _write_table(sheet: Any, table: Table, rows: Rows, how: tuple[str, Any, Any]) -> None:
    language, look, ranges = how
    sheet.freeze_panes(1, 0)
    n = len(rows[table.name])
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _WIDE.get(column.kind, 14), look[_look(column)])
        sheet.write_string(0, place, header(column.name, language), look["head"])
        if column.kind in ("choice", "yes"):
            options = {"validate": "list", "source": ranges[column.words], "ignore_blank": True}
            sheet.data_validation(1, place, n + _ROOM, place, options)
    said = partial(_said, language)
    for number, row in enumerate(rows[table.name], start=1):
        for place, column in enumerate(table.columns):
            value = written(row.values.get(column.name), column, said)
            _write_cell(sheet, (number, place), value, look[_look(column)])


def _said(language: str, of: str, code: Any) -> str:
    return word(of, code, language)


def _look(column: Column) -> str:
    known = {"date": "date", "money": "money", "number": "number", "whole": "number"}
    return known.get(column.kind, "text")


def _write_cell(sheet: Any, at: tuple[int, int], value: Any, look: Any) -> None:
    """Write a value with its type; a number that a spreadsheet would round, as a text."""
    if value is None:
        return
    if isinstance(value, date) and not isinstance(value, datetime):
        moment = datetime(value.year, value.month, value.day)  # noqa: DTZ001 — a day
        if value.year >= 1900:
            sheet.write_datetime(*at, moment, look)
            return
        value = value.isoformat()
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    if is_number and Decimal(f"{value:.{_MOST_EXACT}g}") == Decimal(
        repr(value) if isinstance(value, float) else value
    ):
        sheet.write_number(*at, float(value), look)
    else:
        sheet.write_string(*at, plain_cell(str(value)), look)


def _write_words(sheet: Any, language: str, look: Mapping[str, Any]) -> None:
    """Write what may stand in the columns with a choice: list, code, word."""
    sheet.freeze_panes(1, 0)
    for place, name in enumerate(("list", "code", "word")):
        sheet.set_column(place, place, 34 if name == "word" else 22)
        sheet.write_string(0, place, say(f"plan.column.{name}", language), look["head"])
    row = 1
    for name, (codes, _) in WORDS.items():
        for code in codes:
            for place, text in enumerate((name, str(code), word(name, code, language))):
                sheet.write_string(row, place, text)
            row += 1
