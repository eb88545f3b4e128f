"""Takes an anonymous answer, of an open link or of an invitation.

Between whoever answered and what was answered nothing is kept. The link is not noted. An
invitation learns only that it was used; its answer is sealed and waits until enough others of the
same stratum and area are there, see `actions.release` and docs/adr/0015-unlinkable-answers.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from convive.core.errors import ConflictError, RequestError
from convive.core.instruments.filling import fill
from convive.web.fieldwork.actions.receive import Envelope, Outcome, receive
from convive.web.fieldwork.actions.release import release
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.models import (
    AccessLink,
    Campaign,
    HeldAnswer,
    Invitation,
    Quota,
    Submission,
)
from convive.web.fieldwork.sealing import receipt_of, seal


@dataclass(frozen=True)
class AnswerReceipt:
    """What whoever answered is told: nothing that leads to what is kept."""

    outcome: Outcome


def answer(
    holder: AccessLink | Invitation,
    answers: Mapping[str, Any],
    *,
    form_id: UUID,
    language: str,
    photos: Mapping[str, bytes],
    now: datetime,
) -> AnswerReceipt:
    """Keep an answer once; sending it again changes nothing.

    Raises
    ------
    ConflictError
        FORM_CONFLICT, as `receive`; INVITATION_USED: another answer was sent with it.
    RequestError
        CAMPAIGN_CLOSED; QUOTA_FULL: as many as wanted have answered already;
        PHOTO_NOT_NAMED: a photo came with an answer that waits, where none can be kept.
    RequestError, SourceError
        As `receive`.
    """
    if isinstance(holder, Invitation):
        if photos:
            raise RequestError("PHOTO_NOT_NAMED", names=", ".join(sorted(photos)))
        return _of_invitation(holder, answers, form_id, now)
    envelope = Envelope(
        id=form_id,
        campaign=holder.campaign,
        channel=Submission.Channel.WEB,
        answers=answers,
        language=language,
        photos=photos,
    )
    full = _with_quotas(envelope, now) if holder.campaign.quotas.exists() else None
    if full is not None:
        Quota.objects.filter(pk=full).update(n_turned_away=F("n_turned_away") + 1)
        raise RequestError("QUOTA_FULL")
    return AnswerReceipt(receive(envelope, now=now).outcome)


class _FullError(Exception):
    """A quota has no room; the transaction is undone."""

    def __init__(self, quota: int) -> None:
        super().__init__(quota)
        self.quota = quota


def _with_quotas(envelope: Envelope, now: datetime) -> int | None:
    """Count an answer in its quotas and keep it; return the quota that is full, if one is."""
    try:
        with transaction.atomic():
            if Submission.objects.filter(pk=envelope.id).exists():
                return None
            # By key, so that two answers never wait for one another.
            for quota in envelope.campaign.quotas.order_by("pk"):
                if matches(quota.conditions, envelope.answers):
                    _count(quota)
            receive(envelope, now=now)
    except _FullError as full:
        return full.quota
    return None


def _count(quota: Quota) -> None:
    """Count one more where there is room: one statement, so that no two take the last place."""
    room = Quota.objects.filter(pk=quota.pk, n__lt=F("target"))
    if not room.update(n=F("n") + 1):
        raise _FullError(quota.pk)


def matches(conditions: Mapping[str, list[str]], answers: Mapping[str, Any]) -> bool:
    """Tell whether answers are of the kind that a quota counts."""
    for item, codes in conditions.items():
        given = answers.get(item)
        chosen = given if isinstance(given, list) else [given]
        if not set(codes) & {str(one) for one in chosen if one is not None}:
            return False
    return True


def _of_invitation(
    holder: Invitation, answers: Mapping[str, Any], form_id: UUID, now: datetime
) -> AnswerReceipt:
    instrument = instrument_of(holder.campaign.form)
    filled = fill(instrument, answers, today=now.date())
    problems = [{"code": one.code, "path": list(one.path)} for one in filled.problems]
    sealed = seal({"answers": filled.answers, "problems": problems})
    receipt = receipt_of(form_id)
    with transaction.atomic():
        # Closing takes the same lock: no answer slips in behind it.
        campaign = Campaign.objects.select_for_update().get(pk=holder.campaign_id)
        invitation = Invitation.objects.select_for_update().get(pk=holder.pk)
        if invitation.is_used:
            if invitation.receipt != receipt:
                raise ConflictError("INVITATION_USED")
            return AnswerReceipt(Outcome.ALREADY)
        if not campaign.takes_forms:
            raise RequestError("CAMPAIGN_CLOSED", campaign=campaign.code)
        HeldAnswer.objects.create(
            campaign=campaign,
            stratum=invitation.stratum,
            area_id=invitation.area_id,
            sealed=sealed,
        )
        invitation.is_used, invitation.receipt = True, receipt
        invitation.save(update_fields=["is_used", "receipt"])
    release(campaign, now=now)
    return AnswerReceipt(Outcome.NEW)
