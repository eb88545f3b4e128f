"""Incidents as facts to be counted: where, when, what, day or night; no name and no text.

Time: the month and year of the middle of the possible range. Part of the day
(``core.temporal.DAYPARTS``): a range counts as night (or day) when at least four fifths of it
are, and otherwise as unknown, so day and night need not add up to all.

Identifiers are kept as keyed hashes, points to about a metre: nothing that is counted needs more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from convive.app.ingest.placing import Placer, Words, words_of
from convive.app.ingest.position import Displacements, as_record, displacements, joined
from convive.app.territory import Territory
from convive.core.pseudonyms import keyed_hashes, mix_into
from convive.core.temporal.aoristic import DAYPARTS, HOURS_PER_WEEK, daypart_weights

FACTS_VERSION = 2
"""Goes up with every change of what is kept: parts of before are read anew."""
CLEAR_SHARE = 0.8
DAY, NIGHT, UNKNOWN = 0, 1, 2
PRECISIONS = ("minute", "hour", "day", "month", "year")
TIMED = 2
"""Precisions before this position tell the hour."""
_YEAR = PRECISIONS.index("year")
NONE = -1
"""In month, year, category, slot and areas: not known."""
_MONDAY = 4 * 24
"""Hours from 1970-01-01 to the first Monday."""
_LONGEST = np.iinfo(np.int32).max

Longs = NDArray[np.int64]
Integers = NDArray[np.int32]


def facts_schema(n_areas: Mapping[str, int]) -> pa.Schema:
    """Return the columns of a part: small whole numbers that every engine reads.

    Parameters
    ----------
    n_areas : mapping
        Level → number of its areas.
    """
    return pa.schema(
        [
            ("number", pa.int32()),
            ("row", pa.int32()),
            ("id_hash", pa.int64()),
            ("row_hash", pa.int64()),
            ("target_hash", pa.int64()),
            ("starts", pa.timestamp("us")),
            ("span", pa.int32()),
            ("precision", pa.int8()),
            ("recorded_month", pa.int16()),
            ("longitude", pa.float32()),
            ("latitude", pa.float32()),
            ("accuracy_m", pa.float32()),
            ("category", pa.int16()),
            ("month", pa.int16()),
            ("year", pa.int16()),
            ("daypart", pa.int8()),
            ("slot", pa.int32()),
            ("is_outside", pa.bool_()),
            ("has_no_area", pa.bool_()),
            *((f"at_{level}", _narrow(n)) for level, n in n_areas.items()),
        ]
    )


def _narrow(n_areas: int) -> pa.DataType:
    return pa.int16() if n_areas <= np.iinfo(np.int16).max else pa.int32()


def schema_of(territory: Territory) -> pa.Schema:
    """Return the columns of a part in a territory."""
    return facts_schema({level: len(frame.ids) for level, frame in territory.frames.items()})


@dataclass
class FactMaker:
    """Turns the incidents of one part into facts, a stretch at a time."""

    placer: Placer
    key: bytes
    """Of the hashes, `core.pseudonyms.KEY_BYTES` bytes."""
    categories: list[str] = field(default_factory=list)
    """Position = code in column ``category``."""
    n: int = 0
    n_points: int = 0
    n_targets: int = 0
    n_ids: int = 0
    n_recorded: int = 0
    last_recorded: str | None = None
    """Newest day of recording, ISO."""
    displaced: Displacements = field(default_factory=dict)

    def facts(self, incidents: pa.Table) -> pa.Table:
        """Return the facts of rows that keep the contract ``tables.INCIDENTS``."""
        n = incidents.num_rows
        columns: dict[str, pa.Array | NDArray[np.generic]] = {
            "number": np.arange(self.n, self.n + n, dtype=np.int32),
            "row": incidents.column("row"),
            "longitude": incidents.column("longitude"),
            "latitude": incidents.column("latitude"),
            "accuracy_m": incidents.column("accuracy_m"),
            "category": self._codes(words_of(incidents.column("category"))),
        }
        columns |= _times(incidents)
        columns |= self._hashes(incidents)
        places = self.placer.place(incidents)
        columns |= {"is_outside": places.is_outside, "has_no_area": places.has_no_area}
        columns |= {f"at_{level}": places.at[level] for level in self.placer.territory.frames}
        self.displaced = joined(self.displaced, displacements(incidents, places, self.placer))
        self._count(incidents)
        schema = schema_of(self.placer.territory)
        arrays = [_as(columns[one.name], one.type) for one in schema]
        return pa.Table.from_arrays(arrays, schema=schema)

    def record(self) -> dict[str, Any]:
        """Return what was seen so far, as JSON values."""
        return {
            "n": self.n,
            "n_points": self.n_points,
            "n_targets": self.n_targets,
            "n_ids": self.n_ids,
            "n_recorded": self.n_recorded,
            "last_recorded": self.last_recorded,
            "categories": list(self.categories),
            "position": as_record(self.displaced),
        }

    def _count(self, incidents: pa.Table) -> None:
        self.n += incidents.num_rows
        known = {name: _n_known(incidents.column(name)) for name in incidents.column_names}
        self.n_points += known["longitude"]
        self.n_targets += known["target_id"]
        self.n_ids += known["incident_id"]
        self.n_recorded += known["recorded"]
        newest = pc.max(incidents.column("recorded")).as_py()
        if newest is not None:
            self.last_recorded = max(self.last_recorded or "", newest.isoformat())

    def _codes(self, words: Words) -> NDArray[np.int16]:
        for word in words.words:
            if word not in self.categories:
                self.categories.append(word)
        codes = [self.categories.index(word) for word in words.words]
        chosen: NDArray[np.int16] = np.array([*codes, NONE], dtype=np.int16)[words.at]
        return chosen

    def _hashes(self, incidents: pa.Table) -> dict[str, pa.Array]:
        ids = self.hashes(incidents.column("incident_id"))
        targets = self.hashes(incidents.column("target_id"))
        return {
            "id_hash": ids,
            "target_hash": targets,
            "row_hash": _row_hashes(incidents, ids, targets, self),
        }

    def hashes(self, column: pa.ChunkedArray) -> pa.Array:
        """Return the keyed hashes of a text column, NULL for NULL."""
        if column.null_count == len(column):
            return pa.nulls(len(column), pa.int64())
        if pa.types.is_dictionary(column.type):
            column = column.combine_chunks()
            if isinstance(column, pa.ChunkedArray):
                column = column.chunk(0)
            return self.hashes(pa.chunked_array([column.dictionary])).take(column.indices)
        texts = column.cast(pa.large_string()).combine_chunks()
        if isinstance(texts, pa.ChunkedArray):
            texts = texts.chunk(0)
        _, offsets, data = texts.buffers()
        bounds = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
        content = np.frombuffer(data, np.uint8) if data else np.zeros(0, np.uint8)
        found = pa.array(keyed_hashes(content, bounds, self.key))
        return pc.if_else(texts.is_valid(), found, None) if texts.null_count else found


def _n_known(column: pa.ChunkedArray) -> int:
    return len(column) - column.null_count


def _as(values: pa.Array | pa.ChunkedArray | NDArray[np.generic], kind: pa.DataType) -> pa.Array:
    if isinstance(values, np.ndarray):
        return pa.array(values.astype(kind.to_pandas_dtype(), copy=False))
    found = values if values.type.equals(kind) else values.cast(kind, safe=False)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _seconds(column: pa.ChunkedArray) -> tuple[Longs, NDArray[np.bool_]]:
    """Return whole seconds since 1970 and where they are known."""
    known: NDArray[np.bool_] = np.ones(len(column), dtype=np.bool_)
    if column.null_count:
        known = column.is_valid().to_numpy(zero_copy_only=False)
    micro = _filled(column.cast(pa.int64()), 0)
    return micro // 1_000_000, known


def _times(incidents: pa.Table) -> dict[str, pa.Array | NDArray[np.generic]]:
    starts, is_known = _seconds(incidents.column("starts"))
    ends, has_end = _seconds(incidents.column("ends"))
    has_range = has_end & is_known
    span = np.maximum(ends - starts, 0) * has_range if has_range.any() else np.zeros_like(starts)
    words = words_of(incidents.column("precision"))
    precision = np.array([PRECISIONS.index(w) for w in words.words] + [_YEAR], np.int8)[words.at]
    is_timed = (precision < TIMED) & is_known
    month = _months(starts + span // 2)
    hour = (starts // 3600).astype(np.int32)
    # A moment counts for its hour, whatever the minute: fewer different slots to count.
    slot = _rest(hour - _MONDAY, HOURS_PER_WEEK) * 3600
    if span.any():
        slot += np.where(span > 0, _rest(starts, 3600), 0)
    return {
        "starts": incidents.column("starts"),
        "span": np.minimum(span, _LONGEST),
        "precision": precision,
        "month": np.where(is_known & (precision != _YEAR), month, NONE),
        "year": np.where(is_known, month // 12 + 1970, NONE),
        "daypart": _dayparts(starts, span, is_timed, _rest(hour, 24)),
        "slot": np.where(is_timed, slot, NONE),
        "recorded_month": _recorded_months(incidents.column("recorded")),
    }


def _rest(numbers: Any, divisor: int) -> Any:
    """Return the remainders of a division: several times quicker than NumPy's own."""
    return numbers - numbers // divisor * divisor


