"""Delivered files of which every row has expired: removed only on request, and logged."""

from __future__ import annotations

from collections.abc import Iterable

from convive.app.protection.ports import ProtectedStore
from convive.app.protection.rows import ROW_KINDS
from convive.app.protection.terms import Terms
from convive.app.protection.weed import PURPOSE, Leftover
from convive.core.errors import StorageError


def delete_delivered(
    whole: Iterable[Leftover], terms: Iterable[Terms], *, store: ProtectedStore, actor: str
) -> tuple[str, ...]:
    """Delete the files and return their labels; files with a row that may stay are left.

    Raises
    ------
    StorageError
        FILE_NOT_DELETED where the system refuses.
    """
    paths = {(t.source_id, file.label): file.path for t in terms for file in t.delivered}
    deleted = []
    with store.session(actor=actor, purpose=PURPOSE) as session:
        for one in whole:
            if not one.is_whole:
                continue
            for kind in ROW_KINDS:
                for kept in session.listed(kind, one.source_id):
                    if str(kept.meta.get("file", "")).partition("!")[0] == one.label:
                        session.note("delete_file", kept, rows=one.rows)
            try:
                paths[one.source_id, one.label].unlink(missing_ok=True)
            except OSError as error:
                raise StorageError("FILE_NOT_DELETED", file=one.label) from error
            deleted.append(one.label)
        session.commit()
    return tuple(deleted)
