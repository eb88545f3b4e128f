"""The year of a plan: what was delivered, what evaluations say, what it cost."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from convive.core.evaluation.yearly import Known, YearlyReport, yearly_report
from convive.core.strategy.model import Plan
from convive.web.evaluation.models import Evaluation, KeptAnswer
from convive.web.evaluation.selectors.due import due_on, studies_now
from convive.web.evaluation.selectors.evaluations import answer_in
from convive.web.evaluation.selectors.held import worth_now
from convive.web.staff.city import disclosure_now
from convive.web.workspace.clock import today
from convive.web.workspace.models import Strategy
from convive.web.workspace.selectors.money import sums_of_action
from convive.web.workspace.selectors.plan import plan_of


def year_of(strategy: Strategy, year: int, account: Any) -> tuple[Plan, YearlyReport]:
    """Return a plan as an account may know it, and the report of one of its years."""
    plan = plan_of(strategy, for_account=account)
    report = yearly_report(
        plan, year, today=today(), rule=disclosure_now(), known=known_of(strategy)
    )
    return plan, report


def known_of(strategy: Strategy) -> Mapping[str, Known]:
    """Return reference of an action → what is known of its effect."""
    rows = Evaluation.objects.filter(action__strategy=strategy).select_related("action__strategy")
    newest: dict[int, KeptAnswer] = {}
    for one in KeptAnswer.objects.filter(evaluation__in=rows).order_by("at", "pk"):
        newest[one.evaluation_id] = one
    plans = studies_now(evaluation__in=rows)
    return {
        f"action:{row.action.code}": _known(row, newest.get(row.pk), plans.get(row.pk))
        for row in rows
    }


def _known(row: Evaluation, kept: KeptAnswer | None, plan: Any) -> Known:
    due = due_on(plan[0]) if plan else None
    if kept is None:
        return Known(None, due_on=due)
    answer = answer_in(kept)
    spent = sums_of_action(row.action).spent or Decimal(0)
    worth = worth_now(row, spent, row.action.strategy.currency, answer)
    # Before the end "cannot tell" means that the time has not come.
    verdict = answer.verdict if answer.is_final or answer.verdict != "cannot_tell" else None
    return Known(verdict, kept.day, due, answer.harms, worth)
