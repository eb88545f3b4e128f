"""Cards of pages as pictures: what a message shows beside the address that somebody sends on."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from convive.web.observatory.current import Site
from convive.web.observatory.views.page import public_page
from convive.web.opendata.card_store import BusyError, made_once
from convive.web.opendata.cards import card_of
from convive.web.workspace.published_plan import published_stamp
from convive.wiring.sharing import render_card

PNG = "image/png"
AGAIN_SECONDS = "5"
_NAMES_NOTHING = ""


def for_everywhere(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let pages from anywhere show the answer; stands above `public_page`, for its 304, too."""

    @wraps(view)
    def answer(request: HttpRequest, **kwargs: str) -> HttpResponseBase:
        response = view(request, **kwargs)
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return answer


@for_everywhere
@public_page
def card(
    request: HttpRequest,  # noqa: ARG001
    site: Site,
    language: str,
    kind: str,
    name: str = _NAMES_NOTHING,
) -> HttpResponse:
    """Give the card of a page."""
    key = (kind, name, language, published_stamp() if kind == "plan" else "")
    return picture(
        site, key, lambda: render_card(card_of(site, kind, name, language)), content_type=PNG
    )


def picture(
    site: Site, key: tuple[str, ...], make: Callable[[], bytes], *, content_type: str
) -> HttpResponse:
    """Give a picture that is made once, or ask to come again."""
    try:
        content = made_once(site, key, make)
    except BusyError:
        response = HttpResponse(status=503)
        response.headers["Retry-After"] = AGAIN_SECONDS
        return response
    return HttpResponse(content, content_type=content_type)
