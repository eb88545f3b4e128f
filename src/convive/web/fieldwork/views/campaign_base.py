"""What the pages of a campaign share."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from convive.core.instruments.model import Instrument, Sensitivity
from convive.web.accounts.request import AccountRequest
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.kinds import is_elsewhere
from convive.web.fieldwork.models import Campaign
from convive.web.fieldwork.secrecy import NAMED, may_know
from convive.web.fieldwork.selectors.campaigns import find_campaign
from convive.web.roles import EDITORS
from convive.web.staff.page import show

NAV = "fieldwork"


def campaign_or_404(request: AccountRequest, code: str) -> Campaign:
    """Return a campaign that is planned on these pages and that the person may know of."""
    campaign = find_campaign(code)
    if campaign is None or is_elsewhere(campaign) or not may_know(request.user, campaign):
        raise Http404
    return campaign


def show_campaign(
    request: HttpRequest, template: str, campaign: Campaign, *, language: str, title: str,
    **more: Any,
) -> HttpResponse:  # fmt: skip
    """Render a page below a campaign."""
    return show(
        request, f"fieldwork/campaigns/{template}.html",
        language=language, title=title, nav=NAV, campaign=campaign, **more,
    )  # fmt: skip


def is_editor(request: HttpRequest) -> bool:
    """Tell whether somebody may change campaigns, and see who rated."""
    return bool(EDITORS & getattr(request.user, "roles", frozenset()))


def may_see(request: HttpRequest, instrument: Instrument) -> bool:
    """Tell whether somebody may see forms and results of an instrument at all."""
    if instrument.sensitivity is not Sensitivity.RESTRICTED:
        return True
    return bool(NAMED & getattr(request.user, "roles", frozenset()))


def seen_instrument(request: HttpRequest, campaign: Campaign) -> Instrument:
    """Return the instrument of a campaign, 404 for whom it does not exist."""
    instrument = instrument_of(campaign.form)
    if not may_see(request, instrument):
        raise Http404
    return instrument
