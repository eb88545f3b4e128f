"""Bad input that once passed without a word, or ended in a fault of our own."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import geopandas
import numpy as np
import pyarrow.compute as pc
import pytest
import shapely

from convive.app.ports import PackReading
from convive.connectors.city_pack import read_pack
from convive.core.model import Severity
from factories.pack import (
    CITY,
    INCIDENTS,
    as_csv,
    feature,
    grid,
    incident_rows,
    write_areas,
    write_pack,
)

ROWS = incident_rows(40)
GOOD = as_csv(ROWS).encode()


def errors(reading: PackReading) -> set[str]:
    return {p.code for p in reading.problems if p.severity is Severity.ERROR}


def warnings(reading: PackReading) -> set[str]:
    return {p.code for p in reading.problems if p.severity is Severity.WARNING}


def read_with(folder: Path, data: bytes = GOOD, name: str = "data.csv", **pack: str) -> PackReading:
    (write_pack(folder, **pack) / name).write_bytes(data)
    return read_pack(folder)


def read_with_gpkg(folder: Path, shapes: object, crs: str = "EPSG:4326") -> PackReading:
    city = CITY.replace("areas.geojson", "areas.gpkg")
    (write_pack(folder, city=city) / "data.csv").write_bytes(GOOD)
    table = {"code": ["a", "b", "c", "d"], "name": ["A", "B", "C", "D"]}
    areas = geopandas.GeoDataFrame(table, geometry=list(shapes), crs=crs)  # type: ignore[call-overload]
    areas.to_file(folder / "territory" / "areas.gpkg")
    return read_pack(folder)


def squares(side: float = 0.1) -> list[shapely.Polygon]:
    return [
        shapely.box(13 + i * side, 52 + j * side, 13 + (i + 1) * side, 52 + (j + 1) * side)
        for i in range(2)
        for j in range(2)
    ]


def test_a_geopackage_of_undefined_projection(tmp_path: Path) -> None:
    read_with_gpkg(tmp_path, squares())
    with sqlite3.connect(tmp_path / "territory" / "areas.gpkg") as base:
        base.execute("UPDATE gpkg_contents SET srs_id = -1")
        base.execute("UPDATE gpkg_geometry_columns SET srs_id = -1")
    base.close()
    assert errors(read_pack(tmp_path)) == {"PROJECTION_MISSING"}


def test_degrees_declared_as_metres(tmp_path: Path) -> None:
    assert errors(read_with_gpkg(tmp_path, squares(), "EPSG:25833")) == {"PROJECTION_MISSING"}


@pytest.mark.parametrize("n", [1, 4])
@pytest.mark.parametrize("nothing", [None, shapely.Polygon()])
def test_areas_without_outline(tmp_path: Path, n: int, nothing: object) -> None:
    shapes = [nothing] * n + squares()[n:]
    assert errors(read_with_gpkg(tmp_path, shapes)) == {"AREA_NOT_POLYGON"}


def test_swapped_metres(tmp_path: Path) -> None:
    rows = [
        ["id", "date", "kind", "x", "y"],
        *([*row[:3], "5763000", "363000"] for row in ROWS[1:]),
    ]
    columns = 'x = "x"\ny = "y"\ncrs = "EPSG:25833"\n'
    mapping = INCIDENTS.replace('longitude = "lon"\nlatitude = "lat"\n', columns)
    assert errors(read_with(tmp_path, as_csv(rows).encode(), mapping=mapping)) == {
        "SWAPPED_COORDINATES"
    }


@pytest.mark.parametrize("text", ["text", "long " * 2000])
def test_a_quotation_mark_that_is_never_closed(tmp_path: Path, text: str) -> None:
    rows = [[*row, '"open' if i == 20 else text] for i, row in enumerate(ROWS)]
    reading = read_with(tmp_path, as_csv(rows).encode())
    assert errors(reading) == {"QUOTE_UNCLOSED"}
    assert {p.place.row for p in reading.problems} == {21}


def test_an_inch_mark_within_a_cell_is_no_quotation(tmp_path: Path) -> None:
    rows = [[*row, 'pipe 5" long' if i == 20 else "text"] for i, row in enumerate(ROWS)]
    reading = read_with(tmp_path, as_csv(rows).encode())
    assert not errors(reading)
    assert reading.evidence is not None
    assert reading.evidence.incidents.n == 40


def test_a_comma_in_the_mapping_where_commas_are_decimals(tmp_path: Path) -> None:
    rows = [[*row[:3], *(cell.replace(".", ",") for cell in row[3:])] for row in ROWS]
    mapping = INCIDENTS.replace("[columns]", '[format]\ndelimiter = ","\n[columns]')
    data = as_csv(rows, ";").encode()
    assert errors(read_with(tmp_path, data, mapping=mapping)) == {"DELIMITER_WRONG"}


def test_a_byte_order_mark_beats_the_mapping(tmp_path: Path) -> None:
    mapping = INCIDENTS.replace("[columns]", '[format]\nencoding = "utf-8"\n[columns]')
    assert read_with(tmp_path, GOOD.decode().encode("utf-16"), mapping=mapping).problems == ()


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('indicators = ["burglary_rat"]\n', "indicators"),
        ('denominator_of = { burglary_rate = "houses" }\n', "denominator_of.burglary_rate"),
        ('denominator_of = { burglry_rate = "houses" }\n', "denominator_of"),
    ],
)
def test_indicators_and_denominators_that_do_not_exist(tmp_path: Path, line: str, key: str) -> None:
    reading = read_with(tmp_path, city=line + CITY)
    assert errors(reading) == {"VALUE_INVALID"}
    assert key in {p.data["key"] for p in reading.problems}


def test_a_wrong_type_is_shown_as_it_should_be_written(tmp_path: Path) -> None:
    city = CITY.replace('languages = ["en"]', 'languages = "en"').replace("2022", '"2022"')
    allowed = {p.data["key"]: p.data["allowed"] for p in read_with(tmp_path, city=city).problems}
    assert allowed == {"city.languages": '["…"]', "city.base_year": "2024"}


def test_a_source_of_which_no_row_can_be_used(tmp_path: Path) -> None:
    rows = [row if i == 0 else [row[0], "some day", *row[2:]] for i, row in enumerate(ROWS)]
    assert errors(read_with(tmp_path, as_csv(rows).encode())) == {"ROWS_NONE_USED"}


def test_an_id_column_that_is_none(tmp_path: Path) -> None:
    rows = [row if i == 0 else ["same", *row[1:]] for i, row in enumerate(ROWS)]
    assert errors(read_with(tmp_path, as_csv(rows).encode())) == {"DUPLICATE_ID"}


def test_a_column_name_that_comes_twice(tmp_path: Path) -> None:
    rows = [[*row, "date" if i == 0 else "2001-01-01"] for i, row in enumerate(ROWS)]
    assert "COLUMN_TWICE" in warnings(read_with(tmp_path, as_csv(rows).encode()))


def test_a_locked_workbook(tmp_path: Path) -> None:
    old_office = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000)
    locked = old_office + "EncryptedPackage".encode("utf-16-le") + bytes(100)
    assert errors(read_with(tmp_path / "locked", locked, "data.xlsx")) == {"WORKBOOK_LOCKED"}
    broken = read_with(tmp_path / "broken", old_office, "data.xls")
    assert errors(broken) == {"TABLE_UNREADABLE"}


def test_a_file_name_with_brackets(tmp_path: Path) -> None:
    mapping = INCIDENTS.replace("data*", "data[1].csv")
    assert read_with(tmp_path, name="data[1].csv", mapping=mapping).problems == ()


def test_thousands_of_residents_are_not_a_handful(tmp_path: Path) -> None:
    statistics = tmp_path / "pack" / "evidence" / "statistics"
    (write_pack(tmp_path / "pack") / "data.csv").write_bytes(GOOD)
    statistics.mkdir()
    (statistics / "s.csv").write_text("code;n\nA00;4.700\nA01;3.900\nA10;1.250\nA11;2.000\n")
    (statistics / "s.toml").write_text(
        '[source]\nid = "s"\ntitle = "S"\nowner = "O"\nlicence = "CC0"\nfiles = ["s.csv"]\n'
        '[columns]\narea = "code"\narea_level = "area"\nconstant_year = 2022\n'
        '[[values]]\ncolumn = "n"\nstatistic = "residents"\n'
    )
    reading = read_pack(tmp_path / "pack")
    assert warnings(reading) == {"NUMBER_FORMAT_UNSURE"}
    assert reading.evidence is not None
    assert pc.sum(reading.evidence.statistics.column("value")).as_py() == pytest.approx(11850)


def test_three_dimensions_and_holes(tmp_path: Path) -> None:
    holed = [s.difference(s.centroid.buffer(0.01)) for s in squares()]
    shapes = shapely.force_3d(np.array(holed), 5.0)
    assert not errors(read_with_gpkg(tmp_path, shapes))


def test_an_empty_area_file(tmp_path: Path) -> None:
    (write_pack(tmp_path) / "data.csv").write_bytes(GOOD)
    (tmp_path / "territory" / "areas.geojson").write_bytes(b"")
    assert errors(read_pack(tmp_path)) == {"FILE_EMPTY"}
    write_areas(tmp_path / "territory" / "areas.geojson", [])
    assert errors(read_pack(tmp_path)) == {"FILE_EMPTY"}
    write_areas(tmp_path / "territory" / "areas.geojson", [*grid(), feature("X", [])])
    assert errors(read_pack(tmp_path)) == {"AREA_NOT_POLYGON"}


def test_words_of_a_time_that_the_crosswalk_is_not_made_for(tmp_path: Path) -> None:
    own = INCIDENTS.partition("[categories.map]")[0]
    mapping = own + '[categories]\ncrosswalk = "data_police_uk@1"\n'
    text = GOOD.decode().replace("Einbruch", "Burglary").replace("Raub", "Robbery")
    late = read_with(tmp_path / "late", text.encode(), mapping=mapping)
    assert "CROSSWALK_OTHER_PERIOD" in warnings(late)
    early = read_with(tmp_path / "early", text.replace("2022-", "2012-").encode(), mapping=mapping)
    assert "CROSSWALK_OTHER_PERIOD" not in warnings(early)
