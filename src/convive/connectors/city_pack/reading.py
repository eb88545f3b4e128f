"""Reads a whole city pack: city.toml, territory, evidence; collects every problem."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import shapely

from convive.app.ingest.keeper import PassingKeeper
from convive.app.ports import (
    Evidence,
    IncidentParts,
    KeeperMaker,
    PackReading,
    Progress,
    UnmappedShare,
    silent,
)
from convive.app.schema import conform, empty_table, table_from_rows
from convive.app.tables import (
    COUNTS,
    EVIDENCE_TABLES,
    INCIDENTS,
    QUALITY,
    SOURCES,
    STATISTICS,
    TableSpec,
)
from convive.connectors.city_pack.area_index import AreaIndex
from convive.connectors.city_pack.area_table import build_areas, check_levels, link_parents
from convive.connectors.city_pack.categories import note_validity, used_crosswalks, words_left
from convive.connectors.city_pack.city_checks import check_city, check_interventions
from convive.connectors.city_pack.city_schema import CityFile, build_city, localise
from convive.connectors.city_pack.corrections import read_corrections
from convive.connectors.city_pack.covers import cover_of
from convive.connectors.city_pack.family import Context
from convive.connectors.city_pack.family_schemas import FAMILIES, CountsMapping, SurveyMapping
from convive.connectors.city_pack.files import PackFolder
from convive.connectors.city_pack.harm import read_harm
from convive.connectors.city_pack.incident_files import (
    territory_digest,
)
from convive.connectors.city_pack.look import read_look
from convive.connectors.city_pack.mapping_schema import Mapping
from convive.connectors.city_pack.problem_log import (
    ProblemLog,
    SourceLog,
    quality_rows,
)
from convive.connectors.city_pack.protection import protection_columns
from convive.connectors.city_pack.source_reading import SourceReading, read_source
from convive.connectors.city_pack.territory import LevelAreas, columns_of, read_level
from convive.connectors.city_pack.toml_files import load_toml, mapping_files
from convive.connectors.city_pack.vintages import Vintage, read_vintages, shared_out
from convive.core.model import City, Place, Severity

KIND_OF = {"surveys": "survey"}
SORTED = ("incidents", "counts")
"""Families whose words become categories."""


@dataclass(frozen=True)
class Territory:
    """The city, its areas, and how rows find them."""

    city: City
    areas: pa.Table
    index: AreaIndex
    vintages: dict[str, Vintage] = field(default_factory=dict)


def read_pack(
    pack: Path,
    *,
    keeper: KeeperMaker | None = None,
    progress: Progress = silent,
    today: date | None = None,
) -> PackReading:
    """Return the evidence of a pack, normalised, and every problem found in it.

    Nothing that is wrong in a file is raised. Evidence is None where a problem of severity
    ``error`` was found: it must be mended first.

    Parameters
    ----------
    pack : Path
        Folder with ``city.toml``; see ``docs/reference/pack.md``.
    keeper : callable, optional
        Makes what keeps the incidents, once the territory is read; by default they are checked
        and not kept.
    progress : callable, optional
        Called with (step, done, total).
    today : date, optional
        Incidents of later days are left out and noted; without it no day is in the future.
    """
    log = ProblemLog()
    folder = PackFolder(Path(pack))
    if not folder.root.is_dir():
        log.fail("PACK_MISSING", folder.root.name or str(folder.root))
        return PackReading(None, tuple(log.problems))
    with folder.hashing_ahead():
        return _read(folder, log, keeper or PassingKeeper, progress, today)


def _read(
    folder: PackFolder,
    log: ProblemLog,
    keeper: KeeperMaker,
    progress: Progress,
    today: date | None,
) -> PackReading:
    """Read what is in the folder of a pack; see `read_pack`."""
    progress("territory", 0, 0)
    territory = read_territory(folder, log)
    sources = _list_sources(folder, log)
    if territory is None:
        return PackReading(None, tuple(log.problems))
    corrections = read_corrections(folder, territory.city.languages[0], log)
    kept = keeper(territory.city, territory.areas)
    place = territory_digest(territory.areas, territory.index)
    for done, source in enumerate(sources):
        progress("evidence", done, len(sources))
        context = Context(territory.city, territory.index, folder.label(source.path), today)
        read_source(folder, source, context, (kept, place))
        cover = cover_of(source.reading.tables, source.parts)
        note_validity(source.mapping, cover, source.log, context.mapping_label)
        _share_out(source, territory.vintages)
    progress("evidence", len(sources), len(sources))
    unmapped = tuple(_unmapped(source, folder) for source in sources if _is_sorted(source))
    if log.has_errors:
        return PackReading(None, tuple(log.problems), unmapped)
    evidence = replace(_evidence(territory, sources, folder), corrections=corrections)
    return PackReading(evidence, tuple(log.problems), unmapped)


def _is_sorted(source: SourceReading) -> bool:
    """Tell whether rows of a source were sorted into categories."""
    return source.family in SORTED and source.reading.rows_read > 0


def _unmapped(source: SourceReading, folder: PackFolder) -> UnmappedShare:
    found = source.log.quality
    counts = [found.get(code) for code in ("unmapped_category", "left_without_kind")]
    n, n_left = (one.n if one else 0 for one in counts)
    base = max([source.reading.rows_read, *(one.base for one in counts if one)])
    label = folder.label(source.path)
    return UnmappedShare(source.mapping.source.id, label, n, n_left, base)


def read_territory(folder: PackFolder, log: ProblemLog) -> Territory | None:
    """Return city and areas, or None after noting what forbids it."""
    path = folder.root / "city.toml"
    if not os.path.lexists(path):
        log.fail("PACK_MISSING", "city.toml")
        return None
    raw = load_toml(folder, path, CityFile, log)
    if raw is None:
        return None
    crs = check_city(raw, log)
    if crs is None:
        return None
    levels = [read_level(folder, level, crs, log) for level in raw.levels]
    found = [level for level in levels if level is not None]
    if len(found) < len(levels):
        return None
    vintages = {
        vintage.key: vintage
        for table, level in zip(raw.levels, found, strict=True)
        for vintage in read_vintages(folder, table, level, crs, log)
    }
    parents = link_parents(found, log)
    outline = check_levels(found, raw.levels, log)
    if log.has_errors:
        return None
    city = build_city(raw)
    city = replace(
        city, levels=tuple(_with_geometry(city, found)), harm=read_harm(folder, raw.harm, log),
        look=read_look(folder, raw.look, city.languages[0], log),
    )  # fmt: skip
    areas = build_areas(city, found, parents, outline)
    names = {**columns_of(found), "city": {city.id: city.name}}
    names |= {key: vintage.named() for key, vintage in vintages.items()}
    carried = {key: vintage.whole() for key, vintage in vintages.items()}
    index = AreaIndex(names, _bounds(areas), city.crs, carried)
    check_interventions(raw, index, log)
    return Territory(city, areas, index, vintages)


def _with_geometry(city: City, levels: list[LevelAreas]) -> list[Any]:
    return [
        replace(level, has_geometry=areas.planar is not None)
        for level, areas in zip(city.levels, levels, strict=True)
    ]


def _bounds(areas: pa.Table) -> tuple[float, float, float, float] | None:
    """Return the bounds of the inner points' areas in degrees."""
    shapes = [wkb for wkb in areas.column("geometry").to_pylist() if wkb is not None]
    if not shapes:
        return None
    west, south, east, north = shapely.total_bounds(shapely.from_wkb(shapes))
    return float(west), float(south), float(east), float(north)


