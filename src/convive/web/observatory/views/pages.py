"""Pages of words: how we measure, methods, accessibility."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from convive.catalogue.texts import localised, say
from convive.core.collation import collation_key
from convive.web.observatory.current import Site
from convive.web.observatory.markdown import Document, load_document
from convive.web.observatory.presenters.accessibility import present_results
from convive.web.observatory.views.page import outlasts, public_page, show

RESULTS = Path(__file__).resolve().parents[1] / "accessibility.json"


def method_documents() -> dict[str, Path]:
    """Return method id → its page; a checkout's own pages go before the packaged copy."""
    found: dict[str, Path] = {}
    for folder in settings.METHODS_FOLDERS:
        for path in sorted(Path(folder).glob("*.md")):
            if path.stem.lower() != "readme":
                found.setdefault(path.stem, path)
    return found


@public_page
@outlasts
def method_list(request: HttpRequest, site: Site, language: str) -> HttpResponse:
    """List the method pages."""
    pages = [
        {"method_id": method_id.replace("_", "-"), "title": load_document(path).title}
        for method_id, path in method_documents().items()
    ]
    return show(
        request, site, "method_list",
        language=language, nav="about", title=say("web.methods.title", language),
        pages=sorted(pages, key=lambda page: collation_key(page["title"])),
    )  # fmt: skip


@public_page
@outlasts
def method_page(request: HttpRequest, site: Site, language: str, method_id: str) -> HttpResponse:
    """Show one method page; it is written in English and marked as such."""
    document = find_method(method_id)
    if document is None:
        raise Http404
    return show(
        request, site, "method",
        language=language, nav="about", title=document.title, document=document,
    )  # fmt: skip


def find_method(method_id: str) -> Document | None:
    """Return the page of a method, underscores and hyphens alike; None where there is none."""
    wanted = method_id.replace("_", "-")
    for known, path in method_documents().items():
        if known.replace("_", "-") == wanted:
            return load_document(path)
    return None


@public_page
@outlasts
def about(request: HttpRequest, site: Site, language: str) -> HttpResponse:
    """Say how we measure: four faces, uncertainty, what is not shown, what is never done."""
    city = site.build.city
    return show(
        request, site, "about",
        language=language, nav="about", title=say("web.about.title", language),
        disclosure=city.disclosure, base_year=city.base_year,
        denominators=[localised(one.name, language) for one in city.denominators],
        interventions=city.interventions,
    )  # fmt: skip


@public_page
@outlasts
def accessibility(request: HttpRequest, site: Site, language: str) -> HttpResponse:
    """Show the accessibility statement."""
    return show(
        request, site, "accessibility",
        language=language, title=say("web.accessibility.title", language),
        results=_checked(language),
    )  # fmt: skip


def _checked(language: str) -> dict[str, Any]:
    """Return what the checks found, as `tools/accessibility.py` has written it down."""
    return present_results(json.loads(RESULTS.read_text(encoding="utf-8")), language)
