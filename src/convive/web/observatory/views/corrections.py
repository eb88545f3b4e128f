"""What was wrong in what is published here, and what is right."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from convive.catalogue.texts import say
from convive.web.observatory.current import Site
from convive.web.observatory.presenters.corrections import present_all
from convive.web.observatory.views.page import outlasts, public_page, show


@public_page
@outlasts
def corrections(request: HttpRequest, site: Site, language: str) -> HttpResponse:
    """List corrections and withdrawals, the newest first."""
    return show(
        request, site, "corrections",
        language=language, nav="about", title=say("corrections.title", language),
        rows=present_all(site, language), version=site.version,
    )  # fmt: skip
