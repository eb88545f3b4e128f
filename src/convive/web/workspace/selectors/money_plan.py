"""A plan as the balance needs it: money, and people reached as one sum an action; kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import QuerySet

from convive.core.strategy.model import Action, DiaryEntry, Plan, Spending
from convive.core.strategy.vocabulary import Delivery
from convive.web.workspace import models
from convive.web.workspace.secrecy import WHOLE
from convive.web.workspace.selectors.outline import outline_of
from convive.web.workspace.selectors.told_plan import ToldPlan

Actions = Callable[[Action], Action]


def money_plan(strategy: models.Strategy, account: Any) -> ToldPlan:
    """Return what an account may know of the money of a strategy.

    Whoever sees only some actions whole is told the planned money, and no sum of what was spent.
    Five years of diary are one entry an action, with the sum of those reached.
    """
    outline = outline_of(strategy)
    if not account.roles & WHOLE:
        return ToldPlan(outline.plan, is_outline=True, keep=outline.keep)
    plan = outline.keep("money", lambda: _with_money(strategy, outline.plan))
    entries = outline.keep("entries", lambda: (_entries(strategy).count(), _told(strategy).count()))
    return ToldPlan(
        plan, is_outline=False, entries=entries,
        keep=lambda key, make: outline.keep(("money", key), make),
    )  # fmt: skip


def _entries(strategy: models.Strategy) -> QuerySet[models.DiaryEntry]:
    """Return the entries that hold: one that was put right by another is left out."""
    return models.DiaryEntry.objects.filter(action__strategy=strategy, corrected_by=None)


def _told(strategy: models.Strategy) -> QuerySet[models.DiaryEntry]:
    """Return those that say how many were reached."""
    return _entries(strategy).exclude(reached={}).order_by()


def _with_money(strategy: models.Strategy, plan: Plan) -> Plan:
    spent: dict[str, list[Spending]] = defaultdict(list)
    rows = models.Spending.objects.filter(action__strategy=strategy).order_by("on", "pk")
    for code, on, amount, note in rows.values_list("action__code", "on", "amount", "note"):
        spent[code].append(Spending(on, amount, note))
    reached = _reached(strategy)

    def with_money(action: Action) -> Action:
        diary = (reached[action.code],) if action.code in reached else ()
        return replace(action, spending=tuple(spent.get(action.code, ())), diary=diary)

    return _changed(plan, with_money)


def _reached(strategy: models.Strategy) -> dict[str, DiaryEntry]:
    """Return one entry an action, with everybody that its entries have reached, by group."""
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    last: dict[str, date] = {}
    rows = _told(strategy).values_list("action__code", "on", "reached")
    for code, on, reached in rows.iterator(5000):
        sums[code].update(reached)
        last[code] = max(on, last.get(code, on))
    return {
        code: DiaryEntry(last[code], "", Delivery.AS_PLANNED, reached=dict(found))
        for code, found in sums.items()
    }


def _changed(plan: Plan, change: Actions) -> Plan:
    return replace(
        plan,
        challenges=tuple(
            replace(
                challenge,
                objectives=tuple(
                    replace(one, actions=tuple(change(action) for action in one.actions))
                    for one in challenge.objectives
                ),
            )
            for challenge in plan.challenges
        ),
    )
