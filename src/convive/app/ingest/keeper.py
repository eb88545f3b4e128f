"""Takes what evidence files hold and keeps it in the restricted store; incidents are placed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from convive.app.counting import Aggregator
from convive.app.ingest.facts import FactMaker, schema_of
from convive.app.ingest.kept_rows import keep_rows, read_rows
from convive.app.ingest.kept_tallies import (
    read_left_out,
    read_tally,
    tally_name,
    write_tally,
)
from convive.app.ingest.placing import Placer
from convive.app.ingest.repeated import (
    RepeatedColumn,
    SeenRows,
    StoredRows,
    as_table,
    find_repeated,
    from_table,
    ranks_of,
)
from convive.app.ingest.writing import WriterThread
from convive.app.ports import (
    IncidentPart,
    Kept,
    PartKey,
    PartWriter,
    Repeated,
    StoreSession,
)
from convive.app.row_sets import NO_ROWS, RowSet
from convive.app.schema import conform
from convive.app.tables import TableSpec
from convive.app.territory import Territory, build_territory
from convive.core.model import City
from convive.core.pseudonyms import KEY_BYTES

KEY_NAME = "key-of-pseudonyms"
ROWS = "rows"


@dataclass
class FactWriter:
    """Places the stretches of one file and hands them on."""

    maker: FactMaker
    pass_on: Callable[[pa.Table], None]
    record: dict[str, Any] = field(default_factory=dict)
    first: datetime | None = None
    last: datetime | None = None
    precisions: set[str] = field(default_factory=set)

    def write(self, incidents: pa.Table) -> None:
        """Take rows that keep the contract ``tables.INCIDENTS``, in the order of the file."""
        if not incidents.num_rows:
            return
        self.pass_on(self.maker.facts(incidents))
        extent = pc.min_max(incidents.column("starts"))
        first, last = extent["min"].as_py(), extent["max"].as_py()
        if first is not None:
            self.first = first if self.first is None else min(self.first, first)
            if self.last is None or last.date() > self.last.date():
                self.last, self.precisions = last, set()
            self._see_precisions(incidents)

    def _see_precisions(self, incidents: pa.Table) -> None:
        """Remember how precise the times of the last day are: they say where the cover ends."""
        if self.last is None:
            return
        midnight = datetime.combine(self.last.date(), datetime.min.time())
        on_last = pc.greater_equal(
            incidents.column("starts"), pa.scalar(midnight, pa.timestamp("us"))
        )
        words = pc.unique(
            incidents.column("precision").filter(pc.fill_null(on_last, fill_value=False))
        )
        self.precisions |= {str(word) for word in words.to_pylist()}

    def finished(self) -> dict[str, Any]:
        """Return the record with what placing found."""
        return {
            **self.record,
            **self.maker.record(),
            "first_day": self.first.date().isoformat() if self.first else None,
            "last_day": self.last.date().isoformat() if self.last else None,
            "last_precisions": sorted(self.precisions),
        }


class FactKeeper:
    """See ``app.ports.EvidenceKeeper``: keeps facts on one session of the restricted store."""

    def __init__(
        self, session: StoreSession, aggregator: Aggregator, city: City, areas: pa.Table
    ) -> None:
        self._session, self._aggregator = session, aggregator
        if not session.listed(ROWS):
            aggregator.prepare()
        self._placer = Placer(build_territory(city, areas))
        self._key = store_key(session)

    @property
    def territory(self) -> Territory:
        """Return the levels that incidents are placed in."""
        return self._placer.territory

    def record_of(self, key: PartKey) -> Mapping[str, Any] | None:
        """Return the record of a part that is kept already, else None."""
        kept = self._session.find(key.name)
        record: Mapping[str, Any] | None = kept.meta.get("record") if kept else None
        return record

    @contextmanager
    def keeping(self, key: PartKey) -> Iterator[PartWriter]:
        """Take a part; an exception inside leaves nothing behind."""
        self._aggregator.prepare()
        schema = schema_of(self._placer.territory)
        maker = FactMaker(self._placer, self._key)
        with self._session.writing(
            key.name, kind=ROWS, source_id=key.source_id, schema=schema
        ) as target:
            # One stretch is read while the one before is placed and the one before that written.
            with WriterThread(target.write) as storing:
                writer = FactWriter(maker, storing.write)
                with WriterThread(writer.write) as thread:
                    yield thread
            record = {**thread.record, **writer.finished()}
            target.meta |= {
                "n": record["n"],
                "file": key.file,
                "first_day": record["first_day"],
                "last_day": record["last_day"],
                "record": record,
            }

    def keep_rows(
        self, key: PartKey, spec: TableSpec, rows: pa.Table, record: Mapping[str, Any]
    ) -> None:
        """Keep the rows of one table from one file."""
        keep_rows(self._session, key, spec, rows, record)

    def rows_of(self, key: PartKey, spec: TableSpec) -> pa.Table:
        """Return the rows of a part as they are kept."""
        return read_rows(self._session, key, spec)

    def repeated(
        self, keys: Sequence[PartKey], column: RepeatedColumn, gravest: Sequence[str] = ()
    ) -> Mapping[PartKey, Repeated]:
        """Return the rows in whose stead another one with the same hash counts.

        What is found is remembered; once a file is new all are compared anew, as it may bring
        a graver row of an incident that others have told of. A part that was weeded leaves out
        for good what it left out when it was last counted: its tallies cannot be made anew.
        """
        parts = [self._kept(key) for key in keys]
        settled = [self._settled(part) if column == "id_hash" else None for part in parts]
        names = [part.name for part in parts]
        told = [None if one is None else one.told for one in settled]
        details = {"gravest": list(gravest), "settled": told}
        kept = self._session.find(tally_name(names, column, details))
        if kept is not None:
            found = from_table(read_tally(self._session, kept))
        else:
            records = [part.meta["record"] for part in parts]
            rows = [
                StoredRows(self._session.open(part), record["n"])
                for part, record in zip(parts, records, strict=True)
            ]
            found = find_repeated(rows, column, _ranks(records, gravest), settled)
            source = str(parts[0].source_id)
            table = as_table(found)
            write_tally(self._session, names, column, table, source_id=source, details=details)
        return dict(zip(keys, found, strict=True))

    def parts(
        self, keys: Sequence[PartKey], repeated: Mapping[PartKey, Repeated]
    ) -> tuple[IncidentPart, ...]:
        """Return the parts to be counted, in the order of the keys, without repeated rows."""
        return tuple(
            _part(key, kept.meta["record"], repeated, kept)
            for key, kept in ((key, self._kept(key)) for key in keys)
        )

    def _settled(self, part: Kept) -> RowSet | None:
        """Return what a weeded part left out when it was last counted; None: it may change."""
        return read_left_out(self._session, part.name) if part.meta.get("weeded_before") else None

    def _kept(self, key: PartKey) -> Kept:
        kept = self._session.find(key.name)
        if kept is None:
            raise RuntimeError("a part was asked for before it was kept")
        return kept


def _part(
    key: PartKey,
    record: Mapping[str, Any],
    repeated: Mapping[PartKey, Repeated],
    kept: Kept | None = None,
) -> IncidentPart:
    dropped = repeated[key].numbers if key in repeated else NO_ROWS
    return IncidentPart(key.source_id, key.file, record, kept, dropped=dropped)


def _ranks(records: Sequence[Mapping[str, Any]], gravest: Sequence[str]) -> list[Any]:
    """Return how grave the categories of each part are; nothing where all are alike."""
    return [ranks_of(record["categories"], gravest) for record in records] if gravest else []


class PassingKeeper:
    """Keeps nothing: for `convive check`, which only wants to know what is wrong.

    It remembers 14 to 22 bytes a row, to tell which identifiers come twice.
    """

    def __init__(self, city: City, areas: pa.Table) -> None:
        self._placer = Placer(build_territory(city, areas))
        self._key = secrets.token_bytes(KEY_BYTES)
        self._records: dict[PartKey, dict[str, Any]] = {}
        self._seen: dict[PartKey, SeenRows] = {}
        self._tables: dict[PartKey, pa.Table] = {}

    def record_of(self, key: PartKey) -> Mapping[str, Any] | None:
        """Return the record of a part that was read in this run, else None."""
        return self._records.get(key)

    @contextmanager
    def keeping(self, key: PartKey) -> Iterator[FactWriter]:
        """Take a part and forget its rows."""
        seen = SeenRows()
        writer = FactWriter(FactMaker(self._placer, self._key), seen.write)
        yield writer
        self._records[key] = writer.finished()
        self._seen[key] = seen

    def keep_rows(
        self, key: PartKey, spec: TableSpec, rows: pa.Table, record: Mapping[str, Any]
    ) -> None:
        """Hold the rows of one table from one file in memory."""
        self._records[key] = dict(record)
        self._tables[key] = conform(spec, rows)

    def rows_of(self, key: PartKey, spec: TableSpec) -> pa.Table:  # noqa: ARG002
        """Return the rows of a part."""
        return self._tables[key]

    def repeated(
        self, keys: Sequence[PartKey], column: RepeatedColumn, gravest: Sequence[str] = ()
    ) -> Mapping[PartKey, Repeated]:
        """Return the rows in whose stead another one with the same hash counts."""
        ranks = _ranks([self._records[key] for key in keys], gravest)
        found = find_repeated([self._seen[key] for key in keys], column, ranks)
        return dict(zip(keys, found, strict=True))

    def parts(
        self, keys: Sequence[PartKey], repeated: Mapping[PartKey, Repeated]
    ) -> tuple[IncidentPart, ...]:
        """Return what was found about the parts; there are no rows to count."""
        return tuple(_part(key, self._records[key], repeated) for key in keys)


def store_key(session: StoreSession) -> bytes:
    """Return the key of the store's pseudonyms; the first to ask makes it."""
    kept = session.find(KEY_NAME)
    if kept is None:
        kept = session.put(KEY_NAME, secrets.token_bytes(KEY_BYTES), kind="key")
    return session.open(kept).read_bytes()
