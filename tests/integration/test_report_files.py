"""Workbook, CSV, GeoPackage, GeoJSON and data package say what the tables say."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime

import numpy as np
import openpyxl
import pyogrio
import pytest
import shapely

from convive.app import tables as contract
from convive.app.ports import Build
from convive.app.spreadsheet_cells import is_formula
from convive.catalogue.texts import languages, say
from convive.core.errors import NotFoundError
from convive.reports import tables
from factories.build import make_build, shared_build
from factories.hostile import NAMES

SPECS = {spec.name: spec for spec in contract.RESULT_TABLES}


READ = {
    contract.Kind.INTEGER: int,
    contract.Kind.NUMBER: float,
    contract.Kind.BOOLEAN: "true".__eq__,
    contract.Kind.DATE: date.fromisoformat,
    contract.Kind.BINARY: bytes.fromhex,
}


def parsed(text: str, kind: contract.Kind) -> object:
    return READ.get(kind, str)(text) if text else None


@pytest.mark.parametrize("table", SPECS)
def test_csv_comes_back_as_it_was(table: str) -> None:
    build, spec = shared_build(), SPECS[table]
    rows = list(csv.reader(io.StringIO(tables.render_csv(build, table).decode("utf-8"))))
    back = [
        {c.name: parsed(cell, c.kind) for c, cell in zip(spec.columns, row, strict=True)}
        for row in rows[1:]
    ]

    assert tuple(rows[0]) == spec.column_names
    assert back == build.tables[table].to_pylist()


def test_evidence_is_never_handed_out() -> None:
    with pytest.raises(NotFoundError, match="TABLE_UNKNOWN"):
        tables.render_csv(shared_build(), "incidents")


def sheet_of(book: openpyxl.Workbook, table: str) -> openpyxl.worksheet.worksheet.Worksheet:
    return book[say(f"report.table.{table}", "en")]


def test_the_workbook_holds_the_same_values() -> None:
    build = shared_build()
    book = openpyxl.load_workbook(io.BytesIO(tables.render_xlsx(build, language="en")))
    for name in ("estimates", "trends", "index", "areas"):
        sheet = sheet_of(book, name)
        header = [cell.value for cell in sheet[1]]
        for cells, row in zip(
            sheet.iter_rows(min_row=2), build.tables[name].to_pylist(), strict=True
        ):
            for column, cell in zip(header, cells, strict=True):
                check_cell(cell.value, row[column], is_hidden=row.get("status", "shown") != "shown")
        assert sheet.freeze_panes == "A2"


def check_cell(found: object, stored: object, *, is_hidden: bool) -> None:
    if stored is None:
        assert found is None or (is_hidden and str(found).startswith("not shown"))
    elif isinstance(stored, date):
        assert isinstance(found, datetime)
        assert found.date() == stored
    elif isinstance(stored, float):
        assert found == pytest.approx(stored, rel=1e-12)  # the format keeps 16 digits
    else:
        assert found == stored


@pytest.mark.parametrize("language", languages())
def test_the_workbook_explains_itself_in_every_language(language: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(tables.render_xlsx(shared_build(), language=language)))
    first = book.worksheets[0]
    words = [str(cell.value) for row in first.iter_rows() for cell in row if cell.value]

    assert first.title == say("report.readme.sheet", language)
    assert not any("report." in word or word == "None" for word in words)
    assert any("CC BY 4.0" in word for word in words)


def test_names_never_become_formulas() -> None:
    build = make_build(names=NAMES)
    book = openpyxl.load_workbook(io.BytesIO(tables.render_xlsx(build, language="en")))
    sheet = sheet_of(book, "areas")
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value in NAMES]
    rows = list(csv.reader(io.StringIO(tables.render_csv(build, "areas").decode())))

    assert len(cells) == len(NAMES)
    assert all(cell.data_type == "s" for cell in cells)
    assert not any(is_formula(row[2]) for row in rows)


def test_geopackage_comes_back_with_the_same_figures(tmp_path) -> None:
    build = shared_build()
    path = tmp_path / "areas.gpkg"
    path.write_bytes(tables.render_geopackage(build, language="en"))
    layers = pyogrio.list_layers(path)[:, 0].tolist()
    meta, _, geometry, columns = pyogrio.raw.read(path, layer="neighbourhood")
    found = dict(zip(meta["fields"], columns, strict=True))
    stored = {
        r["area_id"]: r for r in build.tables["areas"].to_pylist() if r["level"] == "neighbourhood"
    }
    rates = newest_rates(build)

    assert layers == ["city", "district", "neighbourhood", "layer_styles"]
    assert meta["crs"] == "EPSG:4326"
    for i, area in enumerate(found["area_id"]):
        assert shapely.equals(
            shapely.from_wkb(geometry[i]), shapely.from_wkb(stored[area]["geometry"])
        )
        assert found["recorded_total_rate_value"][i] == pytest.approx(rates[area], rel=1e-12)
    hidden = list(found["area_id"]).index("n12")
    assert np.isnan(found["unsafe_dark_share_value"][hidden])
    assert found["unsafe_dark_share_note"][hidden].startswith("not shown")


def newest_rates(build: Build) -> dict[str, float]:
    return {
        r["area_id"]: r["smoothed"]
        for r in build.tables["estimates"].to_pylist()
        if r["indicator_id"] == "recorded_total_rate" and r["level"] == "neighbourhood"
        and r["denominator_id"] == "residents" and r["period_start"].year == 2025
    }  # fmt: skip


def test_geojson_hides_what_is_not_shown() -> None:
    found = tables.areas_geojson(shared_build(), "neighbourhood", "unsafe_dark_share")
    by_id = {f["properties"]["area_id"]: f for f in found["features"]}
    hidden = by_id["n12"]["properties"]
    ring = by_id["n01"]["geometry"]["coordinates"][0]

    assert len(by_id) == 12
    assert hidden["value"] is None
    assert hidden["class"] == "few"
    assert all(round(x, 6) == x for point in ring for x in point)
    assert shapely.LinearRing(ring).is_ccw
    json.dumps(found, allow_nan=False)


def test_the_data_package_describes_every_table() -> None:
    package = tables.datapackage(shared_build())
    by_name = {resource["name"]: resource for resource in package["resources"]}

    assert set(by_name) == set(SPECS)
    for name, resource in by_name.items():
        fields = [field["name"] for field in resource["schema"]["fields"]]
        assert fields == list(SPECS[name].column_names)
        assert resource["schema"]["missingValues"] == [""]
    assert package["licenses"] == [{"name": "CC BY 4.0", "title": "CC BY 4.0"}]
    json.dumps(package)


@pytest.mark.parametrize("render", [tables.render_xlsx, tables.render_geopackage])
def test_the_same_build_gives_the_same_bytes(render) -> None:
    build = make_build(names=NAMES)

    assert render(build, language="de") == render(build, language="de")
