"""What the system proposes for the checks of a practice, and what it leaves to people."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from tests.factories import plans

from convive.catalogue import find
from convive.core.evaluation import (
    Answer,
    Check,
    CheckOutcome,
    Design,
    Estimate,
    FrozenStudy,
    Held,
    Line,
    Outcome,
    OutcomeAnswer,
    Seen,
    Study,
    check_logic,
    design_level,
    grade_lines,
    process_of,
    worth_of,
)
from convive.core.model import DisclosureRule, Verdict
from convive.core.strategy.model import Action

TODAY = date(2027, 2, 1)
FOUND = Estimate(
    Design.BEFORE_AFTER_CONTROL, None, -25.0, -40.0, -10.0, 0.95, 0.01, 50.0, 20.0, 80.0,
    Seen(200, 150, 3, 9, 24, 12), (), Verdict.WORKED,
)  # fmt: skip
STUDY = Study(
    "action:lights", (Outcome("recorded_total_rate"),), (Design.BEFORE_AFTER_CONTROL,), "district",
    ("d1",), ("d2", "d3"), date(2026, 1, 1),
)  # fmt: skip


def _answer(main: Estimate = FOUND) -> Answer:
    frozen = FrozenStudy(STUDY, datetime(2025, 12, 1, tzinfo=UTC))
    return Answer(frozen, (OutcomeAnswer(STUDY.outcomes[0], main),), main.verdict, (), (), ())


def _held(action: Action, answer: Answer | None = None) -> Held:
    plan = plans.plan(action)
    challenge, objective, action = next(plan.actions())
    process = process_of(action, today=TODAY, rule=DisclosureRule())
    steps = check_logic(
        action, process, verdict=answer.verdict if answer else None, has_findings=True
    )
    return Held(
        challenge, objective, action, process, steps, answer.study if answer else None, answer
    )


def _line(held: Held, item: str) -> Line:
    return next(one for one in grade_lines(held) if one.item == item)


def test_an_empty_action_gets_a_list_of_gaps_and_no_grade() -> None:
    lines = {one.item: one for one in grade_lines(_held(plans.action()))}
    assert lines["d3"].proposed == "0"
    assert lines["effect_evidence"].proposed == "none"
    assert lines["d1"].is_gap
    assert lines["b2"].is_gap
    assert not lines["d1"].evidence, "a gap has no evidence"


def test_what_only_people_can_know_is_left_to_them() -> None:
    held = _held(next(plans.full_plan().actions())[2], _answer())
    for item in ("a3", "b6", "d5", "e2", "e3", "e4"):
        line = _line(held, item)
        assert (line.proposed, line.why) == ("", "only_people")


def test_a_plan_frozen_after_the_start_is_worth_less() -> None:
    held = _held(plans.action(), _answer())
    assert _line(held, "b2").proposed == "2"
    late = replace(held.study, frozen_at=datetime(2026, 6, 1, tzinfo=UTC))
    assert _line(replace(held, study=late), "b2").proposed == "1"
    assert _line(replace(held, study=late), "b5").proposed == "0"


@pytest.mark.parametrize(
    ("design", "level"),
    [
        (Design.INTERRUPTED_SERIES, 2),
        (Design.BEFORE_AFTER_CONTROL, 3),
        (Design.STAGGERED, 4),
        (Design.SYNTHETIC_CONTROL, 4),
    ],
)
def test_the_level_is_that_of_the_design(design: Design, level: int) -> None:
    assert design_level(_answer(replace(FOUND, design=design))) == level


def test_a_comparison_that_failed_is_no_comparison() -> None:
    failed = Check("parallel_before", CheckOutcome.FAILED, is_decisive=True)
    broken = replace(FOUND, checks=(failed,), verdict=Verdict.CANNOT_TELL)
    assert design_level(_answer(broken)) == 2
    assert _line(_held(plans.action(), _answer(broken)), "d2").proposed == "1"


def test_no_effect_is_no_level() -> None:
    assert design_level(_answer(replace(FOUND, effect=None))) == 0
    assert design_level(None) == 0


def test_cost_against_effect_counts_once_there_is_a_figure() -> None:
    held = _held(plans.action(), _answer())
    assert _line(held, "d8").proposed == "0"
    with_worth = replace(held, worth=worth_of(Decimal(900), "EUR", FOUND))
    assert _line(with_worth, "d8").proposed == "2"
    assert _line(with_worth, "economics_evidence").proposed == "evaluated"


@pytest.mark.parametrize("identifier", ["emmie_project", "practice_quality_check"])
def test_every_proposal_is_an_answer_of_its_instrument(identifier: str) -> None:
    instrument = find.instrument(identifier)
    items = {one.id: one for one in instrument.items()}
    for held in (
        _held(plans.action()),
        _held(next(plans.full_plan().actions())[2], _answer()),
        _held(plans.action(), _answer(replace(FOUND, verdict=Verdict.HARMFUL))),
    ):
        for line in grade_lines(held):
            if line.check != identifier:
                continue
            codes = {one.code for one in items[line.item].scale.choices}
            assert line.proposed in codes | {""}, line


def test_the_quality_check_is_gone_through_whole() -> None:
    instrument = find.instrument("practice_quality_check")
    asked = [one.id for one in instrument.items() if len(one.id) == 2]
    told = [one.item for one in grade_lines(_held(plans.action())) if len(one.item) == 2]
    assert told == asked
