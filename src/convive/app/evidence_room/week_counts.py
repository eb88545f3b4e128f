"""Incidents by hour of the week: kept by the audit beside the counts that `base` keeps."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from convive.app.ports import Kept, StoreSession

if TYPE_CHECKING:
    from convive.app.assess.prepare import Prepared

KIND = "room_week"

Longs = NDArray[np.int64]


@dataclass(frozen=True)
class WeekCounts:
    """Incidents of one source whose hour is known, arrays of shape (n_cells,).

    Attributes
    ----------
    places : mapping of level to positions
        In the areas of the level; -1 where the place is not known.
    slot : array of int
        Hour of the week, 0 (Monday, midnight to one) to 167.
    """

    digest: str
    places: Mapping[str, Longs]
    year: Longs
    slot: Longs
    n: Longs


def week_name(source_id: str) -> str:
    """Return the name under which the hours of a source are kept."""
    return f"{KIND}/{source_id}"


def keep_weeks(session: StoreSession, prepared: Prepared) -> None:
    """Keep the hours of the week of every source of incidents; those of sources gone go."""
    sources = prepared.incident_sources
    for kept in session.listed(KIND):
        if kept.source_id not in sources:
            session.drop(kept.name)
    levels = prepared.territory.levels
    for source_id in sources:
        found = prepared.tallies.weeks(source_id)
        keys = ["year", "slot", *(f"at_{level}" for level in levels)]
        summed = found.group_by(keys).aggregate([("n", "sum")]).rename_columns([*keys, "n"])
        keep_week(session, source_id, summed.sort_by([(key, "ascending") for key in keys]))


def keep_week(session: StoreSession, source_id: str, table: pa.Table) -> None:
    """Keep the hours of one source; where they are kept already, nothing is written.

    Parameters
    ----------
    table : Table
        Columns year, slot, ``at_<level>`` and n, sorted.
    """
    digest = _digest(table)
    kept = session.find(week_name(source_id))
    if kept is not None and kept.meta.get("digest") == digest:
        return
    with session.writing(
        week_name(source_id), kind=KIND, source_id=source_id, schema=table.schema
    ) as target:
        target.write(table.combine_chunks())
        target.meta |= {"digest": digest, "n_incidents": int(pc.sum(table["n"]).as_py() or 0)}


def read_week(session: StoreSession, source_id: str) -> WeekCounts | None:
    """Return the hours of a source; None where no audit has left any."""
    kept = session.find(week_name(source_id))
    return None if kept is None else _read(session, kept)


def _read(session: StoreSession, kept: Kept) -> WeekCounts:
    table = pq.read_table(session.open(kept))
    found = {name: table.column(name).to_numpy() for name in table.column_names}
    places = {
        name.removeprefix("at_"): values for name, values in found.items() if name[:3] == "at_"
    }
    return WeekCounts(str(kept.meta["digest"]), places, found["year"], found["slot"], found["n"])


def _digest(table: pa.Table) -> str:
    told = hashlib.sha256(json.dumps(table.column_names).encode())
    for column in table.columns:
        told.update(column.to_numpy().tobytes())
    return told.hexdigest()
