"""Writes of campaigns: making, planning, opening."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from convive.app.fieldwork.visits import VisitPlan
from convive.core.errors import ConflictError, RequestError
from convive.web.audit_log.actions import record
from convive.web.fieldwork.instruments import freeze
from convive.web.fieldwork.models import (
    Assignment,
    Campaign,
    CampaignPlace,
    Place,
    Rater,
)

_LONGEST_CODE = 32
RESERVED = frozenset({"new"})
"""Words that stand in addresses where a code does."""


@transaction.atomic
def create_campaign(instrument_id: str, fields: Mapping[str, Any], *, by: Any) -> Campaign:
    """Make a campaign with the instrument's present version, which stays the one it uses.

    Parameters
    ----------
    fields : mapping
        kind, title, languages, opens_on, closes_on.

    Raises
    ------
    ConflictError
        FORM_VERSION_CHANGED.
    """
    form = freeze(instrument_id)
    campaign = Campaign.objects.create(
        code=_free_code(str(fields["title"]), str(fields["kind"])),
        form=form,
        created_by=by,
        **fields,
    )
    record(
        "campaign.created", actor=by, thing=_thing(campaign),
        kind=campaign.kind, instrument=form.instrument_id, version=form.version,
    )  # fmt: skip
    return campaign


@transaction.atomic
def change_campaign(campaign: Campaign, fields: Mapping[str, Any], *, by: Any) -> Campaign:
    """Change title, dates or languages, as long as it is not closed."""
    campaign = locked(campaign, Campaign.State.DRAFT, Campaign.State.OPEN)
    changed = sorted(name for name, value in fields.items() if getattr(campaign, name) != value)
    for name in changed:
        setattr(campaign, name, fields[name])
    if changed:
        campaign.save(update_fields=changed)
        record("campaign.changed", actor=by, thing=_thing(campaign), fields=changed)
    return campaign


@transaction.atomic
def choose_places(campaign: Campaign, places: Sequence[Place], *, by: Any) -> None:
    """Say which places a campaign visits; a plan that was made for others ends."""
    campaign = locked(campaign, Campaign.State.DRAFT)
    campaign.places.all().delete()
    CampaignPlace.objects.bulk_create(
        CampaignPlace(campaign=campaign, place=place, position=k)
        for k, place in enumerate(places, start=1)
    )
    drop_plan(campaign)
    record("campaign.places_chosen", actor=by, thing=_thing(campaign), n=len(places))


@transaction.atomic
def adopt_plan(campaign: Campaign, plan: VisitPlan, how: Mapping[str, Any], *, by: Any) -> None:
    """Make a plan the campaign's own.

    Parameters
    ----------
    how : mapping
        dayparts, double_percent and seed: what gives the same plan again.
    """
    campaign = locked(campaign, Campaign.State.DRAFT)
    places = {row.place.code: row.place for row in campaign.places.select_related("place")}
    raters = {one.label: one for one in campaign.raters.all()}
    campaign.assignments.all().delete()
    Assignment.objects.bulk_create(
        Assignment(
            campaign=campaign, place=places[visit.place], rater=raters[visit.rater],
            daypart=visit.daypart, is_double=visit.is_double,
        )
        for visit in plan.visits
    )  # fmt: skip
    n_double = sum(visit.is_double for visit in plan.visits)
    campaign.plan = {
        **campaign.plan, **how, "n_stops": plan.n_stops, "n_double": n_double,
        "routes": _routes(plan),
    }  # fmt: skip
    campaign.save(update_fields=["plan"])
    record(
        "campaign.planned", actor=by, thing=_thing(campaign),
        n=len(plan.visits), n_double=n_double, seed=how.get("seed"),
    )  # fmt: skip


@transaction.atomic
def add_visit(
    campaign: Campaign, *, place: Place, rater: Rater, daypart: str, by: Any
) -> Assignment:
    """Add one visit by hand; it is a second rating if somebody else is planned there too.

    Raises
    ------
    ConflictError
        VISIT_EXISTS.
    """
    campaign = locked(campaign, Campaign.State.DRAFT, Campaign.State.OPEN)
    there = campaign.assignments.filter(place=place, daypart=daypart)
    if there.filter(rater=rater).exists():
        raise ConflictError("VISIT_EXISTS")
    CampaignPlace.objects.get_or_create(
        campaign=campaign, place=place, defaults={"position": campaign.places.count() + 1}
    )
    visit = Assignment.objects.create(
        campaign=campaign, place=place, rater=rater, daypart=daypart, is_double=there.exists()
    )
    record(
        "campaign.visit_added", actor=by, thing=_thing(campaign),
        place=place.code, rater=rater.label, daypart=daypart,
    )  # fmt: skip
    return visit


@transaction.atomic
def open_campaign(campaign: Campaign, *, today: date, by: Any) -> Campaign:
    """Begin to take forms.

    Raises
    ------
    RequestError
        CAMPAIGN_NOT_PLANNED for an audit without visits.
    """
    campaign = locked(campaign, Campaign.State.DRAFT)
    if campaign.kind == Campaign.Kind.AUDIT and not campaign.assignments.exists():
        raise RequestError("CAMPAIGN_NOT_PLANNED")
    campaign.state = Campaign.State.OPEN
    campaign.opens_on = campaign.opens_on or today
    campaign.save(update_fields=["state", "opens_on"])
    record("campaign.opened", actor=by, thing=_thing(campaign))
    return campaign


def locked(campaign: Campaign, *states: str) -> Campaign:
    """Return the campaign as it is now, held until the transaction ends.

    Raises
    ------
    ConflictError
        CAMPAIGN_STATE where it is in none of the states.
    """
    found = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if found.state not in states:
        raise ConflictError("CAMPAIGN_STATE", state=found.state)
    return found


def drop_plan(campaign: Campaign) -> None:
    """End a plan that no longer fits, in the caller's transaction."""
    campaign.assignments.all().delete()
    for key in ("routes", "n_stops", "n_double"):
        campaign.plan.pop(key, None)
    campaign.save(update_fields=["plan"])


def _routes(plan: VisitPlan) -> dict[str, dict[str, list[str]]]:
    """Return rater → part of the day → places in the order of the way."""
    found: dict[str, dict[str, list[str]]] = {}
    for visit in sorted(plan.visits, key=lambda visit: visit.order):
        found.setdefault(visit.rater, {}).setdefault(visit.daypart, []).append(visit.place)
    return found


def _free_code(title: str, kind: str) -> str:
    """Return a code from the title that no campaign has yet."""
    stem = slugify(title)[:_LONGEST_CODE].strip("-") or kind
    taken = set(Campaign.objects.filter(code__startswith=stem).values_list("code", flat=True))
    number, code = 1, stem
    while code in taken or code in RESERVED:
        number += 1
        code = f"{stem}-{number}"
    return code


def _thing(campaign: Campaign) -> tuple[str, str]:
    return ("campaign", campaign.code)
