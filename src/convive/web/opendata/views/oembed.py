"""oEmbed 1.0: another site asks what it may put into its page for an address of ours.

The address must be one of this host and of a page that has something to embed: nothing is ever
fetched for it, and nothing of it but the matched page is told back.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, ResolverMatch, get_script_prefix, resolve
from django.utils.html import escape

from convive.core.errors import ConviveError
from convive.web import access
from convive.web.observatory.current import current_site
from convive.web.observatory.presenters.sharing import (
    HEIGHT,
    WIDTH,
    card_path,
    embed_path,
    subject_of,
)
from convive.web.observatory.views.page import is_gone
from convive.web.opendata.answers import absolute, as_json, problem
from convive.web.opendata.embeds import embedded

_LONGEST = 2000
_NARROWEST, _LOWEST = 320, 200
_CARD = (1200, 630)
_FRESH_SECONDS = 300
"""For so long at most another site may go on with a title and a size that were withdrawn since."""
_PAGES = frozenset({"indicator", "area", "finding"})


@access.public
def oembed(request: HttpRequest) -> HttpResponse:
    """Tell what to put into a page for an address of this site."""
    response = _answer(request)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _answer(request: HttpRequest) -> HttpResponse:
    # What asks may add questions of its own (`dnt`, `omit_script` …): they are not looked at.
    if request.GET.get("format", "json") != "json":
        return problem(501, "Not implemented", "Only JSON is answered: format=json.")
    sizes = [_size(request, name) for name in ("maxwidth", "maxheight")]
    if not request.GET.get("url") or None in sizes:
        return problem(400, "Unusable parameters", "url, or a size in whole pixels, is missing.")
    try:
        found = _of(request, request.GET["url"], *(size or 0 for size in sizes))
    except Http404:
        return problem(404, "Not found", "There is nothing to embed at this address.")
    except ConviveError:
        return problem(503, "No audit", "There is no finished audit to show yet.")
    response = as_json(found)
    response.headers["Cache-Control"] = "public, no-cache"  # what is withdrawn ends at once
    return response


def _size(request: HttpRequest, name: str) -> int | None:
    """Return a largest size, 0 where none is given, None where it is no number."""
    text = request.GET.get(name, "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def _of(request: HttpRequest, url: str, most_wide: int, most_high: int) -> dict[str, Any]:
    match = _matched(request, url)
    kind, name = subject_of(match)
    language = match.kwargs["language"]
    site = current_site()
    if is_gone(site, match.func, match.kwargs):
        raise Http404
    shown = embedded(site, kind, name, "", language)
    wide = max(_NARROWEST, min(WIDTH, most_wide or WIDTH))
    high = max(_LOWEST, min(HEIGHT, most_high or HEIGHT))
    source = absolute(request, embed_path(kind, name, language))
    title = f"{shown.title} · {site.build.city.name}"
    return {
        "version": "1.0", "type": "rich", "title": title,
        "provider_name": site.build.city.name, "provider_url": absolute(request, f"/{language}/"),
        "cache_age": _FRESH_SECONDS, "width": wide, "height": high,
        "html": f'<iframe src="{escape(source)}" title="{escape(title)}" width="{wide}" '
                f'height="{high}" loading="lazy" style="border:0"></iframe>',
        "thumbnail_url": absolute(request, card_path(kind, name, language)),
        "thumbnail_width": _CARD[0], "thumbnail_height": _CARD[1],
    }  # fmt: skip


def _matched(request: HttpRequest, url: str) -> ResolverMatch:
    """Return the page at an address of this host.

    Raises
    ------
    Http404
        Another scheme, another host, a name and password in it, or no page to embed.
    """
    try:
        parts = urlsplit(url) if len(url) <= _LONGEST and url.isprintable() else None
        is_ours = (
            parts is not None
            and parts.scheme in {"http", "https"}
            and parts.netloc.lower() == request.get_host().lower()
        )
        if not is_ours or parts is None:
            raise Http404
        match = resolve(_path_here(unquote(parts.path)))
    except (Resolver404, ValueError) as error:
        raise Http404 from error
    if match.url_name not in _PAGES:
        raise Http404
    return match


def _path_here(path: str) -> str:
    """Return a path without the beginning that all addresses have here: that of a preview has one."""
    begin = get_script_prefix()
    return f"/{path.removeprefix(begin)}" if path.startswith(begin) else path
