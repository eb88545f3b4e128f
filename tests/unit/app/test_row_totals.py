"""Rows of sources and checks: rounded, never a few, and no rest is a few."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from convive.app.quality_words import quality_sentence, told_number
from convive.app.row_totals import WITHHELD, Teller, tell_rows, told_inputs, told_parts
from convive.app.schema import as_json
from convive.catalogue.texts import languages, say

KINDS = {"police": "incidents", "wards": "areas", "open": "incidents"}


def check(n: int, base: int, source: str = "police", code: str = "no_area", **more: Any) -> Any:
    params = {"n": n, "base": base, "share": round(100 * n / base, 1)}
    return {
        "source_id": source, "code": code, "severity": "warning", "n": n, "base": base,
        "share": n / base, "params": as_json(params), "examples": [{"row": 7}] * min(n, 5), **more,
    }  # fmt: skip


def source(used: int, rejected: int, source_id: str = "police") -> dict[str, Any]:
    return {
        "source_id": source_id, "kind": KINDS[source_id], "rows_read": used + rejected,
        "rows_used": used, "rows_rejected": rejected,
        "files": as_json([{"path": "a.csv", "sha256": "ab", "bytes": 100}]),
    }  # fmt: skip


def told(
    sources: list[Any], checks: list[Any], *, rounding: int = 1
) -> tuple[list[Any], list[Any]]:
    """Return sources and checks as they are told."""
    evidence = SimpleNamespace(
        sources=pa.Table.from_pylist(sources), public_sources={"open": {"en": "a reason"}}
    )
    rows: dict[str, list[Any]] = {"quality": [dict(one) for one in checks], "sources": []}
    tell_rows(SimpleNamespace(evidence=evidence), rows, Teller(5, rounding))  # type: ignore[arg-type]
    return rows["sources"], rows["quality"]


def numbers(row: dict[str, Any]) -> tuple[int | None, int | None, int | None]:
    return row["rows_read"], row["rows_used"], row["rows_rejected"]


@pytest.mark.parametrize(
    ("used", "rejected", "expected"),
    [
        (900, 90, (990, 900, 90)),
        (900, 0, (900, 900, 0)),  # nobody was left out
        (900, 3, (None, 900, None)),  # 903 less 900 would tell
        (2, 90, (None, None, 90)),
        (0, 90, (90, 0, 90)),
    ],
)
def test_rows_read_used_and_left_out(
    used: int, rejected: int, expected: tuple[int | None, ...]
) -> None:
    (row,), _ = told([source(used, rejected)], [])
    assert numbers(row) == expected
    is_withheld = [one["code"] for one in reasons(row)].count(WITHHELD)
    assert is_withheld == (None in expected)


def reasons(row: dict[str, Any]) -> list[dict[str, Any]]:
    given = row["reasons"]
    return json.loads(given) if isinstance(given, str) else given


def test_no_build_after_another_tells_a_few_rows_more() -> None:
    seen: list[tuple[int | None, ...]] = []
    for used, rejected in ((900, 90), (901, 90), (903, 91), (909, 93), (909, 99), (960, 100)):
        (row,), _ = told([source(used, rejected)], [])
        seen.append(numbers(row))
    for column in (1, 2):
        values = [one[column] for one in seen]
        assert all(a == b or abs(a - b) >= 5 for a in values for b in values if a and b)
    assert all(one[0] == one[1] + one[2] for one in seen if one[1] and one[2])
    assert seen[0] == seen[1] == (990, 900, 90)
    assert seen[-1][1] == 960


@pytest.mark.parametrize("few", [1, 2, 3, 4])
@pytest.mark.parametrize("repeated", range(205, 215))
def test_no_two_numbers_of_a_build_tell_a_few_rows(few: int, repeated: int) -> None:
    """All left out less those left out as repeated: what is left is any of the few, or none."""
    sources, checks = [source(900, repeated + few)], [check(repeated, 900, code="duplicate_id")]
    (row,), (found,) = told(sources, checks)
    apart = row["rows_rejected"] - found["n"]
    assert apart % 5 == 0
    least, most = apart - 4, apart + 4  # what two numbers rounded to 5 can be apart
    assert {1, 2, 3, 4} <= set(range(least, most + 1))


@pytest.mark.parametrize(
    ("n", "base", "expected"),
    [
        (40, 800, (40, 800, 0.05)),
        (2, 801, (None, None, None)),  # 801 may be known: 801 less 800 that pass
        (798, 800, (None, None, None)),  # two that pass
        (800, 800, (800, 800, 1.0)),
        (2, 3, (None, None, None)),
        (0, 800, (0, 800, 0.0)),
    ],
)
def test_small_checks_and_small_rests_are_not_told(
    n: int, base: int, expected: tuple[Any, ...]
) -> None:
    _, (row,) = told([source(900, 90)], [check(n, base)])
    assert (row["n"], row["base"], row["share"]) == expected
    assert (row["params"]["n"], row["params"]["base"]) == expected[:2]
    if expected[0] is None:
        assert row["examples"] == []  # two places would be two rows
        assert row["params"]["share"] is None
        assert row["params"]["reason"] in {"small_count", "complementary"}


def test_a_share_and_its_base_give_no_more_than_what_is_told() -> None:
    _, (row,) = told([source(900, 90)], [check(41, 830)])
    assert (row["n"], row["base"]) == (40, 40 + 790)
    assert round(row["share"] * row["base"]) == 40
    assert row["examples"] == []


@pytest.mark.parametrize("n", [2, 41, 799])
def test_how_many_words_failed_is_as_much_as_how_many_rows(n: int) -> None:
    words = {"words": "stalking, arson", "n_words": 2, "level": "ward", "n_rows": n}
    given = check(n, 800)
    given["params"] = as_json({**json.loads(given["params"]), **words})
    _, (row,) = told([source(900, 90)], [given])
    assert not {"n_words", "n_rows"} & row["params"].keys()
    assert row["params"]["words"] == ("stalking, arson" if n == 41 else None)
    assert row["params"]["level"] == "ward"


def test_a_note_about_a_whole_file_tells_no_rows() -> None:
    note = check(0, 1, code="new_words") | {"base": 0, "share": 0.0}
    note["params"] = as_json({"words": "stalking", "n_words": 1, "n_rows": 2})
    _, (row,) = told([source(900, 90)], [note])
    assert row["params"] == {"words": "stalking"}


def test_rounding_applies_to_rows_as_to_all_counts() -> None:
    (row,), (found,) = told([source(903, 92)], [check(41, 803)], rounding=10)
    assert numbers(row) == (990, 900, 90)
    assert (found["n"], found["base"]) == (40, 800)
    (row,), _ = told([source(903, 92)], [], rounding=3)
    assert numbers(row) == (906 + 90, 906, 90)  # 6 is the least multiple of 3 above the floor


def test_what_is_public_or_about_no_people_is_told_exactly() -> None:
    sources = [source(3, 2, "open"), source(3, 2, "wards"), source(900, 0)]
    checks = [
        check(2, 3, "open"), check(2, 3, "wards"), check(1, 1, code="agreement_expired"),
        check(2, 12, code="incomplete_months"),
    ]  # fmt: skip
    rows, found = told(sources, checks)
    assert [numbers(row) for row in rows[:2]] == [(5, 3, 2)] * 2
    assert [row["n"] for row in found] == [2, 2, 1, 2]


def test_the_light_follows_from_what_is_told() -> None:
    """Forty of 800 are five in a hundred: usable. One fewer is told as forty, too."""
    (row,), _ = told([source(800, 0)], [check(40, 800)])
    assert row["light"] == "usable"
    (row,), _ = told([source(800, 0)], [check(39, 800)])
    assert row["light"] == "usable"
    (row,), _ = told([source(800, 0)], [check(37, 800)])
    assert row["light"] == "good"
    (row,), _ = told([source(12, 0)], [check(2, 12)])
    assert row["light"] == "doubtful"  # up to four of ten, for all that is told


@pytest.mark.parametrize("language", languages())
def test_a_sentence_says_that_a_number_is_not_shown(language: str) -> None:
    _, (few, most) = told(
        [source(900, 90)], [check(2, 800), check(798, 800, code="no_coordinates")]
    )
    fewer = say("public_plan.fewer", language, n=5)
    hidden = say("report.not_shown", language)
    assert fewer in quality_sentence(few, language)
    assert hidden in quality_sentence(most, language)
    assert told_number(None, language) == hidden
    withheld = quality_sentence({"code": WITHHELD, "params": {"below": 5}}, language)
    assert "5" in withheld
    assert "–" not in withheld


def test_the_run_record_has_no_rows_of_files_that_are_not_public() -> None:
    parts = [{"source_id": name, "n": 60, "dropped": 1, "file": "a.csv"} for name in KINDS]
    found = told_parts(parts, {"open": {}})
    assert [(one["n"], one["dropped"]) for one in found] == [(None, None), (None, None), (60, 1)]
    assert parts[0]["n"] == 60


def test_the_size_of_a_file_tells_no_row_more() -> None:
    sources = [source(900, 0), source(9, 0, "open")]
    sources[1]["files"] = as_json([{"path": "open.csv", "sha256": "cd", "bytes": 50}])
    evidence = SimpleNamespace(
        sources=pa.Table.from_pylist(sources),
        public_sources={"open": {}},
        inputs=[
            {"path": p, "sha256": "ab", "bytes": 9} for p in ("a.csv", "open.csv", "city.toml")
        ],
    )
    found = told_inputs(SimpleNamespace(evidence=evidence))  # type: ignore[arg-type]
    assert ["bytes" in one for one in found] == [False, True, True]
    rows, _ = told(sources, [])
    assert "bytes" not in as_json(rows[0]["files"])
    assert "bytes" in as_json(rows[1]["files"])
