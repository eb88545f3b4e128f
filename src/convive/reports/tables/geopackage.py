"""Areas with their headline figures as GeoPackage, one layer a level."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely

from convive.app.ports import Build
from convive.catalogue.comparability import comparability_note
from convive.core.errors import NotFoundError
from convive.core.model import FACES
from convive.reports import words
from convive.reports.classes import Classified, classify, value_of
from convive.reports.rows import select
from convive.reports.tables.qgis_styles import qgis_style

EPOCH = "1970-01-01T00:00:00.000Z"
"""Stands where the format asks for a time of change, unless the run record has one."""
_STYLES = """CREATE TABLE layer_styles (
id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT,
styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
update_time DATETIME)"""
"""As QGIS makes it when a style is saved in a GeoPackage."""
_CHANGE_COUNTER, _VERSION_VALID_FOR = 24, 92
"""Places in the header of the file, SQLite file format, section 1.3."""


def render_geopackage(build: Build, *, language: str) -> bytes:
    """Return every level that has boundaries, WGS 84, with figures of all faces' headlines.

    Per headline indicator: value, low, high, n, and a column in words that says why a figure
    is not shown. The same build gives the same bytes.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "areas.gpkg"
        written = []
        for level, fields, shapes in layers(build, language):
            _write_level(level, fields, shapes, path)
            written.append(level)
        if not written:
            raise NotFoundError("CHART_EMPTY", chart="geopackage", indicator="", area="")
        stamp = str(build.run.get("built_at") or EPOCH)[:19] + ".000Z"
        _write_styles(build, written, path, language, stamp)
        _settle(path, stamp)
        return path.read_bytes()


def headlines(build: Build) -> list[str]:
    """Return the indicators that stand for the faces, in the order of the faces."""
    table = build.tables["faces"].select(["face", "indicator_id"]).to_pylist()
    found = {row["face"]: row["indicator_id"] for row in table}
    return [found[face] for face in FACES if face in found]


def layers(build: Build, language: str) -> Iterator[tuple[str, dict[str, np.ndarray], np.ndarray]]:
    """Return level, columns and multipolygons of every level that has boundaries."""
    for level in ["city", *(level.id for level in build.city.levels)]:
        rows = [row for row in select(build, "areas", level=level) if row["geometry"] is not None]
        if not rows:
            continue
        fields: dict[str, np.ndarray] = {
            "area_id": _texts([row["area_id"] for row in rows]),
            "name": _texts([row["name"] for row in rows]),
            "parent_id": _texts([row["parent_id"] for row in rows]),
            "residents": _numbers([row["residents"] for row in rows]),
            "area_km2": _numbers([row["area_km2"] for row in rows]),
        }
        for indicator in headlines(build):
            fields |= _figures(build, indicator, level, rows, language)
        geometry = shapely.from_wkb(np.array([row["geometry"] for row in rows], dtype=object))
        multi = [shapely.MultiPolygon([g]) if g.geom_type == "Polygon" else g for g in geometry]
        yield level, fields, shapely.orient_polygons(np.array(multi, dtype=object))


def _write_level(level: str, fields: dict[str, np.ndarray], shapes: np.ndarray, path: Path) -> None:
    """Write one layer."""
    pyogrio.raw.write(
        path,
        shapely.to_wkb(shapes),
        list(fields.values()),
        list(fields),
        layer=level,
        driver="GPKG",
        geometry_type="MultiPolygon",
        crs="EPSG:4326",
        append=path.exists(),
    )


def _write_styles(build: Build, levels: list[str], path: Path, language: str, stamp: str) -> None:
    """Write the table in which QGIS looks for styles: one a theme, the first is drawn at once."""
    rows = []
    for level in levels:
        is_default = True
        for indicator in headlines(build):
            style = qgis_style(build, indicator, level, language)
            if style is None:
                continue
            name = words.indicator_label(indicator, language)
            rows.append((level, "geom", name, style, is_default, indicator, stamp))
            is_default = False
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute(_STYLES)
        database.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
            "f_geometry_column, styleName, styleQML, useAsDefault, description, update_time) "
            "VALUES ('', '', ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles', ?)",
            (stamp,),
        )


def _figures(
    build: Build, indicator: str, level: str, rows: list[dict[str, Any]], language: str
) -> dict[str, np.ndarray]:
    """Return the columns of one indicator; NULL and the reason where it is not shown.

    The note also says what to keep in mind of a figure that is shown.
    """
    try:
        found: Classified | None = classify(build, indicator, level=level)
    except NotFoundError:
        found = None
    current = [(found.rows.get(row["area_id"]) if found else None) for row in rows]
    columns: dict[str, np.ndarray] = {}
    for name, suffix in (("value", ""), ("low", "_low"), ("high", "_high")):
        some = [
            value_of(row, suffix) if row and row["status"] == "shown" else None for row in current
        ]
        columns[f"{indicator}_{name}"] = _numbers(some)
    counts = [row["n"] if row and row["status"] == "shown" else None for row in current]
    columns[f"{indicator}_n"] = _numbers(counts)
    reasons = [
        comparability_note(row, language) or None
        if row and row["status"] == "shown"
        else words.not_shown(row or {}, language)
        for row in current
    ]
    columns[f"{indicator}_note"] = _texts(reasons)
    return columns


def _numbers(values: list[float | None]) -> np.ndarray:
    """Return a column of numbers; NaN is written as NULL."""
    return np.array([np.nan if v is None else float(v) for v in values], dtype=float)


def _texts(values: list[str | None]) -> np.ndarray:
    """Return a column of texts."""
    return np.array(values, dtype=object)


def _settle(path: Path, moment: str) -> None:
    """Fix the time of change that the format writes down, then lay the file anew."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("UPDATE gpkg_contents SET last_change = ?", (moment,))
        database.execute("VACUUM")
    # How many transactions writing took depends on the clock; the two counters must agree.
    with path.open("r+b") as file:
        for at in (_CHANGE_COUNTER, _VERSION_VALID_FOR):
            file.seek(at)
            file.write((1).to_bytes(4, "big"))
