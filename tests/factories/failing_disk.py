"""File systems that fail, die or lose power at one chosen operation."""
# ruff: noqa: ARG002 - a kind of failure looks at what it needs

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from typing import Any

from convive.store.restricted.disk import Disk


class Dead(BaseException):
    """The process was killed: nothing of it runs any more."""


class QuickDisk(Disk):
    """Does not wait for the device: a killed process loses nothing that the kernel has.

    What would be lost with the power is `PowerLossDisk`'s to say.
    """

    def sync(self, handle: int) -> None:
        """Return at once."""

    def sync_folder(self, path: Path) -> None:
        """Return at once."""


class CountingDisk(QuickDisk):
    """Counts operations and lets a subclass fail at one of them."""

    def __init__(self, fails_at: int = -1) -> None:
        self.n = 0
        self.fails_at = fails_at

    def fail(self, operation: str, *arguments: Any) -> None:
        """Called at the chosen operation, and at each after it."""

    def _step(self, operation: str, *arguments: Any, **more: Any) -> Any:
        number, self.n = self.n, self.n + 1
        if 0 <= self.fails_at <= number:
            self.fail(operation, *arguments)
        return getattr(QuickDisk, operation)(self, *arguments, **more)

    def make_folder(self, path: Path, *, is_synced: bool = True) -> None:
        self._step("make_folder", path, is_synced=is_synced)

    def create(self, path: Path) -> int:
        handle: int = self._step("create", path)
        return handle

    def append(self, path: Path) -> int:
        handle: int = self._step("append", path)
        return handle

    def write(self, handle: int, content: bytes) -> None:
        self._step("write", handle, content)

    def sync(self, handle: int) -> None:
        self._step("sync", handle)

    def rename(self, old: Path, new: Path) -> None:
        self._step("rename", old, new)

    def sync_folder(self, path: Path) -> None:
        self._step("sync_folder", path)

    def remove(self, path: Path) -> None:
        self._step("remove", path)

    def cut(self, path: Path, size: int) -> None:
        self._step("cut", path, size)


class KilledDisk(CountingDisk):
    """The process is killed before the operation."""

    def fail(self, operation: str, *arguments: Any) -> None:
        raise Dead(operation)


class TornDisk(CountingDisk):
    """The process is killed within the operation: half is written."""

    def fail(self, operation: str, *arguments: Any) -> None:
        if operation == "write" and self.n - 1 == self.fails_at:
            handle, content = arguments
            Disk.write(self, handle, content[: len(content) // 2])
        raise Dead(operation)


class RefusingDisk(CountingDisk):
    """One operation is refused by the system, those after it work."""

    def fail(self, operation: str, *arguments: Any) -> None:
        if self.n - 1 == self.fails_at:
            raise OSError(errno.EIO, os.strerror(errno.EIO))


class FullDisk(CountingDisk):
    """From the operation on there is no room left; removing still works."""

    def fail(self, operation: str, *arguments: Any) -> None:
        if operation in {"create", "write", "make_folder", "append"}:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class PowerLossDisk(CountingDisk):
    """At the operation the power fails: whatever was not synced is lost.

    The hardest case that a file system may hand back: unsynced bytes are gone, unsynced
    names were never made, an unsynced renaming has the old file in its place.
    """

    def __init__(self, fails_at: int, spare: Path) -> None:
        super().__init__(fails_at)
        self._spare = spare
        self._bytes: dict[int, int] = {}
        self._names: list[tuple[Path, Path | None]] = []
        self._folders: set[Path] = set()

    def fail(self, operation: str, *arguments: Any) -> None:
        if self.n - 1 == self.fails_at:
            self._lose()
        raise Dead(operation)

    def make_folder(self, path: Path, *, is_synced: bool = True) -> None:
        is_new = not path.is_dir()
        super().make_folder(path, is_synced=is_synced)
        if is_new and not is_synced:
            self._names.append((path, None))
        elif is_new:
            self._names = [(made, old) for made, old in self._names if made.parent != path.parent]

    def create(self, path: Path) -> int:
        handle = super().create(path)
        self._folders.add(path.parent)
        self._names.append((path, None))
        self._bytes[os.fstat(handle).st_ino] = 0
        return handle

    def append(self, path: Path) -> int:
        is_new = not path.exists()
        handle = super().append(path)
        self._folders.add(path.parent)
        if is_new:
            self._names.append((path, None))
        return handle

    def write(self, handle: int, content: bytes) -> None:
        about = os.fstat(handle)
        self._bytes.setdefault(about.st_ino, about.st_size)
        super().write(handle, content)

    def sync(self, handle: int) -> None:
        super().sync(handle)
        self._bytes.pop(os.fstat(handle).st_ino, None)

    def rename(self, old: Path, new: Path) -> None:
        before = None
        if new.exists():
            before = self._spare / f"{self.n}-{new.name}"
            shutil.copy2(new, before)
        super().rename(old, new)
        self._folders.add(new.parent)
        self._names.append((new, before))

    def sync_folder(self, path: Path) -> None:
        super().sync_folder(path)
        self._names = [(made, old) for made, old in self._names if made.parent != path]

    def _lose(self) -> None:
        for path in {file for folder in self._folders for file in folder.iterdir()}:
            if path.stat().st_ino in self._bytes:
                os.truncate(path, self._bytes[path.stat().st_ino])
        for made, old in reversed(self._names):
            if made.is_dir():
                shutil.rmtree(made)
                continue
            made.unlink(missing_ok=True)
            if old is not None:
                old.replace(made)
