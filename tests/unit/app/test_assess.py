"""What the audit makes of evidence whose answer is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pytest

from convive.app.assess import compare, measure, prepare
from convive.app.assess.context import context_estimates
from convive.app.assess.effects import effect_rows
from convive.app.assess.missing import missing_rows
from convive.app.assess.numerators import covered_months
from convive.app.assess.prepare import Prepared
from convive.app.assess.quality import quality_rows, source_rows
from convive.app.assess.recorded import recorded_estimates
from convive.app.assess.surveys import survey_contrasts, survey_estimates, survey_shares
from convive.app.assess.waves import build_waves
from convive.app.ingest.facts import DAY, NIGHT, UNKNOWN, FactMaker
from convive.app.ingest.placing import Placer
from convive.app.ports import Evidence
from convive.app.publish import gate
from convive.app.territory import build_territory
from convive.catalogue.find import indicators
from convive.store import IbisAggregator
from factories.evidence import (
    NEIGHBOURHOODS,
    RESIDENTS,
    action,
    incident_rows,
    make_city,
    make_evidence,
    resident_rows,
    source_row,
    survey_rows,
    town,
)


@pytest.fixture(scope="module")
def aggregator() -> IbisAggregator:
    return IbisAggregator()


def prepared_of(evidence: Evidence, aggregator: IbisAggregator) -> Prepared:
    return prepare(evidence, indicators(), aggregator=aggregator, rng=np.random.default_rng(1))


def rows_of(evidence: Evidence) -> list[dict]:
    """Return the incidents of evidence made by hand."""
    assert evidence.incidents.rows is not None
    return evidence.incidents.rows.to_pylist()


def facts_of(evidence: Evidence) -> pa.Table:
    """Return the facts of incidents made by hand."""
    placer = Placer(build_territory(evidence.city, evidence.areas))
    assert evidence.incidents.rows is not None
    return FactMaker(placer, bytes(32)).facts(evidence.incidents.rows)


def estimate(rows: list[dict], **where: object) -> dict:
    found = [r for r in rows if all(r[key] == value for key, value in where.items())]
    assert len(found) == 1, (where, len(found))
    return found[0]


def test_rate_is_incidents_per_thousand_residents_at_every_level(aggregator) -> None:
    rows = recorded_estimates(prepared_of(town(), aggregator))
    wanted = {
        "indicator_id": "burglary_rate",
        "period_start": date(2024, 1, 1),
        "dimension": "all",
        "denominator_id": "residents",
    }
    area = estimate(rows, level="neighbourhood", area_id="A1", **wanted)
    assert area["n"] == 6
    assert area["value"] == pytest.approx(1000 * 6 / RESIDENTS)
    assert area["low"] < area["value"] < area["high"]
    district = estimate(rows, level="district", area_id="A", **wanted)
    assert (district["n"], district["denominator"]) == (6 + 7 + 8 + 9 + 10, 5 * RESIDENTS)
    city = estimate(rows, level="city", area_id="testville", **wanted)
    assert city["n"] == sum(6 + i for i in range(10))


def test_only_complete_years_are_estimated(aggregator) -> None:
    rows = recorded_estimates(prepared_of(town(), aggregator))
    assert {(r["period_kind"], r["period_start"].year) for r in rows} == {
        ("year", 2023),
        ("year", 2024),
    }


def test_less_than_a_year_is_one_period_and_not_annualised(aggregator) -> None:
    rows = [
        row
        for row in incident_rows({("A1", "burglary", 3): 120}, years=(2024,))
        if row["starts"] < datetime(2024, 4, 1)  # noqa: DTZ001
    ]
    found = recorded_estimates(prepared_of(town(incidents=rows), aggregator))
    city = estimate(found, indicator_id="burglary_rate", level="city", dimension="all")
    assert (city["period_kind"], city["period_start"]) == ("all", date(2024, 1, 1))
    assert city["period_end"] == date(2024, 4, 1)
    assert city["value"] == pytest.approx(1000 * len(rows) / (10 * RESIDENTS))


def test_day_and_night_come_from_the_hours() -> None:
    facts = facts_of(town())
    hours = np.array([moment.hour for moment in facts["starts"].to_pylist()])
    part = facts["daypart"].to_numpy()
    assert set(part[hours == 12]) == {DAY}
    assert set(part[hours == 3]) == {NIGHT}
    assert set(part[hours == 23]) == {NIGHT}


def test_a_range_over_day_and_night_is_neither() -> None:
    row = incident_rows({("A1", "burglary", 12): 1}, years=(2024,))[0]
    row["ends"] = datetime(2024, 1, 2, 3)  # noqa: DTZ001
    assert facts_of(town(incidents=[row]))["daypart"].to_pylist() == [UNKNOWN]


def test_a_valid_code_wins_over_coordinates_and_fills_its_parents() -> None:
    row = incident_rows({("A1", "burglary", 12): 1}, years=(2024,))[0]
    row |= {"area_level": "neighbourhood", "area_id": "B2"}
    facts = facts_of(town(incidents=[row]))
    assert NEIGHBOURHOODS[facts["at_neighbourhood"][0].as_py()] == "B2"
    assert facts["at_district"].to_pylist() == [1]


def test_outside_and_unplaced_incidents_are_counted_in_quality(aggregator) -> None:
    rows = incident_rows({("A1", "burglary", 12): 10}, years=(2024,))
    rows[0]["longitude"] = 50.0
    rows[1]["longitude"] = rows[1]["latitude"] = None
    prepared = prepared_of(town(incidents=rows), aggregator)
    found = {row["code"]: row["n"] for row in quality_rows(prepared)}
    assert found["outside_territory"] == 1
    assert found["no_area"] == 1
    city = prepared.numerators["burglary_rate"].counts["city"]
    # The incident without a place belongs to the city, the one outside does not.
    assert city.sum() == 9


def test_half_of_the_rows_failing_makes_a_source_doubtful(aggregator) -> None:
    rows = incident_rows({("A1", "burglary", 12): 10}, years=(2024,))
    for row in rows[:4]:
        row["longitude"] = row["latitude"] = None
    prepared = prepared_of(town(incidents=rows), aggregator)
    lights = {
        row["source_id"]: row["light"] for row in source_rows(prepared, quality_rows(prepared))
    }
    assert lights["police"] == "doubtful"
    assert lights["register"] == "good"


def test_no_residents_means_unavailable_never_zero(aggregator) -> None:
    rows = recorded_estimates(prepared_of(town(statistics=[]), aggregator))
    row = estimate(
        rows,
        indicator_id="burglary_rate",
        level="neighbourhood",
        area_id="A1",
        period_start=date(2024, 1, 1),
        dimension="all",
    )
    assert row["value"] is None
    assert (row["status"], row["reason"]) == ("unavailable", "no_denominator")


def test_the_pack_may_choose_another_denominator(aggregator) -> None:
    dwellings = [{**row, "statistic": "dwellings", "value": 1600.0} for row in resident_rows()]
    city = make_city(denominator_of={"burglary_rate": "dwellings"})
    evidence = town(city=city, statistics=[*resident_rows(), *dwellings])
    rows = recorded_estimates(prepared_of(evidence, aggregator))
    where = {
        "indicator_id": "burglary_rate",
        "level": "neighbourhood",
        "area_id": "A1",
        "period_start": date(2024, 1, 1),
        "dimension": "all",
    }
    main = estimate(rows, denominator_id="dwellings", **where)
    assert main["value"] == pytest.approx(1000 * 6 / 1600)
    assert main["smoothed"] is not None
    other = estimate(rows, denominator_id="residents", **where)
    assert other["value"] == pytest.approx(1000 * 6 / RESIDENTS)


def test_an_indicator_takes_one_source_only(aggregator) -> None:
    longer = incident_rows({("A1", "burglary", 3): 30}, source="long", years=range(2020, 2025))
    evidence = town()
    counts = rows_of(evidence)
    both = replace(
        make_evidence(incidents=[*counts, *longer], statistics=resident_rows()),
        sources=evidence.sources,
    )
    prepared = prepared_of(both, aggregator)
    assert prepared.numerators["burglary_rate"].source_id == "long"
    assert prepared.numerators["recorded_total_rate"].source_id == "police"


def test_counts_already_made_work_like_incidents(aggregator) -> None:
    rows = [
        {
            "source_id": "atlas",
            "file": "atlas.xlsx",
            "row": i,
            "area_level": "neighbourhood",
            "area_id": area,
            "period_start": date(2024, 1, 1),
            "period_end": date(2025, 1, 1),
            "category_source": "x",
            "category": "burglary",
            "count": None if area == "B5" else 10 + i,
        }
        for i, area in enumerate(NEIGHBOURHOODS)
    ]
    evidence = make_evidence(counts=rows, statistics=resident_rows())
    found = recorded_estimates(prepared_of(evidence, aggregator))
    where = {"indicator_id": "burglary_rate", "dimension": "all"}
    assert estimate(found, level="district", area_id="A", **where)["n"] == 10 + 11 + 12 + 13 + 14
    withheld = estimate(found, level="neighbourhood", area_id="B5", **where)
    assert (withheld["value"], withheld["reason"]) == (None, "withheld_by_source")
    # A sum with a withheld part is not known either.
    assert estimate(found, level="district", area_id="B", **where)["n"] is None


def test_covered_months_leave_out_a_month_that_was_cut(aggregator) -> None:
    rows = [
        row
        for row in incident_rows({("A1", "burglary", 3): 365}, years=(2024,))
        if row["starts"] < datetime(2024, 6, 10)  # noqa: DTZ001
    ]
    prepared = prepared_of(town(incidents=rows), aggregator)
    months = covered_months(prepared.incident_sources["police"]).astype("datetime64[M]")
    assert (str(months[0]), str(months[-1])) == ("2024-01", "2024-05")


def test_survey_shares_are_percent_with_their_base(aggregator) -> None:
    prepared = prepared_of(town(), aggregator)
    shares = survey_shares(prepared, build_waves(prepared))
    rows = survey_estimates(prepared, shares)
    where = {"indicator_id": "unsafe_dark_share", "dimension": "all"}
    a = estimate(rows, level="district", area_id="A", **where)
    b = estimate(rows, level="district", area_id="B", **where)
    assert (a["n"], b["n"]) == (300, 300)
    assert a["low"] < 25 < a["high"]
    assert b["low"] < 50 < b["high"]


def test_too_few_answers_are_not_shown_and_nameless_numbers_neither(aggregator) -> None:
    people, answers = survey_rows(n=8)
    prepared = prepared_of(town(respondents=people, answers=answers), aggregator)
    rows = survey_estimates(prepared, survey_shares(prepared, build_waves(prepared)))
    row = estimate(
        rows,
        indicator_id="unsafe_dark_share",
        level="neighbourhood",
        area_id="A1",
        dimension="all",
    )
    assert (row["status"], row["reason"]) == ("unavailable", "too_few_answers")
    assert (row["value"], row["n"]) == (None, None)


def test_a_survey_from_elsewhere_stays_at_level_reference(aggregator) -> None:
    people, answers = survey_rows(level=None)
    sources = [source_row("survey", "survey", scope="reference")]
    evidence = make_evidence(respondents=people, answers=answers, sources=sources)
    prepared = prepared_of(evidence, aggregator)
    waves = build_waves(prepared)
    rows = survey_estimates(prepared, survey_shares(prepared, waves))
    assert {(row["level"], row["area_id"]) for row in rows} == {("reference", "survey")}
    assert survey_contrasts(prepared, waves) == []
    assert "local_survey" in {row["family"] for row in missing_rows(prepared)}


def test_contrasts_name_both_groups(aggregator) -> None:
    prepared = prepared_of(town(), aggregator)
    rows = survey_contrasts(prepared, build_waves(prepared))
    pairs = {(row["dimension"], row["group_a"], row["group_b"]) for row in rows}
    assert pairs == {
        ("sex", "female", "male"),
        ("age_group", "16-24", "25-64"),
        ("age_group", "65+", "25-64"),
    }


def test_an_empty_pack_lacks_every_family(aggregator) -> None:
    families = {row["family"] for row in missing_rows(prepared_of(make_evidence(), aggregator))}
    assert {"incidents", "survey", "observations", "notes", "population"} <= families


def test_context_is_taken_as_it_is(aggregator) -> None:
    rows = context_estimates(prepared_of(town(), aggregator))
    row = estimate(rows, indicator_id="residents", level="district", area_id="A")
    assert row["value"] == 5 * RESIDENTS


def test_a_comparison_is_made_for_an_action(aggregator) -> None:
    city = make_city(interventions=(action(),))
    rows, results = effect_rows(prepared_of(town(city=city), aggregator))
    assert [(row["intervention_id"], row["indicator_id"]) for row in rows] == [
        ("lights", "theft_rate")
    ]
    assert len(rows[0]["comparison_areas"]) == 9
    assert set(results) == {("lights", "theft_rate")}


def counts_row(level: str, area: str, n: int | None, year: int = 2024, **changes) -> dict:
    return {
        "source_id": "atlas",
        "file": "atlas.xlsx",
        "row": 1,
        "area_level": level,
        "area_id": area,
        "period_start": date(year, 1, 1),
        "period_end": date(year + 1, 1, 1),
        "category_source": "all",
        "category": "all_recorded",
        "count": n,
        **changes,
    }


def city_count(rows: list[dict], aggregator: IbisAggregator) -> int | None:
    areas = [counts_row("neighbourhood", area, 100) for area in NEIGHBOURHOODS]
    evidence = make_evidence(counts=[*areas, *rows], statistics=resident_rows())
    found = recorded_estimates(prepared_of(evidence, aggregator))
    districts = {r["n"] for r in found if r["level"] == "district" and r["dimension"] == "all"}
    assert districts == {500}
    wanted = {"indicator_id": "recorded_total_rate", "level": "city", "dimension": "all"}
    return estimate(found, **wanted)["n"]


def test_the_city_is_what_the_source_publishes_for_it(aggregator) -> None:
    loose, total = counts_row("city", "*", 130), counts_row("city", "testville", 1140)
    assert city_count([], aggregator) == 1000
    assert city_count([loose], aggregator) == 1130
    assert city_count([loose, counts_row("city", "*", 7)], aggregator) == 1137
    assert city_count([loose, total], aggregator) == 1140
    assert city_count([loose, counts_row("city", "testville", None)], aggregator) == 1130
    assert city_count([counts_row("city", "*", None)], aggregator) is None


def test_incidents_without_a_place_count_for_the_city_only(aggregator) -> None:
    rows = incident_rows({(area, "burglary", 12): 50 for area in NEIGHBOURHOODS}, years=(2024,))
    rows[5]["longitude"] = rows[5]["latitude"] = None  # somewhere in the city
    rows[6]["longitude"] = 50.0  # outside
    found = recorded_estimates(prepared_of(town(incidents=rows), aggregator))
    wanted = {"indicator_id": "burglary_rate", "dimension": "all", "denominator_id": "residents"}
    assert estimate(found, level="city", **wanted)["n"] == 499
    below = [
        r["n"]
        for r in found
        if r["level"] == "neighbourhood"
        and r["dimension"] == "all"
        and r["indicator_id"] == "burglary_rate"
    ]
    assert sum(below) == 498


def test_no_rate_is_scaled_to_a_year_and_no_two_lengths_are_mixed(aggregator) -> None:
    quarter = [
        row
        for row in incident_rows({(a, "burglary", 12): 120 for a in NEIGHBOURHOODS}, years=(2024,))
        if row["starts"] < datetime(2024, 4, 1)  # noqa: DTZ001
    ]
    for incidents, kind in ((quarter, "all"), (rows_of(town()), "year")):
        rows = recorded_estimates(prepared_of(town(incidents=incidents), aggregator))
        assert {row["period_kind"] for row in rows} == {kind}
        for row in rows:
            if row["value"] is not None:
                rate = 1000 * row["n"] / row["denominator"]
                assert row["value"] == pytest.approx(rate)
                areas = {"neighbourhood": 1, "district": 5, "city": 10}[row["level"]]
                assert row["denominator"] == areas * RESIDENTS


def test_the_index_says_which_year_each_part_is_of(aggregator) -> None:
    prepared = prepared_of(town(), aggregator)
    rows, _ = compare(prepared, gate(prepared, measure(prepared).rows).rows, {})
    parts = {
        (row["year"], part["indicator_id"]): (part["year"], part["is_carried"])
        for row in rows["index"]
        for part in row["parts"]
    }
    assert parts[(2024, "unsafe_dark_share")] == (2024, False)
    assert parts[(2023, "unsafe_dark_share")] == (2024, True)
    assert parts[(2023, "burglary_rate")] == (2023, False)


@pytest.mark.parametrize("at_peak", [True, False])
def test_an_area_chosen_at_its_peak_is_said_to_be(aggregator, at_peak: bool) -> None:
    counts = {(area, "burglary", 12): 365 for area in NEIGHBOURHOODS}
    rows = incident_rows(counts, years=(2021, 2022, 2023, 2024))
    if at_peak:
        more = incident_rows({("A1", "burglary", 13): 364}, years=(2023,))
        rows += [{**row, "row": row["row"] + 100_000} for row in more]
    city = make_city(interventions=(action(starts=date(2024, 1, 1), categories=("burglary",)),))
    found, results = effect_rows(prepared_of(town(incidents=rows, city=city), aggregator))
    assert results[("lights", found[0]["indicator_id"])].was_chosen_at_peak is at_peak
    assert found[0]["was_chosen_at_peak"] is at_peak
