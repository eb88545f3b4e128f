"""What holds for every instrument, every form and every answer."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.core.instruments.checks import check_instrument
from convive.core.instruments.expression import UNKNOWN, parse
from convive.core.instruments.expression_tree import (
    Binary,
    Call,
    Literal,
    Negative,
    Node,
    Number,
    Reference,
)
from convive.core.instruments.filling import fill
from convive.core.instruments.form_rules import rules_of
from convive.core.instruments.model import Band, Item, ItemType, Score, ScoreMethod, Section
from convive.core.instruments.scoring import band_of, score
from factories.random_forms import (
    HOSTILE,
    QUALITY,
    instrument_of,
    random_answers,
    random_instrument,
)

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 21)
SEEDS = st.integers(0, 2**32)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(HOSTILE),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip

# --- expressions ----------------------------------------------------------------------------

NAMES = ("a", "b", "c", "d")
LEAVES = st.one_of(
    st.sampled_from(NAMES).map(Reference),
    st.integers(0, 100).map(lambda n: Number(n / 4)),
    st.text(st.characters(codec="utf-8", exclude_characters="'\""), max_size=5).map(Literal),
)
TREES: st.SearchStrategy[Node] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Binary, st.sampled_from(["and", "or", "=", "!=", "<", ">=", "+", "-", "*", "div", "mod"]), inner, inner),
        inner.map(Negative),
        st.builds(lambda x: Call("not", (x,)), inner),
        st.builds(lambda x, y, z: Call("if", (x, y, z)), inner, inner, inner),
        st.builds(lambda x, y: Call("concat", (x, y)), inner, inner),
        st.builds(lambda x: Call("round", (x, Number(1.0))), inner),
        st.builds(lambda x: Call("string-length", (x,)), inner),
    ),
    max_leaves=12,
)  # fmt: skip
ANSWERS = st.dictionaries(
    st.sampled_from(NAMES), st.sampled_from(["x", "1", "0", 3, 2.5, 0, "yes"]), max_size=4
)


@given(TREES)
def test_reading_what_was_written_gives_the_same_tree(tree: Node) -> None:
    from convive.core.instruments.expression_tree import text_of

    again = parse(text_of(tree))
    assert again.tree == tree
    assert parse(again.to_text()).tree == tree


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_code(text: str) -> None:
    from convive.core.errors import RequestError

    code = "EXPRESSION_"
    try:
        parse(text)
    except RequestError as error:
        code = error.code
    assert code.startswith("EXPRESSION_")


@given(TREES, ANSWERS)
def test_evaluating_never_raises_and_two_values_never_give_unknown(
    tree: Node, answers: dict[str, Any]
) -> None:
    from convive.core.instruments.expression_tree import text_of

    assert parse(text_of(tree)).evaluate(answers) is not UNKNOWN


@given(TREES, ANSWERS, st.sets(st.sampled_from(NAMES)))
def test_taking_answers_away_never_changes_what_is_told_only_to_unknown(
    tree: Node, answers: dict[str, Any], taken: set[str]
) -> None:
    from convive.core.instruments.expression_tree import text_of

    expression = parse(text_of(tree))
    more = expression.evaluate(answers, three_valued=True)
    less = expression.evaluate(
        {k: v for k, v in answers.items() if k not in taken}, three_valued=True
    )
    assert less is UNKNOWN or less == more


# --- filling --------------------------------------------------------------------------------


@given(SEEDS, SEEDS, st.sampled_from([0.0, 0.2]))
def test_filling_again_changes_nothing(form: int, answers: int, hostile: float) -> None:
    instrument = random_instrument(form)
    first = fill(instrument, random_answers(instrument, answers, hostile=hostile), today=TODAY)
    again = fill(instrument, first.answers, today=TODAY)
    assert again.answers == first.answers
    assert again.asked == first.asked
    left_open = {"ANSWER_REQUIRED", "ANSWER_ROUNDS"}  # after what could not be read was dropped
    assert all(p in first.problems or p.code in left_open for p in again.problems)


@given(SEEDS, JSON)
def test_no_answers_make_it_raise(form: int, answers: Any) -> None:
    instrument = random_instrument(form)
    filled = fill(instrument, answers, today=TODAY, strict=True)
    json.dumps(filled.answers, allow_nan=False).encode()
    score(instrument, filled)


@given(SEEDS, SEEDS, st.data())
def test_hostile_answers_in_the_right_places_do_not_make_it_raise(
    form: int, answers: int, data: st.DataObject
) -> None:
    instrument = random_instrument(form)
    given_answers = random_answers(instrument, answers, hostile=0.5)
    given_answers[data.draw(st.sampled_from([i.id for i in instrument.sections()]))] = data.draw(
        JSON
    )
    filled = fill(instrument, given_answers, today=TODAY, strict=True)
    json.dumps(filled.answers, allow_nan=False).encode()
    score(instrument, filled)


@given(SEEDS, SEEDS, SEEDS)
def test_answering_what_is_not_asked_changes_nothing(form: int, answers: int, other: int) -> None:
    instrument = random_instrument(form)
    given_answers = random_answers(instrument, answers)
    filled = fill(instrument, given_answers, today=TODAY)
    extra = random_answers(instrument, other, hostile=0.3)
    top = {name for name in extra if (name,) not in filled.asked}
    more = fill(
        instrument,
        {**given_answers, **{name: extra[name] for name in top & _ids(instrument)}},
        today=TODAY,
    )
    assert (more.answers, more.asked, more.problems) == (filled.answers, filled.asked, filled.problems)  # fmt: skip


def _ids(instrument: Any) -> set[str]:
    return {i.id for i in instrument.items()} | {s.id for s in instrument.sections() if s.repeats}


@given(SEEDS, SEEDS)
def test_the_order_of_the_file_decides_nothing(form: int, answers: int) -> None:
    instrument = random_instrument(form)
    turned = replace(instrument, content=_turned(instrument.content))
    given_answers = random_answers(instrument, answers, hostile=0.1)
    first = fill(instrument, given_answers, today=TODAY)
    second = fill(turned, given_answers, today=TODAY)
    assert second.answers == first.answers
    assert second.asked == first.asked
    assert sorted(map(repr, second.problems)) == sorted(map(repr, first.problems))


def _turned(content: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(
        replace(part, content=_turned(part.content)) if isinstance(part, Section) else part
        for part in reversed(content)
    )


@given(SEEDS)
def test_random_instruments_are_sound(form: int) -> None:
    assert check_instrument(random_instrument(form)) == ()


def test_the_phone_fills_every_form_alike(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    cases, expected = [], []
    for seed in range(400):
        instrument = random_instrument(seed)
        answers = random_answers(instrument, seed + 1, hostile=(0.0, 0.15)[seed % 2])
        options = {"strict": seed % 3 == 0, "defaults": seed % 5 == 0}
        filled = fill(instrument, answers, today=TODAY, **options)
        cases.append({"form": rules_of(instrument), "answers": answers,
                      "options": {"today": TODAY.isoformat(), **options}})  # fmt: skip
        expected.append(filled)
    given_file = tmp_path / "forms.json"
    given_file.write_text(json.dumps(cases), encoding="utf-8")
    script = ROOT / "tests" / "factories" / "run_filling.mjs"
    run = subprocess.run([node, script, given_file], capture_output=True, check=False, timeout=60)
    assert run.returncode == 0, run.stderr.decode()[-2000:]
    for seed, (filled, found) in enumerate(zip(expected, json.loads(run.stdout), strict=True)):
        assert found["answers"] == filled.answers, seed
        assert {tuple(path) for path in found["asked"]} == filled.asked, seed
        problems = [{"code": p.code, "path": list(p.path)} for p in filled.problems]
        assert found["problems"] == problems, seed
        assert found["isComplete"] == filled.is_complete


# --- scores ---------------------------------------------------------------------------------

WEIGHTS = st.sampled_from([0.1, 0.3, 0.5, 1.0, 2.0, 3.0])
CODES = st.sampled_from(["0", "1", "2", "3", "na", "dk"])


def _rated(weights: list[float], method: ScoreMethod, **more: Any) -> Any:
    items = tuple(Item(f"q{n}", ItemType.CHOICE, {}, scale=QUALITY) for n in range(len(weights)))
    one = Score("s", {}, method, {f"q{n}": w for n, w in enumerate(weights)}, **more)
    return instrument_of(Section("all", {}, items), scores=(one,))


def _value(instrument: Any, codes: list[str | None]) -> Any:
    answers = {f"q{n}": code for n, code in enumerate(codes) if code is not None}
    return score(instrument, fill(instrument, answers, today=TODAY))["s"]


@given(st.lists(st.tuples(WEIGHTS, CODES), min_size=1, max_size=8), st.data())
def test_a_better_answer_never_lowers_a_weighted_mean(
    rows: list[tuple[float, str]], data: st.DataObject
) -> None:
    method = data.draw(
        st.sampled_from([ScoreMethod.WEIGHTED_MEAN, ScoreMethod.SHARE_OF_MAXIMUM, ScoreMethod.WEIGHTED_SUM])
    )  # fmt: skip
    instrument = _rated([w for w, _ in rows], method, minimum_answered=0.0)
    codes = [code for _, code in rows]
    at = data.draw(st.integers(0, len(rows) - 1))
    if codes[at] not in ("0", "1", "2"):
        return
    better = [*codes]
    better[at] = str(int(codes[at]) + 1)
    low, high = _value(instrument, codes), _value(instrument, better)
    assert low.cannot_tell == high.cannot_tell
    if not low.cannot_tell:
        assert high.value >= low.value


@given(st.lists(st.tuples(WEIGHTS, CODES), min_size=1, max_size=8))
def test_a_weighted_mean_lies_among_its_values(rows: list[tuple[float, str]]) -> None:
    result = _value(_rated([w for w, _ in rows], ScoreMethod.WEIGHTED_MEAN), [c for _, c in rows])
    counted = [part.value for part in result.parts if part.value is not None]
    assert result.answered == len(counted)
    if result.cannot_tell:
        assert result.value is None
        assert 2 * result.answered < result.applicable or not counted
    else:
        assert min(counted) - 1e-9 <= result.value <= max(counted) + 1e-9


@given(st.lists(st.integers(-40, 40), min_size=1, max_size=5, unique=True), st.floats(-100, 100))
def test_bands_cover_the_range_and_never_overlap(edges: list[int], value: float) -> None:
    ends = [edge / 8 for edge in sorted(edges)]
    bands = [*(Band(f"b{n}", {}, end) for n, end in enumerate(ends)), Band("last", {})]
    found = band_of(bands, value)
    inside = [
        band.code
        for low, band in zip([float("-inf"), *ends], bands, strict=True)
        if low <= value and (band.below is None or value < band.below)
    ]
    assert inside == [found]


@settings(max_examples=50)
@given(SEEDS, SEEDS, st.integers(0, 20))
def test_a_missing_answer_never_turns_a_gate(form: int, answers: int, which: int) -> None:
    instrument = random_instrument(form, with_rules=False)
    if not instrument.scores:
        return
    only_items = replace(
        instrument,
        scores=(replace(instrument.scores[2], expression=_without_shares(instrument.scores[2].expression)),),
    )  # fmt: skip
    given_answers = random_answers(instrument, answers)
    fewer = dict(given_answers)
    if fewer:
        del fewer[sorted(fewer)[which % len(fewer)]]
    more = score(only_items, fill(instrument, given_answers, today=TODAY))["gate"]
    less = score(only_items, fill(instrument, fewer, today=TODAY))["gate"]
    assert less.met is None or less.met == more.met


def _without_shares(expression: str) -> str:
    return expression.replace("${share} >= 50", "1 = 1")
