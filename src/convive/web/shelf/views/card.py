"""Method cards: the list, and one card on a page."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from convive.catalogue.texts import say
from convive.web import access
from convive.web.shelf.presenters.card_page import present_card, present_cards
from convive.web.shelf.selectors.on_shelf import cards_now, entries_now
from convive.web.shelf.views.shelf_base import show_shelf


@access.reader()
def card_list(request: HttpRequest, language: str) -> HttpResponse:
    """List the method cards by part of the work."""
    return show_shelf(
        request, "cards", language=language, title=say("shelf.cards.title", language),
        groups=present_cards(cards_now().values(), language),
    )  # fmt: skip


@access.reader()
def card_page(request: HttpRequest, language: str, name: str) -> HttpResponse:
    """Show a method card; printed it is one page."""
    cards = cards_now()
    if name not in cards:
        raise Http404
    shown = present_card(cards[name], entries_now(), cards, language)
    title = say("shelf.cards.title", language)
    return show_shelf(
        request, "card", language=language, title=shown["title"].text, one=shown,
        trail=[(reverse("shelf-cards", args=(language,)), title)],
    )  # fmt: skip
