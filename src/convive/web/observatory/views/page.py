"""What every page shares: the open audit, caching by its digest, head and foot."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date, quote_etag

import convive
from convive.catalogue.texts import format_date, localised, say
from convive.core.errors import ConviveError, NotFoundError
from convive.web import access
from convive.web.language import language_choices
from convive.web.observatory import selectors
from convive.web.observatory.added_pages import added_pages, added_stamp
from convive.web.observatory.current import Site, current_site

NAV = (
    ("front", "web.nav.overview"),
    ("areas", ""),
    ("findings", "web.nav.findings"),
    ("indicators", "web.nav.indicators"),
    ("sources", "web.nav.sources"),
    ("about", "web.nav.about"),
)
SiteView = Callable[..., HttpResponseBase]


@lru_cache(maxsize=1)
def software_stamp() -> str:
    """Return what changes when the software does: version and newest page file."""
    folder = Path(__file__).resolve().parents[2]
    kinds = ("*.html", "*.py", "*.css", "*.js")
    newest = max(int(path.stat().st_mtime) for kind in kinds for path in folder.rglob(kind))
    return f"{convive.__version__}-{newest:x}"


def public_page(view: SiteView) -> SiteView:
    """Declare a public page of the audit: opens it, answers 304, says so where there is none."""

    @access.public
    @wraps(view)
    def answer(request: HttpRequest, language: str, **kwargs: Any) -> HttpResponseBase:
        request.convive_language = language  # type: ignore[attr-defined]
        try:
            site = current_site()
        except ConviveError as error:
            return no_audit(request, language, error)
        etag = quote_etag(f"{site.digest[:20]}-{language}-{software_stamp()}{added_stamp()}")
        modified = int(site.built_at.timestamp())
        unchanged = get_conditional_response(request, etag=etag, last_modified=modified)
        response = unchanged or view(request, site, language, **kwargs)
        response.headers["ETag"] = etag
        response.headers["Last-Modified"] = http_date(modified)
        response.headers["Cache-Control"] = "public, no-cache"
        patch_vary_headers(response, ["HX-Request"])
        return response

    return answer


def show(
    request: HttpRequest, site: Site, template: str, *, language: str, title: str, nav: str = "",
    **more: Any,
) -> HttpResponse:  # fmt: skip
    """Render a page with head and foot."""
    context = shared_context(request, language, title) | foot(site, language) | more
    context["nav"] = nav_items(site, language, nav)
    return render(request, f"observatory/{template}.html", context)


def shared_context(request: HttpRequest, language: str, title: str) -> dict[str, Any]:
    """Return what head and foot need even where there is no audit."""
    return {
        "language": language, "title": title,
        "languages": language_choices(request, language), "nav": [], "site_name": "",
    }  # fmt: skip


def nav_items(site: Site, language: str, current: str) -> list[dict[str, Any]]:
    """Return the main navigation; areas are called as the pack calls them."""
    added = tuple((one.name, one.title) for one in added_pages())
    return [
        {
            "name": name,
            "text": say(key, language) if key else level_name(site, language),
            "is_current": name == current,
        }
        for name, key in (*NAV[:-1], *added, NAV[-1])
    ]


def level_name(site: Site, language: str, level: str | None = None) -> str:
    """Return the name of a level of areas as the pack gives it, else "Areas"."""
    wanted = level or selectors.analysis_level(site)
    for found in site.build.city.levels:
        if found.id == wanted and found.name.get(language):
            return localised(found.name, language) if level else say("web.nav.areas", language)
    return say("web.nav.areas", language)


def foot(site: Site, language: str) -> dict[str, Any]:
    """Return period and sources for the foot of every page."""
    period = selectors.data_period(site)
    sources = [
        {
            "title": localised(row["title"], language), "n": row["rows_used"],
            "source_id": row["source_id"],
        }
        for row in selectors.list_sources(site)
        if row["kind"] in {"incidents", "counts", "survey", "observations"}
        and row["scope"] != "reference"
        and row.get("sampling") != "open_link"
    ]  # fmt: skip
    last_day = ""
    if period:
        last_day = format_date(period[1].fromordinal(period[1].toordinal() - 1), language)
    return {
        "site_name": site.build.city.name,
        "last_day": last_day,
        "foot_sources": sources,
        "built_on": format_date(site.built_at.date(), language),
        "rounding": site.build.city.disclosure.rounding,
    }


def no_audit(request: HttpRequest, language: str, error: ConviveError) -> HttpResponse:
    """Say that there is no audit to show (yet), and what to do."""
    context = shared_context(request, language, say("web.no_audit.title", language))
    context["code"] = error.code
    is_absent = isinstance(error, NotFoundError)
    response = render(request, "observatory/no_audit.html", context, status=503)
    response.headers["Retry-After"] = "30" if is_absent else "300"
    response.headers["Cache-Control"] = "no-store"
    return response


def chosen(request: HttpRequest, name: str, allowed: Iterable[str], default: str = "") -> str:
    """Return a query parameter if it is one of the allowed values, else the default."""
    value = request.GET.get(name, "")
    return value if value in set(allowed) else default


def typed(request: HttpRequest, name: str, longest: int = 80) -> str:
    """Return a query parameter as typed by a person: trimmed, printable, not endless."""
    value = request.GET.get(name, "")
    return "".join(sign for sign in value if sign.isprintable()).strip()[:longest]
