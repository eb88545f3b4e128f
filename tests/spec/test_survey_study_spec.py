"""A plan whose outcome is asked for in a survey, from sums of answers to a verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from convive.app.evaluation.gate import WITHHELD_ANSWERS, gated
from convive.core.errors import MethodError
from convive.core.evaluation import (
    AskedOutcome,
    AskedWave,
    Beside,
    Design,
    Outcome,
    Split,
    answer,
    sum_answers,
)
from convive.core.evaluation.answer import Answer
from convive.core.evaluation.study import Study
from convive.core.model import DisclosureRule, Verdict
from convive.core.survey import SurveyDesign
from factories.studies import frozen, make_panel, make_study, quiet

UNSAFE = "unsafe_dark_share"
BEFORE, AFTER, LATE = date(2023, 10, 15), date(2024, 10, 15), date(2025, 10, 15)
TODAY = date(2025, 2, 1)
PEOPLE = 200
"""In each of ten areas and each wave; a0 and a1 are treated."""


def _wave(day: date, shares: Any, people: int = PEOPLE, small: int | None = None) -> AskedWave:
    """Areas in which so many of ten (of women, of men) feel unsafe."""
    area = np.repeat(np.arange(10), people)
    number = np.tile(np.arange(people), 10)
    sex = np.where(number % 2 == 0, "female", "male").astype(object)
    women, men = (np.broadcast_to(one, 10)[area] for one in shares)
    said = ((number // 2) % 10 < np.where(sex == "female", women, men)).astype(float)
    if small is not None:
        said[(area == small) & (number >= 20)] = np.nan
    design = SurveyDesign(np.ones(area.size), strata=area)
    return AskedWave(
        day,
        sum_answers(said, area, design, fewest=30),
        {Split.GENDER: sum_answers(said, area, design, sex, fewest=30)},
    )


def _asked(*waves: AskedWave, **changes: Any) -> AskedOutcome:
    given = {
        "indicator_id": UNSAFE,
        "source_id": "survey",
        "level": "area",
        "areas": tuple(f"a{i}" for i in range(10)),
        "waves": waves,
        "groups": {Split.GENDER: ("female", "male")},
    }
    return AskedOutcome(**{**given, **changes})


def _fewer(women: int = 2, men: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Shares of ten that were 5 everywhere and are fewer in treated areas."""
    treated = np.arange(10) < 2
    return np.where(treated, women, 5), np.where(treated, men, 5)


def _plan(**changes: Any) -> Study:
    given = {
        "outcomes": (Outcome(UNSAFE, useful=-5.0),),
        "designs": (Design.SURVEY_CHANGE,),
        "treated": ("a0", "a1"),
        "buffer": (),
        "comparison": tuple(f"a{i}" for i in range(2, 10)),
    }
    return make_study(**{**given, **changes})


def _answer(asked: AskedOutcome, *, today: date = TODAY, **changes: Any) -> Answer:
    beside = Beside(asked={UNSAFE: asked})
    rng = np.random.default_rng(1)
    return answer(frozen(_plan(**changes)), {}, today=today, rng=rng, beside=beside)


def test_fewer_who_feel_unsafe_than_elsewhere_is_told_in_points() -> None:
    found = _answer(_asked(_wave(BEFORE, (5, 5)), _wave(AFTER, _fewer())))
    main = found.primary.main
    assert found.verdict is Verdict.WORKED
    assert main.effect == pytest.approx(-30)
    assert (main.seen.n_before, main.seen.n_after) == (400, 400)
    assert (main.seen.n_treated, main.seen.n_comparison) == (2, 8)
    assert found.primary.source_ids == ("survey",)
    assert (found.primary.period_start, found.primary.period_end) == (BEFORE, date(2024, 10, 16))
    nothing = _answer(_asked(_wave(BEFORE, (5, 5)), _wave(AFTER, (4, 4))))
    assert nothing.primary.main.effect == pytest.approx(0, abs=1e-9)
    assert nothing.verdict is not Verdict.WORKED


def test_waves_are_chosen_by_their_day_alone() -> None:
    waves = (_wave(BEFORE, (5, 5)), _wave(AFTER, _fewer()), _wave(LATE, (5, 5)))
    assert _answer(_asked(*waves)).primary.main.effect == pytest.approx(-30)
    later = _answer(_asked(*waves), today=date(2026, 2, 1), months_after=24)
    assert later.primary.main.effect == pytest.approx(0, abs=1e-9)
    early = _answer(_asked(*waves), today=date(2024, 12, 1))
    assert early.why[0] == "too_early"
    assert early.primary.main.effect is None


