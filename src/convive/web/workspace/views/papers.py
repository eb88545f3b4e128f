"""The papers of a meeting, to print or to open in a word processor."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from convive.app.documents import Kind
from convive.app.meeting_documents import minutes_document, pack_document
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.observatory.current import current_look
from convive.web.workspace.presenters.papers import paper_of
from convive.web.workspace.views.meeting_base import meeting_or_404
from convive.wiring.documents import MEDIA_TYPES, render

_PAPERS = {"pack": pack_document, "minutes": minutes_document}


@access.reader()
def paper(request: AccountRequest, language: str, code: str, paper: str, kind: str) -> HttpResponse:
    """Give the pack or the minutes as PDF or DOCX, in the reader's language."""
    found = meeting_or_404(request, code)
    if paper not in _PAPERS or kind not in MEDIA_TYPES:
        raise Http404
    document = _PAPERS[paper](paper_of(found, request.user, language))
    wanted: Kind = "pdf" if kind == "pdf" else "docx"
    content = render(document, wanted, current_look())
    name = f"{found.code}-{paper}.{kind}"
    return HttpResponse(
        content, content_type=MEDIA_TYPES[wanted],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip
