"""What becomes of commitments: done, dropped, another day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from convive.core.errors import ConflictError
from convive.web.workspace.actions.revise import revise
from convive.web.workspace.models import Commitment


@transaction.atomic
def report_done(commitment: Commitment, note: str, *, on: date, by: Any) -> Commitment:
    """Report that it is done; reported twice, the first report stays.

    Raises
    ------
    ConflictError
        COMMITMENT_DROPPED
    """
    locked = Commitment.objects.select_for_update().get(pk=commitment.pk)
    if locked.is_dropped:
        raise ConflictError("COMMITMENT_DROPPED")
    if locked.done_on is not None:
        return locked
    return revise(locked, {"done_on": on, "done_note": note}, version=locked.version, by=by)


@transaction.atomic
def drop(commitment: Commitment, reason: str, *, by: Any) -> Commitment:
    """Drop a commitment, with the reason.

    Raises
    ------
    ConflictError
        COMMITMENT_DONE
    """
    locked = Commitment.objects.select_for_update().get(pk=commitment.pk)
    if locked.done_on is not None:
        raise ConflictError("COMMITMENT_DONE")
    if locked.is_dropped:
        return locked
    return revise(locked, {"is_dropped": True, "done_note": reason}, version=locked.version, by=by)


@transaction.atomic
def reopen(commitment: Commitment, *, by: Any) -> Commitment:
    """Take back a report or a dropping: it is open again, and the history keeps what was said."""
    locked = Commitment.objects.select_for_update().get(pk=commitment.pk)
    fields = {"done_on": None, "done_note": "", "is_dropped": False}
    return revise(locked, fields, version=locked.version, by=by)
