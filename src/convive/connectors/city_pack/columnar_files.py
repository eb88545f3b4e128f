"""Reads Parquet, GeoParquet and Arrow files in stretches; runs in the guarded process."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from convive.connectors.city_pack.column_names import column_named, normalise_header
from convive.connectors.city_pack.geo_points import GEOMETRY, with_points
from convive.connectors.city_pack.problem_log import RefusedError

STRETCH_CELLS = 1_000_000
MAX_COLUMNS = 4_000
_MOST_TIMES = 16
"""A stretch of few columns has at most so many times the rows of one of all."""
_Stretch = tuple[pa.RecordBatch, Callable[[], pa.RecordBatch]]
"""Rows of the chosen columns, and what reads the same rows with all columns."""
_BROKEN = (pa.ArrowException, OSError, ValueError, NotImplementedError, KeyError)
Tables = Iterator[tuple[dict[str, Any], pa.Table] | RefusedError]


def stretch_rows(n_columns: int) -> int:
    """Return how many rows of so many columns are read at a time."""
    return max(1_000, min(500_000, STRETCH_CELLS // max(1, n_columns)))


def read_rows(path: Path, options: Mapping[str, Any]) -> Tables:
    """Yield the rows as texts; a geometry column becomes points, or stays as WKB if asked for.

    `options`: ``kind`` (parquet, arrow), ``crs`` (where the file states none), ``geometry``
    (true: outlines are wanted, not points), ``wanted`` (names of columns; the others are only
    named, in the ``found`` of every stretch), ``null`` (words for nothing).

    Raises
    ------
    RefusedError
        TABLE_UNREADABLE, PROJECTION_MISSING, CRS_UNKNOWN.
    """
    try:
        opened = _open(path, options["kind"])
        geo = _geo_column(opened.metadata, opened.names)
        chosen = _chosen(opened.names, options.get("wanted"), geo and geo[0])
        first = 1
        for batch, whole in opened.stretches(chosen):
            table = as_text_table(batch, None if geo is None else geo[0])
            if len(chosen) < len(opened.names) and _has_blank_row(table, options.get("null", ())):
                # A row without anything in these columns may have something in the others.
                table = as_text_table(whole(), None if geo is None else geo[0])
            meta: dict[str, Any] = {"first_row": first}
            if options.get("wanted") is not None and geo is None:
                meta["found"] = opened.names
            first += batch.num_rows
            yield meta, table if geo is None else with_points(table, geo[1], options)
    except _BROKEN as problem:
        raise RefusedError("TABLE_UNREADABLE") from problem


@dataclass(frozen=True)
class _Opened:
    """A columnar file: what it says of itself, and how its rows are read."""

    names: list[str]
    metadata: Mapping[bytes, bytes]
    stretches: Callable[[Sequence[str]], Iterator[_Stretch]]
    """Called with the columns to read."""


def _open(path: Path, kind: str) -> _Opened:
    if kind == "parquet":
        file = parquet.ParquetFile(path)
        schema = file.schema_arrow
        _check_width(schema)
        return _Opened(schema.names, schema.metadata or {}, partial(_parquet_stretches, file))
    source = pa.memory_map(str(path))
    try:
        arrow = pa.ipc.open_file(source)
        batches = (arrow.get_batch(i) for i in range(arrow.num_record_batches))
    except pa.ArrowInvalid:
        source.seek(0)
        arrow = pa.ipc.open_stream(source)
        batches = iter(arrow)
    _check_width(arrow.schema)
    stretches = partial(_arrow_stretches, batches)
    return _Opened(arrow.schema.names, arrow.schema.metadata or {}, stretches)


def _parquet_stretches(file: parquet.ParquetFile, chosen: Sequence[str]) -> Iterator[_Stretch]:
    """Yield stretches of the chosen columns; the others are not read from disk."""
    names = file.schema_arrow.names
    if len(chosen) == len(names) or len(set(names)) < len(names):
        for batch in file.iter_batches(batch_size=stretch_rows(len(names))):
            yield batch, partial(_itself, batch)
        return
    size = min(stretch_rows(len(chosen)), _MOST_TIMES * stretch_rows(len(names)))
    for group in range(file.num_row_groups):
        found = file.iter_batches(batch_size=size, row_groups=[group], columns=list(chosen))
        for at, batch in enumerate(found):
            yield batch, partial(_same_rows, file, group, size, at)


def _same_rows(file: parquet.ParquetFile, group: int, size: int, at: int) -> pa.RecordBatch:
    """Return a stretch with all its columns."""
    found = file.iter_batches(batch_size=size, row_groups=[group])
    return next(islice(found, at, None))


def _arrow_stretches(
    batches: Iterable[pa.RecordBatch], chosen: Sequence[str]
) -> Iterator[_Stretch]:
    for batch in batches:
        batch.validate(full=True)
        names = batch.schema.names
        is_whole = len(chosen) == len(names) or len(set(names)) < len(names)
        step = stretch_rows(batch.num_columns)
        for start in range(0, batch.num_rows, step):
            rows = batch.slice(start, step)
            yield rows if is_whole else rows.select(list(chosen)), partial(_itself, rows)


def _itself(batch: pa.RecordBatch) -> pa.RecordBatch:
    return batch


def _chosen(
    names: Sequence[str], wanted: Sequence[str] | None, geometry: str | None
) -> Sequence[str]:
    """Return the columns to read: those asked for, or all where none of them is there."""
    if wanted is None:
        return names
    plain = [normalise_header(name) for name in names]
    meant = {column_named(name, plain) for name in wanted}
    found = [
        name for name, own in zip(names, plain, strict=True) if own in meant or name == geometry
    ]
    return found or names


def _has_blank_row(table: pa.Table, null: Sequence[str]) -> bool:
    """Tell whether a row has nothing in any of these columns."""
    nothing = pa.array(sorted({"", *null}), pa.string())
    is_blank = np.ones(table.num_rows, dtype=bool)
    for column in table.columns:
        if pa.types.is_string(column.type):
            is_empty = pc.is_in(pc.utf8_trim_whitespace(column), value_set=nothing)
            is_empty = pc.or_(is_empty, column.is_null())
        else:
            is_empty = column.is_null()
        is_blank &= is_empty.to_numpy(zero_copy_only=False)
    return bool(is_blank.any())


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
