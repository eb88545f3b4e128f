"""Reads ``multipart/form-data`` (RFC 7578) in memory; what is sent is hostile.

In memory on purpose: a photo must not touch the disk before its faces are covered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from convive.core.errors import RequestError

MOST_PARTS = 128
"""Collect splits a form above 100 files; form, mark and one more file come beside them."""
_MOST_HEADER_BYTES = 8 * 1024
_LONGEST_NAME = 255
_BOUNDARY = re.compile(
    r'multipart/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s;",]{1,70}))\s*(?:;.*)?',
    re.IGNORECASE,
)
_PARAMETER = re.compile(r';\s*([A-Za-z*]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))')
_PLAIN_ENCODINGS = frozenset({"", "7bit", "8bit", "binary"})


@dataclass(frozen=True)
class Part:
    """One part of a body."""

    name: str
    filename: str
    """As the client says, never a path to use; empty: the part is a plain field."""
    data: bytes


def parse_multipart(content_type: str, body: bytes) -> tuple[Part, ...]:
    """Return the parts of a body, in their order.

    Raises
    ------
    RequestError
        OPENROSA_MULTIPART where it is none, is cut short, or has too many parts or headers.
    """
    found = _BOUNDARY.fullmatch(content_type[:_LONGEST_NAME].strip())
    if found is None:
        raise _refused()
    delimiter = b"--" + (found[1] or found[2]).encode("latin-1", "replace")
    parts: list[Part] = []
    for start, end in _stretches(body, delimiter):
        if len(parts) == MOST_PARTS:
            raise _refused()
        parts.append(_part(body, start, end))
    return tuple(parts)


def _stretches(body: bytes, delimiter: bytes) -> Iterator[tuple[int, int]]:
    """Yield where the parts begin and end, headers included."""
    at = 0 if body.startswith(delimiter) else body.find(b"\r\n" + delimiter) + 2
    if at == 1:
        raise _refused()
    while True:
        after = at + len(delimiter)
        if body.startswith(b"--", after):
            return
        start = body.find(b"\r\n", after, after + 100) + 2
        if start == 1 or body[after : start - 2].strip(b" \t"):
            raise _refused()
        # A part without any content has its end right behind the empty line of the headers.
        end = body.find(b"\r\n" + delimiter, start - 2)
        if end < 0:
            raise _refused()
        yield start, end
        at = end + 2


def _part(body: bytes, start: int, end: int) -> Part:
    blank = body.find(b"\r\n\r\n", start, min(end + 2, start + _MOST_HEADER_BYTES))
    if blank < 0:
        raise _refused()
    headers = dict(_headers(body[start:blank]))
    said = headers.get("content-disposition", "")
    if not said.lower().startswith("form-data"):
        raise _refused()
    if headers.get("content-transfer-encoding", "").lower() not in _PLAIN_ENCODINGS:
        raise _refused()
    parameters = _parameters(said)
    name, filename = parameters.get("name", ""), parameters.get("filename", "")
    if not name or max(len(name), len(filename)) > _LONGEST_NAME:
        raise _refused()
    return Part(name, filename, body[blank + 4 : end])


def _headers(head: bytes) -> Iterator[tuple[str, str]]:
    for line in head.split(b"\r\n"):
        name, colon, value = line.partition(b":")
        try:
            text = value.decode("utf-8").strip()
        except UnicodeDecodeError:
            raise _refused() from None
        if not colon or "\0" in text:
            raise _refused()
        yield name.decode("latin-1").strip().lower(), text


def _parameters(said: str) -> Mapping[str, str]:
    """Return the parameters of a header; RFC 5987's extended file name wins."""
    found: dict[str, str] = {}
    for key, quoted, plain in _PARAMETER.findall(said):
        value = re.sub(r"\\(.)", r"\1", quoted) if quoted else plain
        # Clients write the three signs that would end the header like this (WHATWG, RFC 7578).
        for sign, code in (('"', "%22"), ("\r", "%0D"), ("\n", "%0A")):
            value = value.replace(code, sign)
        found.setdefault(key.lower(), value)
    extended = found.pop("filename*", "")
    if extended.lower().startswith("utf-8''"):
        found["filename"] = unquote(extended[7:], errors="replace")
    return found


def _refused() -> RequestError:
    return RequestError("OPENROSA_MULTIPART")
