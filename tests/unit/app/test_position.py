"""Coarse points: what the audit tells of them, and how far the intervals allow for it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from convive.app.audit import AuditPorts, build_audit
from convive.app.ports import Build
from convive.catalogue import find
from convive.catalogue.comparability import comparability_note
from convive.store import IbisAggregator
from factories.evidence import NEIGHBOURHOODS, incident_rows, town

AGGREGATOR = IbisAggregator()
PORTS = AuditPorts(
    read_pack=lambda *_args, **_: None,  # type: ignore[arg-type,return-value]
    catalogue=find,
    aggregator=lambda _city: AGGREGATOR,
    clock=lambda: datetime(2026, 1, 1, tzinfo=UTC),
    version="test",
)
DEGREE = 111_195.0
"""Metres; the areas are squares of one degree, and their middles half a degree from the border."""


def incidents(accuracy: float | None) -> list[dict[str, Any]]:
    kinds = ("burglary", "theft", "violence")
    rows = incident_rows({(area, kind, 12): 40 for area in NEIGHBOURHOODS for kind in kinds})
    return [{**row, "accuracy_m": accuracy} for row in rows]


def audited(rows: list[dict[str, Any]]) -> Build:
    return build_audit(town(incidents=rows), ports=PORTS)


def figures(build: Build, level: str = "neighbourhood") -> dict[str, dict[str, Any]]:
    return {
        row["area_id"]: row
        for row in build.tables["estimates"].to_pylist()
        if row["indicator_id"] == "recorded_total_rate"
        and (row["level"], row["dimension"], row["denominator_id"]) == (level, "all", "residents")
        and row["period_start"].year == 2024
    }


def checks(build: Build) -> dict[str, dict[str, Any]]:
    return {row["code"]: row for row in build.tables["quality"].to_pylist()}


@pytest.fixture(scope="module")
def fine() -> Build:
    return audited(incidents(100.0))


@pytest.fixture(scope="module")
def coarse() -> Build:
    return audited(incidents(0.7 * DEGREE))


def test_points_that_are_good_enough_change_nothing(fine: Build) -> None:
    without = figures(audited(incidents(None)))
    for area, row in figures(fine).items():
        assert row["displaced_share"] == 0
        assert (row["low"], row["high"]) == pytest.approx(
            (without[area]["low"], without[area]["high"])
        )
        assert without[area]["displaced_share"] is None, "not told is not certain"
    assert "uncertain_position" not in checks(fine)
    assert "uncertain_position" not in checks(audited(incidents(None)))


def test_coarse_points_widen_the_interval_and_say_so(fine: Build, coarse: Build) -> None:
    sure, unsure = figures(fine)["A3"], figures(coarse)["A3"]
    assert unsure["value"] == sure["value"], "the figure itself stays what was recorded"
    assert unsure["low"] < sure["low"]
    assert unsure["high"] > sure["high"]
    assert 0.05 < unsure["displaced_share"] < 0.8
    assert "neighbouring area" in comparability_note(unsure, "en")
    assert comparability_note(sure, "en") == ""


def test_a_coarser_level_loses_less(coarse: Build) -> None:
    district = figures(coarse, "district")["A"]["displaced_share"]
    assert 0 < district < figures(coarse)["A3"]["displaced_share"]
    assert figures(coarse, "city")["testville"]["displaced_share"] is None


def test_the_quality_report_counts_the_points_in_doubt(coarse: Build) -> None:
    row = checks(coarse)["uncertain_position"]
    assert row["severity"] == "warning"
    assert row["base"] == json.loads(row["params"])["crossing"] == 2400
    assert 0 < row["n"] < row["base"]
    light = {row["source_id"]: row for row in coarse.tables["sources"].to_pylist()}["police"]
    assert light["light"] == "doubtful"
    assert "uncertain_position" in light["reasons"]


def test_a_code_of_the_source_is_taken_as_it_is() -> None:
    rows = [
        {**row, "area_level": "neighbourhood", "area_id": "A3"} for row in incidents(0.7 * DEGREE)
    ]
    assert "uncertain_position" not in checks(audited(rows))


def test_faces_allow_for_it() -> None:
    kinds = ("burglary", "theft", "violence")
    counts = {(a, kind, 12): 20 + 25 * i for i, a in enumerate(NEIGHBOURHOODS) for kind in kinds}

    def widths(accuracy: float) -> dict[str, float]:
        rows = [{**row, "accuracy_m": accuracy} for row in incident_rows(counts)]
        return {
            row["area_id"]: row["high"] - row["low"]
            for row in audited(rows).tables["faces"].to_pylist()
            if row["face"] == "recorded" and row["status"] == "shown"
        }

    sure, unsure = widths(100.0), widths(0.6 * DEGREE)
    assert set(sure) == set(unsure) == set(NEIGHBOURHOODS)
    assert all(unsure[area] > sure[area] for area in sure)
