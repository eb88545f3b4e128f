"""Takes the first rows of a file, however big it is, through the same readers as an audit."""

from __future__ import annotations

import gzip
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

import numpy as np
import shapely

from convive.connectors.city_pack.archives import MAX_FILE_BYTES, open_zip, read_member
from convive.connectors.city_pack.area_index import AreaIndex
from convive.connectors.city_pack.captures import Told
from convive.connectors.city_pack.files import PackFolder, shown
from convive.connectors.city_pack.mapping_schema import Format
from convive.connectors.city_pack.open_sheets import find_files, open_sheets
from convive.connectors.city_pack.problem_log import ProblemLog, RefusedError, SourceLog
from convive.connectors.city_pack.sheet import Sheet
from convive.connectors.city_pack.typed_tables import (
    build_sheet,
    join_stretches,
    read_features,
)
from convive.connectors.city_pack.wizard.places import grids_for

N_ROWS = 20_000
N_BYTES = 8 * 1024 * 1024
"""No more of a text file is unpacked and looked at."""
N_MEMBERS = 6
TEXTS = (".csv", ".tsv", ".tab", ".txt")
SHAPES = (".shp", ".gpkg", ".geojson", ".json", ".fgb", ".kml")
BOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
_SIDE_FILES = (".shx", ".dbf", ".prj", ".cpg")


@dataclass(frozen=True)
class Shapes:
    """The geometry of a file."""

    kind: str
    """polygon, line or point."""
    crs: str | None
    n: int
    bounds: tuple[float, float, float, float] | None = None
    """In the units of the file; None without geometry."""


@dataclass(frozen=True)
class Sample:
    """The beginning of a file."""

    name: str
    """As on disk."""
    pattern: str
    """For ``files`` of the mapping: the name, or ``archive!members``."""
    sheets: tuple[Sheet, ...]
    parts: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """Small files that hold the sample, by name, to be read again by a mapping."""
    is_whole: bool = True
    shapes: Shapes | None = None
    told: Mapping[str, Told] = field(default_factory=dict)
    """What the names of the parts capture."""
    members: tuple[str, ...] = ()
    """Of an archive without folders: the names of all members of its kind."""
    grids: tuple[str, ...] = ()
    """Of points or lines that come without a projection: those that they can be in, the one that
    the sample was read by first."""


def take_sample(path: Path, *, sheet: str | None = None, index: AreaIndex | None = None) -> Sample:
    """Return the first rows of a file.

    Parameters
    ----------
    path : Path
        A table, workbook, geographic file, or an archive of one kind of these.
    sheet : str, optional
        Sheet of a workbook (``*`` and ``{year}`` as in a mapping), or layer.
    index : AreaIndex, optional
        Where the city lies, for points whose file does not tell its projection.

    Raises
    ------
    RefusedError
        FILE_PART_OF_SHAPEFILE, FILE_UNREADABLE, FILE_EMPTY, ARCHIVE_NOTHING_FOUND and what the readers refuse.
    """
    name = shown(path.name)
    if path.suffix.lower() in _SIDE_FILES:
        main = shown(path.with_suffix(".shp").name)
        raise RefusedError("FILE_PART_OF_SHAPEFILE", label=name, main=main)
    data, is_whole = _beginning(path)
    if name.lower().endswith((".zip", ".kmz")):
        return _of_archive(name, data, sheet, index)
    inner = name[:-3] if name.lower().endswith(".gz") else name
    kept, is_kept_whole = _cut(inner, data)
    parts = {inner: kept}
    if inner.lower().endswith(".shp"):
        parts.update(_beside(path))
    return _read(Sample(name, name, (), parts, is_whole and is_kept_whole), sheet, index)


