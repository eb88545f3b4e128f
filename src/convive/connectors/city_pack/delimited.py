"""Reads CSV and its relatives: finds out encoding, delimiter and header when nobody says."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from convive.connectors.city_pack.column_names import normalise_header
from convive.connectors.city_pack.mapping_schema import Format
from convive.connectors.city_pack.problem_log import RefusedError
from convive.connectors.city_pack.sheet import Sheet, has_data, null_words, tidy

SAMPLE_CHARS = 256 * 1024
SAMPLE_RECORDS = 60
DELIMITERS = (",", ";", "\t", "|")
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
Notes = list[tuple[str, dict[str, object]]]


@dataclass(frozen=True)
class Head:
    """Where the table begins: names, first row number after, characters before it."""

    names: list[str]
    n_records: int
    offset: int


def read_delimited(data: bytes, label: str, fmt: Format) -> Sheet:
    """Return the table of a delimited text file, every cell as text.

    Raises
    ------
    RefusedError
        FILE_EMPTY, FILE_BINARY, VALUE_INVALID, DELIMITER_WRONG, TABLE_UNREADABLE.
    """
    notes: Notes = []
    text = _line_ends(_decode(data, fmt, notes))
    if not text.strip():
        raise RefusedError("FILE_EMPTY")
    delimiter = fmt.delimiter or sniff_delimiter(text)
    records, offsets = first_records(text, delimiter)
    head = find_head(records, offsets, fmt)
    check_delimiter(head, text, fmt)
    body = text[head.offset :]
    _check_quotes(body, delimiter, head)
    columns, rows, bad = _parse(body, delimiter, head)
    notes += [("COLUMN_TWICE", {"column": name}) for name in repeated(head.names)]
    tidied = tidy(columns, null_words(fmt))
    filled = has_data(tidied, len(rows))
    names, kept = _named(head.names, tidied)
    mask = pa.array(filled)
    return Sheet(
        file=label,
        sheet=None,
        year=None,
        names=names,
        columns=tuple(column.filter(mask) for column in kept),
        rows=rows[filled],
        bad_rows=tuple(bad),
        n_blank=int((~filled).sum()),
        notes=tuple(notes),
        delimiter=delimiter,
    )


def _decode(data: bytes, fmt: Format, notes: Notes) -> str:
    """Return the text; notes a guess, lost characters and NUL bytes."""
    # A byte order mark is the file's own word; it beats what the mapping says.
    has_mark = any(data.startswith(mark) for mark, _ in BYTE_ORDER_MARKS)
    encoding = _guess_encoding(data) if has_mark else fmt.encoding or _guess_encoding(data)
    try:
        text = data.decode(encoding)
    except LookupError:
        raise RefusedError(
            "VALUE_INVALID", key="format.encoding", value=encoding, allowed="utf-8, cp1252, utf-16"
        ) from None
    except (UnicodeDecodeError, UnicodeError):
        text = data.decode(encoding, "replace")
        notes.append(("CHARACTERS_LOST", {"encoding": encoding}))
    if fmt.encoding is None and encoding in ("cp1252", "latin-1"):
        notes.append(("ENCODING_GUESSED", {"encoding": "Windows-1252"}))
    if is_binary(text):
        raise RefusedError("FILE_BINARY")
    if "\0" in text:
        notes.append(("CHARACTERS_LOST", {}))
        text = text.replace("\0", "")
    return text.removeprefix("\ufeff")


def _guess_encoding(data: bytes) -> str:
    """Return UTF by mark or by NUL pattern, else UTF-8 where it fits, else Windows-1252."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return encoding
    if by_nul := _by_nul(data):
        return by_nul
    for encoding in ("utf-8", "cp1252"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "latin-1"


def _by_nul(data: bytes) -> str | None:
    """Return which UTF-16 it is, by the NUL bytes of Latin letters."""
    sample = np.frombuffer(data[:4096], dtype=np.uint8)
    if len(sample) > 3:
        even, odd = (sample[::2] == 0).mean(), (sample[1::2] == 0).mean()
        if odd > 0.4 and even < 0.1:
            return "utf-16-le"
        if even > 0.4 and odd < 0.1:
            return "utf-16-be"
    return None


def is_binary(text: str) -> bool:
    """Tell whether the text is full of control characters, as no table is."""
    sample = text[:SAMPLE_CHARS]
    strange = sum(n for c, n in Counter(sample).items() if c < " " and c not in "\t\r\n\f\v")
    return strange > max(8, len(sample) * 0.02)


def likely_encoding(start: bytes, fmt: Format) -> str:
    """Return the encoding by the first bytes and the mapping; none where only all bytes tell."""
    known = next((name for mark, name in BYTE_ORDER_MARKS if start.startswith(mark)), None)
    return known or fmt.encoding or _by_nul(start) or ""


def _line_ends(text: str) -> str:
    """Return the text with line feeds where an old system wrote carriage returns only."""
    return text.replace("\r", "\n") if "\r" in text and "\n" not in text else text


def first_records(text: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """Return the first records and, for each, how many characters it and those before take."""
    lines = io.StringIO(text[:SAMPLE_CHARS], newline="")
    used = 0
    ends: list[int] = []
    records: list[list[str]] = []

    def counted() -> Iterator[str]:
        nonlocal used
        for line in lines:
            used += len(line)
            yield line

    reader = csv.reader(counted(), delimiter=delimiter)
    try:
        for record in reader:
            records.append(record)
            ends.append(used)
            if len(records) == SAMPLE_RECORDS:
                break
    except csv.Error:
        if not records:
            raise RefusedError("TABLE_UNREADABLE") from None
    return records, ends


def sniff_delimiter(text: str) -> str:
    """Return the delimiter that cuts the first lines most evenly into most cells."""
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        try:
            records, _ = first_records(text, delimiter)
        except RefusedError:
            continue
        widths = Counter(len(record) for record in records if any(record))
        if not widths:
            continue
        width, n = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
        score = (width > 1) * (n / sum(widths.values()) * 100 + min(width, 50))
        if score > best_score:
            best, best_score = delimiter, score
    return best


def find_head(records: Sequence[list[str]], ends: Sequence[int], fmt: Format) -> Head:
    """Return the header: the row that the mapping names, else the first row of full width."""
    if fmt.header_row is not None:
        at = fmt.header_row - 1
    else:
        at = header_position([[bool(cell.strip()) for cell in record] for record in records])
    if at >= len(records):
        raise RefusedError("FILE_EMPTY", row=at + 1)
    last = at + fmt.skip_after_header
    if last >= len(records):
        last = len(records) - 1
    return Head([normalise_header(n) for n in records[at]], last + 1, ends[last])


def header_position(filled: Sequence[Sequence[bool]]) -> int:
    """Return the index of the first row that is as wide as the table (60 % of its usual width).

    Raises
    ------
    RefusedError
        FILE_EMPTY where every row is blank.
    """
    widths = [sum(row) for row in filled]
    if not any(widths):
        raise RefusedError("FILE_EMPTY")
    usual = Counter(width for width in widths if width).most_common()
    top = max(usual, key=lambda item: (item[1], item[0]))[0]
    for index, width in enumerate(widths):
        if width and width >= 0.6 * top:
            return index
    return 0


def check_delimiter(head: Head, text: str, fmt: Format) -> None:
    """Refuse a delimiter that the mapping names but the file does not use."""
    if fmt.delimiter is None:
        return
    # Decimal commas cut cells too: what counts is whether the first line, the header, is cut.
    header = next(line for line in text.splitlines() if line.strip())
    if len(head.names) > 1 and fmt.delimiter in header:
        return
    found = sniff_delimiter(text.replace(fmt.delimiter, ""))
    if found != fmt.delimiter and found in header:
        raise RefusedError("DELIMITER_WRONG", given=_name(fmt.delimiter), found=_name(found))


def _check_quotes(body: str, delimiter: str, head: Head) -> None:
    """Refuse a quotation mark that is never closed: it would swallow all rows below it."""
    if body.count('"') % 2 == 0:
        return
    row = head.n_records
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True)
    try:
        for row, _ in enumerate(reader, head.n_records + 1):  # noqa: B007
            pass
    except csv.Error as problem:
        if any(sign in str(problem) for sign in ("unexpected end of data", "field limit")):
            raise RefusedError("QUOTE_UNCLOSED", row=row + 1) from None


def repeated(names: Sequence[str]) -> list[str]:
    """Return the column names that come more than once."""
    return [name for name, n in Counter(names).items() if name and n > 1]


def _name(delimiter: str) -> str:
    return "tab" if delimiter == "\t" else delimiter


def _parse(body: str, delimiter: str, head: Head) -> tuple[list[pa.Array], np.ndarray, list[int]]:
    """Return columns, row numbers and the rows whose width is wrong."""
    raw = body.encode("utf-8", "replace")
    if not raw.strip():
        return [pa.array([], pa.string()) for _ in head.names], np.zeros(0, np.int64), []
    return parse_block(raw, delimiter, len(head.names), range(len(head.names)), head.n_records)


def parse_block(
    raw: bytes | memoryview, delimiter: str, n_columns: int, chosen: Sequence[int], n_before: int
) -> tuple[list[pa.Array], np.ndarray, list[int]]:
    """Return the chosen columns of whole records, their row numbers, and rows of wrong width.

    Raises
    ------
    RefusedError
        TABLE_UNREADABLE.
    """
    names = [str(index) for index in range(n_columns)]
    bad: list[int] = []

    def reject(row: arrow_csv.InvalidRow) -> str:
        bad.append(row.number)
        return "skip"

    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(raw),
            read_options=arrow_csv.ReadOptions(
                column_names=names, use_threads=False, block_size=len(raw) + 1
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=reject,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=False,
                include_columns=[names[index] for index in chosen],
            ),
        )
    except pa.ArrowException as problem:
        raise RefusedError("TABLE_UNREADABLE") from problem
    n_all = table.num_rows + len(bad)
    numbers = np.arange(n_before + 1, n_before + n_all + 1, dtype=np.int64)
    if bad:
        numbers = np.delete(numbers, np.array(bad) - 1)
    columns = [whole_array(column) for column in table.columns]
    return columns, numbers, [number + n_before for number in bad]


def whole_array(column: pa.ChunkedArray) -> pa.Array:
    """Return a column in one piece, without a copy where it is one."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _named(
    names: Sequence[str], columns: Sequence[pa.Array]
) -> tuple[tuple[str, ...], list[pa.Array]]:
    """Return the columns that have a name; later columns of the same name are left out."""
    kept: dict[str, pa.Array] = {}
    for name, column in zip(names, columns, strict=True):
        if name:
            kept.setdefault(name, column)
    return tuple(kept), list(kept.values())
