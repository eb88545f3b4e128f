"""Runs the real reader on the sample: what Convive will understand, and what it would reject."""

from __future__ import annotations

from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa
from pydantic import ValidationError

from convive.app.ingest.placing import Placer
from convive.app.tables import ANSWERS, COUNTS, INCIDENTS, NOTES, OBSERVATIONS, STATISTICS
from convive.app.territory import CITY, NOWHERE
from convive.connectors.city_pack.area_index import AreaIndex
from convive.connectors.city_pack.captures import Told
from convive.connectors.city_pack.counts import CountsReader
from convive.connectors.city_pack.family import Context, Reading
from convive.connectors.city_pack.family_schemas import FAMILIES
from convive.connectors.city_pack.files import PackFolder
from convive.connectors.city_pack.mapping_schema import Mapping
from convive.connectors.city_pack.open_sheets import note_refusal
from convive.connectors.city_pack.problem_log import ProblemLog, RefusedError, SourceLog
from convive.connectors.city_pack.source_reading import READERS
from convive.connectors.city_pack.toml_files import note_breaches
from convive.connectors.city_pack.wizard.proposal import Path_, Proposal
from convive.connectors.city_pack.wizard.sample import Sample, placed, read_again
from convive.core.model import City, Place, Problem, Severity

N_SHOWN = 8
_TABLES = {
    "incidents": INCIDENTS,
    "counts": COUNTS,
    "statistics": STATISTICS,
    "surveys": ANSWERS,
    "observations": OBSERVATIONS,
    "notes": NOTES,
}
PREVIEW_SOURCE = {"id": "preview", "title": "-", "owner": "-", "licence": "-"}


@dataclass(frozen=True)
class Preview:
    """What reading the sample by the proposed mapping gives."""

    rows_read: int = 0
    rows_used: int = 0
    rows_rejected: int = 0
    problems: tuple[Problem, ...] = ()
    rows: tuple[Map[str, Any], ...] = ()
    """The first rows as Convive understands them, columns as in ``app.tables``."""
    placed: Map[str, int] = field(default_factory=dict)
    """Level → rows that lie in one of its areas; empty without areas to lie in."""
    rows_outside: int = 0
    """Rows whose point lies outside all boundaries."""


def check_mapping(family: str, tables: Map[str, Any]) -> Mapping:
    """Return the mapping, checked against the closed schema of its family.

    Raises
    ------
    ValidationError
        From pydantic; a proposal that a person has not spoilt never does.
    """
    given = {"source": {**PREVIEW_SOURCE, "files": ["*"]}, **tables}
    return FAMILIES[family].model_validate(given)


def is_valid(proposal: Proposal) -> bool:
    """Tell whether what is proposed keeps the closed schema: nothing else may be saved."""
    if proposal.family.id not in FAMILIES:
        return proposal.is_usable
    try:
        check_mapping(proposal.family.id, proposal.mapping())
    except ValidationError:
        return False
    return proposal.is_usable


def fits(proposal: Proposal, path: Path_) -> bool:
    """Tell whether what is proposed for a key is of the kind that mapping files want there."""
    if proposal.family.id not in FAMILIES:
        return True
    try:
        check_mapping(proposal.family.id, proposal.mapping())
    except ValidationError as invalid:
        return not any(error["loc"][: len(path)] == path for error in invalid.errors())
    return True


