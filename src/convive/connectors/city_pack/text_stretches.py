"""Reads a delimited text file of any size in stretches: what is in memory does not grow with it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from convive.connectors.city_pack.column_names import column_named
from convive.connectors.city_pack.delimited import (
    Head,
    Notes,
    check_delimiter,
    find_head,
    first_records,
    is_binary,
    likely_encoding,
    parse_block,
    repeated,
    sniff_delimiter,
)
from convive.connectors.city_pack.mapping_schema import Format
from convive.connectors.city_pack.problem_log import RefusedError
from convive.connectors.city_pack.second_look import Known
from convive.connectors.city_pack.sheet import Sheet, has_data, null_words, tidy
from convive.connectors.city_pack.text_blocks import Cutter, Fed, ahead, as_utf8

BLOCK_BYTES = 8 * 1024 * 1024
HEAD_BYTES = 1024 * 1024
"""Enough for the characters among which the header is looked for, whatever the script."""
N_PIECES_LOOKED_AT = 16
"""Of a file whose beginning is no table."""
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class _Layout:
    """How the table is written, as its beginning says."""

    label: str
    head: Head
    delimiter: str
    fmt: Format
    names: tuple[str, ...]
    """Every column that has a name, each once."""
    chosen: tuple[int, ...]
    """Where the columns are that are wanted."""

    @property
    def named(self) -> tuple[int, ...]:
        """Where the columns are that have a name."""
        return tuple(self.head.names.index(name) for name in self.names)


def read_stretches(
    open_chunks: Callable[[], Iterator[bytes]],
    label: str,
    fmt: Format,
    known: Known,
    *,
    wanted: Sequence[str] | None = None,
    size: int = BLOCK_BYTES,
) -> Iterator[Sheet]:
    """Yield the table of a delimited text file in stretches, every cell as text.

    Together they are what `read_delimited` returns for the whole file. Of columns that are not
    `wanted` only the names are kept. The next stretch is read while one is worked on.

    Raises
    ------
    RefusedError
        As `read_delimited`; some after the first stretches, where only the end of a file tells.
        QUOTE_UNCLOSED also for a record of more than 64 MiB.
    SecondLookError
        A guess at the encoding or the line ends was wrong: read again with what is known now.
    """
    held: Sheet | None = None
    for found in ahead(lambda: _blocks(open_chunks(), label, (fmt, known), wanted, size)):
        sheet = found
        if held is not None and (not held.n_rows or not sheet.n_rows):
            sheet = _together(held, sheet)
        elif held is not None:
            yield replace(held, is_last=False)
            sheet = replace(sheet, part=held.part + 1)
        held = sheet
    if held is not None:
        yield held


def _together(one: Sheet, other: Sheet) -> Sheet:
    """Return two stretches of which one has no rows as one."""
    full = one if one.n_rows else other
    return replace(
        full,
        bad_rows=one.bad_rows + other.bad_rows,
        n_blank=one.n_blank + other.n_blank,
        notes=one.notes + other.notes,
        part=one.part,
    )


def _blocks(
    chunks: Iterator[bytes],
    label: str,
    by: tuple[Format, Known],
    wanted: Sequence[str] | None,
    size: int,
) -> Iterator[Sheet]:
    """Yield a sheet for every block of the text."""
    fmt, known = by
    notes: Notes = []
    first = next(chunks, b"")
    encoding = likely_encoding(first, fmt)
    texts = as_utf8(itertools.chain([first], chunks), encoding, known)
    _note_encoding(encoding, known, fmt, notes)
    fed = Fed(known)
    try:
        start, is_whole = _beginning(texts, fed)
        layout, body = _layout(start, label, fmt, wanted)
    except RefusedError:
        # That an archive is a bomb or damaged shows later, and says more.
        for _ in itertools.islice(chunks, N_PIECES_LOOKED_AT):
            pass
        raise
    notes += [("COLUMN_TWICE", {"column": name}) for name in repeated(layout.head.names)]
    rest = () if is_whole else map(fed.cleaned, texts)
    is_noted = False
    for sheet in _sheets(itertools.chain(_pieces(body, size), rest), layout, size):
        if fed.has_nul and not is_noted:
            is_noted = True
            notes.append(("CHARACTERS_LOST", {}))
        yield replace(sheet, notes=tuple(notes))
        notes = []


def _sheets(pieces: Iterator[bytes], layout: _Layout, size: int) -> Iterator[Sheet]:
    """Yield a sheet for every block; a text without anything has no blank rows either."""
    cutter = Cutter(ord(layout.delimiter), layout.head.n_records + 1, size)
    blank: list[Sheet] | None = []
    for block in cutter.blocks(pieces):
        sheet, n = _sheet_of(block, layout, cutter.row)
        cutter.row += n
        if blank is not None and not bytes(block).strip():
            blank.append(sheet)
            continue
        yield from blank or ()
        blank = None
        yield sheet
    if blank is not None:
        yield _nothing(layout)


def _pieces(text: bytes, size: int) -> Iterator[bytes]:
    return (text[at : at + size] for at in range(0, len(text), size))


def _note_encoding(encoding: str, known: Known, fmt: Format, notes: Notes) -> None:
    name, errors = known.encoding or (encoding, "strict")
    if errors == "replace":
        notes.append(("CHARACTERS_LOST", {"encoding": name}))
    if fmt.encoding is None and name in ("cp1252", "latin-1"):
        notes.append(("ENCODING_GUESSED", {"encoding": "Windows-1252"}))


def _beginning(texts: Iterator[bytes], fed: Fed) -> tuple[bytes, bool]:
    """Return enough of the text to find the header, and whether it is all."""
    found: list[bytes] = []
    n, is_whole = 0, True
    for text in texts:
        found.append(text)
        n += len(text)
        if n >= HEAD_BYTES:
            is_whole = False
            break
    start = b"".join(found).removeprefix(_MARK)
    if is_binary(start[:HEAD_BYTES].decode("utf-8", "ignore")):
        raise RefusedError("FILE_BINARY")
    cleaned = fed.head(start).removeprefix(_MARK)
    if is_whole and not cleaned.strip():
        raise RefusedError("FILE_EMPTY")
    return cleaned, is_whole


def _layout(
    start: bytes, label: str, fmt: Format, wanted: Sequence[str] | None
) -> tuple[_Layout, bytes]:
    """Return how the table is written, and the beginning of its body."""
    text = start[:HEAD_BYTES].decode("utf-8", "ignore")
    delimiter = fmt.delimiter or sniff_delimiter(text)
    head = find_head(*first_records(text, delimiter), fmt)
    check_delimiter(head, text, fmt)
    names = tuple(dict.fromkeys(name for name in head.names if name))
    named = set(names) if wanted is None else {column_named(name, names) for name in wanted}
    chosen = tuple(head.names.index(name) for name in names if name in named)
    body = start[len(text[: head.offset].encode()) :]
    return _Layout(label, head, delimiter, fmt, names, chosen), body


def _sheet_of(block: memoryview, layout: _Layout, row: int) -> tuple[Sheet, int]:
    """Return the sheet of a block that begins with a row, and how many rows it takes."""
    width = len(layout.head.names)
    chosen = layout.chosen or layout.named[:1]
    columns, rows, bad = parse_block(block, layout.delimiter, width, chosen, row - 1)
    tidied = tidy(columns, null_words(layout.fmt))
    filled = has_data(tidied, len(rows))
    if not filled.all() and len(chosen) < width:
        # Rows without anything in these columns may have something in the others.
        every, _, _ = parse_block(block, layout.delimiter, width, range(width), row - 1)
        filled = has_data(tidy(every, null_words(layout.fmt)), len(rows))
    kept = tidied[: len(layout.chosen)]
    if not filled.all():
        mask = pa.array(filled)
        kept = [column.filter(mask) for column in kept]
    sheet = replace(
        _nothing(layout),
        columns=tuple(kept),
        rows=rows[filled],
        bad_rows=tuple(bad),
        n_blank=int((~filled).sum()),
    )
    return sheet, len(rows) + len(bad)


def _nothing(layout: _Layout) -> Sheet:
    """Return the table without any row."""
    names = tuple(layout.head.names[index] for index in layout.chosen)
    return Sheet(
        file=layout.label,
        sheet=None,
        year=None,
        names=names,
        columns=tuple(pa.array([], pa.string()) for _ in names),
        rows=np.zeros(0, np.int64),
        delimiter=layout.delimiter,
        found=layout.names if len(names) < len(layout.names) else (),
    )
