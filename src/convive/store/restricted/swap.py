"""The step from one state to the next."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from convive.app.ports import Kept
from convive.store.restricted.access_log import AccessLog, Entry
from convive.store.restricted.disk import Layout
from convive.store.restricted.manifest import Head, Manifest, render_head, render_manifest


def swap(
    layout: Layout, log: AccessLog, new: Manifest, changes: Iterable[Entry], head: Head
) -> Manifest:
    """Log the changes, write the new state, and let HEAD name it: the last step decides.

    To be called under `log_lock`, so that no read is logged between the changes and HEAD.

    Parameters
    ----------
    layout : Layout
        The store.
    log : AccessLog
        Its log.
    new : Manifest
        The next state; its `log` is filled in.
    changes : iterable of mapping
        Entries for the log.
    head : Head
        What is current so far.
    """
    chain = log.append([{**change, "transaction": new.number} for change in changes], head)
    state = Manifest(new.number, new.previous, new.entries, chain)
    content = render_manifest(state)
    layout.place(layout.manifest(state.number), content)
    digest = hashlib.sha256(content).hexdigest()
    layout.place(layout.head, render_head(Head(state.number, digest, chain)))
    return state


def found(layout: Layout) -> None:
    """Write the empty state that every other one follows."""
    entries: Mapping[str, Kept] = {}
    content = render_manifest(Manifest(0, None, entries))
    layout.place(layout.manifest(0), content)
    head = Head(0, hashlib.sha256(content).hexdigest(), Manifest(0).log)
    layout.place(layout.head, render_head(head))
