"""ZIP archives that are sent while they are written: nothing is held, neither here nor on disk."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from convive.app.fieldwork.flat_forms import FlatTable
from convive.app.fieldwork.kept_forms import KeptForm
from convive.app.spreadsheet_cells import harmless

_PART = 64 * 1024
_STAMP = (1980, 1, 1, 0, 0, 0)
"""Time in the archive: the same forms give the same bytes."""
_MODE = 0o600 << 16


class _Outlet(io.RawIOBase):
    """Where the archive is written to: keeps what has not been sent yet."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        return len(data)

    def take(self) -> bytes:
        taken = bytes(self._waiting)
        self._waiting.clear()
        return taken

    def __len__(self) -> int:
        return len(self._waiting)


def stream_csv_archive(
    tables: Sequence[FlatTable],
    forms: Callable[[], Iterable[KeptForm]],
    extra: Sequence[tuple[str, Sequence[str], Iterable[Sequence[Any]]]] = (),
) -> Iterator[bytes]:
    """Yield a ZIP with one CSV a table; `forms` is read again for each.

    Parameters
    ----------
    extra : sequence of (name, columns, rows)
        Further tables, e.g. the codebook.

    Notes
    -----
    UTF-8 without mark, comma, LF. A text that a spreadsheet would run as a formula is preceded
    by an apostrophe. An empty field is an answer that was not given, never a zero.
    """
    contents = [(table.name, table.columns, _rows(table, forms)) for table in tables]
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, columns, rows in (*contents, *extra):
            with archive.open(_entry(f"{name}.csv"), "w", force_zip64=True) as opened:
                for part in csv_parts(columns, rows):
                    opened.write(part)
                    if len(outlet) >= _PART:
                        yield outlet.take()
    yield outlet.take()


def _rows(table: FlatTable, forms: Callable[[], Iterable[KeptForm]]) -> Iterator[Sequence[Any]]:
    for form in forms():
        yield from table.rows(form)


def stream_file_archive(files: Iterable[tuple[str, Path]]) -> Iterator[bytes]:
    """Yield a ZIP of files as they are, name in the archive and path; absent ones are left out."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED) as archive:
        for name, path in files:
            try:
                source = path.open("rb")
            except OSError:
                continue
            with source, archive.open(_entry(name), "w", force_zip64=True) as opened:
                yield from _copy(source, opened, outlet)
    yield outlet.take()


def _copy(source: IO[bytes], target: IO[bytes], outlet: _Outlet) -> Iterator[bytes]:
    while part := source.read(_PART):
        target.write(part)
        yield outlet.take()


def csv_parts(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Yield a table as CSV, some hundred rows at a time."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([harmless(column) for column in columns])
    for row in rows:
        writer.writerow([_field(value) for value in row])
        if out.tell() >= _PART:
            yield out.getvalue().encode("utf-8")
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode("utf-8")


def _field(value: Any) -> Any:
    if value is None:
        return ""
    return harmless(value)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _STAMP)
    entry.compress_type = zipfile.ZIP_STORED if not name.endswith(".csv") else zipfile.ZIP_DEFLATED
    entry.external_attr = _MODE
    return entry
