"""Every family of evidence, from small files to the normalised tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyreadstat
import pytest
from pyarrow import parquet

from convive.app import tables
from convive.app.ports import Evidence, PackReading
from convive.app.schema import check_table
from convive.core.model import Severity
from factories.pack import CITY, INCIDENTS, as_csv, incident_rows, write_pack
from factories.rows import read_with_rows

SOURCE = """
[source]
id = "{id}"
title = {{ en = "T" }}
owner = "O"
licence = "L"
files = ["{files}"]
"""
TABLES = (*tables.EVIDENCE_TABLES, tables.AREAS, tables.SOURCES, tables.QUALITY)


def build(folder: Path, family: str, mapping: str, files: str = "d*") -> Path:
    """Write a pack with one source of a family and return the folder for its files."""
    (folder / "police.toml").parent.mkdir(parents=True, exist_ok=True)
    incidents = write_pack(folder)
    (incidents / "police.toml").unlink()
    base = folder / "evidence" / family
    base.mkdir(exist_ok=True)
    (base / "source.toml").write_text(
        mapping.replace("#SOURCE", SOURCE.format(id=family, files=files))
    )
    return base


def read(folder: Path) -> PackReading:
    reading = read_with_rows(folder)
    if reading.evidence is not None:
        for spec in TABLES:
            check_table(spec, table_of(reading.evidence, spec.name))
    return reading


def table_of(evidence: Evidence, name: str) -> pa.Table:
    """Return a table of evidence, incidents as they were read."""
    rows = evidence.incidents.rows
    assert rows is not None
    return rows if name == "incidents" else getattr(evidence, name)


def evidence(folder: Path) -> Evidence:
    reading = read(folder)
    assert reading.evidence is not None, reading.problems
    return reading.evidence


def codes(reading: PackReading) -> set[str]:
    return {problem.code for problem in reading.problems}


# --- incidents ------------------------------------------------------------------------------------


def test_time_ranges_areas_and_targets(tmp_path: Path) -> None:
    mapping = """#SOURCE
[columns]
starts = ["from", "h1"]
ends = ["to", "h2"]
constant_category = "bicycle_theft"
area = "lor"
area_level = "area"
area_pad = 3
target = "frame"
"""
    text = "from;h1;to;h2;lor;frame\n01.05.2022;08;01.05.2022;18;A00;x9\n02.05.2022;22;01.05.2022;6;A01;x9\n"
    (build(tmp_path, "incidents", mapping) / "d.csv").write_text(text)
    rows = evidence(tmp_path).incidents.rows.to_pylist()
    assert [str(r["starts"]) for r in rows] == ["2022-05-01 08:00:00", "2022-05-02 22:00:00"]
    assert [str(r["ends"]) for r in rows] == ["2022-05-01 18:00:00", "None"]
    assert [r["precision"] for r in rows] == ["hour", "hour"]
    assert [r["target_id"] for r in rows] == ["x9", "x9"]
    assert [r["area_id"] for r in rows] == ["A00", "A01"]
    assert codes(read(tmp_path)) == {"RANGE_BACKWARD"}


def test_months_projected_points_and_decimal_commas(tmp_path: Path) -> None:
    mapping = """#SOURCE
