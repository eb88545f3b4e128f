"""Reads and hashes everything; names what is damaged; goes back to what is intact."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from convive.app.ports import Kept
from convive.app.protection.ports import Fault, StoreCheck
from convive.app.protection.rows import ROW_KINDS
from convive.core.errors import StorageError
from convive.store.restricted.access_log import AccessLog, Entry, first_break, log_entries
from convive.store.restricted.disk import Layout
from convive.store.restricted.manifest import (
    ChainHead,
    Head,
    Manifest,
    is_unused,
    load_manifest,
    manifest_numbers,
    parse_manifest,
    read_head,
)
from convive.store.restricted.objects import digest_of_file
from convive.store.restricted.swap import swap

_ANY_TRANSACTION = 1 << 60


def check(layout: Layout) -> StoreCheck:
    """Return everything that is not as the current state and the log say."""
    if is_unused(layout):
        return StoreCheck(0, 0, 0, 0)
    faults: list[Fault] = []
    head, state = None, None
    try:
        head = read_head(layout)
        state = load_manifest(layout, head)
    except StorageError as error:
        code = "manifest_damaged" if head else "head_damaged"
        faults.append(Fault(code, str(error.data["file"])))
    entries = state.entries.values() if state else ()
    faults += _content_faults(layout, entries)
    if head is not None and first_break(layout, head) is not None:
        faults.append(Fault("log_damaged", layout.log.name))
    contents = {kept.digest: kept.meta["bytes"] for kept in entries}
    return StoreCheck(
        state=head.number if head else None,
        objects=len(contents),
        size=sum(contents.values()),
        accesses=sum(1 for _ in log_entries(layout)),
        faults=tuple(faults),
    )


def _content_faults(layout: Layout, entries: Iterable[Kept]) -> list[Fault]:
    faults = []
    for kept in sorted(entries, key=lambda one: one.name):
        label = kept.path.relative_to(layout.folder).as_posix()
        if not kept.path.is_file():
            faults.append(Fault("object_missing", label, kept.name))
        elif digest_of_file(kept.path) != kept.digest:
            faults.append(Fault("object_damaged", label, kept.name))
    return faults


def repair(layout: Layout, stamp: Entry) -> tuple[str, ...]:
    """Make the newest intact state current, without the contents that are lost.

    Parameters
    ----------
    layout : Layout
        The store; the caller is its one writer and has the log.
    stamp : mapping
        When, who and why, for the log.

    Returns
    -------
    tuple of str
        Names of what is forgotten: it is read again from the delivered files.

    Raises
    ------
    StorageError
        STORE_LOST where no state is intact.
    """
    state = _newest_intact(layout)
    lost = {fault.name for fault in _content_faults(layout, state.entries.values())}
    if any(state.entries[name].kind == "key" for name in lost):
        # Pseudonyms under a new key do not match those under the old one: all are made anew.
        lost |= {kept.name for kept in state.entries.values() if kept.kind in ROW_KINDS}
    entries = {name: kept for name, kept in state.entries.items() if name not in lost}
    head = Head(_ANY_TRANSACTION, "", state.log)
    notes: list[Entry] = [{**stamp, "action": "repair", "name": name} for name in sorted(lost)]
    if first_break(layout, head) is not None:
        notes.append({**stamp, "action": "restart", "digest": _set_log_aside(layout, state)})
        head = Head(_ANY_TRANSACTION, "", ChainHead())
    number = max(manifest_numbers(layout)) + 1
    commit = {**stamp, "action": "repair"}
    swap(layout, AccessLog(layout), Manifest(number, None, entries), [*notes, commit], head)
    return tuple(sorted(lost))


def _newest_intact(layout: Layout) -> Manifest:
    with contextlib.suppress(StorageError):
        return load_manifest(layout, read_head(layout))
    for number in reversed(manifest_numbers(layout)):
        with contextlib.suppress(ValueError):
            return parse_manifest(layout.manifest(number).read_bytes(), layout)
    raise StorageError("STORE_LOST", folder=layout.folder.name)


def _set_log_aside(layout: Layout, state: Manifest) -> str | None:
    """Keep a log that cannot be trusted under another name; return its digest."""
    if not layout.log.exists():
        return None
    digest = digest_of_file(layout.log)
    layout.disk.rename(layout.log, layout.folder / f"access-until-{state.number}.jsonl")
    layout.disk.sync_folder(layout.folder)
    return digest
