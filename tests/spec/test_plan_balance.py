"""Where money and actions go: rules of sharing, gender budget."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from convive.core.strategy.balance import Balance, balance_of
from convive.core.strategy.gender_budget import GenderBudget, gender_budget_of
from convive.core.strategy.ledger import NOT_SAID, ledger_of
from convive.core.strategy.model import BudgetLine, Plan, Spending, Spot
from convive.core.strategy.sharing import shared_out
from convive.core.strategy.vocabulary import (
    GenderLens,
    Pillar,
    Sector,
    TargetGroup,
)
from factories.plans import action, diary, full_plan, plan

CITY, STATE = Sector.MUNICIPALITY, Sector.STATE


def line(amount: str, year: int = 2026, payer: Sector = CITY) -> BudgetLine:
    return BudgetLine(year, Decimal(amount), payer)


def weighed(one: Plan) -> Balance:
    return balance_of(ledger_of(one))


def gendered(one: Plan) -> GenderBudget:
    return gender_budget_of(ledger_of(one))


def planned(split) -> dict[str, str]:
    return {part.code: str(part.planned) for part in split.parts}


def test_the_three_pillars_are_always_shown_in_their_order() -> None:
    balance = weighed(plan(action(budget=(line("10"),))))
    assert planned(balance.splits["pillar"]) == {
        "prevention": "10.00",
        "sanction": "0.00",
        "cohesion": "0.00",
    }
    assert balance.share("pillar", Pillar.PREVENTION) == 1.0
    assert weighed(plan()).share("pillar", Pillar.PREVENTION) is None


def test_money_of_an_action_in_several_areas_is_shared_and_the_action_counted_whole() -> None:
    spots = (Spot("district", "d1", "Centre"), Spot("district", "d2", "Port"), Spot("", "", "Quay"))
    areas = weighed(plan(action(spots=spots, budget=(line("100.00"),)), action("b"))).splits["area"]
    assert areas.is_shared
    found = {part.name: (str(part.planned), part.n) for part in areas.parts}
    assert found == {
        "Centre": ("33.34", 1),
        "Port": ("33.33", 1),
        "Quay": ("33.33", 1),
        "": ("0.00", 1),
    }
    assert areas.parts[-1].code == NOT_SAID


def test_spending_is_shared_out_over_payers_as_the_planned_money_is() -> None:
    one = action(
        budget=(line("300"), line("100", payer=STATE)), spending=(Spending(date(2026, 2, 1), Decimal(40)),)
    )  # fmt: skip
    payers = weighed(plan(one)).splits["payer"]
    assert {p.code: str(p.spent) for p in payers.parts} == {
        "municipality": "30.00",
        "state": "10.00",
    }
    unplanned = action(spending=(Spending(date(2026, 2, 1), Decimal(40)),))
    assert weighed(plan(unplanned)).splits["payer"].part(NOT_SAID).spent == 40


def test_the_lead_counts_by_its_sector() -> None:
    balance = weighed(plan(action(budget=(line("5"),)), action("b", lead="", budget=(line("2"),))))
    assert planned(balance.splits["lead"]) == {"municipality": "5.00", "": "2.00"}


def test_years_are_those_of_the_lines() -> None:
    years = weighed(full_plan()).splits["year"]
    assert planned(years) == {"2026": "12000.50", "2027": "3000.00", "": "0.00"}
    assert years.part("2026").spent == Decimal("4000.25")


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (5, (1, 1, 1), [2, 2, 1]),
        (-1000, (1, 2), [-333, -667]),
        (700, (0, 3), [0, 700]),
        (10**14, (10**14, 2 * 10**14), [33_333_333_333_333, 66_666_666_666_667]),
    ],
)
def test_parts_add_up_to_the_last_cent(amount, weights, parts) -> None:
    of = np.array([1] * len(weights))
    found = shared_out(np.array([9, amount, 9]), of, np.array(weights))
    assert found.tolist() == parts


def test_the_gender_budget_tells_what_is_known_and_what_is_not() -> None:
    reached = {"women": 30, "men": 10, "unknown": 60, "young_people": 25}
    one = action(
        gender_lens=GenderLens.RESPONSIVE, groups=(TargetGroup.WOMEN, TargetGroup.MEN),
        budget=(line("60"), line("40", 2027)), diary=diary(date(2026, 2, 1), reached=reached),
    )  # fmt: skip
    other = action("b", budget=(line("300"),), diary=diary(date(2026, 2, 1)))
    gender = gendered(plan(one, other))
    assert planned(gender.groups) == {"women": "50.00", "men": "50.00", "": "300.00"}
    assert gender.not_considered == 0.75
    assert gender.reached.unknown_share == 0.6
    assert (gender.reached.n_entries, gender.reached.n_counted) == (2, 1)
    assert list(gender.reached.groups) == ["young_people", "women", "men", "unknown"]
    by_lens = {
        year: [str(p.planned) for p in parts] for year, parts in gender.lenses_by_year.items()
    }
    assert by_lens == {
        2026: ["300.00", "0.00", "60.00", "0.00"],
        2027: ["0.00", "0.00", "40.00", "0.00"],
    }


def test_nobody_counted_is_not_nobody_reached() -> None:
    assert gendered(plan(action())).reached.unknown_share is None
