"""Reads about campaigns: list, one, its places, raters, links and forms."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from convive.web.fieldwork.models import (
    AccessLink,
    Assignment,
    Campaign,
    CampaignPlace,
    Place,
    Rater,
    Submission,
)
from convive.web.fieldwork.secrecy import by_staff, known_to

_COUNTED = ~Q(submissions__state=Submission.State.EXCLUDED)


def list_campaigns(account: Any, *, with_drafts: bool) -> QuerySet[Campaign]:
    """Return campaigns that an account may know of, the newest first, each with `n_forms`.

    Forms that are excluded are not counted.
    """
    known = Campaign.objects.filter(~by_staff(), known_to(account))
    found = known.select_related("form").annotate(
        n_forms=Count("submissions", filter=_COUNTED, distinct=True)
    )
    if not with_drafts:
        found = found.exclude(state=Campaign.State.DRAFT)
    return found.order_by("-created_at")


def find_campaign(code: str) -> Campaign | None:
    """Return a campaign by its code, None where there is none."""
    return Campaign.objects.select_related("form").filter(code=code).first()


def places_of(campaign: Campaign) -> list[Place]:
    """Return the places that a campaign visits, in their order."""
    rows = CampaignPlace.objects.filter(campaign=campaign).select_related("place")
    return [row.place for row in rows]


def campaigns_with_places(besides: Campaign) -> QuerySet[Campaign]:
    """Return other campaigns whose places can be taken over, the newest first."""
    return (
        Campaign.objects.exclude(pk=besides.pk)
        .annotate(n_places=Count("places"))
        .filter(n_places__gt=0)
        .order_by("-created_at")
    )


def raters_of(campaign: Campaign) -> list[Rater]:
    """Return the raters by label, each with `n_visits` and `n_forms`."""
    return list(
        campaign.raters.annotate(
            n_visits=Count("assignments", distinct=True),
            n_forms=Count("submission", distinct=True),
        )
    )


def find_rater(campaign: Campaign, rater_id: int) -> Rater | None:
    """Return a rater of this campaign, None where there is none."""
    return campaign.raters.filter(pk=rater_id).first()


def visits_of(campaign: Campaign) -> list[Assignment]:
    """Return the planned visits."""
    return list(campaign.assignments.select_related("place", "rater"))


def links_of(campaign: Campaign) -> list[AccessLink]:
    """Return the links that open something, raters' by label, then the group's."""
    found = campaign.links.filter(revoked_at=None).select_related("rater")
    return sorted(found, key=lambda one: (one.rater is None, one.rater.label if one.rater else ""))


def find_link_of(campaign: Campaign, link_id: str) -> AccessLink | None:
    """Return a link of this campaign, None where there is none."""
    wanted = as_uuid(link_id)
    return campaign.links.filter(pk=wanted).select_related("rater").first() if wanted else None


def forms_of(campaign: Campaign, show: str = "") -> QuerySet[Submission]:
    """Return the forms of a campaign, the newest first.

    Parameters
    ----------
    show : str
        ``problems``, ``waiting`` or ``excluded``; empty: all.
    """
    found = campaign.submissions.select_related("place", "rater").annotate(
        n_photos=Count("attachments"),
        n_missing=Count("attachments", filter=Q(attachments__file="")),
    )
    narrow: dict[str, dict[str, Any]] = {
        "waiting": {"state": Submission.State.WAITING},
        "excluded": {"state": Submission.State.EXCLUDED},
    }
    if show == "problems":
        found = found.exclude(problems=[])
    return found.filter(**narrow.get(show, {})).order_by("-received_at", "-filled_on", "pk")


def find_form(campaign: Campaign, form_id: str) -> Submission | None:
    """Return a form of this campaign, None where there is none."""
    wanted = as_uuid(form_id)
    if wanted is None:
        return None
    return campaign.submissions.select_related("place", "rater", "form").filter(pk=wanted).first()


def as_uuid(text: str) -> UUID | None:
    """Return the id that a text is, None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
