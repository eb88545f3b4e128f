"""Staff pages for what is refused."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from convive.catalogue.texts import say
from convive.web.language import preferred_language
from convive.web.staff.page import show


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer 403: signed in, but not for this."""
    return _refuse(request, "staff.forbidden")


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer 403: the form was not made by this site for this browser, or is too old."""
    return _refuse(request, "staff.form_expired")


def _refuse(request: HttpRequest, key: str) -> HttpResponse:
    language = preferred_language(request)
    response = show(
        request, "staff/refused.html",
        language=language, title=say(f"{key}.title", language), advice=f"{key}.advice", status=403,
    )  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response
