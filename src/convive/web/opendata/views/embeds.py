"""Frames for pages elsewhere, and the same as pictures and tables to keep."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from convive.app.spreadsheet_cells import harmless
from convive.catalogue.texts import say
from convive.web.observatory.current import Site
from convive.web.observatory.presenters.corrections import present_here
from convive.web.observatory.views.page import public_page
from convive.web.opendata.embeds import embedded, picture_file, table_of
from convive.web.opendata.views.cards import for_everywhere, picture

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors *",
    )
)
"""As that of every page, but without scripts and forms, and with any page around it."""
TYPES = {"svg": "image/svg+xml", "png": "image/png", "csv": "text/csv; charset=utf-8"}
_KINDS = frozenset({"indicator", "area", "finding"})


def framable(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let any page show the answer in a frame.

    Stands above `public_page`: a browser takes the headers of a 304 over for what it has kept.
    """

    @wraps(view)
    def answer(request: HttpRequest, **kwargs: str) -> HttpResponseBase:
        response = view(request, **kwargs)
        if response.status_code < 400:
            response.headers["Content-Security-Policy"] = POLICY
            response.xframe_options_exempt = True  # type: ignore[attr-defined]
        return response

    return answer


@framable
@for_everywhere
@public_page
def embed(request: HttpRequest, site: Site, language: str, kind: str, name: str) -> HttpResponse:
    """Show a part of a page with its figures' interval, n, period and source, and the way back."""
    shown = embedded(site, kind, name, request.GET.get("area", ""), language)
    return render(
        request, "observatory/embed.html",
        {"language": language, "shown": shown, "town": site.build.city.name, **shown.parts,
         "corrections_here": present_here(site, request.resolver_match, language)},
    )  # fmt: skip


@for_everywhere
@public_page
def keep(
    request: HttpRequest,  # noqa: ARG001
    site: Site,
    language: str,
    kind: str,
    name: str,
    ending: str,
) -> HttpResponse:
    """Give the same as a file: a picture, or the table behind it."""
    if ending not in TYPES or kind not in _KINDS:
        raise Http404
    if ending == "csv":
        return HttpResponse(_table(site, kind, name, language), content_type=TYPES[ending])
    return picture(
        site, ("picture", kind, name, language, ending),
        lambda: picture_file(site, kind, name, language, ending), content_type=TYPES[ending],
    )  # fmt: skip


def _table(site: Site, kind: str, name: str, language: str) -> str:
    """Return the rows as CSV; each with what it is of and where it comes from."""
    shown, words = table_of(site, kind, name, language)
    said = words.said if words else " ".join((shown.title, *shown.facts))
    tail = (said, shown.source)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    head = (say("sharing.csv_chart", language), say("sharing.csv_source", language))
    writer.writerow((*(words.columns if words else ()), *head))
    for row in words.rows if words else ((),):
        writer.writerow([harmless(cell) for cell in (*row, *tail)])
    return out.getvalue()
