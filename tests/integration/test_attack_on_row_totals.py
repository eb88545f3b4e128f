"""An attacker with everything that leaves a build, after numbers of rows that are a few.

The numbers are odd enough to be known wherever they stand. That the reader finds them is tried on
the same town with a source that is public already.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from convive import wiring
from convive.app.assess import measure, prepare
from convive.app.audit import build_audit
from convive.app.ports import Evidence
from convive.app.publish import Gated, gate, publish
from convive.catalogue.find import indicators
from convive.catalogue.texts import languages, say
from convive.store import IbisAggregator
from factories.attacker import written_numbers
from factories.evidence import source_row, town
from factories.outputs import outputs_of, pages_of

USED, FEW_LEFT_OUT = 48215, 3
FAILING, CHECKED = 2, 7919
ROWS = (61237, 61238)
SECRETS = {USED + FEW_LEFT_OUT: "read", CHECKED: "checked", **dict.fromkeys(ROWS, "examples")}
TELLING = ("html", "csv", "parquet", "pdf")
"""Outputs in which numbers of rows stand."""


def evidence_of(
    *, used: int = USED, left_out: int = FEW_LEFT_OUT, failing: int = FAILING, base: int = CHECKED
) -> Evidence:
    police = source_row(
        "police", "incidents", rows_read=used + left_out, rows_used=used, rows_rejected=left_out
    )
    check = {
        "source_id": "police", "code": "no_coordinates", "severity": "warning",
        "n": failing, "base": base, "share": failing / base,
        "params": {"n": failing, "base": base, "share": round(100 * failing / base, 1)},
        "examples": [{"file": "a.csv", "sheet": None, "row": row} for row in ROWS],
    }  # fmt: skip
    others = [source_row("register", "statistics"), source_row("survey", "survey")]
    return town(sources=[police, *others], quality=[check])


def found_in(texts: Mapping[str, str]) -> set[str]:
    numbers = {number for text in texts.values() for number in written_numbers(text)}
    return {what for number, what in SECRETS.items() if number in numbers}


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any, Any]:
    """Return the build, its outputs, and those of the same town with a public source."""
    folders = [tmp_path_factory.mktemp(name) for name in ("closed", "public")]
    ports = wiring.audit_ports(folders[0], keep=False)
    public = replace(evidence_of(), public_sources={"police": {"en": "for the test"}})
    builds = [build_audit(one, ports=ports) for one in (evidence_of(), public)]
    outputs = [outputs_of(*one) for one in zip(builds, folders, strict=True)]
    return builds[0], outputs[0], outputs[1]


def test_no_output_tells_a_few_rows(two: tuple[Any, Any, Any]) -> None:
    _, closed, public = two
    assert {kind: found for kind in closed if (found := found_in(closed[kind]))} == {}
    for kind in TELLING:
        assert "read" in found_in(public[kind]), kind
    assert found_in(public["csv"]) == set(SECRETS.values())


def test_files_say_why_and_never_0(two: tuple[Any, Any, Any]) -> None:
    tables = two[1]["csv"]
    source = next(
        row
        for row in csv.DictReader(io.StringIO(tables["sources"]))
        if row["source_id"] == "police"
    )
    told = tuple(source[name] for name in ("rows_read", "rows_used", "rows_rejected"))
    assert told == ("", str(USED), "")
    assert "rows_withheld" in source["reasons"]
    check = next(
        row
        for row in csv.DictReader(io.StringIO(tables["quality"]))
        if row["code"] == "no_coordinates"
    )
    assert (check["n"], check["base"], check["share"], check["examples"]) == ("", "", "", "[]")
    assert "small_count" in check["params"]


@pytest.mark.parametrize("language", languages())
def test_pages_say_why_in_every_language(two: tuple[Any, Any, Any], language: str) -> None:
    page = pages_of(two[0], language)["sources/"]
    assert say("quality.rows_withheld", language, below=5) in page
    assert say("public_plan.fewer", language, n=5) in page
    assert say("report.not_shown", language) in page
    reason = say("reason.small_count", language)
    assert say("web.not_shown", language, reason=reason) in page


def test_the_report_says_that_a_number_is_not_shown(two: tuple[Any, Any, Any]) -> None:
    text = " ".join(two[1]["pdf"]["report.pdf"].split())
    assert say("quality.rows_withheld", "en", below=5) in text
    assert f"{USED:,} of not shown" in text


def gated(evidence: Evidence, *earlier: Gated) -> Gated:
    prepared = prepare(
        evidence, indicators(), aggregator=IbisAggregator(), rng=np.random.default_rng(1)
    )
    known = [one.release for one in earlier]
    return gate(prepared, measure(prepared).rows, earlier=known, day=date(2025, 2, 1))


def rows_told(gated: Gated) -> list[int]:
    """Return every number of rows that the two tables tell."""
    tables = publish(gated.rows)
    (source,) = [r for r in tables["sources"].to_pylist() if r["source_id"] == "police"]
    (check,) = [r for r in tables["quality"].to_pylist() if r["code"] == "no_coordinates"]
    share = round(check["share"] * check["base"])
    passing = check["base"] - check["n"]
    return [source["rows_used"], source["rows_rejected"], check["n"], passing, share]


def test_two_builds_with_one_row_more_tell_the_same() -> None:
    before = evidence_of(left_out=90, failing=40)
    later = evidence_of(used=USED + 1, left_out=91, failing=41, base=CHECKED + 2)
    first = gated(before)
    second = gated(later, first)
    assert rows_told(first) == [USED, 90, 40, CHECKED - 39, 40]
    assert rows_told(second) == rows_told(first)
    exact = [
        rows_told(gated(replace(one, public_sources={"police": {"en": "for the test"}})))
        for one in (before, later)
    ]
    assert [b - a for a, b in zip(*exact, strict=True)] == [1] * 5
    much_later = gated(evidence_of(used=USED + 9, left_out=99, failing=40), first, second)
    assert rows_told(much_later)[:2] == [USED + 10, 100]
