"""What an evaluation will be able to tell, said before it begins."""

import time
from dataclasses import replace

import numpy as np
import pytest

from convive.catalogue.texts import has_text, languages
from convive.core.errors import MethodError
from convive.core.evaluation import (
    Basis,
    CheaperWay,
    Design,
    Detectable,
    DetectPlan,
    History,
    cheaper_ways,
    detectable_curve,
    detectable_effect,
    detectable_survey,
    simulated_effect,
)
from convive.core.survey import Assumptions

BAC = DetectPlan(Design.BEFORE_AFTER_CONTROL, months_after=12)
AREA_DESIGNS = [
    Design.BEFORE_AFTER_CONTROL,
    Design.DISPLACEMENT_DIFFERENCE,
    Design.STAGGERED,
    Design.SYNTHETIC_CONTROL,
    Design.MATCHED_AREAS,
]


def _counts(mean: float = 20.0, areas: int = 30, months: int = 48) -> np.ndarray:
    rng = np.random.default_rng(1)
    season = np.exp(0.15 * np.sin(np.arange(months) / 6 * np.pi))
    return rng.poisson(mean * season, (areas, months)).astype(float)


def _row(n: int) -> np.ndarray:
    place = np.arange(n)
    return np.abs(np.subtract.outer(place, place)) == 1


@pytest.mark.parametrize("design", [*AREA_DESIGNS, Design.INTERRUPTED_SERIES])
def test_every_design_names_the_smallest_fall_it_finds(design: Design) -> None:
    history = History(_counts(), [0, 1, 2], ring=[3, 4], are_neighbours=False)
    found = detectable_effect(replace(BAC, design=design), history)
    assert found.reason is None
    assert found.design is design
    assert -45 < found.percent < -5
    a_year = 12 * _counts()[:3].mean(axis=1).sum()
    assert found.avoided_per_year == pytest.approx(-found.percent / 100 * a_year)
    assert found.basis is Basis.FORMULA


def test_more_months_incidents_and_areas_find_smaller_falls() -> None:
    history = History(_counts(), [0])
    curve = [percent for _, percent in detectable_curve(BAC, history, (6, 12, 24, 48))]
    assert curve == sorted(curve)
    busy = detectable_effect(BAC, History(_counts(80), [0])).percent
    rare = detectable_effect(BAC, History(_counts(2), [0])).percent
    assert rare < curve[1] < busy < 0
    several = detectable_effect(BAC, History(_counts(), [0, 1, 2, 3], are_neighbours=False)).percent
    assert several > curve[1]


def test_says_how_many_months_or_areas_it_would_take() -> None:
    found = detectable_effect(BAC, History(_counts(30), [0, 1], are_neighbours=False))
    assert not found.is_enough
    assert found.percent < -10
    assert found.months_needed > 12
    assert found.areas_needed > 2
    later = replace(BAC, months_after=found.months_needed)
    assert detectable_effect(later, History(_counts(30), [0, 1], are_neighbours=False)).is_enough
    sooner = replace(BAC, months_after=found.months_needed - 1)
    assert not detectable_effect(sooner, History(_counts(30), [0, 1], are_neighbours=False)).is_enough  # fmt: skip


def test_enough_is_said_and_needs_nothing_more() -> None:
    found = detectable_effect(BAC, History(_counts(800), [0, 1, 2]))
    assert found.is_enough
    assert (found.months_needed, found.areas_needed) == (12, 3)
    assert cheaper_ways(found) == ()


def test_the_answer_at_the_form_takes_less_than_a_tenth_of_a_second() -> None:
    history = History(_counts(areas=100, months=72), [0])
    for design in (*AREA_DESIGNS[:1], Design.INTERRUPTED_SERIES, Design.MATCHED_AREAS):
        plan = replace(BAC, design=design)
        detectable_effect(plan, history)
        begin = time.process_time()
        for _ in range(3):
            detectable_effect(plan, history)
        assert (time.process_time() - begin) / 3 < 0.1, design


@pytest.mark.parametrize(
    ("design", "history", "reason"),
    [
        (Design.BEFORE_AFTER_CONTROL, History(_counts()[:1], [0]), "detectable_no_comparison"),
        (Design.MATCHED_AREAS, History(_counts()[:12], [0]), "detectable_few_areas"),
        (Design.STAGGERED, History(_counts()[:4], [0]), "detectable_few_areas"),
        (Design.BEFORE_AFTER_CONTROL, History(_counts()[:, :10], [0]), "detectable_short_history"),
        (Design.INTERRUPTED_SERIES, History(_counts()[:, :20], [0]), "detectable_short_history"),
        (Design.BEFORE_AFTER_CONTROL, History(0 * _counts(), [0]), "detectable_few_incidents"),
        (Design.DISPLACEMENT_DIFFERENCE, History(_counts(), [0]), "detectable_no_ring"),
        (Design.CHOSEN_AT_PEAK, History(_counts(), [0]), "detectable_not_this_design"),
    ],
)
def test_no_answer_has_a_reason(design: Design, history: History, reason: str) -> None:
    for found in (
        detectable_effect(replace(BAC, design=design), history),
        simulated_effect(replace(BAC, design=design), history, np.random.default_rng(1)),
    ):
        assert found.reason == reason
        assert found.percent is None
        assert found.avoided_per_year is None
        assert len(cheaper_ways(found)) == 3


