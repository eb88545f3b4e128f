"""Hands the rows of surveys, observations and notes to a keeper; an unchanged source is not read.

A respondent, stop or note that came in one file is known in the next, so the files of a source
are read together or not at all; what is kept is kept file by file, as it is weeded and deleted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa

from convive.app.ports import PartKey, RowsKeeper
from convive.app.schema import as_json, empty_table
from convive.app.tables import ANSWERS, NOTES, OBSERVATIONS, RESPONDENTS, TableSpec
from convive.connectors.city_pack.family import Reading
from convive.connectors.city_pack.files import PackFile
from convive.connectors.city_pack.layout import watched
from convive.connectors.city_pack.mapping_schema import Mapping as SourceMapping
from convive.connectors.city_pack.open_sheets import note_refusal, sheets_of
from convive.connectors.city_pack.problem_log import ProblemLog, RefusedError, SourceLog
from convive.connectors.city_pack.sheet import Sheet

ROWS_VERSION = 1
"""Goes up with every change of how these families are read: what was kept is read anew."""
TABLES: Mapping[str, tuple[TableSpec, ...]] = {
    "surveys": (RESPONDENTS, ANSWERS),
    "observations": (OBSERVATIONS,),
    "notes": (NOTES,),
}
"""Families whose rows may be about persons, and the tables that they give."""
_Rows = dict[tuple[str, str], list[pa.Table]]
"""(File, table) → rows."""


class RowsReader(Protocol):
    """Reads the sheets of one source."""

    mapping: Any
    source: SourceLog
    reading: Reading

    def read(self, sheet: Sheet) -> None:
        """Add the rows of a sheet to the reading."""
        ...


@dataclass
class RowFiles:
    """The rows of one source, of all its files together."""

    family: str
    mapping: SourceMapping
    reader: RowsReader
    keeper: RowsKeeper
    territory: str
    """Digest of the territory."""
    log: SourceLog

    def take(self, files: Iterable[PackFile]) -> list[PartKey]:
        """Read the files unless they are kept already; return the parts, table by table."""
        found = list(files)
        keys = self._keys(found)
        records = [self.keeper.record_of(key) for key in keys.values()]
        if not keys:
            return []
        kept = None if None in records else records[0]
        record = self._read(found, keys) if kept is None else kept
        self.log.add_record(record["log"])
        reading = self.reader.reading = Reading(
            rows_read=record["rows_read"],
            rows_used=record["rows_used"],
            rows_rejected=record["rows_rejected"],
        )
        if record.get("is_unusable"):
            return []
        for (_, name), key in keys.items():
            spec = next(one for one in TABLES[self.family] if one.name == name)
            rows = self.keeper.rows_of(key, spec)
            if rows.num_rows:
                reading.tables.setdefault(name, []).append(rows)
        return list(keys.values())

    def _keys(self, found: Sequence[PackFile]) -> dict[tuple[str, str], PartKey]:
        """Return the part of each file and table: every file of the source decides about it."""
        contents = as_json([_decisive(file) for file in found])
        content = hashlib.sha256(contents.encode("utf-8", "surrogatepass")).hexdigest()
        given = self.mapping.model_dump(mode="json", exclude={"source"})
        told = [ROWS_VERSION, self.family, self.territory, given]
        digest = hashlib.sha256(as_json(told).encode("utf-8", "surrogatepass")).hexdigest()
        return {
            (file.label, spec.name): PartKey(
                self.log.source_id, file.label, content, f"{digest}.{spec.name}"
            )
            for file in found
            for spec in TABLES[self.family]
        }

    def _read(
        self, found: Sequence[PackFile], keys: Mapping[tuple[str, str], PartKey]
    ) -> Mapping[str, Any]:
        """Read the files, keep their rows unless there are errors, and return what was found."""
        log = SourceLog(self.log.source_id, ProblemLog())
        self.reader.source = log
        sheets = (sheet for file in found for sheet in sheets_of(file, self.mapping.format, log))
        rows: _Rows = {}
        for sheet in watched(sheets, self.mapping, log):
            self._read_sheet(sheet, rows, log)
        self.reader.source = self.log
        record: dict[str, Any] = {
            "log": json.loads(as_json(log.as_record())),
            "rows_read": self.reader.reading.rows_read,
            "rows_used": self.reader.reading.rows_used,
            "rows_rejected": self.reader.reading.rows_rejected,
        }
        if log.log.has_errors:
            return record | {"is_unusable": True}
        for (file, name), key in keys.items():
            spec = next(one for one in TABLES[self.family] if one.name == name)
            given = rows.get((file, name), [empty_table(spec)])
            self.keeper.keep_rows(key, spec, pa.concat_tables(given), record)
        return record

    def _read_sheet(self, sheet: Sheet, rows: _Rows, log: SourceLog) -> None:
        try:
            self.reader.read(sheet)
        except RefusedError as refused:
            note_refusal(log.log, refused, sheet.file)
        for name in list(self.reader.reading.tables):
            rows.setdefault((sheet.file, name), []).extend(self.reader.reading.tables.pop(name))


def _decisive(file: PackFile) -> list[Any]:
    """Return what of a file decides the rows: its name, its bytes, what its name captures."""
    return [file.label, file.content, *([file.told] if file.told else [])]
