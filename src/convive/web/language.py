"""The language of a page is the first part of its address."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest
from django.urls import get_script_prefix, register_converter
from django.utils.translation.trans_real import parse_accept_lang_header

from convive.catalogue.texts import languages

LANGUAGE_NAMES = {
    "en": "English", "fr": "Français", "es": "Español", "it": "Italiano",
    "de": "Deutsch", "pt": "Português", "nl": "Nederlands",
}  # fmt: skip
_FIRST_PART = re.compile(r"^/[^/]*")


class LanguageConverter:
    """One of the catalogue's languages."""

    regex = "|".join(languages())

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(LanguageConverter, "language")


def preferred_language(request: HttpRequest) -> str:
    """Return the language of the address, else the reader's first that the site speaks."""
    path = request.path_info
    part = path.split("/")[1] if "/" in path else ""
    if part in languages():
        return part
    for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:500]):
        if code.split("-")[0] in languages():
            return code.split("-")[0]
    return "en"


def language_choices(request: HttpRequest, language: str) -> list[dict[str, Any]]:
    """Return the same page in every language, the question of the address kept."""
    path = request.path_info if _FIRST_PART.match(request.path_info) else f"/{language}/"
    before = get_script_prefix().rstrip("/")
    query = request.META.get("QUERY_STRING", "")
    tail = f"?{query}" if query else ""
    choices = []
    for code in languages():
        address = before + _FIRST_PART.sub(f"/{code}", path, count=1) + tail
        choices.append({
            "code": code, "name": LANGUAGE_NAMES[code], "href": address,
            "absolute": f"{request.scheme}://{_host(request)}{address}",
            "is_current": code == language,
        })  # fmt: skip
    return choices


def _host(request: HttpRequest) -> str:
    try:
        return request.get_host()
    except Exception:  # noqa: BLE001 - an error page must not fail for a bad host name
        return "localhost"
