"""The dossier of an evaluation, for the council or whoever pays: PDF to read, DOCX to edit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse

from convive.app.documents import Document
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.audit_log.actions import record
from convive.web.evaluation.presenters.dossier import dossier_of
from convive.web.evaluation.views.base import evaluation_or_404
from convive.web.workspace.plan_papers import rendered
from convive.web.workspace.secrecy import ACTING
from convive.wiring.documents import MEDIA_TYPES


@access.role(*sorted(ACTING))
def dossier(
    request: AccountRequest, language: str, code: str, part: str, kind: str
) -> HttpResponse:
    """Give everything about an evaluation as one document."""
    found = evaluation_or_404(request, code, part)
    return as_paper(
        request, lambda: dossier_of(found, language), kind, name=f"{part}-evaluation",
        paper="dossier", thing=("action", found.action_id),
    )  # fmt: skip


def as_paper(
    request: AccountRequest, make: Callable[[], Document], kind: str, *, name: str, paper: str,
    thing: tuple[str, Any],
) -> HttpResponse:  # fmt: skip
    """Return a document as a download; the log tells that it has left."""
    media = {str(one): text for one, text in MEDIA_TYPES.items()}
    if kind not in media:
        raise Http404
    content = rendered(make, kind)
    with transaction.atomic():
        record("evaluation.exported", actor=request.user, thing=thing, paper=paper, kind=kind)
    return HttpResponse(
        content, content_type=media[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'},
    )  # fmt: skip
