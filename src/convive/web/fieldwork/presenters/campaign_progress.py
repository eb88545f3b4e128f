"""Progress of a campaign in words, and as marks on a map."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from convive.catalogue.texts import say
from convive.web.fieldwork.models import Campaign
from convive.web.fieldwork.presenters.place_map import Mark
from convive.web.fieldwork.selectors.progress import PlaceProgress, Progress

STEPS = ("places", "raters", "plan", "links")


def headline(campaign: Campaign, progress: Progress, language: str) -> str:
    """Return what the page of a campaign says first."""
    if campaign.state == Campaign.State.DRAFT:
        return say("campaigns.headline.draft", language)
    if not progress.visits.planned:
        return say("campaigns.headline.unplanned", language, n=progress.n_forms)
    key = "all_done" if not progress.visits.left else "under_way"
    return say(
        f"campaigns.headline.{key}", language,
        n=progress.visits.planned, done=progress.visits.done,
    )  # fmt: skip


def steps_of(campaign: Campaign, progress: Progress) -> list[dict[str, Any]]:
    """Return the steps to opening, each with what is there; the first open one is the next."""
    n_links = campaign.links.filter(revoked_at=None).count()
    counts = {
        "places": len(progress.places),
        "raters": len(progress.raters),
        "plan": progress.visits.planned,
        "links": n_links,
    }
    steps = [{"name": f"fieldwork-campaign-{step}", "step": step, "n": counts[step]}
             for step in STEPS if step != "plan" or campaign.kind != Campaign.Kind.ASSESSMENT]  # fmt: skip
    following = next((one for one in steps if not one["n"]), None)
    return [one | {"is_next": one is following} for one in steps]


def can_open(campaign: Campaign, progress: Progress) -> bool:
    """Tell whether nothing needed is missing."""
    if campaign.state != Campaign.State.DRAFT:
        return False
    return campaign.kind != Campaign.Kind.AUDIT or bool(progress.visits.planned)


def told_of(one: PlaceProgress, language: str) -> str:
    """Return what is said of a place on the map."""
    if not one.planned:
        return say("campaigns.place.forms", language, n=one.n_forms)
    return say("campaigns.place.done_of", language, done=one.done, n=one.planned)


def marks_of(progress: Progress, language: str) -> list[Mark]:
    """Return the places of a campaign as marks."""
    return [
        Mark(
            one.place, one.status, told_of(one, language),
            reverse("fieldwork-place", args=(language, one.place.code)),
        )
        for one in progress.places
    ]  # fmt: skip
