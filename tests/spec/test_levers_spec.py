"""Findings on areas because of fear carry the lever; where areas are not it, they lead nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from convive.core.diagnosis import front_statements
from convive.core.model import Finding
from factories.diagnosis import SHOWN, Tables, contrast, face, findings_of, gap, planted, trend

FEARFUL = [face("n05", "felt", 2.0, 0.001)]


def split(lever: str, **more: Any) -> dict[str, Any]:
    return {
        "indicator_id": "unsafe_dark_share", "wave": "2025", "source_id": "survey",
        "period_start": date(2025, 5, 1), "lever": lever, "n": 3000, **SHOWN, **more,
    }  # fmt: skip


def one(code: str, tables: Tables) -> Finding:
    given = {"areas": planted()["areas"], **tables}
    return next(f for f in findings_of(given) if f.code == code)


@pytest.mark.parametrize("lever", ["places", "people", "both", "neither", "cannot_tell"])
def test_an_area_that_feels_unsafe_carries_the_lever(lever: str) -> None:
    found = one("area_above", {"faces": FEARFUL, "variance_splits": [split(lever)]})
    assert f"lever_{lever}" in found.caveats
    assert found.params["lever"] == lever
    assert [(e.table, e.n) for e in found.evidence][-1] == ("variance_splits", 3000)


@pytest.mark.parametrize(
    ("lever", "is_held_back"),
    [("places", False), ("both", False), ("cannot_tell", False), ("people", True), ("neither", True)],
)  # fmt: skip
def test_it_leads_only_where_areas_can_be_the_lever(lever: str, is_held_back: bool) -> None:
    plain = one("area_above", {"faces": FEARFUL})
    found = one("area_above", {"faces": FEARFUL, "variance_splits": [split(lever)]})
    assert (found.importance < plain.importance) is is_held_back
    row = {
        "code": found.code, "level": found.level, "certainty": found.certainty, "faces": ["felt"],
        "indicator_ids": found.indicator_ids, "params": found.params, "caveats": found.caveats,
    }  # fmt: skip
    told = [key for key, _ in front_statements([row])]
    assert told == ([] if is_held_back else ["headline.unsafe_areas"])


def test_the_test_itself_stays_as_it_was() -> None:
    found = one("area_above", {"faces": FEARFUL, "variance_splits": [split("people")]})
    assert (found.certainty, found.q) == ("strong", 0.001)


def test_only_a_gap_in_which_fear_is_the_worse_face_carries_it() -> None:
    splits = [split("people")]
    worse = {"gaps": [gap("n05", "recorded", "felt", 2.0, 0.001)], "variance_splits": splits}
    better = {"gaps": [gap("n05", "recorded", "felt", -2.0, 0.001)], "variance_splits": splits}
    assert "lever_people" in one("gap_felt_above_recorded", worse).caveats
    assert not one("gap_recorded_above_felt", better).caveats[-1].startswith("lever_")


def test_areas_in_which_fear_rises_carry_it_and_the_city_does_not() -> None:
    of_area = [trend("unsafe_dark_share", "n05", 9.0, 0.001)]
    of_city = [trend("unsafe_dark_share", "ribera", 9.0, 0.001)]
    splits = [split("neither")]
    assert (
        "lever_neither" in one("trend_rise", {"trends": of_area, "variance_splits": splits}).caveats
    )
    found = one("trend_rise", {"trends": of_city, "variance_splits": splits})
    assert "lever_neither" not in found.caveats


def test_many_areas_together_carry_it_too() -> None:
    many = [face(f"n{i:02d}", "felt", 2.0, 0.001) for i in range(1, 6)]
    rises = [trend("unsafe_dark_share", f"n{i:02d}", 9.0, 0.001) for i in range(1, 6)]
    splits = [split("people")]
    assert "lever_people" in one("areas_above", {"faces": many, "variance_splits": splits}).caveats
    found = one("trend_rise_areas", {"trends": rises, "variance_splits": splits})
    assert "lever_people" in found.caveats


def test_records_and_differences_between_groups_do_not() -> None:
    tables = {
        "faces": [face("n05", "recorded", 2.0, 0.001)],
        "contrasts": [contrast("unsafe_dark_share", "sex", "female", "male", 12.0)],
        "variance_splits": [split("people")],
    }
    for code in ("area_above", "group_difference"):
        assert not [c for c in one(code, tables).caveats if c.startswith("lever_")]


def test_a_refused_split_cannot_tell_and_none_says_nothing() -> None:
    refused = split("cannot_tell", status="unavailable", reason="multilevel_too_few", n=None)
    found = one("area_above", {"faces": FEARFUL, "variance_splits": [refused]})
    assert "lever_cannot_tell" in found.caveats
    plain = one("area_above", {"faces": FEARFUL})
    assert "lever" not in plain.params


def test_the_newest_wave_that_can_be_told_counts() -> None:
    rows = [
        split("places", wave="2023", period_start=date(2023, 5, 1)),
        split("people"),
        split("cannot_tell", source_id="other", period_start=date(2026, 1, 1),
              status="unavailable", reason="no_groups"),
    ]  # fmt: skip
    found = one("area_above", {"faces": FEARFUL, "variance_splits": rows})
    assert "lever_people" in found.caveats
