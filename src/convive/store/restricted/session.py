"""One reader or writer on one state of the restricted store."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from convive.app.ports import Kept
from convive.core.errors import ConflictError, NotFoundError, StorageError
from convive.store.restricted.access_log import AccessLog
from convive.store.restricted.disk import (
    Layout,
    reading_fails_clearly,
    reason_of,
    writing_fails_clearly,
)
from convive.store.restricted.locks import log_lock
from convive.store.restricted.manifest import Head, Manifest, load_manifest, read_head
from convive.store.restricted.objects import ObjectWriter, store_bytes
from convive.store.restricted.swap import swap
from convive.store.restricted.sweep import sweep


class FolderSession:
    """See ``app.ports.StoreSession``."""

    def __init__(
        self,
        layout: Layout,
        state: Manifest,
        *,
        person: Mapping[str, str],
        clock: Callable[[], datetime],
        is_writer: bool,
    ) -> None:
        self._layout = layout
        self._state = state
        self._entries = dict(state.entries)
        self._person = dict(person)
        self._clock = clock
        self._is_writer = is_writer
        self._log = AccessLog(layout)
        self._changes: list[dict[str, Any]] = []
        self._opened: set[str] = set()

    def find(self, name: str) -> Kept | None:
        """Return what is kept under a name."""
        return self._entries.get(name)

    def listed(self, kind: str, source_id: str | None = None) -> tuple[Kept, ...]:
        """Return everything of a kind (of a source), sorted by name."""
        return tuple(
            self._entries[name]
            for name in sorted(self._entries)
            if self._entries[name].kind == kind
            and source_id in {None, self._entries[name].source_id}
        )

    def everything(self) -> tuple[Kept, ...]:
        """Return all that is kept, sorted by name."""
        return tuple(self._entries[name] for name in sorted(self._entries))

    @contextlib.contextmanager
    def writing(
        self, name: str, *, kind: str, source_id: str | None = None, schema: pa.Schema
    ) -> Iterator[ObjectWriter]:
        """Write a table as Parquet; it replaces what has the name.

        Without an exception inside, `meta` of the writer is kept with it; ``n`` (rows) and
        ``bytes`` are filled in.
        """
        self._check_writer()
        writer = ObjectWriter(self._layout, schema)
        try:
            yield writer
            digest, size = writer.finish()
        except BaseException:
            with contextlib.suppress(StorageError):
                writer.drop()
            raise
        meta = {"n": writer.n_rows} | writer.meta | {"bytes": size}
        self._keep(name, digest, "parquet", kind=kind, source_id=source_id, meta=meta)

    def put(
        self, name: str, content: bytes, *, kind: str, source_id: str | None = None, **meta: Any
    ) -> Kept:
        """Keep bytes; they replace what has the name."""
        self._check_writer()
        digest = store_bytes(self._layout, content)
        size = {"bytes": len(content)}
        return self._keep(name, digest, "json", kind=kind, source_id=source_id, meta=meta | size)

    def open(self, kept: Kept) -> Path:
        """Return the file to read from, after the access is on disk.

        Raises
        ------
        NotFoundError
            STORE_NOT_KEPT where this state does not hold it.
        ConflictError
            STORE_STATE_GONE where the state that is read was weeded meanwhile.
        StorageError
            STORE_DAMAGED where the file is missing or has another size; STORE_NOT_WRITTEN
            where the access cannot be logged.
        """
        if self._entries.get(kept.name) != kept:
            raise NotFoundError("STORE_NOT_KEPT", name=kept.name)
        with reading_fails_clearly(self._layout.folder):
            self._check_file(kept)
        if kept.digest not in self._opened:
            self._append([self._entry("read", kept)])
            self._opened.add(kept.digest)
        return kept.path

    def drop(self, name: str) -> None:
        """Forget a name; its content goes with the commit if nothing else needs it."""
        self._check_writer()
        kept = self._entries.pop(name, None)
        if kept is not None:
            self._changes.append(self._entry("drop", kept))

    def note(self, action: str, kept: Kept, *, rows: int | None = None) -> None:
        """Log, with the next commit, what was done to something; rows: how many it touched."""
        self._check_writer()
        self._changes.append(self._entry(action, kept) | {"rows": rows})

    def commit(self) -> None:
        """Make everything since the last commit the new state, all or nothing.

        Raises
        ------
        StorageError
            STORE_NOT_WRITTEN: nothing has changed. STORE_NOT_SYNCED: the new state is there,
            but the disk did not confirm it.
        """
        self._check_writer()
        if not self._changes:
            return
        with writing_fails_clearly(self._layout.folder):
            self._sync_names()
            with log_lock(self._layout):
                self._swap()
        # What could not be removed now is removed by the next writer.
        with contextlib.suppress(OSError):
            sweep(self._layout, self._state, spare={self._state.previous})

    def purge(self) -> None:
        """Remove from disk whatever the current state does not need, earlier states included.

        Whoever still reads an earlier state is told so at the next opening. For weeding.

        Raises
        ------
        StorageError
            STORE_NOT_WRITTEN where something could not be removed.
        """
        self._check_writer()
        with writing_fails_clearly(self._layout.folder):
            sweep(self._layout, self._state, spare=set(), is_forced=True)

    def on_disk(self, digest: str) -> bool:
        """Tell whether a content is still there, needed or not."""
        return any((self._layout.objects / digest[:2]).glob(f"{digest}.*"))

    def abandon(self) -> None:
        """Clear away what was written and never committed."""
        if self._is_writer and self._entries != dict(self._state.entries):
            with contextlib.suppress(OSError):
                sweep(self._layout, self._state, spare={self._state.previous})

    def _swap(self) -> None:
        layout = self._layout
        head = read_head(layout)
        number = head.number + 1
        new = Manifest(number, head.number, dict(self._entries))
        try:
            self._state = swap(
                layout, self._log, new, [*self._changes, self._stamp("commit")], head
            )
        except OSError as error:
            if not self._is_swapped(number):
                self._take_back(head)
                raise
            self._state, self._changes = load_manifest(layout, read_head(layout)), []
            name, detail = layout.folder.name, reason_of(error)
            raise StorageError("STORE_NOT_SYNCED", folder=name, detail=detail) from error
        self._changes = []

    def _is_swapped(self, number: int) -> bool:
        """Tell whether the new state is there although the last step failed."""
        try:
            return read_head(self._layout).number == number
        except (OSError, StorageError):
            return False

    def _take_back(self, head: Head) -> None:
        """Cut the log to the old state; where even that fails, the next to write does it."""
        with contextlib.suppress(OSError, StorageError):
            self._log.settle(head)

    def _sync_names(self) -> None:
        """Have the names of all new contents on disk before a state speaks of them."""
        before = self._state.entries
        new = [kept.path for name, kept in self._entries.items() if before.get(name) != kept]
        for folder in sorted({path.parent for path in new}):
            self._layout.disk.sync_folder(folder)
        if new:
            self._layout.disk.sync_folder(self._layout.objects)

    def _append(self, entries: list[dict[str, Any]]) -> None:
        with writing_fails_clearly(self._layout.folder), log_lock(self._layout):
            self._log.append(entries, read_head(self._layout))

    def _keep(self, name: str, digest: str, suffix: str, **facts: Any) -> Kept:
        path = self._layout.object(digest, suffix)
        kept = Kept(name=name, digest=digest, path=path, **facts)
        self._entries[name] = kept
        self._changes.append(self._entry("write", kept))
        return kept

    def _stamp(self, action: str) -> dict[str, Any]:
        at = self._clock().isoformat(timespec="seconds")
        return {"at": at, **self._person, "action": action}

    def _entry(self, action: str, kept: Kept) -> dict[str, Any]:
        return self._stamp(action) | {
            "name": kept.name,
            "kind": kept.kind,
            "source": kept.source_id,
            "rows": kept.meta.get("n"),
            "digest": kept.digest,
        }

    def _check_file(self, kept: Kept) -> None:
        try:
            size = kept.path.stat().st_size
        except FileNotFoundError as error:
            if not self._layout.manifest(self._state.number).exists():
                raise ConflictError("STORE_STATE_GONE") from error
            raise StorageError("STORE_DAMAGED", file=_label(kept)) from error
        if size != kept.meta["bytes"]:
            raise StorageError("STORE_DAMAGED", file=_label(kept))

    def _check_writer(self) -> None:
        if not self._is_writer:
            raise RuntimeError("a session that was opened to read only must not write")


def _label(kept: Kept) -> str:
    return f"objects/{kept.digest[:2]}/{kept.path.name}"
