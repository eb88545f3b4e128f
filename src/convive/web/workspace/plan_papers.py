"""A strategy as a file, and the event by which the log knows that it has left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from convive.app.council_brief import BriefPlan, council_brief
from convive.app.documents import Document, Kind
from convive.app.plan_document import Beside, plan_document
from convive.catalogue import find
from convive.core.strategy.coverage import coverage, offer_of
from convive.web.audit_log.actions import record
from convive.web.observatory.current import current_look, current_site
from convive.web.staff.audit import names_now
from convive.web.workspace.clock import today
from convive.web.workspace.models import Strategy
from convive.web.workspace.presenters.coverage_page import is_for_plans
from convive.web.workspace.selectors.told_plan import ToldPlan, told_standings
from convive.wiring.documents import render
from convive.wiring.plans import write_plan


def plan_file(strategy: Strategy, told: ToldPlan, kind: str, language: str) -> bytes:
    """Return what is told of a strategy as JSON, workbook, PDF or DOCX."""
    if kind == "json":
        return write_plan(told.plan, "json")
    if kind == "xlsx":
        return write_plan(told.plan, "xlsx", language)
    return rendered(lambda: _document(strategy, told, language), kind)


def _document(strategy: Strategy, told: ToldPlan, language: str) -> Document:
    frameworks = [one for one in find.frameworks() if is_for_plans(one)]
    offer = offer_of(told.plan)
    return plan_document(
        told.plan, language=language, on=today(), is_outline=told.is_outline,
        beside=Beside(
            told_standings(strategy, told, today()),
            [(one, coverage(offer, one)) for one in frameworks],
            names_now(language),
        ),
    )  # fmt: skip


def brief_of(strategy: Strategy, told: ToldPlan, language: str) -> Document:
    """Return the page for the council on the audit that is shown and what is told of a plan.

    Raises
    ------
    NotFoundError
        BUILD_NOT_FOUND where no finished audit is there.
    """
    standings = told_standings(strategy, told, today())
    plan = BriefPlan(told.plan, standings, is_outline=told.is_outline)
    return council_brief(current_site().build, plan, language=language, on=today())


def rendered(make: Callable[[], Document], kind: str) -> bytes:
    """Return a document as PDF or DOCX."""
    wanted: Kind = "pdf" if kind == "pdf" else "docx"
    return render(make(), wanted, current_look())


def note_export(strategy: Strategy, paper: str, kind: str, *, is_outline: bool, **who: Any) -> None:
    """Tell the log that something has left; `who` is the actor or label of `record`."""
    with transaction.atomic():
        record(
            "workspace.exported", thing=("strategy", strategy.pk), paper=paper, kind=kind,
            is_outline=is_outline, **who,
        )  # fmt: skip
