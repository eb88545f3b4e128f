"""What the instruments of professionals promise beyond their worked cases."""

from __future__ import annotations

from datetime import date

import pytest

from convive.catalogue import find
from convive.core.instruments.filling import fill
from convive.core.instruments.model import Instrument, InstrumentKind, Sensitivity
from convive.core.instruments.scoring import score

ABOUT_PERSONS = ("concern_dialogue", "vulnerability_factors_dialogue", "police_risk_followup")
NEVER_SCORED = (*ABOUT_PERSONS, "mediation_record", "behaviour_barometer")
REBUILT = (
    "practice_quality_check",
    "emmie_project",
    "six_dimensions",
    "public_space_vulnerability",
    "security_by_design",
    "thor_board",
    "perception_outbreak",
    "technology_assessment",
    "barrier_model",
    "concern_dialogue",
    "vulnerability_factors_dialogue",
    "police_risk_followup",
    "behaviour_barometer",
)
WITH_OUTCOMES = [
    instrument
    for instrument in map(find.instrument, (*REBUILT, "evaluation_planner"))
    if instrument.scores
]
TODAY = date(2026, 11, 21)


@pytest.mark.parametrize("name", NEVER_SCORED)
def test_persons_and_parties_are_never_scored_and_the_reason_is_told(name: str) -> None:
    instrument = find.instrument(name)

    assert not instrument.scores
    assert instrument.no_score_reason["en"]


@pytest.mark.parametrize("name", ABOUT_PERSONS)
def test_what_is_about_a_person_is_a_restricted_record_that_ends(name: str) -> None:
    instrument = find.instrument(name)

    assert instrument.kind is InstrumentKind.RECORD
    assert instrument.sensitivity is Sensitivity.RESTRICTED
    assert instrument.item("erase_on").is_required


@pytest.mark.parametrize("name", NEVER_SCORED)
def test_no_choice_about_a_person_has_a_value(name: str) -> None:
    scales = [item.scale for item in find.instrument(name).items() if item.scale is not None]

    assert all(scale.maximum is None for scale in scales)


@pytest.mark.parametrize("name", NEVER_SCORED)
def test_there_is_no_field_for_a_name(name: str) -> None:
    ids = {item.id for item in find.instrument(name).items()}

    assert not ids & {"name", "person_name", "first_name", "birthday", "address", "phone"}


def test_a_filled_in_vulnerability_check_is_restricted() -> None:
    assert find.instrument("public_space_vulnerability").sensitivity is Sensitivity.RESTRICTED


@pytest.mark.parametrize("name", REBUILT)
def test_what_was_rebuilt_says_what_inspired_it_and_has_a_title_of_its_own(name: str) -> None:
    instrument = find.instrument(name)

    assert instrument.inspired_by
    assert instrument.title["en"].casefold() not in instrument.inspired_by.casefold()


@pytest.mark.parametrize("instrument", WITH_OUTCOMES, ids=lambda one: one.id)
def test_every_label_and_band_comes_up_in_a_worked_case(instrument: Instrument) -> None:
    wanted = {(s.id, rule.code) for s in instrument.scores for rule in s.rules}
    wanted |= {(s.id, band.code) for s in instrument.scores for band in s.bands}

    seen = set()
    for case in find.worked_cases(instrument.id):
        for name, result in score(instrument, fill(instrument, case.answers, today=TODAY)).items():
            for one in result if isinstance(result, tuple) else (result,):
                seen |= {(name, one.band), (name, one.label)}

    assert wanted <= seen, sorted(wanted - seen)


@pytest.mark.parametrize(
    ("level", "on", "due"),
    [
        ("extreme", "2026-02-27", "2026-03-02"),
        ("high", "2026-12-28", "2027-01-04"),
        ("medium", "2026-11-20", "2026-12-20"),
        ("low", "2027-12-15", "2028-02-13"),
    ],
)
def test_a_police_review_is_due_after_the_days_that_are_set(level: str, on: str, due: str) -> None:
    instrument = find.instrument("police_risk_followup")
    answers = {"days_extreme": 3, "days_high": 7, "days_medium": 30, "days_low": 60}

    filled = fill(instrument, {**answers, "level": level, "level_on": on}, today=TODAY)

    assert filled.answers["review_due"] == due


def test_an_opened_form_offers_the_review_times_of_before_2025() -> None:
    instrument = find.instrument("police_risk_followup")

    filled = fill(instrument, {}, today=TODAY, defaults=True)

    days = [filled.answers[f"days_{level}"] for level in ("extreme", "high", "medium", "low")]
    assert days == [3, 7, 30, 60]


@pytest.mark.parametrize(
    ("day", "is_overdue"), [(date(2026, 3, 2), False), (date(2026, 3, 3), True)]
)
def test_a_review_is_overdue_from_the_day_after_it_is_due(day: date, is_overdue: bool) -> None:
    instrument = find.instrument("police_risk_followup")
    answers = {"days_extreme": 3, "level": "extreme", "level_on": "2026-02-27", "reviewed": "no"}

    filled = fill(instrument, answers, today=day)

    assert (("overdue_note",) in filled.asked) is is_overdue


def test_without_a_level_there_is_no_day_of_review() -> None:
    instrument = find.instrument("police_risk_followup")

    filled = fill(instrument, {"days_low": 60, "level_on": "2026-11-20"}, today=TODAY)

    assert "review_due" not in filled.answers


@pytest.mark.parametrize("missing", ["l1", "l2", "l3", "l4"])
def test_one_no_under_legality_stops_a_technology_whatever_else_is_said(missing: str) -> None:
    instrument = find.instrument("technology_assessment")
    best = next(iter(find.worked_cases("technology_assessment"))).answers

    results = score(instrument, fill(instrument, {**best, missing: "no"}, today=TODAY))

    assert results["outcome"].label == "stop_legality"


def test_no_percentage_makes_a_good_practice_without_a_described_problem() -> None:
    instrument = find.instrument("practice_quality_check")
    items = [item for item in instrument.items() if item.scale is not None]
    best = {item.id: "5" if item.id == "d3" else "2" for item in items}

    results = score(instrument, fill(instrument, {**best, "a1": "1"}, today=TODAY))

    assert results["total_share"].value > 98
    assert results["verdict"].label == "below_minimum"
