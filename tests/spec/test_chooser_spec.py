"""Which designs a town can use with what it has."""

from dataclasses import replace

import pytest

from convive.catalogue.texts import has_text, languages
from convive.core.evaluation import Design, StudyFacts, possible_designs
from convive.core.evaluation.answer import Possible
from convive.core.evaluation.chooser import RULES

TOWN = StudyFacts(
    months_before=36,
    months_after=12,
    n_areas=30,
    n_treated=3,
    n_comparison=12,
    n_buffer=4,
    n_before=400,
    n_comparison_before=1500,
    chosen_months=0,
)


def _of(facts: StudyFacts, design: Design) -> Possible:
    return next(one for one in possible_designs(facts) if one.design is design)


def _codes(found: Possible) -> list[str]:
    return [code for code, _ in found.reasons]


def test_every_design_is_explained_and_possible_ones_come_first() -> None:
    found = possible_designs(TOWN)
    assert {one.design for one in found} == set(Design)
    assert [one.rank for one in found] == list(range(1, len(Design) + 1))
    states = [one.is_possible for one in found]
    assert states == sorted(states, reverse=True)
    assert found[0].design is Design.BEFORE_AFTER_CONTROL
    assert all(one.reasons for one in found)


@pytest.mark.parametrize(
    ("change", "design", "missing"),
    [
        ({"n_comparison": 1}, Design.BEFORE_AFTER_CONTROL, "comparison_areas_not"),
        ({"n_buffer": 0}, Design.DISPLACEMENT_DIFFERENCE, "buffer_areas_not"),
        ({"months_before": 20}, Design.INTERRUPTED_SERIES, "months_before_not"),
        ({"n_before": 10}, Design.INTERRUPTED_SERIES, "incidents_not"),
        ({"breaks": 1, "n_comparison": 0}, Design.INTERRUPTED_SERIES, "no_break_not"),
        ({}, Design.STAGGERED, "staggered_starts_not"),
        ({"n_starts": 3}, Design.BEFORE_AFTER_CONTROL, "same_start_not"),
        ({}, Design.CHOSEN_AT_PEAK, "chosen_for_worst_not"),
        ({"held_back": 2}, Design.BEFORE_AFTER_CONTROL, "held_back_not"),
        ({"has_counts": False}, Design.BEFORE_AFTER_CONTROL, "counts_not"),
        ({"months_after": 3}, Design.BEFORE_AFTER_CONTROL, "months_after_not"),
        ({}, Design.DOSE, "doses_not"),
        ({}, Design.SURVEY_CHANGE, "survey_outcome_not"),
    ],
)
def test_what_is_missing_makes_a_design_impossible_and_is_said_first(
    change: dict[str, int], design: Design, missing: str
) -> None:
    found = _of(replace(TOWN, **change), design)
    assert not found.is_possible
    needed = {rule.code for rule in RULES[design] if rule.is_needed}
    first = [code for code in _codes(found) if code.endswith("_not")]
    assert missing in first
    assert first[0].removesuffix("_not") in needed | {"built_in"}


def test_cautions_are_told_and_leave_a_design_possible() -> None:
    unknown = _of(replace(TOWN, chosen_months=None, months_before=12), Design.BEFORE_AFTER_CONTROL)
    assert unknown.is_possible
    assert "choice_known_not" in _codes(unknown)


def test_staggered_starts_put_the_design_for_them_first() -> None:
    assert possible_designs(replace(TOWN, n_starts=3))[0].design is Design.STAGGERED


def test_places_chosen_for_being_worst_put_the_design_for_them_first() -> None:
    assert possible_designs(replace(TOWN, chosen_months=12))[0].design is Design.CHOSEN_AT_PEAK


def test_a_survey_outcome_is_for_surveys_only() -> None:
    facts = replace(TOWN, is_survey=True, has_counts=False, waves_before=1, waves_after=1)
    others = [o for o in possible_designs(facts) if o.design is not Design.SURVEY_CHANGE]
    assert not any(one.is_possible for one in others)


def test_a_town_with_nothing_can_use_nothing_and_is_told_why() -> None:
    found = possible_designs(StudyFacts(has_counts=False))
    assert not any(one.is_possible for one in found)


def test_every_reason_has_its_sentence_either_way() -> None:
    codes = {rule.code for rules in RULES.values() for rule in rules} | {"built_in"}
    keys = [f"evaluation.chooser.{code}{end}" for code in codes for end in ("", "_not")]
    assert [key for key in keys for language in languages() if not has_text(key, language)] == []
