"""The files that others build on: read back by other software, and as their standards ask."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import geopandas
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from convive import wiring
from convive.app.audit import build_audit
from convive.app.ports import Build
from convive.app.tables import RESULT_TABLES
from convive.cli.main import app
from convive.core.errors import RequestError
from convive.reports import tables
from convive.reports.classes import classify
from convive.reports.palette import LIGHT
from convive.reports.ticks import class_of
from convive.wiring import open_files
from factories.build import shared_build
from factories.evidence import town

TABLES = [spec.name for spec in RESULT_TABLES]
THEME = "recorded_total_rate"
LEVEL = "neighbourhood"


def tool(name: str) -> str:
    """Return a checker of others where it is installed (CONVIVE_CHECKERS is its folder)."""
    found = shutil.which(
        name, path=f"{os.environ.get('CONVIVE_CHECKERS', '')}:{os.environ['PATH']}"
    )
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def run(*command: object) -> str:
    done = subprocess.run(
        [str(one) for one in command], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("open")
    for name, content in open_files.data_files(shared_build()).items():
        (found / Path(name).name).write_bytes(content)
    (found / "areas.gpkg").write_bytes(tables.render_geopackage(shared_build(), language="en"))
    content = open_files.render_open_file(shared_build(), "areas.parquet", language="en")
    (found / "areas.parquet").write_bytes(content)
    return found


@pytest.fixture(scope="module")
def real_build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return build_audit(
        town(), ports=wiring.audit_ports(tmp_path_factory.mktemp("real"), keep=False)
    )


# --- CSV on the Web -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_every_column_of_a_csv_is_described_in_its_order(folder: Path, name: str) -> None:
    told = json.loads((folder / f"{name}.csv-metadata.json").read_text())
    head = (folder / f"{name}.csv").read_text().splitlines()[0].split(",")
    assert told["url"] == f"{name}.csv"
    assert [one["titles"] for one in told["tableSchema"]["columns"]] == head
    assert all(one["dc:description"] for one in told["tableSchema"]["columns"])
    assert set(told["tableSchema"].get("primaryKey", ())) <= set(head)


@pytest.mark.parametrize("name", TABLES)
def test_csvwvalidate_finds_nothing(folder: Path, name: str) -> None:
    assert "FAIL" not in run(tool("csvwvalidate"), folder / f"{name}.csv-metadata.json")


def test_csvwvalidate_would_find_a_wrong_figure(folder: Path, tmp_path: Path) -> None:
    for name in ("areas.csv", "areas.csv-metadata.json"):
        text = (folder / name).read_text()
        (tmp_path / name).write_text(text.replace("9800", "many"))
    command = [tool("csvwvalidate"), str(tmp_path / "areas.csv-metadata.json")]
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0


def test_frictionless_finds_nothing(folder: Path) -> None:
    run(tool("frictionless"), "validate", folder / "datapackage.json")


# --- GeoPackage -----------------------------------------------------------------------------------


def styles(folder: Path) -> list[dict[str, Any]]:
    with sqlite3.connect(folder / "areas.gpkg") as base:
        base.row_factory = sqlite3.Row
        return [dict(row) for row in base.execute("select * from layer_styles")]


def test_every_layer_is_drawn_by_one_style_at_once(folder: Path) -> None:
    defaults = [row["f_table_name"] for row in styles(folder) if row["useAsDefault"]]
    assert sorted(defaults) == sorted({row["f_table_name"] for row in styles(folder)})
    assert LEVEL in defaults
    with sqlite3.connect(folder / "areas.gpkg") as base:
        known = set(base.execute("select table_name, column_name from gpkg_geometry_columns"))
    assert {(r["f_table_name"], r["f_geometry_column"]) for r in styles(folder)} <= known


def rules_of(folder: Path, indicator: str) -> tuple[list[dict[str, str]], dict[str, str]]:
    text = next(
        row["styleQML"] for row in styles(folder)
        if row["f_table_name"] == LEVEL and row["description"] == indicator
    )  # fmt: skip
    root = ElementTree.fromstring(text.split("\n", 1)[1])
    colours = {
        symbol.get("name", ""): option.get("value", "")
        for symbol in root.findall(".//symbols/symbol")
        for option in symbol.findall("layer[@class='SimpleFill']/Option/Option[@name='color']")
    }
    return [rule.attrib for rule in root.findall(".//rule")], colours


@pytest.mark.parametrize("indicator", [THEME, "unsafe_dark_share"])
def test_styles_put_every_area_into_the_class_of_our_own_map(folder: Path, indicator: str) -> None:
    rules, colours = rules_of(folder, indicator)
    found = classify(shared_build(), indicator, level=LEVEL)
    matched: dict[str, list[dict[str, str]]] = {}
    with sqlite3.connect(folder / "areas.gpkg") as base:
        for rule in rules:  # the expressions are also SQL
            query = f'select area_id from "{LEVEL}" where {rule["filter"]}'
            for (area,) in base.execute(query):
                matched.setdefault(area, []).append(rule)
    assert set(matched) >= set(found.rows)
    for area in found.rows:
        filled = [rule for rule in matched[area] if rule["symbol"] in colours]
        red, green, blue, _ = colours[filled[0]["symbol"]].split(",")
        assert len(filled) == 1
        assert f"#{int(red):02x}{int(green):02x}{int(blue):02x}" == LIGHT[found.token(area)]
        assert (len(matched[area]) == 2) == (area in found.unsure)
    for number, at in enumerate(found.breaks):
        assert class_of(at, found.breaks) == number + 1
        assert f">= {at!r}" in rules[number + 1]["filter"]


def test_the_same_build_gives_the_same_files() -> None:
    for file in ("areas.parquet", "rerun.zip", "areas.csv-metadata.json"):
        once, again = (
            open_files.render_open_file(shared_build(), file, language="en") for _ in range(2)
        )
        assert once == again
    assert tables.render_geopackage(shared_build(), language="en") == tables.render_geopackage(
        shared_build(), language="en"
    )


# --- GeoParquet -----------------------------------------------------------------------------------


def test_geoparquet_comes_back_with_the_same_figures(folder: Path) -> None:
    found = geopandas.read_parquet(folder / "areas.parquet")
    package = geopandas.read_file(folder / "areas.gpkg", layer=LEVEL).set_index("area_id")
    areas = found[found["level"] == LEVEL].set_index("area_id")
    assert found.crs.to_epsg() == 4326 or found.crs.to_string() == "OGC:CRS84"
    assert set(areas.index) == set(package.index)
    assert areas.geometry.geom_equals(package.geometry.to_crs("OGC:CRS84").loc[areas.index]).all()
    for column in ("residents", f"{THEME}_value", "unsafe_dark_share_value"):
        shown = package[column].loc[areas.index]
        assert areas[column].isna().tolist() == shown.isna().tolist()
        assert areas[column].dropna().tolist() == shown.dropna().tolist()
    assert areas["unsafe_dark_share_value"].isna()["n12"]
    assert areas["unsafe_dark_share_note"]["n12"].startswith("not shown")


def test_geoparquet_is_read_by_its_boxes(folder: Path) -> None:
    found = geopandas.read_parquet(folder / "areas.parquet")
    west, south, east, north = found[found["area_id"] == "n01"].total_bounds
    middle = ((west + east) / 2, (south + north) / 2)
    part = geopandas.read_parquet(folder / "areas.parquet", bbox=(*middle, *middle))
    assert "n01" in set(part["area_id"])
    assert len(part) < len(found)
    about = json.loads(pq.read_metadata(folder / "areas.parquet").metadata[b"geo"])
    assert about["columns"]["geometry"]["bbox"] == pytest.approx(found.total_bounds.tolist())


def test_geoparquet_validator_finds_it_conformant(folder: Path) -> None:
    told = run(tool("geoparquet-validator"), "check", folder / "areas.parquet")
    assert "NOT CONFORMANT" not in told.upper(), told


# --- the bundle -----------------------------------------------------------------------------------


def test_anybody_can_run_the_bundle_again(real_build: Build, tmp_path: Path) -> None:
    bundle = tmp_path / "rerun.zip"
    bundle.write_bytes(open_files.render_bundle(real_build))
    compared = open_files.rerun(bundle)
    assert [one for one in compared if not one.is_same] == []
    assert {one.code for one in compared} == {"file", "definition", "findings", "made_again"}
    done = CliRunner().invoke(app, ["rerun", str(bundle)])
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(bundle) as archive:
        names = set(archive.namelist())
    assert {"README.md", "manifest.json", "data/findings.csv", "build/run.json"} <= names
    assert len([one for one in names if one.startswith("definitions/")]) == len(
        real_build.run["definitions"]
    )


def changed(content: bytes, name: str, new: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as fresh:
        for one in old.namelist():
            fresh.writestr(one, new if one == name else old.read(one))
    return out.getvalue()


def test_a_changed_file_and_a_changed_finding_are_told(real_build: Build, tmp_path: Path) -> None:
    bundle = tmp_path / "rerun.zip"
    content = open_files.render_bundle(real_build)
    bundle.write_bytes(changed(content, "data/areas.csv", b"level\n"))
    wrong = [one.name for one in open_files.rerun(bundle) if not one.is_same]
    assert wrong == ["data/areas.csv"]
    findings = real_build.tables["findings"]
    fewer = Build(
        real_build.city, {**real_build.tables, "findings": findings.slice(1)}, real_build.run
    )
    bundle.write_bytes(open_files.render_bundle(fewer))
    assert "findings" in {one.code for one in open_files.rerun(bundle) if not one.is_same}
    assert findings.num_rows > 0


@pytest.mark.parametrize("content", [b"", b"no zip", None])
def test_what_is_no_bundle_is_refused(content: bytes | None, tmp_path: Path) -> None:
    bundle = tmp_path / "x.zip"
    if content is None:
        with zipfile.ZipFile(bundle, "w") as archive:
            archive.writestr("manifest.json", '{"files": {}}')
    else:
        bundle.write_bytes(content)
    with pytest.raises(RequestError, match="BUNDLE_UNREADABLE"):
        open_files.rerun(bundle)
    assert CliRunner().invoke(app, ["rerun", str(bundle)]).exit_code != 0
