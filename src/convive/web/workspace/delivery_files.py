"""Tables of the diary and of money as files, row by row, in memory that does not grow with them."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse, HttpResponse, StreamingHttpResponse

from convive.app.spreadsheet_cells import harmless, plain_cell
from convive.core.errors import NotFoundError

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_ROWS = 1_048_575
"""Rows of a sheet below its head."""
_LINES = 500

Rows = Iterable[Sequence[Any]]


def file_answer(kind: str, name: str, head: Sequence[str], rows: Rows) -> Any:
    """Return a table as an answer that is kept as a file.

    Raises
    ------
    NotFoundError
        TABLE_KIND_UNKNOWN
    """
    if kind not in KINDS:
        raise NotFoundError("TABLE_KIND_UNKNOWN", kind=kind)
    answer: HttpResponse | StreamingHttpResponse | FileResponse
    if kind == "csv":
        answer = StreamingHttpResponse(csv_pieces(head, rows), content_type=KINDS[kind])
    else:
        answer = FileResponse(workbook(head, rows), content_type=KINDS[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


def csv_pieces(head: Sequence[str], rows: Rows) -> Iterator[bytes]:
    """Yield a CSV, some hundred lines at a time."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    yield b"\xef\xbb\xbf"
    for number, row in enumerate(rows, start=1):
        writer.writerow([_as_text(cell) for cell in row])
        if number % _LINES == 0:
            yield _taken(out)
    yield _taken(out)


def workbook(head: Sequence[str], rows: Rows) -> IO[bytes]:
    """Return an open temporary file with a workbook; it goes when it is closed."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False, "default_date_format": "yyyy-mm-dd"}  # fmt: skip
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True, "bottom": 1})
        sheet.write_row(0, 0, head, bold)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(head) - 1, 16)
        for number, row in enumerate(rows, start=1):
            if number > MOST_ROWS:
                break
            for column, cell in enumerate(row):
                _write(sheet, number, column, cell)
    file.seek(0)
    return file


def _write(sheet: Any, row: int, column: int, cell: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, Decimal | float | int) and not isinstance(cell, bool):
        sheet.write_number(row, column, float(cell))
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell)
    else:
        sheet.write_string(row, column, plain_cell(str(cell)))


def _as_text(cell: Any) -> str:
    """Return a cell of a CSV; a text that a spreadsheet would run is kept from it."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    return str(harmless(cell))


def _taken(out: io.StringIO) -> bytes:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text.encode()
