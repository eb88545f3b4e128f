"""Months that are still filling up: marked, foreseen, and left out of what compares."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from convive.app.assess import measure, prepare
from convive.app.assess.prepare import Prepared
from convive.app.audit import AuditPorts, build_audit
from convive.app.ports import Evidence
from convive.catalogue import find
from convive.store import IbisAggregator
from factories.evidence import RESIDENTS, incident_rows, make_evidence, resident_rows, source_row

AREAS = ("A1", "A2", "B1", "B2")
LAST = date(2024, 12, 31)


@pytest.fixture(scope="module")
def aggregator() -> IbisAggregator:
    return IbisAggregator()


def late_rows(*, until: date = LAST, share_late: int = 4) -> list[dict]:
    """Return incidents of three years, every fourth recorded 40 days later, as known `until`."""
    counts = {(area, "burglary", 12): 365 for area in AREAS}
    rows = incident_rows(counts, years=(2022, 2023, 2024))
    for number, row in enumerate(rows):
        wait = 40 if number % share_late == 0 else 0
        row["recorded"] = row["starts"].date() + timedelta(days=wait)
    return [row for row in rows if row["recorded"] <= until]


def evidence_of(rows: list[dict]) -> Evidence:
    return make_evidence(
        incidents=rows,
        statistics=resident_rows(),
        sources=[source_row("police", "incidents"), source_row("register", "statistics")],
    )


def prepared_of(rows: list[dict], aggregator: IbisAggregator) -> Prepared:
    return prepare(
        evidence_of(rows),
        find.indicators(),
        aggregator=aggregator,
        rng=np.random.default_rng(1),
    )


def months_of(rows: list[dict], level: str = "city") -> list[dict]:
    found = [r for r in rows if r["indicator_id"] == "burglary_rate" and r["level"] == level]
    return sorted(found, key=lambda row: (row["area_id"], row["period_start"]))


@pytest.fixture(scope="module")
def late(aggregator) -> Prepared:
    return prepared_of(late_rows(), aggregator)


@pytest.fixture(scope="module")
def figures(late):
    return measure(late).rows


def test_the_newest_months_are_incomplete_and_what_they_come_to_is_foreseen(figures) -> None:
    months = months_of(figures["series"])
    assert [row["period_start"].month for row in months if row["is_incomplete"]] == [11, 12]
    november, december = months[-2:]
    assert december["completeness"] == pytest.approx(0.75, abs=0.02)
    assert december["completeness"] < november["completeness"] < 0.95
    truth = 365 * len(AREAS) / 12
    assert december["count"] < truth * 0.85
    assert december["expected_final_low"] <= truth <= december["expected_final_high"]
    assert december["expected"] is not None
    closed = [row for row in months if not row["is_incomplete"]]
    assert all(row["completeness"] is row["expected_final_low"] is None for row in closed)


def test_areas_say_how_complete_but_foresee_nothing(figures) -> None:
    newest = [r for r in months_of(figures["series"], "neighbourhood") if r["is_incomplete"]]
    assert newest
    assert all(0.5 < row["completeness"] < 0.95 for row in newest)
    assert all(row["expected_final_high"] is None for row in newest)


def test_incomplete_months_are_no_part_of_trends_breaks_and_years(late, figures) -> None:
    trend = next(
        r
        for r in figures["trends"]
        if r["indicator_id"] == "burglary_rate" and r["level"] == "city"
    )
    assert trend["after_end"] == date(2024, 11, 1)
    assert abs(trend["change_percent"]) < 3
    assert not any(row["starts_on"] >= date(2024, 10, 1) for row in figures["breaks"])
    years = {r["period_start"].year for r in figures["estimates"] if r["face"] == "recorded"}
    assert years == {2022, 2023}
    one = next(
        r
        for r in figures["estimates"]
        if (r["indicator_id"], r["level"], r["group"]) == ("burglary_rate", "city", "all")
        and r["period_start"].year == 2023
    )
    assert one["n"] == 365 * len(AREAS)
    assert one["denominator"] == RESIDENTS * 10
    assert late.numerators["burglary_rate"].n_open == 2


def test_without_a_complete_year_the_complete_months_are_one_period(aggregator) -> None:
    rows = [row for row in late_rows() if row["starts"].year == 2024]
    numerator = prepared_of(rows, aggregator).numerators["burglary_rate"]
    assert numerator.n_open > 0
    whole = numerator.whole()
    assert whole.ends[0] == numerator.ends[numerator.n_closed - 1]
    assert whole.counts["city"].sum() == numerator.counts["city"][:, : numerator.n_closed].sum()


def test_the_sources_say_how_quickly_they_record(figures) -> None:
    told = {r["code"]: r for r in figures["quality"] if r["source_id"] == "police"}
    assert told["incomplete_months"]["n"] == 2
    assert told["incomplete_months"]["severity"] == "note"
    assert 70 <= told["incomplete_months"]["params"]["on_record"] <= 77
    assert 70 <= told["reporting_delay"]["params"]["within_month"] <= 77
    assert told["reporting_delay"]["params"]["within_three"] == 100


def test_where_no_day_of_recording_is_known_nothing_is_marked_and_nothing_foreseen(
    aggregator,
) -> None:
    rows = [{**row, "recorded": None} for row in late_rows()]
    prepared = prepared_of(rows, aggregator)
    assert not prepared.delays
    figures = measure(prepared).rows
    assert not any(row["is_incomplete"] for row in figures["series"])
    codes = {row["code"] for row in figures["quality"]}
    assert not codes & {"incomplete_months", "incomplete_months_unknown", "reporting_delay"}


def test_an_extract_cut_within_a_month_leaves_that_month_unforeseen(aggregator) -> None:
    delay = prepared_of(late_rows(until=date(2024, 12, 15)), aggregator).delays["police"]
    whole = prepared_of(late_rows(until=date(2024, 12, 29)), aggregator).delays["police"]
    december = np.datetime64("2024-12", "M").astype(np.int64)
    assert (delay.as_of, whole.as_of) == (december - 1, december)
    assert np.isnan(delay.found.completeness[-1])


def test_prompt_records_make_no_month_incomplete(aggregator) -> None:
    rows = [{**row, "recorded": row["starts"].date()} for row in late_rows()]
    prepared = prepared_of(rows, aggregator)
    assert prepared.delays["police"].found.reason is None
    assert prepared.numerators["burglary_rate"].n_open == 0


def test_too_few_months_wait_for_the_longest_delay(aggregator) -> None:
    rows = [row for row in late_rows() if row["starts"] >= datetime(2024, 8, 1)]  # noqa: DTZ001
    prepared = prepared_of(rows, aggregator)
    assert prepared.delays["police"].found.reason == "DELAY_TOO_SHORT"
    assert prepared.numerators["burglary_rate"].n_open > 0
    codes = {row["code"] for row in measure(prepared).rows["quality"]}
    assert "incomplete_months_unknown" in codes
    assert "reporting_delay" not in codes


def test_a_build_says_which_months_are_incomplete(aggregator) -> None:
    ports = AuditPorts(
        read_pack=lambda _pack, **_: pytest.fail("nothing is read"),
        catalogue=find,
        aggregator=lambda _city: aggregator,
        clock=lambda: datetime(2025, 1, 1, tzinfo=UTC),
        version="test",
    )
    build = build_audit(evidence_of(late_rows()), ports=ports)
    months = months_of(build.tables["series"].to_pylist())
    assert [row["is_incomplete"] for row in months[-3:]] == [False, True, True]
    assert months[-1]["expected_final_low"] >= months[-1]["count"]
