"""The one gate: what it hides, and that nothing hidden can be worked out again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from convive.app.assess import compare, measure, prepare
from convive.app.ports import Evidence
from convive.app.publish import FIGURES, Gated, gate, publish
from convive.catalogue.find import indicators
from convive.core.errors import DisclosureError
from convive.core.model import DisclosureRule
from convive.store import IbisAggregator
from factories.evidence import NEIGHBOURHOODS, incident_rows, make_city, town

MIN_COUNT = 5


def passed(evidence: Evidence) -> tuple[Gated, dict[str, list[dict[str, Any]]]]:
    """Return what came through the gate and what went in."""
    prepared = prepare(
        evidence, indicators(), aggregator=IbisAggregator(), rng=np.random.default_rng(1)
    )
    figures = measure(prepared)
    return gate(prepared, figures.rows), figures.rows


def thin_town(**changes: Any) -> Evidence:
    """Return a town in which one neighbourhood has two burglaries a year."""
    counts = {(area, "burglary", 3): 12 + i for i, area in enumerate(NEIGHBOURHOODS)}
    counts[("A1", "burglary", 3)] = 2
    counts |= {(area, "theft", 12): 60 for area in NEIGHBOURHOODS}
    counts |= {(area, "violence", 12): 20 for area in NEIGHBOURHOODS}
    return town(incidents=incident_rows(counts), **changes)


def burglary(rows: list[dict[str, Any]], level: str) -> dict[tuple[str, int], dict[str, Any]]:
    return {
        (row["area_id"], row["period_start"].year): row
        for row in rows
        if row["indicator_id"] == "burglary_rate"
        and row["level"] == level
        and row["dimension"] == "all"
    }


def test_a_small_count_and_everything_made_from_it_is_hidden() -> None:
    gated, _ = passed(thin_town())
    row = burglary(gated.rows["estimates"], "neighbourhood")[("A1", 2024)]
    assert (row["status"], row["reason"]) == ("suppressed", "small_count")
    assert all(row[name] is None for name in FIGURES["estimates"])


def test_the_hidden_count_cannot_be_had_by_subtraction() -> None:
    gated, raw = passed(thin_town())
    shown = burglary(gated.rows["estimates"], "neighbourhood")
    truth = burglary(raw["estimates"], "neighbourhood")
    for year in (2023, 2024):
        hidden = [a for a in NEIGHBOURHOODS if a[0] == "A" and shown[(a, year)]["n"] is None]
        assert "A1" in hidden
        assert len(hidden) >= 2
        assert sum(truth[(a, year)]["n"] for a in hidden) >= MIN_COUNT


def test_what_is_public_already_is_shown() -> None:
    evidence = thin_town(public_sources={"police": {"en": "Published street by street"}})
    gated, _ = passed(evidence)
    assert burglary(gated.rows["estimates"], "neighbourhood")[("A1", 2024)]["n"] == 2
    assert gated.record["public_sources"] == ["police"]


def test_series_and_estimates_share_one_decision() -> None:
    gated, _ = passed(thin_town())
    by_key = {
        (row["indicator_id"], row["level"], row["area_id"], row["period_start"]): row["status"]
        for row in gated.rows["estimates"]
        if row["dimension"] == "all" and row["face"] == "recorded"
    }
    for row in gated.rows["series"]:
        key = (row["indicator_id"], row["level"], row["area_id"], row["period_start"])
        if row["period_kind"] == "year" and key in by_key:
            assert row["status"] == by_key[key]


def test_no_trend_gives_away_a_hidden_year() -> None:
    gated, _ = passed(thin_town())
    row = next(
        row
        for row in gated.rows["trends"]
        if row["indicator_id"] == "burglary_rate" and row["area_id"] == "A1"
    )
    assert row["status"] != "shown"
    assert row.get("n") is None


def test_nothing_that_is_not_shown_carries_a_figure() -> None:
    evidence = thin_town()
    prepared = prepare(
        evidence, indicators(), aggregator=IbisAggregator(), rng=np.random.default_rng(1)
    )
    figures = measure(prepared)
    gated = gate(prepared, figures.rows)
    rows, _ = compare(prepared, gated.rows, figures.effects)
    for name, table in publish(rows).items():
        for row in table.to_pylist():
            if row.get("status") == "suppressed":
                assert row["reason"]
                assert all(row[column] is None for column in FIGURES[name])


def test_an_ungated_figure_is_refused() -> None:
    row = {"status": "suppressed", "reason": "small_count", "value": 1.0}
    with pytest.raises(DisclosureError, match="PUBLISH_NOT_GATED"):
        publish({"estimates": [row]})


def notes(counts: dict[tuple[str | None, str], int]) -> list[dict[str, Any]]:
    """Return notes: (neighbourhood or none, theme) → so many."""
    keys = [key for key, n in counts.items() for _ in range(n)]
    return [
        {
            "source_id": "talks",
            "note_id": str(i),
            "area_level": None if area is None else "neighbourhood",
            "area_id": area,
            "theme": theme,
            "face": "felt",
            "direction": "worse",
        }
        for i, (area, theme) in enumerate(keys)
    ]


def themes(level: str, counts: dict[tuple[str | None, str], int], **rule: int) -> dict[str, Any]:
    city = make_city(disclosure=DisclosureRule(**rule))
    gated, _ = passed(town(notes=notes(counts), city=city))
    return {r["area_id"]: r["n"] for r in gated.rows["themes"] if r["level"] == level}


def test_themes_have_a_threshold_of_their_own() -> None:
    counts = {("A1", "lighting"): 3, ("A2", "lighting"): 4, ("A3", "lighting"): 1}
    counts |= {("A4", "lighting"): 1}
    below = themes("neighbourhood", counts)
    assert (below["A1"], below["A2"], below["A3"], below["B1"]) == (3, 4, None, None)
    assert set(themes("neighbourhood", counts, min_notes=5).values()) == {None}
    assert themes("district", counts, min_notes=5)["A"] == 9


def test_a_theme_too_thin_for_neighbourhoods_is_told_of_the_district() -> None:
    counts = {(area, "lighting"): 1 for area in NEIGHBOURHOODS} | {(None, "lighting"): 2}
    assert themes("city", counts) == {"testville": 12}
    assert themes("district", counts) == {"A": 5, "B": 5}
    assert set(themes("neighbourhood", counts).values()) == {None}


def test_no_hidden_note_is_the_rest_of_what_is_shown() -> None:
    counts = {("A1", "noise"): 2, ("B1", "noise"): 9}
    assert themes("city", counts) == {"testville": 11}
    assert themes("district", counts) == {"A": None, "B": None}
    full = {(f"A{i}", "noise"): 2 for i in range(1, 6)}  # 10 = five times the most that is hidden
    assert themes("district", full)["A"] is None


def test_no_note_and_one_note_look_the_same() -> None:
    gated, _ = passed(
        town(notes=notes({("A1", "noise"): 1, ("B1", "noise"): 1, (None, "noise"): 5}))
    )
    rows = [row for row in gated.rows["themes"] if row["level"] == "neighbourhood"]
    assert {row["area_id"] for row in rows} == set(NEIGHBOURHOODS)
    assert {(row["n"], row["status"], row["reason"]) for row in rows} == {
        (None, "suppressed", "small_count")
    }
