"""Whatever is wrong in a file ends in a problem with its place, never in a traceback."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from convive.app.ports import PackReading
from convive.catalogue.texts import languages, say
from convive.core.model import Problem, Severity
from factories.pack import (
    CITY,
    INCIDENTS,
    as_csv,
    feature,
    grid,
    incident_rows,
    square,
    write_areas,
    write_pack,
)
from factories.rows import read_with_rows

UNFILLED = re.compile(r"\{[a-z_]+(:[a-z0-9]+)?\}")


def read_with(folder: Path, data: bytes, name: str = "data.csv", **pack: str) -> PackReading:
    incidents = write_pack(folder, **pack)
    (incidents / name).write_bytes(data)
    return read_checked(folder)


def read_checked(folder: Path) -> PackReading:
    """Read, and demand that every problem can be said in every language."""
    reading = read_with_rows(folder)
    for problem in reading.problems:
        for language in languages():
            for part in ("", ".remedy"):
                text = say(f"problem.{problem.code}{part}", language, **params(problem))
                assert text, problem.code
                assert not UNFILLED.search(text), (problem.code, text)
    has_errors = any(p.severity is Severity.ERROR for p in reading.problems)
    assert (reading.evidence is None) == has_errors
    return reading


def params(problem: Problem) -> dict[str, object]:
    place = problem.place
    base = {"file": place.file, "row": place.row, "column": place.column or ""}
    return {**base, "rows": problem.rows, **problem.data}


def codes(reading: PackReading) -> set[str]:
    return {problem.code for problem in reading.problems}


def found(reading: PackReading, code: str) -> Problem:
    return next(problem for problem in reading.problems if problem.code == code)


def used(reading: PackReading) -> int:
    assert reading.evidence is not None, reading.problems
    return reading.evidence.incidents.n


GOOD = as_csv(incident_rows(40))


def test_a_good_pack_has_no_problem(tmp_path: Path) -> None:
    reading = read_with(tmp_path, GOOD.encode())
    assert reading.problems == ()
    assert used(reading) == 40


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "FILE_EMPTY"),
        (b"\n\n\n", "FILE_EMPTY"),
        (b",,,,\n,,,,\n", "FILE_EMPTY"),
        (b"id,date,kind,lon,lat\n", "NO_ROWS"),
        (b"some,other,columns\n1,2,3\n", "COLUMN_MISSING"),
        (bytes(range(256)) * 40, "FILE_BINARY"),
    ],
)
def test_files_without_a_table(tmp_path: Path, data: bytes, code: str) -> None:
    assert code in codes(read_with(tmp_path, data))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1"])
def test_delimiters_and_encodings_are_found_out(
    tmp_path: Path, delimiter: str, encoding: str
) -> None:
    rows = [["Ähre", *row] if i == 0 else ["ü", *row] for i, row in enumerate(incident_rows(30))]
    reading = read_with(tmp_path, as_csv(rows, delimiter).encode(encoding))
    assert used(reading) == 30
    assert codes(reading) <= {"ENCODING_GUESSED"}


def test_a_wrong_delimiter_in_the_mapping_is_named(tmp_path: Path) -> None:
    mapping = INCIDENTS.replace("[columns]", '[format]\ndelimiter = ";"\n[columns]')
    problem = found(read_with(tmp_path, GOOD.encode(), mapping=mapping), "DELIMITER_WRONG")
    assert problem.data["found"] == ","


def test_nul_bytes_are_taken_out_and_noted(tmp_path: Path) -> None:
    reading = read_with(tmp_path, GOOD.replace("Raub", "Raub\0", 3).encode())
    assert "CHARACTERS_LOST" in codes(reading)
    assert used(reading) == 40


def test_swapped_coordinates_are_an_error_unless_said(tmp_path: Path) -> None:
    rows = [[*row[:3], row[4], row[3]] for row in incident_rows(20)]
    rows[0] = ["id", "date", "kind", "lon", "lat"]
    text = as_csv(rows).encode()
    assert found(read_with(tmp_path / "a", text), "SWAPPED_COORDINATES").rows == 20
    mapping = INCIDENTS.replace('latitude = "lat"', 'latitude = "lat"\nswap = true')
    assert used(read_with(tmp_path / "b", text, mapping=mapping)) == 20


def test_metres_without_a_projection_are_refused_with_a_guess(tmp_path: Path) -> None:
    rows = [
        row if i == 0 else [*row[:3], "390000.5", "5800000.1"]
        for i, row in enumerate(incident_rows(9))
    ]
    problem = found(read_with(tmp_path, as_csv(rows).encode()), "COORDINATES_PROJECTED")
    assert problem.data["crs"] == "EPSG:25833"


def test_dates_in_five_formats_are_read(tmp_path: Path) -> None:
    dates = [
        "2022-05-31",
        "31.05.2022",
        "31/05/2022",
        "20220531",
        "44712",
        "05/31/2022 02:30:00 PM",
    ]
    rows = incident_rows(len(dates))
    for row, date in zip(rows[1:], dates, strict=True):
        row[1] = date
    reading = read_with(tmp_path, as_csv(rows).encode())
    assert used(reading) == len(dates)
    days = {
        moment.date().isoformat()
        for moment in reading.evidence.incidents.rows["starts"].to_pylist()
    }
    assert days == {"2022-05-31"}


def test_an_order_of_day_and_month_that_nothing_settles_is_asked_for(tmp_path: Path) -> None:
    rows = [
        row if i == 0 else [row[0], "03/04/2022", *row[2:]]
        for i, row in enumerate(incident_rows(6))
    ]
    data = as_csv(rows).encode()
    assert "DATE_ORDER_UNSURE" in codes(read_with(tmp_path / "a", data))
    mapping = INCIDENTS.replace("[columns]", "[format]\nday_first = false\n[columns]")
    told = read_with(tmp_path / "b", data, mapping=mapping)
    assert {m.month for m in told.evidence.incidents.rows["starts"].to_pylist()} == {3}


def test_bad_rows_are_left_out_and_the_good_ones_kept(tmp_path: Path) -> None:
    rows = incident_rows(50)
    rows[3][1] = "soon"
    rows[4][1] = ""
    rows[5] = rows[5][:3]
    rows[6][0] = rows[7][0]
    rows[8][3] = "x"
    rows[9][2] = "Unfug"
    reading = read_with(tmp_path, as_csv(rows).encode())
    expected = {
        "BAD_DATE": 4,
        "VALUE_MISSING": 5,
        "RAGGED_ROWS": 6,
        "DUPLICATE_ID": 8,
        "BAD_NUMBER": 9,
        "UNMAPPED_CATEGORY": 10,
    }
    assert {c: found(reading, c).place.row for c in expected} == expected
    assert used(reading) == 46
    row = reading.evidence.sources.to_pylist()[0]
    assert (row["rows_read"], row["rows_used"], row["rows_rejected"]) == (50, 46, 4)


def test_63_000_blank_rows_cost_one_note(tmp_path: Path) -> None:
    reading = read_with(tmp_path, (GOOD + ",,,,\n" * 63_000).encode())
    problem = found(reading, "BLANK_ROWS")
    assert (problem.severity, problem.rows) == (Severity.NOTE, 63_000)
    assert used(reading) == 40


@pytest.mark.parametrize("name", ["data.zip", "data.csv.gz"])
def test_bombs_are_not_unpacked(tmp_path: Path, name: str) -> None:
    bomb = b"0" * (64 * 1024 * 1024)
    if name.endswith(".gz"):
        data = gzip.compress(bomb)
    else:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("bomb.csv", bomb)
        data = packed.getvalue()
    assert "ARCHIVE_BOMB" in codes(read_with(tmp_path, data, name))


@pytest.mark.parametrize("member", ["../out.csv", "/etc/out.csv", "inner.zip"])
def test_archives_that_lead_out_or_nest_are_refused(tmp_path: Path, member: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(member, GOOD)
    assert "ARCHIVE_REFUSED" in codes(read_with(tmp_path, packed.getvalue(), "data.zip"))


def test_members_of_an_archive_are_read(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("2022/a.csv", GOOD)
        archive.writestr("README.md", "words")
    assert used(read_with(tmp_path, packed.getvalue(), "data.zip")) == 40


@pytest.mark.parametrize(
    "data", [gzip.compress(GOOD.encode(), mtime=0)[:60], b"not gzip at all", b""]
)
def test_a_damaged_gzip_is_named(tmp_path: Path, data: bytes) -> None:
    assert codes(read_with(tmp_path, data, "data.csv.gz")) == {"ARCHIVE_DAMAGED"}


def test_links_out_of_the_pack_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "secret.csv"
    outside.write_text(GOOD)
    incidents = write_pack(tmp_path / "pack")
    (incidents / "data.csv").symlink_to(outside)
    assert codes(read_checked(tmp_path / "pack")) == {"FILE_OUTSIDE_PACK"}


@pytest.mark.parametrize("pattern", ["../../../*.csv", "/etc/pass*"])
def test_patterns_out_of_the_pack_are_refused(tmp_path: Path, pattern: str) -> None:
    mapping = INCIDENTS.replace('"data*"', json.dumps(pattern))
    assert "FILE_OUTSIDE_PACK" in codes(read_with(tmp_path, b"x", mapping=mapping))


def test_a_folder_a_pipe_and_a_missing_file(tmp_path: Path) -> None:
    incidents = write_pack(tmp_path / "a")
    (incidents / "data.csv").mkdir()
    assert codes(read_checked(tmp_path / "a")) == {"FILE_UNREADABLE"}
    incidents = write_pack(tmp_path / "b")
    os.mkfifo(incidents / "data.csv")
    assert codes(read_checked(tmp_path / "b")) == {"FILE_UNREADABLE"}
    write_pack(tmp_path / "c")
    assert codes(read_checked(tmp_path / "c")) == {"FILE_PATTERN_EMPTY"}


def test_a_file_name_that_is_no_utf8_can_be_printed(tmp_path: Path) -> None:
    incidents = write_pack(tmp_path)
    try:
        with open(os.fsencode(incidents) + b"/data\xff.csv", "wb") as opened:  # noqa: PTH123
            opened.write(GOOD.encode())
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    reading = read_checked(tmp_path)
    assert used(reading) == 40
    reading.evidence.incidents.rows["file"][0].as_py().encode("utf-8")


def workbook(rows: list[list[object]], title: str = "Fallzahlen_2022") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def test_an_xml_bomb_in_a_workbook_is_not_opened(tmp_path: Path) -> None:
    packed = io.BytesIO()
    source = zipfile.ZipFile(io.BytesIO(workbook([["a"], ["b"]])))
    with zipfile.ZipFile(packed, "w") as archive:
        for info in source.infolist():
            data = source.read(info)
            if info.filename.endswith("sheet1.xml"):
                bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
                data = b'<?xml version="1.0"?>' + bomb + data
            archive.writestr(info, data)
    assert codes(read_with(tmp_path, packed.getvalue(), "data.xlsx")) == {"XML_UNSAFE"}


def test_a_workbook_with_title_rows_is_read(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Title"], [], *incident_rows(12)]
    assert used(read_with(tmp_path, workbook(rows), "data.xlsx")) == 12


@pytest.mark.parametrize("name", ["data.xlsx", "data.parquet", "data.sav", "data.dta", "data.zip"])
def test_garbage_under_any_name(tmp_path: Path, name: str) -> None:
    garbage = np.random.default_rng(7).bytes(3000)
    assert codes(read_with(tmp_path, garbage, name)) <= {"TABLE_UNREADABLE", "ARCHIVE_DAMAGED"}
    assert read_checked(tmp_path).evidence is None


def test_random_bytes_never_raise(tmp_path: Path) -> None:
    rng = np.random.default_rng(20260101)
    alphabet = np.frombuffer(
        b'id,date;kind\t|"\n\r\0 lonlat0123456789.-\xff\xfe\xc3', dtype=np.uint8
    )
    incidents = write_pack(tmp_path)
    for number in range(200):
        size = int(rng.integers(1, 400))
        raw = rng.bytes(size) if number % 2 else rng.choice(alphabet, size).tobytes()
        head = b"id,date,kind,lon,lat\n" if number % 3 else b""
        (incidents / f"data{number}.csv").write_bytes(head + raw)
    assert read_checked(tmp_path).problems


# --- city.toml and mappings -----------------------------------------------------------------------


def city_problem(folder: Path, city: str, code: str) -> Problem:
    write_pack(folder, city=city)
    return found(read_checked(folder), code)


def test_a_syntax_error_names_its_line(tmp_path: Path) -> None:
    problem = city_problem(tmp_path, CITY.replace('country = "DE"', "country = "), "TOML_SYNTAX")
    assert problem.place.row == CITY.splitlines().index('country = "DE"') + 1


def test_an_unknown_key_lists_the_allowed_ones_with_its_line(tmp_path: Path) -> None:
    problem = city_problem(tmp_path, CITY.replace("label =", "lable ="), "KEY_UNKNOWN")
    assert problem.place.row == CITY.splitlines().index('label = "name"') + 1
    assert "label" in problem.data["allowed"].split(", ")
    assert problem.data["key"] == "levels.1.lable"


def test_a_missing_key_a_wrong_value_and_a_wrong_projection(tmp_path: Path) -> None:
    assert (
        "crs"
        in city_problem(
            tmp_path / "a", CITY.replace('crs = "EPSG:25833"\n', ""), "KEY_MISSING"
        ).data["key"]
    )
    city_problem(tmp_path / "b", CITY.replace("2022", '"2022"'), "VALUE_INVALID")
    city_problem(tmp_path / "c", CITY.replace("EPSG:25833", "EPSG:4326"), "CRS_NOT_METRES")
    city_problem(tmp_path / "d", CITY.replace("EPSG:25833", "EPSG:0"), "CRS_UNKNOWN")
    city_problem(tmp_path / "e", CITY.replace("analysis = true", ""), "ANALYSIS_LEVEL")
    city_problem(tmp_path / "f", CITY.replace("Europe/Berlin", "Europe/Bielefeld"), "VALUE_INVALID")


def test_no_pack_at_all(tmp_path: Path) -> None:
    assert codes(read_checked(tmp_path)) == {"PACK_MISSING"}
    assert codes(read_checked(tmp_path / "nowhere")) == {"PACK_MISSING"}


def test_source_ids_are_unique(tmp_path: Path) -> None:
    incidents = write_pack(tmp_path)
    (incidents / "data.csv").write_text(GOOD)
    (incidents / "second.toml").write_text(INCIDENTS)
    assert "DUPLICATE_SOURCE" in codes(read_checked(tmp_path))


# --- territory ------------------------------------------------------------------------------------


def with_areas(folder: Path, features: list[dict[str, object]], city: str = CITY) -> PackReading:
    incidents = write_pack(folder, city=city)
    (incidents / "data.csv").write_text(GOOD)
    write_areas(folder / "territory" / "areas.geojson", features)
    return read_checked(folder)


def test_duplicate_codes_need_dissolve(tmp_path: Path) -> None:
    areas = [*grid(), feature("A00", square(2, 0))]
    assert codes(with_areas(tmp_path / "a", areas)) == {"DUPLICATE_AREA"}
    joined = with_areas(tmp_path / "b", areas, CITY + "dissolve = true\n")
    assert joined.evidence.areas.num_rows == 5


def test_overlaps_are_named(tmp_path: Path) -> None:
    slight = with_areas(
        tmp_path / "a",
        [*grid()[:3], feature("A11", square(1, 1, 0.101)), feature("B", square(2, 1))],
    )
    problem = found(slight, "AREAS_OVERLAP")
    assert problem.severity is Severity.WARNING
    assert "A11 / B" in problem.data["areas"]
    twice = with_areas(tmp_path / "b", [*grid(), feature("B", square(0, 0))])
    assert found(twice, "AREAS_OVERLAP").severity is Severity.ERROR


def test_holes_are_named(tmp_path: Path) -> None:
    ring = [
        feature(f"R{c}{r}", square(c, r)) for c in range(3) for r in range(3) if (c, r) != (1, 1)
    ]
    assert found(with_areas(tmp_path, ring), "AREAS_HAVE_HOLES").data["n"] == 1


def test_areas_that_do_not_cover_the_level_above(tmp_path: Path) -> None:
    level = '[[levels]]\nid = "part"\nname = "Part"\nfile = "territory/parts.geojson"\n'
    level += 'code = "code"\nanalysis = true\n'
    city = CITY.replace("analysis = true\n", "") + level
    incidents = write_pack(tmp_path, city=city)
    (incidents / "data.csv").write_text(GOOD)
    write_areas(tmp_path / "territory" / "parts.geojson", grid()[:3])
    reading = read_checked(tmp_path)
    assert "AREAS_DO_NOT_COVER" in codes(reading)
    rows = reading.evidence.areas.to_pylist()
    assert {r["parent_id"] for r in rows if r["level"] == "part"} == {"A00", "A01", "A10"}


def test_a_bow_tie_is_mended(tmp_path: Path) -> None:
    ring = square(2, 0)[0]
    bow = [[ring[0], ring[2], ring[1], ring[3], ring[0]]]
    reading = with_areas(tmp_path, [*grid(), feature("X", bow)])
    assert found(reading, "AREA_GEOMETRY_MENDED").severity is Severity.NOTE
    assert reading.evidence is not None


def test_metres_in_geojson_without_projection_are_refused(tmp_path: Path) -> None:
    shifted = [[[x * 30000, y * 100000] for x, y in square(0, 0)[0]]]
    assert codes(with_areas(tmp_path, [feature("A", shifted)])) == {"PROJECTION_MISSING"}


def test_a_driver_other_than_the_name_says_is_not_tried(tmp_path: Path) -> None:
    write_pack(tmp_path)
    vrt = "<OGRVRTDataSource><OGRVRTLayer name='a'/></OGRVRTDataSource>"
    (tmp_path / "territory" / "areas.geojson").write_text(vrt)
    assert codes(read_checked(tmp_path)) >= {"NOT_GEODATA"}
