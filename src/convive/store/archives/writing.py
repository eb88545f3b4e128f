"""Writing an archive: whole or not at all."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import os
import secrets
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from convive.core.errors import ConflictError, StorageError
from convive.store.archives.manifest import NAME, Member
from convive.store.archives.manifest import Manifest as _Manifest
from convive.store.archives.sealing import SealingWriter

_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Source:
    """A file on disk, and where it goes in the archive."""

    path: str
    file: Path


def measured(sources: Iterable[Source]) -> tuple[Member, ...]:
    """Return size and digest of files; one that went away meanwhile is left out."""
    found = []
    for source in sources:
        with contextlib.suppress(FileNotFoundError), source.file.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            found.append(Member(source.path, file.tell(), digest))
    return tuple(found)


def write(file: Path, manifest: _Manifest, sources: Iterable[Source], passphrase: str = "") -> None:
    """Write an archive beside its name and rename it when it is on the disk.

    Parameters
    ----------
    file : Path
        Must not be there yet.
    manifest : Manifest
        Its members must be those of `sources`, measured just before.
    sources : iterable of Source
        What to put in.
    passphrase : str
        Seals the file, if given.

    Raises
    ------
    ConflictError
        BACKUP_FILE_EXISTS.
    StorageError
        BACKUP_CHANGED where a file changed while it was read, BACKUP_NOT_WRITTEN.
    """
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    files = {source.path: source.file for source in sources}
    try:
        with _created(beside) as raw:
            with _stream(raw, passphrase) as stream:
                _fill(stream, manifest, files)
            raw.flush()
            os.fsync(raw.fileno())
        os.link(beside, file)  # unlike a rename, refuses a name that is taken
        _sync_folder(file.parent)
    except FileExistsError as error:
        raise ConflictError("BACKUP_FILE_EXISTS", file=file.name) from error
    except OSError as error:
        raise StorageError("BACKUP_NOT_WRITTEN", detail=error.strerror or "") from error
    finally:
        beside.unlink(missing_ok=True)


def _created(path: Path) -> BinaryIO:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    return os.fdopen(handle, "wb")


@contextlib.contextmanager
def _stream(raw: BinaryIO, passphrase: str) -> Iterator[BinaryIO]:
    with contextlib.ExitStack() as stack:
        target = raw
        if passphrase:
            target = cast(BinaryIO, stack.enter_context(SealingWriter(raw, passphrase)))
        zipped = gzip.GzipFile("", "wb", _LEVEL, target, mtime=0)
        yield cast(BinaryIO, stack.enter_context(zipped))


def _fill(stream: BinaryIO, manifest: _Manifest, files: dict[str, Path]) -> None:
    with tarfile.open(mode="w|", fileobj=stream, format=tarfile.PAX_FORMAT) as tar:
        content = manifest.as_bytes()
        tar.addfile(_entry(NAME, len(content)), io.BytesIO(content))
        for member in manifest.members:
            _add(tar, member, files[member.path])


def _add(tar: tarfile.TarFile, member: Member, file: Path) -> None:
    try:
        with file.open("rb") as content:
            hashing = _Hashing(content)
            tar.addfile(_entry(member.path, member.size), cast(BinaryIO, hashing))
            is_longer = bool(content.read(1))
    except FileNotFoundError as error:
        raise StorageError("BACKUP_CHANGED", part=member.path) from error
    except OSError as error:
        if error.args == ("unexpected end of data",):
            raise StorageError("BACKUP_CHANGED", part=member.path) from error
        raise
    if is_longer or hashing.digest.hexdigest() != member.sha256:
        raise StorageError("BACKUP_CHANGED", part=member.path)


class _Hashing:
    """Hashes what is read through it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(size)
        self.digest.update(content)
        return content


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
