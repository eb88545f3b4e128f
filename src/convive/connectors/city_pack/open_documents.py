"""From files that carry types to sheets: workbooks, columnar, survey, R and geographic files."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from convive.connectors.city_pack.captured_columns import with_captured
from convive.connectors.city_pack.column_names import column_named, normalise_header
from convive.connectors.city_pack.files import PackFile, RawFile
from convive.connectors.city_pack.guarded_process import Stretch, read_guarded
from convive.connectors.city_pack.mapping_schema import Format
from convive.connectors.city_pack.problem_log import RefusedError
from convive.connectors.city_pack.sheet import Sheet, null_words
from convive.connectors.city_pack.typed_tables import gathered, sheet_of, whole_column

ROW = "#row"
_ERROR_VALUES = ("#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#N/A", "#NULL!", "#NUM!")
KINDS: Mapping[str, str] = {
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xlsx",
    ".xlsb": "xlsx",
    ".ods": "xlsx",
    ".parquet": "parquet",
    ".geoparquet": "parquet",
    ".feather": "arrow",
    ".arrow": "arrow",
    ".sav": "spss",
    ".zsav": "spss",
    ".por": "spss",
    ".dta": "stata",
    ".sas7bdat": "sas",
    ".xpt": "sas",
    ".rds": "r",
    ".rda": "r",
    ".rdata": "r",
    ".geojson": "geo",
    ".json": "geo",
    ".gpkg": "geo",
    ".shp": "geo",
    ".fgb": "geo",
    ".kml": "geo",
}
"""Ending → kind of file; ``xlsx`` stands for every workbook."""
_TASKS: Mapping[str, str] = {
    "xlsx": "workbook",
    "parquet": "columnar",
    "arrow": "columnar",
    "spss": "statistical",
    "stata": "statistical",
    "sas": "statistical",
    "r": "statistical",
    "geo": "features",
}
_USUAL_ENDING: Mapping[str, str] = {
    "spss": ".sav",
    "stata": ".dta",
    "sas": ".sas7bdat",
    "r": ".rds",
}


def read_document(
    kind: str, raw: PackFile | RawFile, fmt: Format, wanted: Sequence[str] | None = None
) -> Iterator[Sheet | RefusedError]:
    """Yield the tables of a file in stretches of rows; a sheet that cannot be used as a refusal.

    Geometries become ``#longitude``, ``#latitude`` and ``#accuracy_m``; what the names of
    file and sheet capture becomes columns ``{area}`` and the like. Of columns that are not `wanted`
    only the names are kept.

    Raises
    ------
    RefusedError
        FILE_EMPTY, READING_STOPPED, and what the reader of the kind refuses.
    """
    null = (*null_words(fmt), *_ERROR_VALUES) if kind == "xlsx" else null_words(fmt)
    options = {
        "kind": kind,
        "sheet": fmt.sheet,
        "crs": fmt.crs,
        "header_row": fmt.header_row,
        "header_rows": fmt.header_rows,
        "skip_after_header": fmt.skip_after_header,
        "null": null,
        "wanted": None if wanted is None else list(wanted),
    }
    held: Sheet | None = None
    found_any = False
    for found in stretches(kind, raw, options):
        found_any = True
        if isinstance(found, RefusedError):
            found.data.setdefault("label", raw.label)
            yield found
            continue
        sheet = _chosen(_as_sheet(found, raw, null), wanted)
        is_same = held is not None and held.sheet == sheet.sheet
        if held is not None and is_same and not sheet.n_rows:
            held = replace(
                held, n_blank=held.n_blank + sheet.n_blank, notes=held.notes + sheet.notes
            )
            continue
        if held is not None and is_same:
            yield replace(held, is_last=False)
            sheet = replace(sheet, part=held.part + 1)
        elif held is not None:
            yield held
        held = sheet
    if held is not None:
        yield held
    if not found_any:
        raise RefusedError("FILE_EMPTY")


def _chosen(sheet: Sheet, wanted: Sequence[str] | None) -> Sheet:
    """Return the sheet with only the columns that are wanted; the names of all are kept."""
    if wanted is None:
        return sheet
    every = sheet.found or sheet.names
    named = {column_named(name, every) for name in wanted}
    kept = [i for i, name in enumerate(sheet.names) if name in named]
    return replace(
        sheet,
        names=tuple(sheet.names[i] for i in kept),
        columns=tuple(sheet.columns[i] for i in kept),
        found=every,
    )


def stretches(
    kind: str, raw: PackFile | RawFile, options: Mapping[str, Any]
) -> Iterator[Stretch | RefusedError]:
    """Yield what the guarded process reads from a file."""
    with tempfile.TemporaryDirectory(prefix="convive-") as folder:
        yield from read_guarded(_TASKS[kind], _placed(kind, raw, Path(folder)), options)


def is_text_workbook(kind: str, start: bytes) -> bool:
    """Tell whether a workbook is a text that only has the name of one, as many exports are."""
    is_book = start.startswith((b"PK", b"\xd0\xcf\x11\xe0"))
    return kind == "xlsx" and not is_book and b"\0" not in start and not _is_markup(start)


def _is_markup(start: bytes) -> bool:
    return start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")


def _placed(kind: str, raw: PackFile | RawFile, folder: Path) -> Path:
    """Write the file, and what belongs to it, where the reader finds nothing else."""
    suffix = Path(raw.name).suffix.lower()
    if kind in _USUAL_ENDING and KINDS.get(suffix) != kind:
        suffix = _USUAL_ENDING[kind]
    path = folder / f"data{'.geojson' if suffix == '.json' else suffix}"
    _write(path, raw)
    for part in raw.parts:
        _write(path.with_suffix(Path(part.name).suffix.lower()), part)
    return path


def read_outlines(
    raw: PackFile | RawFile, layer: str | None, crs: str | None
) -> tuple[list[str], list[pa.Array], np.ndarray, str | None]:
    """Return attribute names, their columns, geometries as WKB, and the projection.

    Raises
    ------
    RefusedError
        NOT_GEODATA (also for a columnar file without geometry), SHEET_MISSING, FILE_EMPTY …
    """
    kind = KINDS.get(Path(raw.name).suffix.lower(), "geo")
    options = {"kind": kind, "sheet": layer, "crs": crs, "geometry": True}
    return gathered(stretches(kind, raw, options))


def _write(path: Path, raw: PackFile | RawFile) -> None:
    with path.open("wb") as opened:
        for piece in raw.chunks() if isinstance(raw, PackFile) else (raw.data,):
            opened.write(piece)


def _as_sheet(stretch: Stretch, raw: PackFile | RawFile, null: tuple[str, ...]) -> Sheet:
    """Return a stretch as a sheet: trimmed, without blank rows."""
    meta, table = stretch.meta, stretch.rows
    columns = {name: whole_column(table, name) for name in table.column_names if name != ROW}
    sheet = replace(
        sheet_of(raw.label, columns, _row_numbers(meta, table), null),
        sheet=meta.get("sheet"),
        notes=tuple((code, data) for code, data in meta.get("notes", ())),
        found=_unique_names(meta.get("found", ())),
    )
    return with_captured(sheet, {**dict(raw.told), **meta.get("captured", {})})


def _unique_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of a file's columns as those of a sheet are written."""
    return tuple(dict.fromkeys(name for name in map(normalise_header, names) if name))


def _row_numbers(meta: Mapping[str, Any], table: pa.Table) -> np.ndarray:
    if ROW in table.column_names:
        return np.array(pc.cast(table.column(ROW), pa.int64()))
    return np.arange(table.num_rows, dtype=np.int64) + int(meta["first_row"])
