"""What the restricted store asks of a file system, one method an operation.

Everything that changes something on disk goes through `Disk`, so that a test can stand in for
it, fail at any single operation, and prove that the store survives.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from convive.core.errors import StorageError

FOLDER_MODE = 0o700
FILE_MODE = 0o600


class Disk:
    """The file system as it is."""

    def make_folder(self, path: Path, *, is_synced: bool = True) -> None:
        """Make a folder that only its owner may enter; an open one is closed to others.

        Without `is_synced` the caller has its name put on the disk later.
        """
        if not path.is_dir():
            path.mkdir(mode=FOLDER_MODE)
            if is_synced:
                self.sync_folder(path.parent)
        if path.stat().st_mode & 0o777 != FOLDER_MODE:
            path.chmod(FOLDER_MODE)

    def create(self, path: Path) -> int:
        """Open a new file for writing; FileExistsError where there is one."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        return os.open(path, flags, FILE_MODE)

    def append(self, path: Path) -> int:
        """Open a file for writing at its end."""
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, FILE_MODE)

    def write(self, handle: int, content: bytes | bytearray) -> None:
        """Write everything."""
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(handle, rest) :]

    def sync(self, handle: int) -> None:
        """Wait until a file is on the disk."""
        os.fsync(handle)

    def close(self, handle: int) -> None:
        """Close a file."""
        os.close(handle)

    def rename(self, old: Path, new: Path) -> None:
        """Put a file in the place of another, in one step."""
        old.replace(new)

    def sync_folder(self, path: Path) -> None:
        """Wait until the names in a folder are on the disk."""
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def remove(self, path: Path) -> None:
        """Remove a file that may be gone already."""
        path.unlink(missing_ok=True)

    def cut(self, path: Path, size: int) -> None:
        """Shorten a file and wait until that is on the disk."""
        handle = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.ftruncate(handle, size)
            os.fsync(handle)
        finally:
            os.close(handle)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything of a store lies."""

    folder: Path
    disk: Disk

    @property
    def objects(self) -> Path:
        """Return the folder of contents."""
        return self.folder / "objects"

    @property
    def manifests(self) -> Path:
        """Return the folder of states."""
        return self.folder / "manifests"

    @property
    def staging(self) -> Path:
        """Return the folder of files that are being written."""
        return self.folder / "staging"

    @property
    def head(self) -> Path:
        """Return the file that names the current state."""
        return self.folder / "HEAD"

    @property
    def log(self) -> Path:
        """Return the access log."""
        return self.folder / "access.jsonl"

    def manifest(self, number: int) -> Path:
        """Return the file of a state."""
        return self.manifests / f"{number}.json"

    def object(self, digest: str, suffix: str) -> Path:
        """Return the file of a content."""
        return self.objects / digest[:2] / f"{digest}.{suffix}"

    def prepare(self) -> None:
        """Make the folders, closed to everybody else and ignored by git."""
        disk = self.disk
        for folder in (self.folder, self.objects, self.manifests, self.staging):
            disk.make_folder(folder)
        ignore = self.folder / ".gitignore"
        if not ignore.exists():
            self.place(ignore, b"*\n")

    def place(self, target: Path, content: bytes) -> None:
        """Write a whole file beside and swap it in; the folder's name is synced too."""
        disk = self.disk
        beside = self.staging / f"{target.name}.{os.getpid()}"
        disk.remove(beside)
        handle = disk.create(beside)
        try:
            disk.write(handle, content)
            disk.sync(handle)
        finally:
            disk.close(handle)
        disk.rename(beside, target)
        disk.sync_folder(target.parent)


@contextlib.contextmanager
def writing_fails_clearly(folder: Path) -> Iterator[None]:
    """Turn what the system refuses into StorageError STORE_NOT_WRITTEN."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            "STORE_NOT_WRITTEN", folder=folder.name, detail=reason_of(error)
        ) from error


@contextlib.contextmanager
def reading_fails_clearly(folder: Path) -> Iterator[None]:
    """Turn what the system refuses into StorageError STORE_NOT_READABLE."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            "STORE_NOT_READABLE", folder=folder.name, detail=reason_of(error)
        ) from error


def reason_of(error: OSError) -> str:
    """Return the reason without the path, which may name a person."""
    return error.strerror or type(error).__name__
