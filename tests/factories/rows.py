"""Reads a pack and holds its incidents in memory, to look at single rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from convive.app.ingest.keeper import FactWriter, PassingKeeper
from convive.app.ports import IncidentParts, PackReading, PartKey
from convive.app.schema import conform, empty_table
from convive.app.tables import INCIDENTS
from convive.connectors.city_pack import read_pack
from convive.core.model import City


@dataclass
class _Watched:
    """A writer that lets everything through and remembers it."""

    writer: FactWriter
    rows: list[pa.Table] = field(default_factory=list)

    def write(self, incidents: pa.Table) -> None:
        self.rows.append(incidents)
        self.writer.write(incidents)

    @property
    def record(self) -> dict[str, Any]:
        return self.writer.record

    @record.setter
    def record(self, record: dict[str, Any]) -> None:
        self.writer.record = record


class RowKeeper(PassingKeeper):
    """Keeps the rows of every file in memory."""

    def __init__(self, city: City, areas: pa.Table) -> None:
        super().__init__(city, areas)
        self.rows: dict[PartKey, pa.Table] = {}

    @contextmanager
    def keeping(self, key: PartKey) -> Iterator[Any]:
        with super().keeping(key) as writer:
            watched = _Watched(writer)
            yield watched
        empty = empty_table(INCIDENTS)
        self.rows[key] = pa.concat_tables([empty, *(r.cast(empty.schema) for r in watched.rows)])


def read_with_rows(pack: Path) -> PackReading:
    """Return the reading of a pack; `evidence.incidents.rows` are the rows that are used."""
    keepers: list[RowKeeper] = []

    def make(city: City, areas: pa.Table) -> RowKeeper:
        keepers.append(RowKeeper(city, areas))
        return keepers[-1]

    reading = read_pack(pack, keeper=make)
    if reading.evidence is None:
        return reading
    dropped = {part.file: part.dropped for part in reading.evidence.incidents.parts}
    tables = [empty_table(INCIDENTS)]
    for key, rows in keepers[0].rows.items():
        lost = dropped[key.file]
        tables.append(rows.filter(pa.array(~lost.mask)) if lost else rows)
    held = IncidentParts.of(conform(INCIDENTS, pa.concat_tables(tables)))
    return replace(reading, evidence=replace(reading.evidence, incidents=held))
