"""Opens geographic files of every kind in stretches; runs in the guarded process."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyogrio

from convive.connectors.city_pack.captures import choose_names
from convive.connectors.city_pack.columnar_files import as_text_table, stretch_rows
from convive.connectors.city_pack.geo_points import GEOMETRY, with_points
from convive.connectors.city_pack.problem_log import RefusedError

HEAD_BYTES = 4096
SMALL_BYTES = 32 * 1024 * 1024
ONE_LAYER = frozenset({".geojson"})
_DRIVERS: Mapping[str, str] = {
    ".gpkg": "GPKG",
    ".geojson": "GeoJSON",
    ".shp": "ESRI Shapefile",
    ".fgb": "FlatGeobuf",
    ".kml": "KML",
}
_MARKS = b"\xef\xbb\xbf \r\n\t"
_SIGNATURES: Mapping[str, Callable[[bytes], bool]] = {
    ".gpkg": lambda start: start.startswith(b"SQLite format 3\0"),
    ".geojson": lambda start: (
        start.lstrip(_MARKS).startswith(b"{") and b"gdal_streamed_alg" not in start
    ),
    ".shp": lambda start: start.startswith(b"\x00\x00\x27\x0a"),
    ".fgb": lambda start: start.startswith(b"fgb\x03fgb"),
    ".kml": lambda start: start.lstrip(_MARKS).startswith(b"<") and b"<kml" in start,
}
Tables = Iterator[tuple[dict[str, Any], pa.Table] | RefusedError]


def geo_suffix(name: str) -> str:
    """Return the ending by which a geographic file is opened."""
    suffix = Path(name).suffix.lower()
    return ".geojson" if suffix == ".json" else suffix


def read_rows(path: Path, options: Mapping[str, Any]) -> Tables:
    """Yield the features: attributes as texts, geometries as points or, if asked for, as WKB.

    `options`: ``sheet`` (name or pattern of layers; without it the first), ``crs`` (wins over the file's),
    ``geometry`` (true: outlines are wanted, not points).

    Raises
    ------
    RefusedError
        NOT_GEODATA, SHEET_MISSING, PROJECTION_MISSING, CRS_UNKNOWN, XML_UNSAFE.
    """
    _check_signature(path)
    layers = _layers(path, options.get("sheet"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for layer, meta in layers:
                for found, table in _features(path, layer, options):
                    yield {**meta, **found}, table
    except (pyogrio.errors.DataSourceError, pyogrio.errors.FeatureError) as problem:
        raise RefusedError("NOT_GEODATA") from problem
    except (pa.ArrowException, ValueError, RuntimeError, OSError) as problem:
        raise RefusedError("NOT_GEODATA") from problem


def _features(
    path: Path, layer: str | None, options: Mapping[str, Any]
) -> Iterator[tuple[dict[str, Any], pa.Table]]:
    rows, first = _batch_rows(path, layer), 1
    with pyogrio.open_arrow(path, layer=layer, batch_size=rows, use_pyarrow=True) as (meta, stream):
        if meta["geometry_type"] is None:
            raise RefusedError("NOT_GEODATA")
        geometry = meta["geometry_name"] or "wkb_geometry"
        for batch in stream:
            if not batch.num_rows:
                continue
            table = as_text_table(batch, geometry)
            if GEOMETRY not in table.column_names:
                raise RefusedError("NOT_GEODATA")
            yield {"first_row": first}, with_points(table, meta.get("crs"), options)
            first += batch.num_rows


def _batch_rows(path: Path, layer: str | None) -> int:
    """Return how many rows to take at a time; of a small file all may be in memory at once.

    To be asked for its columns a file is opened, and GeoJSON is read whole to be opened.
    """
    if path.stat().st_size <= SMALL_BYTES:
        return stretch_rows(1)
    return stretch_rows(len(pyogrio.read_info(path, layer=layer)["fields"]) + 1)


def _layers(path: Path, wanted: str | None) -> list[tuple[str | None, dict[str, Any]]]:
    """Return the layers asked for, and what their names tell; None is the first."""
    if wanted is None and path.suffix.lower() in ONE_LAYER:
        return [(None, {})]
    try:
        layers = [str(found) for found in pyogrio.list_layers(path)[:, 0]]
    except Exception as problem:
        raise RefusedError("NOT_GEODATA") from problem
    if not layers:
        raise RefusedError("NOT_GEODATA")
    if wanted is None:
        return [(layers[0], {})]
    chosen = choose_names(layers, wanted)
    if not chosen:
        raise RefusedError("SHEET_MISSING", wanted=wanted, found=", ".join(layers))
    return [(name, {"sheet": name, "captured": captured}) for name, captured in chosen]


def _check_signature(path: Path) -> None:
    """Refuse a file that is not what its ending says, before GDAL guesses a driver for it."""
    suffix = path.suffix.lower()
    check = _SIGNATURES.get(suffix)
    with path.open("rb") as opened:
        start = opened.read(HEAD_BYTES)
        if check is None or not check(start):
            raise RefusedError("NOT_GEODATA")
        if suffix == ".kml":
            _refuse_entities(start + opened.read())
    if _DRIVERS[suffix] not in pyogrio.list_drivers(read=True):
        raise RefusedError("FILE_TYPE_UNKNOWN", name=path.name)


def _refuse_entities(content: bytes) -> None:
    if any(mark in content.replace(b"\0", b"") for mark in (b"<!DOCTYPE", b"<!ENTITY")):
        raise RefusedError("XML_UNSAFE")
