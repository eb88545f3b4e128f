"""Reads Parquet, GeoParquet and Arrow files in stretches; runs in the guarded process."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from convive.connectors.city_pack.geo_points import GEOMETRY, with_points
from convive.connectors.city_pack.problem_log import RefusedError

STRETCH_CELLS = 1_000_000
MAX_COLUMNS = 4_000
_BROKEN = (pa.ArrowException, OSError, ValueError, NotImplementedError, KeyError)
Tables = Iterator[tuple[dict[str, Any], pa.Table] | RefusedError]


def stretch_rows(n_columns: int) -> int:
    """Return how many rows of so many columns are read at a time."""
    return max(1_000, min(500_000, STRETCH_CELLS // max(1, n_columns)))


def read_rows(path: Path, options: Mapping[str, Any]) -> Tables:
    """Yield the rows as texts; a geometry column becomes points, or stays as WKB if asked for.

    `options`: ``kind`` (parquet, arrow), ``crs`` (where the file states none), ``geometry``
    (true: outlines are wanted, not points).

    Raises
    ------
    RefusedError
        TABLE_UNREADABLE, PROJECTION_MISSING, CRS_UNKNOWN.
    """
    try:
        names, batches, metadata = _open(path, options["kind"])
        geo = _geo_column(metadata, names)
        first = 1
        for batch in batches:
            table = as_text_table(batch, None if geo is None else geo[0])
            meta = {"first_row": first}
            first += batch.num_rows
            yield meta, table if geo is None else with_points(table, geo[1], options)
    except _BROKEN as problem:
        raise RefusedError("TABLE_UNREADABLE") from problem


def _open(
    path: Path, kind: str
) -> tuple[list[str], Iterator[pa.RecordBatch], Mapping[bytes, bytes]]:
    if kind == "parquet":
        opened = parquet.ParquetFile(path)
        schema = opened.schema_arrow
        _check_width(schema)
        batches = opened.iter_batches(batch_size=stretch_rows(len(schema.names)))
        return schema.names, batches, schema.metadata or {}
    source = pa.memory_map(str(path))
    try:
        arrow = pa.ipc.open_file(source)
        batches = (arrow.get_batch(i) for i in range(arrow.num_record_batches))
    except pa.ArrowInvalid:
        source.seek(0)
        arrow = pa.ipc.open_stream(source)
        batches = iter(arrow)
    _check_width(arrow.schema)
    return arrow.schema.names, _cut(batches), arrow.schema.metadata or {}


def _cut(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        batch.validate(full=True)
        step = stretch_rows(batch.num_columns)
        for start in range(0, batch.num_rows, step):
            yield batch.slice(start, step)


def _check_width(schema: pa.Schema) -> None:
    if len(schema.names) > MAX_COLUMNS:
        raise RefusedError("FILE_TOO_LARGE")


def _geo_column(
    metadata: Mapping[bytes, bytes], names: Sequence[str]
) -> tuple[str, str | None] | None:
    """Return the geometry column of a GeoParquet file and its projection, None if it has none.

    The GeoParquet rules: without a ``crs`` the coordinates are longitude and latitude, with a
    ``crs`` of null they are of an unknown projection.
    """
    if b"geo" not in metadata:
        return None
    geo = json.loads(metadata[b"geo"])
    primary = geo.get("primary_column", "geometry")
    column = geo.get("columns", {}).get(primary, {})
    if primary not in names or str(column.get("encoding", "WKB")).upper() != "WKB":
        return None
    crs = column.get("crs", "OGC:CRS84")
    return primary, crs if crs is None or isinstance(crs, str) else json.dumps(crs)


def as_text_table(batch: pa.RecordBatch, geometry: str | None) -> pa.Table:
    """Return every column as texts, the geometry column as WKB under the name `GEOMETRY`."""
    names: list[str] = []
    columns: list[pa.Array] = []
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        is_geometry = name == geometry
        names.append(GEOMETRY if is_geometry else name)
        columns.append(pc.cast(column, pa.binary()) if is_geometry else as_texts(column))
    return pa.Table.from_arrays(columns, names=names)


def as_texts(column: pa.Array) -> pa.Array:
    """Return a typed column as texts: ISO dates, no ``.0`` on whole numbers."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return pa.nulls(len(column), pa.string())
    texts = _readable(pc.cast(column, pa.string(), safe=False))
    if pa.types.is_floating(kind):
        texts = pc.if_else(pc.equal(texts, "nan"), pa.scalar(None, pa.string()), texts)
        return pc.replace_substring_regex(texts, r"\.0$", "")
    if pa.types.is_decimal(kind):
        return pc.replace_substring_regex(texts, r"(\.\d*[1-9])0+$|\.0+$", r"\1")
    if pa.types.is_timestamp(kind) or pa.types.is_time(kind):
        texts = pc.replace_substring_regex(texts, r"\.0+(Z|[+-]\d\d:?\d\d)?$", r"\1")
        return pc.replace_substring_regex(texts, r"^(\d+-\d\d-\d\d) 00:00:00Z?$", r"\1")
    return texts


def _readable(texts: pa.Array) -> pa.Array:
    """Return texts with U+FFFD for what is no UTF-8: not every library looks at it."""
    try:
        texts.validate(full=True)
    except pa.ArrowInvalid:
        raw = pc.cast(texts, pa.binary()).to_pylist()
        mended = (None if value is None else value.decode("utf-8", "replace") for value in raw)
        return pa.array(mended, pa.string())
    return texts