def _months(seconds: Longs) -> Integers:
    """Return months since 1970-01: by a table of the days, where it is shorter than the rows."""
    days = seconds // 86_400
    first, last = int(days.min(initial=0)), int(days.max(initial=0))
    if last - first >= len(days):
        return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int32)
    calendar = np.arange(first, last + 1).astype("datetime64[D]").astype("datetime64[M]")
    return calendar.astype(np.int32).take(days - first)


def _dayparts(
    starts: Longs, span: Longs, is_timed: NDArray[np.bool_], hour: Integers
) -> NDArray[np.int8]:
    names = list(DAYPARTS)
    first, last = DAYPARTS["day"]
    part = np.where((hour >= first) & (hour < last), DAY, NIGHT).astype(np.int8)
    part[~is_timed] = UNKNOWN
    ranged = np.flatnonzero(is_timed & (span > 0))
    if len(ranged):
        begin = starts[ranged].astype("datetime64[s]")
        end = (starts[ranged] + span[ranged]).astype("datetime64[s]")
        shares = daypart_weights(begin, end, np.ones(len(ranged), dtype=bool))
        clear = np.full(len(ranged), UNKNOWN, dtype=np.int8)
        for known, name in ((DAY, "day"), (NIGHT, "night")):
            clear[shares[:, names.index(name)] >= CLEAR_SHARE] = known
        part[ranged] = clear
    return part


