"""Harm-weighted rates in the audit, the gate before them, and the share without a category."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from convive.app.assess import Prepared, measure, parameters, prepare
from convive.app.harm_cells import hidden_harm
from convive.app.ports import Evidence
from convive.app.publish import FIGURES, gate
from convive.app.withdrawal import falls_with
from convive.catalogue.find import indicators
from convive.core.harm import harm_rate
from convive.core.model import HarmWeights
from convive.store import IbisAggregator
from factories.evidence import NEIGHBOURHOODS, incident_rows, make_city, town

WEIGHTS = {"burglary": 20.0, "theft": 2.0, "violence": 40.0}
RESIDENTS = 40_000.0


def weights(given: Mapping[str, float] = WEIGHTS) -> HarmWeights:
    text = {"en": "points"}
    return HarmWeights("test", 1, text, given, "A test", "Somebody", "2024-01-01", text)


def prepared(evidence: Evidence) -> Prepared:
    return prepare(
        evidence, indicators(), aggregator=IbisAggregator(), rng=np.random.default_rng(1)
    )


def harm_rows(rows: list[dict[str, Any]], level: str) -> list[dict[str, Any]]:
    return [r for r in rows if r["indicator_id"] == "recorded_harm_rate" and r["level"] == level]


def with_harm(given: Mapping[str, float] = WEIGHTS, **changes: Any) -> Evidence:
    return town(city=make_city(harm=weights(given)), **changes)


def test_without_weights_there_is_no_harm_figure() -> None:
    found = measure(prepared(town()))
    assert not harm_rows(found.rows["estimates"], "city")
    assert "harm_unweighted" not in {row["code"] for row in found.rows["quality"]}


def test_the_city_figure_is_the_weighted_sum_over_its_residents() -> None:
    ready = prepared(with_harm())
    (row, _) = harm_rows(measure(ready).rows["estimates"], "city")
    counts = [sum(6 + i for i in range(10)), sum(40 + 10 * i for i in range(10)), 120]
    expected = harm_rate([counts], [20.0, 2.0, 40.0], [RESIDENTS])
    assert row["value"] == pytest.approx(expected.rate[0])
    assert (row["low"], row["high"]) == pytest.approx((expected.low[0], expected.high[0]))
    assert (row["n"], row["status"]) == (sum(counts), "shown")
    assert parameters(ready)["harm"]["author"] == "Somebody"


def reworked(rows: list[dict[str, Any]], fallen: frozenset[str]) -> float | None:
    """What somebody gets who multiplies the published counts with the published weights."""
    counts = {
        row["indicator_id"]: row["n"]
        for row in rows
        if row["level"] == "city" and row["status"] == "shown" and row["indicator_id"] not in fallen
    }
    named = {"burglary": "burglary_rate", "theft": "theft_rate", "violence": "violence_rate"}
    if not set(named.values()) <= set(counts):
        return None
    total = sum(WEIGHTS[kind] * counts[name] for kind, name in named.items())
    return 1000 * total / RESIDENTS


def test_a_withdrawn_sum_of_harm_cannot_be_worked_out_from_counts_and_weights() -> None:
    ready = prepared(with_harm())
    gated = gate(ready, measure(ready).rows).rows["estimates"]
    (harm, *_) = harm_rows(gated, "city")
    span = ("period_start", "period_end", "group")
    first = [row for row in gated if all(row[name] == harm[name] for name in span)]
    assert reworked(first, frozenset()) == pytest.approx(harm["value"])
    assert reworked(first, falls_with({"recorded_harm_rate"}, indicators())) is None


def test_what_has_no_weight_is_told_and_too_much_of_it_gives_no_figure() -> None:
    few = measure(prepared(with_harm({"burglary": 20.0, "violence": 40.0}))).rows
    (row, _) = harm_rows(few["estimates"], "city")
    assert (row["status"], row["reason"], row["value"]) == ("unavailable", "harm_uncovered", None)
    (told,) = [r for r in few["quality"] if r["code"] == "harm_unweighted"]
    assert told["n"] == 2 * sum(40 + 10 * i for i in range(10))


def test_areas_are_shown_where_every_count_may_be() -> None:
    ready = prepared(with_harm())
    gated = gate(ready, measure(ready).rows).rows["estimates"]
    assert {row["status"] for row in harm_rows(gated, "neighbourhood")} == {"shown"}


def test_one_small_count_of_one_kind_hides_the_whole_level() -> None:
    counts = {(area, "burglary", 3): 12 for area in NEIGHBOURHOODS}
    counts |= {(area, "theft", 12): 60 for area in NEIGHBOURHOODS}
    counts |= {(area, "violence", 12): 20 for area in NEIGHBOURHOODS}
    counts[("A1", "burglary", 3)] = 2
    ready = prepared(with_harm(incidents=incident_rows(counts)))
    gated = gate(ready, measure(ready).rows).rows["estimates"]
    hidden = harm_rows(gated, "neighbourhood")
    assert {row["status"] for row in hidden} == {"suppressed"}
    assert {row["reason"] for row in hidden if row["area_id"] == "A1"} == {"small_count"}
    assert all(row[name] is None for row in hidden for name in FIGURES["estimates"] if name in row)
    assert {row["status"] for row in harm_rows(gated, "city")} == {"shown"}


def test_a_small_count_without_a_weight_hides_it_too() -> None:
    # Total and weighted sum are both published: their difference is the count without a weight.
    counts = {(area, "burglary", 3): 12 for area in NEIGHBOURHOODS}
    counts |= {(area, "theft", 12): 60 for area in NEIGHBOURHOODS}
    counts |= {(area, "violence", 12): 20 for area in NEIGHBOURHOODS}
    counts[("B2", "fraud", 12)] = 2
    ready = prepared(with_harm(incidents=incident_rows(counts)))
    rows = measure(ready).rows["estimates"]
    hidden = {(row["level"], row["area_id"]): why for row, why in hidden_harm(ready, rows, {})}
    assert {level for level, _ in hidden} == {"city", "district", "neighbourhood"}
    assert hidden[("neighbourhood", "B2")] == "small_count"
    assert hidden[("neighbourhood", "A1")] == "complementary"


def test_a_public_source_is_shown_as_it_is() -> None:
    counts = {(area, "burglary", 3): 12 for area in NEIGHBOURHOODS}
    counts |= {(area, "theft", 12): 60 for area in NEIGHBOURHOODS}
    counts |= {(area, "violence", 12): 20 for area in NEIGHBOURHOODS}
    counts[("A1", "burglary", 3)] = 2
    evidence = with_harm(
        incidents=incident_rows(counts), public_sources={"police": {"en": "Published"}}
    )
    ready = prepared(evidence)
    gated = gate(ready, measure(ready).rows).rows["estimates"]
    assert {row["status"] for row in harm_rows(gated, "neighbourhood")} == {"shown"}


def unmapped(rows: list[dict[str, Any]]) -> tuple[int, int, str]:
    (row,) = [r for r in rows if r["code"] == "unmapped_category"]
    return row["n"], row["base"], row["severity"]


def test_the_share_without_a_category_is_told_where_it_is_nothing() -> None:
    n_all = 2 * (sum(6 + i for i in range(10)) + sum(40 + 10 * i for i in range(10)) + 120)
    assert unmapped(measure(prepared(town())).rows["quality"]) == (0, n_all, "note")


def test_the_share_without_a_category_counts_words_left_out_on_purpose() -> None:
    rows = incident_rows({(area, "theft", 12): 20 for area in NEIGHBOURHOODS})
    for row in rows[::10]:
        row["category"] = None
    found = measure(prepared(town(incidents=rows))).rows
    assert unmapped(found["quality"]) == (40, 400, "warning")
    (source,) = [row for row in found["sources"] if row["source_id"] == "police"]
    assert "unmapped_category" in str(source["reasons"])


def counts_row(row: int, category: str | None, count: int) -> dict[str, Any]:
    return {
        "source_id": "atlas", "file": "atlas.csv", "row": row, "area_level": "district",
        "area_id": "A", "period_start": np.datetime64("2024-01-01").item(),
        "period_end": np.datetime64("2025-01-01").item(), "category_source": str(row),
        "category": category, "count": count,
    }  # fmt: skip


def test_in_a_table_with_its_own_total_what_its_parts_leave_over_has_no_category() -> None:
    # theft of vehicles stands in all theft already; the word without category is a part of it
    parts = [
        ("all_recorded", 100),
        ("all_theft", 60),
        ("vehicle_theft", 20),
        ("robbery", 10),
        (None, 15),
    ]
    rows = [counts_row(i + 2, name, n) for i, (name, n) in enumerate(parts)]
    found = measure(prepared(town(incidents=[], counts=rows))).rows
    assert unmapped(found["quality"]) == (30, 100, "warning")