def _beginning(path: Path) -> tuple[bytes, bool]:
    """Return the bytes of a file, of a text no more than is looked at; and whether that is all."""
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    is_packed = suffixes[-1:] == [".gz"]
    kind = suffixes[0] if is_packed and len(suffixes) == 2 else (suffixes or [""])[-1]
    most = N_BYTES if kind in TEXTS else MAX_FILE_BYTES
    try:
        if not path.is_file():
            raise RefusedError("FILE_UNREADABLE", label=shown(path.name))
        with path.open("rb") as opened:
            stream = gzip.GzipFile(fileobj=opened) if is_packed else opened
            limit = most if kind in TEXTS else min(most, 512 * 1024 * 1024)
            data = stream.read(limit + 1)
    except (OSError, EOFError, zlib.error) as problem:
        code = "ARCHIVE_DAMAGED" if is_packed else "FILE_UNREADABLE"
        raise RefusedError(code, label=shown(path.name)) from problem
    if not data:
        raise RefusedError("FILE_EMPTY", label=shown(path.name))
    if len(data) > limit and kind not in TEXTS:
        raise RefusedError("FILE_TOO_LARGE", label=shown(path.name))
    return data[:limit], len(data) <= limit


def _cut(name: str, data: bytes) -> tuple[bytes, bool]:
    """Return no more than the first rows of a text; other files are cut while they are read."""
    suffix = Path(name).suffix.lower()
    if suffix not in TEXTS or data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:100]:
        return data, True
    end = 0
    for _ in range(N_ROWS):
        at = data.find(b"\n", end)
        if at < 0:
            break
        end = at + 1
    else:
        return _without_open_quote(data[:end]), end >= len(data)
    if len(data) < N_BYTES:
        return data, True
    return _without_open_quote(data[: end or len(data)]), False


def _without_open_quote(data: bytes) -> bytes:
    """Return the text without a last record that the cut goes through."""
    for _ in range(200):
        if data.count(b'"') % 2 == 0:
            return data
        data = data[: data.rstrip(b"\n").rfind(b"\n") + 1]
    return data


def _beside(path: Path) -> dict[str, bytes]:
    """Return the files that belong to a shapefile."""
    return {
        path.stem + suffix: beside.read_bytes()
        for suffix in _SIDE_FILES
        for beside in (path.with_suffix(suffix),)
        if beside.is_file()
    }


def _of_archive(name: str, data: bytes, sheet: str | None, index: AreaIndex | None) -> Sample:
    """Return the sample of an archive: of the kind of member that it has most of."""
    archive = open_zip(data)
    infos = [i for i in archive.infolist() if not i.is_dir() and "__MACOSX" not in i.filename]
    readable = (*TEXTS, *SHAPES, *BOOKS, ".parquet", ".sav", ".dta", ".rds", ".rda")
    kinds = Counter(
        PurePosixPath(i.filename).suffix.lower()
        for i in infos
        if PurePosixPath(i.filename).stem.lower() not in ("readme", "license", "licence")
    )
    found = [kind for kind in readable if kinds.get(kind)]
    if not found:
        raise RefusedError("ARCHIVE_NOTHING_FOUND", label=name, pattern="*.csv, *.xlsx, *.shp")
    suffix = max(found, key=lambda kind: (kinds[kind], -readable.index(kind)))
    alike = [i for i in infos if i.filename.lower().endswith(suffix)]
    chosen = alike[:N_MEMBERS]
    parts = {}
    is_whole = len(chosen) == kinds[suffix]
    for info in chosen:
        inner = shown(PurePosixPath(info.filename).name)
        content, is_part_whole = _cut(inner, read_member(archive, info, len(data)))
        parts[inner], is_whole = content, is_whole and is_part_whole
        stem = PurePosixPath(info.filename).with_suffix("")
        for side in infos if suffix == ".shp" else ():
            if PurePosixPath(side.filename).with_suffix("") == stem:
                parts[PurePosixPath(side.filename).name] = read_member(archive, side, len(data))
    pattern = name if name.lower().endswith(".kmz") else f"{name}!*{suffix}"
    is_flat = not any("/" in info.filename for info in alike)
    members = tuple(shown(info.filename) for info in alike) if is_flat else ()
    return _read(Sample(name, pattern, (), parts, is_whole, members=members), sheet, index)


