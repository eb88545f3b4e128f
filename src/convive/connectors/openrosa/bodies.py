"""Reads the body of a request within a limit: announced by its length, or in chunks.

OpenRosa wants chunked bodies taken; WSGI leaves them to the server, and not every server unpacks
them.
"""

from __future__ import annotations

from typing import Protocol

from convive.core.errors import RequestError

_STEP = 64 * 1024
_LONGEST_LINE = 4096
_MOST_TRAILERS = 50


class Stream(Protocol):
    """What is read from."""

    def read(self, size: int = ..., /) -> bytes:
        """Return at most so many bytes."""
        ...


class LineStream(Stream, Protocol):
    """A connection as it is."""

    def readline(self, size: int = ..., /) -> bytes:
        """Return one line, at most so many bytes of it."""
        ...


def read_announced(stream: Stream, n_bytes: int, *, most: int) -> bytes:
    """Return a body of a known length.

    Raises
    ------
    RequestError
        OPENROSA_TOO_LARGE, what was sent is read away up to twice the limit, so that the sender
        gets to hear it; OPENROSA_CUT_SHORT.
    """
    if n_bytes > most:
        _discard(stream, min(n_bytes, 2 * most))
        raise _too_large(most)
    return _exactly(stream, n_bytes)


def read_to_end(stream: Stream, *, most: int) -> bytes:
    """Return a body up to the end of a stream that the server ends.

    Raises
    ------
    RequestError
        OPENROSA_TOO_LARGE.
    """
    body = bytearray()
    while data := stream.read(_STEP):
        body += data
        if len(body) > most:
            _discard(stream, most)
            raise _too_large(most)
    return bytes(body)


def read_chunked(stream: LineStream, *, most: int) -> bytes:
    """Return a chunked body from the connection itself (RFC 9112, section 7.1).

    Raises
    ------
    RequestError
        OPENROSA_TOO_LARGE, OPENROSA_CUT_SHORT.
    """
    body = bytearray()
    while size := _chunk_size(stream):
        if len(body) + size > most:
            raise _too_large(most)
        body += _exactly(stream, size)
        if stream.readline(_LONGEST_LINE) != b"\r\n":
            raise RequestError("OPENROSA_CUT_SHORT")
    for _ in range(_MOST_TRAILERS):
        if stream.readline(_LONGEST_LINE) in {b"\r\n", b"\n", b""}:
            return bytes(body)
    raise RequestError("OPENROSA_CUT_SHORT")


def _chunk_size(stream: LineStream) -> int:
    line = stream.readline(_LONGEST_LINE)
    figures = line.partition(b";")[0].strip()
    if not line.endswith(b"\n") or not 1 <= len(figures) <= 8 or not figures.isalnum():
        raise RequestError("OPENROSA_CUT_SHORT")
    try:
        return int(figures, 16)
    except ValueError:
        raise RequestError("OPENROSA_CUT_SHORT") from None


def _exactly(stream: Stream, n_bytes: int) -> bytes:
    body = bytearray()
    while len(body) < n_bytes:
        data = stream.read(min(_STEP, n_bytes - len(body)))
        if not data:
            raise RequestError("OPENROSA_CUT_SHORT")
        body += data
    return bytes(body)


def _discard(stream: Stream, n_bytes: int) -> None:
    while n_bytes > 0:
        data = stream.read(min(_STEP, n_bytes))
        if not data:
            return
        n_bytes -= len(data)


def _too_large(most: int) -> RequestError:
    return RequestError("OPENROSA_TOO_LARGE", limit=most // 1024**2)
