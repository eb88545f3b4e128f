"""Amounts add up whatever the plan; every part is compared once; coverage never loses a point."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from convive.core.strategy.balance import SPLITS, balance_of
from convive.core.strategy.comparison import compare
from convive.core.strategy.gender_budget import gender_budget_of
from convive.core.strategy.matching import likeness, pairs_of
from convive.core.strategy.model import Objective
from convive.core.strategy.orphans import ORPHANS, orphans_of
from convive.core.strategy.sharing import shared_out
from factories.plans import action, plan, plans

MONEY = st.decimals(Decimal(-(10**9)), Decimal(10) ** 9, places=2)


@given(MONEY, st.lists(st.integers(0, 10**6), min_size=1, max_size=8).filter(any))
def test_shares_add_up_and_are_nearly_in_proportion(amount, weights) -> None:
    parts = shared_out(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - amount * weight / sum(weights)) < Decimal("0.011")


@settings(max_examples=60, deadline=None)
@given(plans())
def test_every_split_adds_up_to_the_plan(one) -> None:
    balance = balance_of(one)
    assert list(balance.splits) == list(SPLITS)
    for split in balance.splits.values():
        assert sum(part.planned for part in split.parts) == balance.planned
        assert sum(part.spent for part in split.parts) == balance.spent
        if not split.is_shared:
            assert sum(part.n for part in split.parts) == balance.n
        assert len({part.code for part in split.parts}) == len(split.parts)


@settings(max_examples=40, deadline=None)
@given(plans())
def test_the_years_of_the_gender_budget_add_up(one) -> None:
    gender, balance = gender_budget_of(one), balance_of(one)
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
    found = orphans_of(one, today=today, published=["f0", "f9"], led_areas=[("district", "d1")])
    assert [o.code for o in found] == sorted((o.code for o in found), key=ORPHANS.index)


def test_ten_thousand_actions_are_balanced_and_compared_in_seconds() -> None:
    many = [action(f"a{n}", title=f"Measure {n} of place {n % 97}") for n in range(10_000)]
    whole = plan(*many)
    start = time.perf_counter()
    balance_of(whole)
    compare(whole, replace(whole, city="Hill"))
    pairs_of(many[:5000], [Objective(f"o{n}", f"Measure {n}") for n in range(5000)], by_code=False)
    assert time.perf_counter() - start < 20
