"""What every page shares: the open audit, caching by its digest, head and foot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date, quote_etag

import convive
from convive.app.quality_words import told_number
from convive.catalogue.texts import format_date, localised, say
from convive.core.errors import ConviveError, NotFoundError
from convive.web import access
from convive.web.language import language_choices
from convive.web.observatory import selectors
from convive.web.observatory.added_pages import added_pages, added_stamp
from convive.web.observatory.current import Site, current_site
from convive.web.observatory.presenters.corrections import (
    name_of,
    present_about_gone,
    present_here,
)
from convive.web.observatory.presenters.sharing import present_sharing

NAV = (
    ("front", "web.nav.overview"),
    ("areas", ""),
    ("findings", "web.nav.findings"),
    ("indicators", "web.nav.indicators"),
    ("sources", "web.nav.sources"),
    ("about", "web.nav.about"),
)
SiteView = Callable[..., HttpResponseBase]
KEPT = "is_kept_page"
"""Attribute of a view whose answers may be given again as long as `current_stamp` is the same."""
V = TypeVar("V", bound=SiteView)


@lru_cache(maxsize=1)
def software_stamp() -> str:
    """Return what changes when the software does: version and newest page file."""
    folder = Path(__file__).resolve().parents[2]
    kinds = ("*.html", "*.py", "*.css", "*.js")
    newest = max(int(path.stat().st_mtime) for kind in kinds for path in folder.rglob(kind))
    return f"{convive.__version__}-{newest:x}"


def current_stamp(language: str) -> str:
    """Return the validator of every public page in a language, as of now.

    Raises
    ------
    ConviveError
        Where there is no audit to show.
    """
    return _stamp_of(current_site(), language)


def _stamp_of(site: Site, language: str) -> str:
    return quote_etag(f"{site.digest[:20]}-{language}-{software_stamp()}{added_stamp()}")


def public_page(view: SiteView) -> SiteView:
    """Declare a public page of the audit: opens it, answers 304, says so where there is none.

    Its answer depends on the address, on host and scheme, and on whether a fragment is asked for
    (`HX-Request`), and on nothing else that a request says: it is kept and given to others.
    """

    @access.public
    @wraps(view)
    def answer(request: HttpRequest, language: str, **kwargs: Any) -> HttpResponseBase:
        request.convive_language = language  # type: ignore[attr-defined]
        try:
            site = current_site()
        except ConviveError as error:
            return no_audit(request, language, error)
        gone = withdrawn_page(request, site, language, view, kwargs)
        if gone is not None:
            return gone
        etag = _stamp_of(site, language)
        modified = int(site.changed_at.timestamp())
        unchanged = get_conditional_response(request, etag=etag, last_modified=modified)
        response = unchanged or view(request, site, language, **kwargs)
        if response.status_code >= 500:
            # Kept with this tag, it would be taken for the page as long as the audit is shown.
            response.headers["Cache-Control"] = "no-store"
            return response
        response.headers["ETag"] = etag
        response.headers["Last-Modified"] = http_date(modified)
        response.headers["Cache-Control"] = "public, no-cache"
        patch_vary_headers(response, ["HX-Request"])
        return response

    setattr(answer, KEPT, True)
    return answer


def outlasts(view: V) -> V:
    """Declare that a page stays where the audit was withdrawn; it shows none of its figures."""
    view.outlasts = True  # type: ignore[attr-defined]
    return view


def withdrawn_page(
    request: HttpRequest, site: Site, language: str, view: SiteView, named: Mapping[str, Any]
) -> HttpResponse | None:
    """Return the notice of what was withdrawn (410) where a page is about that, else None."""
    if not is_gone(site, view, named):
        return None
    context = shared_context(request, language, say("corrections.gone.title", language))
    context |= foot(site, language) | {"corrections": present_about_gone(site, named, language)}
    context["nav"] = nav_items(site, language, "")
    response = render(request, "observatory/gone.html", context, status=410)
    response.headers["Cache-Control"] = "public, no-cache"
    return response


def is_gone(site: Site, view: object, named: Mapping[str, Any]) -> bool:
    """Tell whether an address names what was withdrawn, or shows a withdrawn audit."""
    if site.is_withdrawn:
        return not getattr(view, "outlasts", False)
    return any((kind, name_of(kind, named)) in site.build.gone for kind in ("indicator", "finding"))


def show(
    request: HttpRequest, site: Site, template: str, *, language: str, title: str, nav: str = "",
    **more: Any,
) -> HttpResponse:  # fmt: skip
    """Render a page with head and foot."""
    context = shared_context(request, language, title) | foot(site, language) | more
    context["nav"] = nav_items(site, language, nav)
    context["kept_in"] = site
    context["corrections_here"] = present_here(site, request.resolver_match, language)
    return render(request, f"observatory/{template}.html", context)


def shared_context(request: HttpRequest, language: str, title: str) -> dict[str, Any]:
    """Return what head and foot need even where there is no audit."""
    choices = language_choices(request, language)
    return {
        "language": language, "title": title, "languages": choices, "nav": [], "site_name": "",
        "sharing": present_sharing(request, language, choices),
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
    for found in site.build.city.levels:
        if found.id == level and found.name:
            # In another language rather than like the next level: two links must not read the same.
            return localised(found.name, language)
    return say("web.nav.areas", language)


def foot(site: Site, language: str) -> dict[str, Any]:
    """Return period and sources for the foot of every page."""
    return site.keep(("foot", language), lambda: _foot(site, language))


def _foot(site: Site, language: str) -> dict[str, Any]:
    period = selectors.data_period(site)
    sources = [
        {
            "title": localised(row["title"], language), "n": told_number(row["rows_used"], language),
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
        "n_corrections": len(site.build.corrections),
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
