"""The page from which a phone with ODK Collect or KoboCollect is set up."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from convive.catalogue.texts import say
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.fieldwork.models import AccessLink
from convive.web.fieldwork.selectors.field_apps import find_app_link
from convive.web.staff.page import show


@access.editor()
def field_app(request: AccountRequest, language: str, link_id: str) -> HttpResponse:
    """Show code, address and steps for a link."""
    link = find_app_link(link_id)
    if link is None:
        raise Http404
    return show(
        request, "fieldwork/field_app_page.html",
        language=language, title=say("openrosa.setup.title", language),
        link=link, whose=_whose(link, language),
    )  # fmt: skip


def _whose(link: AccessLink, language: str) -> str:
    title = link.campaign.title
    if link.rater is None:
        return say("openrosa.setup.of_group", language, campaign=title)
    return say("openrosa.setup.of_rater", language, campaign=title, rater=link.rater.label)
