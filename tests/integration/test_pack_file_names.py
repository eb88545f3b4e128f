"""What names of files and members of archives capture, from the pack to the tables."""

from __future__ import annotations

import io
import shutil
import zipfile
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from convive.app.ports import PackReading
from convive.catalogue.texts import languages, say
from convive.connectors.city_pack.captures import told_by
from convive.connectors.city_pack.files import PackFile, Wanted
from convive.connectors.city_pack.incident_files import told_digest
from factories.file_types import xlsx
from factories.pack import CITY, INCIDENTS, as_csv, incident_rows, write_pack
from factories.rows import read_with_rows

COUNTS = """
[source]
id = "counts"
title = "T"
owner = "O"
licence = "L"
files = [FILES]
[columns]
area = "{area}"
area_level = "area"
category = "kind"
count = "n"
PERIOD
"""
TABLE = "kind,n\nburglary,3\nrobbery,4\n"


def pack_of_counts(
    folder: Path, files: str, period: str = 'year = "{year}"', city: str = CITY
) -> Path:
    """Write a pack with one source of counts and return its folder."""
    (write_pack(folder, city=city) / "police.toml").unlink()
    base = folder / "evidence" / "counts"
    base.mkdir()
    mapping = COUNTS.replace("FILES", files).replace("PERIOD", period)
    mapping += '[categories.map]\nburglary = "burglary"\nrobbery = "robbery"\n'
    (base / "counts.toml").write_text(mapping)
    return base


def counted(reading: PackReading) -> set[tuple[str, date, str, float]]:
    """Return area, start, category and number of every count."""
    assert reading.evidence is not None, [p.code for p in reading.problems]
    rows = reading.evidence.counts.to_pylist()
    return {(r["area_id"], r["period_start"], r["category"], r["count"]) for r in rows}


def codes(reading: PackReading) -> dict[str, str]:
    """Return the file of every problem by its code, and demand that it can be said."""
    for problem in reading.problems:
        for language in languages():
            for part in ("", ".remedy"):
                assert say(f"problem.{problem.code}{part}", language, **problem.data)
    return {problem.code: problem.place.file for problem in reading.problems}


def test_area_and_year_from_names_of_files(tmp_path: Path) -> None:
    base = pack_of_counts(tmp_path, '"{area}_{year}.csv"')
    for name in ("A00_2023", "A11_2023", "A00_2024", "notes"):
        (base / f"{name}.csv").write_text(TABLE)
    found = counted(read_with_rows(tmp_path))
    assert {(area, start.year) for area, start, _, _ in found} == {
        ("A00", 2023), ("A11", 2023), ("A00", 2024),
    }  # fmt: skip
    assert len(found) == 6


def test_folders_and_members_of_archives(tmp_path: Path) -> None:
    period = 'period = "{month} {year}"'
    base = pack_of_counts(
        tmp_path, '"{area}.zip!{year}/{month}/*.csv", "{year}/{area}-{month}.csv"', period
    )
    with zipfile.ZipFile(base / "A00.zip", "w") as archive:
        archive.writestr("2023/02/a.csv", TABLE)
        archive.writestr("2023/March/b.csv", "kind,n\nburglary,5\n")
        archive.writestr("2023/total.csv", TABLE)
    (base / "2024").mkdir()
    (base / "2024" / "A11-Dez.csv").write_text("kind,n\nburglary,7\n")
    assert counted(read_with_rows(tmp_path)) == {
        ("A00", date(2023, 2, 1), "burglary", 3),
        ("A00", date(2023, 2, 1), "robbery", 4),
        ("A00", date(2023, 3, 1), "burglary", 5),
        ("A11", date(2024, 12, 1), "burglary", 7),
    }  # fmt: skip


def test_a_file_tells_the_month_and_its_sheets_the_year(tmp_path: Path) -> None:
    base = pack_of_counts(tmp_path, '"{area} {month}.xlsx"', 'period = "{month} {year}"')
    mapping = (base / "counts.toml").read_text()
    (base / "counts.toml").write_text(
        mapping.replace("[columns]", '[format]\nsheet = "{year}"\n[columns]')
    )
    rows = [["kind", "n"], ["burglary", 2], ["robbery", 1]]
    (base / "A01 05.xlsx").write_bytes(xlsx(rows, title="2022"))
    assert {(r[0], r[1]) for r in counted(read_with_rows(tmp_path))} == {("A01", date(2022, 5, 1))}


@pytest.mark.parametrize(
    ("name", "code"), [("A77_2024-01", "FILE_NAME_AREA"), ("A00_2024-13", "FILE_NAME_MONTH")]
)
def test_what_does_not_exist_names_the_file(tmp_path: Path, name: str, code: str) -> None:
    base = pack_of_counts(tmp_path, '"{area}_{year}-{month}.csv"', 'period = "{month} {year}"')
    for good in ("A00_2024-01", name):
        (base / f"{good}.csv").write_text(TABLE)
    reading = read_with_rows(tmp_path)
    assert reading.evidence is None
    assert codes(reading) == {code: f"evidence/counts/{name}.csv"}


