"""Pages on which a campaign is planned: places, raters, who goes where."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.http import Http404, HttpResponse

from convive.app.fieldwork.visits import Spot, VisitPlan, plan_visits
from convive.catalogue.texts import explain, say
from convive.core.collation import collation_key
from convive.core.errors import ConviveError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.fieldwork.actions.campaigns import add_visit, adopt_plan, choose_places
from convive.web.fieldwork.actions.raters import add_raters, change_rater, remove_rater
from convive.web.fieldwork.forms.campaigns import (
    PlanForm,
    RaterCountForm,
    RaterForm,
    VisitForm,
)
from convive.web.fieldwork.models import Campaign, Place, Rater
from convive.web.fieldwork.selectors.campaigns import (
    campaigns_with_places,
    find_campaign,
    find_rater,
    places_of,
    raters_of,
)
from convive.web.fieldwork.selectors.places import list_places
from convive.web.fieldwork.views.campaign_base import campaign_or_404, show_campaign
from convive.web.staff.city import areas_now
from convive.web.staff.page import go, refuse, tell

_DAYPARTS = {"both": ("day", "night"), "day": ("day",), "night": ("night",), "any": ("any",)}


@access.editor(methods=access.FORM)
def choose(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Choose the places of a campaign."""
    found = campaign_or_404(request, code)
    if request.method == "POST":
        try:
            chosen = _chosen(request, found)
            choose_places(found, chosen, by=request.user)
        except ConviveError as error:
            refuse(request, error, language)
            return go("fieldwork-campaign", language, code)
        tell(request, "campaigns.places.saved", language, n=len(chosen))
        return go("fieldwork-campaign", language, code)
    groups = _groups(found)
    return show_campaign(
        request, "places", found, language=language,
        title=say("campaigns.places.title", language),
        groups=groups, n_all=sum(len(group["rows"]) for group in groups), earlier=list(campaigns_with_places(found)),
        n_chosen=len(places_of(found)),
    )  # fmt: skip


def _chosen(request: AccountRequest, campaign: Campaign) -> list[Place]:
    """Return the places that were ticked, or those of an earlier campaign that are in use."""
    other = find_campaign(request.POST.get("from", "")) if request.POST.get("from") else None
    if other is not None and other.pk != campaign.pk:
        return [place for place in places_of(other) if place.is_active]
    in_use = Place.objects.filter(is_active=True).order_by("code")
    if "all" not in request.POST:
        in_use = in_use.filter(code__in=request.POST.getlist("place"))
    return list(in_use)


def _groups(campaign: Campaign) -> list[dict[str, Any]]:
    """Return the places in use by area, those chosen marked."""
    areas, chosen = areas_now(), {place.pk for place in places_of(campaign)}
    groups: dict[str, list[dict[str, Any]]] = {}
    for place in list_places(is_active=True):
        groups.setdefault(place.area_id, []).append(
            {"place": place, "is_chosen": place.pk in chosen}
        )
    return [
        {"name": areas.name_of(area) if area else "", "rows": rows,
         "n_chosen": sum(row["is_chosen"] for row in rows)}
        for area, rows in sorted(groups.items(), key=lambda pair: collation_key(areas.name_of(pair[0])))
    ]  # fmt: skip


