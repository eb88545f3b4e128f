"""Findings about a file read in stretches: one problem, as if it had been read whole."""

from __future__ import annotations

import json

import pytest

from convive.connectors.city_pack.problem_log import (
    Gravity,
    ProblemLog,
    SourceLog,
    Totals,
    Words,
    quality_rows,
)
from convive.core.model import Place, Severity

PLACE = Place("data.csv", column="kind")


def log() -> SourceLog:
    return SourceLog("police", ProblemLog())


def note(source: SourceLog, rows: list[int], base: int, code: str = "BAD_NUMBER") -> None:
    source.rows(code, PLACE, rows, base, column="kind")


def test_stretches_give_what_the_whole_gives() -> None:
    whole, parts = log(), log()
    whole.begin(0)
    note(whole, [2, 9, 11, 12, 13, 14], 30)
    for part, rows in enumerate(([], [2, 9], [], [11, 12, 13, 14])):
        parts.begin(part)
        note(parts, rows, 30 if part == 0 else 0)
    assert parts.log.problems == whole.log.problems
    assert quality_rows([parts]) == quality_rows([whole])
    assert parts.log.problems[0].examples == (2, 9, 11, 12, 13)


def test_stretches_without_a_finding_count_in_the_base() -> None:
    source = log()
    for part, rows in enumerate(([], [12])):
        source.begin(part)
        note(source, rows, 10)
    problem = source.log.problems[0]
    assert (problem.rows, problem.data["base"], problem.place.row) == (1, 20, 12)


def test_nothing_found_is_no_problem() -> None:
    source = log()
    note(source, [], 10)
    assert source.log.problems == []
    assert quality_rows([source]) == []


def test_two_findings_of_one_stretch_and_two_files_stay_apart() -> None:
    source = log()
    source.begin(0)
    note(source, [1], 10)
    note(source, [2], 10)
    source.begin(0)
    note(source, [3], 10)
    assert [problem.rows for problem in source.log.problems] == [1, 1, 1]


@pytest.mark.parametrize(
    ("second", "severity"), [(10, Severity.ERROR), (9, Severity.WARNING), (0, Severity.WARNING)]
)
def test_all_rows_are_an_error_only_if_all_stretches_say_so(
    second: int, severity: Severity
) -> None:
    source = log()
    for part, n in enumerate((10, second)):
        source.begin(part)
        note(source, list(range(n)), 10)
    assert source.log.problems[0].severity is severity


@pytest.mark.parametrize(
    ("share", "n", "severity"),
    [
        (0.5, 6, Severity.ERROR),
        (0.5, 5, Severity.WARNING),
        (1.0, 10, Severity.ERROR),
        (1.0, 9, Severity.WARNING),
    ],
)
def test_gravity_is_decided_on_the_totals(share: float, n: int, severity: Severity) -> None:
    source = log()
    for part, (found, of) in enumerate(((n - 1, 4), (1, 6))):
        source.begin(part)
        totals = Totals(Gravity(found, of, share))
        source.rows("UNKNOWN_AREA", PLACE, [part], of, totals=totals)
    assert source.log.problems[0].severity is severity


def test_the_most_frequent_words_of_all_stretches_are_shown() -> None:
    source = log()
    for part, counts in enumerate(({"a": 2, "b": 3}, {"c": 1, "a": 2})):
        source.begin(part)
        totals = Totals(named=Words(counts, "words", "n_words"))
        source.rows("UNMAPPED_CATEGORY", PLACE, [part], 5, totals=totals)
    data = source.log.problems[0].data
    assert (data["words"], data["n_words"]) == ("a, b, c", 3)


def test_values_are_added_up_where_asked_and_kept_otherwise() -> None:
    source = log()
    for part in range(2):
        source.begin(part)
        totals = Totals(adding=("n",))
        source.rows("DATE_ORDER_UNSURE", PLACE, [part], 5, totals=totals, n=4, columns=7)
    data = source.log.problems[0].data
    assert (data["n"], data["columns"], data["base"]) == (8, 7, 10)


def test_a_record_gives_the_same_problems_and_quality() -> None:
    source, again = log(), log()
    source.rows("BAD_NUMBER", PLACE, range(10), 10, column="kind")
    totals = Totals(named=Words({"x": 1}, "words", "n_words"))
    source.rows("UNMAPPED_CATEGORY", PLACE, [3], 10, totals=totals)
    source.rows("BAD_DATE", PLACE, [], 10)
    source.note("NO_ROWS", PLACE, Severity.WARNING)
    source.fail("FILE_EMPTY", "data.csv", row=1)
    again.add_record(json.loads(json.dumps(source.as_record())))
    assert again.log.problems == source.log.problems
    assert quality_rows([again]) == quality_rows([source])
    assert again.log.has_errors
