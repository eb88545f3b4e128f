"""Closes a wave: the last answers move on, contacts are erased, nothing is taken any more."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from convive.core.errors import ConflictError
from convive.web.audit_log.actions import record
from convive.web.fieldwork.actions.release import release_all
from convive.web.fieldwork.models import Campaign, FrameEntry, Invitation


def close_wave(wave: Campaign, *, now: datetime, by: Any) -> tuple[int, int]:
    """Close a wave for good; return how many answers moved on last and how many were discarded.

    Raises
    ------
    ConflictError
        WAVE_NOT_OPEN.
    """
    with transaction.atomic():
        locked = Campaign.objects.select_for_update().get(pk=wave.pk)
        if locked.state != Campaign.State.OPEN:
            raise ConflictError("WAVE_NOT_OPEN")
        moved, discarded = release_all(locked, now=now)
        invited = Invitation.objects.filter(campaign=locked)
        erased = invited.exclude(contact="").count()
        invited.update(contact="", receipt="")
        FrameEntry.objects.filter(campaign=locked).delete()
        locked.state, locked.closed_at = Campaign.State.CLOSED, now
        locked.save(update_fields=["state", "closed_at"])
        record(
            "fieldwork.wave_closed", actor=by, thing=("campaign", wave.pk), campaign=wave.code,
            last=moved, discarded=discarded, erased=erased,
        )  # fmt: skip
    wave.refresh_from_db()
    return moved, discarded
