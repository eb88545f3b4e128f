"""Writes the answers of a wave as files: row by row, in memory that does not grow with them."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from typing import IO, Any

import xlsxwriter

from convive.app.spreadsheet_cells import harmless, plain_cell
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.models import Campaign
from convive.web.fieldwork.selectors.wave_rows import export_head, export_rows

_LINES = 500
MOST_ROWS = 1_048_575
"""Rows of a sheet below its head."""


def csv_pieces(wave: Campaign) -> Iterator[bytes]:
    """Yield a CSV of the answers, some hundred lines at a time."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(export_head(instrument_of(wave.form)))
    yield b"\xef\xbb\xbf"
    for number, row in enumerate(export_rows(wave), start=1):
        writer.writerow([harmless(cell) for cell in row])
        if number % _LINES == 0:
            yield _taken(out)
    yield _taken(out)


def workbook(wave: Campaign) -> IO[bytes]:
    """Return an open temporary file with the answers as a workbook; it goes when it is closed."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet("answers")
        sheet.write_row(0, 0, export_head(instrument_of(wave.form)))
        for number, row in enumerate(export_rows(wave), start=1):
            if number > MOST_ROWS:
                break
            sheet.write_row(number, 0, [_known(cell) for cell in row])
    file.seek(0)
    return file


def _taken(out: io.StringIO) -> bytes:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text.encode()


def _known(cell: Any) -> Any:
    if isinstance(cell, str):
        return plain_cell(cell)
    return cell if isinstance(cell, int | float) else ""
