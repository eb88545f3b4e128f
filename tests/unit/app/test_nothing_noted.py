"""Where nobody noted money, documents say so: 0 is told only where somebody noted it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from convive.app.council_brief import BriefPlan, council_brief
from convive.app.documents import Document, Facts, Grid
from convive.app.plan_document import balance_document, plan_document
from convive.catalogue.texts import say
from convive.core.strategy.balance import SPLITS, balance_of
from convive.core.strategy.ledger import ledger_of
from convive.core.strategy.model import BudgetLine, Plan, Spending
from convive.core.strategy.vocabulary import Sector
from factories.build import shared_build
from factories.plans import action, plan

ZERO = "0\N{NO-BREAK SPACE}EUR"
BUDGET = (BudgetLine(2026, Decimal(1200), Sector.MUNICIPALITY),)
NOTHING_SPENT = (Spending(date(2026, 3, 1), Decimal(0), "a gift"),)


def of(**money: Any) -> Plan:
    return plan(action(**{"budget": (), "spending": ()} | money))


def cells(document: Document) -> list[str]:
    found: list[str] = []
    for block in document.blocks:
        if isinstance(block, Grid):
            found += [cell for row in block.rows for cell in row]
        if isinstance(block, Facts):
            found += [text for _, text in block.pairs]
    return [str(one) for one in found]


def documents(of_plan: Plan, language: str = "en") -> dict[str, list[str]]:
    ledger = ledger_of(of_plan)
    return {
        "brief": cells(council_brief(shared_build(), BriefPlan(of_plan, {}), language=language)),
        "strategy": cells(plan_document(of_plan, language=language)),
        "balance": cells(balance_document(of_plan, ledger, language=language)),
    }


@pytest.mark.parametrize("language", ["en", "fr", "es", "it", "de", "pt", "nl"])
def test_money_that_nobody_noted_is_not_told_as_nothing(language: str) -> None:
    words = say("evaluation_page.year.nothing_noted", language)
    for name, found in documents(of(budget=BUDGET), language).items():
        assert ZERO not in found, name
        assert words in found, name


def test_without_any_money_no_document_tells_an_amount() -> None:
    found = documents(of())
    assert not any("EUR" in cell for own in found.values() for cell in own)
    assert "nothing was noted" in found["strategy"]
    assert "nothing was noted" in found["balance"]


def test_a_zero_that_somebody_noted_is_told() -> None:
    for name, found in documents(of(budget=BUDGET, spending=NOTHING_SPENT)).items():
        assert ZERO in found, name


@pytest.mark.parametrize("by", SPLITS)
def test_a_part_knows_whether_anything_was_noted_of_it(by: str) -> None:
    paid = action("paid", budget=BUDGET, spending=NOTHING_SPENT)
    bare = replace(action("bare", budget=(), spending=()), pillar="sanction", kind="patrol")
    split = balance_of(ledger_of(plan(paid, bare))).splits[by]
    assert any(one.has_planned and one.has_spent for one in split.parts)
    for one in split.parts:
        assert one.has_planned or not one.planned
        assert one.has_spent or not one.spent
    assert not split.part("no such code").has_planned
