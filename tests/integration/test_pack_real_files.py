"""The reader on real files with real dirt; skipped where the data are absent."""

from __future__ import annotations

from pathlib import Path

import pytest

from convive.connectors.city_pack import read_pack
from factories.pack import write_pack

pytestmark = pytest.mark.real_data

LICENCES = """
[source]
id = "licences"
title = "Licensed premises"
owner = "Council"
licence = "OGL"
files = ["licensed.csv.gz"]

[columns]
id = "CASEREFERENCE"
starts = "CASEDATE"
constant_category = "other"
area = "POSTCODE"
area_level = "area"
"""


def test_63_000_blank_rows_and_latin_1(tmp_path: Path, real_data: Path) -> None:
    """The README of the data: 65,535 lines, 2,265 of them with data, not UTF-8, dd/mm/yyyy."""
    incidents = write_pack(tmp_path, mapping=LICENCES)
    source = real_data / "greater_manchester" / "licensed_premises_2014.csv.gz"
    (incidents / "licensed.csv.gz").write_bytes(source.read_bytes())
    reading = read_pack(tmp_path)
    problems = {problem.code: problem for problem in reading.problems}
    assert problems["BLANK_ROWS"].rows > 63_000
    assert "ENCODING_GUESSED" in problems
    # No postcode is an area of the test's town: the source is refused as a whole, in words.
    assert problems["UNKNOWN_AREA"].rows > 2_000
    assert not {"BAD_DATE", "DATE_ORDER_UNSURE", "TABLE_UNREADABLE"} & set(problems)


def test_northumbria_reads_every_row(tmp_path: Path, real_data: Path) -> None:
    mapping = LICENCES.replace("licensed.csv.gz", "asb.tab.gz")
    mapping = mapping[: mapping.index("[columns]")]
    mapping += '[columns]\nmonth = "month"\nconstant_category = "nuisance"\n'
    mapping += 'longitude = "longitude"\nlatitude = "latitude"\n'
    incidents = write_pack(tmp_path, mapping=mapping)
    source = real_data / "northumbria_asb_2020" / "northumbria_asb_2020.tab.gz"
    (incidents / "asb.tab.gz").write_bytes(source.read_bytes())
    evidence = read_pack(tmp_path).evidence
    assert evidence.incidents.n == 65_725
    row = evidence.sources.to_pylist()[0]
    assert (str(row["period_start"]), str(row["period_end"])) == ("2020-01-01", "2021-01-01")
