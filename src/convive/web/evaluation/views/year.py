"""The yearly report of a plan: as a page, to print, to edit."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse

from convive.app.documents import Document
from convive.app.yearly_document import yearly_document
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.evaluation.selectors.year import year_of
from convive.web.evaluation.views.base import show_evaluation
from convive.web.evaluation.views.papers import as_paper
from convive.web.staff.audit import names_now
from convive.web.staff.page import go
from convive.web.workspace.clock import today
from convive.web.workspace.models import Strategy
from convive.web.workspace.presenters.document_blocks import present_blocks
from convive.web.workspace.secrecy import WHOLE, sees_plans_whole
from convive.web.workspace.views.plan_base import strategy_or_404


@access.role(*sorted(WHOLE))
def years(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Send on to the year that the plan is in, or its last one."""
    found = strategy_or_404(request, code)
    year = min(max(today().year, found.from_year), found.until_year)
    return go("plan-year", language, code, year)


@access.role(*sorted(WHOLE))
def year_page(request: AccountRequest, language: str, code: str, year: int) -> HttpResponse:
    """Show the report of a year."""
    strategy = _strategy_or_404(request, code, year)
    document = _document(request, strategy, year, language)
    last = min(strategy.until_year, today().year)
    return show_evaluation(
        request, "year", language=language, title=document.title, strategy=strategy, year=year,
        nav="strategies", blocks=present_blocks(document), subtitle=document.subtitle,
        years=range(strategy.from_year, max(last, strategy.from_year) + 1),
        trail=[(reverse("strategy", args=(language, code)), strategy.title)],
    )  # fmt: skip


@access.role(*sorted(WHOLE))
def year_file(
    request: AccountRequest, language: str, code: str, year: int, kind: str
) -> HttpResponse:
    """Give the report as PDF or DOCX."""
    strategy = _strategy_or_404(request, code, year)
    name = f"{code}-{year}"
    return as_paper(
        request, lambda: _document(request, strategy, year, language), kind, name=name,
        paper="year", thing=("strategy", strategy.pk),
    )  # fmt: skip


def _strategy_or_404(request: AccountRequest, code: str, year: int) -> Strategy:
    """Return a strategy of which the person sees diary and spending: the report rests on both."""
    found = strategy_or_404(request, code)
    if not sees_plans_whole(request.user) or not found.from_year <= year <= found.until_year:
        raise Http404
    return found


def _document(request: AccountRequest, strategy: Strategy, year: int, language: str) -> Document:
    plan, report = year_of(strategy, year, request.user)
    return yearly_document(report, plan, language=language, on=today(), names=names_now(language))
