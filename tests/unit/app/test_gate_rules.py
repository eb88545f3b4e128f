"""Dominance and rounding in the gate: what a hotel gives alone, and counts in fives."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from convive.app.assess import compare, measure, prepare
from convive.app.ports import Evidence
from convive.app.publish import Gated, gate, publish
from convive.catalogue.find import indicators
from convive.core.harm import MIN_EVENTS
from convive.core.model import DisclosureRule, HarmWeights
from convive.store import IbisAggregator
from factories.evidence import NEIGHBOURHOODS, incident_rows, make_city, town


def with_hotel(share: float, *, rule: DisclosureRule, **changes: Any) -> Evidence:
    """Return a town in which one address of A1 gives a share of the thefts there."""
    counts = {(area, "theft", 12): 40 for area in NEIGHBOURHOODS}
    counts |= {(area, "burglary", 3): 12 for area in NEIGHBOURHOODS}
    counts |= {(area, "violence", 12): 20 for area in NEIGHBOURHOODS}
    rows = incident_rows(counts)
    for number, row in enumerate(rows):
        row["target_id"] = f"home {number}"
    thefts = [r for r in rows if r["category"] == "theft" and r["row"] < 10_000]
    at_a1 = [r for r in thefts if (r["longitude"], r["latitude"]) == (0.5, 0.5)]
    for year in (2023, 2024):
        own = [r for r in at_a1 if r["starts"].year == year]
        for row in own[: round(share * len(own))]:
            row["target_id"] = "Hotel Central"
    return town(incidents=rows, city=make_city(disclosure=rule), **changes)


def passed(evidence: Evidence, *earlier: Any) -> Gated:
    prepared = prepare(
        evidence, indicators(), aggregator=IbisAggregator(), rng=np.random.default_rng(1)
    )
    return gate(prepared, measure(prepared).rows, earlier=earlier, day=date(2025, 2, 1))


def thefts(gated: Gated) -> dict[str, dict[str, Any]]:
    return {
        row["area_id"]: row
        for row in gated.rows["estimates"]
        if row["indicator_id"] == "theft_rate"
        and row["level"] == "neighbourhood"
        and row["group"] == "all"
        and row["period_start"].year == 2024
    }


def test_what_one_hotel_gives_nearly_alone_is_hidden_with_its_covers() -> None:
    gated = passed(with_hotel(0.9, rule=DisclosureRule()))
    rows = thefts(gated)
    assert (rows["A1"]["n"], rows["A1"]["reason"]) == (None, "dominance")
    hidden = [area for area, row in rows.items() if row["n"] is None and area[0] == "A"]
    assert len(hidden) >= 2
    assert {rows[area]["reason"] for area in hidden} == {"dominance", "complementary"}
    assert gated.record["dominance"] > 0
    assert all(rows[area]["smoothed"] is None for area in hidden)


@pytest.mark.parametrize(("share", "limit"), [(0.7, 0.8), (0.9, 1.0), (0.9, 0.95)])
def test_less_than_the_share_or_no_rule_hides_nothing(share: float, limit: float) -> None:
    gated = passed(with_hotel(share, rule=DisclosureRule(dominance=limit)))
    assert gated.record["dominance"] == 0
    assert thefts(gated)["A1"]["n"] == 40


def test_what_is_public_already_may_be_dominated() -> None:
    evidence = with_hotel(0.9, rule=DisclosureRule(), public_sources={"police": {"en": "public"}})
    assert thefts(passed(evidence))["A1"]["n"] == 40


WEIGHTS = HarmWeights(
    id="own", version=1, unit={"en": "points"}, weights={"burglary": 20.0, "theft": 1.0, "violence": 50.0},
    source="test", author="test", dated=date(2024, 1, 1), cannot_show={"en": "much"},
)  # fmt: skip


def test_harm_is_hidden_where_one_of_its_counts_is_dominated() -> None:
    rule = DisclosureRule()
    evidence = with_hotel(0.9, rule=rule)
    gated = passed(replace(evidence, city=replace(evidence.city, harm=WEIGHTS)))
    harm = [r for r in gated.rows["estimates"] if r["indicator_id"] == "recorded_harm_rate"]
    at = {r["level"]: r["status"] for r in harm}
    assert at["neighbourhood"] == "suppressed"
    assert at["city"] == "shown"


def test_harm_is_remembered_by_its_kinds() -> None:
    """Two late burglaries: the sum with weights would tell them as the count does."""
    rule = DisclosureRule(dominance=1.0)
    evidence = with_hotel(0.0, rule=rule)
    city = replace(evidence.city, harm=WEIGHTS)
    first = passed(replace(evidence, city=city))
    counts = {(area, "theft", 12): 40 for area in NEIGHBOURHOODS}
    counts |= {(area, "burglary", 3): 14 if area == "B2" else 12 for area in NEIGHBOURHOODS}
    counts |= {(area, "violence", 12): 20 for area in NEIGHBOURHOODS}
    later = town(incidents=incident_rows(counts), city=city)
    for earlier, reason in ((), None), ((first.release,), "earlier_release"):
        harm = [
            row["reason"]
            for row in passed(later, *earlier).rows["estimates"]
            if row["indicator_id"] == "recorded_harm_rate" and row["area_id"] == "B2"
        ]
        assert set(harm) == {reason}


def rounded(base: int) -> tuple[dict[str, list[dict[str, Any]]], Gated]:
    """Return the tables of a town with small counts and harm, rounded, and what passed exactly."""
    counts = {(area, "burglary", 3): 12 + i for i, area in enumerate(NEIGHBOURHOODS)}
    counts |= {("A1", "burglary", 3): 2}
    counts |= {(area, "theft", 12): 61 + 3 * i for i, area in enumerate(NEIGHBOURHOODS)}
    counts |= {(area, "violence", 12): 31 for area in NEIGHBOURHOODS}
    city = make_city(disclosure=DisclosureRule(rounding=base), harm=WEIGHTS)
    evidence = town(incidents=incident_rows(counts), city=city)
    prepared = prepare(
        evidence, indicators(), aggregator=IbisAggregator(), rng=np.random.default_rng(1)
    )
    figures = measure(prepared)
    gated = gate(prepared, figures.rows)
    rows, _ = compare(prepared, gated.rows, figures.effects)
    exact = passed(replace(evidence, city=replace(city, disclosure=DisclosureRule())))
    return {name: table.to_pylist() for name, table in publish(rows).items()}, exact


@pytest.fixture(scope="module")
def in_fives() -> tuple[dict[str, list[dict[str, Any]]], Gated]:
    return rounded(5)


def test_every_count_is_a_multiple_and_so_is_what_rates_give_back(in_fives: Any) -> None:
    tables, _ = in_fives
    per = {one.id: float(one.per) for one in indicators() if one.per}
    own = [r for r in tables["estimates"] if r["method"] == "crude_rate"]
    assert len([r for r in own if r["n"] is not None]) > 40
    for row in own:
        assert row["n"] is None or row["n"] % 5 == 0
        if row["value"] is not None:
            count = row["value"] * row["denominator"] / per[row["indicator_id"]]
            assert count == pytest.approx(row["n"], abs=1e-6)
    assert all(row["count"] is None or row["count"] % 5 == 0 for row in tables["series"])
    harm = [r for r in tables["estimates"] if r["indicator_id"] == "recorded_harm_rate"]
    assert all(row["n"] is None or (row["n"] % 5 == 0 and row["n"] >= MIN_EVENTS) for row in harm)


def test_rounding_hides_the_same_cells_and_no_interval_comes_from_the_exact_count(
    in_fives: Any,
) -> None:
    tables, exact = in_fives
    names = ("indicator_id", "level", "area_id", "period_start", "group", "denominator_id")
    before = {
        tuple(row.get(name) for name in names): row
        for row in exact.rows["estimates"]
        if row["face"] == "recorded"
    }
    n_changed = 0
    for row in tables["estimates"]:
        old = before.get(tuple(row[name] for name in names))
        if old is None:
            continue
        assert (row["status"], row["reason"]) == (old["status"], old["reason"])
        if row["value"] is not None and old["n"] % 5:
            n_changed += 1
            assert {row[c] for c in ("value", "low", "high")}.isdisjoint(
                {old[c] for c in ("value", "low", "high")}
            )
            assert row["smoothed"] is None or row["smoothed"] != old["smoothed"]
    assert n_changed > 20


def test_weeks_and_changes_have_few_digits_and_rounded_bases(in_fives: Any) -> None:
    tables, _ = in_fives
    shown = [
        row for row in tables["trends"] if row["status"] == "shown" and row["method"] == "trend"
    ]
    assert shown
    for row in shown:
        assert row["n"] % 5 == 0
        assert row["low"] == float(f"{row['low']:.2g}")
    for row in tables["profiles"]:
        assert row["n"] % 5 == 0
        value = row["expected_count"]
        assert value is None or value == float(f"{value:.2g}")
