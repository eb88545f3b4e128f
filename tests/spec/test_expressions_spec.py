"""The language of skip rules, constraints and gates, case by case.

`tests/factories/expression_cases.json` is the same for the phone's interpreter and for field apps
(rows with ``"odk": false`` mean something else there, or nothing).
"""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from convive.core.errors import RequestError
from convive.core.instruments.expression import UNKNOWN, parse

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "tests" / "factories" / "expression_cases.json"
CASES = json.loads(FILE.read_text(encoding="utf-8"))
TODAY, NOW = date.fromisoformat(CASES["today"]), datetime.fromisoformat(CASES["now"])
ROWS = CASES["cases"]
GOOD = [r for r in ROWS if not (isinstance(r["expected"], dict) and "error" in r["expected"])]


def _shown(value: Any) -> Any:
    if value is UNKNOWN:
        return {"unknown": True}
    if isinstance(value, float) and not math.isfinite(value):
        return {"number": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}
    return value


def _same(value: Any, expected: Any) -> bool:
    if isinstance(value, float) and isinstance(expected, int | float):
        return not isinstance(expected, bool) and math.isclose(value, expected, rel_tol=1e-14)
    return type(value) is type(expected) and value == expected


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["expression"])
def test_case(row: dict[str, Any]) -> None:
    expected = row["expected"]
    if isinstance(expected, dict) and "error" in expected:
        with pytest.raises(RequestError) as raised:
            parse(row["expression"])
        assert raised.value.code == expected["error"]
        assert 1 <= raised.value.data["position"] <= len(row["expression"]) + 1
        return
    value = parse(row["expression"]).evaluate(
        row["answers"], this=row.get("this"), today=TODAY, now=NOW,
        three_valued=row.get("three_valued", False),
    )  # fmt: skip
    assert _same(_shown(value), expected), value


def test_there_are_enough_cases_and_none_twice() -> None:
    keys = [
        json.dumps([r["expression"], r["answers"], r.get("this"), r.get("three_valued")])
        for r in ROWS
    ]
    assert len(keys) >= 150
    assert len(set(keys)) == len(keys)


def test_the_phone_reads_every_case_alike(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    cases = [{**row, "tree": parse(row["expression"]).to_json()} for row in GOOD]
    given = tmp_path / "cases.json"
    given.write_text(json.dumps({**CASES, "cases": cases}), encoding="utf-8")
    script = ROOT / "tests" / "factories" / "run_expressions.mjs"
    run = subprocess.run([node, script, given], capture_output=True, check=False, timeout=60)
    assert run.returncode == 0, run.stderr.decode()[-2000:]
    found = json.loads(run.stdout)
    wrong = [
        (row["expression"], row["expected"], value)
        for row, value in zip(GOOD, found, strict=True)
        if not _same(float(value) if type(value) is int else value, row["expected"])
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "position", "word"),
    [("1 + ", 5, None), ("${a} = 1 )", 10, None), ("1 + foo(2)", 5, "foo"), ("1 + not()", 5, "not"), ("a", 2, None)],
)  # fmt: skip
def test_an_error_says_where(text: str, position: int, word: str | None) -> None:
    with pytest.raises(RequestError) as raised:
        parse(text)
    assert raised.value.data["position"] == position
    assert raised.value.data["text"] == text
    assert raised.value.data.get("function") == word


@pytest.mark.parametrize(
    "text", ["(" * 500 + "1" + ")" * 500, "1" + "+1" * 3000, "-" * 5000 + "1", "not(" * 400, "1" * 9000, "\x00", "${a}\ud800"]
)  # fmt: skip
def test_an_endless_expression_is_refused_not_a_crash(text: str) -> None:
    with pytest.raises(RequestError, match="EXPRESSION_SYNTAX"):
        parse(text)


def test_names_are_listed_once_in_order() -> None:
    assert parse("${b} + ${a} * ${b} - sum(${c})").names == ("b", "a", "c")


def test_it_is_written_for_field_apps_with_their_paths() -> None:
    rule = parse("(${a}+1)*2 >= ${b} and not(selected(${c},'x'))")
    assert rule.to_xpath({"a": "/d/a", "b": "../b", "c": "/d/c"}) == (
        "(/d/a + 1) * 2 >= ../b and not(selected(/d/c, 'x'))"
    )


def test_a_calculation_that_is_true_or_false_becomes_1_or_0_in_field_apps() -> None:
    assert parse("${a} > 1").calculation_to_xpath({"a": "/d/a"}) == "if(/d/a > 1, 1, 0)"
    assert parse("${a} + 1").calculation_to_xpath({"a": "/d/a"}) == "/d/a + 1"


@pytest.mark.parametrize(
    ("text", "written"),
    [("((1))", "1"), ("1+(2+3)", "1 + (2 + 3)"), ("(1+2)+3", "1 + 2 + 3"), ("-(1+2)", "-(1 + 2)"), ("--1", "-(-1)"),
     ("(1 = 2) = 3", "1 = 2 = 3"), ("1 = (2 = 3)", "1 = (2 = 3)"), ("if(1,2,3)", "if(1, 2, 3)"), ('"a\'b"', '"a\'b"')],
)  # fmt: skip
def test_it_is_written_with_no_bracket_too_many(text: str, written: str) -> None:
    assert parse(text).to_text() == written
