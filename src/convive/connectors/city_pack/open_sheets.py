"""From the file patterns of a mapping to sheets, whatever the type of the files."""

from __future__ import annotations

import os
import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

import numpy as np
import pyarrow.compute as pc

from convive.connectors.city_pack.captured_columns import with_captured
from convive.connectors.city_pack.captures import as_glob, told_by
from convive.connectors.city_pack.delimited import read_delimited
from convive.connectors.city_pack.files import (
    PackFile,
    PackFolder,
    RawFile,
    Wanted,
    shown,
)
from convive.connectors.city_pack.mapping_schema import Format
from convive.connectors.city_pack.open_documents import KINDS, is_text_workbook, read_document
from convive.connectors.city_pack.problem_log import ProblemLog, RefusedError, SourceLog
from convive.connectors.city_pack.second_look import Known
from convive.connectors.city_pack.sheet import Sheet, as_mask
from convive.connectors.city_pack.text_stretches import read_stretches
from convive.core.model import Severity

N_BLANK_WORTH_A_WORD = 100
HEAD_BYTES = 4096
_TYPES = {
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".txt": "csv",
    **KINDS,
}
_NOTES = ("ENCODING_GUESSED", "HEADERS_JOINED", "FOOTNOTES_DROPPED")
_YEAR_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")


def find_files(
    base: Path, patterns: list[str], log: ProblemLog, mapping_label: str
) -> list[Wanted]:
    """Return the files in a fixed order; a pattern that finds nothing is a problem."""
    found: dict[tuple[Path, str | None], Wanted] = {}
    for pattern in patterns:
        file_pattern, _, member = pattern.partition("!")
        if _leaves(file_pattern):
            log.fail("FILE_OUTSIDE_PACK", mapping_label, label=file_pattern)
            continue
        hits = _hits(base, file_pattern, member or None)
        if not hits:
            log.fail("FILE_PATTERN_EMPTY", mapping_label, pattern=file_pattern)
        for wanted in hits:
            found.setdefault(wanted[:2], wanted)
    return list(found.values())


def _hits(base: Path, pattern: str, member: str | None) -> list[Wanted]:
    """Return the files that fit a pattern, with what their names capture."""
    try:
        # A name may hold brackets, which mean something else in a pattern.
        exact = base / pattern
        if os.path.lexists(exact):
            return [Wanted(exact, member)]
        paths = sorted(base.glob(as_glob(pattern)), key=os.fsencode)
    except (ValueError, NotImplementedError, OSError):
        return []
    named = ((path, told_by(path.relative_to(base).as_posix(), pattern)) for path in paths)
    return [Wanted(path, member, told) for path, told in named if told is not None]


def _leaves(pattern: str) -> bool:
    path = PurePosixPath(pattern)
    return path.is_absolute() or ".." in path.parts


def open_sheets(
    folder: PackFolder,
    files: Sequence[Wanted],
    fmt: Format,
    source: SourceLog,
) -> Iterator[Sheet]:
    """Yield every sheet of the files; what cannot be read is noted and left out."""
    for file in opened_files(folder, files, source):
        yield from sheets_of(file, fmt, source)


def opened_files(
    folder: PackFolder, files: Sequence[Wanted], source: SourceLog
) -> Iterator[PackFile]:
    """Yield the files and members of archives that can be opened; refusals are noted."""
    for one in files:
        for found in folder.files(*one):
            if isinstance(found, RefusedError):
                note_refusal(source.log, found, folder.label(one[0]))
            else:
                yield found


def sheets_of(
    file: PackFile, fmt: Format, source: SourceLog, wanted: Sequence[str] | None = None
) -> Iterator[Sheet]:
    """Yield every sheet of one file; what cannot be read is noted and left out.

    Of files that carry types only the `wanted` columns are taken, of the others the names.
    """
    columns = None if wanted is None else _with_kept(wanted, fmt)
    yield from _noted(read_raw(file, fmt, wanted=columns), file, fmt, source)


def _with_kept(wanted: Sequence[str], fmt: Format) -> list[str]:
    """Return the columns with the one by which rows are kept."""
    return [*wanted, *([fmt.keep.partition("=")[0]] if fmt.keep else [])]


def sheets_of_files(
    files: Iterable[PackFile],
    fmt: Format,
    source: SourceLog,
    wanted: Sequence[str] | None = None,
) -> Iterator[Sheet]:
    """Yield every sheet of several files: of tables about areas, which nobody has to keep."""
    for file in files:
        yield from sheets_of(file, fmt, source, wanted)


def _noted(
    sheets: Iterator[Sheet | RefusedError], file: PackFile, fmt: Format, source: SourceLog
) -> Iterator[Sheet]:
    """Yield the sheets; what reading found out about them and what is refused is noted."""
    n_blank = 0
    for sheet in sheets:
        if isinstance(sheet, RefusedError):
            note_refusal(source.log, sheet, file.label)
            continue
        n_blank = sheet.n_blank + (n_blank if sheet.part else 0)
        # Blank rows are a matter of the whole table.
        sheet = replace(sheet, n_blank=n_blank if sheet.is_last else 0)  # noqa: PLW2901
        source.begin(sheet.part)
        noted = _note_reading(sheet, source)
        kept = _keep(noted, fmt, source)
        if kept is not None:
            yield kept


