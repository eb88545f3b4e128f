"""Reads tables that carry types: Parquet, SPSS, Stata, geographic files."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyogrio
import pyreadstat
from pyarrow import parquet

from convive.connectors.city_pack.mapping_schema import Format
from convive.connectors.city_pack.problem_log import RefusedError
from convive.connectors.city_pack.sheet import Sheet, has_data, normalise_header, tidy

_WHOLE = re.compile(r"\.0$")


def read_parquet(data: bytes, label: str, fmt: Format) -> Sheet:
    """Return the table of a Parquet file.

    Raises
    ------
    RefusedError
        TABLE_UNREADABLE.
    """
    try:
        table = parquet.read_table(pa.BufferReader(data))
        columns = [as_texts(table.column(name)) for name in table.column_names]
    except (pa.ArrowException, OSError, ValueError, NotImplementedError) as problem:
        raise RefusedError("TABLE_UNREADABLE") from problem
    return build_sheet(label, table.column_names, columns, fmt, first_row=1)


def read_statistical(data: bytes, label: str, fmt: Format, kind: str) -> Sheet:
    """Return an SPSS (``spss``) or Stata (``stata``) file with its value labels as texts.

    Raises
    ------
    RefusedError
        TABLE_UNREADABLE.
    """
    reader: Callable[..., Any] = pyreadstat.read_sav if kind == "spss" else pyreadstat.read_dta
    suffix = ".sav" if kind == "spss" else ".dta"
    with tempfile.TemporaryDirectory(prefix="convive-") as folder:
        path = Path(folder) / f"survey{suffix}"
        path.write_bytes(data)
        try:
            frame, _ = reader(str(path), apply_value_formats=True, formats_as_category=False)
        except Exception as problem:
            raise RefusedError("TABLE_UNREADABLE") from problem
    names = [str(name) for name in frame.columns]
    columns = [object_texts(frame[name].to_list()) for name in frame.columns]
    return build_sheet(label, names, columns, fmt, first_row=1)


def read_geo_attributes(data: bytes, label: str, name: str, fmt: Format) -> Sheet:
    """Return the attribute table of a geographic file; points also as longitude and latitude.

    Raises
    ------
    RefusedError
        NOT_GEODATA.
    """
    with tempfile.TemporaryDirectory(prefix="convive-") as folder:
        path = Path(folder) / f"data{geo_suffix(name)}"
        path.write_bytes(data)
        names, values, _, _ = read_features(path, fmt.sheet)
    columns = [object_texts(list(column)) for column in values]
    return build_sheet(label, names, columns, fmt, first_row=1)


def geo_suffix(name: str) -> str:
    """Return the ending by which a geographic file is opened."""
    suffix = Path(name).suffix.lower()
    return ".geojson" if suffix == ".json" else suffix


def read_features(
    path: Path, layer: str | None
) -> tuple[list[str], Sequence[np.ndarray], np.ndarray, str | None]:
    """Return attribute names, their columns, geometries as WKB, and the projection.

    Raises
    ------
    RefusedError
        NOT_GEODATA, SHEET_MISSING.
    """
    _check_signature(path)
    try:
        layers = [str(found) for found in pyogrio.list_layers(path)[:, 0]]
        chosen = layer if layer in layers else layers[0]
        meta, _, geometry, values = pyogrio.raw.read(path, layer=chosen)
    except Exception as problem:
        raise RefusedError("NOT_GEODATA") from problem
    if layer is not None and layer != chosen:
        raise RefusedError("SHEET_MISSING", wanted=layer, found=", ".join(layers))
    if geometry is None:
        raise RefusedError("NOT_GEODATA")
    return [str(name) for name in meta["fields"]], values, geometry, meta.get("crs")


_SIGNATURES: Mapping[str, Callable[[bytes], bool]] = {
    ".gpkg": lambda start: start.startswith(b"SQLite format 3\0"),
    ".geojson": lambda start: (
        start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") and b"gdal_streamed_alg" not in start
    ),
    ".shp": lambda start: start.startswith(b"\x00\x00\x27\x0a"),
}


def _check_signature(path: Path) -> None:
    """Refuse a file that is not what its ending says, before GDAL guesses a driver for it."""
    check = _SIGNATURES.get(path.suffix.lower())
    if check is None or not check(path.read_bytes()):
        raise RefusedError("NOT_GEODATA")


def as_texts(column: pa.ChunkedArray) -> pa.Array:
    """Return a typed column as texts."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], pa.string())
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_nested(array.type) or pa.types.is_binary(array.type):
        return pa.nulls(len(array), pa.string())
    texts = pc.cast(array, pa.string())
    return _without_zero(texts) if pa.types.is_floating(array.type) else texts


def _without_zero(texts: pa.Array) -> pa.Array:
    """Return ``3`` for ``3.0``, so that codes kept as numbers stay codes."""
    texts = pc.if_else(pc.equal(texts, "nan"), pa.scalar(None, pa.string()), texts)
    return pc.replace_substring_regex(texts, r"\.0$", "")


def object_texts(values: Sequence[object]) -> pa.Array:
    """Return Python values as texts; NaN and None are NULL."""
    texts: list[str | None] = []
    for value in values:
        if value is None or value != value:  # noqa: PLR0124 - NaN
            texts.append(None)
        elif isinstance(value, float | np.floating):
            texts.append(_WHOLE.sub("", repr(float(value))))
        else:
            texts.append(str(value).encode("utf-8", "replace").decode())
    return pa.array(texts, pa.string())


def build_sheet(
    label: str, names: Sequence[str], columns: Sequence[pa.Array], fmt: Format, *, first_row: int
) -> Sheet:
    """Return a sheet of a file without spreadsheet rows; the first record is `first_row`."""
    n_rows = len(columns[0]) if columns else 0
    if not n_rows:
        raise RefusedError("FILE_EMPTY")
    tidied = tidy(columns, fmt.null)
    filled = has_data(tidied, n_rows)
    mask = pa.array(filled)
    unique = {normalise_header(name): column for name, column in zip(names, tidied, strict=True)}
    return Sheet(
        file=label,
        sheet=None,
        year=None,
        names=tuple(unique),
        columns=tuple(column.filter(mask) for column in unique.values()),
        rows=(np.arange(n_rows, dtype=np.int64) + first_row)[filled],
        n_blank=int((~filled).sum()),
    )
