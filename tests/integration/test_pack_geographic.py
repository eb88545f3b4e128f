"""Whole packs of geographic files: incidents with points, territories of every type."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyogrio
import pyproj
import pytest
import shapely
from pyarrow import parquet

from convive.connectors.city_pack import read_pack
from factories.file_types import features
from factories.pack import CITY, INCIDENTS, grid, write_pack

PLAIN = INCIDENTS.replace('longitude = "lon"\nlatitude = "lat"\n', "").replace("data*", "data.gpkg")


def geographic_pack(folder: Path, city: str = CITY) -> Path:
    """Write a pack whose incidents are points of a GeoPackage in the projection of Europe."""
    incidents = write_pack(folder, city=city, mapping=PLAIN)
    (incidents / "data.gpkg").write_bytes(features("GPKG", ".gpkg", "EPSG:3035")[".gpkg"])
    return folder


def write_territory(path: Path, driver: str | None) -> None:
    """Write the areas in the projection of Europe (KML: in degrees) with a driver or as Parquet."""
    shapes = shapely.from_geojson([json.dumps(f["geometry"]) for f in grid()])
    crs = "EPSG:4326" if driver == "LIBKML" else "EPSG:3035"
    to = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    moved = shapely.transform(shapes, lambda p: np.column_stack(to.transform(*p.T)))
    names = ("code", "name")
    cells = [np.array([f["properties"][n] for f in grid()], dtype=object) for n in names]
    wkb = shapely.to_wkb(moved)
    if driver is not None:
        pyogrio.raw.write(path, wkb, cells, names, driver=driver, geometry_type="Polygon", crs=crs)
        return
    columns = {"g": {"encoding": "WKB", "crs": json.loads(pyproj.CRS(crs).to_json())}}
    geo = json.dumps({"version": "1.0.0", "primary_column": "g", "columns": columns})
    table = pa.table({**dict(zip(names, cells, strict=True)), "g": pa.array(wkb.tolist())})
    parquet.write_table(table.replace_schema_metadata({"geo": geo}), path)


def test_points_of_a_geopackage_need_no_columns(tmp_path: Path) -> None:
    reading = read_pack(geographic_pack(tmp_path))
    assert {problem.code for problem in reading.problems} == {"UNMAPPED_CATEGORY"}
    assert reading.evidence is not None
    assert reading.evidence.sources.to_pylist()[0]["rows_used"] == 3


@pytest.mark.parametrize(
    ("suffix", "driver"),
    [(".fgb", "FlatGeobuf"), (".parquet", None), (".kml", "LIBKML"), (".shp", "ESRI Shapefile")],
)
def test_a_territory_of_every_type_is_the_same(
    tmp_path: Path, suffix: str, driver: str | None
) -> None:
    expected = read_pack(geographic_pack(tmp_path / "plain")).evidence
    city = CITY.replace("areas.geojson", f"areas{suffix}")
    pack = geographic_pack(tmp_path / "other", city)
    write_territory(pack / "territory" / f"areas{suffix}", driver)
    found = read_pack(pack).evidence
    assert expected is not None
    assert found is not None
    for column in ("area_id", "name"):
        ours, theirs = (e.areas.column(column).to_pylist() for e in (found, expected))
        assert sorted(ours) == sorted(theirs)
    sizes = [dict(zip(*(e.areas.column(c).to_pylist() for c in ("area_id", "area_km2")), strict=True))
             for e in (found, expected)]  # fmt: skip
    assert sizes[0] == pytest.approx(sizes[1], rel=1e-4)
