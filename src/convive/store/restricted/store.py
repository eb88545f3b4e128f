"""The restricted store as a folder: see docs/adr for why it is built this way.

::

    restricted/             0700, ignored by git
      HEAD                  which state is current; swapped in one step
      manifests/<n>.json    the current state and the one before: name → digest and facts
      objects/ab/<sha256>.parquet|json    contents, never changed
      access.jsonl          who touched what, as a chain of digests
      staging/              files that are being written
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from convive.app.protection.ports import StoreCheck
from convive.store.restricted.access_log import AccessLog, first_break, log_entries
from convive.store.restricted.check import check, repair
from convive.store.restricted.disk import (
    Disk,
    Layout,
    reading_fails_clearly,
    writing_fails_clearly,
)
from convive.store.restricted.locks import hold, log_lock, writer_lock
from convive.store.restricted.manifest import (
    Manifest,
    is_unused,
    load_manifest,
    read_head,
)
from convive.store.restricted.session import FolderSession
from convive.store.restricted.swap import found
from convive.store.restricted.sweep import sweep

_TRIES = 100
"""A state is swept away under a beginning reader at most by so many commits in a row."""


class FolderRestrictedStore:
    """See ``app.ports.RestrictedStore``."""

    def __init__(
        self, folder: Path, *, clock: Callable[[], datetime], disk: Disk | None = None
    ) -> None:
        self._layout = Layout(Path(folder), disk or Disk())
        self._clock = clock

    @contextlib.contextmanager
    def session(
        self, *, actor: str, purpose: str, read_only: bool = False
    ) -> Iterator[FolderSession]:
        """Open the store for one purpose.

        Parameters
        ----------
        actor : str
            Who: a role or an account, as it is to stand in the log.
        purpose : str
            Why, in a word or two.
        read_only : bool
            A reader never waits for a writer and sees the state as it was at the start.

        Raises
        ------
        ConflictError
            STORE_LOCKED while another writes.
        StorageError
            STORE_NOT_WRITTEN, STORE_NOT_READABLE, STORE_DAMAGED, STORE_LOG_DAMAGED.
        """
        person = {"actor": actor, "purpose": purpose}
        with contextlib.ExitStack() as stack:
            opened = self._state_to_read(stack) if read_only else self._state_to_write(stack, actor)
            session = FolderSession(
                self._layout, opened, person=person, clock=self._clock, is_writer=not read_only
            )
            stack.callback(session.abandon)
            yield session

    def check(self) -> StoreCheck:
        """Read and hash everything, and prove the chain of the access log.

        Raises
        ------
        StorageError
            STORE_NOT_READABLE.
        """
        with reading_fails_clearly(self._layout.folder):
            return check(self._layout)

    def repair(self, *, actor: str, purpose: str) -> tuple[str, ...]:
        """Go back to the newest intact state; return the names of what is forgotten.

        A log that cannot be trusted is set aside, and a new chain names its digest.

        Raises
        ------
        ConflictError
            STORE_LOCKED while another writes.
        StorageError
            STORE_LOST where no state is intact; STORE_NOT_WRITTEN.
        """
        layout, now = self._layout, self._clock()
        if is_unused(layout):
            return ()
        stamp = {"at": now.isoformat(timespec="seconds"), "actor": actor, "purpose": purpose}
        with (
            writing_fails_clearly(layout.folder),
            writer_lock(layout, actor=actor, since=now),
            log_lock(layout),
        ):
            layout.prepare()
            return repair(layout, stamp)

    def first_broken_entry(self) -> int | None:
        """Return the number of the first entry that breaks the chain of the log, if any."""
        with reading_fails_clearly(self._layout.folder):
            if is_unused(self._layout):
                return None
            return first_break(self._layout, read_head(self._layout))

    def accesses(self) -> Iterator[Mapping[str, Any]]:
        """Yield the entries of the access log that can be read, oldest first."""
        with reading_fails_clearly(self._layout.folder):
            yield from log_entries(self._layout)

    def _state_to_read(self, stack: contextlib.ExitStack) -> Manifest:
        layout = self._layout
        with reading_fails_clearly(layout.folder):
            if is_unused(layout):
                return Manifest(0)
            for _ in range(_TRIES):
                head = read_head(layout)
                handle = hold(layout.manifest(head.number))
                if handle is not None:
                    stack.callback(os.close, handle)
                    return load_manifest(layout, head)
                if read_head(layout) == head:
                    break
            return load_manifest(layout, read_head(layout))

    def _state_to_write(self, stack: contextlib.ExitStack, actor: str) -> Manifest:
        layout = self._layout
        with writing_fails_clearly(layout.folder):
            layout.folder.parent.mkdir(parents=True, exist_ok=True)
            layout.disk.make_folder(layout.folder)
            stack.enter_context(writer_lock(layout, actor=actor, since=self._clock()))
            layout.prepare()
            if is_unused(layout):
                found(layout)
            head = read_head(layout)
            state = load_manifest(layout, head)
            with log_lock(layout):
                AccessLog(layout).settle(head)
            sweep(layout, state, spare={state.previous})
        return state
