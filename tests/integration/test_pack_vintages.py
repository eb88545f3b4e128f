"""Older boundaries in a pack: counts and residents are shared out, the rest keeps to what is sure."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from convive.app import tables
from convive.app.ports import Evidence
from convive.app.schema import check_table
from convive.connectors.city_pack import read_pack
from factories.pack import CITY, SIDE, SOUTH, WEST, feature, square, write_areas, write_pack

VINTAGE = """
[[levels.vintages]]
id = "2011"
file = "territory/old.geojson"
code = "code"
"""
PIECES = """
[levels.vintages.pieces]
file = "territory/pieces.csv"
old = "old"
new = "new"
weight = "people"
"""
SOURCE = """
[source]
id = "{id}"
title = "T"
owner = "O"
licence = "L"
files = ["data.csv"]

[columns]
area = "area"
area_level = "area"
area_vintage = "2011"
"""


def _tall(column: int) -> list[list[list[float]]]:
    """Return the ring of a whole column of the grid: two of today's areas, once one."""
    x, y, top = WEST + column * SIDE, SOUTH, SOUTH + 2 * SIDE
    return [[[x, y], [x + SIDE, y], [x + SIDE, top], [x, top], [x, y]]]


def _pack(folder: Path, family: str, mapping: str, data: str, *, pieces: str = "") -> Path:
    """Write a town whose western two areas were one in 2011 and whose eastern two are as ever."""
    incidents = write_pack(folder, city=CITY + VINTAGE + (PIECES if pieces else ""))
    (incidents / "police.toml").unlink()
    old = [feature("W", _tall(0)), feature("A10", square(1, 0)), feature("A11", square(1, 1))]
    write_areas(folder / "territory" / "old.geojson", old)
    if pieces:
        (folder / "territory" / "pieces.csv").write_text(pieces)
    base = folder / "evidence" / family
    base.mkdir(parents=True, exist_ok=True)
    (base / "source.toml").write_text(mapping)
    (base / "data.csv").write_text(data)
    return folder


def _evidence(folder: Path) -> Evidence:
    reading = read_pack(folder)
    assert reading.evidence is not None, reading.problems
    for spec in (tables.COUNTS, tables.STATISTICS, tables.RESPONDENTS):
        check_table(spec, getattr(reading.evidence, spec.name))
    return reading.evidence


COUNTS = (
    SOURCE.format(id="atlas")
    + 'constant_year = 2012\ncategory = "kind"\ncount = "n"\n[categories.map]\n"Raub" = "robbery"\n'
)


def test_counts_of_a_split_area_are_shared_out_and_marked(tmp_path: Path) -> None:
    evidence = _evidence(
        _pack(tmp_path, "counts", COUNTS, "area,kind,n\nW,Raub,11\nA10,Raub,4\nA11,Raub,\n")
    )
    rows = {row["area_id"]: row for row in evidence.counts.to_pylist()}
    assert {row["area_level"] for row in rows.values()} == {"area"}
    assert rows["A00"]["count"] + rows["A01"]["count"] == 11
    assert rows["A00"]["older_area"] == rows["A01"]["older_area"] == "area@2011/W"
    assert rows["A10"]["count"] == 4
    assert rows["A10"]["older_area"] is None
    assert rows["A11"]["count"] is None, "withheld stays withheld"
    assert "shared_out" in evidence.quality.column("code").to_pylist()


def test_pieces_say_better_than_the_ground_where_people_are(tmp_path: Path) -> None:
    pieces = "old,new,people\nW,A00,90\nW,A01,10\nA10,A10,5\nA11,A11,5\n"
    data = "area,kind,n\nW,Raub,20\n"
    evidence = _evidence(_pack(tmp_path, "counts", COUNTS, data, pieces=pieces))
    counted = {row["area_id"]: row["count"] for row in evidence.counts.to_pylist()}
    assert counted == {"A00": 18, "A01": 2}


