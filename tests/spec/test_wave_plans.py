"""What a plan of a wave promises, how a sample is drawn, what its weights add up to."""

from __future__ import annotations

import numpy as np
import pytest

from convive.app.fieldwork.frame import parse_frame
from convive.app.fieldwork.sample import Wish, draw, plan_sample
from convive.app.fieldwork.wave_weights import StratumCount, design_weights, parse_margins, weigh
from convive.core.errors import RequestError
from convive.core.survey import Dispositions

CELLS = {("north", "N1"): (6000, 9000.0), ("north", "N2"): (3000, 5000.0),
         ("south", "S1"): (1000, 1200.0)}  # fmt: skip


def test_a_large_sample_can_tell_and_a_small_area_cannot():
    plan = plan_sample(CELLS, Wish(4000, response=0.5))
    assert plan.strata == {"north": 3600, "south": 400}
    verdicts = {one.area: one.verdict for one in plan.areas}
    assert plan.whole.verdict == "can_tell"
    assert verdicts["S1"] == "only_level"
    assert {one.area: one.verdict for one in plan_sample(CELLS, Wish(200)).areas}["S1"] == "cannot_tell"  # fmt: skip


def test_the_margin_is_that_of_the_answers_not_of_the_invitations():
    plan = plan_sample({("", ""): (1_000_000, 1_000_000.0)}, Wish(1000, response=0.385, deff=1.0))
    assert plan.whole.answers == pytest.approx(385)
    assert plan.whole.margin_points == pytest.approx(5.0, abs=0.01)


def test_the_same_frame_and_seed_draw_the_same_people_none_twice():
    people = {"a": [f"a{k}" for k in range(50)], "b": [f"b{k}" for k in range(20)]}
    first = draw(people, {"a": 10, "b": 5}, np.random.default_rng(3))
    assert first == draw(people, {"a": 10, "b": 5}, np.random.default_rng(3))
    assert len(set(first)) == 15
    assert sum(one.startswith("b") for one in first) == 5


def test_a_frame_tells_every_problem_with_its_row():
    rows = [(1, ["email", "area", "language"]), (2, ["a@b.org", "N1", "en"]), (4, ["A@b.org", "N1", "xx"]),
            (5, ["", "N1", ""]), (6, ["no@", "", ""])]  # fmt: skip
    found = parse_frame(rows, ["en", "fr"])
    assert [(one.code, one.row) for one in found.problems] == [
        ("FRAME_LANGUAGE", 4), ("FRAME_TWICE", 4), ("FRAME_NO_CONTACT", 5), ("FRAME_CONTACT", 6),
    ]  # fmt: skip


def test_weights_of_the_draw_stand_for_the_eligible_people():
    # north: 9000 people, 300 invited, none ineligible, 90 answered → 100 each
    # south: 1000 people, 100 invited, 10 ineligible (900 left), 30 answered → 30 each
    counts = {"north": StratumCount(9000, 300, 0, 90), "south": StratumCount(1000, 100, 10, 30)}
    strata = ["north"] * 90 + ["south"] * 25 + [""] * 5
    found = design_weights(strata, counts)
    assert found[0] == pytest.approx(100)
    assert found[95] == pytest.approx(30)
    assert found[-1] == pytest.approx(30), "those without a stratum share what is left"
    assert found.sum() == pytest.approx(9900)


def test_raked_weights_meet_the_margin_and_open_answers_keep_their_part():
    design = np.full(100, 10.0)
    labels = {"sex": ["w"] * 60 + ["m"] * 30 + [None] * 10}
    found = weigh(design, {"sex": {"w": 500.0, "m": 500.0}}, labels)
    assert found.weight[:60].sum() == pytest.approx(450)
    assert found.weight[60:90].sum() == pytest.approx(450)
    assert found.weight[90:].sum() == pytest.approx(100)
    assert found.n_without == 10
    with pytest.raises(RequestError, match="WEIGHTS_FEW_COMPLETE"):
        weigh(design, {"sex": {"w": 1.0, "m": 1.0}}, {"sex": ["w"] * 40 + [None] * 60})


def test_a_limit_trims_and_meets_the_margins_again():
    labels = {"sex": ["w"] * 98 + ["m"] * 2}
    found = weigh(np.ones(100), {"sex": {"w": 80.0, "m": 20.0}}, labels, limit=5.0)
    assert found.n_trimmed == 2
    assert found.weight[98:].sum() == pytest.approx(20)


def test_margins_of_a_table_are_refused_with_the_row():
    head = (1, ["variable", "category", "population"])
    assert parse_margins([head, (2, ["sex", "w", "1 200,5"])]) == {"sex": {"w": 1200.5}}
    with pytest.raises(RequestError, match="MARGINS_ROW"):
        parse_margins([head, (2, ["sex", "w", "1"]), (3, ["sex", "w", "2"])])


def test_rr3_counts_of_the_unknown_the_part_that_is_eligible_elsewhere():
    # known: 50 + 30 eligible, 20 not → 0.8 of 100 unknown count: 50 ÷ (80 + 80)
    found = Dispositions(complete=50, refused=30, unknown_other=100, not_eligible=20)
    assert found.rr3 == pytest.approx(50 / 160)
    assert found.rr1 == pytest.approx(50 / 180)
