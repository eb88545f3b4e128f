"""What is counted of incidents, source by source: all that an audit sees of them.

Each part (evidence file) is counted for itself and the answers are kept, so that a new month
touches only its own file; sources are sums over their parts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from convive.app.counting import Aggregator, FactRows
from convive.app.ingest.facts import NONE, PRECISIONS, TIMED, FactMaker
from convive.app.ingest.kept_tallies import (
    read_tally,
    tally_name,
    write_left_out,
    write_tally,
)
from convive.app.ingest.placing import Placer
from convive.app.ports import IncidentPart, IncidentParts, StoreSession
from convive.app.schema import sorted_by_key
from convive.app.tables import INCIDENTS
from convive.app.territory import CITY, Positions, Territory
from convive.core.pseudonyms import KEY_BYTES

Longs = NDArray[np.int64]
_SECONDS_AN_HOUR = 3600


@dataclass(frozen=True)
class Cells:
    """Incidents of a source by everything that is counted, arrays of shape (n_cells,)."""

    category: Longs
    """Position in the categories of the source."""
    places: Mapping[str, Positions]
    """Level → position of the area; -1 where it has none. City: -1 means outside."""
    month: Longs
    """Months since 1970-01; -1 where only the year, or nothing, is known."""
    year: Longs
    daypart: Longs
    precision: Longs
    """Position in `app.ingest.facts.PRECISIONS`."""
    is_outside: NDArray[np.bool_]
    has_no_area: NDArray[np.bool_]
    n: Longs
    first_day: Longs
    """Days since 1970."""
    last_day: Longs

    @property
    def is_timed(self) -> NDArray[np.bool_]:
        """Tell where the hour is known."""
        return self.precision < TIMED

    @property
    def is_dayless(self) -> NDArray[np.bool_]:
        """Tell where not even the day is known."""
        return self.precision >= PRECISIONS.index("month")

    def total(self, chosen: NDArray[np.bool_] | None = None) -> int:
        """Return how many incidents lie in the chosen cells; None: in all."""
        return int(self.n.sum() if chosen is None else self.n[chosen].sum())


@dataclass(frozen=True)
class Hours:
    """Incidents whose hour is known, by where in the week they can have happened."""

    category: Longs
    places: Mapping[str, Positions]
    """Of the city and the level of analysis."""
    slot: Longs
    """Second of the week, Monday 00:00 = 0; of moments the full hour."""
    span: Longs
    """Seconds until the latest possible moment; 0: a moment."""
    n: Longs


@dataclass(frozen=True)
class Delays:
    """Incidents whose day of recording is known, by how many months it came later."""

    category: Longs
    month: Longs
    delay_months: Longs
    n: Longs


@dataclass(frozen=True)
class SourceTally:
    """All counts of one source of incidents."""

    source_id: str
    categories: tuple[str, ...]
    """Sorted; "" stands for unmapped ones."""
    cells: Cells
    parts: tuple[IncidentPart, ...]

    @property
    def n(self) -> int:
        """Return the incidents of the source."""
        return self.cells.total()

    def has(self, what: str) -> bool:
        """Tell whether any incident has ``points``, ``targets``, ``ids`` or ``recorded``."""
        return any(part.record[f"n_{what}"] for part in self.parts)


class TallyBook:
    """Counts parts, or finds what was counted before."""

    def __init__(
        self,
        incidents: IncidentParts,
        territory: Territory,
        aggregator: Aggregator,
        session: StoreSession | None = None,
    ) -> None:
        self._territory = territory
        self._aggregator = aggregator
        self._session = session
        self.n_counted = 0
        """Questions that were asked of the engine, not found."""
        parts = [*incidents.parts, *_placed(incidents.rows, territory)]
        self._parts = {
            source: tuple(part for part in parts if part.source_id == source)
            for source in sorted({part.source_id for part in parts if part.record["n"]})
        }
        tallies = (self._tally(source, own) for source, own in self._parts.items())
        self.sources: Mapping[str, SourceTally] = {one.source_id: one for one in tallies if one.n}
        self._remember()

    @property
    def engine(self) -> str:
        """Return the name of what counts."""
        return self._aggregator.name

    def _remember(self) -> None:
        """Keep what each part was counted without: once it is weeded that stays so."""
        for part in (part for parts in self._parts.values() for part in parts):
            if self._session is not None and part.kept is not None:
                write_left_out(self._session, part.kept, part.dropped)

    def record(self) -> list[dict[str, Any]]:
        """Return the parts for the run record: file, rows, rows left out as repeated ids."""
        return [
            {
                "source_id": source,
                "file": part.file,
                "name": part.name,
                "n": part.record["n"],
                "dropped": len(part.dropped),
                "weeded_before": part.kept.meta.get("weeded_before") if part.kept else None,
            }
            for source, parts in self._parts.items()
            for part in parts
        ]

    def hours(self, source: str) -> Hours:
        """Return where in the week the incidents of a source can have happened."""
        levels = (CITY, self._territory.analysis)
        by = ("category", *(f"at_{level}" for level in levels), "slot", "span")
        found, category = self._joined(source, "hours", by, {"slot": 0})
        category = self._position(source, category)
        places = {level: _numbers(found, f"at_{level}") for level in levels}
        slot, span, n = (_numbers(found, name) for name in ("slot", "span", "n"))
        return Hours(category, places, slot, span, n)

    def weeks(self, source: str) -> pa.Table:
        """Return incidents in the city at a known moment per year, hour of the week and place.

        Columns year, slot (0 to 167, Monday from midnight), ``at_<level>`` and n; 64-bit.
        """
        levels = tuple(self._territory.frames)
        by = ("year", "slot", "span", *(f"at_{level}" for level in levels))
        found, _ = self._joined(source, "weeks", by, {"slot": 0})
        # Of a range it is not known in which of its hours it was.
        chosen = (_numbers(found, "span") <= 0) & (_numbers(found, f"at_{CITY}") >= 0)
        columns = {
            "year": _numbers(found, "year"),
            "slot": _numbers(found, "slot") // _SECONDS_AN_HOUR,
            **{f"at_{one}": _numbers(found, f"at_{one}") for one in self._territory.levels},
            "n": _numbers(found, "n"),
        }
        return pa.table({name: values[chosen] for name, values in columns.items()})

    def delays(self, source: str) -> Delays:
        """Return how many months after the incident it was taken down; of those in the city."""
        by = ("category", "month", "recorded_month", f"at_{CITY}")
        found, category = self._joined(source, "delay", by, {"month": 0, "recorded_month": 0})
        is_here = _numbers(found, f"at_{CITY}") >= 0
        category = self._position(source, category)[is_here]
        month = _numbers(found, "month")[is_here]
        delay = _numbers(found, "recorded_month")[is_here] - month
        return Delays(category, month, delay, _numbers(found, "n")[is_here])

    def last_recorded(self, source: str) -> date | None:
        """Return the newest day of recording; None where a part does not tell it."""
        dated = [part.record for part in self._parts[source] if part.record["n_recorded"]]
        days = [record.get("last_recorded") for record in dated]
        return None if None in days or not days else date.fromisoformat(max(map(str, days)))

    def repeats(
        self, source: str, categories: Sequence[str], by: Sequence[str], *, days: int
    ) -> pa.Table:
        """Return incidents with a target, and repeats, per combination of `by`.

        The rows themselves are looked through: a target may come again in another file.
        """
        parts = [part for part in self._parts[source] if part.record["n_targets"]]
        details = [sorted(categories), list(by), days, [part.dropped.told for part in parts]]
        names = [part.name for part in parts]
        if self._session is not None and all(names):
            kept = self._session.find(tally_name(names, "repeats", details))
            if kept is not None:
                return read_tally(self._session, kept)
        self.n_counted += 1
        found = self._aggregator.repeats(
            [self._rows(part, categories) for part in parts], by, days=days
        )
        if self._session is not None and all(names):
            write_tally(self._session, names, "repeats", found, source_id=source, details=details)
        return found

    def frequent(self, source: str, *, least: int) -> pa.Table:
        """Return what the targets with at least `least` incidents have, per kind, month and place.

        Targets are numbered; nothing of their pseudonyms is kept. ``category`` is a position in
        the categories of the source's tally. Only the gate may see it.
        """
        parts = [part for part in self._parts[source] if part.record["n_targets"]]
        by = ("category", "month", "daypart", *(f"at_{level}" for level in self._territory.frames))
        details = [list(by), least, [part.dropped.told for part in parts]]
        names = [part.name for part in parts]
        if self._session is not None and all(names):
            kept = self._session.find(tally_name(names, "frequent", details))
            if kept is not None:
                return read_tally(self._session, kept)
        self.n_counted += 1
        found = self._aggregator.frequent([self._rows(part) for part in parts], by, least=least)
        found = self._numbered(source, parts, found)
        if self._session is not None and all(names):
            write_tally(self._session, names, "frequent", found, source_id=source, details=details)
        return found

    def _numbered(self, source: str, parts: Sequence[IncidentPart], found: pa.Table) -> pa.Table:
        """Return the table with numbers for targets, and the categories of the source."""
        _, target = np.unique(_numbers(found, "target_hash"), return_inverse=True)
        names, part = self._names(source), _numbers(found, "part")
        category = _numbers(found, "category").copy()
        for i, one in enumerate(parts):
            own = [*one.record["categories"], ""]
            codes = np.array([names.index(word) for word in own], dtype=np.int64)
            category[part == i] = codes[category[part == i]]
        rest = {
            name: _numbers(found, name)
            for name in found.column_names
            if name not in {"target_hash", "part"}
        }
        rest |= {"category": self._position(source, category), "target": target.astype(np.int64)}
        return pa.table(rest)

    def weeded_before(self, source: str) -> str | None:
        """Return the day before which rows of a source are deleted; None: all are there."""
        days = [part.kept.meta.get("weeded_before") for part in self._parts[source] if part.kept]
        return max((str(day) for day in days if day), default=None)

    def _tally(self, source: str, parts: tuple[IncidentPart, ...]) -> SourceTally:
        levels = tuple(self._territory.frames)
        flags = ("is_outside", "has_no_area")
        when = ("category", "month", "year", "daypart", "precision")
        by = (*when, *flags, *(f"at_{level}" for level in levels))
        found, category = self._joined(source, "cells", by)
        used = np.unique(category)
        names = self._names(source)
        cells = Cells(
            category=np.searchsorted(used, category),
            places={level: _numbers(found, f"at_{level}") for level in levels},
            is_outside=_numbers(found, "is_outside").astype(bool),
            has_no_area=_numbers(found, "has_no_area").astype(bool),
            **{
                name: _numbers(found, name)
                for name in ("month", "year", "daypart", "precision", "n", "first_day", "last_day")
            },
        )
        return SourceTally(source, tuple(names[i] for i in used), cells, parts)

    def _position(self, source: str, category: Longs) -> Longs:
        """Return positions in the categories of the tally for those in all names."""
        names, used = self._names(source), self.sources[source].categories
        position = np.array([used.index(name) if name in used else NONE for name in names])
        return position[category].astype(np.int64)

    def _names(self, source: str) -> tuple[str, ...]:
        known = {word for part in self._parts[source] for word in part.record["categories"]}
        return tuple(sorted({"", *known}))

    def _joined(
        self,
        source: str,
        question: str,
        by: Sequence[str],
        at_least: Mapping[str, int] | None = None,
    ) -> tuple[pa.Table, Longs]:
        """Return the counts of all parts one under the other, and their categories."""
        names = self._names(source)
        tables, categories = [], []
        for part in self._parts[source]:
            table = self._counted(part, question, by, at_least)
            tables.append(table)
            if "category" not in by:
                continue
            own = [*part.record["categories"], ""]
            codes = np.array([names.index(word) for word in own], dtype=np.int64)
            # Unmapped is NONE = -1: the last of the positions.
            categories.append(codes[_numbers(table, "category")])
        none = np.zeros(0, dtype=np.int64)
        return pa.concat_tables(tables), np.concatenate([none, *categories])

    def _counted(
        self,
        part: IncidentPart,
        question: str,
        by: Sequence[str],
        at_least: Mapping[str, int] | None,
    ) -> pa.Table:
        found = self._found(part, question, by)
        if found is not None:
            return found
        self.n_counted += 1
        found = self._aggregator.count(self._rows(part), by, at_least=at_least)
        if self._session is not None and part.kept is not None:
            write_tally(
                self._session,
                [part.name],
                question,
                found,
                source_id=part.source_id,
                details=_details(part, by),
            )
        return found

    def _found(self, part: IncidentPart, question: str, by: Sequence[str]) -> pa.Table | None:
        """Return what was counted before without the same rows; of weeded ones nothing else tells."""
        if self._session is None or part.kept is None:
            return None
        kept = self._session.find(tally_name([part.name], question, _details(part, by)))
        return read_tally(self._session, kept) if kept else None

    def _rows(self, part: IncidentPart, categories: Sequence[str] = ()) -> FactRows:
        facts: Any = part.facts
        if part.kept is not None and self._session is not None:
            facts = self._session.open(part.kept)
        own = part.record["categories"]
        codes = tuple(own.index(word) for word in categories if word in own)
        return FactRows(facts, part.dropped, codes if categories else None)


def _details(part: IncidentPart, by: Sequence[str]) -> dict[str, Any]:
    """Return what besides the part's rows decides its counts."""
    return {"by": list(by), "dropped": part.dropped.told}


def _numbers(table: pa.Table, name: str) -> Longs:
    column = table.column(name)
    found: Longs = pc.fill_null(column, NONE).to_numpy()
    return found


def _placed(rows: pa.Table | None, territory: Territory) -> list[IncidentPart]:
    """Return a part a source of rows that are given in memory."""
    if rows is None:
        return []
    parts, placer = [], Placer(territory)
    for source in sorted(set(pc.unique(rows.column("source_id")).to_pylist())):
        own = sorted_by_key(INCIDENTS, rows.filter(pc.equal(rows.column("source_id"), source)))
        maker = FactMaker(placer, bytes(KEY_BYTES))
        facts = maker.facts(own)
        parts.append(IncidentPart(source, "", maker.record(), facts=facts))
    return parts


__all__ = ["NONE", "Cells", "Delays", "Hours", "SourceTally", "TallyBook"]
