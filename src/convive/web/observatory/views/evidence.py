"""Where the figures come from: sources and their quality, run record, what is not known."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from convive.catalogue.texts import say
from convive.web.observatory import selectors
from convive.web.observatory.current import Site
from convive.web.observatory.presenters import sources as present
from convive.web.observatory.views.page import public_page, show


@public_page
def sources(request: HttpRequest, site: Site, language: str) -> HttpResponse:
    """Show every source with its quality light in words, reasons and checks."""
    checks = selectors.list_rows(site, "quality")
    crosswalks = (site.build.run.get("parameters") or {}).get("crosswalk") or {}
    cards = [
        present.source_card(
            row,
            [one for one in checks if one["source_id"] == row["source_id"]],
            language,
            crosswalk=crosswalks.get(row["source_id"]),
        )
        for row in selectors.list_sources(site)
    ]
    return show(
        request, site, "sources",
        language=language, nav="sources", title=say("web.sources.title", language),
        sources=cards, raters=present.rater_rows(selectors.list_rows(site, "raters"), language),
    )  # fmt: skip


@public_page
def run_record(request: HttpRequest, site: Site, language: str) -> HttpResponse:
    """Show the run record: what went in, with which code, seed and definitions."""
    run: dict[str, Any] = dict(site.build.run)
    return show(
        request, site, "run",
        language=language, nav="sources", title=say("web.run.title", language),
        facts=present.run_facts(run), inputs=run.get("inputs") or [],
        definitions=present.definition_rows(run.get("definitions")),
        digests=sorted((run.get("tables") or {}).items()), digest=site.digest,
    )  # fmt: skip


@public_page
def unknown(request: HttpRequest, site: Site, language: str) -> HttpResponse:
    """Say what this city does not know yet and what follows from it."""
    missing = [present.missing_words(row, language) for row in selectors.list_rows(site, "missing")]
    return show(
        request, site, "unknown",
        language=language, nav="about", title=say("web.unknown.title", language),
        missing=missing, hidden=_hidden_counts(site, language),
    )  # fmt: skip


def _hidden_counts(site: Site, language: str) -> list[dict[str, Any]]:
    """Return how many figures are not shown, by reason."""
    data = site.build.tables["estimates"].select(["status", "reason"])
    groups = data.group_by(["status", "reason"]).aggregate([([], "count_all")]).to_pylist()
    return present.hidden_words(groups, language)
