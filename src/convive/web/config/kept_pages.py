"""Gives public pages of the audit again without making them again.

Stands before everything else. A page is kept with all of its headers, and given again exactly as
long as its validator (`ETag`) would be the same: that changes with the audit, the language, the
software and whatever else the page shows (`observatory.added_pages`), so that what is published
is seen with the next request.

What is kept is told by the view (`public_page`) and checked on the answer. A request that says
anything that a page could depend on beyond its address goes to the view; so does every other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import get_path_info
from django.middleware.gzip import re_accepts_gzip
from django.urls import Resolver404, resolve

from convive.core.errors import ConviveError
from convive.web.config.page_store import Address, Answer, Headers, PageStore
from convive.web.observatory.views.page import KEPT, current_stamp

Environ = dict[str, Any]
Application = Callable[..., Iterable[bytes]]

LONGEST_QUERY = 500
LONGEST_PATH = 500
_UNUSUAL = (
    "HTTP_RANGE", "HTTP_IF_RANGE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_TRANSFER_ENCODING", "SCRIPT_NAME",
)  # fmt: skip
"""Whoever says one of these is answered by the view."""
_ONE_TAG = re.compile(r'(?:W/)?("[^"]*")')
_VARIES = frozenset({"hx-request", "accept-encoding"})
"""What the address of a kept page knows; an answer that depends on more is not kept."""
_PAGE, _UNCHANGED = "200 OK", "304 Not Modified"


class KeptPages:
    """The application, with finished pages kept in memory.

    Parameters
    ----------
    application : callable
        The WSGI application of the whole site.
    most_bytes : int
        Room for the pages, of this process; 0: none is kept.
    """

    def __init__(self, application: Application, most_bytes: int) -> None:
        self.application = application
        self.store = PageStore(most_bytes)
        self._is_on = most_bytes > 0

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        address = address_of(environ) if self._is_on else None
        if address is None:
            return self.application(environ, start_response)
        found = self._find(address, environ)
        if found is None:
            language = _language_of(environ)
            if language is None:
                return self.application(environ, start_response)
            with self.store.making(address) as is_mine:
                if is_mine:
                    return self._make(address, language, environ, start_response)
            found = self._find(address, environ)
        if found is None:
            return self.application(environ, start_response)
        start_response(found.status, list(found.headers))
        # A list, not a tuple: the server sends a list at once and anything else piece by piece.
        return [b""] if environ["REQUEST_METHOD"] == "HEAD" else [found.body]

    def _find(self, address: Address, environ: Environ) -> Answer | None:
        """Return the kept answer to this request."""
        known = _known_tag(environ)
        if known:
            unchanged = self.store.get(_unchanged(address), _stamp)
            if unchanged is not None and unchanged.stamp == known:
                return unchanged
        found = self.store.get(address, _stamp)
        # Whoever has this very page is told so by the view, once; then that answer is kept.
        return None if found is not None and found.stamp == known else found

    def _make(
        self, address: Address, language: str, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Have the site answer, and keep the answer if it may be kept."""
        stamp = _stamp(language)
        said: list[Any] = []

        def note(status: str, headers: Headers, _error: Any = None) -> None:
            said[:] = [status, headers]

        response = self.application(environ, note)
        status, headers = said
        if environ["REQUEST_METHOD"] != "GET" or not _may_be_kept(response, status, headers, stamp):
            start_response(status, headers)
            return response
        body = b"".join(response)
        close = getattr(response, "close", None)
        if close:
            close()
        # What has changed while the page was made may be in it or not.
        if _stamp(language) == stamp:
            at = _unchanged(address) if status == _UNCHANGED else address
            self.store.put(at, Answer(status, list(headers), body, language, stamp))
        start_response(status, headers)
        return [body]


def address_of(environ: Environ) -> Address | None:
    """Return what the page may depend on, None where the view must answer."""
    host, query = environ.get("HTTP_HOST", ""), environ.get("QUERY_STRING", "")
    path, fragment = environ.get("PATH_INFO", ""), environ.get("HTTP_HX_REQUEST")
    known = environ.get("HTTP_IF_NONE_MATCH")
    if (
        environ["REQUEST_METHOD"] not in {"GET", "HEAD"}
        or not host
        or environ.get("CONTENT_LENGTH", "") not in {"", "0"}
        or any(environ.get(name) for name in _UNUSUAL)
        or max(len(path) - LONGEST_PATH, len(query) - LONGEST_QUERY, len(host) - 255) > 0
        or fragment not in {None, "true"}
        or (known is not None and _ONE_TAG.fullmatch(known) is None)
        or (known is None and environ.get("HTTP_IF_MODIFIED_SINCE") is not None)
    ):
        return None
    is_gzip = bool(re_accepts_gzip.search(environ.get("HTTP_ACCEPT_ENCODING", "")))
    return Address(_scheme(environ), host, path, query, fragment is not None, is_gzip)


def _scheme(environ: Environ) -> str:
    """Return http or https, as Django sees it: a proxy is believed only where there is one."""
    trusted = settings.SECURE_PROXY_SSL_HEADER
    if trusted:
        header, secure = trusted
        told = environ.get(header)
        if told is not None:
            return "https" if told.split(",", 1)[0].strip() == secure else "http"
    return str(environ.get("wsgi.url_scheme", "http"))


def _language_of(environ: Environ) -> str | None:
    """Return the language of a page that may be kept, None where it is no such page."""
    try:
        match = resolve(get_path_info(environ))
    except (Resolver404, UnicodeDecodeError):
        return None
    return str(match.kwargs["language"]) if getattr(match.func, KEPT, False) else None


def _stamp(language: str) -> str:
    """Return the validator of the pages in a language as of now, nothing where there is no audit."""
    try:
        return current_stamp(language)
    except ConviveError:
        return ""


def _known_tag(environ: Environ) -> str:
    """Return the validator of the page that the reader has, whether weak or strong."""
    match = _ONE_TAG.fullmatch(environ.get("HTTP_IF_NONE_MATCH") or "")
    return match[1] if match else ""


def _unchanged(address: Address) -> Address:
    return address._replace(is_unchanged=True, is_gzip=False)


def _may_be_kept(response: Iterable[bytes], status: str, headers: Headers, stamp: str) -> bool:
    """Tell whether an answer is the same for everybody who asks like this."""
    said = {name.lower(): value for name, value in headers}
    varies = {one.strip().lower() for one in said.get("vary", "").split(",") if one.strip()}
    control = {one.strip() for one in said.get("cache-control", "").split(",")}
    return (
        bool(stamp)
        and status in {_PAGE, _UNCHANGED}
        and not getattr(response, "streaming", True)
        and "public" in control
        and "no-store" not in control
        and "set-cookie" not in said
        and varies <= _VARIES
        # Cards and pictures have room of their own (`opendata.card_store`): kept once, not twice,
        # and they do not push out the pages that everybody reads.
        and not said.get("content-type", "").startswith("image/")
        and said.get("etag", "").removeprefix("W/") == stamp
    )