def _read(sample: Sample, sheet: str | None, index: AreaIndex | None) -> Sample:
    """Return the sample with its sheets and what geometry it has."""
    main = next(iter(sample.parts))
    suffix = Path(main).suffix.lower()
    shapes = None
    if suffix in SHAPES:
        shapes = _shapes(sample, main, sheet)
        if shapes.kind == "polygon":
            return replace(sample, shapes=shapes, sheets=_attributes(sample, main, sheet))
        if shapes.crs is None:
            sample = replace(sample, grids=grids_for(shapes.bounds, index))
    crs = sample.grids[0] if sample.grids else None
    fmt = Format(sheet=sheet or ("*" if suffix in BOOKS else None), crs=crs)
    log = ProblemLog()
    with placed(sample) as folder:
        sheets = read_again(folder, fmt, SourceLog("sample", log))
    if not sheets and log.problems:
        first = next((p for p in log.problems if p.severity == "error"), log.problems[0])
        raise RefusedError(first.code, label=first.place.file, **first.data)
    is_whole = sample.is_whole and all(found.n_rows < N_ROWS for found in sheets)
    return replace(sample, sheets=sheets, shapes=shapes, is_whole=is_whole)


def _shapes(sample: Sample, main: str, layer: str | None) -> Shapes:
    with placed(sample) as folder:
        name = str(Path(main).with_suffix(".geojson")) if main.endswith(".json") else main
        path = folder.root / main
        if name != main:
            path = path.rename(folder.root / name)
        _, _, geometry, crs = read_features(path, layer)
    shapes = shapely.from_wkb(geometry, on_invalid="ignore")
    dimensions = shapely.get_dimensions(shapes)
    kind = {0: "point", 1: "line", 2: "polygon"}[max(0, int(dimensions.max(initial=0)))]
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(shapes))
    bounds = None if np.isnan(west) else (west, south, east, north)
    return Shapes(kind, crs, len(geometry), bounds)


def _attributes(sample: Sample, main: str, layer: str | None) -> tuple[Sheet, ...]:
    """Return the attributes of polygons as a sheet, and only those."""
    with placed(sample) as folder:
        path = folder.root / main
        if main.endswith(".json"):
            path = path.rename(path.with_suffix(".geojson"))
        names, columns, _, _ = read_features(path, layer)
    if not columns:
        return ()
    return (build_sheet(main, names, columns, Format(), first_row=1),)


@contextmanager
def placed(sample: Sample) -> Iterator[PackFolder]:
    """Write the sample where the readers of a pack can open it, and take it away again."""
    with tempfile.TemporaryDirectory(prefix="convive-") as temporary:
        root = Path(temporary).resolve()
        for name, content in sample.parts.items():
            (root / PurePosixPath(name).name).write_bytes(content)
        yield PackFolder(root)


def read_again(
    folder: PackFolder, fmt: Format, source: SourceLog, told: Mapping[str, Told] | None = None
) -> tuple[Sheet, ...]:
    """Return the sheets of a placed sample, each once, in the order of the files.

    Of a file that is no workbook no more than the first rows are read. `told` is what the names
    of the files capture.
    """
    names = [p.name for p in sorted(folder.root.iterdir()) if p.suffix not in _SIDE_FILES]
    found: list[Sheet] = []
    for file in find_files(folder.root, names, source.log, ""):
        joined: dict[str | None, list[Sheet]] = {}
        n = 0
        named = file._replace(told=(told or {}).get(file.path.name, ()))
        for stretch in open_sheets(folder, [named], fmt, source):
            joined.setdefault(stretch.sheet, []).append(stretch)
            n += stretch.n_rows
            if n >= N_ROWS and file.path.suffix.lower() not in BOOKS:
                break
        found += [_first_rows(join_stretches(stretches)) for stretches in joined.values()]
    return tuple(found)


def _first_rows(sheet: Sheet) -> Sheet:
    return sheet.where(np.arange(sheet.n_rows) < N_ROWS)