def stretches_of(
    file: PackFile, fmt: Format, source: SourceLog, known: Known, wanted: Sequence[str]
) -> Generator[Sheet]:
    """Yield every sheet of one file in stretches, with the wanted columns; refusals are noted.

    Raises
    ------
    SecondLookError
        From a text file of which the first guess was wrong.
    """
    columns = _with_kept(wanted, fmt)
    yield from _noted(read_raw(file, fmt, known, wanted=columns), file, fmt, source)


def note_refusal(log: ProblemLog, refused: RefusedError, label: str) -> None:
    """Note a file that cannot be used."""
    data = dict(refused.data)
    log.fail(refused.code, str(data.pop("label", label)), **data)


def read_raw(
    raw: PackFile | RawFile,
    fmt: Format,
    known: Known | None = None,
    *,
    wanted: Sequence[str] | None = None,
) -> Iterator[Sheet | RefusedError]:
    """Yield the sheets of one file; refusals are yielded, not raised.

    With what is `known` of it text comes in stretches too. Of columns that are not `wanted`
    only the names are kept; text that is read whole has them all.
    """
    kind = fmt.type or _TYPES.get(Path(raw.name).suffix.lower())
    try:
        for sheet in _read_as(kind, raw, fmt, (known, wanted)):
            if isinstance(sheet, RefusedError):
                yield sheet
                continue
            year = sheet.year if sheet.year is not None else _year_in(raw.label)
            yield replace(sheet, year=year, path=raw.path)
    except RefusedError as refused:
        refused.data.setdefault("label", raw.label)
        yield refused


def _read_as(
    kind: str | None,
    raw: PackFile | RawFile,
    fmt: Format,
    by: tuple[Known | None, Sequence[str] | None],
) -> Iterator[Sheet | RefusedError]:
    known, wanted = by
    start = next(raw.chunks(HEAD_BYTES), b"") if isinstance(raw, PackFile) else raw.data
    if not start:
        raise RefusedError("FILE_EMPTY")
    if kind is None:
        raise RefusedError("FILE_TYPE_UNKNOWN", name=raw.name)
    if kind == "csv" or is_text_workbook(kind, start[:HEAD_BYTES]):
        if known is not None and isinstance(raw, PackFile):
            stretches = read_stretches(raw.chunks, raw.label, fmt, known, wanted=wanted)
            yield from (with_captured(sheet, dict(raw.told)) for sheet in stretches)
            return
        whole = raw.load() if isinstance(raw, PackFile) else raw
        yield with_captured(read_delimited(whole.data, whole.label, fmt), dict(raw.told))
    else:
        yield from read_document(kind, raw, fmt, wanted)


def _year_in(label: str) -> int | None:
    """Return the year in a file's name where there is exactly one."""
    found = set(_YEAR_IN_NAME.findall(shown(PurePosixPath(label).name)))
    return int(found.pop()) if len(found) == 1 else None


def _note_reading(sheet: Sheet, source: SourceLog) -> Sheet:
    """Note what reading found out about the whole file."""
    place = sheet.place()
    for code, data in sheet.notes:
        severity = Severity.NOTE if code in _NOTES else Severity.WARNING
        source.note(code, place, severity, **data)
    base = sheet.n_rows + len(sheet.bad_rows)
    source.rows("RAGGED_ROWS", place, sheet.bad_rows, base, columns=len(sheet.found or sheet.names))
    last = int(sheet.rows[-1]) + 1 if sheet.n_rows else 2
    n_blank = sheet.n_blank if sheet.n_blank >= N_BLANK_WORTH_A_WORD else 0
    after = np.full(n_blank, last, dtype=np.int64)
    source.rows("BLANK_ROWS", place, after, base + n_blank, severity=Severity.NOTE)
    if not sheet.n_rows:
        source.note("NO_ROWS", place, Severity.WARNING)
    return sheet


def _keep(sheet: Sheet, fmt: Format, source: SourceLog) -> Sheet | None:
    """Return the sheet with the rows that ``keep`` asks for."""
    if fmt.keep is None:
        return sheet
    column, _, wanted = fmt.keep.partition("=")
    if not sheet.has(column):
        if not sheet.part:
            source.fail("COLUMN_MISSING", sheet.file, column=column, found=columns_shown(sheet))
        return None
    return sheet.where(as_mask(pc.equal(sheet.texts(column), wanted)))


def columns_shown(sheet: Sheet) -> str:
    """Return the columns of a sheet for a message, cut to a readable length."""
    text = ", ".join(printable(name) for name in sheet.found or sheet.names)
    return text if len(text) <= 300 else text[:297] + "..."


def printable(text: str) -> str:
    """Return a text without control characters, which could act on a terminal."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
