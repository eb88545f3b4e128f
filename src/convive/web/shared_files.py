"""Files that several server processes share: written whole or not at all, read again when changed."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Generic, TypeVar

Content = TypeVar("Content")


def canonical(value: Any) -> str:
    """Return the one text of a value."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest_of(value: Any) -> str:
    """Return what changes exactly when a value does."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def write_whole(
    path: Path, content: bytes, *, before_replace: Callable[[], None] | None = None
) -> None:
    """Put a file in its place; readers see the old one or the new one, never half of it.

    Parameters
    ----------
    before_replace : function, optional
        Done when the new one is whole on the disk and only has to take its place.

    Raises
    ------
    OSError
        The old one stays.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if before_replace is not None:
            before_replace()
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise


class ReadAgain(Generic[Content]):
    """What a file says, kept in this process until another one has written the file.

    Parameters
    ----------
    opened : function
        Makes of the file what is kept.
    """

    def __init__(self, opened: Callable[[Path], Content]) -> None:
        self._opened = opened
        self._lock = threading.Lock()
        self._known: tuple[tuple[Path, int, int, int], Content] | None = None

    def now(self, path: Path) -> Content:
        """Return what the file says.

        Raises
        ------
        OSError
            It is not there, or cannot be looked at.
        """
        stat = path.stat()
        stamp = (path, stat.st_mtime_ns, stat.st_size, stat.st_ino)
        with self._lock:
            if self._known is None or self._known[0] != stamp:
                self._known = (stamp, self._opened(path))
            return self._known[1]
