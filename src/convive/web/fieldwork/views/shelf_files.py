"""An instrument of the shelf as a file: spreadsheet, form for field apps, sheet of paper."""

from __future__ import annotations

from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse

from convive.app.fieldwork.paper_forms import PaperOrder
from convive.catalogue import find
from convive.core.errors import NotFoundError
from convive.web.fieldwork.views.open_pages import open_page
from convive.wiring.paper import paper_form
from convive.wiring.xlsform import InstrumentFormat, instrument_as

KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "text/xml; charset=utf-8",
    "pdf": "application/pdf",
}


@open_page
def instrument_file(
    request: HttpRequest,  # noqa: ARG001 - the answer is the same for everybody
    language: str,
    instrument_id: str,
    kind: str,
) -> HttpResponse:
    """Hand out an instrument; the sheet of paper is in the reader's language."""
    try:
        digest = find.instrument(instrument_id).digest
    except NotFoundError as error:
        raise Http404 from error
    if kind not in KINDS:
        raise Http404
    name = f"{instrument_id}-{language}.pdf" if kind == "pdf" else f"{instrument_id}.{kind}"
    response = HttpResponse(_made(instrument_id, digest, kind, language), content_type=KINDS[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@lru_cache(maxsize=64)
def _made(instrument_id: str, digest: str, kind: str, language: str) -> bytes:  # noqa: ARG001
    """Make a file once: the digest keys the cache, and printing takes a second."""
    instrument = find.instrument(instrument_id)
    if kind == "pdf":
        return paper_form(PaperOrder(instrument, language, instrument.id, first=1, sheets=1))
    (content,) = instrument_as(instrument, InstrumentFormat(kind)).values()
    return content
