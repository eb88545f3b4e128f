"""Pages for what went wrong, in the reader's language and the site's style."""

from __future__ import annotations

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from convive.catalogue.texts import say
from convive.core.errors import ConviveError
from convive.web.language import preferred_language
from convive.web.observatory.current import current_site
from convive.web.observatory.views.page import foot, nav_items, shared_context


def _language(request: HttpRequest) -> str:
    known = getattr(request, "convive_language", None)
    return known or preferred_language(request)


def _error_page(request: HttpRequest, kind: str, status: int, **more: str) -> HttpResponse:
    language = _language(request)
    context = shared_context(request, language, say(f"web.error.{kind}.title", language))
    context["sharing"] = None
    # The path may not exist in any language: offer the front page of each instead.
    for choice in context["languages"]:
        choice["href"] = reverse("front", args=(choice["code"],))
    if status == 404:
        try:
            site = current_site()
            context |= foot(site, language)
            context["nav"] = nav_items(site, language, "")
        except ConviveError:
            pass
    context |= {"kind": kind, "advice": f"web.error.{kind}.advice", **more}
    return render(request, "observatory/error.html", context, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer 404."""
    return _error_page(request, "not_found", 404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer 400."""
    return _error_page(request, "bad_request", 400)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer 500 with a reference number that a reader can quote."""
    return _error_page(request, "broken", 500, reference=secrets.token_hex(4))
