"""What a planned survey will tell, and what notes are made beside a survey's figures."""

from __future__ import annotations

import numpy as np
import pytest

from convive.catalogue.texts import has_text
from convive.core.errors import MethodError
from convive.core.survey import (
    Assumptions,
    Dispositions,
    allocate,
    detectable_difference,
    item_notes,
    margin_of_share,
    mode_notes,
    plan_survey,
    response_notes,
    size_for_margin,
    unanswered_share,
)


def test_margins_that_everybody_knows() -> None:
    found = 100 * margin_of_share([0.5, 0.1, 0.1, 0.3], [350, 350, 360, 423])
    assert found.round(1).tolist() == [5.2, 3.1, 3.1, 4.4]
    dearer = 100 * margin_of_share(0.5, 350, assumptions=Assumptions(deff=1.5))
    assert round(float(dearer), 1) == 6.4


def test_asking_everybody_leaves_no_margin() -> None:
    assert margin_of_share(0.5, 200, population=200) == 0
    assert margin_of_share(0.5, 200, population=400) < margin_of_share(0.5, 200)


def test_size_needed_is_the_smallest_that_keeps_the_margin() -> None:
    assert size_for_margin(0.5, 0.05) == 385
    for population in (np.inf, 2000.0, 600.0):
        n = size_for_margin(0.3, 0.04, population=population)
        assert margin_of_share(0.3, n, population=population) <= 0.04
        assert margin_of_share(0.3, n - 1, population=population) > 0.04
    assert size_for_margin(0.5, 0.0001, population=500) == 500


def test_smaller_differences_need_more_interviews() -> None:
    few, many = detectable_difference(0.3, [200, 800])
    assert few / many == pytest.approx(2, rel=0.05)
    clustered = detectable_difference(0.3, 200, assumptions=Assumptions(deff=2.0))
    assert clustered == pytest.approx(detectable_difference(0.3, 100))
    assert np.isnan(detectable_difference(0.95, 20))
    assert detectable_difference(0.3, 200, 2000) < few
    assert detectable_difference(0.3, 200, population=250) < few


def test_allocations_by_hand() -> None:
    people = [9000, 3000, 500]
    assert allocate(1000, people).tolist() == [720, 240, 40]
    assert allocate(1000, people, minimum=100).tolist() == [675, 225, 100]
    assert allocate(1001, people, rule="equal").tolist() == [334, 334, 333]
    assert allocate(2000, people, rule="equal").tolist() == [750, 750, 500]
    # 9000 × 0.1 : 3000 × 0.3 : 500 × 0.4 = 900 : 900 : 200
    spread = [0.1, 0.3, 0.4]
    assert allocate(1000, people, rule="neyman", spread=spread).tolist() == [450, 450, 100]
    power = allocate(1000, [10_000, 2500, 625], rule="power", exponent=0.5)
    assert power.tolist() == [571, 286, 143]  # 100 : 50 : 25
    assert allocate(10, [4, 0, 100], minimum=5).tolist() == [4, 0, 6]


def test_a_plan_says_in_how_many_areas_a_rise_would_be_found() -> None:
    people = np.array([9000.0, 3000, 500])
    plan = plan_survey(allocate(1000, people), people, 0.3)
    assert plan.margin[0] < plan.margin[1] < plan.margin[2]
    assert plan.areas_that_detect(0.13) == 2
    assert plan.areas_that_detect(0.05) == 0
    assert plan.margin_all < plan.margin.min()


@pytest.mark.parametrize(
    ("attempt", "code"),
    [
        (lambda: margin_of_share(1.2, 100), "PLAN_SHARE"),
        (lambda: margin_of_share(0.5, 0), "PLAN_SIZE"),
        (lambda: margin_of_share(0.5, 100, population=50), "PLAN_SIZE"),
        (lambda: size_for_margin(0.5, 0.0), "PLAN_SIZE"),
        (lambda: Assumptions(power=1.0), "PLAN_ASSUMPTION"),
        (lambda: allocate(10, [100, 100], minimum=6), "PLAN_TOO_FEW"),
        (lambda: allocate(300, [100, 100]), "PLAN_TOO_MANY"),
        (lambda: allocate(10, [100, 100], rule="other"), "PLAN_RULE"),  # type: ignore[arg-type]
        (lambda: allocate(10, [100, 100], rule="power", exponent=2), "PLAN_RULE"),
        (lambda: allocate(10, [100, -1]), "PLAN_SIZE"),
    ],
)
def test_plans_that_cannot_be_say_why(attempt: object, code: str) -> None:
    with pytest.raises(MethodError, match=code):
        attempt()  # type: ignore[operator]


def test_response_rates_by_hand() -> None:
    """300 whole and 20 partial interviews of 1,000 who may have been eligible; 80 were not."""
    counts = Dispositions(300, 20, 280, 250, 50, 60, 40, not_eligible=80)
    assert counts.invited == 1000
    assert (counts.rr1, counts.rr2) == (0.3, 0.32)
    assert [note.code for note in response_notes(counts)] == ["RESPONSE_RATE"]
    low = response_notes(Dispositions(100, not_reached=900))
    assert [note.code for note in low] == ["RESPONSE_RATE", "RESPONSE_LOW"]
    assert low[1].data["rr2"] == pytest.approx(10.0)
    for bad in (lambda: Dispositions(-1, 5), lambda: Dispositions(0, not_eligible=5)):
        with pytest.raises(MethodError, match="RESPONSE_BAD_COUNT"):
            bad()


def test_only_those_asked_can_leave_a_question_out() -> None:
    answers, asked = [1.0, np.nan, np.nan, 0], [True, True, False, True]
    assert unanswered_share(answers) == 0.5
    assert unanswered_share(answers, asked) == pytest.approx(1 / 3)
    notes = item_notes({"fear": answers, "age": [1.0, 2, 3, 4]}, {"fear": asked})
    assert [(n.code, n.data["question"]) for n in notes] == [("ITEM_NONRESPONSE", "fear")]
    with pytest.raises(MethodError, match="RESPONSE_BAD_COUNT"):
        unanswered_share(answers, [False] * 4)
    with pytest.raises(MethodError, match="SURVEY_SHAPE"):
        unanswered_share(answers, [True])


def test_waves_by_other_channels_are_marked() -> None:
    note = mode_notes({"post": 800, "web": 200}, {"post": 300, "web": 600, "phone": 100})[0]
    assert note.code == "SURVEY_MODE_CHANGED"
    assert dict(note.data) == pytest.approx(
        {"moved": 50.0, "channel": "post", "before": 80.0, "after": 30.0}
    )
    assert mode_notes({"post": 800, "web": 200}, {"post": 380, "web": 120}) == ()
    with pytest.raises(MethodError, match="RESPONSE_BAD_COUNT"):
        mode_notes({"post": 0}, {"post": 1})


def test_every_note_has_a_sentence() -> None:
    codes = ("RESPONSE_RATE", "RESPONSE_LOW", "ITEM_NONRESPONSE", "SURVEY_MODE_CHANGED")
    assert all(has_text(f"survey_note.{code}", "en") for code in codes)
