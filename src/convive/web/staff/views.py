"""The home page of the staff side."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from convive.catalogue.texts import say
from convive.web import access
from convive.web.staff.page import show
from convive.web.staff.panels import panels_for
from convive.web.staff.registry import entries_for


@access.signed_in()
def home(request: HttpRequest, language: str) -> HttpResponse:
    """Tell what the person can do next, and list what there is."""
    return show(
        request, "staff/home.html",
        language=language, title=say("staff.home.title", language), nav="work",
        entries=[entry for entry in entries_for(request.user) if entry.name != "work"],
        panels=panels_for(request.user, language),
    )  # fmt: skip
