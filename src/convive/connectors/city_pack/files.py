"""Opens files of a pack safely: nothing outside the pack, no bombs, no devices."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import Any

from convive.connectors.city_pack.problem_log import RefusedError

MIB = 1024 * 1024
MAX_FILE_BYTES = 2048 * MIB
MAX_UNPACKED_BYTES = 2048 * MIB
MAX_RATIO = 200
RATIO_FREE_BYTES = 10 * MIB
"""Up to here any ratio is fine: a blank tail compresses a thousandfold."""
MAX_MEMBERS = 1000
ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".tgz", ".bz2", ".xz")
READABLE = (
    ".csv",
    ".tsv",
    ".tab",
    ".txt",
    ".xlsx",
    ".xlsm",
    ".parquet",
    ".sav",
    ".zsav",
    ".dta",
    ".geojson",
    ".gpkg",
)


@dataclass(frozen=True)
class RawFile:
    """A file's bytes under the name that messages use."""

    label: str
    """Path in the pack; members of an archive as ``archive.zip!member``."""
    name: str
    """Last part of the name without ``.gz``; its ending says the type."""
    data: bytes
    path: str = ""
    """Path in the pack of the file on disk."""


def shown(path: Path | PurePosixPath | str) -> str:
    """Return a path that can be printed and stored: bytes that are no UTF-8 become U+FFFD."""
    return os.fsencode(os.fspath(path)).decode("utf-8", "replace")


@dataclass
class PackFolder:
    """The pack on disk and the digests of every file read from it."""

    root: Path
    digests: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def label(self, path: Path) -> str:
        """Return the path within the pack, as printed."""
        return shown(PurePosixPath(path.relative_to(self.root)))

    def read(self, path: Path) -> bytes:
        """Return the bytes of a file in the pack and remember its digest.

        Raises
        ------
        RefusedError
            FILE_OUTSIDE_PACK, FILE_UNREADABLE, FILE_TOO_LARGE.
        """
        data = _read_regular(self._inside(path))
        label = self.label(path)
        self.digests[label] = {
            "path": label,
            "sha256": hashlib.sha256(data).hexdigest(),
            "bytes": len(data),
        }
        return data

    def _inside(self, path: Path) -> Path:
        try:
            real = path.resolve(strict=True)
        except FileNotFoundError:
            code = "FILE_OUTSIDE_PACK" if path.is_symlink() else "FILE_UNREADABLE"
            raise RefusedError(code) from None
        except (OSError, RuntimeError) as problem:
            raise RefusedError("FILE_UNREADABLE") from problem
        if not real.is_relative_to(self.root.resolve()):
            raise RefusedError("FILE_OUTSIDE_PACK")
        return real

    def load(self, path: Path, member: str | None = None) -> Iterator[RawFile | RefusedError]:
        """Yield the file, or the members of an archive; refusals are yielded, not raised."""
        label = self.label(path)
        try:
            data = self.read(path)
            if path.suffix.lower() == ".zip":
                yield from members(label, data, member or "*")
                return
            name = shown(path.name)
            if name.lower().endswith(".gz"):
                data, name = unpack_gzip(data), name[:-3]
            yield RawFile(label, name, data, label)
        except RefusedError as refused:
            refused.data.setdefault("label", label)
            yield refused


