"""Putting a whole folder in the place of another, in one step where the system can."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

_HERE = -100  # AT_FDCWD
_EXCHANGE = 2  # RENAME_EXCHANGE


def exchange(new: Path, old: Path) -> None:
    """Let two folders of one file system change names; where `old` is not there, `new` takes it.

    On Linux one step: whoever is killed leaves the old folder or the new one. Elsewhere two
    renames, between which there is none.
    """
    if not old.exists() or not any(old.iterdir()):
        if old.exists():
            old.rmdir()
        new.rename(old)
    elif not _exchanged(new, old):
        aside = new.with_name(f"{new.name}.before")
        old.rename(aside)
        new.rename(old)
        aside.rename(new)
    _sync(old.parent)


def sync_tree(folder: Path) -> None:
    """Wait until every file and name of a folder is on the disk."""
    for root, _, files in os.walk(folder):
        for name in files:
            _sync(Path(root) / name)
        _sync(Path(root))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _exchanged(one: Path, other: Path) -> bool:
    try:
        rename = ctypes.CDLL(None).renameat2
    except (OSError, AttributeError):
        return False
    return rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0
