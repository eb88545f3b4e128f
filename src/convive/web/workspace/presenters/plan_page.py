"""Sums of a plan in words, and money as readers write it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from convive.catalogue.texts import format_number, say
from convive.core.strategy.vocabulary import Pillar, Progress
from convive.web.workspace.models import Strategy
from convive.web.workspace.selectors.money import added
from convive.web.workspace.selectors.tree import Sums


def money_text(amount: Decimal | float | None, currency: str, language: str) -> str:
    """Return an amount with its currency; cents only where there are some."""
    if amount is None:
        return ""
    exact = Decimal(str(amount))
    decimals = 0 if exact == exact.to_integral_value() else 2
    return f"{format_number(float(exact), language, decimals)}\u00a0{currency}"


def present_totals(sums: Sums, strategy: Strategy, language: str) -> dict[str, Any]:
    """Return the sums of a plan by pillar, always all three, and by light."""
    numbers, amounts, lights_of = sums.n_by(1), sums.planned_by(1), sums.n_by(2)
    planned = added(amounts.values())
    pillars = [
        {
            "code": one.value, "words": say(f"plan.pillar.{one}", language),
            "n": numbers[one.value],
            "money": _planned(amounts.get(one.value), strategy.currency, language),
            "share": _share(amounts.get(one.value), planned),
        }
        for one in Pillar
    ]  # fmt: skip
    lights = [
        {"code": one.value, "words": say(f"plan.progress.{one}", language), "n": n}
        for one in Progress
        if (n := lights_of[one.value])
    ]
    return {
        "n": sums.n, "planned": _planned(planned, strategy.currency, language),
        "pillars": pillars, "lights": lights, "not_read": lights_of[""],
    }  # fmt: skip


def _planned(amount: Decimal | None, currency: str, language: str) -> str:
    """Return planned money beside numbers of actions; what nobody noted is no 0."""
    return money_text(amount, currency, language) or say("plan.no_money", language)


def _share(part: Decimal | None, whole: Decimal | None) -> float | None:
    return float(100 * part / whole) if part is not None and whole else None
