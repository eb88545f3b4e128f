"""Where areas stand under several denominators, and how the picture changes, in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from convive.app.audit import AuditPorts, build_audit
from convive.app.ports import Build
from convive.catalogue import find
from convive.catalogue.positions import position_sentences
from convive.catalogue.texts import languages
from convive.core.model import DisclosureRule
from convive.store import IbisAggregator
from factories.evidence import NEIGHBOURHOODS, incident_rows, make_city, resident_rows, town

AGGREGATOR = IbisAggregator()
PORTS = AuditPorts(
    read_pack=lambda *_args, **_: None,  # type: ignore[arg-type,return-value]
    catalogue=find,
    aggregator=lambda _city: AGGREGATOR,
    clock=lambda: datetime(2026, 1, 1, tzinfo=UTC),
    version="test",
)
CENTRE = "A1"


def statistic(name: str, usual: float, centre: float) -> list[dict[str, Any]]:
    return [
        {**row, "statistic": name, "value": centre if row["area_id"] == CENTRE else usual}
        for row in resident_rows()
    ]


@pytest.fixture(scope="module")
def build() -> Build:
    """A town whose centre has six times the violence, six times the people, ten times the venues."""
    counts = {(area, "violence", 12): 60 + 6 * i for i, area in enumerate(NEIGHBOURHOODS)}
    counts[(CENTRE, "violence", 12)] = 480
    # Three kinds: only then can the source speak for indicators of several.
    counts |= {(area, kind, 12): 20 for area in NEIGHBOURHOODS for kind in ("theft", "burglary")}
    evidence = town(
        incidents=incident_rows(counts),
        statistics=[
            *resident_rows(),
            *statistic("workday_population", 4000.0, 24_000.0),
            *statistic("venues", 8.0, 80.0),
        ],
        city=make_city(disclosure=DisclosureRule(min_count=5, min_population=100, reason="test")),
    )
    return build_audit(evidence, ports=PORTS)


def verdicts(build: Build, denominator: str) -> dict[str, str]:
    rows = build.tables["positions"].to_pylist()
    return {
        row["area_id"]: row["verdict"]
        for row in rows
        if row["indicator_id"] == "violence_rate" and row["denominator_id"] == denominator
    }


def test_the_centre_stands_out_by_one_denominator_only(build: Build) -> None:
    assert verdicts(build, "residents")[CENTRE] == "clearly_above"
    assert verdicts(build, "workday_population")[CENTRE] != "clearly_above"
    assert verdicts(build, "venues")[CENTRE] != "clearly_above"


def test_few_venues_are_no_small_population(build: Build) -> None:
    rates = [
        row
        for row in build.tables["estimates"].to_pylist()
        if row["indicator_id"] == "violence_rate" and row["denominator_id"] == "venues"
    ]
    assert rates
    assert {row["status"] for row in rates} == {"shown"}


def test_only_denominators_that_the_definition_names_are_used(build: Build) -> None:
    used = {
        (row["indicator_id"], row["denominator_id"])
        for row in build.tables["positions"].to_pylist()
    }
    assert ("violence_rate", "venues") in used
    assert ("recorded_total_rate", "workday_population") in used
    assert ("recorded_total_rate", "venues") not in used


def test_the_ratio_lies_on_the_side_that_the_verdict_says(build: Build) -> None:
    rows = [row for row in build.tables["positions"].to_pylist() if row["status"] == "shown"]
    assert all((row["ratio"] > 1) == (row["score"] > 0) for row in rows)
    by_area = {row["area_id"]: row for row in rows
               if (row["indicator_id"], row["denominator_id"]) == ("violence_rate", "residents")}  # fmt: skip
    times = by_area[CENTRE]["ratio"] / by_area["B5"]["ratio"]
    assert times == pytest.approx(480 / (60 + 6 * 9))


def test_these_tests_leave_those_of_the_audit_alone(build: Build) -> None:
    assert "positions" not in build.run["tests"]


@pytest.mark.parametrize("language", languages())
def test_sentences_tell_how_the_picture_changes(build: Build, language: str) -> None:
    rows = [
        row
        for row in build.tables["positions"].to_pylist()
        if row["indicator_id"] == "violence_rate" and row["denominator_id"] != "venues"
    ]
    told = position_sentences(
        rows, "residents", area=str, denominator=lambda one: f"<{one}>", language=language
    )
    assert CENTRE in told[0]
    assert told[0].index("<residents>") < told[0].index("<workday_population>")
    assert "10" in told[-1]
    assert "{" not in "".join(told)


def row_of(area: str, denominator: str, verdict: str, **changes: Any) -> dict[str, Any]:
    return {
        "area_id": area,
        "denominator_id": denominator,
        "verdict": verdict,
        "status": "shown",
        "reason": None,
        **changes,
    }


def test_nothing_that_is_hidden_is_told_and_one_denominator_tells_nothing() -> None:
    rows = [
        row_of("A", "residents", "clearly_above"),
        row_of("A", "venues", "cannot_tell", status="suppressed", reason="small_count"),
        row_of("B", "residents", "like_the_city"),
        row_of("B", "venues", "clearly_above"),
    ]

    def told(given: list[dict[str, Any]]) -> list[str]:
        return position_sentences(
            given, "residents", area=str, denominator=lambda one: one, language="en"
        )

    assert told(rows)[0] == (
        "Divided by venues, B is clearly above the city; divided by residents it is not."
    )
    assert told(rows)[1].startswith("The verdict on one of 1 areas")
    assert told([row for row in rows if row["denominator_id"] == "residents"]) == []
