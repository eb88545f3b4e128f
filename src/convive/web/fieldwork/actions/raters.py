"""Writes of raters: labels in evidence, names only as long as a campaign runs."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from convive.core.errors import ConflictError
from convive.web.audit_log.actions import record
from convive.web.fieldwork.actions.campaigns import drop_plan, locked
from convive.web.fieldwork.models import Campaign, Rater

_RUNNING = (Campaign.State.DRAFT, Campaign.State.OPEN)


@transaction.atomic
def add_raters(campaign: Campaign, n: int, *, by: Any) -> list[Rater]:
    """Add raters, numbered on from those that are there: R01, R02 …"""
    campaign = locked(campaign, *_RUNNING)
    taken = set(campaign.raters.values_list("label", flat=True))
    free = (label for k in range(1, 10_000) if (label := f"R{k:02d}") not in taken)
    added = Rater.objects.bulk_create(
        Rater(campaign=campaign, label=label) for label, _ in zip(free, range(n), strict=False)
    )
    record(
        "campaign.raters_added", actor=by, thing=("campaign", campaign.code),
        labels=[one.label for one in added],
    )  # fmt: skip
    return added


@transaction.atomic
def change_rater(rater: Rater, *, label: str, name: str, email: str, by: Any) -> Rater:
    """Change label, name or e-mail; the log says that, and not to what.

    Raises
    ------
    ConflictError
        RATER_EXISTS where the campaign has the label already; RATER_HAS_FORMS for a new label
        once forms have come.
    """
    campaign = locked(rater.campaign, *_RUNNING)
    rater = Rater.objects.select_for_update().get(pk=rater.pk)
    if label != rater.label:
        if campaign.raters.filter(label=label).exclude(pk=rater.pk).exists():
            raise ConflictError("RATER_EXISTS", label=label)
        if rater.submission_set.exists() or rater.assignments.exists():
            raise ConflictError("RATER_HAS_FORMS", label=rater.label)
    given = {"label": label, "name": name, "email": email}
    changed = sorted(key for key, value in given.items() if getattr(rater, key) != value)
    for key in changed:
        setattr(rater, key, given[key])
    if changed:
        rater.save(update_fields=changed)
        record(
            "campaign.rater_changed", actor=by, thing=("campaign", campaign.code),
            rater=rater.label, fields=changed,
        )  # fmt: skip
    return rater


@transaction.atomic
def remove_rater(rater: Rater, *, by: Any) -> None:
    """Remove a rater who has sent nothing; a plan that counted on them ends.

    Raises
    ------
    ConflictError
        RATER_HAS_FORMS.
    """
    campaign = locked(rater.campaign, Campaign.State.DRAFT)
    if rater.submission_set.exists():
        raise ConflictError("RATER_HAS_FORMS", label=rater.label)
    if rater.assignments.exists():
        drop_plan(campaign)
    label = rater.label
    rater.delete()
    record("campaign.rater_removed", actor=by, thing=("campaign", campaign.code), rater=label)
