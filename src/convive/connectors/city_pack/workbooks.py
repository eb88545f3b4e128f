"""Reads workbooks: one sheet, or every sheet whose name fits a pattern with a year."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from itertools import islice

import numpy as np
import openpyxl
import pyarrow as pa

from convive.connectors.city_pack.delimited import SAMPLE_RECORDS, header_position, repeated
from convive.connectors.city_pack.files import open_zip, read_member
from convive.connectors.city_pack.mapping_schema import Format
from convive.connectors.city_pack.problem_log import N_EXAMPLES, RefusedError
from convive.connectors.city_pack.sheet import Sheet, has_data, normalise_header, tidy

MAX_CELLS = 50_000_000
MAX_COLUMNS = 2_000
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""First bytes of .xls, and of .xlsx that a password locks."""
_ERROR_VALUES = ("#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#N/A", "#NULL!", "#NUM!")


def read_workbook(data: bytes, label: str, fmt: Format) -> Iterator[Sheet | RefusedError]:
    """Yield the sheets that the mapping asks for.

    Raises
    ------
    RefusedError
        WORKBOOK_LOCKED, TABLE_UNREADABLE, ARCHIVE_BOMB, XML_UNSAFE, SHEET_MISSING.
    """
    if data.startswith(_OLD_OFFICE):
        raise RefusedError("WORKBOOK_LOCKED")
    _refuse_unsafe_xml(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except Exception as problem:
        raise RefusedError("TABLE_UNREADABLE") from problem
    chosen = choose_sheets(book.sheetnames, fmt.sheet)
    if not chosen:
        shown = ", ".join(book.sheetnames[: 2 * N_EXAMPLES])
        raise RefusedError("SHEET_MISSING", wanted=str(fmt.sheet), found=shown)
    for name, year in chosen:
        try:
            yield _read_sheet(book, label, fmt, name, year)
        except RefusedError as refused:
            refused.data.setdefault("label", label)
            refused.data["sheet"] = name
            yield refused


def choose_sheets(names: Sequence[str], pattern: str | None) -> list[tuple[str, int | None]]:
    """Return (sheet, captured year) of the sheets asked for; without a pattern the first.

    Examples
    --------
    >>> choose_sheets(["Titel", "HZ_2021", "HZ_2022"], "HZ_{year}")
    [('HZ_2021', 2021), ('HZ_2022', 2022)]
    """
    if pattern is None:
        return [(names[0], None)] if names else []
    form = year_pattern(pattern)
    found = []
    for name in names:
        match = form.fullmatch(name.strip())
        if match:
            year = match.groupdict().get("year")
            found.append((name, int(year) if year else None))
    return found


def year_pattern(pattern: str) -> re.Pattern[str]:
    """Return a pattern in which ``{year}`` captures four digits and ``*`` is anything."""
    quoted = re.escape(pattern.strip()).replace(r"\{year\}", r"(?P<year>\d{4})", 1)
    return re.compile(quoted.replace(r"\{year\}", r"\d{4}").replace(r"\*", ".*"))


def _refuse_unsafe_xml(data: bytes) -> None:
    """Refuse bombs of both kinds before the parser sees them: archive sizes, XML entities."""
    archive = open_zip(data)
    for info in archive.infolist():
        if not info.filename.lower().endswith((".xml", ".rels")):
            continue
        content = read_member(archive, info, len(data))
        start = content[:4096].replace(b"\0", b"")
        if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
            raise RefusedError("XML_UNSAFE")


def _read_sheet(
    book: openpyxl.Workbook, label: str, fmt: Format, name: str, year: int | None
) -> Sheet:
    try:
        records = _records(book[name])
    except RefusedError:
        raise
    except Exception as problem:
        raise RefusedError("TABLE_UNREADABLE") from problem
    at = _header_index(records, fmt)
    header = [normalise_header(cell or "") for cell in records[at]]
    first = at + 1 + fmt.skip_after_header
    body = records[first:]
    names: dict[str, int] = {}
    for index, column in enumerate(header):
        if column:
            names.setdefault(column, index)
    columns = [
        pa.array([record[i] if i < len(record) else None for record in body], pa.string())
        for i in names.values()
    ]
    tidied = tidy(columns, (*fmt.null, *_ERROR_VALUES))
    filled = has_data(tidied, len(body))
    mask = pa.array(filled)
    return Sheet(
        file=label,
        sheet=name,
        year=year,
        names=tuple(names),
        columns=tuple(column.filter(mask) for column in tidied),
        rows=(np.arange(len(body), dtype=np.int64) + first + 1)[filled],
        n_blank=int((~filled).sum()),
        notes=tuple(("COLUMN_TWICE", {"column": name}) for name in repeated(header)),
    )


def _header_index(records: Sequence[Sequence[str | None]], fmt: Format) -> int:
    if fmt.header_row is not None:
        if fmt.header_row > len(records):
            raise RefusedError("FILE_EMPTY", row=fmt.header_row)
        return fmt.header_row - 1
    sample = [[bool(cell) for cell in record] for record in records[:SAMPLE_RECORDS]]
    return header_position(sample)


def _records(sheet: object) -> list[list[str | None]]:
    """Return every row as texts; the size that the file claims is not trusted."""
    if hasattr(sheet, "reset_dimensions"):
        sheet.reset_dimensions()
    records: list[list[str | None]] = []
    n_cells = 0
    for cells in sheet.iter_rows(values_only=True):  # type: ignore[attr-defined]
        record = [_as_text(cell) for cell in islice(cells, MAX_COLUMNS)]
        n_cells += len(record)
        if n_cells > MAX_CELLS:
            raise RefusedError("FILE_TOO_LARGE")
        records.append(record)
    return records


def _as_text(cell: object) -> str | None:
    """Return a cell as a text in one spelling: ISO dates, no ``.0`` on whole numbers."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        is_day = cell.time() == time(0)
        return cell.date().isoformat() if is_day else cell.isoformat(" ", "seconds")
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return repr(cell) if isinstance(cell, float) else str(cell)
