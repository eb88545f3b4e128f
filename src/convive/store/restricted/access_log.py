"""Who touched what, why and when: JSON Lines, each line naming the digest of the one before.

Reads stand on their own and are on disk before anybody gets a path. Changes are written with
the commit that they belong to; where that commit never came about, the next one to write cuts
them off again. The head of the chain stands in the manifest and in HEAD.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from convive.core.errors import StorageError
from convive.store.restricted.disk import Layout
from convive.store.restricted.manifest import ChainHead, Head

_TAIL = 1 << 16
"""A line is far shorter than that."""

Entry = Mapping[str, Any]


class AccessLog:
    """Appends to the chain; to be used under `log_lock` only."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._known: tuple[int, ChainHead] | None = None

    def append(self, entries: Iterable[Entry], head: Head) -> ChainHead:
        """Add entries behind what `head` and later reads left, and sync them.

        Raises
        ------
        StorageError
            STORE_LOG_DAMAGED where the file does not hold what HEAD confirms.
        """
        chain = self._settled(head)
        lines, chain = _chained(entries, chain)
        disk = self._layout.disk
        is_new = not self._layout.log.exists()
        handle = disk.append(self._layout.log)
        try:
            disk.write(handle, lines)
            disk.sync(handle)
        finally:
            disk.close(handle)
        if is_new:
            disk.sync_folder(self._layout.folder)
        self._known = (head.number, chain)
        return chain

    def settle(self, head: Head) -> ChainHead:
        """Cut off what a killed process left half done; return where the chain ends."""
        self._known = None
        return self._settled(head)

    def _settled(self, head: Head) -> ChainHead:
        size = self._size()
        if self._known is not None and self._known[0] == head.number:
            known = self._known[1]
            if known.size == size:
                return known
        self._check_confirmed(head.log, size)
        chain, whole = _walk_tail(self._read(head.log.size, size), head)
        if whole < size:
            self._layout.disk.cut(self._layout.log, whole)
        return chain

    def _check_confirmed(self, confirmed: ChainHead, size: int) -> None:
        if confirmed.size == 0:
            return
        start = max(0, confirmed.size - _TAIL)
        before = self._read(start, confirmed.size) if size >= confirmed.size else b""
        last = before.removesuffix(b"\n").rpartition(b"\n")[2]
        if not before.endswith(b"\n") or _digest(last) != confirmed.digest:
            raise StorageError("STORE_LOG_DAMAGED", entry=confirmed.n)

    def _size(self) -> int:
        try:
            return self._layout.log.stat().st_size
        except FileNotFoundError:
            return 0

    def _read(self, start: int, end: int) -> bytes:
        if end <= start:
            return b""
        with self._layout.log.open("rb") as file:
            file.seek(start)
            return file.read(end - start)


def _chained(entries: Iterable[Entry], chain: ChainHead) -> tuple[bytes, ChainHead]:
    """Return the lines of the entries and the new end of the chain."""
    lines: list[bytes] = []
    n, digest = chain.n, chain.digest
    for entry in entries:
        n += 1
        full = {"n": n, **entry, "previous": digest}
        line = json.dumps(full, ensure_ascii=False, separators=(",", ":")).encode()
        digest = _digest(line)
        lines.append(line + b"\n")
    content = b"".join(lines)
    return content, ChainHead(n, chain.size + len(content), digest)


def _walk_tail(tail: bytes, head: Head) -> tuple[ChainHead, int]:
    """Return the end of the chain behind HEAD and up to which byte the file is good."""
    chain = head.log
    for line in tail.splitlines(keepends=True):
        entry = _parsed(line)
        if entry is None:
            break
        if entry.get("previous") != chain.digest:
            raise StorageError("STORE_LOG_DAMAGED", entry=chain.n + 1)
        if (entry.get("transaction") or 0) > head.number:
            break
        chain = ChainHead(chain.n + 1, chain.size + len(line), _digest(line.removesuffix(b"\n")))
    return chain, chain.size


def _parsed(line: bytes) -> dict[str, Any] | None:
    """Return the entry of a whole line, None for a torn one."""
    if not line.endswith(b"\n"):
        return None
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def log_entries(layout: Layout) -> Iterator[dict[str, Any]]:
    """Yield the entries that can be read, oldest first."""
    if not layout.log.exists():
        return
    with layout.log.open("rb") as file:
        for line in file:
            entry = _parsed(line)
            if entry is not None:
                yield entry


def first_break(layout: Layout, head: Head) -> int | None:
    """Return the number of the first entry that breaks the chain; None where it holds.

    The chain holds if every line names the digest of the one before, and the line that HEAD
    confirms is where and what HEAD says.
    """
    chain = ChainHead()
    is_confirmed = head.log.n == 0
    lines = layout.log.read_bytes().splitlines(keepends=True) if layout.log.exists() else []
    for line in lines:
        entry = _parsed(line)
        if entry is None or (entry.get("transaction") or 0) > head.number:
            break
        if entry.get("previous") != chain.digest or entry.get("n") != chain.n + 1:
            return chain.n + 1
        chain = ChainHead(chain.n + 1, chain.size + len(line), _digest(line.removesuffix(b"\n")))
        is_confirmed = is_confirmed or chain == head.log
    return None if is_confirmed else chain.n + 1
