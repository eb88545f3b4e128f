"""Static files: compressed where set-up has compressed them, and kept for good where they may be.

Compressed copies stand in a folder of their own, named by the digest of the file that they are
made of, so that a file that was edited is never answered with what it was before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from wsgiref.headers import Headers

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

from convive.web.observatory.asset_files import IN_ADDRESS, digest_of_file

ENCODINGS = {"br": ".br", "gzip": ".gz"}
FONT_AGE = 30 * 24 * 3600
"""Seconds. A typeface comes with a version of its package and hardly ever changes."""
FOR_GOOD = "max-age=31536000, public, immutable"


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise with compressed copies, validators of the content and addresses with digests."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.digests: dict[str, str] = {}
        super().__init__(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the file, or pass the request on."""
        response: HttpResponseBase = super().__call__(request)
        digest = self.digests.get(request.path_info)
        # Only for the content that is here: no cache may keep today's file as tomorrow's.
        if digest and request.META.get("QUERY_STRING") == f"v={digest[:IN_ADDRESS]}":
            response.headers["Cache-Control"] = FOR_GOOD
        return response

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> StaticFile:  # noqa: ARG002 - as WhiteNoise calls it
        """Return a file with its headers and compressed copies."""
        digest = digest_of_file(path)
        self.digests[url] = digest
        headers = Headers([("ETag", f'"{digest[:20]}"')])
        self.add_mime_headers(headers, path, url)
        self.add_cache_headers(headers, path, url)
        copies = {
            encoding: f"{settings.CONVIVE_COMPRESSED / digest}{ending}"
            for encoding, ending in ENCODINGS.items()
        }
        return StaticFile(path, headers.items(), encodings=copies)

    def add_cache_headers(self, headers: Headers, path: str, url: str) -> None:
        """Say how long a file may be kept without asking again."""
        super().add_cache_headers(headers, path, url)
        if path.endswith(".woff2"):
            headers["Cache-Control"] = f"max-age={FONT_AGE}, public"