def test_pieces_may_come_as_parquet(tmp_path: Path) -> None:
    data = "area,kind,n\nW,Raub,20\n"
    folder = _pack(tmp_path, "counts", COUNTS, data, pieces="old,new,people\n")
    city = folder / "city.toml"
    city.write_text(city.read_text().replace("pieces.csv", "pieces.parquet"))
    rows = {"old": ["W", "W"], "new": ["A00", "A01"], "people": [90, 10]}
    parquet.write_table(pa.table(rows), folder / "territory" / "pieces.parquet")
    counted = {row["area_id"]: row["count"] for row in _evidence(folder).counts.to_pylist()}
    assert counted == {"A00": 18, "A01": 2}


def test_residents_are_shared_out_and_shares_are_not(tmp_path: Path) -> None:
    mapping = SOURCE.format(id="census") + (
        'constant_year = 2012\n[[values]]\ncolumn = "people"\nstatistic = "residents"\n'
        '[[values]]\ncolumn = "jobless"\nstatistic = "unemployment"\n'
    )
    data = "area,people,jobless\nW,1000,12.5\nA10,400,8\nA11,300,9\n"
    evidence = _evidence(_pack(tmp_path, "statistics", mapping, data))
    values = {
        (row["statistic"], row["area_id"]): row["value"] for row in evidence.statistics.to_pylist()
    }
    assert values["residents", "A00"] == pytest.approx(500, rel=0.01)
    assert values["residents", "A00"] + values["residents", "A01"] == pytest.approx(1000)
    assert values["unemployment", "A00"] is None
    assert values["unemployment", "A10"] == 8
    assert "share_not_carried" in evidence.quality.column("code").to_pylist()


def test_a_respondent_of_a_split_area_keeps_the_answers_but_no_area(tmp_path: Path) -> None:
    mapping = SOURCE.format(id="panel") + (
        '[survey]\nwave = "2012"\nwave_date = 2012-05-01\n'
        '[items.feel_safe_dark]\ncolumn = "safe"\n'
        '[items.feel_safe_dark.answers]\n"yes" = "very_safe"\n"no" = "very_unsafe"\n'
    )
    evidence = _evidence(_pack(tmp_path, "surveys", mapping, "area,safe\nW,yes\nA10,no\n"))
    assert evidence.respondents.column("area_id").to_pylist() == [None, "A10"]
    assert "area_split" in evidence.quality.column("code").to_pylist()


def test_an_unknown_vintage_and_one_without_outlines_are_said(tmp_path: Path) -> None:
    folder = _pack(
        tmp_path / "a", "counts", COUNTS.replace('"2011"', '"2001"'), "area,kind,n\nW,Raub,1\n"
    )
    codes = {(problem.code, problem.data.get("key")) for problem in read_pack(folder).problems}
    assert ("VALUE_INVALID", "columns.area_vintage") in codes
    bare = _pack(tmp_path / "b", "counts", COUNTS, "area,kind,n\nW,Raub,1\n")
    (bare / "territory" / "old.csv").write_text("code\nW\nA10\nA11\n")
    city = bare / "city.toml"
    city.write_text(city.read_text().replace("territory/old.geojson", "territory/old.csv"))
    assert "VINTAGE_NEEDS_OUTLINES" in {problem.code for problem in read_pack(bare).problems}


def test_ground_outside_the_present_town_is_said(tmp_path: Path) -> None:
    folder = _pack(tmp_path, "counts", COUNTS, "area,kind,n\nW,Raub,10\n")
    path = folder / "territory" / "old.geojson"
    old = json.loads(path.read_text())
    ring = old["features"][0]["geometry"]["coordinates"][0]
    ring[0][0] = ring[3][0] = ring[4][0] = WEST - SIDE / 2
    path.write_text(json.dumps(old))
    reading = read_pack(folder)
    assert "VINTAGE_LOSES_GROUND" in {problem.code for problem in reading.problems}
    assert reading.evidence is not None
    assert sum(row["count"] for row in reading.evidence.counts.to_pylist()) == 10
