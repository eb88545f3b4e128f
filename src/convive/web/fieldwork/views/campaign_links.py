"""Pages of the links of a campaign: addresses, QR codes, cards to print, invitations, reminders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse

from convive.catalogue.texts import format_date, languages, say
from convive.core.errors import ConviveError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.fieldwork.actions.campaign_links import (
    make_group_link,
    make_links,
    renew_link,
    revoke_link,
)
from convive.web.fieldwork.link_codes import address_of_link, mail_address, qr_svg
from convive.web.fieldwork.models import AccessLink, Campaign
from convive.web.fieldwork.selectors.campaigns import find_link_of, links_of
from convive.web.fieldwork.selectors.progress import progress_of
from convive.web.fieldwork.views.campaign_base import campaign_or_404, show_campaign
from convive.web.staff.page import go, refuse, tell


@access.editor()
def links(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show the links with their QR codes and the text of the invitation."""
    found = campaign_or_404(request, code)
    rows = [_row(request, one, found, "invitation") for one in links_of(found)]
    have = {row["link"].rater_id for row in rows}
    return show_campaign(
        request, "links", found, language=language, rows=rows,
        n_without=sum(one.pk not in have for one in found.raters.all()),
        title=say("campaigns.links.title", language),
    )  # fmt: skip


@access.editor()
def cards(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show a sheet of cards to print, in a language of the campaign."""
    found = campaign_or_404(request, code)
    spoken = _languages(found)
    chosen = request.GET.get("in", spoken[0])
    chosen = chosen if chosen in spoken else spoken[0]
    rows = []
    for one in links_of(found):
        address = address_of_link(request, one, chosen)
        rows.append({"link": one, "address": address, "qr": qr_svg(address)})
    return show_campaign(
        request, "cards", found, language=language, rows=rows, spoken=spoken, chosen=chosen,
        until=format_date(found.closes_on, chosen) if found.closes_on else "",
        words={key: say(f"campaigns.card.{key}", chosen) for key in ("scan", "private", "until")},
        title=say("campaigns.cards.title", language),
    )  # fmt: skip


@access.editor()
def remind(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """List who has visits left, with the text of a reminder."""
    found = campaign_or_404(request, code)
    by_rater = {one.rater_id: one for one in links_of(found) if one.rater_id}
    rows = []
    for behind in progress_of(found).behind:
        link = by_rater.get(behind.rater.pk)
        texts = _row(request, link, found, "reminder", n=behind.left) if link else {}
        rows.append(texts | {"behind": behind})
    return show_campaign(
        request, "remind", found, language=language, rows=rows,
        title=say("campaigns.remind.title", language, n=len(rows)),
    )  # fmt: skip


@access.editor(methods=access.WRITE)
def make(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Make links for raters who have none, or one for a group."""
    found = campaign_or_404(request, code)
    for_group = request.POST.get("for") == "group"

    def act() -> None:
        if for_group:
            make_group_link(found, by=request.user)
        else:
            make_links(found, by=request.user)

    return _done(request, language, found, act, "campaigns.links.made")


@access.editor(methods=access.WRITE)
def revoke(request: AccountRequest, language: str, code: str, link_id: str) -> HttpResponse:
    """Take a link back."""
    found = campaign_or_404(request, code)
    link = _link(found, link_id)
    return _done(
        request, language, found, lambda: revoke_link(link, by=request.user),
        "campaigns.links.revoked",
    )  # fmt: skip


@access.editor(methods=access.WRITE)
def renew(request: AccountRequest, language: str, code: str, link_id: str) -> HttpResponse:
    """Take a link back and make another."""
    found = campaign_or_404(request, code)
    link = _link(found, link_id)
    return _done(
        request, language, found, lambda: renew_link(link, by=request.user),
        "campaigns.links.renewed",
    )  # fmt: skip


def _done(
    request: AccountRequest, language: str, campaign: Campaign, act: Callable[[], object], key: str
) -> HttpResponse:
    try:
        act()
    except ConviveError as error:
        refuse(request, error, language)
    else:
        tell(request, key, language)
    return go("fieldwork-campaign-links", language, campaign.code)


def _link(campaign: Campaign, link_id: str) -> AccessLink:
    found = find_link_of(campaign, link_id)
    if found is None:
        raise Http404
    return found


def _languages(campaign: Campaign) -> list[str]:
    return [code for code in campaign.languages if code in languages()] or ["en"]


def _row(
    request: AccountRequest, link: AccessLink, campaign: Campaign, kind: str, **params: Any
) -> dict[str, Any]:
    """Return a link with its code and the text to send, in every language of the campaign."""
    link.campaign = campaign
    email = link.rater.email if link.rater else ""
    texts = []
    for code in _languages(campaign):
        address = address_of_link(request, link, code)
        facts = {"title": campaign.title, "address": address, **params}
        subject = say(f"campaigns.{kind}.subject", code, **facts)
        body = "\n\n".join(_paragraphs(campaign, kind, code, facts))
        mail = mail_address(email, subject, body) if email else ""
        texts.append({"code": code, "subject": subject, "body": body, "mail": mail})
    address = address_of_link(request, link, _languages(campaign)[0])
    return {"link": link, "address": address, "qr": qr_svg(address), "texts": texts}


def _paragraphs(campaign: Campaign, kind: str, code: str, facts: dict[str, Any]) -> list[str]:
    """Return the paragraphs of a message; dates only where they are known."""
    found = [say(f"campaigns.{kind}.begin", code, **facts)]
    if campaign.closes_on:
        found.append(say("campaigns.message.until", code, day=campaign.closes_on))
    return [
        *found,
        say("campaigns.message.link", code, **facts),
        say("campaigns.message.private", code),
    ]
