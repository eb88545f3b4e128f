"""Reads the first table of a spreadsheet or delimited file that somebody hands in, as texts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import openpyxl

from convive.connectors.city_pack.archives import BROKEN_ZIP, MIB, open_zip
from convive.connectors.city_pack.problem_log import RefusedError
from convive.core.errors import RequestError

MAX_BYTES = 24 * MIB
MAX_UNPACKED = 256 * MIB
MAX_ROWS = 200_002
MAX_COLUMNS = 60
MAX_CELL = 2_000
_UNSAFE = (b"<!DOCTYPE", b"<!ENTITY")

Rows = list[tuple[int, list[str]]]


def read_table(data: bytes) -> Rows:
    """Return row numbers and cells of a file, empty rows left out; at most `MAX_ROWS` rows.

    Parameters
    ----------
    data : bytes
        XLSX (first sheet), or UTF-8 or Windows-1252 text with comma, semicolon or tab.

    Raises
    ------
    RequestError
        TABLE_TOO_LARGE, TABLE_NOT_TEXT, TABLE_BROKEN.
    """
    if len(data) > MAX_BYTES:
        raise RequestError("TABLE_TOO_LARGE", mib=MAX_BYTES // MIB)
    found = _workbook(data) if data.startswith(b"PK") else _delimited(data)
    rows: Rows = []
    for number, cells in found:
        if any(cells):
            rows.append((number, cells))
        if len(rows) >= MAX_ROWS:
            break
    return rows


def _delimited(data: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(data).lstrip("\ufeff")
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, [cell.strip()[:MAX_CELL] for cell in cells[:MAX_COLUMNS]]
    except csv.Error as error:
        raise RequestError("TABLE_BROKEN") from error


def _decoded(data: bytes) -> str:
    if b"\0" in data:
        raise RequestError("TABLE_NOT_TEXT")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RequestError("TABLE_NOT_TEXT")


def _workbook(data: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        _check_archive(data)
    except RefusedError as error:
        raise RequestError("TABLE_BROKEN") from error
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS, values_only=True)
        for number, cells in enumerate(rows, start=1):
            yield number, [_as_text(cell) for cell in cells]
    # Whatever a mangled workbook makes the library raise is one thing to its owner.
    except Exception as error:
        raise RequestError("TABLE_BROKEN") from error


def _check_archive(data: bytes) -> None:
    """Refuse bombs and XML entities; what a part claims to unpack to is not trusted."""
    try:
        with open_zip(data, limit=MAX_UNPACKED) as archive:
            unpacked = 0
            for info in archive.infolist():
                if info.flag_bits & 1:
                    raise RequestError("TABLE_BROKEN")
                with archive.open(info) as member:
                    before = b""
                    while chunk := member.read(MIB):
                        unpacked += len(chunk)
                        if unpacked > MAX_UNPACKED:
                            raise RequestError("TABLE_TOO_LARGE", mib=MAX_UNPACKED // MIB)
                        if any(mark in before[-16:] + chunk for mark in _UNSAFE):
                            raise RequestError("TABLE_BROKEN")
                        before = chunk
    except BROKEN_ZIP as error:
        raise RequestError("TABLE_BROKEN") from error


def _as_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()[:MAX_CELL]