def test_files_of_other_areas_may_be_left_out(tmp_path: Path) -> None:
    base = pack_of_counts(tmp_path, '"{area}_{year}.csv"')
    mapping = (base / "counts.toml").read_text()
    (base / "counts.toml").write_text(
        mapping.replace("[categories.map]", "ignore_unknown_areas = true\n[categories.map]")
    )
    for name in ("A00_2024", "B00_2024"):
        (base / f"{name}.csv").write_text(TABLE)
    assert {row[0] for row in counted(read_with_rows(tmp_path))} == {"A00"}


OF_NAMES = (
    INCIDENTS.replace('"data*"', '"{category}_*.csv"')
    .replace('category = "kind"', 'category = "{category}"')
    .replace('"Einbruch"', '"einbruch"')
)  # fmt: skip


def by_category(folder: Path) -> dict[str, int]:
    """Return how many incidents of a pack have each category."""
    evidence = read_with_rows(folder).evidence
    assert evidence is not None
    rows = evidence.incidents.rows
    assert rows is not None
    found = rows.column("category").to_pylist()
    return {str(category): found.count(category) for category in set(found)}


def test_incidents_of_the_same_content_under_two_names(tmp_path: Path) -> None:
    base = write_pack(tmp_path, mapping=OF_NAMES.replace('id = "id"\n', ""))
    for name in ("Einbruch_1", "Raub_1"):
        (base / f"{name}.csv").write_text(as_csv(incident_rows(5)))
    assert by_category(tmp_path) == {"burglary": 5, "robbery": 5}


def test_columnar_incidents_get_the_column_too(tmp_path: Path) -> None:
    base = write_pack(tmp_path, mapping=OF_NAMES.replace(".csv", ".parquet"))
    head, *rows = incident_rows(5)
    columns = dict(zip(head, zip(*rows, strict=True), strict=True))
    out = io.BytesIO()
    parquet.write_table(pa.table(columns), out)
    (base / "Raub_1.parquet").write_bytes(out.getvalue())
    assert by_category(tmp_path) == {"robbery": 5}


def test_members_of_an_archive_share_no_part(tmp_path: Path) -> None:
    mapping = OF_NAMES.replace('"{category}_*.csv"', '"all.zip!{category}/*.csv"')
    base = write_pack(tmp_path, mapping=mapping.replace('id = "id"\n', ""))
    with zipfile.ZipFile(base / "all.zip", "w") as archive:
        for name in ("einbruch", "raub"):
            archive.writestr(f"{name}/x.csv", as_csv(incident_rows(4)))
    assert by_category(tmp_path) == {"burglary": 4, "robbery": 4}


NOTES = """
[source]
id = "talks"
title = "T"
owner = "O"
licence = "L"
files = ["{area}-{year}.csv"]
[columns]
area = "{area}"
area_level = "area"
date = "{year}"
theme = "t"
constant_face = "felt"
direction = "d"
[themes]
light = "lighting"
[directions]
bad = "worse"
"""


def test_notes_are_of_the_area_in_the_name(tmp_path: Path) -> None:
    (write_pack(tmp_path) / "police.toml").unlink()
    base = tmp_path / "evidence" / "notes"
    base.mkdir()
    (base / "talks.toml").write_text(NOTES)
    for code in ("A00", "A11"):
        (base / f"{code}-2024.csv").write_text("t,d\nlight,bad\n")
    evidence = read_with_rows(tmp_path).evidence
    assert evidence is not None
    rows = evidence.notes.to_pylist()
    assert sorted(row["area_id"] for row in rows) == ["A00", "A11"]


def test_what_a_name_captures_decides_the_part_that_is_kept() -> None:
    def file(*told: tuple[str, str]) -> PackFile:
        return PackFile("a.csv", "a.csv", "a.csv", "0" * 64, Path("a.csv"), (1, 1), told=told)

    digests = {
        told_digest("d", file(*told)) for told in ((), (("year", "2023"),), (("year", "2024"),))
    }
    assert len(digests) == 3
    assert told_digest("d", file()) == "d"
    assert Wanted(Path("a.csv")).told == ()


def test_a_hole_that_stands_twice_captures_the_same() -> None:
    assert told_by("2024/2024-03.csv", "{year}/{year}-{month}.csv") == (
        ("year", "2024"), ("month", "03"),
    )  # fmt: skip
    assert told_by("2023/2024-03.csv", "{year}/{year}-{month}.csv") is None
    assert told_by("a/b/Nord_1.csv", "**/{area}_?.csv") == (("area", "Nord"),)
    assert told_by("Nord/b_1.csv", "{area}_?.csv") is None


def test_names_of_files_beside_an_unchanged_copy(tmp_path: Path) -> None:
    base = write_pack(tmp_path, mapping=OF_NAMES)
    (base / "Raub_1.csv").write_text(as_csv(incident_rows(5)))
    assert by_category(tmp_path) == {"robbery": 5}
    shutil.move(base / "Raub_1.csv", base / "Einbruch_1.csv")
    assert by_category(tmp_path) == {"burglary": 5}
