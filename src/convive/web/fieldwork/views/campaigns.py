"""Pages of campaigns: list, a new one, one with its progress, opening, closing."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone

from convive.catalogue import find
from convive.catalogue.texts import languages, say
from convive.core.errors import ConviveError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.fieldwork.actions.campaigns import (
    change_campaign,
    create_campaign,
    open_campaign,
)
from convive.web.fieldwork.actions.closing import close_campaign, reopen_campaign
from convive.web.fieldwork.forms.campaigns import (
    CampaignForm,
    CloseForm,
    NewCampaignForm,
    ReasonForm,
)
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.kinds import address_of, is_elsewhere
from convive.web.fieldwork.models import Campaign
from convive.web.fieldwork.presenters.campaign_progress import (
    can_open,
    headline,
    marks_of,
    steps_of,
)
from convive.web.fieldwork.presenters.place_map import as_geojson, present_place_map
from convive.web.fieldwork.secrecy import may_know
from convive.web.fieldwork.selectors.campaigns import find_campaign, list_campaigns
from convive.web.fieldwork.selectors.progress import progress_of
from convive.web.fieldwork.views.campaign_base import (
    NAV,
    campaign_or_404,
    is_editor,
    seen_instrument,
    show_campaign,
)
from convive.web.staff.city import areas_now, languages_now
from convive.web.staff.page import go, refuse, show, tell


@access.reader()
def campaigns(request: AccountRequest, language: str) -> HttpResponse:
    """List the campaigns; who does not coordinate sees those with results."""
    rows = []
    for one in list_campaigns(request.user, with_drafts=is_editor(request)):
        if not is_editor(request) and (is_elsewhere(one) or one.state != Campaign.State.CLOSED):
            continue
        rows.append({"campaign": one, "address": address_of(one, language),
                     "instrument": instrument_of(one.form)})  # fmt: skip
    return show(
        request, "fieldwork/campaigns/list.html",
        language=language, title=say("campaigns.title", language), nav=NAV,
        rows=rows, is_editor=is_editor(request),
    )  # fmt: skip


@access.editor(methods=access.FORM)
def new_campaign(request: AccountRequest, language: str) -> HttpResponse:
    """Make a campaign."""
    own = [code for code in languages_now() if code in languages()] or [language]
    form = NewCampaignForm(
        request.POST or None, language=language, instruments=find.instruments(),
        initial={"kind": Campaign.Kind.AUDIT, "languages": own,
                 "instrument": request.GET.get("instrument", "")},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        made = create_campaign(fields.pop("instrument"), fields, by=request.user)
        tell(request, "campaigns.created", language, title=made.title)
        return go("fieldwork-campaign", language, made.code)
    return show(
        request, "fieldwork/campaigns/new.html",
        language=language, title=say("campaigns.new.title", language), nav=NAV, form=form,
    )  # fmt: skip


@access.editor()
def campaign(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show a campaign: what is next, how far it is."""
    found = find_campaign(code)
    if found is None or not may_know(request.user, found):
        raise Http404
    if is_elsewhere(found):
        address = address_of(found, language)
        if not address:
            raise Http404
        return HttpResponseRedirect(address)
    progress = progress_of(found)
    return show_campaign(
        request, "campaign", found, language=language, title=found.title,
        progress=progress, headline=headline(found, progress, language),
        instrument=instrument_of(found.form), steps=steps_of(found, progress),
        can_open=can_open(found, progress),
        map=present_place_map(areas_now(), marks_of(progress, language), language),
        areas=areas_now(),
    )  # fmt: skip


@access.editor()
def campaign_map(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Give areas and places of a campaign as GeoJSON."""
    progress = progress_of(campaign_or_404(request, code))
    return JsonResponse(as_geojson(areas_now(), marks_of(progress, language)))


@access.editor(methods=access.FORM)
def edit_campaign(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Change title, dates or languages."""
    found = campaign_or_404(request, code)
    initial = {name: getattr(found, name) for name in CampaignForm.base_fields}
    form = CampaignForm(request.POST or None, language=language, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_campaign(found, form.cleaned_data, by=request.user)
        except ConviveError as error:
            refuse(request, error, language)
        else:
            tell(request, "campaigns.saved", language)
        return go("fieldwork-campaign", language, code)
    return show_campaign(
        request, "edit", found, language=language, form=form,
        title=say("campaigns.edit.title", language),
    )  # fmt: skip


@access.editor(methods=access.WRITE)
def open_now(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Open a campaign."""
    found = campaign_or_404(request, code)
    try:
        open_campaign(found, today=timezone.localdate(), by=request.user)
    except ConviveError as error:
        refuse(request, error, language)
        return go("fieldwork-campaign", language, code)
    tell(request, "campaigns.opened", language, title=found.title)
    return go("fieldwork-campaign-links", language, code)


@access.editor(methods=access.FORM)
def close(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Say what closing does, and close."""
    found = campaign_or_404(request, code)
    progress = progress_of(found)
    form = CloseForm(request.POST or None, language=language, initial={"waiting": "count"})
    if request.method == "POST" and form.is_valid():
        try:
            close_campaign(
                found, count_waiting=form.cleaned_data["waiting"] == "count",
                today=timezone.localdate(), by=request.user,
            )  # fmt: skip
        except ConviveError as error:
            refuse(request, error, language)
            return go("fieldwork-campaign", language, code)
        tell(request, "campaigns.closed", language, title=found.title)
        return go("fieldwork-campaign-results", language, code)
    return show_campaign(
        request, "close", found, language=language, form=form, progress=progress,
        title=say("campaigns.close.title", language, title=found.title),
    )  # fmt: skip


@access.editor(methods=access.FORM)
def reopen(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Ask why, and open a closed campaign again."""
    found = campaign_or_404(request, code)
    seen_instrument(request, found)
    form = ReasonForm(request.POST or None, language=language)
    if request.method == "POST" and form.is_valid():
        try:
            reopen_campaign(
                found, form.cleaned_data["reason"], today=timezone.localdate(), by=request.user
            )
        except ConviveError as error:
            refuse(request, error, language)
        else:
            tell(request, "campaigns.reopened", language, title=found.title)
        return go("fieldwork-campaign", language, code)
    return show_campaign(
        request, "reopen", found, language=language, form=form,
        title=say("campaigns.reopen.title", language, title=found.title),
    )  # fmt: skip
