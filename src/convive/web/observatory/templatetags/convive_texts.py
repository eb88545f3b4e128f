"""Tags of the pages: sentences, addresses, assets."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import get_script_prefix, reverse

from convive.app import shown_figures as figures
from convive.catalogue import texts
from convive.catalogue.directions import direction_of
from convive.web.observatory.asset_files import IN_ADDRESS, digest_of_file
from convive.web.observatory.current import current_look

register = template.Library()
_WIDE = 2.5
"""A logo wider than this many heights stands lower, so that the name keeps its place."""


@register.simple_tag(takes_context=True, name="say")
def say_tag(context: template.Context, key: str, **params: Any) -> str:
    """Return a sentence of the catalogue in the reader's language."""
    return texts.say(key, context["language"], **params)


@register.simple_tag(takes_context=True)
def words(context: template.Context, prefix: str, code: Any) -> str:
    """Return ``<prefix>.<code>`` in words, or the code where it has none."""
    return figures.words_of(prefix, code, context["language"])


@register.simple_tag(takes_context=True)
def to(context: template.Context, name: str, *args: Any) -> str:
    """Return the address of a page in the reader's language."""
    return address_of(name, str(context["language"]), *args)


def address_of(name: str, language: str, *args: Any) -> str:
    """Return the address of a page in a language."""
    return _reversed(get_script_prefix(), name, (language, *args))


@lru_cache(maxsize=16384)
def _reversed(_prefix: str, name: str, args: tuple[Any, ...]) -> str:
    """Return an address, looked up once: a page of an area holds two hundred of them."""
    return reverse(name, args=args)


@register.simple_tag(takes_context=True)
def number(context: template.Context, value: float | None, decimals: int = 0) -> str:
    """Return a number as the reader writes it; empty for None."""
    return "" if value is None else texts.format_number(value, context["language"], decimals)


@register.simple_tag(takes_context=True)
def local(context: template.Context, text: Any) -> str:
    """Return a text of the pack in the reader's language, or the nearest there is."""
    return texts.localised(text, context["language"])


@register.simple_tag(takes_context=True)
def direction(context: template.Context) -> str:
    """Return the direction that the reader's language is written in."""
    return direction_of(str(context["language"]))


@register.simple_tag
def asset(path: str) -> str:
    """Return the address of a static file, with a digest so that it may be kept for long."""
    return f"{static(path)}?v={_digest(path)}"


@register.simple_tag(takes_context=True)
def town_look(context: template.Context) -> dict[str, Any]:
    """Return where the town's own colours and logo are; empty where it has none."""
    look = current_look()
    found: dict[str, Any] = {}
    if look.colour:
        found["sheet"] = f"{reverse('look-sheet')}?v={look.digest}"
    if look.logo:
        found["logo"] = f"{reverse('look-logo', args=(look.logo.kind,))}?v={look.digest}"
        found["alt"] = texts.localised(look.logo_text, context["language"])
        found["is_wide"] = look.logo.ratio > _WIDE
    return found


@lru_cache(maxsize=64)
def _digest(path: str) -> str:
    found = finders.find(path)
    if not found:
        return "0"
    return digest_of_file(str(found))[:IN_ADDRESS]
