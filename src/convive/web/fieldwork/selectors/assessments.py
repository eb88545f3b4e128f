"""Which assessments somebody may know of.

A restricted one exists only for whoever began it, for coordinators and for the data protection
officer; for all others it is not there.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from convive.catalogue import find
from convive.core.instruments.model import Instrument, InstrumentKind, Sensitivity
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.models import Campaign, Submission, WebDraft
from convive.web.fieldwork.secrecy import NAMED


@dataclass(frozen=True)
class Assessment:
    """An assessment of one subject with one instrument, begun or finished."""

    campaign: Campaign
    instrument: Instrument
    draft: WebDraft | None
    submission: Submission | None

    @property
    def id(self) -> uuid.UUID:
        """Return its id, the same as draft and as finished form."""
        found = self.submission or self.draft
        return found.pk if found is not None else self.campaign.pk

    @property
    def is_restricted(self) -> bool:
        """Whether only those named for it may see it."""
        return self.instrument.sensitivity is Sensitivity.RESTRICTED

    def is_own(self, account: Any) -> bool:
        """Whether an account began it."""
        return bool(self.campaign.created_by_id == account.pk)

    def is_open_to(self, account: Any) -> bool:
        """Whether an account may know of it."""
        return not self.is_restricted or self.is_own(account) or bool(NAMED & account.roles)


def find_assessment(account: Any, identifier: str) -> Assessment | None:
    """Return an assessment that an account may know of."""
    try:
        number = uuid.UUID(identifier)
    except ValueError:
        return None
    kind = Campaign.Kind.ASSESSMENT
    sent = Submission.objects.select_related("campaign__form").filter(
        pk=number, campaign__kind=kind
    ).first()  # fmt: skip
    draft = WebDraft.objects.select_related("campaign__form").filter(
        pk=number, campaign__kind=kind, token_hash=""
    ).first()  # fmt: skip
    found = sent or draft
    if found is None:
        return None
    campaign = found.campaign
    assessment = Assessment(campaign, instrument_of(campaign.form), draft, sent)
    return assessment if assessment.is_open_to(account) else None


def list_assessments(account: Any) -> Sequence[Assessment]:
    """Return the assessments that an account may know of, newest first."""
    kind = Campaign.Kind.ASSESSMENT
    drafts = WebDraft.objects.filter(campaign__kind=kind, token_hash="")
    sent = Submission.objects.filter(campaign__kind=kind)
    found = [
        Assessment(one.campaign, instrument_of(one.campaign.form), one, None)
        for one in drafts.select_related("campaign__form")
    ]
    found += [
        Assessment(one.campaign, instrument_of(one.campaign.form), None, one)
        for one in sent.select_related("campaign__form")
    ]
    known = [one for one in found if one.is_open_to(account)]
    return sorted(known, key=lambda one: one.campaign.created_at, reverse=True)


def instruments_to_choose() -> list[Instrument]:
    """Return what staff can fill in themselves: everything but surveys and what is retired."""
    return [
        one
        for one in find.instruments()
        if one.kind is not InstrumentKind.SURVEY and one.status != "retired"
    ]
