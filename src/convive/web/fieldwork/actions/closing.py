"""Writes that decide what counts: forms left out, campaigns closed and opened again."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from django.db import transaction

from convive.core.errors import ConflictError
from convive.web.audit_log.actions import record
from convive.web.fieldwork.actions.campaign_links import revoke_all
from convive.web.fieldwork.actions.campaigns import locked
from convive.web.fieldwork.models import Campaign, Submission

WITHOUT_PHOTOS = "photos_never_came"
"""Reason of forms that were left out at closing."""


@transaction.atomic
def exclude_form(form: Submission, reason: str, *, by: Any) -> Submission:
    """Leave a form out of all results; it is kept, with the reason.

    Raises
    ------
    ConflictError
        CAMPAIGN_STATE: results of a closed campaign do not change.
    """
    locked(form.campaign, Campaign.State.OPEN)
    form = Submission.objects.select_for_update().get(pk=form.pk)
    if form.state != Submission.State.EXCLUDED:
        form.state, form.reason = Submission.State.EXCLUDED, reason
        form.save(update_fields=["state", "reason"])
        record("form.excluded", actor=by, thing=("form", form.pk), campaign=form.campaign.code)
    return form


@transaction.atomic
def include_form(form: Submission, *, by: Any) -> Submission:
    """Take a form back into the results.

    Raises
    ------
    ConflictError
        CAMPAIGN_STATE.
    """
    locked(form.campaign, Campaign.State.OPEN)
    form = Submission.objects.select_for_update().get(pk=form.pk)
    if form.state == Submission.State.EXCLUDED:
        form.state, form.reason = _state_by_photos(form), ""
        form.save(update_fields=["state", "reason"])
        record("form.included", actor=by, thing=("form", form.pk), campaign=form.campaign.code)
    return form


@transaction.atomic
def close_campaign(campaign: Campaign, *, count_waiting: bool, today: date, by: Any) -> Campaign:
    """End a campaign: nothing comes in any more, names are erased, results stay as they are.

    Parameters
    ----------
    count_waiting : bool
        Whether forms whose photos have not come count without them, or are left out.
    """
    campaign = locked(campaign, Campaign.State.OPEN)
    waiting = campaign.submissions.filter(state=Submission.State.WAITING)
    if count_waiting:
        n_waiting = waiting.update(state=Submission.State.COMPLETE)
    else:
        n_waiting = waiting.update(state=Submission.State.EXCLUDED, reason=WITHOUT_PHOTOS)
    n_links = revoke_all(campaign)
    n_names = campaign.raters.exclude(name="", email="").update(name="", email="")
    n_forms, digest = counted_digest(campaign)
    campaign.state = Campaign.State.CLOSED
    campaign.closes_on = today
    campaign.plan = {
        **campaign.plan,
        "closed": {"on": today.isoformat(), "n_forms": n_forms, "digest": digest},
    }
    campaign.save(update_fields=["state", "closes_on", "plan"])
    campaign.drafts.all().delete()
    record(
        "campaign.closed", actor=by, thing=("campaign", campaign.code),
        n_forms=n_forms, digest=digest, n_waiting=n_waiting, counted_waiting=count_waiting,
        n_links=n_links, n_names=n_names,
    )  # fmt: skip
    return campaign


@transaction.atomic
def reopen_campaign(campaign: Campaign, reason: str, *, today: date, by: Any) -> Campaign:
    """Open a closed campaign again; erased names and revoked links do not come back.

    Raises
    ------
    ConflictError
        CAMPAIGN_STATE; CAMPAIGN_ANONYMOUS: a survey stays closed, its contacts are gone.
    """
    campaign = locked(campaign, Campaign.State.CLOSED)
    if campaign.kind == Campaign.Kind.SURVEY:
        raise ConflictError("CAMPAIGN_ANONYMOUS")
    left_out = campaign.submissions.filter(
        state=Submission.State.EXCLUDED, reason=WITHOUT_PHOTOS
    ).update(state=Submission.State.WAITING, reason="")
    before = campaign.plan.pop("closed", {})
    campaign.plan["reopened"] = [
        *campaign.plan.get("reopened", []),
        {"on": today.isoformat(), "reason": reason, "digest": before.get("digest", "")},
    ]
    campaign.state = Campaign.State.OPEN
    campaign.closes_on = None
    campaign.save(update_fields=["state", "closes_on", "plan"])
    record(
        "campaign.reopened", actor=by, thing=("campaign", campaign.code),
        digest=before.get("digest", ""), n_waiting=left_out,
    )  # fmt: skip
    return campaign


def counted_digest(campaign: Campaign) -> tuple[int, str]:
    """Return number and SHA-256 of the forms that count: the same forms, the same results."""
    found = hashlib.sha256()
    n = 0
    counted = campaign.submissions.filter(state=Submission.State.COMPLETE).order_by("pk")
    for pk, digest in counted.values_list("pk", "content_digest").iterator():
        found.update(f"{pk} {digest}\n".encode())
        n += 1
    return n, found.hexdigest()


def _state_by_photos(form: Submission) -> str:
    is_waiting = form.attachments.filter(file="").exists()
    return Submission.State.WAITING if is_waiting else Submission.State.COMPLETE
