"""The protected cube of a source for a page; made by the worker where it is not there yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convive.core.errors import ConflictError
from convive.web.rights.actions.reading import GivenReason
from convive.web.rights.site import pack_now
from convive.web.staff.city import disclosure_now
from convive.wiring import evidence_room

if TYPE_CHECKING:
    from convive.app.evidence_room.protection import Protected


def protected_now(account: Any, source_id: str, given: GivenReason) -> Protected:
    """Return the cube of a source; the look is logged in the restricted store as well.

    Raises
    ------
    ConflictError
        ROOM_NOT_READY where it has to be made first.
    """
    pack = pack_now()
    if pack is None:
        raise ConflictError("ROOM_NOT_READY")
    found = evidence_room.ready_source(
        pack, source_id, minimum=disclosure_now().min_count, actor=f"account {account.pk}",
        purpose=f"{given.reason} {given.reference}",
    )  # fmt: skip
    if found is None:
        raise ConflictError("ROOM_NOT_READY")
    return found


def make(*, source_id: str) -> bool:
    """Make the tables of a source now; tell whether there are any."""
    pack = pack_now()
    if pack is None:
        return False
    made = evidence_room.make_source(
        pack, source_id, minimum=disclosure_now().min_count, actor="worker", purpose="protect"
    )
    return made is not None
