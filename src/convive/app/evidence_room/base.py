"""What the room counts of a source: kept by the audit, so that no page ever touches a row.

The audit leaves, for each source of incidents, how many there are per area, month, kind and part
of the day. These counts are as restricted as the rows: only `protection` opens them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from convive.app.ports import Kept, StoreSession
from convive.app.territory import CITY, Territory

if TYPE_CHECKING:
    from convive.app.assess.prepare import Prepared
    from convive.app.ingest.tallies import SourceTally

KIND = "room_counts"
FORMAT = 1

Longs = NDArray[np.int64]


@dataclass(frozen=True)
class RoomCounts:
    """Counts of one source, arrays of shape (n_cells,).

    Attributes
    ----------
    levels : mapping of level to area codes
        In the order of the positions in `places`; the finest level last.
    places : mapping of level to positions
        -1 where the place is not known.
    month : array of int
        Months since 1970-01; -1 where only the year is known.
    daypart : array of int
        0 day, 1 night, 2 not known.
    """

    source_id: str
    digest: str
    city_id: str
    categories: tuple[str, ...]
    levels: Mapping[str, tuple[str, ...]]
    category: Longs
    places: Mapping[str, Longs]
    month: Longs
    year: Longs
    daypart: Longs
    n: Longs

    @property
    def total(self) -> int:
        """Return how many incidents are counted."""
        return int(self.n.sum())


def name_of(source_id: str) -> str:
    """Return the name under which the counts of a source are kept."""
    return f"{KIND}/{source_id}"


def keep_counts(session: StoreSession, prepared: Prepared) -> None:
    """Keep the counts of every source of incidents; those of sources that are gone go."""
    sources = prepared.incident_sources
    for kept in session.listed(KIND):
        if kept.source_id not in sources:
            session.drop(kept.name)
    for source_id, tally in sources.items():
        keep_table(
            session, source_id, _table(tally, prepared.territory), _facts(tally, prepared.territory)
        )


def keep_table(
    session: StoreSession, source_id: str, table: pa.Table, facts: Mapping[str, Any]
) -> None:
    """Keep the counts of one source; where they are kept already, nothing is written.

    Parameters
    ----------
    table : Table
        Columns category, month, year, daypart, ``at_<level>`` and n, sorted.
    facts : mapping
        city_id, categories, levels.
    """
    digest = _digest(table, facts)
    kept = session.find(name_of(source_id))
    if kept is not None and kept.meta.get("digest") == digest:
        return
    with session.writing(
        name_of(source_id), kind=KIND, source_id=source_id, schema=table.schema
    ) as target:
        target.write(table)
        target.meta |= {**facts, "n_incidents": int(pc.sum(table["n"]).as_py() or 0)}
        target.meta["digest"] = digest


def read_counts(session: StoreSession, source_id: str) -> RoomCounts | None:
    """Return the counts of a source; None where no audit has left any."""
    kept = session.find(name_of(source_id))
    return None if kept is None else _read(session, kept)


def _read(session: StoreSession, kept: Kept) -> RoomCounts:
    table = pq.read_table(session.open(kept))
    found = {name: table.column(name).to_numpy() for name in table.column_names}
    levels = {level: tuple(ids) for level, ids in kept.meta["levels"].items()}
    return RoomCounts(
        source_id=str(kept.source_id),
        digest=str(kept.meta["digest"]),
        city_id=str(kept.meta["city_id"]),
        categories=tuple(kept.meta["categories"]),
        levels=levels,
        places={level: found[f"at_{level}"] for level in levels},
        **{name: found[name] for name in ("category", "month", "year", "daypart", "n")},
    )


def _table(tally: SourceTally, territory: Territory) -> pa.Table:
    cells = tally.cells
    is_here = cells.places[CITY] >= 0
    keys = ["category", "month", "year", "daypart", *(f"at_{one}" for one in territory.levels)]
    columns: dict[str, Longs] = {
        "category": cells.category, "month": cells.month, "year": cells.year,
        "daypart": cells.daypart,
        **{f"at_{level}": cells.places[level] for level in territory.levels},
        "n": cells.n,
    }  # fmt: skip
    table = pa.table({name: values[is_here].astype(np.int64) for name, values in columns.items()})
    summed = table.group_by(keys).aggregate([("n", "sum")]).rename_columns([*keys, "n"])
    return summed.sort_by([(key, "ascending") for key in keys]).combine_chunks()


def _facts(tally: SourceTally, territory: Territory) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "city_id": territory.city_id,
        "categories": list(tally.categories),
        "levels": {level: list(territory.frames[level].ids) for level in territory.levels},
    }


def _digest(table: pa.Table, facts: Mapping[str, Any]) -> str:
    told = hashlib.sha256(json.dumps(facts, sort_keys=True).encode())
    for column in table.columns:
        told.update(column.to_numpy().tobytes())
    return told.hexdigest()


def listed_sources(session: StoreSession) -> Iterable[tuple[str, int]]:
    """Yield the sources that have counts, and how many incidents each has."""
    for kept in session.listed(KIND):
        yield str(kept.source_id), int(kept.meta["n_incidents"])
