"""From the bytes of a text file to blocks of whole records in UTF-8, one block at a time."""

from __future__ import annotations

import codecs
import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numba import njit

from convive.connectors.city_pack.problem_log import RefusedError
from convive.connectors.city_pack.second_look import UTF_8, Known, SecondLookError

MAX_RECORD_BYTES = 64 * 1024 * 1024
"""A record that is longer has a quotation mark that is never closed."""
MAX_FIELD_BYTES = 131_072
"""A quoted cell that is longer hides rows, where the number of quotation marks is odd."""
_QUOTE, _FEED, _RETURN = 34, 10, 13
_START, _PLAIN, _QUOTED, _AFTER = range(4)
NOTHING, LOOSE, LONG = range(3)
"""What came first: nothing strange, text behind a closing quotation mark, too long a cell."""


def as_utf8(chunks: Iterator[bytes], encoding: str, known: Known) -> Iterator[bytes]:
    """Yield the text in UTF-8; an `encoding` of no name is a guess that moves on.

    Raises
    ------
    SecondLookError
        Bytes do not fit the encoding; what to read by instead is known then.
    RefusedError
        VALUE_INVALID for an encoding that does not exist.
    """
    name, errors = known.encoding or (encoding or UTF_8[0], "strict")
    first = next(chunks, b"")
    chunks = itertools.chain([first], chunks)
    has_mark = first[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or first[:4] in (
        codecs.BOM_UTF32_LE,
        codecs.BOM_UTF32_BE,
    )
    # Without a byte order mark the usual order is meant.
    usual = {} if has_mark else {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}
    decoder = _decoder(usual.get(name.lower(), name), errors)
    is_plain = errors == "strict" and codecs.lookup(name).name in ("utf-8", "utf-8-sig")
    if is_plain:
        decoder = _decoder(*UTF_8)
    is_pending = False
    try:
        for chunk in chunks:
            if is_plain and not is_pending and chunk.isascii():
                yield chunk
                continue
            text = decoder.decode(chunk)
            is_pending = bool(decoder.getstate()[0])
            yield chunk if is_plain else text.encode("utf-8", "replace")
        rest = decoder.decode(b"", final=True)
    except UnicodeError:
        if errors == "replace":
            raise RefusedError("TABLE_UNREADABLE") from None
        known.encoding = _next_encoding(name, is_guess=not encoding)
        raise SecondLookError(known) from None
    if not is_plain:
        yield rest.encode("utf-8", "replace")


def _decoder(name: str, errors: str) -> codecs.IncrementalDecoder:
    try:
        return codecs.getincrementaldecoder(name)(errors)
    except LookupError:
        raise RefusedError(
            "VALUE_INVALID", key="format.encoding", value=name, allowed="utf-8, cp1252, utf-16"
        ) from None


def _next_encoding(name: str, *, is_guess: bool) -> tuple[str, str]:
    """Return what to read by where bytes do not fit: a guess moves on, else they are lost."""
    if not is_guess:
        return name, "replace"
    return ("cp1252" if name == UTF_8[0] else "latin-1"), "strict"


@njit(cache=True, nogil=True)
def scan(  # noqa: C901, PLR0912 - one pass over the bytes, compiled
    data: np.ndarray, delimiter: int, is_final: int
) -> tuple[int, int, int, int, bool]:
    """Return where the last whole record ends, and what quotation marks do in the records.

    `data` (uint8) begins at the start of a record; the rest, if it is the file's end, is not
    counted as a record.

    Returns
    -------
    end : bytes up to and with the last line end outside quotation marks
    n_records : records up to there
    event, event_record : which of `NOTHING`, `LOOSE`, `LONG` came first, records before it
    is_open : whether the data end within quotation marks
    """
    end, n, event, event_record, began = 0, 0, NOTHING, 0, 0
    state = _START
    size = len(data)
    for i in range(size):
        c = data[i]
        if state == _QUOTED:
            if c == _QUOTE:
                state = _AFTER
            elif i - began > MAX_FIELD_BYTES and event == NOTHING:
                event, event_record = LONG, n
        elif c == delimiter:
            state = _START
        elif c in (_FEED, _RETURN):
            if c == _RETURN and (i + 1 < size and data[i + 1] == _FEED):
                continue
            if c == _FEED or i + 1 < size or is_final:
                n, end, state = n + 1, i + 1, _START
        elif c == _QUOTE and state != _PLAIN:
            if state == _START:
                began = i
            state = _QUOTED
        else:
            if state == _AFTER and event == NOTHING:
                event, event_record = LOOSE, n
            state = _PLAIN
    return end, n, event, event_record, state == _QUOTED


@dataclass
class Cutter:
    """Cuts text into blocks that end where a record ends, and watches quotation marks."""

    delimiter: int
    row: int
    """Number of the row with which the next block begins."""
    size: int
    n_quotes: int = 0
    event: int = NOTHING
    event_row: int = 0
    kept: bytes = b""

    def blocks(self, pieces: Iterator[bytes]) -> Iterator[memoryview]:
        """Yield the blocks, not copied; whoever takes one adds its rows to `row` before the next.

        Raises
        ------
        RefusedError
            QUOTE_UNCLOSED.
        """
        gathered: list[bytes] = [self.kept]
        n, wanted = len(self.kept), self.size
        for piece in pieces:
            gathered.append(piece)
            n += len(piece)
            if n < wanted:
                continue
            text = b"".join(gathered)
            end = self._end(text)
            wanted = self.size if end else 2 * n
            if not end and n > MAX_RECORD_BYTES:
                raise RefusedError("QUOTE_UNCLOSED", row=self.row)
            gathered, n = [text[end:]], len(text) - end
            if end:
                yield memoryview(text)[:end]
        text = b"".join(gathered)
        self._close(text)
        if text:
            yield memoryview(text)

    def _end(self, text: bytes) -> int:
        """Return where the last whole record of the text ends."""
        if b'"' not in text:
            end = text.rfind(b"\n") + 1
            if end:
                return end
        end, _, event, record, _ = scan(np.frombuffer(text, np.uint8), self.delimiter, 0)
        if end:
            self._count(text[:end], event, record)
        return int(end)

    def _count(self, text: bytes, event: int, record: int) -> None:
        self.n_quotes += text.count(b'"')
        if event != NOTHING and self.event == NOTHING:
            self.event, self.event_row = event, self.row + record

    def _close(self, text: bytes) -> None:
        """Refuse a quotation mark that is never closed: it would swallow all rows below it."""
        is_open = False
        if b'"' in text:
            data = np.frombuffer(text, np.uint8)
            _, n, event, record, is_open = scan(data, self.delimiter, 1)
            self._count(text, event, record)
            if is_open and self.event == NOTHING:
                self.event, self.event_row = LONG, self.row + n
        if self.n_quotes % 2 and self.event == LONG:
            raise RefusedError("QUOTE_UNCLOSED", row=self.event_row)


@dataclass
class Fed:
    """Text without NUL and, where an old system wrote carriage returns only, with line feeds."""

    known: Known
    has_nul: bool = False
    _only_returns: bool = field(default=False)
    _has_returned: bool = field(default=False)

    def head(self, text: bytes) -> bytes:
        """Return the beginning; it says how lines end."""
        self._only_returns = b"\n" not in text and not self.known.has_feeds
        return self.cleaned(text)

    def cleaned(self, text: bytes) -> bytes:
        """Return a piece.

        Raises
        ------
        SecondLookError
            There are line feeds after all.
        """
        if b"\0" in text:
            self.has_nul = True
            text = text.replace(b"\0", b"")
        if not self._only_returns:
            return text
        if b"\n" in text:
            if self._has_returned or b"\r" in text:
                self.known.has_feeds = True
                raise SecondLookError(self.known)
            self._only_returns = False
            return text
        self._has_returned |= b"\r" in text
        return text.replace(b"\r", b"\n")


def ahead(open_it: Callable[[], Iterator[Any]]) -> Iterator[Any]:
    """Yield what an iterator gives, the next one made in the background meanwhile."""
    with closing(open_it()) as found, ThreadPoolExecutor(1) as pool:  # type: ignore[type-var]
        end = object()
        coming = pool.submit(next, found, end)
        try:
            while (one := coming.result()) is not end:
                coming = pool.submit(next, found, end)
                yield one
        finally:
            coming.exception()
