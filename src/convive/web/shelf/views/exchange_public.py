"""What this town publishes, for everybody who asks: from files, without a database or a cookie."""

from __future__ import annotations

from hashlib import sha256

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control

from convive.app.atom import MEDIA_TYPE
from convive.web import access
from convive.web.shelf.public_shelf import public_bundle, public_feed

_FRESH_SECONDS = 300


@access.public
def feed(request: HttpRequest) -> HttpResponse:
    """Return the feed of what is published; nothing is there where nothing is."""
    return _answer(request, public_feed(), f"{MEDIA_TYPE}; charset=utf-8")


@access.public
def bundle(request: HttpRequest, sequence: int) -> HttpResponse:
    """Return a signed bundle."""
    return _answer(request, public_bundle(sequence), "application/json")


def _answer(request: HttpRequest, content: bytes | None, kind: str) -> HttpResponse:
    if content is None:
        raise Http404
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    response = HttpResponse(content, content_type=kind)
    response.headers["ETag"] = tag
    patch_cache_control(response, public=True, max_age=_FRESH_SECONDS)
    return get_conditional_response(request, etag=tag, response=response) or response
