"""Opens files of a pack safely: nothing outside the pack, no bombs, no devices."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, NamedTuple

from convive.connectors.city_pack.archives import (
    MAX_FILE_BYTES,
    MIB,
    gunzip,
    member_pieces,
    open_zip,
)
from convive.connectors.city_pack.captures import Told, as_glob, told_by
from convive.connectors.city_pack.problem_log import RefusedError

MAX_STREAM_BYTES = 65_536 * MIB
"""Of a file that is read in stretches: some 800 million rows of text."""
CHUNK_BYTES = 8 * MIB
LARGE_BYTES = 4 * MIB
"""A digest of less is taken in no time."""
ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".tgz", ".bz2", ".xz")
READABLE = (
    ".csv",
    ".tsv",
    ".tab",
    ".txt",
    ".xlsx",
    ".xlsm",
    ".xls",
    ".xlsb",
    ".ods",
    ".parquet",
    ".geoparquet",
    ".feather",
    ".arrow",
    ".sav",
    ".zsav",
    ".por",
    ".dta",
    ".sas7bdat",
    ".xpt",
    ".rds",
    ".rda",
    ".rdata",
    ".geojson",
    ".gpkg",
    ".shp",
    ".fgb",
    ".kml",
)
SHAPEFILE_PARTS = (".shx", ".dbf", ".prj", ".cpg")
"""Endings of the files that belong to a shapefile."""
ABOUT = ("readme", "license", "licence", "copying", "changelog", "liesmich", "lizenz", "leeme")
"""Names of the files that come with data and are none."""


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
    parts: tuple[RawFile, ...] = ()
    """What belongs to a shapefile."""
    told: Told = ()
    """What the name of the file captures."""


@dataclass(frozen=True)
class PackFile:
    """A file of the pack, or a member of an archive of it, that is not read yet."""

    label: str
    """Path in the pack; members of an archive as ``archive.zip!member``."""
    name: str
    """Last part of the name without ``.gz``; its ending says the type."""
    path: str
    """Path in the pack of the file on disk."""
    content: str
    """SHA-256 that is another for other bytes; of a member: of the archive and the name."""
    on_disk: Path
    state: tuple[int, int]
    """Size and time of the last change when the digest was taken."""
    member: str | None = None
    is_packed: bool = False
    """Whether the bytes are gzip."""
    parts: tuple[PackFile, ...] = ()
    """What belongs to a shapefile."""
    told: Told = ()
    """What the name of the file captures."""

    def chunks(self, size: int = CHUNK_BYTES, limit: int = MAX_STREAM_BYTES) -> Iterator[bytes]:
        """Yield the unpacked bytes piece by piece; every call starts from the beginning.

        Raises
        ------
        RefusedError
            FILE_UNREADABLE (also: changed since the digest was taken), FILE_TOO_LARGE,
            ARCHIVE_BOMB, ARCHIVE_DAMAGED, ARCHIVE_REFUSED.
        """
        with _open_regular(self.on_disk) as opened:
            if _state(opened) != self.state:
                raise RefusedError("FILE_UNREADABLE")
            if self.member is None:
                packed = self.state[0]
                chunks = _pieces(opened, size, limit)
            else:
                archive = open_zip(opened, self.state[0], MAX_STREAM_BYTES)
                info = archive.getinfo(self.member)
                packed = info.file_size
                chunks = member_pieces(archive, info, self.state[0], limit, size)
            yield from gunzip(chunks, packed, limit) if self.is_packed else chunks

    def load(self) -> RawFile:
        """Return the file whole.

        Raises
        ------
        RefusedError
            As `chunks`; FILE_TOO_LARGE above 2 GiB.
        """
        data = b"".join(self.chunks(limit=MAX_FILE_BYTES))
        parts = tuple(part.load() for part in self.parts)
        return RawFile(self.label, self.name, data, self.path, parts, self.told)


class Wanted(NamedTuple):
    """A file on disk that a mapping asks for."""

    path: Path
    member: str | None = None
    """Pattern of the members of an archive."""
    told: Told = ()
    """What the name of the file captures."""


def shown(path: Path | PurePosixPath | str) -> str:
    """Return a path that can be printed and stored: bytes that are no UTF-8 become U+FFFD."""
    return os.fsencode(os.fspath(path)).decode("utf-8", "replace")


@dataclass
class PackFolder:
    """The pack on disk and the digests of every file read from it."""

    root: Path
    digests: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _ahead: dict[Path, Future[tuple[str, tuple[int, int]]]] = field(default_factory=dict)

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
        with _open_regular(self._inside(path)) as opened:
            data = b"".join(_pieces(opened, CHUNK_BYTES, MAX_FILE_BYTES))
        self._remember(path, hashlib.sha256(data).hexdigest(), len(data))
        return data

    def digest(self, path: Path) -> tuple[str, tuple[int, int]]:
        """Return the SHA-256 of a file's bytes and its state, and remember the digest.

        Raises
        ------
        RefusedError
            FILE_OUTSIDE_PACK, FILE_UNREADABLE, FILE_TOO_LARGE.
        """
        ahead = self._ahead.pop(path, None)
        found, state = self._hash(path) if ahead is None else ahead.result()
        self._remember(path, found, state[0])
        return found, state

    @contextmanager
    def hashing_ahead(self) -> Iterator[None]:
        """Take the digests of large files of incidents in the background.

        A file that is changed after its digest was taken is refused when it is read.
        """
        with ThreadPoolExecutor(1) as pool:
            large = _large_files(self.root / "evidence" / "incidents")
            self._ahead = {path: pool.submit(self._hash, path) for path in large}
            try:
                yield
            finally:
                pool.shutdown(cancel_futures=True)
                self._ahead = {}

    def _hash(self, path: Path) -> tuple[str, tuple[int, int]]:
        found = hashlib.sha256()
        with _open_regular(self._inside(path)) as opened:
            state = _state(opened)
            for piece in _pieces(opened, CHUNK_BYTES, MAX_STREAM_BYTES):
                found.update(piece)
        return found.hexdigest(), state

    def _remember(self, path: Path, sha256: str, n_bytes: int) -> None:
        label = self.label(path)
        self.digests[label] = {"path": label, "sha256": sha256, "bytes": n_bytes}

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

    def files(
        self, path: Path, member: str | None = None, told: Told = ()
    ) -> Iterator[PackFile | RefusedError]:
        """Yield the file, or the members of an archive; refusals are yielded, not raised.

        `told` is what the name on disk captures; names of members add what they capture.
        """
        label, name = self.label(path), shown(path.name)
        try:
            content, state = self.digest(path)
            inside = self._inside(path)
            whole = PackFile(label, name, label, content, inside, state, told=told)
            if path.suffix.lower() in {".zip", ".kmz"}:
                yield from _members(whole, member or "*")
            elif path.suffix.lower() == ".shp":
                yield replace(whole, parts=tuple(self._beside(whole)))
            else:
                yield _without_gz(whole)
        except RefusedError as refused:
            refused.data.setdefault("label", label)
            yield refused

    def _beside(self, whole: PackFile) -> Iterator[PackFile]:
        """Yield what belongs to a shapefile from the same folder."""
        for path in sorted(whole.on_disk.parent.iterdir(), key=os.fsencode):
            if path.stem == whole.on_disk.stem and path.suffix.lower() in SHAPEFILE_PARTS:
                content, state = self.digest(path)
                label = self.label(path)
                inside = self._inside(path)
                yield PackFile(label, shown(path.name), label, content, inside, state)

    def load(self, path: Path, member: str | None = None) -> Iterator[RawFile | RefusedError]:
        """Yield the file, or the members of an archive, whole; refusals are yielded."""
        for found in self.files(path, member):
            if isinstance(found, RefusedError):
                yield found
                continue
            try:
                yield found.load()
            except RefusedError as refused:
                refused.data.setdefault("label", found.label)
                yield refused


def _large_files(folder: Path) -> list[Path]:
    try:
        found = sorted(folder.iterdir(), key=os.fsencode)
        return [path for path in found if path.is_file() and path.stat().st_size >= LARGE_BYTES]
    except OSError:
        return []  # said later, by whoever reads them


def _without_gz(file: PackFile) -> PackFile:
    """Return the file, unpacked when it is read if its name says that it is packed."""
    if not file.name.lower().endswith(".gz"):
        return file
    return replace(file, name=file.name[:-3], is_packed=True)


def _open_regular(path: Path) -> BinaryIO:
    """Open a plain file; never follows a link, never waits on a pipe."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as problem:
        raise RefusedError("FILE_UNREADABLE") from problem
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise RefusedError("FILE_UNREADABLE")
    return os.fdopen(descriptor, "rb", buffering=0)


