"""How an action was carried out, and where its logic broke."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from tests.factories import plans

from convive.core.evaluation import Remark, StepState, Views, broken_at, check_logic, process_of
from convive.core.model import DisclosureRule, Verdict
from convive.core.strategy.model import Action, DiaryEntry, LogicModel, Spending
from convive.core.strategy.vocabulary import Delivery, Obstacle, TargetGroup

RULE = DisclosureRule(min_count=5)
END = date(2026, 12, 31)
MONTHS = [date(2026, month, 10) for month in range(1, 13)]


def _action(*amounts: float, **more) -> Action:
    diary = tuple(
        DiaryEntry(day, "works", Delivery.AS_PLANNED, amount, {"women": 4})
        for day, amount in zip(MONTHS, amounts, strict=False)
    )
    known = {"dose_unit": "lamps", "dose_planned": 120.0, "diary": diary}
    return plans.action(**(known | more))


def _remark(action: Action, code: str, today: date = END, views: tuple[Views, ...] = ()) -> Remark:
    found = process_of(action, today=today, rule=RULE, views=views).remarks
    return next(one for one in found if one.code == code)


def test_dose_is_compared_with_what_was_due_by_the_day() -> None:
    found = process_of(_action(*[10.0] * 6), today=date(2026, 7, 1), rule=RULE)
    assert found.dose == 60
    assert found.dose_due == pytest.approx(120 * 182 / 365)
    assert found.dose_share == pytest.approx(1.0, abs=0.01)
    assert found.was_delivered is True


@pytest.mark.parametrize(
    ("each", "code", "is_delivered"),
    [(10.0, "dose_delivered", True), (7.0, "dose_short", False), (2.0, "dose_little", False)],
)
def test_how_much_was_delivered_is_said(each: float, code: str, is_delivered: bool) -> None:
    action = _action(*[each] * 12)
    assert _remark(action, code).params["unit"] == "lamps"
    assert process_of(action, today=END, rule=RULE).was_delivered is is_delivered


def test_an_empty_diary_cannot_tell() -> None:
    empty = _action()
    assert process_of(empty, today=END, rule=RULE).was_delivered is None
    assert _remark(empty, "no_diary").params == {"months": 12}
    before = process_of(empty, today=date(2025, 12, 1), rule=RULE)
    assert before.months == 0
    assert before.remarks[0].code == "views_missing", "nothing is missing before it begins"


def test_what_is_dated_later_does_not_count() -> None:
    found = process_of(_action(*[10.0] * 12), today=date(2026, 3, 31), rule=RULE)
    assert (found.n_entries, found.dose, found.months, found.months_silent) == (3, 30, 3, 0)


def test_few_people_reached_are_never_told_as_a_number() -> None:
    action = replace(
        _action(), diary=(DiaryEntry(MONTHS[0], "works", Delivery.LESS, 1.0, {"women": 4}),)
    )
    (told,) = process_of(action, today=END, rule=RULE).reached
    assert told.n is None
    assert told.below == 5


def test_groups_that_were_meant_and_never_counted_are_named() -> None:
    action = _action(*[10.0] * 12, groups=(TargetGroup.WOMEN, TargetGroup.VICTIMS))
    assert _remark(action, "group_not_reached").params == {"group": "group.victims"}


def test_an_obstacle_is_named_from_a_quarter_of_the_entries() -> None:
    action = _action(*[10.0] * 12)
    wet = [replace(one, obstacle=Obstacle.WEATHER) for one in action.diary[:3]]
    found = _remark(replace(action, diary=(*wet, *action.diary[3:])), "obstacle")
    assert found.params == {"obstacle": "obstacle.weather", "n": 3, "of": 12}


def test_few_answers_give_no_share_but_are_not_forgotten() -> None:
    few = Views("participants", END, 8, 8, 1)
    assert _remark(_action(), "views_few", views=(few,)).is_problem
    many = Views("staff", END, 40, 30, 2)
    assert _remark(_action(), "views", views=(many,)).params["percent"] == 75
    assert _remark(_action(), "views_harm_few", views=(many,)).is_problem


LOGIC = LogicModel("dark", "lamps", "put up", "light", "use", "less fear", "power")


def test_an_idea_is_not_blamed_for_what_was_never_carried_out() -> None:
    action = _action(*[2.0] * 12, logic=LOGIC)
    process = process_of(action, today=END, rule=RULE)
    steps = check_logic(action, process, verdict=Verdict.DID_NOT_WORK, has_findings=True)
    broken = broken_at(steps)
    assert broken is not None
    assert (broken.name, broken.why) == ("outputs", "dose_short")


def test_steps_that_were_seen_and_steps_that_nobody_wrote() -> None:
    spent = (Spending(date(2026, 3, 1), Decimal(400)),)
    action = _action(*[10.0] * 12, logic=replace(LOGIC, impact=""), spending=spent)
    process = process_of(action, today=END, rule=RULE)
    steps = {
        one.name: one.state
        for one in check_logic(action, process, verdict=Verdict.WORKED, has_findings=False)
    }
    assert steps == {
        "problem": StepState.ONLY_WRITTEN, "inputs": StepState.SEEN, "activities": StepState.SEEN,
        "outputs": StepState.SEEN, "outcomes": StepState.SEEN, "impact": StepState.NOT_WRITTEN,
        "assumptions": StepState.ONLY_WRITTEN,
    }  # fmt: skip


def test_cannot_tell_speaks_neither_for_nor_against() -> None:
    action = _action(*[10.0] * 12, logic=LOGIC)
    process = process_of(action, today=END, rule=RULE)
    steps = check_logic(action, process, verdict=Verdict.CANNOT_TELL, has_findings=True)
    outcomes = next(one for one in steps if one.name == "outcomes")
    assert (outcomes.state, outcomes.why) == (StepState.ONLY_WRITTEN, "cannot_tell")
