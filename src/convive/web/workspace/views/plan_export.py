"""A plan as a file: what somebody may know of, as JSON, workbook, PDF or DOCX."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from convive.catalogue.texts import say
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.workspace.models import Strategy
from convive.web.workspace.plan_papers import note_export, plan_file
from convive.web.workspace.selectors.told_plan import told_plan
from convive.web.workspace.views.plan_base import show_plan, strategy_or_404
from convive.wiring.documents import MEDIA_TYPES

TYPES: dict[str, str] = {
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": MEDIA_TYPES["pdf"],
    "docx": MEDIA_TYPES["docx"],
}
KINDS = ("pdf", "docx", "xlsx", "json")


@access.reader()
def share(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show what can be done with the plan elsewhere: files, a comparison, the public page."""
    strategy = strategy_or_404(request, code)
    return show_plan(
        request, "share", strategy, language=language, tab="share", kinds=KINDS,
        title=say("plan.share.title", language), is_draft=strategy.state == Strategy.State.DRAFT,
    )  # fmt: skip


@access.reader()
def export(request: AccountRequest, language: str, code: str, kind: str) -> HttpResponse:
    """Give the plan as a file, as far as the person may know of it; the log tells that."""
    strategy = strategy_or_404(request, code)
    if kind not in TYPES:
        raise Http404
    told = told_plan(strategy, request.user)
    content = plan_file(strategy, told, kind, language)
    note_export(strategy, "plan", kind, is_outline=told.is_outline, actor=request.user)
    return as_file(content, f"plan-{code}", kind)


def as_file(content: bytes, stem: str, kind: str) -> HttpResponse:
    """Return a download; its name is made of codes only."""
    return HttpResponse(
        content, content_type=TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{stem}.{kind}"'},
    )  # fmt: skip
