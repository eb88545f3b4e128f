"""What becomes of commitments: done, dropped, another day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from convive.core.errors import ConflictError
from convive.web.workspace.actions.progress import refresh_action
from convive.web.workspace.actions.revise import revise
from convive.web.workspace.clock import today
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
    return _lit(revise(locked, {"done_on": on, "done_note": note}, version=locked.version, by=by))


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
    fields = {"is_dropped": True, "done_note": reason}
    return _lit(revise(locked, fields, version=locked.version, by=by))


@transaction.atomic
def reopen(commitment: Commitment, *, by: Any) -> Commitment:
    """Take back a report or a dropping: it is open again, and the history keeps what was said."""
    locked = Commitment.objects.select_for_update().get(pk=commitment.pk)
    fields = {"done_on": None, "done_note": "", "is_dropped": False}
    return _lit(revise(locked, fields, version=locked.version, by=by))


def _lit(commitment: Commitment) -> Commitment:
    """Renew the light of the action that a commitment is about."""
    if commitment.action is not None:
        refresh_action(commitment.action, today=today())
    return commitment
