"""Hands the incidents of each evidence file to a keeper; a file that is kept is not read again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from convive.app.ingest.facts import FACTS_VERSION
from convive.app.ports import IncidentKeeper, IncidentPart, PartKey, Repeated
from convive.app.schema import as_json
from convive.app.tables import INCIDENTS
from convive.connectors.city_pack.area_index import AreaIndex
from convive.connectors.city_pack.categories import used_crosswalks
from convive.connectors.city_pack.family import Reading
from convive.connectors.city_pack.family_schemas import IncidentsMapping
from convive.connectors.city_pack.files import PackFile
from convive.connectors.city_pack.incidents import IncidentsReader, needed_columns
from convive.connectors.city_pack.layout import watched
from convive.connectors.city_pack.open_sheets import note_refusal, stretches_of
from convive.connectors.city_pack.problem_log import (
    ERROR_SHARE,
    Gravity,
    ProblemLog,
    RefusedError,
    SourceLog,
    Totals,
)
from convive.connectors.city_pack.second_look import Known, SecondLookError
from convive.connectors.city_pack.sheet import Sheet
from convive.core.errors import NotFoundError
from convive.core.model import Place, Severity

READER_VERSION = 7
"""Goes up with every change of how incidents are read: parts of before are read anew."""


class _UnusableError(Exception):
    """A file with errors: nothing of it is kept."""


@dataclass
class IncidentFiles:
    """The incidents of one source, file by file."""

    mapping: IncidentsMapping
    reader: IncidentsReader
    keeper: IncidentKeeper
    reading_digest: str
    log: SourceLog
    keys: list[PartKey] = field(default_factory=list)
    reading: Reading = field(default_factory=Reading)
    n_read: int = 0
    """Files that were read and not found kept."""

    def take(self, file: PackFile) -> None:
        """Read a file unless it is kept already, and take over what was found in it."""
        key, record = self._known(file)
        if record is None:
            record = self._read(key, file)
        self.log.add_record(record["log"])
        self.reading.rows_read += record["rows_read"]
        self.reading.rows_used += record["rows_used"]
        self.reading.rows_rejected += record["rows_rejected"]
        if not record.get("is_unusable"):
            self.keys.append(key)

    def finish(self) -> tuple[IncidentPart, ...]:
        """Return the parts; what an earlier row said already is noted, and ids count once."""
        self.keys.sort(key=lambda key: key.file)
        if not self.keys:
            return ()
        found = self._repeated_ids()
        self._note_repeated_rows()
        return self.keeper.parts(self.keys, found)

    def _known(self, file: PackFile) -> tuple[PartKey, Mapping[str, Any] | None]:
        """Return the name of a file's part, with its record where it is kept as of today.

        Once a day has come that was in the future, what is kept lacks its rows: the part read
        from then on has a name of its own, so that nothing counted before is taken for it.
        """
        digest, today = told_digest(self.reading_digest, file), self.reader.context.today
        while True:
            key = PartKey(self.log.source_id, file.label, file.content, digest)
            record = self.keeper.record_of(key)
            until = record.get("first_future") if record else None
            if until is None or today is None or today.isoformat() < until:
                return key, record
            digest = hashlib.sha256(f"{digest}{until}".encode()).hexdigest()

    def _read(self, key: PartKey, file: PackFile) -> Mapping[str, Any]:
        """Read a file, once more for every time that a later stretch corrects earlier ones."""
        self.n_read += 1
        known = Known()
        while True:
            try:
                return self._read_by(known, key, file)
            except SecondLookError as second:
                known = second.known

    def _read_by(self, known: Known, key: PartKey, file: PackFile) -> Mapping[str, Any]:
        log = SourceLog(key.source_id, ProblemLog())
        reader = self.reader
        reader.source, reader.reading, reader.known = log, Reading(), known
        wanted = [name for name in needed_columns(self.mapping.columns) if name]
        record: dict[str, Any] = {}
        try:
            with (
                self.keeper.keeping(key) as writer,
                closing(stretches_of(file, self.mapping.format, log, known, wanted)) as sheets,
            ):
                for sheet in watched(sheets, self.mapping, log):
                    _guarded(reader, sheet, log)
                    for rows in reader.reading.tables.pop(INCIDENTS.name, []):
                        writer.write(rows)
                record = _record(log, reader.reading)
                _check_usable(log)
                writer.record = record
        except _UnusableError:
            record["is_unusable"] = True
        finally:
            reader.source, reader.reading, reader.known = self.log, Reading(), Known()
        return record

    def _repeated_ids(self) -> Mapping[PartKey, Repeated]:
        """Return the rows in whose stead another one of the same id counts.

        The first in the order of files does, and where the mapping names grave kinds the first
        of the gravest: then several rows of an incident are no fault of the file.
        """
        with_ids = [key for key in self.keys if self._record(key)["n_ids"]]
        gravest = self.mapping.columns.gravest
        found = self.keeper.repeated(with_ids, "id_hash", gravest) if with_ids else {}
        n_again = sum(len(found[key]) for key in with_ids)
        n = sum(self._record(key)["n"] for key in with_ids)
        # A file of which later ones tell the graver rows is all further rows, and no fault; where
        # nearly all rows of the source are, the column is no id.
        share = ERROR_SHARE["DUPLICATE_ID"]
        is_no_id = Gravity(n_again, n, share).is_error
        for key in with_ids:
            base = self._record(key)["n"]
            own = Gravity(len(found[key]), base, share)
            is_expected = bool(gravest) and not (is_no_id and own.is_error)
            self.log.rows(
                "FURTHER_ROWS" if is_expected else "DUPLICATE_ID",
                Place(key.file),
                found[key],
                base,
                severity=Severity.NOTE if is_expected else Severity.WARNING,
                totals=Totals(own) if gravest and not is_expected else None,
            )
        self.reading.rows_used -= n_again
        self.reading.rows_rejected += n_again
        return found

    def _note_repeated_rows(self) -> None:
        """Count rows that say the same as another; they are kept: it may be two incidents."""
        for key in self.keys:
            record = self._record(key)
            if record["n_ids"] < record["n"]:
                rows = self.keeper.repeated([key], "row_hash")[key]
                self.log.rows(
                    "DUPLICATE_ROWS",
                    Place(key.file),
                    rows,
                    record["rows_read"],
                    severity=Severity.NOTE,
                )

    def _record(self, key: PartKey) -> Mapping[str, Any]:
        record = self.keeper.record_of(key)
        if record is None:
            raise RuntimeError("a part was asked for before it was kept")
        return record


def _check_usable(log: SourceLog) -> None:
    if log.log.has_errors:
        raise _UnusableError


def _guarded(reader: IncidentsReader, sheet: Sheet, log: SourceLog) -> None:
    try:
        reader.read(sheet)
    except RefusedError as refused:
        note_refusal(log.log, refused, sheet.file)


def _record(log: SourceLog, reading: Reading) -> dict[str, Any]:
    return {
        "log": log.as_record(),
        "rows_read": reading.rows_read,
        "rows_used": reading.rows_used,
        "rows_rejected": reading.rows_rejected,
        "first_future": reading.first_future.isoformat() if reading.first_future else None,
    }


def territory_digest(areas: pa.Table, index: AreaIndex) -> str:
    """Return the digest of everything about the territory that decides where a row belongs."""
    found = hashlib.sha256()
    told = {"names": index.names, "carried": index.carried, "crs": index.crs}
    found.update(as_json(told).encode("utf-8", "surrogatepass"))
    found.update(repr(index.bounds).encode())
    for batch in areas.combine_chunks().to_batches():
        found.update(batch.serialize())
    return found.hexdigest()


def reading_digest(mapping: IncidentsMapping, territory: str) -> str:
    """Return the digest of everything besides the bytes that decides the rows of a file."""
    given = mapping.model_dump(mode="json", exclude={"source"})
    try:
        crosswalks = used_crosswalks([mapping])
    except NotFoundError:
        # Noted as an error already: nothing is kept by this mapping.
        crosswalks = {}
    told = [READER_VERSION, FACTS_VERSION, territory, given, crosswalks]
    return hashlib.sha256(as_json(told).encode("utf-8", "surrogatepass")).hexdigest()


def told_digest(digest: str, file: PackFile) -> str:
    """Return the digest of a reading of a file: what its name captures decides rows too."""
    if not file.told:
        return digest
    told = as_json([digest, file.told])
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