def test_too_short_an_after_still_says_how_long_it_would_take() -> None:
    found = detectable_effect(replace(BAC, months_after=3), History(_counts(200), [0]))
    assert found.reason == "detectable_short_after"
    assert found.months_needed >= 6


def test_incidents_too_rare_for_any_fall() -> None:
    rare = np.random.default_rng(3).poisson(0.6, (10, 48)).astype(float)
    found = detectable_effect(replace(BAC, months_after=6), History(rare, [0]))
    assert found.percent is None or found.percent < -70


@pytest.mark.parametrize("design", [*AREA_DESIGNS[:2], *AREA_DESIGNS[3:], Design.INTERRUPTED_SERIES])  # fmt: skip
def test_trying_it_out_agrees_with_the_formula_where_counts_are_calm(design: Design) -> None:
    history = History(_counts(60, 40), [5, 6], ring=[4, 7], neighbours=_row(40))
    plan = replace(BAC, design=design, months_before=30)
    quick = detectable_effect(plan, history)
    tried = simulated_effect(plan, history, np.random.default_rng(1), runs=100)
    assert tried.basis is Basis.SIMULATED
    assert tried.percent == pytest.approx(quick.percent, rel=0.35)


def test_touching_areas_whose_neighbours_nobody_knows_are_answered_by_formula() -> None:
    tried = simulated_effect(BAC, History(_counts(), [0, 1]), np.random.default_rng(1))
    assert tried.basis is Basis.FORMULA


def test_a_ring_dilutes_what_is_found() -> None:
    history = History(_counts(), [0], ring=[1, 2])
    alone = detectable_effect(BAC, history).percent
    net = detectable_effect(replace(BAC, design=Design.DISPLACEMENT_DIFFERENCE), history).percent
    assert net < alone


def test_a_ring_of_touching_areas_is_neither_treated_nor_comparison() -> None:
    with_ring = detectable_effect(BAC, History(_counts(), [0], ring=[1, 2]))
    without = detectable_effect(BAC, History(np.delete(_counts(), [1, 2], axis=0), [0]))
    assert with_ring.percent == pytest.approx(without.percent)


def test_two_waves_of_a_survey() -> None:
    found = detectable_survey(0.4, (400, 400))
    assert found.design is Design.SURVEY_CHANGE
    assert found.percent == pytest.approx(-9.4, abs=0.1)
    assert found.is_enough
    assert found.avoided_per_year is None
    dearer = detectable_survey(0.4, (400, 400), assumptions=Assumptions(deff=2.0))
    assert dearer.percent == pytest.approx(found.percent * np.sqrt(2), rel=0.03)
    compared = detectable_survey(0.4, (400, 400), (400, 400))
    assert compared.percent == pytest.approx(found.percent * np.sqrt(2))
    assert not compared.is_enough
    assert detectable_survey(0.05, (60, 60)).reason == "detectable_never"


def test_cheaper_ways_mend_what_is_missing() -> None:
    base = Detectable(Design.BEFORE_AFTER_CONTROL, -30.0, 0.8, 40.0, None, None)
    assert CheaperWay.LONGER_WINDOW in cheaper_ways(replace(base, months_needed=24))
    assert CheaperWay.LONGER_WINDOW not in cheaper_ways(replace(base, months_needed=60))
    assert CheaperWay.MORE_AREAS in cheaper_ways(replace(base, areas_needed=5), n_treated=2)
    assert CheaperWay.MORE_AREAS not in cheaper_ways(replace(base, areas_needed=50), n_treated=2)
    alone = cheaper_ways(replace(base, percent=None, reason="detectable_no_comparison"))
    assert alone[0] is CheaperWay.POOLED_TOWNS
    assert len(set(alone)) == 3


@pytest.mark.parametrize("language", languages())
def test_every_way_and_reason_has_its_sentence(language: str) -> None:
    from convive.core.evaluation import detectable

    codes = [value for name, value in vars(detectable).items() if name.isupper() and str(value).startswith("detectable_")]  # fmt: skip
    keys = [f"evaluation.reason.{code}" for code in codes]
    keys += [f"evaluation.cheaper.{way}" for way in CheaperWay]
    assert len(keys) == 15
    assert [key for key in keys if not has_text(key, language)] == []


@pytest.mark.parametrize(
    ("history", "code"),
    [
        (History(_counts(), []), "EFFECT_SHAPE"),
        (History(_counts(), [30]), "EFFECT_SHAPE"),
        (History(_counts()[0], [0]), "EFFECT_SHAPE"),
        (History(_counts(), [0], neighbours=np.eye(3)), "EFFECT_SHAPE"),
        (History(-_counts(), [0]), "EFFECT_NEGATIVE_COUNT"),
    ],
)
def test_histories_that_do_not_fit_are_refused(history: History, code: str) -> None:
    with pytest.raises(MethodError, match=code):
        detectable_effect(BAC, history)
