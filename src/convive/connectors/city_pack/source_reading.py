"""Reads one source of a pack: its files by its mapping, whatever the family."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from convive.app.ports import EvidenceKeeper, IncidentPart, PartKey
from convive.connectors.city_pack.counts import CountsReader
from convive.connectors.city_pack.family import Context, Reading
from convive.connectors.city_pack.file_names import is_named_right
from convive.connectors.city_pack.files import PackFile, PackFolder, Wanted
from convive.connectors.city_pack.incident_files import IncidentFiles, reading_digest
from convive.connectors.city_pack.incidents import IncidentsReader
from convive.connectors.city_pack.layout import watched
from convive.connectors.city_pack.mapping_schema import AreaColumns, Mapping
from convive.connectors.city_pack.notes import NotesReader
from convive.connectors.city_pack.observations import ObservationsReader
from convive.connectors.city_pack.open_sheets import (
    find_files,
    note_refusal,
    opened_files,
    sheets_of_files,
)
from convive.connectors.city_pack.problem_log import ProblemLog, RefusedError, SourceLog
from convive.connectors.city_pack.row_files import TABLES, RowFiles
from convive.connectors.city_pack.statistics import StatisticsReader
from convive.connectors.city_pack.surveys import SurveysReader
from convive.core.model import Severity

READERS: dict[str, Callable[..., Any]] = {
    "incidents": IncidentsReader,
    "counts": CountsReader,
    "surveys": SurveysReader,
    "statistics": StatisticsReader,
    "observations": ObservationsReader,
    "notes": NotesReader,
}


@dataclass
class SourceReading:
    """One source: its mapping, what was found wrong, and its rows."""

    family: str
    path: Path
    mapping: Mapping
    log: SourceLog
    reading: Reading = field(default_factory=Reading)
    files: list[str] = field(default_factory=list)
    parts: tuple[IncidentPart, ...] = ()
    """Of a source of incidents."""
    kept: list[PartKey] = field(default_factory=list)
    """Of a survey, of observations and notes."""


def read_source(
    folder: PackFolder, source: SourceReading, context: Context, keeping: tuple[EvidenceKeeper, str]
) -> None:
    """Read the files of a source by its mapping; whatever is wrong is noted.

    `keeping` is what takes rows about persons, and the digest of the territory.
    """
    label = context.mapping_label
    reader = READERS[source.family](source.mapping, context, source.log)
    columns = source.mapping.columns  # type: ignore[attr-defined]
    is_ready = _check_area_level(columns, context, source.log)
    is_ready = reader.prepare() and is_ready
    patterns = source.mapping.source.files
    files = find_files(source.path.parent, patterns, source.log.log, label)
    source.files = sorted({folder.label(wanted.path) for wanted in files})
    if not is_ready:
        return
    opened = _named_right(folder, files, source, context)
    if isinstance(reader, CountsReader):
        _read_counts(source, reader, list(opened), label)
        return
    if isinstance(reader, IncidentsReader):
        _keep_incidents(source, reader, opened, keeping)
    elif source.family in TABLES:
        keeper, territory = keeping
        taking = RowFiles(source.family, source.mapping, reader, keeper, territory, source.log)
        source.kept = taking.take(opened)
        source.reading = reader.finish()
    else:
        sheets = sheets_of_files(opened, source.mapping.format, source.log, reader.needed())
        for sheet in watched(sheets, source.mapping, source.log):
            guarded(partial(reader.read, sheet), source.log.log, sheet.file)
        source.reading = reader.finish()
    _check_used(source, label)


def _named_right(
    folder: PackFolder, files: Sequence[Wanted], source: SourceReading, context: Context
) -> Iterator[PackFile]:
    """Yield the files whose names capture what there is; the others are noted."""
    columns = source.mapping.columns  # type: ignore[attr-defined]
    for file in opened_files(folder, files, source.log):
        if is_named_right(file, columns, context.index, source.log):
            yield file


def _read_counts(
    source: SourceReading, reader: CountsReader, files: Sequence[PackFile], label: str
) -> None:
    fmt = source.mapping.format
    sheets = list(watched(sheets_of_files(files, fmt, source.log), source.mapping, source.log))
    rates = []
    if reader.rates_sheet is not None:
        rates_format = fmt.model_copy(update={"sheet": reader.rates_sheet})
        rates = list(sheets_of_files(files, rates_format, source.log))
    guarded(lambda: reader.read_all(sheets, rates), source.log.log, label)
    source.reading = reader.reading


def _keep_incidents(
    source: SourceReading,
    reader: IncidentsReader,
    files: Iterator[PackFile],
    keeping: tuple[EvidenceKeeper, str],
) -> None:
    keeper, territory = keeping
    digest = reading_digest(reader.mapping, territory)
    taking = IncidentFiles(reader.mapping, reader, keeper, digest, source.log)
    for file in files:
        taking.take(file)
    source.parts = taking.finish()
    source.reading = taking.reading


def _check_used(source: SourceReading, label: str) -> None:
    """Note a source of which no row can be used: the audit would miss it without a word."""
    reading = source.reading
    is_spoken_of = any(
        problem.severity is Severity.ERROR
        and (problem.place.file == label or problem.place.file in source.files)
        for problem in source.log.log.problems
    )
    if reading.rows_rejected and not reading.rows_used and not is_spoken_of:
        source.log.fail("ROWS_NONE_USED", label, n=reading.rows_rejected)


def guarded(step: Callable[[], None], log: ProblemLog, label: str) -> None:
    """Run a step; a refusal becomes a problem."""
    try:
        step()
    except RefusedError as refused:
        note_refusal(log, refused, label)


def _check_area_level(columns: AreaColumns, context: Context, source: SourceLog) -> bool:
    """Note a level that the city does not have."""
    if columns.area is None:
        return True
    if columns.level_key in context.index.names:
        return True
    known = ", ".join(context.index.names)
    key = "columns.area_vintage" if columns.area_vintage else "columns.area_level"
    data = {"key": key, "value": columns.level_key, "allowed": known}
    source.fail("VALUE_INVALID", context.mapping_label, **data)
    return False