@access.editor(methods=access.FORM)
def raters(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """List the raters; add some."""
    found = campaign_or_404(request, code)
    form = RaterCountForm(request.POST or None, language=language, initial={"n": 2})
    if request.method == "POST" and form.is_valid():
        try:
            added = add_raters(found, form.cleaned_data["n"], by=request.user)
        except ConviveError as error:
            refuse(request, error, language)
        else:
            tell(request, "campaigns.raters.added", language, labels=[one.label for one in added])
        return go("fieldwork-campaign-raters", language, code)
    return show_campaign(
        request, "raters", found, language=language, form=form, raters=raters_of(found),
        title=say("campaigns.raters.title", language),
    )  # fmt: skip


@access.editor(methods=access.FORM)
def rater(request: AccountRequest, language: str, code: str, rater_id: int) -> HttpResponse:
    """Change a rater."""
    found = campaign_or_404(request, code)
    one = _rater(found, rater_id)
    initial = {"label": one.label, "name": one.name, "email": one.email}
    form = RaterForm(request.POST or None, language=language, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_rater(one, **form.cleaned_data, by=request.user)
        except ConviveError as error:
            refuse(request, error, language)
        else:
            tell(request, "campaigns.saved", language)
        return go("fieldwork-campaign-raters", language, code)
    return show_campaign(
        request, "rater", found, language=language, form=form, rater=one,
        title=say("campaigns.rater.title", language, label=one.label),
    )  # fmt: skip


@access.editor(methods=access.WRITE)
def drop_rater(request: AccountRequest, language: str, code: str, rater_id: int) -> HttpResponse:
    """Remove a rater."""
    one = _rater(campaign_or_404(request, code), rater_id)
    try:
        remove_rater(one, by=request.user)
    except ConviveError as error:
        refuse(request, error, language)
    else:
        tell(request, "campaigns.rater.removed", language, label=one.label)
    return go("fieldwork-campaign-raters", language, code)


def _rater(campaign: Campaign, rater_id: int) -> Rater:
    found = find_rater(campaign, rater_id)
    if found is None:
        raise Http404
    return found


@access.editor(methods=access.FORM)
def plan(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Preview a plan; adopt it."""
    found = campaign_or_404(request, code)
    form = _plan_form(request, found, language)
    made, problem = None, ""
    if form.is_valid():
        try:
            made = _planned(found, form.cleaned_data)
            if request.method == "POST":
                adopt_plan(found, made, form.cleaned_data, by=request.user)
                tell(request, "campaigns.plan.adopted", language, n=len(made.visits))
                return go("fieldwork-campaign", language, code)
        except ConviveError as error:
            problem = explain(error, language)
    return show_campaign(
        request, "plan", found, language=language, form=form, problem=problem, plan=made,
        title=say("campaigns.plan.title", language), rows=_load(made) if made else [],
        asked=form.cleaned_data if made else {},
    )  # fmt: skip


def _plan_form(request: AccountRequest, campaign: Campaign, language: str) -> PlanForm:
    """Return the form with what was asked, else what was planned last, else what is usual."""
    asked = request.POST if request.method == "POST" else request.GET
    given = {"dayparts": "both", "double_percent": 15, "seed": campaign.pk.int % 1_000_000}
    given |= {name: campaign.plan[name] for name in given if name in campaign.plan}
    data = {name: asked.get(name, value) for name, value in given.items()}
    return PlanForm(data, language=language, none=say("campaigns.plan.no_double", language))


def _planned(campaign: Campaign, asked: dict[str, Any]) -> VisitPlan:
    spots = [
        Spot(place.code, place.area_id, place.longitude, place.latitude)
        for place in places_of(campaign)
    ]
    return plan_visits(
        spots, [one.label for one in raters_of(campaign)],
        dayparts=_DAYPARTS[asked["dayparts"]], share=asked["double_percent"] / 100,
        rng=np.random.default_rng(asked["seed"]),
    )  # fmt: skip


def _load(made: VisitPlan) -> list[dict[str, Any]]:
    """Return one row a rater and part of the day: how many, how far, where."""
    rows = []
    for route in made.routes:
        own = [v for v in made.visits if (v.rater, v.daypart) == (route.rater, route.daypart)]
        rows.append({
            "route": route, "visits": sorted(own, key=lambda visit: visit.order),
            "n_double": sum(visit.is_double for visit in own),
            "km": None if route.metres is None else route.metres / 1000,
        })  # fmt: skip
    return rows


@access.editor(methods=access.FORM)
def new_visit(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Add one visit by hand."""
    found = campaign_or_404(request, code)
    form = VisitForm(request.POST or None, language=language, campaign=found)
    if request.method == "POST" and form.is_valid():
        try:
            add_visit(found, **form.cleaned_data, by=request.user)
        except ConviveError as error:
            refuse(request, error, language)
        else:
            tell(request, "campaigns.visit.added", language)
        return go("fieldwork-campaign", language, code)
    return show_campaign(
        request, "visit", found, language=language, form=form,
        title=say("campaigns.visit.title", language),
    )  # fmt: skip