[columns]
month = "m"
category = "c"
x = "x"
y = "y"
crs = "EPSG:25833"
[categories]
crosswalk = "data_police_uk"
"""
    text = "m;c;x;y\n2022-05;Burglary;362000,5;5764000,5\n2022-06;Robbery;;\n"
    (build(tmp_path, "incidents", mapping) / "d.csv").write_text(text)
    rows = evidence(tmp_path).incidents.rows.to_pylist()
    assert [r["category"] for r in rows] == ["burglary", "robbery"]
    assert [r["precision"] for r in rows] == ["month", "month"]
    assert rows[0]["longitude"] == pytest.approx(13.0, abs=0.05)
    assert rows[0]["latitude"] == pytest.approx(52.0, abs=0.05)
    assert rows[1]["longitude"] is None


def test_parquet_gives_the_same_rows_as_csv(tmp_path: Path) -> None:
    rows = incident_rows(20)
    typed = pa.table(
        {
            "id": [r[0] for r in rows[1:]],
            "date": pa.array([date.fromisoformat(r[1]) for r in rows[1:]]),
            "kind": pa.array([r[2] for r in rows[1:]]).dictionary_encode(),
            "lon": [float(r[3]) for r in rows[1:]],
            "lat": [float(r[4]) for r in rows[1:]],
        }
    )
    parquet.write_table(typed, write_pack(tmp_path / "a") / "data.parquet")
    (write_pack(tmp_path / "b") / "data.csv").write_text(as_csv(rows))
    columns = [c for c in tables.INCIDENTS.column_names if c not in ("file", "row")]
    one, two = (evidence(tmp_path / n).incidents.rows.select(columns).to_pylist() for n in "ab")
    assert one == two


def test_the_same_pack_gives_the_same_tables_and_digests(tmp_path: Path) -> None:
    (write_pack(tmp_path) / "data.csv").write_text(as_csv(incident_rows(30)))
    first, second = evidence(tmp_path), evidence(tmp_path)
    assert all(table_of(first, s.name).equals(table_of(second, s.name)) for s in TABLES)
    assert first.inputs == second.inputs
    paths = [one["path"] for one in first.inputs]
    assert paths == sorted(paths)
    assert {"city.toml", "evidence/incidents/data.csv", "territory/areas.geojson"} <= set(paths)


def test_sources_that_are_public_already(tmp_path: Path) -> None:
    mapping = INCIDENTS.replace(
        "[columns]", 'already_public = true\npublic_reason = "Portal"\n[columns]'
    )
    (write_pack(tmp_path, mapping=mapping) / "data.csv").write_text(as_csv(incident_rows(3)))
    assert evidence(tmp_path).public_sources == {"police": {"en": "Portal"}}


# --- counts ---------------------------------------------------------------------------------------

ATLAS = """#SOURCE
[format]
sheet = "Fallzahlen_{year}"
[columns]
area = "Schlüssel"
area_level = "area"
drop_areas = ["S*"]
unassigned_areas = ["U*"]
total_area = "T"
[values]
"Straftaten -insgesamt-" = "all_recorded"
"Wohnraum-einbruch" = "burglary"
[published_rates]
sheet = "HZ_{year}"
per = 100000
"""


def atlas(path: Path, total: int = 100) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Titel"
    for year in (2021, 2022):
        for name in ("Fallzahlen", "HZ"):
            sheet = book.create_sheet(f"{name}_{year}")
            sheet.append([f"{name} der Gebiete"])
            sheet.append([])
            sheet.append(["Schlüssel", "Straftaten \n-insgesamt-", "Wohnraum-\neinbruch"])
            sheet.append(["S0", 90, 9])
            for code, n in (("A00", 40), ("A01", 30), ("A10", 15), ("A11", "-")):
                shown = n * 10.5 if name == "HZ" and n != "-" else n
                sheet.append([code, shown, 3 if n != "-" else "-"])
            sheet.append(["U1", 15, 0])
            sheet.append(["T", total, 9])
    book.save(path)


def test_counts_from_a_workbook_with_rates_and_totals(tmp_path: Path) -> None:
    atlas(build(tmp_path, "counts", ATLAS) / "d.xlsx")
    reading = read(tmp_path)
    rows = [r for r in reading.evidence.counts.to_pylist() if r["category"] == "all_recorded"]
    year = [r for r in rows if r["period_start"] == date(2022, 1, 1)]
    assert [(r["area_id"], r["count"], r["published_rate"]) for r in year] == [
        ("A00", 40, 420.0),
        ("A01", 30, 315.0),
        ("A10", 15, 157.5),
        ("A11", None, None),
        ("*", 15, None),
        ("town", 100, None),
    ]
    assert [r["area_level"] for r in year][-2:] == ["city", "city"]
    assert {r["period_end"] for r in year} == {date(2023, 1, 1)}
    assert year[0]["published_per"] == 100_000
    assert codes(reading) == {"UNASSIGNED_AREA"}
    problem = reading.problems[0]
    assert (problem.place.sheet, problem.data["incidents"]) == ("Fallzahlen_2021", 15)


def test_parts_that_do_not_add_up_are_named(tmp_path: Path) -> None:
    atlas(build(tmp_path, "counts", ATLAS) / "d.xlsx", total=101)
    problem = next(p for p in read(tmp_path).problems if p.code == "TOTAL_DIFFERS")
    assert (problem.data["total"], problem.data["parts"]) == (101, 100)


def test_long_counts_by_month_with_german_thousands(tmp_path: Path) -> None:
    mapping = """#SOURCE
