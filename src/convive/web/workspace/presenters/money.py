"""Money planned, spent and left, as a bar that also says it."""

from __future__ import annotations

from typing import Any

from convive.app.plan_wording import NOTHING, noted_money
from convive.catalogue.texts import format_number, say
from convive.core.strategy.vocabulary import Pillar
from convive.web.workspace.models import Action
from convive.web.workspace.presenters.plan_page import money_text
from convive.web.workspace.selectors.money import Sums, added

FULL = 100


def present_sums(sums: Sums, currency: str, language: str) -> dict[str, Any]:
    """Return sums as texts with the bar: how wide it is, and the same in words."""
    share = percent_spent(sums)
    return {
        "planned": noted_money(sums.planned, currency, language),
        "spent": noted_money(sums.spent, currency, language),
        "left": NOTHING if sums.left is None else money_text(sums.left, currency, language),
        "is_over": sums.is_over,
        "width": 0 if share is None else max(0, min(FULL, round(share))),
        "words": _words(share, sums, language),
    }


def percent_spent(sums: Sums) -> float | None:
    """Return the share of the planned money that is spent; None without a plan, or where nobody noted any."""
    return (
        float(100 * sums.spent / sums.planned) if sums.planned and sums.spent is not None else None
    )


def _words(share: float | None, sums: Sums, language: str) -> str:
    if sums.spent is None:
        return ""
    if share is None:
        return say("money.unplanned" if sums.spent else "money.nothing", language)
    told = format_number(share, language, 0 if share == 0 or abs(share) >= 1 else 1)
    return say("money.over" if sums.is_over else "money.spent_share", language, percent=told)


def present_sheet(
    rows: list[Action], sums: dict[str, Sums], currency: str, language: str
) -> dict[str, Any]:
    """Return the rows of a page of the sheet, the sums by pillar and of all."""
    whole = Sums(
        added(one.planned for one in sums.values()), added(one.spent for one in sums.values())
    )
    return {
        "rows": [
            {"action": one, "sums": present_sums(Sums(one.planned, one.spent), currency, language)}  # type: ignore[attr-defined]
            for one in rows
        ],
        "pillars": [
            {
                "code": one.value,
                "words_of_pillar": say(f"plan.pillar.{one}", language),
                "sums": present_sums(sums[one.value], currency, language),
            }
            for one in Pillar
        ],
        "whole": present_sums(whole, currency, language),
    }
