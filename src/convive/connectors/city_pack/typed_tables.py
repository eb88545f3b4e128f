"""Reads the features of a geographic file whole, and builds sheets from columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from convive.connectors.city_pack.column_names import normalise_header
from convive.connectors.city_pack.geo_points import GEOMETRY
from convive.connectors.city_pack.guarded_process import Stretch, read_guarded
from convive.connectors.city_pack.mapping_schema import Format
from convive.connectors.city_pack.problem_log import RefusedError
from convive.connectors.city_pack.sheet import Sheet, has_data, null_words, tidy

COLUMNAR = (".parquet", ".geoparquet")


def read_features(
    path: Path, layer: str | None, crs: str | None = None
) -> tuple[list[str], list[pa.Array], np.ndarray, str | None]:
    """Return attribute names, their columns as texts, geometries as WKB, and the projection.

    The file is read in the guarded process; `crs` wins over what the file says.

    Raises
    ------
    RefusedError
        NOT_GEODATA, SHEET_MISSING, XML_UNSAFE, READING_STOPPED, FILE_EMPTY.
    """
    is_columnar = path.suffix.lower() in COLUMNAR
    options = {"kind": "parquet", "sheet": layer, "geometry": True, "crs": crs}
    return gathered(read_guarded("columnar" if is_columnar else "features", path, options))


def gathered(
    stretches: Iterable[Stretch | RefusedError],
) -> tuple[list[str], list[pa.Array], np.ndarray, str | None]:
    """Return stretches of features as one, as `read_features`."""
    found: list[pa.Table] = []
    for stretch in stretches:
        if not isinstance(stretch, Stretch):
            raise stretch
        found.append(stretch.rows)
    if not found:
        raise RefusedError("FILE_EMPTY")
    stated = (found[0].schema.metadata or {}).get(b"crs", b"").decode()
    table = pa.concat_tables(found).combine_chunks()
    if GEOMETRY not in table.column_names:
        raise RefusedError("NOT_GEODATA")
    geometry = table.column(GEOMETRY).to_numpy(zero_copy_only=False)
    names = [name for name in table.column_names if name != GEOMETRY]
    return names, [whole_column(table, name) for name in names], geometry, stated or None


def join_stretches(sheets: Sequence[Sheet]) -> Sheet:
    """Return the stretches of one sheet as one sheet."""
    if len(sheets) == 1:
        return sheets[0]
    tables = [pa.table(dict(zip(sheet.names, sheet.columns, strict=True))) for sheet in sheets]
    table = pa.concat_tables(tables).combine_chunks()
    return replace(
        sheets[0],
        columns=tuple(whole_column(table, name) for name in sheets[0].names),
        rows=np.concatenate([sheet.rows for sheet in sheets]),
        bad_rows=tuple(row for sheet in sheets for row in sheet.bad_rows),
        n_blank=sum(sheet.n_blank for sheet in sheets),
        notes=tuple(note for sheet in sheets for note in sheet.notes),
        part=0,
        is_last=True,
    )


def join_by_sheet(sheets: Iterable[Sheet]) -> list[Sheet]:
    """Return each sheet of each file in one piece: for totals that are checked as a whole."""
    groups: dict[tuple[str, str | None], list[Sheet]] = {}
    for sheet in sheets:
        groups.setdefault((sheet.file, sheet.sheet), []).append(sheet)
    return [join_stretches(group) for group in groups.values()]


def whole_column(table: pa.Table, name: str) -> pa.Array:
    """Return a column of a table in one piece."""
    column = table.column(name).combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        return pa.concat_arrays(column.chunks) if column.num_chunks else pa.nulls(0, pa.string())
    return column


def build_sheet(
    label: str, names: Sequence[str], columns: Sequence[pa.Array], fmt: Format, *, first_row: int
) -> Sheet:
    """Return a sheet of a file without spreadsheet rows; the first record is `first_row`."""
    n_rows = len(columns[0]) if columns else 0
    if not n_rows:
        raise RefusedError("FILE_EMPTY")
    rows = np.arange(n_rows, dtype=np.int64) + first_row
    return sheet_of(label, dict(zip(names, columns, strict=True)), rows, null_words(fmt))


def sheet_of(
    label: str, columns: dict[str, pa.Array], rows: np.ndarray, null: Sequence[str]
) -> Sheet:
    """Return a sheet from columns of texts: trimmed, without blank rows, each name once."""
    unique: dict[str, pa.Array] = {}
    for name, column in columns.items():
        if normalise_header(name):
            unique.setdefault(normalise_header(name), column)
    tidied = tidy(list(unique.values()), null)
    filled = has_data(tidied, len(rows))
    mask = pa.array(filled)
    return Sheet(
        file=label,
        sheet=None,
        year=None,
        names=tuple(unique),
        columns=tuple(column.filter(mask) for column in tidied),
        rows=rows[filled],
        n_blank=int((~filled).sum()),
    )
