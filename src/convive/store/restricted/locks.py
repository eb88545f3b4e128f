"""Locks that the kernel frees when a process ends, however it ends: no stale locks."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from convive.core.errors import ConflictError
from convive.store.restricted.disk import FILE_MODE, Layout

_OPEN = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC


@contextlib.contextmanager
def writer_lock(layout: Layout, *, actor: str, since: datetime) -> Iterator[None]:
    """Be the one writer; ConflictError STORE_LOCKED with who has the store, and since when."""
    handle = os.open(layout.folder / "lock", _OPEN, FILE_MODE)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConflictError("STORE_LOCKED", **_holder(handle)) from error
        content = {"actor": actor, "since": since.isoformat(timespec="seconds")}
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(content).encode(), 0)
        yield
    finally:
        os.close(handle)


def _holder(handle: int) -> dict[str, str]:
    """Return who wrote the lock; a dash each where that cannot be read."""
    try:
        content = json.loads(os.pread(handle, 4096, 0))
        return {"actor": str(content["actor"]), "since": str(content["since"])}
    except (OSError, ValueError, KeyError, TypeError):
        return {"actor": "–", "since": "–"}


@contextlib.contextmanager
def log_lock(layout: Layout) -> Iterator[None]:
    """Be alone with the log and HEAD, for the few milliseconds that this takes."""
    handle = os.open(layout.folder / "log.lock", _OPEN, FILE_MODE)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def hold(path: Path) -> int | None:
    """Keep a manifest from being cleared away; None where it just was.

    The handle is to be closed by whoever asked.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        if os.fstat(handle).st_nlink:
            return handle
    except BlockingIOError:
        pass
    os.close(handle)
    return None


@contextlib.contextmanager
def claimed(path: Path) -> Iterator[bool]:
    """Keep new readers off a manifest; False where somebody reads it already."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