def _state(opened: BinaryIO) -> tuple[int, int]:
    found = os.fstat(opened.fileno())
    return found.st_size, found.st_mtime_ns


def _pieces(opened: BinaryIO, size: int, limit: int) -> Iterator[bytes]:
    """Yield the bytes of an open file, refused beyond the limit."""
    done = 0
    if os.fstat(opened.fileno()).st_size > limit:
        raise RefusedError("FILE_TOO_LARGE")
    try:
        while piece := opened.read(size):
            done += len(piece)
            if done > limit:
                raise RefusedError("FILE_TOO_LARGE")
            yield piece
    except OSError as problem:
        raise RefusedError("FILE_UNREADABLE") from problem


def _members(whole: PackFile, pattern: str) -> Iterator[PackFile | RefusedError]:
    """Yield the members of an archive that match the pattern, in order of their names."""
    with _open_regular(whole.on_disk) as opened:
        infos = open_zip(opened, whole.state[0], MAX_STREAM_BYTES).infolist()
    names = [info.filename for info in infos]
    chosen = sorted(
        info.filename for info in infos if not info.is_dir() and _is_chosen(info.filename, pattern)
    )
    if not chosen:
        yield RefusedError("ARCHIVE_NOTHING_FOUND", label=whole.label, pattern=pattern)
    for member in chosen:
        label = f"{whole.label}!{shown(member)}"
        name = shown(PurePosixPath(member).name)
        if name.lower().endswith(ARCHIVES):
            yield RefusedError("ARCHIVE_REFUSED", label=label)
            continue
        joined = f"{whole.content}\0{member}".encode("utf-8", "surrogatepass")
        content = hashlib.sha256(joined).hexdigest()
        told = (*whole.told, *(told_by(member, pattern) or ()))
        found = replace(whole, label=label, name=name, content=content, member=member, told=told)
        yield _without_gz(replace(found, parts=_parts_within(found, names)))


def _parts_within(shapefile: PackFile, names: Sequence[str]) -> tuple[PackFile, ...]:
    """Return what belongs to a shapefile from the same archive."""
    stem, _, suffix = (shapefile.member or "").rpartition(".")
    if suffix.lower() != "shp":
        return ()
    wanted = {f"{stem}{part}".lower() for part in SHAPEFILE_PARTS}
    return tuple(
        replace(shapefile, name=shown(PurePosixPath(name).name), member=name)
        for name in sorted(names)
        if name.lower() in wanted
    )


def _is_about(filename: str) -> bool:
    """Tell whether a member only comes with the data: a readme, a hidden file."""
    path = PurePosixPath(filename)
    is_hidden = path.name.startswith(".") or "__MACOSX" in path.parts
    return is_hidden or path.name.lower().partition(".")[0] in ABOUT


def _is_chosen(filename: str, pattern: str) -> bool:
    """Tell whether a member is asked for; without a pattern, whatever looks like data."""
    if pattern == "*" and _is_about(filename):
        return False
    if pattern == "*":
        return filename.lower().removesuffix(".gz").endswith((*READABLE, *ARCHIVES))
    return fnmatch(filename, as_glob(pattern)) and told_by(filename, pattern) is not None
