"""Which units count people, and what is told of amounts in them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convive.catalogue.unit_words import unit_words
from convive.core.model import DisclosureRule
from convive.core.strategy.counted_units import UnitWords, told_amount
from convive.core.strategy.model import DiaryEntry
from convive.core.strategy.vocabulary import Delivery

PEOPLE = [
    "young people", "Participants", "hours with women", "élèves", "personnes orientées", "vecinas",
    "ragazzi", "Teilnehmende", "Schülerinnen der 8. Klasse", "Kursteilnehmende", "jovens", "buren",
    "buurtbewoners", "cliënten", "people asked", "things nobody has named", "", "12",
]  # fmt: skip
THINGS = [
    "hours", "hours of presence", "Lamps", "walks", "heures de présence", "réunions", "talleres",
    "horas", "incontri", "Beratungsstunden", "Begehungen", "reuniões", "wandelingen", "uren",
    "workshops", "camera's", "camera’s", "venues",
]  # fmt: skip


@pytest.mark.parametrize("unit", PEOPLE)
def test_a_unit_that_names_people_or_that_nobody_knows_counts_people(unit: str) -> None:
    assert unit_words().counts_people(unit)


@pytest.mark.parametrize("unit", THINGS)
def test_a_unit_of_work_or_of_things_does_not(unit: str) -> None:
    assert not unit_words().counts_people(unit)


def test_no_word_stands_for_both() -> None:
    assert not unit_words().people & unit_words().things


def test_without_words_everything_is_told_with_care() -> None:
    assert UnitWords().counts_people("hours")


def entries(*amounts: float | None) -> tuple[DiaryEntry, ...]:
    return tuple(
        DiaryEntry(date(2026, 3, 2), "works", Delivery.AS_PLANNED, amount) for amount in amounts
    )


@pytest.mark.parametrize(
    ("amounts", "is_people", "told"),
    [
        ((), True, (None, None)),
        ((None,), True, (None, None)),
        ((1.0, 2.0, None), True, (None, 5)),
        ((0.0,), True, (None, 5)),
        ((3.0, 2.0), True, (5.0, None)),
        ((1.0, 1.5), False, (2.5, None)),
        ((0.0,), False, (0.0, None)),
    ],
)
def test_small_amounts_of_people_stay_inside(amounts, is_people, told) -> None:
    found = told_amount(entries(*amounts), DisclosureRule(min_count=5), is_people=is_people)
    assert (found.amount, found.below) == told


def test_amounts_of_people_are_rounded_where_the_town_rounds() -> None:
    rule = DisclosureRule(min_count=5, rounding=10)
    assert told_amount(entries(57.0), rule, is_people=True).amount == 60


@given(st.lists(st.integers(0, 50), max_size=6), st.integers(1, 30))
def test_no_number_below_the_floor_is_ever_told_of_people(amounts: list[int], floor: int) -> None:
    rule = DisclosureRule(min_count=floor)
    found = told_amount(entries(*map(float, amounts)), rule, is_people=True)
    if found.amount is None:
        assert found.below == (floor if amounts else None)
    else:
        assert found.amount == sum(amounts) >= floor


@given(st.text(max_size=60))
def test_any_text_is_a_unit(unit: str) -> None:
    assert unit_words().counts_people(unit) in (True, False)
