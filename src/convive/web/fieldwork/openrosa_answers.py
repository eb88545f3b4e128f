"""Answers as field apps expect them: XML and headers on everything, refusals and 404 included."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date
from django.utils.translation.trans_real import parse_accept_lang_header

from convive.catalogue.texts import explain, languages, say
from convive.core.errors import (
    ConflictError,
    ConviveError,
    NotFoundError,
    SourceError,
    StorageError,
)
from convive.wiring.openrosa import CONTENT_TYPE, FAILURE, SUCCESS, response

PREFIX = "/odk/"
ACCEPTED_BYTES = 20 * 1024**2
"""What an app is told: above it, a form with many photos is sent in several requests."""
MOST_BYTES = 48 * 1024**2
"""What is taken: a single large photo comes however large it is, with its form."""
RETRY_SECONDS = 60
_KEPT_HEADERS = (
    "Allow", "Cache-Control", "Content-Security-Policy", "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy", "Permissions-Policy", "Referrer-Policy",
    "Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options",
)  # fmt: skip
"""What every answer of the site has, one in XML as well."""
_STATUS_OF_KIND: tuple[tuple[type[ConviveError], int], ...] = (
    (ConflictError, 409),
    (NotFoundError, 404),
    (SourceError, 503),
    (StorageError, 503),
)
_STATUS_OF_CODE = {
    "OPENROSA_SIGN_IN": 401,
    "OPENROSA_INSECURE": 403,
    "OPENROSA_ROLE": 403,
    "OPENROSA_NO_PASSWORD": 403,
    "CAMPAIGN_CLOSED": 403,
    "OPENROSA_TOO_LARGE": 413,
    "PHOTO_TOO_LARGE": 413,
    "OPENROSA_TOO_OFTEN": 429,
}


def document(data: bytes) -> HttpResponse:
    """Answer 200 with an XML document."""
    return HttpResponse(data, content_type=CONTENT_TYPE)


def told(sentence: str, language: str, *, status: int, nature: str = SUCCESS) -> HttpResponse:
    """Answer with a sentence that the app shows."""
    headers = {"Content-Language": language}
    return HttpResponse(
        response(sentence, nature), content_type=CONTENT_TYPE, status=status, headers=headers
    )


def refused(error: ConviveError, language: str) -> HttpResponse:
    """Answer why something was not taken."""
    status = _STATUS_OF_CODE.get(error.code) or next(
        (found for kind, found in _STATUS_OF_KIND if isinstance(error, kind)), 400
    )
    answer = told(explain(error, language), language, status=status, nature=FAILURE)
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Basic realm="Convive", charset="UTF-8"'
    if status in {429, 503}:
        answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def language_for(request: HttpRequest, otherwise: str = "en") -> str:
    """Return the first language of the person that the site speaks; apps often name none."""
    for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:500]):
        if code.split("-")[0] in languages():
            return code.split("-")[0]
    return otherwise if otherwise in languages() else "en"


def speak_openrosa(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Give every answer below `PREFIX` the protocol's headers, an XML body, and no cookie.

    A middleware, since what no view sees (an unknown address, a wrong method, a failure) must
    be answered in the same way.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        found = get_response(request)
        if not request.path_info.startswith(PREFIX):
            return found
        if found.status_code >= 400 and "xml" not in found.headers.get("Content-Type", ""):
            found = _in_xml(request, found)
        found.cookies.clear()
        found.headers["X-OpenRosa-Version"] = "1.0"
        found.headers["X-OpenRosa-Accept-Content-Length"] = str(ACCEPTED_BYTES)
        found.headers.setdefault("Date", http_date(time.time()))
        return found

    return answer


def _in_xml(request: HttpRequest, page: HttpResponse) -> HttpResponse:
    """Return a page of the site as something that an app can show."""
    language = language_for(request)
    kind = {404: "not_found", 405: "method"}.get(page.status_code, "broken")
    if page.status_code in {400, 403}:
        kind = "refused"
    answer = told(
        say(f"openrosa.{kind}", language), language, status=page.status_code, nature=FAILURE
    )
    for name in _KEPT_HEADERS:
        if name in page.headers:
            answer.headers[name] = page.headers[name]
    page.close()
    return answer
