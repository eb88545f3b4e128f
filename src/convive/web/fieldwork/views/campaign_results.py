"""The page of a campaign's results."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpResponse

from convive.catalogue.texts import say
from convive.core.instruments.model import Sensitivity
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.audit_log.actions import record
from convive.web.fieldwork.models import Campaign
from convive.web.fieldwork.presenters.campaign_results import present_results
from convive.web.fieldwork.selectors.rated import rated_stops
from convive.web.fieldwork.views.campaign_base import (
    campaign_or_404,
    is_editor,
    seen_instrument,
    show_campaign,
)
from convive.web.staff.city import areas_now, disclosure_now


@access.reader()
def results(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show what a campaign found; to readers when it is closed, and without raters."""
    found = campaign_or_404(request, code)
    instrument = seen_instrument(request, found)
    editor = is_editor(request)
    if not editor and found.state == Campaign.State.DRAFT:
        raise Http404
    if not editor and found.state != Campaign.State.CLOSED:
        return show_campaign(request, "results_later", found, language=language, title=found.title)
    if instrument.sensitivity is Sensitivity.RESTRICTED:
        with transaction.atomic():
            record("campaign.results_looked_at", actor=request.user, thing=("campaign", code))
    _, stops = rated_stops(found)
    return show_campaign(
        request, "results", found, language=language, is_editor=editor, instrument=instrument,
        title=say("campaigns.results.title", language, title=found.title),
        closed=found.plan.get("closed", {}),
        found=present_results(
            instrument, stops, areas_now(), disclosure_now(), language=language, with_raters=editor
        ),
    )  # fmt: skip
