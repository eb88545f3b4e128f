"""What the use cases need from the outside, as Protocols; adapters live elsewhere."""

from __future__ import annotations

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
