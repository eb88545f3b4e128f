"""Filling, scoring, checking and summing up instruments, worked out by hand."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from convive.core.instruments.checks import check_instrument
from convive.core.instruments.filling import MOST_ROUNDS, check, fill
from convive.core.instruments.form_rules import rules_of
from convive.core.instruments.model import (
    Band,
    Choice,
    Instrument,
    InstrumentKind,
    Item,
    ItemType,
    LabelRule,
    Missing,
    Scale,
    Score,
    ScoreMethod,
    Section,
    Sensitivity,
)
from convive.core.instruments.ratings import PartStatus
from convive.core.instruments.scoring import score
from convive.core.instruments.summary import summarise, summarise_by_place
from factories.random_forms import QUALITY, instrument_of

TODAY = date(2026, 11, 21)
YES_NO = Scale("yes_no", (Choice("yes", {}), Choice("no", {})))


def item(name: str, kind: str = "choice", **more: Any) -> Item:
    if kind in ("choice", "choices"):
        more.setdefault("scale", QUALITY)
    return Item(name, ItemType(kind), {"en": name}, **more)


def form(*content: Any, scores: tuple[Score, ...] = (), **more: Any) -> Instrument:
    return instrument_of(Section("all", {"en": "All"}, content), scores=scores, **more)


def made(name: str, method: ScoreMethod, **more: Any) -> Score:
    return Score(name, {"en": name}, method, **more)


def problems(
    instrument: Instrument, answers: Any, **more: Any
) -> list[tuple[str, tuple[Any, ...]]]:
    return [(p.code, p.path) for p in fill(instrument, answers, today=TODAY, **more).problems]


# --- what is asked --------------------------------------------------------------------------

SURVEY = form(
    item("went_out", scale=YES_NO, is_required=True),
    item("times", "integer", relevant="${went_out} = 'yes'", is_required=True, constraint=". > 0 and . <= 31"),
    item("why_not", "text", relevant="${went_out} = 'no'"),
    Section("alone", {}, (item("felt"), item("note", "note")), relevant="${times} > 1"),
)  # fmt: skip


def test_a_skip_rule_decides_what_is_asked() -> None:
    filled = fill(SURVEY, {"went_out": "no", "times": 3, "why_not": " ill "}, today=TODAY)
    assert filled.answers == {"went_out": "no", "why_not": "ill"}
    assert filled.asked == {("all",), ("went_out",), ("why_not",)}
    assert filled.is_complete


def test_a_rule_counts_a_question_that_is_not_asked_as_empty() -> None:
    answers = {"went_out": "no", "times": 3, "felt": "2"}
    assert "felt" not in fill(SURVEY, answers, today=TODAY).answers
    assert fill(SURVEY, {**answers, "went_out": "yes"}, today=TODAY).answers["felt"] == "2"


def test_what_is_required_is_required_only_where_it_is_asked() -> None:
    assert problems(SURVEY, {}) == [("ANSWER_REQUIRED", ("went_out",))]
    assert problems(SURVEY, {"went_out": "yes"}) == [("ANSWER_REQUIRED", ("times",))]
    assert problems(SURVEY, {"went_out": "no"}) == []


def test_an_answer_that_breaks_its_constraint_is_told_and_kept_to_be_mended() -> None:
    filled = fill(SURVEY, {"went_out": "yes", "times": 40}, today=TODAY)
    assert [(p.code, p.path) for p in filled.problems] == [("ANSWER_CONSTRAINT", ("times",))]
    assert filled.answers["times"] == 40


def test_strictly_an_answer_to_what_is_not_asked_is_told() -> None:
    answers = {"went_out": "no", "times": 3, "felt": ""}
    assert problems(SURVEY, answers, strict=True) == [("ANSWER_NOT_ASKED", ("times",))]
    assert problems(SURVEY, answers) == []


def test_unknown_keys_are_told_without_repeating_what_strangers_wrote() -> None:
    found = problems(SURVEY, {"went_out": "no", "name": "x", "<script>": 1, "all": {}})
    assert found == [(c, (n,)) for c, n in [("ANSWER_UNKNOWN", "name"), ("ANSWER_UNKNOWN", "?"), ("ANSWER_UNKNOWN", "all")]]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("integer", 5, 5), ("integer", 5.0, 5), ("integer", 5.5, None), ("integer", "5", None), ("integer", True, None),
        ("integer", 10**30, None), ("decimal", 2, 2), ("decimal", float("nan"), None), ("decimal", float("inf"), None),
        ("text", " a\r\nb\x07 ", "a\nb"), ("text", 5, None), ("text", "x" * 10_001, None), ("text", "\ud800a", "a"),
        ("date", "2026-11-21", "2026-11-21"), ("date", "2026-02-30", None), ("date", "20261121", None),
        ("date", "2026-W01-1", None), ("date", "2026-11-21T10:00", None),
        ("time", "21:30", "21:30"), ("time", "21:30:00.000+01:00", "21:30"), ("time", "21:30:05", "21:30:05"),
        ("time", "24:00", None), ("time", "9:00", None),
        ("datetime", "2026-11-21T21:30:00+01:00", "2026-11-21T21:30:00+01:00"),
        ("datetime", "2026-11-21T21:30Z", "2026-11-21T21:30:00+00:00"), ("datetime", "2026-11-21", None),
        ("datetime", "2026-11-21T21:30:00.123+0100", "2026-11-21T21:30:00+01:00"),
        ("position", {"latitude": 46.1, "longitude": 11}, {"latitude": 46.1, "longitude": 11}),
        ("position", {"latitude": 91, "longitude": 11}, None), ("position", {"latitude": 46}, None),
        ("position", {"latitude": 46, "longitude": 11, "accuracy": -1}, None), ("position", [46, 11], None),
        ("photo", "stop-3.jpg", "stop-3.jpg"), ("photo", "../a.jpg", None), ("photo", ".a", None), ("photo", "C:a", None),
        ("choices", ["3", "0", "3"], ["0", "3"]), ("choices", "0", None), ("choices", [0], None),
    ],
)  # fmt: skip
def test_each_type_takes_what_it_takes(kind: str, given: Any, kept: Any) -> None:
    filled = fill(form(item("x", kind)), {"x": given}, today=TODAY)
    assert filled.answers.get("x") == kept
    assert [p.code for p in filled.problems] == ([] if kept is not None else ["ANSWER_TYPE"])


def test_a_code_that_is_no_choice() -> None:
    assert problems(form(item("x")), {"x": "9"}) == [("ANSWER_CHOICE", ("x",))]
    assert problems(form(item("x", "choices")), {"x": ["0", "9"]}) == [("ANSWER_CHOICE", ("x",))]


@pytest.mark.parametrize("blank", [None, "", "  ", [], {}])
def test_blank_is_not_answered(blank: Any) -> None:
    for kind in ("choice", "choices", "integer", "text", "position"):
        assert problems(form(item("x", kind, is_required=True)), {"x": blank}) == [("ANSWER_REQUIRED", ("x",))]  # fmt: skip


def test_a_default_is_for_a_form_that_is_opened_not_for_one_handed_in() -> None:
    one = form(item("x", "integer", default=3), item("y", "calculated", calculation="${x} * 2"))
    assert fill(one, {}, today=TODAY, defaults=True).answers == {"x": 3, "y": 6}
    assert fill(one, {}, today=TODAY).answers == {}


def test_calculations_follow_one_another_whatever_their_order() -> None:
    one = form(
        item("c", "calculated", calculation="${b} + 1"),
        item("b", "calculated", calculation="${a} * 2"),
        item("a", "integer"),
        item("d", "calculated", calculation="${a} > 1"),
    )
    assert fill(one, {"a": 5, "c": 99}, today=TODAY).answers == {"c": 11, "b": 10, "a": 5, "d": 1}
    assert fill(one, {}, today=TODAY).answers == {"d": 0}


def test_a_long_chain_of_rules_is_no_problem() -> None:
    names = [f"q{n}" for n in range(1_500)]
    chain = [item(names[0], "integer")]
    chain += [item(b, "integer", relevant=f"${{{a}}} = 1") for a, b in itertools.pairwise(names)]
    one = form(*reversed(chain))
    assert len(fill(one, dict.fromkeys(names, 1), today=TODAY).answers) == 1_500
    assert len(fill(one, {**dict.fromkeys(names, 1), "q3": 0}, today=TODAY).answers) == 4


def test_today_is_what_it_is_told() -> None:
    one = form(item("born", "date", constraint=". <= today()"))
    assert problems(one, {"born": "2026-11-21"}) == []
    assert problems(one, {"born": "2026-11-22"}) == [("ANSWER_CONSTRAINT", ("born",))]


# --- rounds ---------------------------------------------------------------------------------


def walk(**more: Any) -> Instrument:
    stops = Section(
        "stops", {},
        (
            item("people", "integer"),
            item("per_lamp", "calculated", calculation="${people} div ${lamps}"),
            item("why", "text", relevant="${people} = 0", is_required=True),
        ),
        repeats=True, **{"at_least": 1, "at_most": 3, **more},
    )  # fmt: skip
    return form(
        item("lamps", "integer"), stops,
        item("total", "calculated", calculation="sum(${people})"),
        item("n", "calculated", calculation="count(${stops})"),
    )  # fmt: skip


def test_inside_a_round_names_mean_its_own_answers_outside_all() -> None:
    filled = fill(walk(), {"lamps": 2, "stops": [{"people": 4}, {"people": 6}]}, today=TODAY)
    assert filled.answers["stops"] == [{"people": 4, "per_lamp": 2}, {"people": 6, "per_lamp": 3}]
    assert (filled.answers["total"], filled.answers["n"]) == (10, 2)


def test_problems_name_the_round() -> None:
    answers = {"stops": [{"people": 4}, {"people": 0}, {"people": "x"}]}
    assert problems(walk(), answers) == [("ANSWER_REQUIRED", ("stops", 1, "why")), ("ANSWER_TYPE", ("stops", 2, "people"))]  # fmt: skip


def test_too_few_and_too_many_rounds() -> None:
    assert problems(walk(), {}) == [("ANSWER_ROUNDS", ("stops",))]
    filled = fill(walk(), {"stops": [{"people": 1}] * 4}, today=TODAY)
    assert [p.code for p in filled.problems] == ["ANSWER_ROUNDS"]
    assert filled.problems[0].data == {"at_least": 1, "at_most": 3, "n": 3}
    assert len(filled.answers["stops"]) == 3


def test_as_many_rounds_as_an_answer_says() -> None:
    one = walk(repeat_count="${lamps}")
    assert fill(one, {"lamps": 2}, today=TODAY).answers["stops"] == [{}, {}]
    assert problems(one, {"lamps": 1, "stops": [{}, {}]}) == [("ANSWER_ROUNDS", ("stops",))]
    assert "stops" not in fill(one, {}, today=TODAY).answers


def test_rounds_within_rounds_see_their_own_surroundings() -> None:
    lamps = Section("lamps", {}, (item("watt", "integer"),), repeats=True)
    stops = Section(
        "stops", {}, (lamps, item("sum", "calculated", calculation="sum(${watt})")), repeats=True
    )
    one = form(stops, item("all_of_them", "calculated", calculation="sum(${watt})"))
    answers = {"stops": [{"lamps": [{"watt": 5}, {"watt": 7}]}, {"lamps": [{"watt": 1}]}, {}]}
    filled = fill(one, answers, today=TODAY).answers
    assert [each.get("sum") for each in filled["stops"]] == [12, 1, 0]
    assert filled["all_of_them"] == 13


def test_no_form_grows_without_end() -> None:
    inner = Section("b", {}, (item("x", "integer"),), repeats=True, repeat_count="100", at_most=100)
    middle = Section("c", {}, (inner,), repeats=True, repeat_count="100", at_most=100)
    filled = fill(form(middle), {}, today=TODAY)
    assert sum(path[-1] == "x" for path in filled.asked) <= MOST_ROUNDS


@pytest.mark.parametrize(
    "answers", [None, 5, "x", [], [[]], {"stops": 5}, {"stops": {"a": 1}}, {1: 2}]
)
def test_answers_of_the_wrong_shape_are_told(answers: Any) -> None:
    assert check(walk(), answers, today=TODAY)


def test_answers_nested_without_end_are_told() -> None:
    deep: Any = 1
    for _ in range(50_000):
        deep = [deep]
    assert ("ANSWER_TYPE", ("lamps",)) in problems(walk(), {"lamps": deep})


# --- scores ---------------------------------------------------------------------------------

BANDS = (Band("poor", {}, 1.5), Band("fair", {}, 2.5), Band("good", {}))


def result(instrument: Instrument, answers: dict[str, Any], name: str = "s") -> Any:
    return score(instrument, fill(instrument, answers, today=TODAY))[name]


def rated(method: ScoreMethod, weights: dict[str, float], **more: Any) -> Instrument:
    items = [item(name) for name in weights]
    return form(*items, scores=(made("s", method, weights=weights, **more),))


def test_a_weighted_mean_by_hand() -> None:
    one = rated(ScoreMethod.WEIGHTED_MEAN, {"a": 1.0, "b": 2.0}, rescale_to=5.0, bands=BANDS)
    got = result(one, {"a": "3", "b": "1"})  # (1·3 + 2·1) / 3 · 5 / 3 = 25 / 9
    assert got.value == pytest.approx(25 / 9, abs=1e-9)
    assert (got.band, got.answered, got.applicable) == ("good", 2, 2)


def test_a_value_on_the_edge_lies_in_the_upper_band() -> None:
    # 0.1·1 + 0.2·1 + 0.3·2 = 0.9 over 0.6 is 1.5, which floating point makes 1.4999999999999998
    assert (0.1 * 1 + 0.2 * 1 + 0.3 * 2) / (0.1 + 0.2 + 0.3) < 1.5
    one = rated(ScoreMethod.WEIGHTED_MEAN, {"a": 0.1, "b": 0.2, "c": 0.3}, bands=BANDS)
    got = result(one, {"a": "1", "b": "1", "c": "2"})
    assert (got.value, got.band) == (1.5, "fair")


def test_not_applicable_leaves_the_base_and_dont_know_stays_in_it() -> None:
    one = rated(ScoreMethod.WEIGHTED_MEAN, {"a": 1.0, "b": 1.0, "c": 1.0}, minimum_answered=0.75)
    got = result(one, {"a": "2", "b": "3", "c": "na"})
    assert (got.value, got.answered, got.applicable) == (2.5, 2, 2)
    got = result(one, {"a": "2", "b": "3", "c": "dk"})
    assert got.cannot_tell
    assert got.reason == "SCORE_TOO_FEW_ANSWERED"
    assert [part.status for part in got.parts] == [PartStatus.COUNTED, PartStatus.COUNTED, PartStatus.DONT_KNOW]  # fmt: skip
    assert result(one, {"a": "na", "b": "na", "c": "na"}).reason == "SCORE_NOTHING_APPLIES"


def test_the_least_share_of_answers_is_enough_exactly() -> None:
    one = rated(ScoreMethod.WEIGHTED_MEAN, dict.fromkeys("abcd", 1.0), minimum_answered=0.75)
    assert result(one, {"a": "1", "b": "1", "c": "1"}).value == 1.0
    assert result(one, {"a": "1", "b": "1"}).cannot_tell


def test_what_is_not_asked_leaves_the_base() -> None:
    one = form(
        item("a"), item("b", relevant="${a} = '9'"),
        scores=(made("s", ScoreMethod.WEIGHTED_SUM, weights={"a": 1.0, "b": 1.0}),),
    )  # fmt: skip
    got = result(one, {"a": "2"})
    assert got.value == 2.0
    assert got.parts[1].status is PartStatus.NOT_ASKED


def test_a_sum_needs_every_answer() -> None:
    one = rated(ScoreMethod.WEIGHTED_SUM, {"a": 1.0, "b": 2.0}, minimum_answered=0.0)
    assert result(one, {"a": "3", "b": "2"}).value == 7.0
    assert result(one, {"a": "3"}).cannot_tell


def test_a_share_of_the_maximum_by_hand() -> None:
    one = rated(ScoreMethod.SHARE_OF_MAXIMUM, {"a": 1.0, "b": 2.0})
    assert result(one, {"a": "3", "b": "0"}).value == pytest.approx(100 * 3 / 9, abs=1e-9)
    assert result(one, {"a": "3", "b": "na"}).value == 100.0


def test_a_matrix_has_one_risk_a_round() -> None:
    threats = Section("threats", {}, (item("name", "text"), item("likely"), item("impact")), repeats=True)  # fmt: skip
    risk = made("s", ScoreMethod.MATRIX, weights={"likely": 1.0, "impact": 1.0}, per="threats",
                bands=(Band("low", {}, 6.0), Band("high", {})))  # fmt: skip
    one = form(threats, scores=(risk,))
    answers = {
        "threats": [{"likely": "2", "impact": "3"}, {"likely": "2"}, {"likely": "1", "impact": "1"}]
    }
    got = result(one, answers)
    assert [(r.path, r.value, r.band) for r in got] == [
        (("threats", 0), 6.0, "high"), (("threats", 1), None, None), (("threats", 2), 1.0, "low"),
    ]  # fmt: skip
    assert got[1].cannot_tell


def gates() -> Instrument:
    return form(
        item("a"), item("b"),
        scores=(
            made("share", ScoreMethod.SHARE_OF_MAXIMUM, weights={"a": 1.0, "b": 1.0}),
            made("g", ScoreMethod.GATE, expression="${a} >= 2 and ${share} >= 50"),
            made("half", ScoreMethod.EXPRESSION, expression="${share} div 2"),
            made("s", ScoreMethod.LABEL, rules=(LabelRule("good", {}, "${g} and ${half} > 40"),
                 LabelRule("fair", {}, "${g}"), LabelRule("none", {}, ""))),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "met", "label"),
    [
        ({"a": "3", "b": "3"}, True, "good"), ({"a": "2", "b": "1"}, True, "fair"), ({"a": "1", "b": "3"}, False, "none"),
        ({"a": "1"}, False, "none"), ({"b": "3"}, None, None), ({"a": "dk", "b": "3"}, None, None), ({}, None, None),
    ],
)  # fmt: skip
def test_gates_and_labels_by_hand(answers: dict[str, str], met: bool | None, label: str | None) -> None:  # fmt: skip
    assert result(gates(), answers, "g").met is met
    got = result(gates(), answers)
    assert got.label == label
    assert got.cannot_tell is (label is None)


def test_a_gate_shows_what_it_rests_on() -> None:
    parts = result(gates(), {"a": "3"}, "g").parts
    assert [(p.name, p.status, p.answer) for p in parts] == [
        ("a", PartStatus.COUNTED, "3"), ("share", PartStatus.COUNTED, 100.0),
    ]  # fmt: skip


def test_a_form_may_rest_on_the_worst_of_its_rounds() -> None:
    stops = Section("stops", {}, (item("light"),), repeats=True)
    scores = (
        made("each", ScoreMethod.WEIGHTED_MEAN, weights={"light": 1.0}, per="stops"),
        made("s", ScoreMethod.EXPRESSION, expression="min(${each})"),
    )
    one = form(stops, scores=scores)
    assert result(one, {"stops": [{"light": "3"}, {"light": "1"}]}).value == 1.0
    assert result(one, {"stops": [{"light": "3"}, {}]}).cannot_tell


# --- what can be wrong with a definition ----------------------------------------------------


def codes(instrument: Instrument) -> set[str]:
    return {flaw.code for flaw in check_instrument(instrument)}


def test_sound_instruments_have_no_flaw() -> None:
    assert check_instrument(replace(SURVEY, no_score_reason={"en": "x"})) == ()
    assert check_instrument(gates()) == ()
    assert check_instrument(replace(walk(), no_score_reason={"en": "x"})) == ()


EMPTY = Scale("empty", ())
TWICE = Scale("twice", (Choice("a", {}), Choice("a", {})))
VALUED = Scale("valued", (Choice("na", {}, 1.0, Missing.REFUSED),))
STOPS = Section("stops", {}, (item("x"), item("m", "integer")), repeats=True)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ((item("a"), item("a")), "DEFINITION_DUPLICATE_ID"), ((item("all"),), "DEFINITION_DUPLICATE_ID"),
        ((item("mod"),), "INSTRUMENT_NAME"), ((item("a b"),), "INSTRUMENT_NAME"),
        ((item("a", relevant="${b} = 1"),), "INSTRUMENT_UNKNOWN_NAME"),
        ((item("a", relevant="${all} = 1"),), "INSTRUMENT_UNKNOWN_NAME"),
        ((item("n", "note"), item("a", relevant="${n} = 1")), "INSTRUMENT_UNKNOWN_NAME"),
        ((item("a", relevant="1 +"),), "EXPRESSION_SYNTAX"), ((item("a", relevant="foo(1)"),), "EXPRESSION_UNKNOWN_FUNCTION"),
        ((item("a", relevant="not()"),), "EXPRESSION_ARGUMENTS"), ((item("a", relevant=". = 1"),), "INSTRUMENT_RULE_CURRENT"),
        ((STOPS, item("a", relevant="${x} = 1")), "INSTRUMENT_RULE_ROUNDS"),
        ((STOPS, item("a", relevant="${stops} > 1")), "INSTRUMENT_RULE_ROUNDS"),
        ((STOPS, item("a", relevant="sum(${m}) > max(1, ${m} + 1)")), "INSTRUMENT_RULE_ROUNDS"),
        ((item("a", relevant="${b} = 1"), item("b", relevant="${a} = 1")), "INSTRUMENT_CIRCLE"),
        ((item("a", "calculated", calculation="${a} + 1"),), "INSTRUMENT_CIRCLE"),
        ((Section("s", {}, (item("a"),), relevant="${a} = 1"),), "INSTRUMENT_CIRCLE"),
        ((Item("a", ItemType.CHOICE, {}),), "INSTRUMENT_SCALE"), ((item("a", "text", scale=QUALITY),), "INSTRUMENT_SCALE"),
        ((item("a", scale=EMPTY),), "INSTRUMENT_SCALE"), ((item("a", scale=VALUED),), "INSTRUMENT_SCALE"),
        ((item("a", scale=TWICE),), "DEFINITION_DUPLICATE_ID"), ((item("a", "calculated"),), "INSTRUMENT_CALCULATION"),
        ((item("a", "text", calculation="1"),), "INSTRUMENT_CALCULATION"), ((item("a", default="9"),), "INSTRUMENT_DEFAULT"),
        ((replace(STOPS, at_least=5, at_most=4),), "INSTRUMENT_ROUNDS"),
    ],
)  # fmt: skip
def test_each_flaw_of_the_content_is_found(content: tuple[Any, ...], code: str) -> None:
    assert codes(form(*content)) == {code}


def test_only_what_goes_in_circles_is_named_not_what_waits_for_it() -> None:
    one = form(
        item("a", relevant="${b} = 1"),
        item("b", relevant="${a} = 1"),
        item("c", relevant="${a} = 1"),
    )
    assert [flaw.path for flaw in check_instrument(one)] == [("item", "a"), ("item", "b")]


MEAN = {"method": ScoreMethod.WEIGHTED_MEAN, "weights": {"a": 1.0}}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({**MEAN, "weights": {"z": 1.0}}, "INSTRUMENT_UNKNOWN_NAME"), ({**MEAN, "weights": {"t": 1.0}}, "INSTRUMENT_SCORE_ITEM"),
        ({**MEAN, "weights": {"x": 1.0}}, "INSTRUMENT_SCORE_PER"), ({**MEAN, "per": "all"}, "INSTRUMENT_SCORE_PER"),
        ({**MEAN, "weights": {"a": 0.0}}, "INSTRUMENT_SCORE_METHOD"), ({**MEAN, "weights": {}}, "INSTRUMENT_SCORE_METHOD"),
        ({**MEAN, "minimum_answered": 2.0}, "INSTRUMENT_SCORE_METHOD"), ({**MEAN, "rescale_to": 0.0}, "INSTRUMENT_SCORE_METHOD"),
        ({**MEAN, "bands": (Band("b", {}, 2.0),)}, "INSTRUMENT_BANDS"),
        ({**MEAN, "bands": (Band("b", {}, 2.0), Band("c", {}, 2.0), Band("d", {}))}, "INSTRUMENT_BANDS"),
        ({"method": ScoreMethod.SHARE_OF_MAXIMUM, "weights": {"i": 1.0}}, "INSTRUMENT_SCORE_ITEM"),
        ({"method": ScoreMethod.MATRIX, "weights": {"a": 1.0}}, "INSTRUMENT_SCORE_METHOD"),
        ({"method": ScoreMethod.GATE}, "INSTRUMENT_SCORE_METHOD"), ({"method": ScoreMethod.LABEL}, "INSTRUMENT_SCORE_METHOD"),
        ({"method": ScoreMethod.GATE, "expression": "${later} > 1"}, "INSTRUMENT_UNKNOWN_NAME"),
        ({"method": ScoreMethod.GATE, "expression": "${x} > 1"}, "INSTRUMENT_RULE_ROUNDS"),
        ({"method": ScoreMethod.GATE, "expression": "today() > 1"}, "INSTRUMENT_SCORE_METHOD"),
    ],
)  # fmt: skip
def test_each_flaw_of_a_score_is_found(given: dict[str, Any], code: str) -> None:
    one = form(
        item("a"), item("t", "text"), item("i", "integer"), STOPS, scores=(made("s", **given),)
    )
    assert codes(one) == {code}


def test_records_guides_and_what_is_restricted_about_persons_have_no_scores() -> None:
    scores = (made("s", **MEAN),)
    for kind in (InstrumentKind.RECORD, InstrumentKind.GUIDE):
        assert codes(form(item("a"), scores=scores, kind=kind)) == {"INSTRUMENT_SCORE_NOT_ALLOWED"}
    about = form(
        item("a"),
        item("who", "text", is_personal=True),
        scores=scores,
        sensitivity=Sensitivity.RESTRICTED,
    )
    assert codes(about) == {"INSTRUMENT_SCORE_NOT_ALLOWED"}
    assert codes(form(item("a"), no_score_reason={})) == {"INSTRUMENT_SCORE_MISSING"}
    assert codes(form(item("a"), no_score_reason={}, kind=InstrumentKind.SURVEY)) == set()


def test_a_feeling_enters_no_score_of_a_place() -> None:
    felt = item("a", is_objective=False)
    assert codes(form(felt, scores=(made("s", **MEAN),), is_at_place=True)) == {
        "INSTRUMENT_SCORE_FEELING"
    }
    assert codes(form(felt, scores=(made("s", **MEAN),))) == set()


# --- many forms -----------------------------------------------------------------------------


def test_many_forms_by_hand() -> None:
    one = rated(ScoreMethod.WEIGHTED_MEAN, {"a": 1.0}, bands=BANDS)
    answers = ["1", "2", "3", "dk", None, "na"]
    forms = [fill(one, {"a": a} if a else {}, today=TODAY) for a in answers]
    summary = summarise(one, forms)
    got = summary.items[0]
    assert (summary.n_forms, got.n_asked, got.n_answered, got.n_forms) == (6, 6, 5, 5)
    assert got.counts == {"1": 1, "2": 1, "3": 1, "na": 1, "dk": 1}
    assert got.missing == {PartStatus.DONT_KNOW: 1, PartStatus.UNANSWERED: 1, PartStatus.NOT_APPLICABLE: 1}  # fmt: skip
    assert got.mean is not None
    # mean 2, standard error 1/√3, t with 2 degrees of freedom 4.302653
    assert (got.mean.value, got.mean.n) == (2.0, 3)
    assert got.mean.high == pytest.approx(2 + 4.302653 / 3**0.5, abs=1e-5)
    assert got.shares is not None
    assert got.shares["1"].value == pytest.approx(1 / 3)
    assert set(got.shares) == {"0", "1", "2", "3"}
    assert summary.scores[0].outcomes == {"poor": 1, "fair": 1, "good": 1}
    assert (summary.scores[0].n, summary.scores[0].n_cannot_tell) == (3, 3)


def test_too_few_forms_cannot_tell_and_all_the_same_have_no_interval() -> None:
    one = replace(rated(ScoreMethod.WEIGHTED_MEAN, {"a": 1.0}), minimum_n=3)
    forms = [fill(one, {"a": "2"}, today=TODAY) for _ in range(3)]
    assert summarise(one, forms[:2]).items[0].mean is None
    assert summarise(one, forms[:2]).scores[0].mean is None
    mean = summarise(one, forms).items[0].mean
    assert mean is not None
    assert (mean.value, mean.low, mean.high) == (2.0, None, None)
    by_place = summarise_by_place(one, forms, ["x", "y", "x"])
    assert {place: s.n_forms for place, s in by_place.items()} == {"x": 2, "y": 1}


def test_rounds_of_one_form_are_one_cluster_and_the_top_risks_have_names() -> None:
    threats = Section("threats", {}, (item("name", "text"), item("likely"), item("impact")), repeats=True)  # fmt: skip
    risk = made("s", ScoreMethod.MATRIX, weights={"likely": 1.0, "impact": 1.0}, per="threats")
    one = form(threats, scores=(risk,), minimum_n=2)
    rows = [
        {"name": "Car", "likely": "1", "impact": "3"},
        {"name": "Crowd", "likely": "3", "impact": "3"},
    ]
    forms = [
        fill(one, {"threats": rows}, today=TODAY),
        fill(one, {"threats": rows[:1]}, today=TODAY),
    ]
    summary = summarise(one, forms, top=2)
    assert [(r.name, r.value, r.form) for r in summary.top_risks] == [
        ("Crowd", 9.0, 0),
        ("Car", 3.0, 0),
    ]
    assert summarise(one, forms[:1]).items[0].mean is None  # two rounds, but one form


def test_the_phone_gets_rules_and_no_texts() -> None:
    rules = rules_of(walk())
    assert [part["id"] for part in rules["parts"]] == ["all", "lamps", "stops", "people", "per_lamp", "why", "total", "n"]  # fmt: skip
    assert set(rules["order"]) == {part["id"] for part in rules["parts"]}
    assert rules["order"].index("total") > rules["order"].index("people")
