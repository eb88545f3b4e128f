"""The home page of the staff side."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from convive.catalogue.texts import say
from convive.web import access
from convive.web.staff.page import show
from convive.web.staff.panels import panels_for
from convive.web.staff.registry import HEAD, entries_for


@access.signed_in()
def home(request: HttpRequest, language: str) -> HttpResponse:
    """Tell what the person can do next, and list what there is."""
    return show(
        request, "staff/home.html",
        language=language, title=say("staff.home.title", language), nav="work",
        others=[one for one in entries_for(request.user) if one.group == HEAD],
        panels=panels_for(request.user, language),
    )  # fmt: skip
