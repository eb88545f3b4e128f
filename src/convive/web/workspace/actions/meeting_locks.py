"""What may still be changed of a meeting, decided on a locked row."""

from __future__ import annotations

from convive.core.errors import ConflictError
from convive.web.workspace.models import Meeting


def lock_open(meeting: Meeting) -> Meeting:
    """Lock a meeting that may still be changed, for the caller's transaction.

    Raises
    ------
    ConflictError
        MEETING_FINAL, MEETING_CANCELLED
    """
    locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if locked.state == Meeting.State.MINUTED:
        raise ConflictError("MEETING_FINAL")
    if locked.state == Meeting.State.CANCELLED:
        raise ConflictError("MEETING_CANCELLED")
    return locked