def _read_regular(path: Path) -> bytes:
    """Return the bytes of a plain file; never follows a link, never waits on a pipe."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as problem:
        raise RefusedError("FILE_UNREADABLE") from problem
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        raise RefusedError("FILE_UNREADABLE")
    with os.fdopen(descriptor, "rb") as opened:
        if found.st_size > MAX_FILE_BYTES:
            raise RefusedError("FILE_TOO_LARGE")
        try:
            return opened.read(MAX_FILE_BYTES + 1)
        except OSError as problem:
            raise RefusedError("FILE_UNREADABLE") from problem


def unpack_gzip(data: bytes) -> bytes:
    """Return the unpacked bytes of a gzip file, within the limits.

    Raises
    ------
    RefusedError
        ARCHIVE_BOMB, ARCHIVE_DAMAGED.
    """
    out, rest = bytearray(), data
    try:
        while rest:
            unpacker = zlib.decompressobj(wbits=31)
            chunk = unpacker.decompress(rest, MIB)
            while chunk or (unpacker.unconsumed_tail and not unpacker.eof):
                out += chunk
                _check_size(len(out), len(data))
                chunk = unpacker.decompress(unpacker.unconsumed_tail, MIB)
            if not unpacker.eof:
                raise RefusedError("ARCHIVE_DAMAGED")
            rest = unpacker.unused_data.lstrip(b"\0")
    except zlib.error as problem:
        raise RefusedError("ARCHIVE_DAMAGED") from problem
    if not data:
        raise RefusedError("ARCHIVE_DAMAGED")
    return bytes(out)


def _check_size(unpacked: int, packed: int) -> None:
    over_ratio = unpacked > RATIO_FREE_BYTES and unpacked > MAX_RATIO * max(packed, 1)
    if over_ratio or unpacked > MAX_UNPACKED_BYTES:
        raise RefusedError("ARCHIVE_BOMB", ratio=MAX_RATIO, mib=MAX_UNPACKED_BYTES // MIB)


def open_zip(data: bytes) -> zipfile.ZipFile:
    """Return an archive whose directory is within the limits.

    Raises
    ------
    RefusedError
        ARCHIVE_DAMAGED, ARCHIVE_BOMB, ARCHIVE_REFUSED.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as problem:
        raise RefusedError("ARCHIVE_DAMAGED") from problem
    infos = archive.infolist()
    if len(infos) > MAX_MEMBERS:
        raise RefusedError("ARCHIVE_BOMB", ratio=MAX_RATIO, mib=MAX_UNPACKED_BYTES // MIB)
    for info in infos:
        parts = PurePosixPath(info.filename.replace("\\", "/")).parts
        if ".." in parts or info.filename.startswith(("/", "\\")):
            raise RefusedError("ARCHIVE_REFUSED")
    _check_size(sum(info.file_size for info in infos), len(data))
    return archive


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, packed: int) -> bytes:
    """Return a member's bytes; the size that the directory claims is not trusted.

    Raises
    ------
    RefusedError
        ARCHIVE_REFUSED, ARCHIVE_DAMAGED, ARCHIVE_BOMB.
    """
    if info.flag_bits & 1:
        raise RefusedError("ARCHIVE_REFUSED")
    out = bytearray()
    try:
        with archive.open(info) as member:
            while chunk := member.read(MIB):
                out += chunk
                _check_size(len(out), packed)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError) as problem:
        raise RefusedError("ARCHIVE_DAMAGED") from problem
    return bytes(out)


def members(label: str, data: bytes, pattern: str) -> Iterator[RawFile | RefusedError]:
    """Yield the members of an archive that match the pattern, in order of their names."""
    archive = open_zip(data)
    chosen = [
        info
        for info in sorted(archive.infolist(), key=lambda info: info.filename)
        if not info.is_dir() and _is_chosen(info.filename, pattern)
    ]
    if not chosen:
        yield RefusedError("ARCHIVE_NOTHING_FOUND", label=label, pattern=pattern)
    left = MAX_UNPACKED_BYTES
    for info in chosen:
        member_label = f"{label}!{shown(info.filename)}"
        name = shown(PurePosixPath(info.filename).name)
        if name.lower().endswith(ARCHIVES):
            yield RefusedError("ARCHIVE_REFUSED", label=member_label)
            continue
        try:
            content = read_member(archive, info, len(data))
            if name.lower().endswith(".gz"):
                content, name = unpack_gzip(content), name[:-3]
        except RefusedError as refused:
            refused.data.setdefault("label", member_label)
            yield refused
            continue
        left -= len(content)
        if left < 0:
            yield RefusedError("ARCHIVE_BOMB", label=label, ratio=MAX_RATIO, mib=2048)
            return
        yield RawFile(member_label, name, content, label)


def _is_chosen(filename: str, pattern: str) -> bool:
    """Tell whether a member is asked for; without a pattern, whatever looks like data."""
    if pattern == "*":
        return filename.lower().removesuffix(".gz").endswith((*READABLE, *ARCHIVES))
    return fnmatch(filename, pattern)
