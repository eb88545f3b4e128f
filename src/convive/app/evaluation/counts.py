"""What a study counts: kept by the audit, so that no evaluation ever touches a row.

The audit leaves, for each recorded indicator that is counted by month, how many incidents there
are in each area of every level and month, and where counts break or rest too much on sharing out.
These counts are as restricted as the rows: only gated answers leave (`gate`).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from convive.app.assess.numerators import Numerator
from convive.app.assess.prepare import Prepared, Row
from convive.app.assess.recorded import DAYPARTS
from convive.app.evaluation.protect import base_of, protected
from convive.app.ports import Kept, StoreSession
from convive.app.territory import AreaFrame
from convive.core.evaluation.panel import CountPanel
from convive.core.model import DisclosureRule

KIND = "study_counts"
KEY_KIND = "study_key"
AREAS = "study_areas"
KEY = "study_key"
FORMAT = 1
RESIDENTS = "residents"

_MONTHS = 12
_EPOCH = 1970
_KEY_BYTES = 32
_SLACK = 1e-5
"""Degrees, about a metre: borders drawn twice do not meet exactly."""
_LEAST_BORDER = 1e-9
"""Square degrees of a border widened by `_SLACK`: some ten metres. Corners that touch have less."""

Floats = NDArray[np.float64]
_SCHEMA = pa.schema(
    [
        ("level", pa.string()),
        ("area", pa.int32()),
        ("month", pa.int32()),
        ("n", pa.float64()),
        ("day", pa.float64()),
        ("night", pa.float64()),
        ("held_back", pa.bool_()),
    ]
)


def name_of(indicator_id: str) -> str:
    """Return the name under which the counts of an indicator are kept."""
    return f"{KIND}/{indicator_id}"


def keep_study_counts(session: StoreSession, prepared: Prepared, breaks: Sequence[Row]) -> None:
    """Keep the counts of every recorded indicator by month; those that are gone go.

    Parameters
    ----------
    breaks : sequence of rows of table ``breaks``
        Those that are used part the counts.
    """
    if session.find(KEY) is None:
        session.put(KEY, secrets.token_bytes(_KEY_BYTES), kind=KEY_KIND)
    monthly = {key: one for key, one in prepared.numerators.items() if one.period_kind == "month"}
    for kept in session.listed(KIND):
        if kept.name.removeprefix(f"{KIND}/") not in monthly:
            session.drop(kept.name)
    _keep_areas(session, prepared)
    for indicator_id, numerator in monthly.items():
        used = [
            row["starts_on"]
            for row in breaks
            if row["indicator_id"] == indicator_id and row["is_used"]
        ]
        facts = _facts(prepared, numerator, used)
        _keep(session, indicator_id, _table(numerator, prepared.territory.levels), facts)


def _keep_areas(session: StoreSession, prepared: Prepared) -> None:
    """Keep once what all indicators share: areas, who lives there, who is next to whom."""
    found = {level: _grounds(prepared, level) for level in prepared.territory.levels}
    content = json.dumps(found, sort_keys=True).encode()
    digest = hashlib.sha256(content).hexdigest()
    kept = session.find(AREAS)
    if kept is None or kept.meta.get("digest") != digest:
        session.put(AREAS, content, kind=AREAS, digest=digest)


def _keep(
    session: StoreSession, indicator_id: str, table: pa.Table, facts: Mapping[str, Any]
) -> None:
    """Keep a table; where it is kept already, nothing is written."""
    digest = digest_of(table, facts)
    kept = session.find(name_of(indicator_id))
    if kept is not None and kept.meta.get("digest") == digest:
        return
    with session.writing(
        name_of(indicator_id), kind=KIND, source_id=facts["source_id"], schema=_SCHEMA
    ) as target:
        target.write(table)
        target.meta |= {**facts, "digest": digest}


def digest_of(table: pa.Table, facts: Mapping[str, Any]) -> str:
    """Return a SHA-256 of a table and what is told of it: the same for the same content."""
    told = hashlib.sha256(json.dumps(facts, sort_keys=True).encode())
    for column in table.columns:
        for piece in column.chunks:
            for buffer in piece.buffers():
                told.update(b"" if buffer is None else memoryview(buffer))
    return told.hexdigest()


def _table(numerator: Numerator, levels: Sequence[str]) -> pa.Table:
    """Return what is not simply 0 of every level, months that are complete only."""
    pieces = [_piece(numerator, level) for level in levels if level in numerator.counts]
    return pa.concat_tables([_SCHEMA.empty_table(), *pieces]).combine_chunks()


def _piece(numerator: Numerator, level: str) -> pa.Table:
    n = numerator.n_closed
    counts = numerator.counts[level][:, :n]
    held = numerator.held_back(level)[:, :n]
    at = np.nonzero(np.isnan(counts) | (counts > 0) | held)
    columns: dict[str, Any] = {
        "level": np.full(at[0].size, level, dtype=object),
        "area": at[0],
        "month": at[1],
        "n": _with_nulls(counts[at]),
        "held_back": held[at],
    }
    parts = numerator.by_daypart.get(level)
    for number, part in enumerate(DAYPARTS):
        unknown = np.full(at[0].size, np.nan)
        columns[part] = _with_nulls(unknown if parts is None else parts[number][:, :n][at])
    return pa.table({name: columns[name] for name in _SCHEMA.names}, schema=_SCHEMA)


def _with_nulls(values: Floats) -> pa.Array:
    return pa.array(values, from_pandas=True)


def _facts(prepared: Prepared, numerator: Numerator, breaks: Sequence[date]) -> dict[str, Any]:
    starts = numerator.starts[: numerator.n_closed].astype("datetime64[M]").astype(np.int64)
    return {
        "format": FORMAT,
        "source_id": numerator.source_id,
        "is_public": numerator.source_id in prepared.evidence.public_sources,
        "first_month": int(starts[0]) if starts.size else 0,
        "n_months": int(starts.size),
        "breaks": sorted({one.isoformat() for one in breaks}),
        "has_dayparts": bool(numerator.by_daypart),
        "levels": [one for one in prepared.territory.levels if one in numerator.counts],
    }


def _grounds(prepared: Prepared, level: str) -> dict[str, Any]:
    """Return codes, residents and neighbours of the areas of a level as JSON values."""
    frame = prepared.territory.frames[level]
    years = [
        int(one.starts[-1].astype("datetime64[Y]").astype(int)) + _EPOCH
        for one in prepared.numerators.values()
        if len(one.starts)
    ]
    found = prepared.denominators.quantity(RESIDENTS, level, max(years)) if years else None
    counted = None if found is None else [None if np.isnan(x) else float(x) for x in found.value]
    return {
        "areas": list(frame.ids),
        "residents": counted,
        "neighbours": [list(one) for one in neighbours_of(frame)],
    }


def neighbours_of(frame: AreaFrame) -> tuple[tuple[int, ...], ...]:
    """Return for each area the positions of those that share a border; empty without outlines.

    Areas that meet in a corner only are no neighbours.
    """
    if frame.geometry is None or any(one is None for one in frame.geometry):
        return ()
    wider = shapely.buffer(frame.geometry, _SLACK)
    first, second = shapely.STRtree(frame.geometry).query(wider, predicate="intersects")
    is_other = first != second
    first, second = first[is_other], second[is_other]
    shared = shapely.area(shapely.intersection(wider[first], frame.geometry[second]))
    near: list[set[int]] = [set() for _ in frame.ids]
    for one, other, size in zip(first.tolist(), second.tolist(), shared.tolist(), strict=True):
        if size >= _LEAST_BORDER:
            near[one].add(other)
            near[other].add(one)
    return tuple(tuple(sorted(one)) for one in near)


def counted_indicators(session: StoreSession) -> tuple[str, ...]:
    """Return the indicators that the last audit has left counts of; nothing is opened."""
    return tuple(kept.name.removeprefix(f"{KIND}/") for kept in session.listed(KIND))


def public_sources(session: StoreSession) -> frozenset[str]:
    """Return the sources of counts that are public already; nothing is opened."""
    return frozenset(str(kept.source_id) for kept in session.listed(KIND) if kept.meta["is_public"])


def counted_areas(session: StoreSession, level: str) -> tuple[str, ...]:
    """Return the areas of a level that are counted; empty without an audit."""
    return tuple(_areas(session).get(level, {}).get("areas", ()))


def _areas(session: StoreSession) -> Mapping[str, Any]:
    kept = session.find(AREAS)
    found: dict[str, Any] = {} if kept is None else json.loads(session.open(kept).read_bytes())
    return found


def read_panel(session: StoreSession, indicator_id: str, level: str) -> CountPanel | None:
    """Return the counts of an indicator at a level as they are; None where there are none.

    For nobody's eyes: what is worked out for people starts from `safe_panel`.
    """
    kept = session.find(name_of(indicator_id))
    if kept is None or level not in kept.meta["levels"]:
        return None
    place = _areas(session).get(level)
    if place is None:
        return None
    return _panel(kept, (indicator_id, level), place, pq.read_table(session.open(kept)))


def safe_panel(
    session: StoreSession, indicator_id: str, level: str, *, rule: DisclosureRule
) -> CountPanel | None:
    """Return counts from which anything may be worked out for people; see `protect`.

    Counts of a source that is public already are as they are.
    """
    panel, kept, key = (
        read_panel(session, indicator_id, level),
        session.find(name_of(indicator_id)),
        session.find(KEY),
    )
    if panel is None or kept is None or kept.meta["is_public"]:
        return panel
    if key is None:
        return None
    return protected(panel, base=base_of(rule), secret=session.open(key).read_bytes())


def _panel(
    kept: Kept, what: tuple[str, str], place: Mapping[str, Any], table: pa.Table
) -> CountPanel:
    meta, (indicator_id, level) = kept.meta, what
    areas = tuple(place["areas"])
    months = tuple(_first_day(meta["first_month"] + i) for i in range(meta["n_months"]))
    own = table.filter(pa.compute.equal(table["level"], level))
    at = (own["area"].to_numpy(), own["month"].to_numpy())

    def dense(name: str) -> Floats:
        found = np.zeros((len(areas), len(months)))
        found[at] = own[name].to_numpy().astype(np.float64)
        return found

    counted = place["residents"]
    return CountPanel(
        indicator_id=indicator_id,
        source_id=str(meta["source_id"]),
        level=level,
        areas=areas,
        months=months,
        counts=dense("n"),
        breaks=tuple(
            found
            for day in meta["breaks"]
            if (found := sum(1 for month in months if month < date.fromisoformat(day))) > 0
            and found < len(months)
        ),
        held_back=dense("held_back") > 0,
        residents=None if counted is None else np.array(counted, dtype=np.float64),
        neighbours=tuple(tuple(one) for one in place["neighbours"]),
        by_daypart={part: dense(part) for part in DAYPARTS} if meta["has_dayparts"] else {},
    )


def _first_day(month: int) -> date:
    return date(_EPOCH + month // _MONTHS, month % _MONTHS + 1, 1)


__all__ = [
    "KIND",
    "counted_areas",
    "counted_indicators",
    "digest_of",
    "keep_study_counts",
    "name_of",
    "neighbours_of",
    "public_sources",
    "read_panel",
    "safe_panel",
]
