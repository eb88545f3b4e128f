"""Grades are kept apart: by scheme, by dimension, by whoever gave them."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from itertools import product

import pytest

from convive.catalogue import find
from convive.catalogue.grading_schemes import load_schemes
from convive.catalogue.texts import languages
from convive.core.errors import DefinitionError
from convive.core.instruments.filling import fill
from convive.core.shelf import grading_rules
from convive.core.shelf.grading import Grading, GradingScheme
from convive.core.shelf.grading_rules import (
    grading_fault,
    gradings_of,
    may_be_compared,
    side_by_side,
)
from convive.core.shelf.instrument_gradings import gradings_from
from convive.core.shelf.scheme import Grade

EMMIE, MARYLAND, SOURCE = GradingScheme.EMMIE, GradingScheme.MARYLAND, GradingScheme.SOURCE
SCHEMES = find.grading_schemes()
DAY = date(2026, 11, 21)


def graded(scheme=EMMIE, dimension="effect", grade="2", by="Harbour", on=DAY, about="a study"):
    return Grading(scheme, dimension, grade, by, on, about)


def test_every_scheme_is_there_in_every_language() -> None:
    assert tuple(SCHEMES) == tuple(GradingScheme)
    for scheme in SCHEMES.values():
        texts = [scheme.title, scheme.about]
        for dimension in scheme.dimensions:
            texts += [dimension.title, dimension.question]
            texts += [text for one in dimension.grades for text in (one.title, one.meaning)]
        assert all(set(text) == set(languages()) for text in texts)
        assert scheme.references


def test_the_schemes_have_the_grades_that_their_sources_have() -> None:
    emmie = SCHEMES[EMMIE].dimensions
    letters = ["effect", "mechanism", "moderator", "implementation", "economics"]
    assert [one.code for one in emmie] == letters
    assert {"".join(grade.code for grade in one.grades) for one in emmie} == {"01234"}
    (design,) = SCHEMES[MARYLAND].dimensions
    assert "".join(one.code for one in design.grades) == "12345"
    criteria = SCHEMES[GradingScheme.QUALIPREV].dimensions
    assert [one.code for one in criteria] == ["problem", "mechanism", "evidence", "information", "verdict"]  # fmt: skip


def test_a_grade_holds_no_number_and_no_rule_adds_any_up() -> None:
    assert {one.name for one in fields(Grade)} == {"code", "title", "meaning"}
    public = {name for name in vars(grading_rules) if not name.startswith("_")}
    assert not {name for name in public if "sum" in name or "mean" in name or "total" in name}


@pytest.mark.parametrize(
    ("grading", "fault"),
    [
        (graded(), ""),
        (graded(grade="5"), "grade"),
        (graded(dimension="beauty"), "dimension"),
        (graded(MARYLAND, "", "0"), "grade"),
        (graded(MARYLAND, "effect", "3"), "dimension"),
        (graded(SOURCE, "", "A prize"), ""),
        (graded(SOURCE, "", "  "), "grade"),
        (graded(by=" "), "by"),
        (graded(about=""), "about"),
    ],
)
def test_what_a_grading_must_say(grading, fault) -> None:
    assert grading_fault(grading, SCHEMES) == fault


def test_only_one_scheme_and_one_dimension_are_compared_and_words_never() -> None:
    some = [
        graded(), graded(dimension="mechanism"), graded(MARYLAND, "", "2"), graded(SOURCE, "", "A prize"),
    ]  # fmt: skip
    for first, second in product(some, some):
        assert may_be_compared(first, second) == (first is second and first.scheme is not SOURCE)


def test_gradings_lie_side_by_side_with_their_contradictions() -> None:
    ours, theirs = graded(grade="1"), graded(grade="3", by="Hill", on=date(2024, 1, 1))
    undated = graded(grade="3", by="A ministry", on=None)
    words = (graded(SOURCE, "", "Good"), graded(SOURCE, "", "Bad", by="Hill"))
    found = side_by_side([undated, theirs, *words, ours, graded(MARYLAND, "", "3")], SCHEMES)
    assert [one.scheme.id for one in found] == [EMMIE, MARYLAND, SOURCE]
    (effect,) = found[0].dimensions
    assert (effect.gradings, effect.is_contradicted) == ((ours, theirs, undated), True)
    assert not found[1].dimensions[0].is_contradicted
    assert not found[2].dimensions[0].is_contradicted, "nobody can say whether words contradict"
    assert len(found[2].dimensions[0].gradings) == 2


def test_a_judge_may_change_their_mind_on_the_same_ground() -> None:
    first, later = graded(grade="1", on=date(2025, 1, 1)), graded(grade="3")
    (row,) = side_by_side([first, later], SCHEMES)[0].dimensions
    assert (row.gradings, row.is_contradicted) == ((later, first), False)
    elsewhere = replace(first, about="another study")
    assert side_by_side([elsewhere, later], SCHEMES)[0].dimensions[0].is_contradicted


def test_what_sources_say_themselves_stays_in_their_words() -> None:
    told = [one for practice in find.practices() for one in gradings_of(practice, SCHEMES)]
    assert told
    assert {(one.scheme, grading_fault(one, SCHEMES), one.on) for one in told} == {
        (SOURCE, "", None)
    }


def test_a_scheme_that_a_source_names_counts_only_with_one_of_its_grades() -> None:
    practice = replace(find.practices()[0], grades={"maryland": "3", "emmie": "very good"})
    level, words = gradings_of(practice, SCHEMES)
    assert (level.scheme, level.dimension, level.grade) == (MARYLAND, "", "3")
    assert (words.scheme, words.grade, words.note) == (SOURCE, "very good", "emmie")


def _from(instrument: str, case: int) -> list[tuple[str, str, str]]:
    definition = find.instrument(instrument)
    answers = find.worked_cases(instrument)[case].answers
    filled = fill(definition, answers, today=DAY)
    found = gradings_from(definition, filled, by="Harbour", on=DAY)
    assert all(not grading_fault(one, SCHEMES) for one in found)
    return [(one.scheme.value, one.dimension, one.grade) for one in found]


def test_a_claim_has_no_quality_and_an_open_letter_none() -> None:
    assert _from("emmie_project", 0) == [
        ("emmie", "effect", "3"), ("emmie", "implementation", "2"), ("emmie", "economics", "1"),
    ]  # fmt: skip


def test_the_quality_check_gives_criteria_and_verdict_and_the_level_of_its_design() -> None:
    criteria = [
        ("qualiprev", name, "met") for name in ("problem", "mechanism", "evidence", "information")
    ]
    assert _from("practice_quality_check", 0) == [*criteria, ("qualiprev", "verdict", "good"), ("maryland", "", "5")]  # fmt: skip
    assert ("maryland", "", "0") not in _from("practice_quality_check", 1), "no outcome, no level"


def test_another_instrument_grades_nothing() -> None:
    definition = find.instrument("street_observation")
    assert gradings_from(definition, fill(definition, {}, today=DAY), by="x", on=DAY) == ()


def test_a_scheme_with_a_code_twice_is_refused_with_its_file(tmp_path) -> None:
    from convive.catalogue.grading_schemes import GRADINGS

    text = (GRADINGS / "maryland.yaml").read_text(encoding="utf-8")
    (tmp_path / "maryland.yaml").write_text(
        text.replace('code: "2"', 'code: "1"'), encoding="utf-8"
    )
    with pytest.raises(DefinitionError) as refused:
        load_schemes(tmp_path)
    assert refused.value.problems[0].place.file == "maryland.yaml"
