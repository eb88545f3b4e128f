"""Reads workbooks (.xlsx, .xlsm, .xls, .xlsb, .ods) in stretches; runs in the guarded process."""

from __future__ import annotations

import re
import zipfile
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import python_calamine as calamine

from convive.connectors.city_pack.archives import BROKEN_ZIP, MAX_FILE_BYTES, MIB, open_zip
from convive.connectors.city_pack.captures import choose_names
from convive.connectors.city_pack.columnar_files import stretch_rows
from convive.connectors.city_pack.delimited import SAMPLE_RECORDS, repeated
from convive.connectors.city_pack.header import Header, Merged, find_header, footnotes
from convive.connectors.city_pack.merged_cells import merged_in_ods
from convive.connectors.city_pack.problem_log import N_EXAMPLES, RefusedError

MAX_CELLS = 100_000_000
CELLS_AT_ONCE = 12_000_000
"""A larger sheet is read row by row: ten times slower, in little memory."""
MAX_COLUMNS = 2_000
TAIL_ROWS = 200
ROW = "#row"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""First bytes of .xls, and of .xlsx that a password locks."""
_DIMENSION = re.compile(rb'<dimension ref="[A-Z]+[0-9]+:([A-Z]+)([0-9]+)"')
_DURATION = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")
Record = list[str | None]
Tables = Iterator[tuple[dict[str, Any], pa.Table] | RefusedError]


def read_rows(path: Path, options: Mapping[str, Any]) -> Tables:
    """Yield the sheets that the mapping asks for, every cell as text, with its row number.

    `options`: ``sheet``, ``header_row``, ``header_rows``, ``skip_after_header``.

    Raises
    ------
    RefusedError
        WORKBOOK_LOCKED, TABLE_UNREADABLE, ARCHIVE_BOMB, XML_UNSAFE, SHEET_MISSING.
    """
    found = _check_file(path)
    with path.open("rb") as opened:
        book = _by_row(opened) if found.n_cells > CELLS_AT_ONCE else _at_once(opened)
        chosen = choose_names(book.names, options.get("sheet"))
        if not chosen:
            shown = ", ".join(book.names[: 2 * N_EXAMPLES])
            raise RefusedError("SHEET_MISSING", wanted=str(options.get("sheet")), found=shown)
        for name, captured in chosen:
            try:
                rows, merged = _opened(book, name)
                if found.is_ods:
                    merged = _merged_in_ods(path, name)
                meta = {"sheet": name, "captured": captured}
                for part, table in _stretches(rows, merged, options):
                    yield {**meta, **part}, table
            except RefusedError as refused:
                yield RefusedError(refused.code, **{**refused.data, "sheet": name})


@dataclass(frozen=True)
class _Book:
    """The names of the sheets, and how to open one: its rows and its merged cells."""

    names: list[str]
    open: Callable[[str], tuple[Iterator[Any], Merged | None]]


@dataclass(frozen=True)
class _File:
    """What is known of a workbook before it is opened."""

    is_ods: bool
    n_cells: int
    """Of its largest sheet, as it claims or as counted; 0 where only opening it tells."""


def _at_once(opened: Any) -> _Book:
    try:
        book = calamine.CalamineWorkbook.from_filelike(opened)
    except calamine.PasswordError as problem:
        raise RefusedError("WORKBOOK_LOCKED") from problem
    except Exception as problem:
        is_locked = "password" in str(problem).lower() or "encrypt" in str(problem).lower()
        raise RefusedError("WORKBOOK_LOCKED" if is_locked else "TABLE_UNREADABLE") from problem

    def sheet(name: str) -> tuple[Iterator[Any], Merged | None]:
        found = book.get_sheet_by_name(name)
        return found.iter_rows(), found.merged_cell_ranges

    table = calamine.SheetTypeEnum.WorkSheet
    return _Book([meta.name for meta in book.sheets_metadata if meta.typ == table], sheet)


def _by_row(opened: Any) -> _Book:
    try:
        book = openpyxl.load_workbook(opened, read_only=True, data_only=True)
    except Exception as problem:
        raise RefusedError("TABLE_UNREADABLE") from problem

    def sheet(name: str) -> tuple[Iterator[Any], Merged | None]:
        found = book[name]
        found.reset_dimensions()
        return found.iter_rows(values_only=True), None

    return _Book([found.title for found in book.worksheets], sheet)


def _opened(book: _Book, name: str) -> tuple[Iterator[Any], Merged | None]:
    try:
        return book.open(name)
    except MemoryError:
        raise
    except Exception as problem:
        raise RefusedError("TABLE_UNREADABLE") from problem


def _check_file(path: Path) -> _File:
    """Refuse what is no workbook, bombs and XML entities; tell how large its sheets are."""
    with path.open("rb") as opened:
        start = opened.read(8)
        if start == _OLD_OFFICE:
            opened.seek(0)
            # A locked .xlsx is an old document that holds the encrypted one as a stream.
            if "EncryptedPackage".encode("utf-16-le") in opened.read():
                raise RefusedError("WORKBOOK_LOCKED")
            return _File(is_ods=False, n_cells=0)
    if not start.startswith(b"PK"):
        raise RefusedError("TABLE_UNREADABLE")
    try:
        with path.open("rb") as opened, open_zip(opened, path.stat().st_size) as archive:
            n_cells = max((_check_member(archive, i) for i in archive.infolist()), default=0)
            is_ods = "content.xml" in archive.namelist()
    except BROKEN_ZIP as problem:
        raise RefusedError("ARCHIVE_DAMAGED") from problem
    return _File(is_ods, 0 if is_ods else n_cells)


def _check_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> int:
    """Refuse a part that unpacks to more than it claims or declares XML entities.

    Returns how many cells it has or spans: a sheet with one cell far out is as large as a full
    one to a reader that keeps a grid.
    """
    if info.flag_bits & 1:
        raise RefusedError("WORKBOOK_LOCKED")
    if not info.filename.lower().endswith((".xml", ".rels", ".bin")):
        return 0
    unpacked = n_cells = 0
    with archive.open(info) as member:
        start = member.read(4096).replace(b"\0", b"")
        if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
            raise RefusedError("XML_UNSAFE")
        spanned = _spanned(start)
        n_cells += start.count(b"<c ")
        while chunk := member.read(MIB):
            unpacked += len(chunk)
            n_cells += chunk.count(b"<c ")
            if unpacked > min(info.file_size, MAX_FILE_BYTES):
                raise RefusedError("ARCHIVE_DAMAGED")
    _refuse_above_limit(n_cells)
    return max(n_cells, spanned)


def _refuse_above_limit(n_cells: int) -> None:
    if n_cells > MAX_CELLS:
        raise RefusedError("FILE_TOO_LARGE")


def _spanned(start: bytes) -> int:
    """Return how many cells the used range of a sheet spans, as its first bytes claim."""
    found = _DIMENSION.search(start)
    if found is None:
        return 0
    column = 0
    for letter in found[1][:3]:
        column = column * 26 + letter - 64
    return column * min(int(found[2][:8]), 1_048_576)


def _merged_in_ods(path: Path, name: str) -> Merged:
    try:
        return merged_in_ods(path, name, SAMPLE_RECORDS)
    except Exception as problem:
        raise RefusedError("TABLE_UNREADABLE") from problem


def _stretches(
    cells: Iterator[Any], merged: Merged | None, options: Mapping[str, Any]
) -> Iterator[tuple[dict[str, Any], pa.Table]]:
    """Yield the rows below the header; the last rows are held back until the end is known."""
    rows = _records(cells)
    sample = list(islice(rows, SAMPLE_RECORDS))
    header = find_header(sample, merged, options.get("header_row"), options.get("header_rows"))
    first = header.first + header.n_rows + int(options.get("skip_after_header") or 0)
    names = _positions(header)
    notes: list[Any] = [["COLUMN_TWICE", {"column": name}] for name in repeated(header.names)]
    if header.n_rows > 1 and options.get("header_rows") is None:
        notes.append(["HEADERS_JOINED", {"n": header.n_rows, "column": _example(header)}])
    size = stretch_rows(len(names))
    held: deque[Record] = deque(sample[first:])
    n_sent = 0
    for record in rows:
        held.append(record)
        if len(held) >= size + TAIL_ROWS:
            part = [held.popleft() for _ in range(size)]
            yield {"notes": notes}, _table(part, names, first + n_sent + 1)
            notes, n_sent = [], n_sent + size
    rest = list(held)
    n_below = footnotes(rest[-TAIL_ROWS:], len(names))
    below = [record[0] for record in rest[len(rest) - n_below :] if record and record[0]]
    if below:
        data = {"n": len(below), "words": str(below[0])[:120]}
        notes.append(["FOOTNOTES_DROPPED", data])
    rest = rest[: len(rest) - n_below] if below else rest
    yield {"notes": notes}, _table(rest, names, first + n_sent + 1)


def _example(header: Header) -> str:
    return next((name for name in header.names if " / " in name), "")


def _positions(header: Header) -> dict[str, int]:
    names: dict[str, int] = {}
    for index, column in enumerate(header.names):
        if column:
            names.setdefault(column, index)
    return names


def _table(records: list[Record], names: Mapping[str, int], first_row: int) -> pa.Table:
    columns: list[pa.Array] = [
        pa.array([record[i] if i < len(record) else None for record in records], pa.string())
        for i in names.values()
    ]
    columns.append(pa.array(range(first_row, first_row + len(records)), pa.int64()))
    return pa.Table.from_arrays(columns, names=[*names, ROW])


def _records(rows: Iterator[Any]) -> Iterator[Record]:
    """Yield every row as texts."""
    n_cells = 0
    try:
        for cells in rows:
            record = [_as_text(cell) for cell in cells[:MAX_COLUMNS]]
            n_cells += sum(cell is not None for cell in record)
            _refuse_above_limit(n_cells)
            yield record
    except (RefusedError, MemoryError, GeneratorExit):
        raise
    except Exception as problem:
        raise RefusedError("TABLE_UNREADABLE") from problem


def _as_text(cell: object) -> str | None:
    """Return a cell as a text in one spelling: ISO dates, no ``.0`` on whole numbers."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, str):
        return _duration(cell) if cell.startswith("PT") else cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else repr(cell)
    return _time_text(cell)


def _time_text(cell: object) -> str:
    if isinstance(cell, datetime):
        moment = (cell + timedelta(milliseconds=500)).replace(microsecond=0)
        is_day = moment.time() == time(0)
        return moment.date().isoformat() if is_day else moment.isoformat(" ")
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
    return cell.isoformat("seconds") if isinstance(cell, time) else str(cell)


def _duration(text: str) -> str:
    """Return ``05:30:00`` for the ``PT05H30M00S`` of OpenDocument."""
    match = _DURATION.fullmatch(text)
    return f"{int(match[1]):02d}:{match[2]}:{match[3]}" if match else text
