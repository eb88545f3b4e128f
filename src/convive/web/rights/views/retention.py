"""What is due to go and when, and the proof of what went."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils import timezone

from convive.catalogue.texts import say
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.observatory.current import current_look
from convive.web.rights.actions.proofs import holds
from convive.web.rights.models import Proof
from convive.web.rights.presenters.retention import proof_document, register_rows, rule_words
from convive.web.roles import Role
from convive.web.staff.page import show
from convive.web.staff.pages import page_of
from convive.wiring import documents

NAV = "evidence"
KEEPERS = (Role.DATA_PROTECTION, Role.COORDINATOR)


@access.role(*KEEPERS)
def register(request: AccountRequest, language: str) -> HttpResponse:
    """Show what is kept, by which rule it goes, when next, and what went."""
    page = page_of(request, Proof.objects.all())
    return show(
        request, "rights/retention.html",
        language=language, title=say("rights.retention.title", language), nav=NAV,
        rows=register_rows(language, timezone.localdate()), page=page, question="",
        proofs=[
            {"proof": one, "holds": holds(one), "rule": rule_words(one.rule, language)}
            for one in page.object_list
        ],
    )  # fmt: skip


@access.role(*KEEPERS)
def proof(request: AccountRequest, language: str, proof_id: int, kind: str) -> HttpResponse:  # noqa: ARG001
    """Give a proof to be printed."""
    found = Proof.objects.filter(pk=proof_id).first()
    if found is None or kind not in documents.MEDIA_TYPES:
        raise Http404
    content = documents.render(proof_document(found, language), kind, current_look())
    headers = {"Content-Disposition": f'attachment; filename="proof-{found.pk}.{kind}"'}
    return HttpResponse(content, content_type=documents.MEDIA_TYPES[kind], headers=headers)
