"""Points of every kind of geographic file, in every projection, become degrees."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyproj
import pytest
import shapely
from pyarrow import parquet

from convive.connectors.city_pack.family_schemas import IncidentsMapping
from convive.connectors.city_pack.geo_points import locate
from convive.connectors.city_pack.mapping_schema import Format
from factories.file_types import BODY, features, geo_parquet, zipped
from factories.reading import codes, read_bytes, read_file

DEGREES = [(float(row[3]), float(row[4])) for row in BODY]
DRIVERS = [
    ("GPKG", ".gpkg"),
    ("FlatGeobuf", ".fgb"),
    ("GeoJSON", ".geojson"),
    ("ESRI Shapefile", ".shp"),
]


def placed(sheet: object) -> list[tuple[float, float]]:
    texts = (sheet.texts(name).to_pylist() for name in ("#longitude", "#latitude"))
    return sorted((float(x), float(y)) for x, y in zip(*texts, strict=True))


@pytest.mark.parametrize(
    "crs",
    ["EPSG:4326", "EPSG:3035", "EPSG:25833", "EPSG:2154", "EPSG:31370", "EPSG:28992", "EPSG:27700"],
)
@pytest.mark.parametrize(("driver", "suffix"), DRIVERS)
def test_points_in_any_projection_become_degrees(
    tmp_path: Path, driver: str, suffix: str, crs: str
) -> None:
    for part, data in features(driver, suffix, crs).items():
        (tmp_path / f"data{part}").write_bytes(data)
    sheets, log = read_file(tmp_path / f"data{suffix}")
    assert not log.problems
    assert np.allclose(placed(sheets[0]), DEGREES, atol=2e-5)
    assert set(sheets[0].texts("#accuracy_m").to_pylist()) == {"0"}
    assert sorted(sheets[0].texts("id").to_pylist()) == ["00123", "00124", "00125"]


def test_geo_parquet_carries_its_projection(tmp_path: Path) -> None:
    sheets, _ = read_bytes(tmp_path, "a.parquet", geo_parquet("EPSG:3035"))
    assert np.allclose(placed(sheets[0]), DEGREES, atol=2e-5)


@pytest.mark.parametrize(("crs", "code"), [(None, "PROJECTION_MISSING"), ("EPSG:25833", None)])
def test_a_file_without_projection_needs_it_from_the_mapping(
    tmp_path: Path, crs: str | None, code: str | None
) -> None:
    parts = features("ESRI Shapefile", ".shp", "EPSG:25833")
    data = zipped({f"x{suffix}": parts[suffix] for suffix in (".shp", ".shx", ".dbf")})
    sheets, log = read_bytes(tmp_path, "a.zip", data, Format(crs=crs))
    assert codes(log) == ({code} if code else set())
    if code is None:
        assert np.allclose(placed(sheets[0]), DEGREES, atol=2e-5)


def test_metres_in_a_file_of_degrees_are_refused(tmp_path: Path) -> None:
    feature = {
        "type": "Feature", "properties": {"id": "1"},
        "geometry": {"type": "Point", "coordinates": [391_000.0, 5_820_000.0]},
    }  # fmt: skip
    data = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    assert codes(read_bytes(tmp_path, "a.geojson", data)[1]) == {"PROJECTION_MISSING"}
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25833"}}
    data = json.dumps({"type": "FeatureCollection", "crs": named, "features": [feature]}).encode()
    sheets, log = read_bytes(tmp_path, "b.geojson", data)
    assert not log.problems
    assert 13 < placed(sheets[0])[0][0] < 14


def test_a_line_and_an_area_give_a_point_that_is_theirs_and_a_radius() -> None:
    side = 0.01
    shapes = np.array(
        [
            shapely.box(13, 52, 13 + side, 52 + side),
            shapely.LineString([(13, 52), (13, 52.01)]),
            None,
        ]
    )
    longitude, latitude, radius = locate(shapely.to_wkb(shapes), "EPSG:4326")
    assert shapely.contains(shapes[0], shapely.Point(longitude[0], latitude[0]))
    across = pyproj.Geod(ellps="WGS84").inv(13.005, 52.005, 13, 52)[2]
    assert radius[0] == pytest.approx(across, rel=0.01)
    assert radius[1] >= pyproj.Geod(ellps="WGS84").inv(13, 52, 13, 52.005)[2] * 0.99
    assert np.isnan([longitude[2], latitude[2], radius[2]]).all()


def test_layers_by_pattern(tmp_path: Path) -> None:
    data = features("GPKG", ".gpkg")[".gpkg"]
    sheets, _ = read_bytes(tmp_path, "a.gpkg", data, Format(sheet="{category}"))
    assert sheets[0].texts("{category}").to_pylist() == ["data"] * 3
    _, log = read_bytes(tmp_path, "a.gpkg", data, Format(sheet="other"))
    assert codes(log) == {"SHEET_MISSING"}


def test_a_keyhole_file_in_its_archive(tmp_path: Path) -> None:
    kml = features("KML", ".kml")[".kml"]
    sheets, _ = read_bytes(tmp_path, "a.kmz", zipped({"doc.kml": kml, "icon.png": b"x"}))
    assert np.allclose(placed(sheets[0]), DEGREES, atol=1e-6)
    bomb = kml.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>', 1)
    assert codes(read_bytes(tmp_path, "b.kml", bomb)[1]) == {"XML_UNSAFE"}


def test_incidents_of_a_geographic_file_need_no_columns_of_coordinates() -> None:
    source = {"id": "a", "title": "A", "owner": "B", "licence": "C", "files": ["a.gpkg"]}
    given = {"source": source, "columns": {"month": "month", "constant_category": "other"}}
    columns = IncidentsMapping.model_validate(given).columns
    assert (columns.longitude, columns.latitude) == ("#longitude", "#latitude")
    given["columns"] = {**given["columns"], "area": "ward", "area_level": "ward"}
    assert IncidentsMapping.model_validate(given).columns.longitude is None


def test_parquet_is_read_in_stretches_and_types_become_texts(tmp_path: Path) -> None:
    n = 120_000
    table = pa.table(
        {
            "n": pa.array(range(n), pa.int64()),
            "x": pa.array([1.0, 2.5] * (n // 2)),
            "t": pa.array([0, 86_399] * (n // 2), pa.timestamp("s")),
            "d": pa.array([0] * n, pa.date32()),
            "w": pa.array(["a", None] * (n // 2)).dictionary_encode(),
            **{f"c{i}": pa.nulls(n, pa.string()) for i in range(15)},
        }
    )
    out = io.BytesIO()
    parquet.write_table(table, out)
    sheets, log = read_bytes(tmp_path, "a.parquet", out.getvalue())
    assert not log.problems
    assert sheets[0].n_rows == n
    assert [c[1].as_py() for c in sheets[0].columns[:5]] == [
        "1",
        "2.5",
        "1970-01-01 23:59:59",
        "1970-01-01",
        None,
    ]
    assert list(sheets[0].rows[[0, -1]]) == [1, n]


@pytest.mark.real_data
def test_a_keyhole_archive_that_holds_a_shapefile(real_data: Path) -> None:
    sheets, log = read_file(real_data / "chicago_incidents" / "police-beats-current.kmz")
    assert not log.problems
    assert sheets[0].n_rows == 277
    longitude = np.array(sheets[0].texts("#longitude").to_pylist(), float)
    assert ((longitude > -88) & (longitude < -87.4)).all()


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["stations", "boston"])
def test_archives_with_parts_and_a_readme(real_data: Path, name: str) -> None:
    path = "saps_stations.zip" if name == "stations" else "boston_murders.zip"
    sheets, log = read_file(real_data / "messy" / path)
    assert len(sheets) == 1
    assert not codes(log) & {"COLUMN_MISSING", "ARCHIVE_REFUSED"}
    assert sheets[0].n_rows > 1_000 if name == "stations" else sheets[0].n_rows > 10
