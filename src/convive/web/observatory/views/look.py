"""The town's own logo and colours, as files that pages load."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from convive.app.look import CONVIVE, accents
from convive.core.model import Look
from convive.web import access
from convive.web.observatory.current import current_look

_MEDIA = {"svg": "image/svg+xml", "png": "image/png"}
_ALONE = "default-src 'none'; sandbox"
"""A logo that is opened by itself: it may show itself, nothing else."""
_SHEET = """\
:root {{ --accent: {0.light}; --accent-2: {0.light_tint}; }}
@media (prefers-color-scheme: dark) {{
  :root {{ --accent: {0.dark}; --accent-2: {0.dark_tint}; }}
}}
@media print {{ :root {{ --accent: {0.light}; --accent-2: {0.light_tint}; }} }}
svg:not(.brand svg) {{ --accent: {1.light}; --accent-2: {1.light_tint}; }}
@media screen and (prefers-color-scheme: dark) {{
  svg:not(.brand svg) {{ --accent: {1.dark}; --accent-2: {1.dark_tint}; }}
}}
"""
"""Charts keep the colours that are made to be told apart, beside gold and beside one another."""


@access.public
def stylesheet(request: HttpRequest) -> HttpResponse:
    """Give the town's colours to the pages."""
    look = current_look()
    return _kept(
        request, look, lambda: _SHEET.format(accents(look), CONVIVE), "text/css; charset=utf-8"
    )


@access.public
def logo(request: HttpRequest, kind: str) -> HttpResponse:
    """Give the town's logo as it was looked through when the audit was made, else our mark."""
    look = current_look()
    if kind != (look.logo.kind if look.logo else "svg"):
        raise Http404
    content = look.logo.content if look.logo else _mark()
    answer = _kept(request, look, lambda: content, _MEDIA[kind])
    answer.headers["Content-Security-Policy"] = _ALONE
    return answer


def _mark() -> bytes:
    found = finders.find("observatory/mark.svg")
    if not isinstance(found, str):
        raise Http404
    return Path(found).read_bytes()


def _kept(
    request: HttpRequest, look: Look, make: Callable[[], str | bytes], media: str
) -> HttpResponse:
    """Return a file that may be kept for good under an address with its digest."""
    etag = quote_etag(look.digest)
    unchanged = get_conditional_response(request, etag=etag)
    answer = HttpResponse(make(), content_type=media) if unchanged is None else unchanged
    is_named = request.GET.get("v") == look.digest
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if is_named else "public, no-cache"
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
