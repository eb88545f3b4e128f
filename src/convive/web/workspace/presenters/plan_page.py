"""Sums of a plan in words, and money as readers write it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from convive.catalogue.texts import format_number, say
from convive.core.strategy.vocabulary import Pillar, Progress
from convive.web.workspace.models import Strategy


def money_text(amount: Decimal | float | None, currency: str, language: str) -> str:
    """Return an amount with its currency; cents only where there are some."""
    if amount is None:
        return ""
    exact = Decimal(str(amount))
    decimals = 0 if exact == exact.to_integral_value() else 2
    return f"{format_number(float(exact), language, decimals)}\u00a0{currency}"


def present_totals(totals: Mapping[str, Any], strategy: Strategy, language: str) -> dict[str, Any]:
    """Return the sums of a plan by pillar, always all three, and by light."""
    planned = totals["planned"]
    pillars = [
        {
            "code": one.value, "words": say(f"plan.pillar.{one}", language),
            "n": totals["pillars"].get(one.value, 0),
            "money": money_text(totals["money"].get(one.value, Decimal(0)), strategy.currency, language),
            "share": _share(totals["money"].get(one.value, Decimal(0)), planned),
        }
        for one in Pillar
    ]  # fmt: skip
    lights = [
        {"code": one.value, "words": say(f"plan.progress.{one}", language), "n": n}
        for one in Progress
        if (n := totals["lights"].get(one.value, 0))
    ]
    return {
        "n": totals["n"], "planned": money_text(planned, strategy.currency, language),
        "pillars": pillars, "lights": lights, "not_read": totals["lights"].get("", 0),
    }  # fmt: skip


def _share(part: Decimal, whole: Decimal) -> float | None:
    return float(100 * part / whole) if whole else None
