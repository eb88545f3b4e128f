"""What the diary says was delivered, by area and month."""

from datetime import date

from tests.factories import plans

from convive.core.evaluation import diary_doses
from convive.core.strategy.model import DiaryEntry
from convive.core.strategy.vocabulary import Delivery


def _entry(day: date, amount: float | None) -> DiaryEntry:
    return DiaryEntry(day, "works", Delivery.AS_PLANNED, amount)


def test_amounts_of_a_month_are_added_and_shared_by_the_areas() -> None:
    diary = (
        _entry(date(2026, 3, 2), 10.0), _entry(date(2026, 3, 30), 6.0), _entry(date(2026, 5, 1), 4.0),
    )  # fmt: skip
    found = diary_doses(plans.action(diary=diary), ["d1", "d2"], today=date(2026, 12, 31))
    assert found == {area: {date(2026, 3, 1): 8.0, date(2026, 5, 1): 2.0} for area in ("d1", "d2")}


def test_what_nobody_counted_is_not_nothing() -> None:
    diary = (_entry(date(2026, 3, 2), None),)
    assert diary_doses(plans.action(diary=diary), ["d1"], today=date(2026, 12, 31)) == {}
    assert diary_doses(plans.action(), ["d1"], today=date(2026, 12, 31)) == {}


def test_what_is_dated_later_does_not_count() -> None:
    diary = (_entry(date(2026, 3, 2), 1.0), _entry(date(2026, 6, 2), 9.0))
    found = diary_doses(plans.action(diary=diary), ["d1"], today=date(2026, 4, 1))
    assert found == {"d1": {date(2026, 3, 1): 1.0}}


def test_a_counted_nothing_is_nothing() -> None:
    diary = (_entry(date(2026, 3, 2), 0.0),)
    found = diary_doses(plans.action(diary=diary), ["d1"], today=date(2026, 4, 1))
    assert found == {"d1": {date(2026, 3, 1): 0.0}}
