"""Writes of the links by which raters and groups come in."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from convive.web.audit_log.actions import record
from convive.web.fieldwork.actions.campaigns import locked
from convive.web.fieldwork.models import AccessLink, Campaign, Rater
from convive.web.fieldwork.tokens import token_for, token_hash

_RUNNING = (Campaign.State.DRAFT, Campaign.State.OPEN)


@transaction.atomic
def make_links(campaign: Campaign, *, by: Any) -> list[AccessLink]:
    """Make a link for every rater who has none."""
    campaign = locked(campaign, *_RUNNING)
    without = campaign.raters.exclude(links__revoked_at=None, links__pk__isnull=False)
    made = [_make(campaign, AccessLink.Kind.RATER, rater) for rater in without]
    if made:
        record(
            "campaign.links_made", actor=by, thing=("campaign", campaign.code),
            raters=[one.rater.label for one in made if one.rater],
        )  # fmt: skip
    return made


@transaction.atomic
def make_group_link(campaign: Campaign, *, by: Any) -> AccessLink:
    """Make a link that a whole group shares."""
    campaign = locked(campaign, *_RUNNING)
    made = _make(campaign, AccessLink.Kind.GROUP, None)
    record("campaign.links_made", actor=by, thing=("campaign", campaign.code), group=str(made.pk))
    return made


@transaction.atomic
def revoke_link(link: AccessLink, *, by: Any) -> None:
    """Take a link back: its address opens nothing from now on."""
    found = AccessLink.objects.select_for_update().get(pk=link.pk)
    if found.revoked_at is None:
        found.revoked_at = timezone.now()
        found.save(update_fields=["revoked_at"])
        _record("campaign.link_revoked", found, by)


@transaction.atomic
def renew_link(link: AccessLink, *, by: Any) -> AccessLink:
    """Take a link back and make another for the same rater or group."""
    campaign = locked(link.campaign, *_RUNNING)
    found = AccessLink.objects.select_for_update().get(pk=link.pk)
    if found.revoked_at is None:
        found.revoked_at = timezone.now()
        found.save(update_fields=["revoked_at"])
    made = _make(campaign, found.kind, found.rater)
    _record("campaign.link_renewed", made, by)
    return made


def revoke_all(campaign: Campaign) -> int:
    """Take all links of a campaign back, in the caller's transaction; return how many."""
    return campaign.links.filter(revoked_at=None).update(revoked_at=timezone.now())


def _make(campaign: Campaign, kind: str, rater: Rater | None) -> AccessLink:
    identifier = uuid.uuid4()
    token = token_for("AccessLink", identifier)
    return AccessLink.objects.create(
        pk=identifier, campaign=campaign, kind=kind, rater=rater, token_hash=token_hash(token)
    )


def _record(verb: str, link: AccessLink, by: Any) -> None:
    who = link.rater.label if link.rater else link.kind
    record(verb, actor=by, thing=("campaign", link.campaign.code), link=str(link.pk), who=who)
