"""Unpacks gzip and zip within limits: no bombs, no paths that lead out, damage is told."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from convive.connectors.city_pack.problem_log import RefusedError

MIB = 1024 * 1024
MAX_FILE_BYTES = 2048 * MIB
"""Of a file that must be held whole, packed or unpacked."""
MAX_RATIO = 200
RATIO_FREE_BYTES = 10 * MIB
"""Up to here any ratio is fine: a blank tail compresses a thousandfold."""
MAX_MEMBERS = 1000
BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    RuntimeError,  # also NotImplementedError
)
"""What the standard library raises for a damaged archive."""


def gunzip(packed: Iterator[bytes], n_packed: int, limit: int) -> Iterator[bytes]:
    """Yield the unpacked bytes of a gzip stream, which may have several members."""
    done = 0
    unpacker: Any = None
    has_any = False
    try:
        for piece in packed:
            rest = piece
            while rest:
                if unpacker is None or unpacker.eof:
                    # Padding of zeros may stand behind a member.
                    rest = rest.lstrip(b"\0") if has_any else rest
                    if not rest:
                        break
                    unpacker, has_any = zlib.decompressobj(wbits=31), True
                chunk = unpacker.decompress(rest, MIB)
                done += len(chunk)
                _check_size(done, n_packed, limit)
                if chunk:
                    yield chunk
                rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
        if unpacker is None or not unpacker.eof:
            raise RefusedError("ARCHIVE_DAMAGED")
    except zlib.error as problem:
        raise RefusedError("ARCHIVE_DAMAGED") from problem


def _check_size(unpacked: int, packed: int, limit: int = MAX_FILE_BYTES) -> None:
    over_ratio = unpacked > RATIO_FREE_BYTES and unpacked > MAX_RATIO * max(packed, 1)
    if over_ratio or unpacked > limit:
        raise RefusedError("ARCHIVE_BOMB", ratio=MAX_RATIO, mib=limit // MIB)


def open_zip(
    data: bytes | BinaryIO, n_packed: int | None = None, limit: int = MAX_FILE_BYTES
) -> zipfile.ZipFile:
    """Return an archive whose directory is within the limits.

    `n_packed` is the size of an archive that is given as an open file.

    Raises
    ------
    RefusedError
        ARCHIVE_DAMAGED, ARCHIVE_BOMB, ARCHIVE_REFUSED.
    """
    if isinstance(data, bytes):
        n_packed = len(data)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data) if isinstance(data, bytes) else data)
    except BROKEN_ZIP as problem:
        raise RefusedError("ARCHIVE_DAMAGED") from problem
    infos = archive.infolist()
    if len(infos) > MAX_MEMBERS:
        raise RefusedError("ARCHIVE_BOMB", ratio=MAX_RATIO, mib=limit // MIB)
    for info in infos:
        if not info.filename:
            raise RefusedError("ARCHIVE_DAMAGED")
        parts = PurePosixPath(info.filename.replace("\\", "/")).parts
        if ".." in parts or info.filename.startswith(("/", "\\")):
            raise RefusedError("ARCHIVE_REFUSED")
    _check_size(sum(info.file_size for info in infos), n_packed or 0, limit)
    return archive


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, packed: int) -> bytes:
    """Return a member's bytes; the size that the directory claims is not trusted.

    Raises
    ------
    RefusedError
        ARCHIVE_REFUSED, ARCHIVE_DAMAGED, ARCHIVE_BOMB.
    """
    return b"".join(member_pieces(archive, info, packed, MAX_FILE_BYTES, MIB))


def member_pieces(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, packed: int, limit: int, size: int
) -> Iterator[bytes]:
    """Yield a member's bytes in pieces of `size`, refused beyond `limit`; see `read_member`."""
    if info.flag_bits & 1:
        raise RefusedError("ARCHIVE_REFUSED")
    done = 0
    try:
        with archive.open(info) as member:
            while piece := member.read(size):
                done += len(piece)
                _check_size(done, packed, limit)
                yield piece
    except BROKEN_ZIP as problem:
        raise RefusedError("ARCHIVE_DAMAGED") from problem
