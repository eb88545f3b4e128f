"""The shelf: every instrument with what it asks and computes, open to everybody."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from convive.catalogue import find
from convive.catalogue.texts import localised, say
from convive.catalogue.worked_cases import TODAY
from convive.core.collation import collation_key
from convive.core.errors import NotFoundError
from convive.core.instruments.filling import fill
from convive.core.instruments.model import Instrument, InstrumentKind
from convive.web.fieldwork.outcomes import answer_blocks, outcomes, provenance_notice
from convive.web.fieldwork.rendering import words
from convive.web.fieldwork.shelf_words import scores_in_words, sections_in_words
from convive.web.fieldwork.views.open_pages import open_page, show_open
from convive.web.fieldwork.views.shelf_files import KINDS


@open_page
def shelf(request: HttpRequest, language: str) -> HttpResponse:
    """List the instruments, kind by kind."""
    groups = []
    for kind in InstrumentKind:
        rows = [_row(one, language) for one in find.instruments() if one.kind is kind]
        if rows:
            rows.sort(key=lambda row: collation_key(row["title"].text))
            groups.append({"kind": str(kind), "rows": rows})
    return show_open(
        request, "shelf/list", language=language, title=say("shelf.title", language), groups=groups
    )


@open_page
def instrument(request: HttpRequest, language: str, instrument_id: str) -> HttpResponse:
    """Show one instrument: questions, scales, scores, worked cases, sources."""
    try:
        found = find.instrument(instrument_id)
        cases = find.worked_cases(instrument_id)
    except NotFoundError as error:
        raise Http404 from error
    return show_open(
        request, "shelf/instrument",
        language=language, title=localised(found.title, language), one=_row(found, language),
        sections=sections_in_words(found, language), scores=scores_in_words(found, language),
        cases=[_case(found, case, language) for case in cases], downloads=list(KINDS),
        only_english=language not in found.languages,
        description=localised(found.summary, language),
    )  # fmt: skip


def _row(one: Instrument, language: str) -> dict[str, Any]:
    return {
        "instrument": one,
        "title": words(one.title, language),
        "summary": words(one.summary, language),
        "when_not": words(one.when_not, language),
        "introduction": words(one.introduction, language),
        "no_score": words(one.no_score_reason, language),
        "notice": provenance_notice(one, language),
        "n": sum(1 for _ in one.items()),
    }


def _case(one: Instrument, case: Any, language: str) -> dict[str, Any]:
    filled = fill(one, case.answers, today=TODAY)
    return {
        "title": case.title,
        "outcomes": outcomes(one, filled, language),
        "blocks": answer_blocks(one, filled, language),
    }
