"""What a first page says: at most three statements, by one documented rule."""

from __future__ import annotations

from typing import Any

import pytest

from convive.catalogue.texts import languages, must_say, say
from convive.core.diagnosis import front_statements
from convive.core.diagnosis.front import TOLD

Row = dict[str, Any]


def row(code: str, *ids: str, level: str = "city", sure: str = "strong", **params: Any) -> Row:
    faces = ["recorded"] if ids and ids[0].endswith("_rate") else ["felt"]
    return {"code": code, "level": level, "certainty": sure, "indicator_ids": list(ids),
            "faces": faces, "params": params}  # fmt: skip


def change(code: str, indicator: str, size: float, **more: Any) -> Row:
    unit = "percent" if indicator.endswith("_rate") else "points"
    return row(code, indicator, change=size, change_unit=unit, **more)


def keys(*rows: Row, **tables: list[Row]) -> list[str]:
    return [key for key, _ in front_statements(rows, **tables)]


def test_change_then_no_change_then_the_feeling_in_areas() -> None:
    found = front_statements([
        row("areas_above", "unsafe_dark_share", n_areas=4),
        change("trend_fall", "worry_burglary_share", -14.0),
        change("trend_fall", "burglary_rate", -12.0),
        row("no_clear_change", "violence_rate", sure="likely"),
    ])  # fmt: skip
    assert " ".join(say(key, "en", **params) for key, params in found) == (
        "Burglary has fallen. Violence has not clearly changed. After dark, people feel clearly "
        "less safe in 4 neighbourhoods than in the rest of the city."
    )


def test_the_surest_change_comes_first_and_then_the_one_the_other_way() -> None:
    rows = (
        change("trend_fall", "robbery_rate", -30.0, sure="likely"),
        change("trend_fall", "burglary_rate", -12.0),
        change("trend_rise", "nuisance_rate", 5.0),
    )
    assert keys(*rows) == ["headline.burglary_rate.fall", "headline.nuisance_rate.rise"]


def test_hints_are_no_headline() -> None:
    assert keys(change("trend_rise", "burglary_rate", 30.0, sure="tentative")) == []
    assert keys() == []


def test_areas_told_one_by_one_are_counted_together() -> None:
    rows = [row("area_above", "unsafe_dark_share", level="n") for _ in range(3)]
    assert front_statements(rows) == [("headline.unsafe_areas", {"n": 3})]


@pytest.mark.parametrize(("n", "said"), [(1, "one month"), (12, "12 months")])
def test_short_records_are_said_with_their_length(n: int, said: str) -> None:
    trends = [{"indicator_id": "nuisance_rate", "level": "city", "reason": "trend_too_short"}]
    series = [{"indicator_id": "nuisance_rate", "level": "city", "period_kind": "month"}] * n
    gap = row("data_gap", sure="tentative", family="survey")
    found = front_statements([gap], trends=trends, series=series)
    assert [key for key, _ in found] == ["headline.too_short.month", "headline.no_survey"]
    assert said in say(found[0][0], "en", **found[0][1])


def test_one_kind_being_short_is_not_said_where_all_records_are_long_enough() -> None:
    trends = [
        {"indicator_id": "recorded_total_rate", "level": "city", "reason": None},
        {"indicator_id": "drugs_rate", "level": "city", "reason": "trend_too_short"},
    ]
    series = [{"indicator_id": "drugs_rate", "level": "city", "period_kind": "year"}]
    assert keys(trends=trends, series=series) == []


@pytest.mark.parametrize("language", languages())
def test_every_statement_has_its_text(language: str) -> None:
    for indicator in TOLD:
        for way in ("fall", "rise", "flat"):
            assert must_say(f"headline.{indicator}.{way}", language).endswith(".")
    for key in ("unsafe_areas", "victim_areas", "unlike_records", "recorded_areas"):
        one, many = (must_say(f"headline.{key}", language, n=n) for n in (1, 7))
        assert "7" in many
        assert "7" not in one
    for key in ("women_less_safe", "no_survey", "reference_only"):
        must_say(f"headline.{key}", language)
    for key in ("recording_changed", "recording_seems_changed"):
        must_say(f"headline.{key}", language, day="2024-03-01")
