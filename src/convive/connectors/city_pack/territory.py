"""Reads the areas of every level: codes, names, parents, geometry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyproj
import shapely

from convive.connectors.city_pack.area_index import pad_codes
from convive.connectors.city_pack.city_schema import LevelTable
from convive.connectors.city_pack.files import PackFile, PackFolder
from convive.connectors.city_pack.geo_points import fits, parse_crs, transform
from convive.connectors.city_pack.mapping_schema import Format
from convive.connectors.city_pack.open_documents import KINDS, read_outlines
from convive.connectors.city_pack.open_sheets import columns_shown, read_raw
from convive.connectors.city_pack.problem_log import N_EXAMPLES, ProblemLog, RefusedError
from convive.connectors.city_pack.sheet import Sheet, as_mask
from convive.connectors.city_pack.typed_tables import build_sheet, join_stretches
from convive.core.model import Place, Severity

GEO = ("geo", "parquet")
Codes = list[str]


@dataclass(frozen=True)
class LevelAreas:
    """The areas of one level in file order."""

    id: str
    is_analysis: bool
    codes: tuple[str, ...]
    names: tuple[str, ...]
    parents: tuple[str | None, ...]
    """Parent's code or label as written; None where the file does not say."""
    planar: np.ndarray | None
    """Geometries in the city's projection; None without boundaries."""
    label: str = ""


@dataclass(frozen=True)
class _Table:
    sheet: Sheet
    geometry: np.ndarray | None
    crs: str | None


def read_level(
    folder: PackFolder, level: LevelTable, city_crs: pyproj.CRS, log: ProblemLog
) -> LevelAreas | None:
    """Return the areas of a level, or None after noting why it cannot be used."""
    path = folder.root / level.file
    label = level.file
    parts = PurePosixPath(level.file)
    if parts.is_absolute() or ".." in parts.parts:
        log.fail("FILE_OUTSIDE_PACK", "city.toml", label=level.file)
        return None
    try:
        table = _load_table(folder, path, level)
        table = _kept(table, level)
        return _build_level(table, level, city_crs, log)
    except RefusedError as refused:
        data = dict(refused.data)
        log.fail(refused.code, str(data.pop("label", label)), **data)
        return None


def _load_table(folder: PackFolder, path: Path, level: LevelTable) -> _Table:
    """Return attributes and geometry of the level's file."""
    file = _main_file(folder, path)
    if not file.state[0]:
        raise RefusedError("FILE_EMPTY")
    if KINDS.get(Path(file.name).suffix.lower()) not in GEO:
        return _Table(first_sheet(file, level.format), None, None)
    try:
        names, columns, geometry, crs = read_outlines(file, level.layer, level.crs)
    except RefusedError as refused:
        if refused.code == "NOT_GEODATA" and file.name.lower().endswith(".parquet"):
            return _Table(first_sheet(file, level.format), None, None)
        raise
    columns.append(pa.array([str(i) for i in range(len(geometry))]))
    sheet = build_sheet(level.file, [*names, "#feature"], columns, level.format, first_row=1)
    return _Table(sheet, shapely.from_wkb(geometry, on_invalid="ignore"), crs)


def _main_file(folder: PackFolder, path: Path) -> PackFile:
    """Return the file; of an archive the first geographic one, with what belongs to it."""
    found = list(folder.files(path))
    is_archive = path.suffix.lower() in {".zip", ".kmz"}
    for file in found:
        if isinstance(file, RefusedError):
            raise file
        if not is_archive or KINDS.get(Path(file.name).suffix.lower()) in GEO:
            return file
    raise RefusedError("ARCHIVE_NOTHING_FOUND", pattern="*.shp, *.gpkg, *.geojson, *.kml")


def first_sheet(file: PackFile, fmt: Format) -> Sheet:
    """Return the first sheet of a file, whole.

    Raises
    ------
    RefusedError
        FILE_EMPTY, or why the file cannot be read.
    """
    found: list[Sheet] = []
    for sheet in read_raw(file, fmt):
        if isinstance(sheet, RefusedError):
            raise sheet
        if found and sheet.sheet != found[0].sheet:
            break
        found.append(sheet)
    if not found:
        raise RefusedError("FILE_EMPTY")
    return join_stretches(found)


def _kept(table: _Table, level: LevelTable) -> _Table:
    """Return the rows that ``keep`` asks for."""
    if level.keep is None:
        return table
    column, _, wanted = level.keep.partition("=")
    if not table.sheet.has(column):
        found = columns_shown(table.sheet)
        raise RefusedError("COLUMN_MISSING", label=level.file, column=column, found=found)
    mask = as_mask(pc.equal(table.sheet.texts(column), wanted))
    if not mask.any():
        raise RefusedError("KEEP_NOTHING", label=level.file, keep=level.keep)
    return replace(table, sheet=table.sheet.where(mask))