def preview(
    sample: Sample,
    proposal: Proposal,
    city: City,
    index: AreaIndex | None,
    placer: Placer | None = None,
) -> Preview:
    """Return what the real reader makes of the sample; every problem is noted, none raised.

    With the `placer` of the pack, incidents are placed in its areas as the audit will do it.
    """
    family = proposal.family.id
    if family not in FAMILIES or not proposal.is_usable:
        return Preview()
    log = ProblemLog()
    try:
        mapping = check_mapping(family, proposal.mapping())
    except ValidationError as invalid:
        note_breaches(invalid, "", sample.name, FAMILIES[family], log)
        return Preview(problems=tuple(log.problems))
    source = SourceLog("preview", log)
    try:
        with placed(sample) as folder:
            reading = _read((folder, sample.told), mapping, family, (city, index), source)
    except RefusedError as refused:
        note_refusal(log, refused, sample.name)
        return Preview(problems=tuple(log.problems))
    parts = reading.tables.get(_TABLES[family].name, [])
    rows = pa.concat_tables(parts) if parts else None
    inside: dict[str, int] = {}
    outside = 0
    if rows is not None and placer is not None and family == "incidents":
        inside, outside = _placed_by(placer, rows)
    return Preview(
        reading.rows_read,
        reading.rows_used,
        reading.rows_rejected,
        _joined(log.problems),
        tuple(rows.slice(0, N_SHOWN).to_pylist()) if rows is not None else (),
        inside,
        outside,
    )


def _placed_by(placer: Placer, rows: pa.Table) -> tuple[dict[str, int], int]:
    """Return how many rows lie in an area of each level, and how many outside all of them."""
    found = placer.place(rows)
    counts = {level: int((at != NOWHERE).sum()) for level, at in found.at.items() if level != CITY}
    return counts, int(found.is_outside.sum())


def _read(
    files: tuple[PackFolder, Map[str, Told]],
    mapping: Mapping,
    family: str,
    around: tuple[City, AreaIndex | None],
    source: SourceLog,
) -> Reading:
    city, index = around
    folder, told = files
    sheets = read_again(folder, mapping.format, source, told)
    known = index or _areas_of_file(mapping, sheets)
    reader = READERS[family](mapping, Context(city, known), source)
    if not reader.prepare():
        return Reading()
    if isinstance(reader, CountsReader):
        rates: tuple[Any, ...] = ()
        if reader.rates_sheet is not None:
            fmt = mapping.format.model_copy(update={"sheet": reader.rates_sheet})
            rates = read_again(folder, fmt, source, told)
        reader.read_all(list(sheets), list(rates))
        return reader.reading
    for sheet in sheets:
        reader.read(sheet)
    finished: Reading = reader.finish()
    if family == "incidents":
        _count_ids_once(finished, mapping, source)
    return finished


def _count_ids_once(reading: Reading, mapping: Any, source: SourceLog) -> None:
    """Note rows whose identifier came before: an audit counts each once, over all files."""
    is_expected = bool(mapping.columns.gravest)
    code = "FURTHER_ROWS" if is_expected else "DUPLICATE_ID"
    severity = Severity.NOTE if is_expected else Severity.WARNING
    seen: set[str] = set()
    for table in reading.tables.get(INCIDENTS.name, []):
        ids = table.column("incident_id").to_pylist()
        again = []
        for row, identifier in zip(table.column("row").to_pylist(), ids, strict=True):
            if identifier is not None and identifier in seen:
                again.append(row)
            seen.add(identifier)
        place = Place(table.column("file")[0].as_py() if table.num_rows else "")
        source.rows(code, place, again, table.num_rows, severity=severity)
        reading.rows_used -= len(again)
        reading.rows_rejected += len(again)


def _joined(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return the problems, those of the same kind in several sheets as one."""
    found: dict[tuple[str, str | None], Problem] = {}
    for problem in problems:
        key = (problem.code, problem.place.column)
        known = found.get(key)
        found[key] = replace(known, rows=known.rows + problem.rows) if known else problem
    return tuple(found.values())


def _areas_of_file(mapping: Any, sheets: tuple[Any, ...]) -> AreaIndex:
    """Return an index that knows every area of the file: nothing to check against without a pack."""
    columns = mapping.columns
    names: dict[str, dict[str, str]] = {}
    if columns.area is not None:
        level = names.setdefault(columns.area_level or "", {})
        for sheet in sheets:
            if sheet.has(columns.area):
                words = sheet.texts(columns.area).unique().to_pylist()
                padded = (w.zfill(columns.area_pad or 0) for w in words if w is not None)
                level.update({word: word for word in padded})
    return AreaIndex(names)
