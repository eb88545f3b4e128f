"""The balance of a plan: where the money goes, for whom, over the years; and as a paper."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse

from convive.app.plan_document import balance_document
from convive.app.plan_wording import part_name
from convive.catalogue.texts import say
from convive.core.strategy.balance import SPLITS, balance_of
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.observatory.current import current_look
from convive.web.workspace.clock import today
from convive.web.workspace.models import Strategy
from convive.web.workspace.plan_papers import note_export, rendered
from convive.web.workspace.presenters.balance_page import OVER_YEARS, present_balance
from convive.web.workspace.selectors.ledger import ToldLedger, told_ledger
from convive.web.workspace.selectors.plan import head_of
from convive.web.workspace.views.plan_base import show_plan, strategy_or_404
from convive.web.workspace.views.plan_begin import show_begin
from convive.web.workspace.views.plan_export import as_file
from convive.wiring.documents import render_workbook

KINDS = ("pdf", "docx", "xlsx")


@access.reader()
def balance(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show money and actions by everything that a plan is sorted by."""
    return _show(request, language, code, is_print=False)


@access.reader()
def balance_print(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show the same without what one cannot press on paper."""
    return _show(request, language, code, is_print=True)


def _show(request: AccountRequest, language: str, code: str, *, is_print: bool) -> HttpResponse:
    strategy = strategy_or_404(request, code)
    wanted = request.GET.get("by", "")
    by = wanted if wanted in OVER_YEARS else "pillar"
    shown = present_balance(told_ledger(strategy, request.user), by, language)
    title = say("plan.balance.title", language)
    if not is_print and not shown["n"]:
        return show_begin(request, strategy, language=language, tab="balance", title=title)
    return show_plan(
        request, "balance", strategy, language=language, tab="balance", is_print=is_print, by=by,
        title=title, shown=shown, kinds=KINDS, today=today(),
    )  # fmt: skip


@access.reader()
def balance_file(request: AccountRequest, language: str, code: str, kind: str) -> HttpResponse:
    """Give the balance as PDF, DOCX or workbook; the log tells that."""
    strategy = strategy_or_404(request, code)
    if kind not in KINDS:
        raise Http404
    told = told_ledger(strategy, request.user)
    if kind == "xlsx":
        content = _workbook(strategy, told, language)
    else:
        content = rendered(
            lambda: balance_document(
                head_of(strategy), told.ledger, language=language, on=today(),
                is_outline=told.is_outline,
            ),
            kind,
        )  # fmt: skip
    note_export(strategy, "balance", kind, is_outline=told.is_outline, actor=request.user)
    return as_file(content, f"balance-{code}", kind)


def _workbook(strategy: Strategy, told: ToldLedger, language: str) -> bytes:
    found = balance_of(told.ledger)
    amounts = ("planned",) if told.is_outline else ("planned", "spent")
    sheets: list[Any] = []
    for by in SPLITS:
        head = [f"plan.by.{by}", *(f"plan.doc.{name}" for name in (*amounts, "n"))]
        rows = [
            [part_name(by, one, language), *(float(getattr(one, name)) for name in amounts), one.n]
            for one in found.splits[by].parts
        ]
        sheets.append((say(f"plan.by.{by}", language), [say(one, language) for one in head], rows))
    title = say("plan.doc.balance_title", language, title=strategy.title)
    return render_workbook(title, sheets, current_look())