[columns]
area = "g"
area_level = "area"
area_by = "label"
period = "m"
category = "d"
count = "n"
[categories.map]
"Raub" = "robbery"
"""
    text = "g;m;d;n\nAREA a00;2022-05;Raub;1.234\nArea A01;2022-06;Raub;2.000\nNirgends;2022-06;Raub;7\nArea A01;2022-07;Raub;-3\n"
    (build(tmp_path, "counts", mapping) / "d.csv").write_text(text)
    reading = read(tmp_path)
    rows = reading.evidence.counts.to_pylist()
    found = [(r["area_id"], r["count"]) for r in rows]
    assert found == [("A00", 1234), ("A01", 2000), ("A01", None)]
    assert rows[0]["period_end"] == date(2022, 6, 1)
    assert {"UNKNOWN_AREA", "NEGATIVE_VALUE"} <= codes(reading)


# --- surveys --------------------------------------------------------------------------------------

SURVEY = """age_groups = [16, 25, 65]
#SOURCE
[survey]
wave = "2022"
wave_date = 2022-05-15
missing = ["not coded"]
[columns]
respondent = "id"
weight = "w"
sex = "s"
age = "a"
[items.feel_safe_day]
column = "q"
[items.feel_safe_day.answers]
"very safe" = "very_safe"
"or very unsafe" = "very_unsafe"
"""
ANSWERS = "id,w,s,a,q\n901,1.5,female,24,Very safe\n902,,male,40,or very unsafe\n903,0.5,male,65,not coded\n904,1,x,15,maybe\n901,1,male,30,very safe\n"


def test_a_survey_with_labels_weights_and_groups(tmp_path: Path) -> None:
    (build(tmp_path, "surveys", SURVEY) / "d.csv").write_text(ANSWERS)
    reading = read(tmp_path)
    people = reading.evidence.respondents.to_pylist()
    assert [p["age_group"] for p in people] == ["16-24", "65+", "0-15"]
    assert [p["respondent"] for p in people] == [1, 3, 4]
    assert [a["answer"] for a in reading.evidence.answers.to_pylist()] == ["very_safe", None, None]
    assert codes(reading) == {"WEIGHT_MISSING", "UNKNOWN_ANSWER", "DUPLICATE_ID"}
    assert not any("901" in str(row) for row in people)


def test_a_survey_without_weights_is_used_with_a_warning(tmp_path: Path) -> None:
    base = build(tmp_path, "surveys", SURVEY.replace('weight = "w"\n', ""))
    (base / "d.csv").write_text(ANSWERS)
    reading = read(tmp_path)
    assert "SURVEY_NO_WEIGHTS" in codes(reading)
    assert set(reading.evidence.respondents["weight"].to_pylist()) == {1.0}


@pytest.mark.parametrize("suffix", [".sav", ".dta"])
def test_spss_and_stata_files_speak_in_labels(tmp_path: Path, suffix: str) -> None:
    frame = pd.DataFrame(
        {"id": [1.0, 2.0], "w": [1.0, 2.0], "s": [1.0, 2.0], "a": [30.0, 40.0], "q": [1.0, 2.0]}
    )
    labels = {"s": {1: "female", 2: "male"}, "q": {1: "very safe", 2: "or very unsafe"}}
    path = build(tmp_path, "surveys", SURVEY) / f"d{suffix}"
    write = pyreadstat.write_sav if suffix == ".sav" else pyreadstat.write_dta
    if suffix == ".dta":
        frame = frame.astype({"s": "int32", "q": "int32"})
    write(frame, str(path), variable_value_labels=labels)
    found = evidence(tmp_path)
    assert found.answers["answer"].to_pylist() == ["very_safe", "very_unsafe"]
    assert found.respondents["sex"].to_pylist() == ["female", "male"]


def test_a_question_of_which_no_answer_is_known_is_an_error(tmp_path: Path) -> None:
    (build(tmp_path, "surveys", SURVEY) / "d.csv").write_text("id,w,s,a,q\n1,1,male,30,foo\n")
    problem = next(p for p in read(tmp_path).problems if p.code == "UNKNOWN_ANSWER")
    assert problem.severity is Severity.ERROR


# --- statistics, observations, notes --------------------------------------------------------------


def test_statistics_refuse_negative_people_and_keep_the_rest(tmp_path: Path) -> None:
    mapping = """#SOURCE
