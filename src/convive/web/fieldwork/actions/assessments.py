"""Assessments by staff: begun, finished, looked at."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from convive.web.audit_log.actions import record
from convive.web.fieldwork.actions import drafts
from convive.web.fieldwork.actions.receive import Receipt
from convive.web.fieldwork.instruments import freeze
from convive.web.fieldwork.models import Campaign, WebDraft
from convive.web.fieldwork.secrecy import ASSESSMENT_CODE

REASONS = ("own_work", "review", "request", "oversight")
"""Why somebody looks at a restricted assessment: ``assess.reason.<code>``."""


def begin_assessment(
    instrument_id: str, subject: str, draft_id: uuid.UUID, *, by: Any, now: datetime
) -> WebDraft:
    """Begin an assessment; beginning the same one again gives the one that is there.

    Raises
    ------
    NotFoundError, ConflictError
        As `freeze`.
    """
    with transaction.atomic():
        known = WebDraft.objects.select_for_update().filter(pk=draft_id).first()
        if known is not None:
            return known
        campaign = Campaign.objects.create(
            code=f"{ASSESSMENT_CODE}{draft_id.hex[:12]}",
            title=subject,
            kind=Campaign.Kind.ASSESSMENT,
            form=freeze(instrument_id),
            state=Campaign.State.OPEN,
            created_by=by,
        )
        draft = drafts.begin(campaign, draft_id, now=now)
        record(
            "fieldwork.assessment_begun",
            actor=by, thing=("assessment", draft.pk), instrument=instrument_id,
        )  # fmt: skip
    return draft


def finish_assessment(draft: WebDraft, *, by: Any, now: datetime) -> Receipt:
    """Hand an assessment in; it is one form, and takes no other.

    Raises
    ------
    ConflictError, RequestError, SourceError
        As `receive`.
    """
    receipt = drafts.send(draft, now=now)
    with transaction.atomic():
        Campaign.objects.filter(pk=draft.campaign_id).update(
            state=Campaign.State.CLOSED, closed_at=now
        )
        record("fieldwork.assessment_finished", actor=by, thing=("assessment", draft.pk))
    return receipt


def note_look(assessment_id: uuid.UUID, reason: str, *, by: Any) -> None:
    """Record that somebody looked at a restricted assessment, and why."""
    with transaction.atomic():
        record(
            "fieldwork.assessment_looked",
            actor=by, thing=("assessment", assessment_id), reason=reason,
        )  # fmt: skip
