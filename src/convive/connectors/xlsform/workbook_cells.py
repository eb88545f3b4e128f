"""Reads the sheets of a workbook that somebody hands in, within limits, every cell as a text."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any

import openpyxl

from convive.connectors.city_pack.archives import BROKEN_ZIP, MIB, open_zip
from convive.connectors.city_pack.problem_log import RefusedError

MAX_BYTES = 16 * MIB
MAX_UNPACKED = 96 * MIB
MAX_CELLS = 400_000
MAX_ROWS = 20_000
MAX_COLUMNS = 702
"""To column ZZ."""
MAX_SPANNED = 5_000_000
"""Cells from the first column to the last one used, row by row: a cell far out is as large."""
_CONTROL = re.compile(r"_x(00[01][0-9A-F])_")
"""How a workbook writes characters that its XML cannot hold."""
_NEVER_BLANK = frozenset(
    ["type", "name", "list_name", "required", "key", "score", "method", "what", "code"]
)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Line:
    """One row that holds something: its number as the spreadsheet shows it, its cells."""

    number: int
    cells: Mapping[int, str]


@dataclass
class RawSheet:
    """One sheet: its rows, and the cells that a formula fills."""

    name: str
    lines: list[Line] = field(default_factory=list)
    formulas: list[tuple[int, int]] = field(default_factory=list)


def read_sheets(data: bytes, wanted: frozenset[str]) -> dict[str, RawSheet]:
    """Return the wanted sheets of a workbook by their name in small letters.

    Raises
    ------
    RefusedError
        XLSFORM_NOT_XLSX, XLSFORM_TOO_LARGE, ARCHIVE_BOMB, ARCHIVE_DAMAGED, ARCHIVE_REFUSED,
        XML_UNSAFE, WORKBOOK_LOCKED or TABLE_UNREADABLE.
    """
    if len(data) > MAX_BYTES:
        raise RefusedError("XLSFORM_TOO_LARGE", n=MAX_ROWS)
    if data.startswith(_OLD_OFFICE) and "EncryptedPackage".encode("utf-16-le") in data:
        raise RefusedError("WORKBOOK_LOCKED")
    if not data.startswith(b"PK"):
        raise RefusedError("XLSFORM_NOT_XLSX")
    if check_archive(data) > MAX_CELLS:
        raise RefusedError("XLSFORM_TOO_LARGE", n=MAX_ROWS)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False)
    except Exception as problem:
        raise RefusedError("TABLE_UNREADABLE") from problem
    found: dict[str, RawSheet] = {}
    for sheet in book.worksheets:
        name = sheet.title.strip().lower()
        if name in wanted and name not in found:
            found[name] = _read_sheet(sheet)
    return found


def check_archive(data: bytes, limit: int = MAX_UNPACKED) -> int:
    """Return how many cells a workbook has; bombs and XML entities are refused.

    Raises
    ------
    RefusedError
        XLSFORM_NOT_XLSX, ARCHIVE_BOMB, ARCHIVE_DAMAGED, ARCHIVE_REFUSED, XML_UNSAFE or
        WORKBOOK_LOCKED.
    """
    try:
        with open_zip(data, limit=limit) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                raise RefusedError("XLSFORM_NOT_XLSX")
            return sum(_check_member(archive, info, limit) for info in archive.infolist())
    except BROKEN_ZIP as problem:
        raise RefusedError("ARCHIVE_DAMAGED") from problem


def _check_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> int:
    """Return how many cells a part has; what it claims to unpack to is not trusted."""
    if info.flag_bits & 1:
        raise RefusedError("WORKBOOK_LOCKED")
    if not info.filename.lower().endswith((".xml", ".rels")):
        return 0
    n_cells = unpacked = 0
    with archive.open(info) as member:
        tail = b""
        while chunk := member.read(MIB):
            unpacked += len(chunk)
            if unpacked > min(info.file_size, limit):
                raise RefusedError("ARCHIVE_DAMAGED")
            piece = tail + chunk
            if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece or b"<\0!\0" in piece:
                raise RefusedError("XML_UNSAFE")
            n_cells += chunk.count(b"<c ")
            tail = chunk[-16:]
    return n_cells


def _read_sheet(sheet: Any) -> RawSheet:
    found = RawSheet(sheet.title)
    sheet.reset_dimensions()
    try:
        spanned = 0
        for number, row in enumerate(sheet.iter_rows(), start=1):
            spanned += len(row)
            cells = dict(_cells(row, number, found))
            _refuse_far_out(cells, number, spanned)
            if cells:
                found.lines.append(Line(number, cells))
    except RefusedError:
        raise
    except Exception as problem:
        raise RefusedError("TABLE_UNREADABLE") from problem
    return found


def _refuse_far_out(cells: Mapping[int, str], number: int, spanned: int) -> None:
    is_far_out = bool(cells) and (number > MAX_ROWS or max(cells) >= MAX_COLUMNS)
    if is_far_out or spanned > MAX_SPANNED:
        raise RefusedError("XLSFORM_TOO_LARGE", n=MAX_ROWS)


def _cells(row: Any, number: int, sheet: RawSheet) -> Iterator[tuple[int, str]]:
    for column, cell in enumerate(row):
        if cell.value is None or cell.value == "":
            continue
        if cell.data_type == "f":
            sheet.formulas.append((number, column))
        yield column, cell_text(cell.value)


def cell_text(value: object) -> str:
    """Return a cell as a person sees it: no ``.0`` behind whole numbers, days as in ISO 8601."""
    if isinstance(value, str):
        return _CONTROL.sub(lambda found: chr(int(found[1], 16)), value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


@dataclass(frozen=True)
class Record:
    """One row below the header: its number, and its cells under their header."""

    number: int
    cells: Mapping[str, str]

    def get(self, column: str) -> str:
        """Return a cell; empty where there is none."""
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Table:
    """A sheet as records; headers as they are known here, with how people spelt them."""

    name: str
    records: tuple[Record, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    doubles: tuple[str, ...] = ()


def table_of(sheet: RawSheet | None, name: str, known_as: Any, *, is_exact: bool) -> Table:
    """Return the rows of a sheet under its header, the first row that holds something.

    `known_as` gives the name of a column from its header. Cells lose the blanks around them,
    unless `is_exact` and they hold a text or a rule; cells of blanks alone are empty.
    """
    if sheet is None or not sheet.lines:
        return Table(name)
    first = sheet.lines[0]
    names = {column: known_as(text) for column, text in first.cells.items()}
    spelt = {known_as(text): text.strip() for text in first.cells.values()}
    ordered = sorted(names.values())
    doubles = dict.fromkeys(one for one, other in pairwise(ordered) if one == other)
    records = []
    for line in sheet.lines[1:]:
        cells = {
            names[column]: text if is_exact and names[column] not in _NEVER_BLANK else _plain(text)
            for column, text in line.cells.items()
            if column in names and text.strip()
        }
        if cells:
            records.append(Record(line.number, cells))
    return Table(sheet.name, tuple(records), spelt, tuple(doubles))


def _plain(text: str) -> str:
    """Return a text without the blanks around it that nobody sees."""
    return text.replace("\xa0", " ").strip()
