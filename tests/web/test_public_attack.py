"""Somebody keeps every published plan and subtracts: no difference is a few people."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from django.test import Client

from convive.core.model import DisclosureRule
from convive.core.strategy.model import DiaryEntry
from convive.core.strategy.vocabulary import Delivery
from convive.web.workspace import models
from convive.web.workspace.actions.plan_import import preview_of, take_over
from convive.web.workspace.actions.publish import proof_of, publish_plan, withdraw_plan
from convive.web.workspace.models import Strategy, ToldCount
from convive.web.workspace.public_snapshot import PeopleRule, snapshot_of
from convive.web.workspace.published_plan import AMOUNT, told_counts
from factories.plans import action, plan
from factories.web_objects.strategy import make_organisation

pytestmark = pytest.mark.usefixtures("site")
FIRST = date(2026, 1, 1)
NUMBER = re.compile(r"<td>(\d+) \(told on")
Series = dict[tuple[str, str], list[int]]


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Any) -> None:
    settings.CONVIVE_WORKSPACE = settings.MEDIA_ROOT = str(tmp_path)


def entry(n: int, on: date = FIRST, group: str = "women") -> DiaryEntry:
    return DiaryEntry(on, "works", Delivery.AS_PLANNED, 1.0, {group: n})


def differences(series: Series) -> list[int]:
    """What the attacker gets: every difference of two numbers of the same thing that is not 0."""
    return [abs(a - b) for seen in series.values() for a, b in combinations(seen, 2) if a != b]


def years_of_publications(*, is_remembered: bool, rounding: int) -> tuple[Series, Series]:
    """Publish every month for five years; returns what residents saw, and how it was."""
    rng = np.random.default_rng(7)
    groups = ("women", "men", "children", "unknown")
    diary: list[DiaryEntry] = []
    told: dict[tuple[str, str], dict[int, date]] = {}
    seen: Series = {}
    truth: Series = {}
    for month in range(60):
        day = FIRST + timedelta(days=30 * month)
        for group in groups:
            if n := int(rng.poisson(2.0)):
                diary.append(entry(n, day, group))
        if month % 7 == 6:
            diary.pop(int(rng.integers(len(diary))))  # corrected
        rule = PeopleRule(
            DisclosureRule(min_count=5, rounding=rounding), day, told if is_remembered else {}
        )
        shown = snapshot_of(
            plan(action(diary=tuple(diary))), standings={}, rule=rule, decided={}, language="en"
        )
        for cell, (n, on) in told_counts(shown).items():
            told.setdefault(cell, {})[n] = on
            seen.setdefault(cell, []).append(n)
            truth.setdefault(cell, []).append(counted(diary, cell[1]))
    return seen, truth


def counted(diary: list[DiaryEntry], group: str) -> int:
    """What a number stands for: people of a group, or the work done, which has no unit here."""
    if group == AMOUNT:
        return round(sum(one.amount or 0 for one in diary))
    return sum(one.reached.get(group, 0) for one in diary)


@pytest.mark.parametrize("rounding", [1, 3, 5, 10])
def test_no_two_publications_differ_by_a_few_people(rounding: int) -> None:
    seen, truth = years_of_publications(is_remembered=True, rounding=rounding)
    found = differences(seen)
    assert len(found) > 100, "numbers are renewed"
    assert min(found) >= 5
    off = [abs(a - b) for cell in seen for a, b in zip(seen[cell], truth[cell], strict=True)]
    assert max(off) < 5 + rounding


def test_the_attack_works_on_a_town_that_forgets() -> None:
    seen, _ = years_of_publications(is_remembered=False, rounding=1)
    assert min(differences(seen)) < 5


def taken(n: int, code: str = "one") -> Strategy:
    made = replace(plan(action(diary=(entry(n),)), state="adopted"), code=code)
    return take_over(made, None, digest=preview_of(made, None).digest, today=FIRST, by=None)


def publish(strategy: Strategy, day: int) -> None:
    on = FIRST + timedelta(days=day)
    publish_plan(strategy, digest=proof_of(strategy, on).digest, today=on, by=None)


def number_seen() -> int:
    page = Client(headers={"host": "localhost"}).get("/en/plan/lights/").content.decode()
    return int(NUMBER.findall(page)[0])


def reach(strategy: Strategy, n: int) -> None:
    models.DiaryEntry.objects.create(
        action=models.Action.objects.get(strategy=strategy), organisation=make_organisation("works"),
        on=FIRST, delivery="as_planned", reached={"women": n}, key=f"{models.DiaryEntry.objects.count()}",
    )  # fmt: skip


@pytest.mark.django_db
def test_residents_keep_reading_12_until_it_is_at_least_17() -> None:
    strategy = taken(12)
    publish(strategy, 0)
    assert number_seen() == 12
    before = Client(headers={"host": "localhost"}).get("/en/plan/lights/").content.decode()
    reach(strategy, 2)
    publish(strategy, 30)
    assert number_seen() == 12
    after = Client(headers={"host": "localhost"}).get("/en/plan/lights/").content.decode()
    assert re.findall("told on [^)]*", before) == re.findall("told on [^)]*", after), (
        "nor by its day"
    )
    reach(strategy, 3)
    publish(strategy, 60)
    assert number_seen() == 17
    assert set(ToldCount.objects.values_list("n", flat=True)) == {12, 17}


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["withdrawn", "another plan"])
def test_neither_withdrawing_nor_a_copy_of_the_plan_is_a_way_around(way: str) -> None:
    strategy = taken(12)
    publish(strategy, 0)
    withdraw_plan(strategy, by=None)
    if way == "another plan":
        strategy = taken(14, code="two")
    else:
        reach(strategy, 2)
    publish(strategy, 30)
    assert number_seen() == 12


@pytest.mark.django_db
def test_what_the_page_shows_is_remembered_also_without_the_table() -> None:
    strategy = taken(12)
    publish(strategy, 0)
    ToldCount.objects.all().delete()
    reach(strategy, 2)
    publish(strategy, 30)
    assert number_seen() == 12
