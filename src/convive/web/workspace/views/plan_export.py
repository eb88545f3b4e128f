"""A plan as a file: what somebody may know of, as JSON, workbook, PDF or DOCX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse

from convive.app.documents import Document, Kind
from convive.app.plan_document import plan_document
from convive.catalogue import find
from convive.catalogue.texts import say
from convive.core.strategy.coverage import coverage
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.audit_log.actions import record
from convive.web.workspace.clock import today
from convive.web.workspace.models import Strategy
from convive.web.workspace.presenters.coverage_page import is_for_plans
from convive.web.workspace.selectors.told_plan import ToldPlan, told_plan, told_standings
from convive.web.workspace.views.plan_base import show_plan, strategy_or_404
from convive.wiring.documents import MEDIA_TYPES, render
from convive.wiring.plans import write_plan

TYPES = {
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    **MEDIA_TYPES,
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
    content = _written(strategy, told, kind, language)
    note_export(strategy, "plan", kind, told, request.user)
    return as_file(content, f"plan-{code}", kind)


def _written(strategy: Strategy, told: ToldPlan, kind: str, language: str) -> bytes:
    if kind == "json":
        return write_plan(told.plan, "json")
    if kind == "xlsx":
        return write_plan(told.plan, "xlsx", language)
    return rendered(lambda: _document(strategy, told, language), kind)


def _document(strategy: Strategy, told: ToldPlan, language: str) -> Document:
    frameworks = [one for one in find.frameworks() if is_for_plans(one)]
    return plan_document(
        told.plan, language=language, on=today(), is_outline=told.is_outline,
        standings=told_standings(strategy, told, today()),
        coverages=[(one, coverage(told.plan, one)) for one in frameworks],
    )  # fmt: skip


def rendered(make: Callable[[], Document], kind: str) -> bytes:
    """Return a document as PDF or DOCX."""
    wanted: Kind = "pdf" if kind == "pdf" else "docx"
    return render(make(), wanted)


def note_export(strategy: Strategy, paper: str, kind: str, told: ToldPlan, account: Any) -> None:
    """Tell the log that something has left."""
    with transaction.atomic():
        record(
            "workspace.exported", actor=account, thing=("strategy", strategy.pk), paper=paper,
            kind=kind, is_outline=told.is_outline,
        )  # fmt: skip


def as_file(content: bytes, stem: str, kind: str) -> HttpResponse:
    """Return a download; its name is made of codes only."""
    return HttpResponse(
        content, content_type=TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{stem}.{kind}"'},
    )  # fmt: skip
