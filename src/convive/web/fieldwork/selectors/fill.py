"""What the pages of a token read: whose it is, which visits, what was begun and sent.

Never an answer of anybody else, nor of an earlier time: it would colour what is rated now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

from convive.web.fieldwork.models import (
    AccessLink,
    Assignment,
    Campaign,
    Invitation,
    Place,
    Submission,
    WebDraft,
)
from convive.web.fieldwork.tokens import find_invitation, find_link, token_hash


@dataclass(frozen=True)
class Holder:
    """Whoever has an address with a token."""

    token: str
    who: AccessLink | Invitation

    @property
    def campaign(self) -> Campaign:
        """Return the campaign that the address is for."""
        return self.who.campaign

    @property
    def link(self) -> AccessLink | None:
        """Return the link, None where it is an invitation."""
        return self.who if isinstance(self.who, AccessLink) else None

    @property
    def hash(self) -> str:
        """Return what is kept of the token."""
        return token_hash(self.token)


@dataclass(frozen=True)
class Visit:
    """One visit that somebody should make, and how far it is."""

    place: Place
    daypart: str
    state: str
    """``open begun sent``."""
    draft: WebDraft | None = None
    new_id: UUID = field(default_factory=uuid4)
    """Id that the form gets if it is begun from this page: twice begun is once."""


def find_holder(token: str) -> Holder | None:
    """Return whoever holds a token, None where there is none or it was taken back."""
    who = find_link(token) or find_invitation(token)
    return Holder(token, who) if who is not None else None


def is_taken_back(token: str) -> bool:
    """Whether a token was a link once."""
    return AccessLink.objects.filter(token_hash=token_hash(token)).exists()


def availability(campaign: Campaign, today: date) -> str:
    """Return ``open``, ``early`` or ``closed``."""
    if campaign.state == Campaign.State.CLOSED:
        return "closed"
    if campaign.closes_on and today > campaign.closes_on:
        return "closed"
    is_early = campaign.opens_on is not None and today < campaign.opens_on
    return "early" if is_early or not campaign.takes_forms else "open"


def visits_of(holder: Holder) -> Sequence[Visit]:
    """Return the visits of a rater in the order of the route."""
    link = holder.link
    if link is None or link.rater is None:
        return []
    drafts = {(one.place_id, one.daypart): one for one in drafts_of(holder)}
    done = set(
        Submission.objects.filter(campaign=holder.campaign, rater=link.rater)
        .values_list("place_id", "daypart")
    )  # fmt: skip
    order = {row.place_id: row.position for row in holder.campaign.places.all()}
    found = Assignment.objects.filter(rater=link.rater).select_related("place")
    visits = []
    for one in sorted(found, key=lambda one: (order.get(one.place_id, 0), one.place.code)):
        draft = drafts.get((one.place_id, one.daypart))
        is_done = (one.place_id, one.daypart) in done
        state = "sent" if is_done else "begun" if draft else "open"
        visits.append(Visit(one.place, one.daypart, state, None if is_done else draft))
    return visits


def drafts_of(holder: Holder) -> list[WebDraft]:
    """Return what was begun with a link and not sent yet, oldest first."""
    return list(
        WebDraft.objects.filter(campaign=holder.campaign, token_hash=holder.hash)
        .select_related("place")
        .order_by("begun_at")
    )


def places_of(campaign: Campaign) -> list[Place]:
    """Return the places of a campaign in the order of the route."""
    return [row.place for row in campaign.places.select_related("place")]


def find_draft(holder: Holder, form_id: UUID) -> WebDraft | None:
    """Return a draft of this very link."""
    return (
        WebDraft.objects.select_related("campaign__form", "place")
        .filter(pk=form_id, campaign=holder.campaign, token_hash=holder.hash)
        .first()
    )


def find_sent(holder: Holder, form_id: UUID) -> Submission | None:
    """Return a form that was sent with this very link."""
    if holder.link is None or holder.campaign.is_anonymous:
        return None
    return Submission.objects.filter(pk=form_id, link=holder.link).first()


def count_sent(holder: Holder) -> int:
    """Return how many forms were sent with this link."""
    return Submission.objects.filter(link=holder.link).count() if holder.link else 0
