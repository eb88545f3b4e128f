"""What every answer of open data shares: JSON, its errors, caching, the limit, other origins."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache, wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag

from convive.core.errors import ConviveError
from convive.web import access
from convive.web.observatory.added_pages import added_stamp
from convive.web.observatory.current import current_site
from convive.web.observatory.views.page import is_gone, software_stamp
from convive.web.opendata.limits import Buckets
from convive.web.opendata.parameters import Parameter, Wrong, read_query

JSON = "application/json"
PROBLEM = "application/problem+json"
GEOJSON = "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
HTML = "text/html"

Given = Mapping[str, Any]
"""Values of the parameters."""
View = Callable[..., HttpResponse]
Parameters = Sequence[Parameter] | Callable[[Mapping[str, str]], Sequence[Parameter]]
"""Those of an answer; where they depend on what the path names, a function of that."""


def open_data(parameters: Parameters = ()) -> Callable[[View], Callable[..., HttpResponseBase]]:
    """Declare an answer of open data; the view gets the request, the audit and the parameters."""

    def declare(view: View) -> Callable[..., HttpResponseBase]:
        @access.public
        @wraps(view)
        def answer(request: HttpRequest, **kwargs: str) -> HttpResponseBase:
            response = _answered(request, view, parameters, kwargs)
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Access-Control-Expose-Headers"] = "ETag, Link, Retry-After"
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            return response

        return answer

    return declare


def _answered(
    request: HttpRequest, view: View, parameters: Parameters, kwargs: Mapping[str, str]
) -> HttpResponseBase:
    wait = _buckets(settings.CONVIVE_API_PER_MINUTE).take(str(request.META.get("REMOTE_ADDR", "")))
    if wait:
        refused = problem(429, "Too many requests", f"Ask again in {wait} s.")
        refused.headers["Retry-After"] = str(wait)
        return refused
    try:
        site = current_site()
    except ConviveError:
        return problem(503, "No audit", "There is no finished audit to show yet.")
    etag = quote_etag(f"{site.digest[:20]}-{software_stamp()}{added_stamp()}")
    modified = int(site.changed_at.timestamp())
    if is_gone(site, view, kwargs):
        return _withdrawn(request)
    try:
        known = parameters(kwargs) if callable(parameters) else parameters
        given, wrong = read_query(request.GET, known)
        if wrong:
            told = "; ".join(f"{one.name} {one.detail}" for one in wrong)
            return problem(400, "Unusable parameters", told, wrong=wrong)
        response = get_conditional_response(request, etag=etag, last_modified=modified) or view(
            request, site, given, **kwargs
        )
    except Http404:
        return problem(404, "Not found", "There is nothing at this address.")
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(modified)
    response.headers["Cache-Control"] = "public, no-cache"
    return response


def _withdrawn(request: HttpRequest) -> HttpResponse:
    """Say that something was withdrawn, and where it is told why."""
    told = absolute(request, reverse("api-corrections"))
    response = problem(410, "Withdrawn", f"This was withdrawn. Why is told at {told}")
    response.headers["Link"] = f'<{told}>; rel="describedby"'
    return response


@lru_cache(maxsize=4)
def _buckets(per_minute: int) -> Buckets:
    return Buckets(per_minute)


def problem(status: int, title: str, detail: str, *, wrong: Sequence[Wrong] = ()) -> HttpResponse:
    """Return an error as RFC 9457 has it."""
    told: dict[str, Any] = {
        "type": "about:blank", "title": title, "status": status, "detail": detail,
    }  # fmt: skip
    if wrong:
        told["errors"] = [{"parameter": one.name, "detail": one.detail} for one in wrong]
    response = as_json(told, content_type=PROBLEM, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def as_json(value: Any, *, content_type: str = JSON, status: int = 200) -> HttpResponse:
    """Return a value as JSON; days and moments as ISO 8601."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain)
    return HttpResponse(text, content_type=content_type, status=status)


def _plain(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def absolute(request: HttpRequest, path: str, **query: Any) -> str:
    """Return an address with the host that was asked."""
    asked = {name: value for name, value in query.items() if value is not None}
    return request.build_absolute_uri(path + (f"?{urlencode(asked)}" if asked else ""))


def link(rel: str, href: str, kind: str = JSON, title: str = "") -> dict[str, str]:
    """Return a link."""
    found = {"rel": rel, "href": href, "type": kind}
    return found | {"title": title} if title else found


def page_links(
    request: HttpRequest, *, limit: int, offset: int, matched: int, kind: str = JSON
) -> list[dict[str, str]]:
    """Return links to this page, the next and the one before, with everything else asked."""
    asked = {key: value for key, value in request.GET.items() if key not in {"limit", "offset"}}

    def at(start: int) -> str:
        return absolute(request, request.path, **asked, limit=limit, offset=start or None)

    links = [link("self", request.build_absolute_uri(), kind)]
    if offset + limit < matched:
        links.append(link("next", at(offset + limit), kind))
    if offset > 0:
        links.append(link("prev", at(max(0, offset - limit)), kind))
    return links
