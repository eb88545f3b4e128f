"""Which pages a kind of campaign has: survey waves have their own."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

from convive.web.fieldwork.models import Campaign
from convive.web.fieldwork.secrecy import is_by_staff

PAGE_OF_KIND = {Campaign.Kind.SURVEY: "fieldwork-wave"}
"""Kinds whose campaigns are looked at elsewhere → name of the address, which takes the code."""
PLANNED_HERE = (Campaign.Kind.AUDIT, Campaign.Kind.WALK, Campaign.Kind.ASSESSMENT)


def is_elsewhere(campaign: Campaign) -> bool:
    """Tell whether a campaign has pages of its own kind."""
    return campaign.kind not in PLANNED_HERE or is_by_staff(campaign)


def address_of(campaign: Campaign, language: str) -> str:
    """Return the address of a campaign's page; empty where this installation has none."""
    if is_by_staff(campaign):
        return ""  # the pages of the assessments say who may know of it
    name = PAGE_OF_KIND.get(Campaign.Kind(campaign.kind), "fieldwork-campaign")
    try:
        return reverse(name, args=(language, campaign.code))
    except NoReverseMatch:
        return ""