def _list_sources(folder: PackFolder, log: ProblemLog) -> list[SourceReading]:
    """Return every mapping file, read; broken ones and repeated ids are noted."""
    sources: list[SourceReading] = []
    first: dict[str, str] = {}
    _note_unknown_families(folder, log)
    for family, schema, path in mapping_files(folder):
        mapping = load_toml(folder, path, schema, log)
        if mapping is None:
            continue
        label, source_id = folder.label(path), mapping.source.id
        if source_id in first:
            log.fail("DUPLICATE_SOURCE", label, source=source_id, other=first[source_id])
            continue
        first[source_id] = label
        sources.append(SourceReading(family, path, mapping, SourceLog(source_id, log)))
    return sources


def _note_unknown_families(folder: PackFolder, log: ProblemLog) -> None:
    base = folder.root / "evidence"
    if not base.is_dir():
        return
    for found in sorted(base.iterdir(), key=os.fsencode):
        if found.is_dir() and found.name not in FAMILIES and not found.name.startswith("."):
            data = {"allowed": ", ".join(FAMILIES)}
            log.add("FAMILY_UNKNOWN", Place(folder.label(found)), Severity.WARNING, **data)


def _share_out(source: SourceReading, vintages: dict[str, Vintage]) -> None:
    """Bring counts and statistics of older boundaries to the present ones."""
    if not vintages:
        return
    for spec in (COUNTS, STATISTICS):
        parts = source.reading.tables.get(spec.name)
        if parts:
            table = shared_out(spec, pa.concat_tables(parts), vintages, source.log)
            source.reading.tables[spec.name] = [table]


