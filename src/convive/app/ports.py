"""What the use cases need from the outside, as Protocols; adapters live elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from convive.core.model import City, Indicator, Problem

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
    incidents: pa.Table
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


KeeperMaker = Callable[[City, pa.Table], IncidentKeeper]
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


@dataclass(frozen=True)
class PackReading:
    """What reading a pack gave: the evidence (None where errors forbid it), all problems."""

    evidence: Evidence | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Build:
    """A finished audit as the pages, documents and notebooks see it: gated tables only."""

    city: City
    tables: Mapping[str, pa.Table]
    run: Mapping[str, Any] = field(default_factory=dict)
    """Run record: inputs, code version, seed, definitions, table digests, built_at."""


class PackReader(Protocol):
    """Reads a city pack folder."""

    def __call__(self, pack: Path, *, progress: Progress = silent) -> PackReading:
        """Read and check everything; never raises for what is wrong in the files."""
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


class Aggregator(Protocol):
    """Counts evidence; the engine (DuckDB through Ibis by default) is an adapter's choice."""

    def count(self, table: pa.Table, by: Iterable[str], *, where: str | None = None) -> pa.Table:
        """Return one row per combination of `by` with column ``n``, sorted by `by`."""
        ...