@pytest.mark.parametrize(
    ("days", "reason"),
    [((AFTER,), "study_no_wave_before"), ((BEFORE,), "study_no_wave_after")],
)
def test_without_a_wave_on_either_side_nobody_can_tell(days: tuple, reason: str) -> None:
    found = _answer(_asked(*(_wave(day, (5, 5)) for day in days)))
    assert found.verdict is Verdict.CANNOT_TELL
    assert found.why[0] == "no_estimate"
    assert found.primary.main.reason == reason


def test_a_survey_that_asked_otherwise_in_between_is_refused() -> None:
    waves = (_wave(BEFORE, (5, 5)), _wave(AFTER, _fewer()))
    found = _answer(_asked(*waves, changed_on=(date(2024, 6, 1),)), splits=(Split.GENDER,))
    assert found.verdict is Verdict.CANNOT_TELL
    assert "check_failed" in found.why
    assert {one.code for one in found.primary.main.failed} == {"survey_wording", "survey_mode"}
    assert {one.estimate.verdict for one in found.primary.for_whom} == {Verdict.CANNOT_TELL}
    earlier = _answer(_asked(*waves, changed_on=(date(2023, 1, 1),)))
    assert earlier.verdict is Verdict.WORKED


def test_whom_it_reached_is_told_by_gender_and_area() -> None:
    waves = (_wave(BEFORE, (5, 5)), _wave(AFTER, _fewer(women=1, men=5)))
    found = _answer(_asked(*waves), splits=(Split.GENDER, Split.AREA, Split.AGE))
    told = {one.value: one.estimate for one in found.primary.for_whom}
    assert list(told) == ["female", "male", "a0", "a1"]
    assert told["female"].effect == pytest.approx(-40)
    assert told["female"].verdict is Verdict.WORKED
    assert told["male"].effect == pytest.approx(0, abs=1e-9)
    assert told["male"].verdict is not Verdict.WORKED
    assert told["a0"].effect == pytest.approx(-20)
    assert told["female"].coverage == pytest.approx(1 - 0.05 / 4)


def test_treated_areas_with_few_answers_are_not_told_and_others_left_out() -> None:
    before = _wave(BEFORE, (5, 5))
    found = _answer(_asked(before, _wave(AFTER, _fewer(), small=0)))
    assert found.primary.main.reason == "study_area_too_few_answers"
    assert found.verdict is Verdict.CANNOT_TELL
    other = _answer(_asked(before, _wave(AFTER, _fewer(), small=9)))
    assert other.primary.main.seen.n_comparison == 7
    assert other.primary.main.effect == pytest.approx(-30)


def test_groups_that_are_small_in_an_area_of_the_action_are_not_told() -> None:
    people = 40
    waves = (_wave(BEFORE, (5, 5), people), _wave(AFTER, _fewer(), people))
    found = _answer(_asked(*waves), splits=(Split.GENDER,))
    assert found.primary.main.effect is not None
    reasons = {one.estimate.reason for one in found.primary.for_whom}
    assert reasons == {"study_group_too_few_answers"}


def test_areas_chosen_for_other_reasons_pass_and_others_stay_open() -> None:
    asked = _asked(_wave(BEFORE, (5, 5)), _wave(AFTER, _fewer()))
    for months, expected in ((0, True), (None, None)):
        found = _answer(asked, chosen_months=months)
        rivals = {one.code: one.is_ruled_out for one in found.rivals}
        assert rivals["regression_to_mean"] is expected


def test_counts_do_not_answer_a_question_nor_answers_a_count() -> None:
    asked = _asked(_wave(BEFORE, (5, 5)), _wave(AFTER, _fewer()))
    plan = (Design.SURVEY_CHANGE, Design.BEFORE_AFTER_CONTROL)
    others = _answer(asked, designs=plan).primary.others
    assert [one.reason for one in others] == ["study_no_counts"]
    counted = make_study(designs=(Design.SURVEY_CHANGE,))
    panel = make_panel(quiet())
    found = answer(
        frozen(counted), {panel.indicator_id: panel}, today=TODAY, rng=np.random.default_rng(1)
    )
    assert found.primary.main.reason == "study_not_asked"
    with pytest.raises(MethodError, match="STUDY_LEVEL"):
        _answer(replace(asked, level="district"))


def test_the_gate_tells_whole_points_and_no_effect_of_few_answers() -> None:
    found = _answer(_asked(_wave(BEFORE, (5, 5)), _wave(AFTER, _fewer())))
    main = gated(found, DisclosureRule()).primary.main
    assert (main.effect, main.seen.n_before) == (-30, 400)
    assert main.low == int(main.low)
    strict = gated(found, DisclosureRule(min_respondents=500))
    assert strict.primary.main.reason == WITHHELD_ANSWERS
    assert strict.primary.main.seen.n_before is None
    assert (strict.verdict, strict.why[0]) == (Verdict.CANNOT_TELL, "withheld_answers")
    missing = gated(_answer(_asked(_wave(AFTER, (5, 5)))), DisclosureRule())
    assert missing.primary.main.reason == "study_no_wave_before"