def _evidence(territory: Territory, sources: list[SourceReading], folder: PackFolder) -> Evidence:
    tables = {
        spec.name: _joined(spec, sources) for spec in EVIDENCE_TABLES if spec is not INCIDENTS
    }
    digests = folder.digests
    main = territory.city.languages[0]
    rows = [_source_row(source, digests, main) for source in sources]
    inputs = tuple(digests[path] for path in sorted(digests))
    return Evidence(
        city=territory.city,
        areas=territory.areas,
        incidents=IncidentParts(tuple(part for source in sources for part in source.parts)),
        sources=table_from_rows(SOURCES, rows),
        kept=tuple(key.name for source in sources for key in source.kept),
        quality=table_from_rows(QUALITY, quality_rows(source.log for source in sources)),
        inputs=inputs,
        crosswalks=used_crosswalks(source.mapping for source in sources),
        words_left={
            source.mapping.source.id: words_left(source.mapping, source.reading.tables["counts"])
            for source in sources
            if isinstance(source.mapping, CountsMapping) and "counts" in source.reading.tables
        },
        public_sources={
            source.mapping.source.id: localise(source.mapping.source.public_reason, main)
            for source in sources
            if source.mapping.source.already_public
        },
        **tables,
    )


def _joined(spec: TableSpec, sources: list[SourceReading]) -> pa.Table:
    parts = [part for source in sources for part in source.reading.tables.get(spec.name, [])]
    return conform(spec, pa.concat_tables(parts)) if parts else empty_table(spec)


def _source_row(source: SourceReading, digests: dict[str, Any], language: str) -> dict[str, Any]:
    given = source.mapping.source
    start, end = cover_of(source.reading.tables, source.parts)
    return {
        "source_id": given.id,
        "kind": KIND_OF.get(source.family, source.family),
        "title": localise(given.title, language),
        "owner": given.owner,
        "licence": given.licence,
        "url": given.url,
        "scope": given.scope,
        "sampling": _sampling(source.mapping),
        "period_start": start,
        "period_end": end,
        "files": [dict(digests[path]) for path in source.files if path in digests],
        **protection_columns(given.protection),
        "rows_read": source.reading.rows_read,
        "rows_used": source.reading.rows_used,
        "rows_rejected": source.reading.rows_rejected,
        "light": "usable",
        "reasons": [],
    }


def _sampling(mapping: Mapping) -> str | None:
    return mapping.survey.sampling if isinstance(mapping, SurveyMapping) else None


__all__ = ["read_pack"]