def _build_level(
    table: _Table, level: LevelTable, city_crs: pyproj.CRS, log: ProblemLog
) -> LevelAreas:
    sheet = table.sheet
    for column in (level.code, level.label, level.parent):
        if column and not sheet.has(column):
            found = columns_shown(sheet).removesuffix(", #feature")
            raise RefusedError("COLUMN_MISSING", label=level.file, column=column, found=found)
    codes = pad_codes(sheet.texts(level.code), level.pad)
    has_code = as_mask(codes.is_valid())
    _note_rows(log, "AREA_WITHOUT_CODE", level, sheet.rows[~has_code])
    sheet, codes = sheet.where(has_code), codes.filter(pa.array(has_code))
    if not len(codes):
        raise RefusedError("FILE_EMPTY", label=level.file)
    labels = pc.coalesce(sheet.texts(level.label), codes) if level.label else codes
    parents = _parent_texts(sheet, codes, level)
    planar = None
    if table.geometry is not None:
        order = np.asarray(pc.cast(sheet.texts("#feature"), pa.int64()))
        planar = _project(table.geometry[order], table.crs, level, city_crs)
        planar = _mended(planar, sheet.rows, level, log)
    return _unique(
        LevelAreas(
            level.id,
            level.analysis,
            tuple(codes.to_pylist()),
            tuple(labels.to_pylist()),
            tuple(parents),
            planar,
            level.file,
        ),
        sheet.rows,
        level,
        log,
    )


def _parent_texts(sheet: Sheet, codes: pa.Array, level: LevelTable) -> list[str | None]:
    if level.parent is not None:
        return list(pad_codes(sheet.texts(level.parent), level.parent_pad).to_pylist())
    if level.parent_prefix is not None:
        return list(pc.utf8_slice_codeunits(codes, 0, level.parent_prefix).to_pylist())
    return [None] * len(codes)


def _note_rows(
    log: ProblemLog,
    code: str,
    level: LevelTable,
    rows: np.ndarray,
    severity: Severity = Severity.WARNING,
) -> None:
    if len(rows):
        examples = ", ".join(str(row) for row in rows[:N_EXAMPLES])
        place = Place(level.file, row=int(rows[0]), column=level.code)
        log.add(code, place, severity, n=len(rows), examples=examples, level=level.id)


def _project(
    geometry: np.ndarray, crs: str | None, level: LevelTable, city_crs: pyproj.CRS
) -> np.ndarray:
    """Return the geometries in the city's projection."""
    stated = level.crs or crs
    if stated is None:
        raise RefusedError("PROJECTION_MISSING", label=level.file)
    geometry = geometry.copy()
    geometry[shapely.is_empty(geometry)] = None
    if not shapely.get_coordinates(geometry).size:
        return geometry  # no outline at all: said later, with the rows
    source = parse_crs(stated)
    if not fits(source, shapely.total_bounds(geometry)):
        raise RefusedError("PROJECTION_MISSING", label=level.file)
    flat = shapely.force_2d(geometry)
    transformer = pyproj.Transformer.from_crs(source, city_crs, always_xy=True)
    moved = transform(flat, transformer)
    if not np.isfinite(shapely.total_bounds(moved)).all():
        raise RefusedError("CRS_UNKNOWN", label=level.file, crs=stated)
    return moved


def _mended(planar: np.ndarray, rows: np.ndarray, level: LevelTable, log: ProblemLog) -> np.ndarray:
    """Return valid polygons; what crosses itself is mended and noted."""
    dimensions = shapely.get_dimensions(planar)
    _note_rows(log, "AREA_NOT_POLYGON", level, rows[dimensions != 2], Severity.ERROR)
    is_wrong = (dimensions == 2) & ~shapely.is_valid(planar)
    _note_rows(log, "AREA_GEOMETRY_MENDED", level, rows[is_wrong], Severity.NOTE)
    done = planar.copy()
    for position in np.flatnonzero(is_wrong):
        done[position] = _polygons_of(shapely.make_valid(planar[position]))
    return done


def _polygons_of(geometry: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(geometry)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])


def _unique(areas: LevelAreas, rows: np.ndarray, level: LevelTable, log: ProblemLog) -> LevelAreas:
    """Return each area once; repeated rows must agree, repeated polygons need ``dissolve``."""
    first: dict[str, int] = {}
    groups: dict[str, list[int]] = {}
    for position, code in enumerate(areas.codes):
        first.setdefault(code, position)
        groups.setdefault(code, []).append(position)
    clashes = [
        position
        for code, position in ((c, p) for c, ps in groups.items() for p in ps[1:])
        if _differs(areas, first[code], position, is_dissolved=level.dissolve)
    ]
    if clashes:
        _note_rows(log, "DUPLICATE_AREA", level, rows[clashes], Severity.ERROR)
    kept = list(first.values())
    planar = None
    if areas.planar is not None:
        planar = np.empty(len(kept), dtype=object)
        for i, positions in enumerate(groups.values()):
            shapes = areas.planar[positions if level.dissolve else positions[:1]]
            planar[i] = shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)
    return replace(
        areas,
        codes=tuple(first),
        names=tuple(areas.names[p] for p in kept),
        parents=tuple(areas.parents[p] for p in kept),
        planar=planar,
    )


def _differs(areas: LevelAreas, first: int, other: int, *, is_dissolved: bool) -> bool:
    if areas.planar is not None:
        return not is_dissolved
    return (areas.names[first], areas.parents[first]) != (areas.names[other], areas.parents[other])


def columns_of(levels: Sequence[LevelAreas]) -> dict[str, dict[str, str]]:
    """Return level → code → name."""
    return {level.id: dict(zip(level.codes, level.names, strict=True)) for level in levels}
