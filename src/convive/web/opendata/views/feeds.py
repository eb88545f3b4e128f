"""The news as Atom (RFC 4287) and as JSON Feed 1.1, in the language of the address."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from convive.app.atom import MEDIA_TYPE, AtomEntry, AtomFeed, AtomLink
from convive.catalogue.texts import say
from convive.web.observatory import selectors
from convive.web.observatory.current import Site
from convive.web.observatory.views.page import public_page
from convive.web.opendata.answers import absolute, as_json
from convive.web.opendata.news import News, area_news, news_of
from convive.wiring.feeds import write_atom

ATOM = f"{MEDIA_TYPE}; charset=utf-8"
JSON_FEED = "application/feed+json"


@public_page
def atom(request: HttpRequest, site: Site, language: str) -> HttpResponse:
    """Give the news as Atom."""
    home = reverse("front", args=(language,))
    title = _title(site, language)
    return _as_atom(request, site, title, news_of(site, language), home=home, language=language)


@public_page
def area_atom(
    request: HttpRequest, site: Site, language: str, level: str, area_id: str
) -> HttpResponse:
    """Give the news of one area as Atom."""
    area = selectors.get_area(site, level, area_id)
    if area is None or level == selectors.CITY_LEVEL:
        raise Http404
    title = say("sharing.feed_title", language, area=area["name"], city=site.build.city.name)
    home = reverse("area", args=(language, level, area_id))
    news = area_news(site, area, language)
    return _as_atom(request, site, title, news, home=home, language=language)


def _as_atom(
    request: HttpRequest, site: Site, title: str, news: list[News], *, home: str, language: str
) -> HttpResponse:
    here = absolute(request, request.path)
    entries = tuple(
        AtomEntry(
            one.id, one.title, one.at, one.text,
            (AtomLink("alternate", absolute(request, one.path)),),
        )
        for one in news
    )  # fmt: skip
    feed = AtomFeed(
        id=here, title=title, author=site.build.city.name, language=language,
        updated=max(one.at for one in news), entries=entries,
        links=(
            AtomLink("self", here, MEDIA_TYPE),
            AtomLink("alternate", absolute(request, home), "text/html"),
        ),
    )  # fmt: skip
    return HttpResponse(write_atom(feed), content_type=ATOM)


@public_page
def json_feed(request: HttpRequest, site: Site, language: str) -> HttpResponse:
    """Give the news as JSON Feed."""
    return as_json({
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(site, language),
        "language": language,
        "home_page_url": absolute(request, reverse("front", args=(language,))),
        "feed_url": absolute(request, reverse("news-json", args=(language,))),
        "authors": [{"name": site.build.city.name}],
        "items": [
            {"id": one.id, "url": absolute(request, one.path), "title": one.title,
             "content_text": one.text, "date_published": one.at.isoformat()}
            for one in news_of(site, language)
        ],
    }, content_type=JSON_FEED)  # fmt: skip


def _title(site: Site, language: str) -> str:
    return say("news.title", language, city=site.build.city.name)