def _recorded_months(column: pa.ChunkedArray) -> pa.Array:
    if column.null_count == len(column):
        return pa.nulls(len(column), pa.int16())
    known = column.is_valid().to_numpy(zero_copy_only=False)
    days = _filled(column.cast(pa.int32()), 0)
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int16)
    return pa.array(months, mask=~known)


def _row_hashes(
    incidents: pa.Table, ids: pa.Array, targets: pa.Array, maker: FactMaker
) -> pa.Array:
    """Return a hash of what each row says; NULL where an identifier already tells rows apart."""
    if ids.null_count == 0:
        return pa.nulls(len(ids), pa.int64())
    mixed = np.zeros(len(ids), dtype=np.uint64)
    for name in ("starts", "ends", "longitude", "latitude", "recorded"):
        mix_into(mixed, _bits(incidents.column(name)))
    for name in ("precision", "area_level", "area_id", "category_source", "category"):
        encoded = incidents.column(name)
        if not pa.types.is_dictionary(encoded.type):
            encoded = encoded.dictionary_encode()
        # Also where the whole stretch is NULL: where stretches end must not show.
        mix_into(mixed, _bits(maker.hashes(encoded)))
    mix_into(mixed, _bits(targets))
    found = pa.array(mixed.view(np.int64))
    return found if ids.null_count == len(ids) else pc.if_else(ids.is_valid(), None, found)


def _bits(column: pa.ChunkedArray | pa.Array) -> NDArray[np.uint64]:
    if pa.types.is_floating(column.type):
        floats = column.to_numpy(zero_copy_only=False).astype(np.float64) + 0.0
        return np.ascontiguousarray(floats).view(np.uint64)
    wide = pa.int32() if pa.types.is_date32(column.type) else pa.int64()
    return _filled(column.cast(wide), -1).astype(np.int64, copy=False).view(np.uint64)


def _filled(column: pa.ChunkedArray | pa.Array, nothing: int) -> NDArray[Any]:
    """Return a column of whole numbers; nothing is copied where nothing is missing."""
    whole = pc.fill_null(column, nothing) if column.null_count else column
    found: NDArray[Any] = whole.to_numpy(zero_copy_only=False)
    return found
