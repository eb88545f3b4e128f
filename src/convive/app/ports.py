"""What the use cases need from the outside, as Protocols; adapters live elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal, Protocol

import pyarrow as pa

from convive.app.corrections import Correction
from convive.app.row_sets import NO_ROWS, RowSet
from convive.app.tables import TableSpec
from convive.core.model import City, Indicator, Problem
from convive.core.strategy.model import Plan

Progress = Callable[[str, int, int], None]
"""Called with (step code, done, total); total 0 where it is not known."""


def silent(_step: str, _done: int, _total: int) -> None:
    """Report nothing."""


@dataclass(frozen=True)
class Evidence:
    """A pack, read, checked and normalised; tables follow ``app.tables``."""

    city: City
    areas: pa.Table
    """As ``tables.AREAS``; `residents` is filled by the audit."""
    incidents: IncidentParts
    """Where the incidents are kept; the rows themselves are not here."""
    counts: pa.Table
    answers: pa.Table
    respondents: pa.Table
    statistics: pa.Table
    observations: pa.Table
    notes: pa.Table
    sources: pa.Table
    """As ``tables.SOURCES``; `light` and `reasons` are filled by the audit."""
    quality: pa.Table
    """As ``tables.QUALITY``: what reading found; the audit adds its own checks."""
    inputs: tuple[Mapping[str, Any], ...] = ()
    """{path, sha256, bytes} of every file that was read, city.toml included, sorted."""
    public_sources: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Source id → reason per language, for sources marked ``already_public = true``."""
    kept: tuple[str, ...] = ()
    """Names under which the rows of surveys, observations and notes are kept."""
    crosswalks: Mapping[str, str] = field(default_factory=dict)
    """Source id → crosswalk as id@version, for sources that use one."""
    words_left: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Source of counts → its words that are left without a kind on purpose."""
    corrections: tuple[Correction, ...] = ()
    """What the pack says of errors in what was published before."""


@dataclass(frozen=True, slots=True)
class PartKey:
    """Everything that decides the rows of one evidence file, and nothing else."""

    source_id: str
    file: str
    """Label in the pack; a member of an archive is ``archive.zip!member``."""
    content: str
    """SHA-256 of the bytes."""
    reading: str
    """SHA-256 of what the bytes are read by: mapping, territory, version of the reader."""

    @property
    def name(self) -> str:
        """Return the name under which the store keeps the part."""
        joined = "\0".join((self.source_id, self.file, self.content, self.reading))
        return hashlib.sha256(joined.encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class IncidentPart:
    """The incidents of one evidence file, kept in the restricted store or held in memory."""

    source_id: str
    file: str
    record: Mapping[str, Any]
    """What reading and placing found; JSON, see docs/reference/run-record.md."""
    kept: Kept | None = None
    facts: pa.Table | None = None
    """As ``app.ingest.facts``, where nothing is kept: tests, notebooks, simulations."""
    dropped: RowSet = NO_ROWS
    """The rows whose identifier another row has that counts."""

    @property
    def name(self) -> str:
        """Return the name of the part; empty where it is not kept."""
        return self.kept.name if self.kept else ""


@dataclass(frozen=True)
class IncidentParts:
    """The incidents of a pack, file by file, in the order of source and file."""

    parts: tuple[IncidentPart, ...] = ()
    rows: pa.Table | None = None
    """As ``tables.INCIDENTS``, where they were given in memory and are not placed yet."""

    @classmethod
    def of(cls, rows: pa.Table) -> IncidentParts:
        """Return rows in memory, for tests, notebooks and simulations."""
        return cls(rows=rows)

    @property
    def n(self) -> int:
        """Return how many incidents there are."""
        n_held = self.rows.num_rows if self.rows is not None else 0
        return n_held + sum(part.record["n"] - len(part.dropped) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Repeated:
    """Rows of a part in whose stead another row counts."""

    numbers: RowSet = NO_ROWS
    rows: tuple[int, ...] = ()
    """The first of them, by their row in the file: examples for a message."""

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.numbers)


class PartWriter(Protocol):
    """Takes the incidents of one file, a stretch at a time."""

    record: dict[str, Any]
    """What reading found (problems, quality, rows read and used); JSON; set before leaving."""

    def write(self, incidents: pa.Table) -> None:
        """Take rows that keep the contract ``tables.INCIDENTS``, in the order of the file."""
        ...


class IncidentKeeper(Protocol):
    """Places incidents and keeps them in the restricted store; an unchanged file is read once."""

    def record_of(self, key: PartKey) -> Mapping[str, Any] | None:
        """Return the record of a part that is kept already, else None."""
        ...

    def keeping(self, key: PartKey) -> AbstractContextManager[PartWriter]:
        """Take a part; an exception inside leaves nothing behind."""
        ...

    def repeated(
        self,
        keys: Sequence[PartKey],
        column: Literal["id_hash", "row_hash"],
        gravest: Sequence[str] = (),
    ) -> Mapping[PartKey, Repeated]:
        """Return the rows in whose stead another row with the same hash counts.

        That is the first in the order of the keys and their rows; with `gravest` the first of
        those whose category stands first in it.
        """
        ...

    def parts(
        self, keys: Sequence[PartKey], repeated: Mapping[PartKey, Repeated]
    ) -> tuple[IncidentPart, ...]:
        """Return the parts to be counted, in the order of the keys, without repeated rows."""
        ...


class RowsKeeper(Protocol):
    """Keeps rows of surveys, observations and notes; an unchanged source is read once."""

    def record_of(self, key: PartKey) -> Mapping[str, Any] | None:
        """Return the record of a part that is kept already, else None."""
        ...

    def keep_rows(
        self, key: PartKey, spec: TableSpec, rows: pa.Table, record: Mapping[str, Any]
    ) -> None:
        """Keep the rows of one table from one file; `record` is what reading found, JSON."""
        ...

    def rows_of(self, key: PartKey, spec: TableSpec) -> pa.Table:
        """Return the rows of a part as they are kept: weeded ones are gone."""
        ...


class EvidenceKeeper(IncidentKeeper, RowsKeeper, Protocol):
    """Keeps everything that may be about persons."""


KeeperMaker = Callable[[City, pa.Table], EvidenceKeeper]
"""Called with the city and its areas (``tables.AREAS``) once the territory is read."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing in the restricted store."""

    name: str
    kind: str
    """rows, tally, record, release …"""
    source_id: str | None
    digest: str
    """SHA-256 of the content, which is also its address."""
    path: Path
    meta: Mapping[str, Any] = field(default_factory=dict)
    """Small JSON facts: n, first_day, last_day, weeded_before …"""


