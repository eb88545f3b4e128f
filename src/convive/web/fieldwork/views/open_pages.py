"""Pages that anybody may read and that are the same for everybody: with validators, no cookie."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag

from convive.catalogue import find
from convive.core.errors import ConviveError
from convive.web import access
from convive.web.observatory.added_pages import added_stamp
from convive.web.observatory.current import Site, current_site
from convive.web.observatory.views.page import foot, nav_items, shared_context, software_stamp


def open_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Declare a public page: answers 304 where neither software, shelf nor audit have changed."""

    @access.public
    @wraps(view)
    def answer(request: HttpRequest, language: str, **kwargs: Any) -> HttpResponseBase:
        site = _site()
        stamp = site.digest[:20] if site else "none"
        etag = quote_etag(f"{stamp}-{_shelf_digest()}-{language}-{software_stamp()}{added_stamp()}")
        modified = int(site.changed_at.timestamp()) if site else None
        unchanged = get_conditional_response(request, etag=etag, last_modified=modified)
        response = unchanged or view(request, language, **kwargs)
        response.headers["ETag"] = etag
        if modified is not None:
            response.headers["Last-Modified"] = http_date(modified)
        response.headers["Cache-Control"] = "public, no-cache"
        return response

    return answer


def show_open(
    request: HttpRequest, template: str, *, language: str, title: str, **more: Any
) -> HttpResponse:
    """Render a page with the head and foot of the observatory, as far as there is an audit."""
    site = _site()
    context = shared_context(request, language, title)
    if site is not None:
        context |= foot(site, language) | {"nav": nav_items(site, language, "")}
    return render(request, f"fieldwork/{template}.html", context | more)


def _site() -> Site | None:
    try:
        return current_site()
    except ConviveError:
        return None


@lru_cache(maxsize=1)
def _shelf_digest() -> str:
    digests = "".join(one.digest for one in find.instruments())
    return hashlib.sha256(digests.encode()).hexdigest()[:12]
