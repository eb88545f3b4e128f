"""What every page with a token in its address shares: who holds it, and what must not leak.

The token is the credential and no cookie is used, so a form needs no second token against
requests from elsewhere: whoever does not know the address cannot send one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from convive.catalogue.texts import say
from convive.web import access
from convive.web.fieldwork.selectors.fill import (
    Holder,
    availability,
    find_holder,
    is_taken_back,
)
from convive.web.fieldwork.uploads import in_memory
from convive.web.language import language_choices
from convive.web.staff.page import site_name

PERMISSIONS = "camera=(), geolocation=(self), microphone=(), payment=(), usb=(), browsing-topics=()"


def token_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the holder of its token; answer 404 and 410 where there is none."""

    @csrf_exempt
    @in_memory
    @access.link_holder()
    @wraps(view)
    def answer(request: HttpRequest, language: str, token: str, **kwargs: Any) -> HttpResponse:
        holder = find_holder(token)
        if holder is not None:
            return discreet(view(request, language, holder, **kwargs))
        if is_taken_back(token):
            return discreet(say_only(request, language, "fill.revoked", status=410))
        raise Http404

    return answer  # type: ignore[return-value]


def discreet(response: HttpResponse) -> HttpResponse:
    """Keep the address out of search engines, logs of other sites and caches."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Permissions-Policy"] = PERMISSIONS
    return response


def show(
    request: HttpRequest, template: str, *, language: str, title: str, status: int = 200,
    **more: Any,
) -> HttpResponse:  # fmt: skip
    """Render a page of a form; it asks for no account and sets no cookie."""
    context = {
        "language": language, "title": title,
        "languages": language_choices(request, language), "site_name": site_name(),
    }  # fmt: skip
    return render(request, f"fieldwork/fill/{template}.html", context | more, status=status)


def say_only(
    request: HttpRequest, language: str, key: str, *, status: int = 200, **params: Any
) -> HttpResponse:
    """Render a page of a title and a sentence."""
    return show(
        request, "words",
        language=language, title=say(f"{key}.title", language),
        sentence=say(f"{key}.text", language, **params), status=status,
    )  # fmt: skip


def not_open(request: HttpRequest, language: str, holder: Holder) -> HttpResponse | None:
    """Return the page that says that a campaign takes no forms now; None where it does."""
    campaign = holder.campaign
    state = availability(campaign, timezone.localdate())
    if state == "open":
        return None
    if state == "early" and campaign.opens_on:
        return say_only(request, language, "fill.early", day=campaign.opens_on)
    return say_only(request, language, "fill.closed")
