"""Counts of a small town for the evidence room."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from convive import wiring
from convive.app.evidence_room.axes import month_number
from convive.app.evidence_room.base import RoomCounts, keep_table
from convive.app.evidence_room.week_counts import WeekCounts, keep_week

KINDS = ("burglary", "robbery", "theft")
LEVELS = {"district": ("D1", "D2"), "area": ("A1", "A2", "A3", "A4")}


def room_counts(
    *, seed: int = 1, mean: float = 2.0, years: int = 2, digest: str = ""
) -> RoomCounts:
    """Return counts by chance: four areas in two districts, months from 2023 on, three kinds."""
    rng = np.random.default_rng(seed)
    n_months = 12 * years
    shape = (4, n_months, len(KINDS), 3)
    counts = rng.poisson(mean, size=shape) * (rng.random(shape) < 0.6)
    area, month, kind, part = (axis.reshape(-1) for axis in np.indices(shape))
    first = month_number(np.datetime64("2023-01-01").astype(object))
    return RoomCounts(
        source_id="police", digest=digest or f"{seed}-{mean}-{years}", city_id="town",
        categories=KINDS, levels=LEVELS, category=kind,
        places={"district": area // 2, "area": area}, month=first + month,
        year=2023 + month // 12, daypart=part, n=counts.reshape(-1),
    )  # fmt: skip


def week_counts(counts: RoomCounts, *, seed: int = 1, known: float = 0.9) -> WeekCounts:
    """Return hours by chance for counts whose part of the day is known, most of them."""
    rng = np.random.default_rng(seed)
    rows = np.repeat(np.arange(len(counts.n)), counts.n)
    rows = rows[(counts.daypart[rows] < 2) & (rng.random(len(rows)) < known)]
    by_day, by_night = np.arange(6, 22), np.array([22, 23, *range(6)])
    day, night = rng.choice(by_day, len(rows)), rng.choice(by_night, len(rows))
    hour = np.where(counts.daypart[rows] == 0, day, night)
    return WeekCounts(
        digest=f"week-{counts.digest}-{seed}",
        places={level: at[rows] for level, at in counts.places.items()},
        year=counts.year[rows], slot=rng.integers(0, 7, len(rows)) * 24 + hour,
        n=np.ones(len(rows), dtype=np.int64),
    )  # fmt: skip


def keep_in_store(pack: Path, counts: RoomCounts) -> None:
    """Leave counts in the restricted store of a pack, as an audit does."""
    table = pa.table({
        "category": counts.category, "month": counts.month, "year": counts.year,
        "daypart": counts.daypart, **{f"at_{level}": at for level, at in counts.places.items()},
        "n": counts.n,
    })  # fmt: skip
    facts = {
        "format": 1, "city_id": counts.city_id, "categories": list(counts.categories),
        "levels": {level: list(ids) for level, ids in counts.levels.items()},
    }  # fmt: skip
    with wiring.restricted_store(pack).session(actor="test", purpose="test") as session:
        keep_table(session, counts.source_id, table, facts)
        week = week_counts(counts)
        keep_week(session, counts.source_id, pa.table({
            "year": week.year, "slot": week.slot,
            **{f"at_{level}": at for level, at in week.places.items()}, "n": week.n,
        }))  # fmt: skip
        session.commit()
