"""Reading an archive that may come from anybody: only what its manifest announced, nothing else."""

from __future__ import annotations

import contextlib
import errno
import gzip
import hashlib
import io
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from convive.core.errors import NotFoundError, StorageError
from convive.store.archives.manifest import MOST_BYTES, NAME, Manifest, Member, parse
from convive.store.archives.sealing import opened

_STRETCH = 2**20
_HEAD_ROOM = 64 * 2**10
"""What the tar may need around the members, beyond `_PER_MEMBER` each."""
_PER_MEMBER = 8 * 2**10

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_NO_SUCH_NAME = frozenset({errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG})
"""A name that no file of a backup has: a folder as well as a file, or longer than any system takes."""

Place = Callable[[Member], Path]


def read_manifest(file: Path, passphrase: str = "") -> Manifest:
    """Return what an archive says it holds.

    Raises
    ------
    NotFoundError
        BACKUP_NOT_FOUND.
    StorageError
        BACKUP_DAMAGED, BACKUP_NEWER, BACKUP_PASSPHRASE_WRONG.
    """
    with _opened(file, passphrase) as (manifest, _):
        return manifest


def verify(file: Path, passphrase: str = "") -> Manifest:
    """Read everything, compare every digest, write nothing; return what it holds.

    Raises
    ------
    StorageError
        BACKUP_DAMAGED with the first part that is wrong.
    """
    with _opened(file, passphrase) as (manifest, members):
        for member, content in members:
            _copy(member, content, None)
    return manifest


def extract(file: Path, place: Place, passphrase: str = "") -> Manifest:
    """Write every member to where `place` says, its digest compared; return what it held.

    Raises
    ------
    StorageError
        BACKUP_DAMAGED; BACKUP_NO_ROOM.
    """
    with _opened(file, passphrase) as (manifest, members):
        for member, content in members:
            try:
                _write(member, content, place(member))
            except OSError as error:
                if error.errno in _FULL:
                    megabytes = manifest.n_bytes // 10**6
                    raise StorageError("BACKUP_NO_ROOM", megabytes=megabytes) from error
                if error.errno in _NO_SUCH_NAME:
                    raise StorageError("BACKUP_DAMAGED", part=member.path) from error
                raise
    return manifest


def _write(member: Member, content: BinaryIO, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as written:
        _copy(member, content, written)
        written.flush()
        os.fsync(written.fileno())


@contextlib.contextmanager
def _opened(
    file: Path, passphrase: str
) -> Iterator[tuple[Manifest, Iterator[tuple[Member, BinaryIO]]]]:
    try:
        with file.open("rb") as raw:
            yield _members(opened(raw, passphrase))
    except FileNotFoundError as error:
        raise NotFoundError("BACKUP_NOT_FOUND", file=file.name) from error
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, UnicodeError) as error:
        raise StorageError("BACKUP_DAMAGED", part="tar") from error


def _members(stream: BinaryIO) -> tuple[Manifest, Iterator[tuple[Member, BinaryIO]]]:
    rationed = _Rationed(cast(BinaryIO, gzip.GzipFile(fileobj=stream, mode="rb")))
    tar = tarfile.open(mode="r|", fileobj=cast(BinaryIO, rationed))  # noqa: SIM115 - the raw file is closed
    head = tar.next()
    content = _content(tar, head, Member(NAME, head.size if head else 0, ""))
    manifest = parse(content.read(MOST_BYTES))
    rationed.left += sum(member.size + _PER_MEMBER for member in manifest.members)
    return manifest, _announced(tar, manifest, rationed)


def _announced(
    tar: tarfile.TarFile, manifest: Manifest, rationed: _Rationed
) -> Iterator[tuple[Member, BinaryIO]]:
    """Yield the members in the order of the manifest; anything else in the tar is refused."""
    for member in manifest.members:
        yield member, _content(tar, tar.next(), member)
    if tar.next() is not None:
        raise StorageError("BACKUP_DAMAGED", part="tar")
    while rationed.read(_STRETCH):  # to the end, where a file that was cut off shows
        continue


def _content(tar: tarfile.TarFile, entry: tarfile.TarInfo | None, member: Member) -> BinaryIO:
    is_it = entry is not None and entry.isreg() and not entry.issparse()
    if entry is None or not is_it or (entry.name, entry.size) != (member.path, member.size):
        raise StorageError("BACKUP_DAMAGED", part=member.path)
    found = tar.extractfile(entry)
    return cast(BinaryIO, found if found is not None else io.BytesIO())


def _copy(member: Member, content: BinaryIO, target: BinaryIO | None) -> None:
    digest = hashlib.sha256()
    while stretch := content.read(_STRETCH):
        digest.update(stretch)
        if target is not None:
            target.write(stretch)
    if digest.hexdigest() != member.sha256:
        raise StorageError("BACKUP_DAMAGED", part=member.path)


class _Rationed:
    """Gives no more bytes than were announced, however much a small file unpacks to."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.left = file, MOST_BYTES + _HEAD_ROOM

    def read(self, size: int) -> bytes:
        if size > self.left:
            size = self.left + 1
        content = self._file.read(size)
        self.left -= len(content)
        if self.left < 0:
            raise StorageError("BACKUP_DAMAGED", part="tar")
        return content
