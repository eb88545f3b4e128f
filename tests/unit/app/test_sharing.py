"""Figures that rest on sharing out older areas: marked, bounded, and kept out of comparisons."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from convive.app.audit import AuditPorts, build_audit
from convive.app.ports import Build
from convive.catalogue import find
from convive.catalogue.comparability import comparability_note
from convive.store import IbisAggregator
from factories.evidence import NEIGHBOURHOODS, action, make_city, resident_rows, source_row, town

OLD = "neighbourhood@old/"
YEARS = range(2015, 2025)
AGGREGATOR = IbisAggregator()
PORTS = AuditPorts(
    read_pack=lambda *_args, **_: None,  # type: ignore[arg-type,return-value]
    catalogue=find,
    aggregator=lambda _city: AGGREGATOR,
    clock=lambda: datetime(2026, 1, 1, tzinfo=UTC),
    version="test",
)


def count_row(area: str, year: int, count: int, older: str | None = None) -> dict[str, Any]:
    return {
        "source_id": "atlas",
        "file": "atlas.csv",
        "row": 100 * year + NEIGHBOURHOODS.index(area),
        "area_level": "neighbourhood",
        "area_id": area,
        "period_start": date(year, 1, 1),
        "period_end": date(year + 1, 1, 1),
        "category_source": "burglary",
        "category": "burglary",
        "count": count,
        "older_area": older and OLD + older,
    }


def shared_counts(until: int) -> list[dict[str, Any]]:
    """Up to a year, A1 and A2 were one area, and a sliver of A3 and B1 another."""
    rows = []
    for year in YEARS:
        for i, area in enumerate(NEIGHBOURHOODS):
            is_old = year <= until
            split = "A12" if is_old and area in ("A1", "A2") else None
            rows.append(count_row(area, year, 100 + 10 * i + year % 3, split))
            if is_old and area in ("A3", "B1"):
                rows.append(count_row(area, year, 2, "X"))
    return rows


def audited(until: int, *, is_public: bool = True, **changes: Any) -> Build:
    evidence = town(
        incidents=[],
        counts=shared_counts(until),
        sources=[source_row(name, "counts") for name in ("atlas", "police", "register", "survey")],
        public_sources={"atlas": {"en": "published"}} if is_public else {},
        **changes,
    )
    return build_audit(evidence, ports=PORTS)


def rows_of(build: Build, table: str, **wanted: Any) -> list[dict[str, Any]]:
    return [
        row
        for row in build.tables[table].to_pylist()
        if all(row[name] == value for name, value in wanted.items())
    ]


def figure(build: Build, level: str, area: str, year: int = 2024) -> dict[str, Any]:
    found = rows_of(
        build, "estimates", indicator_id="burglary_rate", level=level, area_id=area,
        period_start=date(year, 1, 1), denominator_id="residents", dimension="all",
    )  # fmt: skip
    assert len(found) == 1
    return found[0]


@pytest.fixture(scope="module")
def newest_is_shared() -> Build:
    return audited(2024)


@pytest.fixture(scope="module")
def past_is_shared() -> Build:
    return audited(2019)


def test_a_figure_says_what_rests_on_sharing_out(newest_is_shared: Build) -> None:
    codes = {
        a: figure(newest_is_shared, "neighbourhood", a)["comparability"] for a in NEIGHBOURHOODS
    }
    assert codes["A1"] == codes["A2"] == "not_comparable"
    assert codes["A3"] == codes["B1"] == "shared_out", "two in a hundred"
    assert codes["A4"] is None


def test_a_district_that_holds_all_parts_is_certain_and_so_is_the_city() -> None:
    build = audited(2024)
    whole = figure(build, "city", "testville")
    assert whole["comparability"] is None
    # X reaches over the border of the districts; A12 does not.
    district = figure(build, "district", "A")
    assert district["comparability"] == "shared_out"
    assert district["bound_high"] - district["bound_low"] == pytest.approx(1000 * 4 / 20_000)


def test_the_bounds_are_what_any_sharing_could_give(newest_is_shared: Build) -> None:
    row = figure(newest_is_shared, "neighbourhood", "A1")
    total = row["n"] + figure(newest_is_shared, "neighbourhood", "A2")["n"]
    assert row["bound_low"] == 0
    assert row["bound_high"] == pytest.approx(1000 * total / 4000)
    assert "any sharing" in comparability_note(row, "en")
    assert row["bound_low"] <= row["value"] <= row["bound_high"]


def test_bounds_of_a_source_that_is_not_public_are_not_told() -> None:
    row = figure(audited(2024, is_public=False), "neighbourhood", "A1")
    assert row["comparability"] == "not_comparable"
    assert row["bound_low"] is None
    assert row["bound_high"] is None


def test_more_than_five_percent_is_in_no_comparison(newest_is_shared: Build) -> None:
    for name in ("trends", "faces"):
        found = {
            row["area_id"]: (row["status"], row["reason"])
            for row in rows_of(newest_is_shared, name, level="neighbourhood")
            if row["indicator_id"] == "burglary_rate"
        }
        assert found["A1"] == found["A2"] == ("unavailable", "shared_out"), name
        assert found["A3"][1] != "shared_out"
        assert found["A4"][0] == "shown"
    index = rows_of(newest_is_shared, "index", component="burglary.objective", year=2024)
    shown = {row["area_id"]: row["status"] for row in index if row["level"] == "neighbourhood"}
    assert shown["A1"] == shown["A2"] == "unavailable"
    assert shown["A4"] == "shown"


def test_a_trend_starts_after_the_last_shared_year(past_is_shared: Build) -> None:
    trends = {
        row["area_id"]: row
        for row in rows_of(
            past_is_shared, "trends", level="neighbourhood", indicator_id="burglary_rate"
        )
    }
    assert trends["A1"]["status"] == "shown"
    assert trends["A1"]["before_start"] >= date(2020, 1, 1)
    assert trends["A4"]["before_start"] < date(2020, 1, 1)
    assert trends["A3"]["before_start"] < date(2020, 1, 1), "two in a hundred do not matter"


def test_a_series_marks_its_shared_years(past_is_shared: Build) -> None:
    series = rows_of(
        past_is_shared, "series", level="neighbourhood", area_id="A1", indicator_id="burglary_rate"
    )
    codes = {row["period_start"].year: row["comparability"] for row in series}
    assert codes[2019] == "not_comparable"
    assert codes[2020] is None


def test_shared_residents_hold_the_rate_back_as_well() -> None:
    residents = resident_rows()
    for row in residents:
        if row["area_id"] in ("A1", "A2"):
            row["older_area"] = OLD + "A12"
    build = audited(2000, statistics=residents)
    row = figure(build, "neighbourhood", "A1")
    assert row["comparability"] == "not_comparable"
    assert row["bound_low"] is None, "nobody may live there: the rate has no highest value"
    assert figure(build, "district", "A")["comparability"] is None


def test_residents_of_several_older_areas_add_up() -> None:
    residents = resident_rows()
    residents.append({**residents[0], "value": 500.0, "older_area": OLD + "Y"})
    build = audited(2000, statistics=residents)
    assert figure(build, "neighbourhood", "A1")["denominator"] == 4500


def test_an_action_in_shared_months_has_no_effect_to_tell() -> None:
    months = []
    for year in (2023, 2024):
        for month in range(1, 13):
            for area in NEIGHBOURHOODS:
                older = "A12" if year == 2023 and area in ("A1", "A2") else None
                row = count_row(area, year, 20, older)
                ends = date(year + month // 12, month % 12 + 1, 1)
                row |= {"period_start": date(year, month, 1), "period_end": ends}
                months.append(row | {"row": row["row"] * 12 + month})
    city = make_city(interventions=(action(categories=("burglary",)),))
    evidence = town(counts=months, city=city, incidents=[],
                    sources=[source_row("atlas", "counts")])  # fmt: skip
    effect = build_audit(evidence, ports=PORTS).tables["effects"].to_pylist()[0]
    assert (effect["status"], effect["reason"]) == ("unavailable", "shared_out")
