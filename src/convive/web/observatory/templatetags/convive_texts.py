"""Tags of the pages: sentences, addresses, assets."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import reverse

from convive.catalogue import texts
from convive.web.observatory.presenters import figures

register = template.Library()


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
    return reverse(name, args=(context["language"], *args))


@register.simple_tag(takes_context=True)
def number(context: template.Context, value: float | None, decimals: int = 0) -> str:
    """Return a number as the reader writes it; empty for None."""
    return "" if value is None else texts.format_number(value, context["language"], decimals)


@register.simple_tag(takes_context=True)
def local(context: template.Context, text: Any) -> str:
    """Return a text of the pack in the reader's language, or the nearest there is."""
    return texts.localised(text, context["language"])


@register.simple_tag
def asset(path: str) -> str:
    """Return the address of a static file, with a digest so that it may be kept for long."""
    return f"{static(path)}?v={_digest(path)}"


@lru_cache(maxsize=64)
def _digest(path: str) -> str:
    found = finders.find(path)
    if not found:
        return "0"
    with open(str(found), "rb") as file:  # noqa: PTH123 - the finder gives a text
        return hashlib.sha256(file.read()).hexdigest()[:10]
