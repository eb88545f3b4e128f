"""The page for the council: on the screen, and as a file to print or to go on writing in."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from convive.catalogue.texts import say
from convive.core.errors import NotFoundError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.workspace.plan_papers import brief_of, note_export, rendered
from convive.web.workspace.presenters.document_blocks import present_blocks
from convive.web.workspace.selectors.told_plan import told_plan
from convive.web.workspace.views.plan_base import show_plan, strategy_or_404
from convive.web.workspace.views.plan_export import as_file

KINDS = ("pdf", "docx")


@access.reader()
def brief(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show what the page for the council says, as far as the person may know of the plan."""
    strategy = strategy_or_404(request, code)
    try:
        document = brief_of(strategy, told_plan(strategy, request.user), language)
    except NotFoundError:
        document = None
    return show_plan(
        request, "brief", strategy, language=language, tab="share", kinds=KINDS,
        title=say("brief.page", language), document=document,
        blocks=present_blocks(document) if document else (),
    )  # fmt: skip


@access.reader()
def brief_file(request: AccountRequest, language: str, code: str, kind: str) -> HttpResponse:
    """Give the page as PDF or DOCX; the log tells that."""
    strategy = strategy_or_404(request, code)
    if kind not in KINDS:
        raise Http404
    told = told_plan(strategy, request.user)
    try:
        document = brief_of(strategy, told, language)
    except NotFoundError as error:
        raise Http404 from error
    content = rendered(lambda: document, kind)
    note_export(strategy, "brief", kind, is_outline=told.is_outline, actor=request.user)
    return as_file(content, f"brief-{code}", kind)