[columns]
area = "code"
area_level = "area"
constant_year = 2022
[[values]]
column = "pop"
statistic = "residents"
[[values]]
column = "change"
statistic = "population_change"
"""
    text = "code,pop,change\nA00,1000,-5\nA01,-7,1\nA10,x,2\nA00,999,0\n"
    (build(tmp_path, "statistics", mapping) / "d.csv").write_text(text)
    reading = read(tmp_path)
    rows = [
        (r["area_id"], r["statistic"], r["value"]) for r in reading.evidence.statistics.to_pylist()
    ]
    assert ("A00", "residents", 1000.0) in rows
    assert ("A00", "population_change", -5.0) in rows
    assert not [r for r in rows if r[1] == "residents" and r[0] != "A00"]
    assert codes(reading) == {"NEGATIVE_VALUE", "BAD_NUMBER", "DUPLICATE_VALUES"}


def test_observations_become_long_with_pseudonyms(tmp_path: Path) -> None:
    mapping = """#SOURCE
[columns]
place = "p"
rater = "who"
date = "d"
time = "t"
longitude = "lon"
latitude = "lat"
[items]
lighting = "l"
openness = "o"
"""
    text = "p,who,d,t,lon,lat,l,o\nP1,Ana,2022-05-01,21:30,13.05,52.05,2,1\nP1,Bo,2022-05-01,09:00,13.05,52.05,5,\n"
    (build(tmp_path, "observations", mapping) / "d.csv").write_text(text)
    reading = read(tmp_path)
    rows = reading.evidence.observations.to_pylist()
    assert [(r["item"], r["daypart"], r["rating"]) for r in rows] == [
        ("lighting", "night", 2.0),
        ("openness", "night", 1.0),
        ("lighting", "day", None),
        ("openness", "day", None),
    ]
    assert {r["rater"] for r in rows} == {"R01", "R02"}
    assert codes(reading) == {"OUT_OF_RANGE"}


def test_notes_are_split_by_theme_and_words_stay_outside(tmp_path: Path) -> None:
    mapping = """#SOURCE
[columns]
id = "n"
date = "d"
area = "a"
area_level = "area"
theme = "t"
constant_face = "felt"
direction = "w"
[directions]
"peor" = "worse"
"""
    text = (
        "n,d,a,t,w,words\n1,2022-05-01,A00,lighting|noise,peor,SECRET\n2,2022-05-02,A01,noise,?,x\n"
    )
    (build(tmp_path, "notes", mapping) / "d.csv").write_text(text)
    reading = read(tmp_path)
    rows = reading.evidence.notes.to_pylist()
    assert [(r["theme"], r["direction"]) for r in rows] == [
        ("lighting", "worse"),
        ("noise", "worse"),
    ]
    assert "SECRET" not in str(rows)
    assert codes(reading) == {"WORD_UNKNOWN"}


def test_a_mapping_without_what_reading_needs_is_named(tmp_path: Path) -> None:
    mapping = "#SOURCE\n[columns]\nid = 'id'\n"
    (build(tmp_path, "incidents", mapping) / "d.csv").write_text("id\n1\n")
    problems = [p for p in read(tmp_path).problems if p.code == "MAPPING_INCOMPLETE"]
    assert len(problems) == 3


def test_areas_have_size_parents_and_wgs84_geometry(tmp_path: Path) -> None:
    (write_pack(tmp_path, city=CITY) / "data.csv").write_text(as_csv(incident_rows(3)))
    rows = {r["area_id"]: r for r in evidence(tmp_path).areas.to_pylist()}
    assert set(rows) == {"town", "A00", "A01", "A10", "A11"}
    assert rows["A00"]["parent_id"] == "town"
    total = sum(rows[code]["area_km2"] for code in rows if code != "town")
    assert rows["town"]["area_km2"] == pytest.approx(total, rel=1e-6)
    assert rows["A00"]["area_km2"] == pytest.approx(76.3, rel=0.01)
    assert np.isclose(rows["A00"]["longitude"], 13.05, atol=0.05)
