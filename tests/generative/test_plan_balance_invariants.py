"""Amounts add up whatever the plan; every part is compared once; coverage never loses a point."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.core.strategy.balance import SPLITS, balance_of
from convive.core.strategy.comparison import compare
from convive.core.strategy.gender_budget import gender_budget_of
from convive.core.strategy.ledger import ledger_of
from convive.core.strategy.matching import likeness, pairs_of
from convive.core.strategy.model import BudgetLine, Objective, Plan
from convive.core.strategy.orphans import ORPHANS, orphans_of, threads_of
from convive.core.strategy.sharing import shared_out
from convive.core.strategy.vocabulary import Sector
from factories.plans import action, plan, plans

WEIGHTS = st.lists(st.integers(0, 10**14), min_size=1, max_size=8).filter(any)


@given(st.lists(st.tuples(st.integers(-(10**14), 10**14), WEIGHTS), max_size=4))
def test_shares_add_up_and_are_nearly_in_proportion(given) -> None:
    of = [place for place, (_, weights) in enumerate(given) for _ in weights]
    weights = [one for _, some in given for one in some]
    columns = ([amount for amount, _ in given], of, weights)
    parts = shared_out(*(np.array(one, dtype=np.int64) for one in columns)).tolist()
    for place, (amount, some) in enumerate(given):
        own = [part for part, number in zip(parts, of, strict=True) if number == place]
        assert own == by_largest_loss(amount, some)
        assert sum(own) == amount
        for part, weight in zip(own, some, strict=True):
            assert abs(part * sum(some) - amount * weight) <= sum(some)


def by_largest_loss(amount: int, weights: list[int]) -> list[int]:
    """Share one amount out: down first, then a cent to each of those that lost most."""
    parts = [amount * weight // sum(weights) for weight in weights]
    by_loss = sorted(range(len(weights)), key=lambda i: -(amount * weights[i] % sum(weights)))
    for place in by_loss[: amount - sum(parts)]:
        parts[place] += 1
    return parts


@settings(max_examples=60, deadline=None)
@given(plans())
def test_every_split_adds_up_to_the_plan(one) -> None:
    balance = balance_of(ledger_of(one))
    assert list(balance.splits) == list(SPLITS)
    for split in balance.splits.values():
        assert sum(part.planned for part in split.parts) == balance.planned
        assert sum(part.spent for part in split.parts) == balance.spent
        if not split.is_shared:
            assert sum(part.n for part in split.parts) == balance.n
        assert len({part.code for part in split.parts}) == len(split.parts)


def _by_hand(one: Plan, by: str) -> dict[str, tuple[int, int, int]]:
    """Return code → cents planned, cents spent, number of actions: one action after the other."""
    sectors = {partner.code: str(partner.sector) for partner in one.organisations}
    codes_of = {
        "pillar": lambda a: [a.pillar], "level": lambda a: [a.level], "kind": lambda a: [a.kind],
        "state": lambda a: [a.state], "lens": lambda a: [a.gender_lens],
        "lead": lambda a: [sectors.get(a.lead, "")], "group": lambda a: list(a.groups) or [""],
        "time": lambda a: list(a.times) or [""],
        "area": lambda a: [f"{s.level}/{s.area_id}" if s.area_id else f"/{s.name}" for s in a.spots] or [""],
    }  # fmt: skip
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for _, _, a in one.actions():
        budget = [(str(b.payer), str(b.year), int(b.amount * 100)) for b in a.budget]
        paid = [(str(p.on.year), int(p.amount * 100)) for p in a.spending]
        spent = sum(cents for _, cents in paid)
        if by == "year":
            rows = [(year, cents, 0) for _, year, cents in budget]
            rows += [(year, 0, cents) for year, cents in paid]
        elif by == "payer":
            payers = sorted({payer for payer, _, _ in budget})
            weights = [sum(c for other, _, c in budget if other == payer) for payer in payers]
            used = by_largest_loss(spent, weights) if any(weights) else [0] * len(payers)
            rows = list(zip(payers, weights, used, strict=True))
            rows += [("", 0, spent)] if spent and not any(weights) else []
        else:
            codes = list(dict.fromkeys(map(str, codes_of[by](a))))
            planned = sum(cents for _, _, cents in budget)
            ones = [1] * len(codes)
            shares = by_largest_loss(planned, ones), by_largest_loss(spent, ones)
            rows = list(zip(codes, *shares, strict=True))
        for code, *cents in rows or [("", 0, 0)]:
            found[code][0] += cents[0]
            found[code][1] += cents[1]
        for code in {row[0] for row in rows} or {""}:
            found[code][2] += 1
    return {code: tuple(numbers) for code, numbers in found.items()}


@settings(max_examples=60, deadline=None)
@given(plans())
def test_columns_give_what_one_action_after_the_other_gives(one) -> None:
    balance = balance_of(ledger_of(one))
    for by, split in balance.splits.items():
        parts = {
            p.code: (int(p.planned * 100), int(p.spent * 100), p.n) for p in split.parts if p.n
        }
        assert parts == _by_hand(one, by), by


@settings(max_examples=40, deadline=None)
@given(plans())
def test_the_years_of_the_gender_budget_add_up(one) -> None:
    gender, balance = gender_budget_of(ledger_of(one)), balance_of(ledger_of(one))
    parts = [part for year in gender.lenses_by_year.values() for part in year]
    assert sum((part.planned for part in parts), Decimal(0)) == balance.planned
    assert sum((part.spent for part in parts), Decimal(0)) == balance.spent
    assert gender.reached.unknown_share is None or 0 <= gender.reached.unknown_share <= 1


@settings(max_examples=40, deadline=None)
@given(plans(), plans())
def test_every_part_is_compared_once_and_turning_round_turns_round(a, b) -> None:
    there, back = compare(a, b), compare(b, a)
    for kind, of in (("action", "actions"), ("objective", "objectives")):
        wanted = sorted(one[-1].code for one in getattr(a, of)())
        assert sorted(one.a.code for one in there.of_kind(kind) if one.a) == wanted
        assert sorted(one.b.code for one in back.of_kind(kind) if one.b) == wanted
    assert len(there.parts) == len(back.parts)
    same = compare(a, a).parts
    assert all(one.how == "code" and not one.changed for one in same)


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_is_the_same_in_both_directions(one, other) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert likeness(one, one) == 1.0


@settings(max_examples=40, deadline=None)
@given(plans(), st.dates(date(2024, 1, 1), date(2029, 12, 31)))
def test_orphans_are_in_their_order_and_once_each(one, today) -> None:
    found = orphans_of(
        threads_of(one), today=today, published=["f0", "f9"], led_areas=[("district", "d1")]
    )
    assert [o.code for o in found] == sorted((o.code for o in found), key=ORPHANS.index)


def test_ten_thousand_actions_are_balanced_compared_and_paired() -> None:
    titles = [f"Measure {n} of place {n % 97}" for n in range(10_000)]
    budget = (BudgetLine(2026, Decimal(3), Sector.STATE),)
    many = [action(f"a{n}", title=title, budget=budget) for n, title in enumerate(titles)]
    whole = plan(*many)
    balance = balance_of(ledger_of(whole))
    assert (balance.planned, balance.n) == (Decimal(30_000), 10_000)
    there = compare(whole, replace(whole, city="Hill")).of_kind("action")
    same = [(one.a.code, one.b.code) for one in there if one.a and one.b]
    assert same == [(f"a{n}", f"a{n}") for n in range(10_000)]
    wanted = [Objective(f"o{n}", title) for n, title in enumerate(titles[:5000])]
    found = pairs_of(many[:5000], wanted, by_code=False)
    paired = [(one.a.code, one.b.code) for one in found if one.a and one.b]
    assert paired == [(f"a{n}", f"o{n}") for n in range(5000)]
    assert len(found) == 5000
