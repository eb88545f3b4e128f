"""Read: the page of an entry."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse

from convive.core.shelf.adopt import refusal_of
from convive.core.shelf.entry import Entry
from convive.web import access
from convive.web.shelf.presenters.beside_entry import present_beside
from convive.web.shelf.presenters.entry_page import present_entry
from convive.web.shelf.presenters.grades import present_grades
from convive.web.shelf.selectors.on_shelf import cards_now, entries_now, find_entry
from convive.web.shelf.views.shelf_base import show_shelf

_KEPT = ("strategy", "finding", "objective")
"""Where somebody comes from, kept in the address until it is adopted."""


def entry_or_404(publisher: str, name: str) -> Entry:
    """Return an entry of this shelf."""
    found = find_entry(publisher, name)
    if found is None:
        raise Http404
    return found


@access.reader()
def entry_page(request: HttpRequest, language: str, publisher: str, name: str) -> HttpResponse:
    """Show everything that is known of a practice."""
    entry = entry_or_404(publisher, name)
    shown = present_entry(entry, entries_now(), cards_now(), language)
    return show_shelf(
        request, "entry", language=language, title=shown["title"].text, one=shown,
        grades=present_grades(entry, language), can_adopt=not refusal_of(entry),
        beside=present_beside(entry, language),
        coming_from=urlencode([(one, request.GET[one]) for one in _KEPT if one in request.GET]),
    )  # fmt: skip
