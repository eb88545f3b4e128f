"""What a town did becomes an entry: failures too, small numbers of people never."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from convive.app.shelf.memory_words import memory_words
from convive.core.model import DisclosureRule
from convive.core.shelf.bundle import publisher_of
from convive.core.shelf.entry import ExperienceVerdict
from convive.core.shelf.memory import Evaluated, own_entries, versioned
from convive.core.shelf.publishing import next_bundle
from convive.core.strategy.model import DiaryEntry, Spending
from convive.core.strategy.practice import ResultStrength
from convive.core.strategy.vocabulary import ActionKind, ActionState, Delivery, Obstacle
from factories.plans import action, full_plan, plan, target
from factories.shelf import DAY, KEY, NOW, WORDS, town


def entries(one, rule=None, words=WORDS, **more):
    return own_entries(one, town(rule=rule or DisclosureRule()), words, today=DAY, **more)


def noted(day: int, reached=None, obstacle=None, amount=2.0, note="Ms X came") -> DiaryEntry:
    on = date(2026, 5, day)
    return DiaryEntry(on, "works", Delivery.LESS, amount, reached or {}, obstacle, note)


def test_only_what_has_begun_is_told() -> None:
    actions = [action(state.value, state=state) for state in ActionState]
    told = [one.practice.id for one in entries(plan(*actions))]
    assert told == ["harbour-2026.running", "harbour-2026.done", "harbour-2026.stopped"]


def test_the_plan_says_what_it_says_and_the_rest_stays_empty() -> None:
    (one,) = entries(full_plan())
    practice = one.practice
    assert (practice.title, practice.lead, practice.partners) == (
        {"en": "Better light at the station"}, "Public works", ("Youth house",),
    )  # fmt: skip
    assert (practice.problem, practice.activities, practice.resources) == ("dark corners", "to put up", "lamps")  # fmt: skip
    assert (practice.cost.amount, practice.cost.currency) == (15000.5, "EUR")
    assert practice.risk == "No offers"
    assert practice.setting == practice.approach == practice.sources == ()
    (told,) = one.experiences
    assert (told.spent, told.currency, told.until_year) == (Decimal("4000.25"), "EUR", None)
    assert told.verdict is ExperienceVerdict.NOT_EVALUATED


def test_small_numbers_of_people_and_notes_stay_inside() -> None:
    diary = (noted(1, {"women": 3, "men": 12}), noted(2, {"women": 1, "unknown": 9}))
    (one,) = entries(plan(action(diary=diary, dose_unit="walks", dose_planned=10.0)))
    told = one.experiences[0].delivered
    assert told == "4.0 of 10.0 walks; women <5, men 12, unknown 9"
    assert "Ms X" not in repr(one)
    (coarse,) = entries(plan(action(diary=diary)), DisclosureRule(min_count=10, rounding=5))
    assert coarse.experiences[0].delivered.endswith("women <10, men 10, unknown <10")


def test_what_stood_in_the_way_is_counted_by_entries() -> None:
    diary = (noted(1, obstacle=Obstacle.MONEY), noted(2, obstacle=Obstacle.STAFF), noted(3, obstacle=Obstacle.STAFF))  # fmt: skip
    (one,) = entries(plan(action(diary=diary)))
    assert one.experiences[0].went_wrong == "staff 2, money 1"
    (english,) = entries(plan(action(diary=diary)), words=memory_words("en"))
    assert "Not enough staff (2); Not enough money (1)" in english.experiences[0].went_wrong


def test_a_stopped_action_is_told_as_stopped() -> None:
    stopped = action(state=ActionState.STOPPED, starts_on=date(2026, 1, 1), ends_on=None, diary=(noted(1),))  # fmt: skip
    (one,) = entries(plan(stopped))
    assert (one.experiences[0].verdict, one.experiences[0].until_year) == ("stopped", 2026)


def test_a_target_that_moved_is_a_measurement_and_no_verdict() -> None:
    (one,) = entries(plan(action(targets=(target(),))))
    assert one.practice.results.strength is ResultStrength.BEFORE_AFTER
    assert one.practice.results.text == "target_reached"
    assert one.experiences[0].verdict is ExperienceVerdict.NOT_EVALUATED
    assert one.experiences[0].effect == ""
    (unclear,) = entries(plan(action(targets=(target(now=None),))))
    assert unclear.practice.results.strength is ResultStrength.NONE_REPORTED


@pytest.mark.parametrize("verdict", list(ExperienceVerdict))
def test_an_evaluation_is_told_as_it_is_given(verdict) -> None:
    found = Evaluated(verdict, "Fear fell by 4 points (1 to 7), 2026.", ResultStrength.CONTROLLED, "Begin in spring.")  # fmt: skip
    (one,) = entries(plan(action()), evaluated={"action:lights": found})
    told = one.experiences[0]
    assert (told.verdict, told.effect, told.would_change) == (verdict, found.effect, "Begin in spring.")  # fmt: skip
    assert one.practice.results.strength is ResultStrength.CONTROLLED


def test_the_same_content_keeps_its_version_and_its_day() -> None:
    (before,) = entries(full_plan())
    (after,) = own_entries(full_plan(), town(), WORDS, today=date(2027, 3, 1))
    assert versioned(after, before) == before
    changed = replace(after, practice=replace(after.practice, problem="darker"))
    again = versioned(changed, before)
    assert (again.practice.version, again.origin.changed_on) == (2, date(2027, 3, 1))


def test_more_spending_is_a_change() -> None:
    (before,) = entries(plan(action()))
    (after,) = entries(plan(action(spending=(Spending(DAY, Decimal("1")),))))
    assert after.experiences[0].spent == Decimal("1.00")
    assert versioned(after, before).practice.version == 2


def test_knowledge_is_an_assessment() -> None:
    (one,) = entries(plan(action(kind=ActionKind.KNOWLEDGE)))
    assert one.practice.category == "assessment"


def test_a_sequence_never_goes_back_even_if_the_clock_does() -> None:
    publisher = publisher_of("Harbour", KEY.key)
    first = next_bundle(entries(full_plan()), None, publisher, now=NOW)
    second = next_bundle((), first, publisher, now=NOW.replace(year=2020))
    assert second.sequence == first.sequence + 1
    restored = next_bundle((), None, publisher, now=NOW.replace(year=2027))
    assert restored.sequence > second.sequence, "a restored backup goes on above what went out"


def test_the_words_are_there_in_every_language() -> None:
    from convive.catalogue.texts import languages

    diary = (noted(1, {"women": 3, "men": 12}, Obstacle.WEATHER), noted(2, amount=None))
    one = plan(action(diary=diary, dose_unit="walks", dose_planned=10.0, targets=(target(),)))
    for language in languages():
        (told,) = entries(one, words=memory_words(language))
        said = told.experiences[0].delivered + told.experiences[0].went_wrong + told.practice.results.text  # fmt: skip
        assert "shelf." not in said
        assert "plan." not in said
        assert "12" in said
