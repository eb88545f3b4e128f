"""What a page says of itself to whoever hands it on: card, languages, feeds, what may be embedded.

Addresses are reversed by their names: what serves them (`opendata`) stands above the observatory.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import ResolverMatch, reverse

from convive.app.atom import MEDIA_TYPE
from convive.catalogue.texts import say

LOCALES = {
    "en": "en_GB", "fr": "fr_FR", "es": "es_ES", "it": "it_IT",
    "de": "de_DE", "pt": "pt_PT", "nl": "nl_NL",
}  # fmt: skip
"""Language → locale as Open Graph writes it."""
WIDTH, HEIGHT = 720, 640
"""Of the frame that the code for another page asks for."""
_NAMED = {"indicator": "indicator_id", "finding": "finding_id", "instrument": "instrument_id"}
_OF_PLAN = frozenset({"public-plan", "public-plan-action"})
_EMBEDDED = frozenset({"indicator", "finding", "area"})


def present_sharing(
    request: HttpRequest, language: str, choices: list[dict[str, Any]]
) -> dict[str, Any] | None:
    """Return what the head of a page tells; None where the address is no page's.

    Parameters
    ----------
    choices : list
        The page in every language, as `language_choices` gives them.
    """
    match = request.resolver_match
    if match is None:
        return None
    kind, name = subject_of(match)
    if not name.isprintable():
        return None  # an address made up by somebody: no page has such a name
    here = next(one["absolute"] for one in choices if one["is_current"])
    origin = "/".join(here.split("/", 3)[:3])
    found: dict[str, Any] = {
        "address": here,
        "card": origin + card_path(kind, name, language),
        "locale": LOCALES.get(language, language),
        "others": [LOCALES[one["code"]] for one in choices if not one["is_current"]],
        "feeds": _feeds(kind, name, language),
        "area_feed": area_feed(name, language) if kind == "area" else "",
        "embed": None,
    }
    if kind in _EMBEDDED:
        # Spelt as in the address itself, so that a preview differs from the page by its beginning only.
        asked = urlencode({"url": here, "format": "json"}, safe=":/")
        found["embed"] = _embed(origin, kind, name, language) | {
            "oembed": f"{origin}{reverse('oembed')}?{asked}"
        }
    return found


def subject_of(match: ResolverMatch) -> tuple[str, str]:
    """Return the kind of card of a page, and the name of what it is about."""
    page, given = str(match.url_name), match.kwargs
    if page == "area":
        return "area", f"{given['level']}/{given['area_id']}"
    if page in _NAMED:
        return page, str(given[_NAMED[page]])
    if page in _OF_PLAN:
        return "plan", ""
    return ("front", "") if page == "front" else ("page", "")


def card_path(kind: str, name: str, language: str) -> str:
    """Return the address of a card."""
    if not name:
        return reverse("card", args=(language, kind))
    return reverse("card-of", args=(language, kind, name))


def embed_path(kind: str, name: str, language: str) -> str:
    """Return the address of what may stand in a frame of another page."""
    return reverse("embed", args=(language, kind, name))


def area_feed(name: str, language: str) -> str:
    """Return the address of the news of an area, named ``level/code``."""
    level, _, area_id = name.partition("/")
    return reverse("area-news", args=(language, level, area_id))


def _embed(origin: str, kind: str, name: str, language: str) -> dict[str, Any]:
    files = [
        {"href": reverse("picture", args=(language, kind, name, ending)),
         "text": say(f"sharing.{ending}", language)}
        for ending in ("svg", "png", "csv")
    ]  # fmt: skip
    return {
        "src": origin + embed_path(kind, name, language),
        "width": WIDTH, "height": HEIGHT, "files": files,
    }  # fmt: skip


def _feeds(kind: str, name: str, language: str) -> list[dict[str, str]]:
    """Return the feeds that programs for reading news find in the head."""
    feeds = [
        {"href": reverse("news-atom", args=(language,)), "type": MEDIA_TYPE,
         "title": say("news.atom", language)},
        {"href": reverse("news-json", args=(language,)), "type": "application/feed+json",
         "title": say("news.json", language)},
    ]  # fmt: skip
    if kind == "area":
        feeds.insert(0, {"href": area_feed(name, language), "type": MEDIA_TYPE, "title": ""})
    return feeds
