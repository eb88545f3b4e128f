"""Tags of the pages: sentences, addresses, assets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import get_script_prefix, reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from convive.app import shown_figures as figures
from convive.app.atom import MEDIA_TYPE
from convive.catalogue import texts
from convive.catalogue.directions import direction_of
from convive.web.observatory.asset_files import IN_ADDRESS, digest_of_file
from convive.web.observatory.current import current_look
from convive.web.observatory.templatetags.quick_tags import KeptNode, QuickTags

register = template.Library()
quick_tag = QuickTags(register)
_WIDE = 2.5
"""A logo wider than this many heights stands lower, so that the name keeps its place."""


@quick_tag("say")
def say_tag(context: template.Context, key: str, **params: Any) -> str:
    """Return a sentence of the catalogue in the reader's language."""
    return texts.say(key, context["language"], **params)


@quick_tag("words")
def words(context: template.Context, prefix: str, code: Any) -> str:
    """Return ``<prefix>.<code>`` in words, or the code where it has none."""
    return figures.words_of(prefix, code, context["language"])


@quick_tag("to")
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


@quick_tag("label")
def label(context: template.Context, kind: Any, text: Any) -> SafeString:  # noqa: ARG001
    """Return a verdict or certainty as a small label; ``ok``, ``warn`` or ``na`` is its look."""
    return mark_safe(
        f'<span class="tag {conditional_escape(kind)}">{conditional_escape(text)}</span>\n'
    )


@quick_tag("number")
def number(context: template.Context, value: float | None, decimals: int = 0) -> str:
    """Return a number as the reader writes it; empty for None."""
    return "" if value is None else texts.format_number(value, context["language"], decimals)


@register.simple_tag(takes_context=True)
def percent(context: template.Context, value: float) -> str:
    """Return a percentage (0 to 100) as the reader writes it."""
    return texts.format_percent(value, context["language"])


@register.simple_tag(takes_context=True)
def share(context: template.Context, part: float, whole: float) -> str:
    """Return a part of a whole in percent; empty where there is no whole."""
    return texts.format_percent(100 * part / whole, context["language"]) if whole else ""


@quick_tag("local")
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


@register.simple_tag
def atom_type() -> str:
    """Return the media type of a feed."""
    return MEDIA_TYPE


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


@register.tag
def kept(parser: template.base.Parser, token: template.base.Token) -> KeptNode:
    """Write what stands between ``{% kept "name" %}`` and ``{% endkept %}`` once for many pages.

    It may depend on the audit, the language, the place in the navigation and the pages in it; in
    a context without ``kept_in`` (a site) it is written anew each time.
    """
    name = token.split_contents()[1].strip("\"'")
    nodes = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(name, nodes)


@register.simple_tag
def language_heads(choices: Iterable[Mapping[str, Any]]) -> SafeString:
    """Return the addresses of the page in every language, for its head."""
    return mark_safe("".join(
        f'<link rel="alternate" hreflang="{one["code"]}" href="{escape(one["absolute"])}">\n'
        for one in choices
    ))  # fmt: skip


@register.simple_tag
def other_locales(locales: Iterable[str]) -> SafeString:
    """Return the other languages of a page as those who show links to it read them."""
    lines = (f'<meta property="og:locale:alternate" content="{one}">\n' for one in locales)
    return mark_safe("".join(lines))


@register.simple_tag
def area_links(areas: Iterable[Mapping[str, Any]], language: str) -> SafeString:
    """Return areas as the items of a list."""
    return mark_safe("".join(
        f'<li><a href="{address_of("area", language, one["level"], one["area_id"])}">'
        f"{escape(str(one['name']))}</a></li>"
        for one in areas
    ))  # fmt: skip


@register.simple_tag
def language_links(choices: Iterable[Mapping[str, Any]]) -> SafeString:
    """Return the page in every language as the items of a list."""
    return mark_safe("".join(_language_link(one) for one in choices))


def _language_link(one: Mapping[str, Any]) -> str:
    here = ' aria-current="true"' if one["is_current"] else ""
    return (
        f'<li><a href="{escape(one["href"])}" lang="{one["code"]}" hreflang="{one["code"]}"{here}>'
        f"{escape(one['name'])}</a></li>"
    )


@lru_cache(maxsize=64)
def _digest(path: str) -> str:
    found = finders.find(path)
    if not found:
        return "0"
    return digest_of_file(str(found))[:IN_ADDRESS]