class TableWriter(Protocol):
    """Takes a table stretch by stretch."""

    meta: dict[str, Any]

    def write(self, table: pa.Table) -> None:
        """Take rows; every stretch has the same schema."""
        ...


class StoreSession(Protocol):
    """One reader or writer of the restricted store, on one state of it.

    What is written is seen by this session at once and by others after `commit`; without a
    commit it never was. Every read of rows is logged with actor and purpose.
    """

    def find(self, name: str) -> Kept | None:
        """Return what is kept under a name."""
        ...

    def listed(self, kind: str, source_id: str | None = None) -> tuple[Kept, ...]:
        """Return everything of a kind, sorted by name."""
        ...

    def writing(
        self, name: str, *, kind: str, source_id: str | None = None, schema: pa.Schema
    ) -> AbstractContextManager[TableWriter]:
        """Write a table as Parquet; it replaces what has the name."""
        ...

    def put(
        self, name: str, content: bytes, *, kind: str, source_id: str | None = None, **meta: Any
    ) -> Kept:
        """Keep bytes; they replace what has the name."""
        ...

    def open(self, kept: Kept) -> Path:
        """Return the file to read from, and log the access."""
        ...

    def drop(self, name: str) -> None:
        """Forget a name; its content goes with the commit if nothing else needs it."""
        ...

    def commit(self) -> None:
        """Make everything since the last commit the new state, all or nothing."""
        ...


class RestrictedStore(Protocol):
    """Row-level evidence: content-addressed, access-logged, weeded."""

    def session(
        self, *, actor: str, purpose: str, read_only: bool = False
    ) -> AbstractContextManager[StoreSession]:
        """Open the store for one purpose; ConflictError STORE_LOCKED while another writes.

        With `read_only` it never waits or fails for a writer and must not write.
        """
        ...


@dataclass(frozen=True, slots=True)
class UnmappedShare:
    """How many of a source's rows have a word without a category; said also where it is none."""

    source_id: str
    file: str
    """The mapping file."""
    n: int
    """Whose word nobody has mapped."""
    n_left: int
    """Whose word is left without a kind on purpose."""
    base: int


@dataclass(frozen=True)
class PackPlan:
    """A strategy that lies in a pack."""

    file: str
    """Its path within the pack."""
    plan: Plan


@dataclass(frozen=True)
class PackReading:
    """What reading a pack gave: the evidence (None where errors forbid it), all problems."""

    evidence: Evidence | None
    problems: tuple[Problem, ...] = ()
    unmapped: tuple[UnmappedShare, ...] = ()
    """Of every source of incidents or counts that was read."""
    plans: tuple[PackPlan, ...] = ()
    """What is already planned, where it can be read."""


@dataclass(frozen=True)
class Build:
    """A finished audit as the pages, documents and notebooks see it: gated tables only."""

    city: City
    tables: Mapping[str, pa.Table]
    run: Mapping[str, Any] = field(default_factory=dict)
    """Run record: inputs, code version, seed, definitions, table digests, built_at."""
    history: tuple[Mapping[str, Any], ...] = ()
    """Entries of ``app.history``, newest first; empty where the build was never kept."""
    corrections: tuple[Correction, ...] = ()
    """What is told of errors in this audit and in earlier ones."""
    gone: frozenset[tuple[str, str]] = frozenset()
    """Kind and code of everything that was withdrawn; see ``app.withdrawal``."""


class PackReader(Protocol):
    """Reads a city pack folder."""

    def __call__(
        self,
        pack: Path,
        *,
        keeper: KeeperMaker | None = None,
        progress: Progress = silent,
        today: date | None = None,
    ) -> PackReading:
        """Read and check everything; never raises for what is wrong in the files.

        Without a keeper the incidents are checked and not kept. Incidents after `today` are left
        out; None: no day is in the future.
        """
        ...


class CatalogueReader(Protocol):
    """Gives the definitions."""

    def indicators(self) -> tuple[Indicator, ...]:
        """Return every reviewed indicator, sorted by id."""
        ...


class BuildStore(Protocol):
    """Keeps builds: either the old one or the new one is there, never half of one."""

    def holding(self, folder: Path) -> AbstractContextManager[None]:
        """Keep the folder for one audit; ConflictError BUILD_LOCKED if another has it."""
        ...

    def save(self, build: Build, folder: Path) -> None:
        """Write the build beside the old one and swap; StorageError leaves the old."""
        ...

    def load(self, folder: Path) -> Build:
        """Read a build; NotFoundError where there is none."""
        ...
