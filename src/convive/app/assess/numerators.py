"""What recorded indicators count: one source an indicator, per area and period.

Sources overlap (a police extract of everything and a longer one of burglaries), so an
indicator takes its numerator from one source only, the first by: most of its categories,
longest cover, single incidents before counts, source id. The choice is in the run record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from convive.app.assess.count_tables import city_counts, given_counts, rolled_up, shared_counts
from convive.app.assess.sharing import Quantity
from convive.app.ingest.facts import UNKNOWN
from convive.app.ingest.tallies import SourceTally
from convive.app.territory import CITY, NOWHERE, Territory
from convive.catalogue.find import TOTAL, countable, covered
from convive.core.model import IncidentCount, Indicator

MIN_CATEGORIES_FOR_TOTAL = 3
"""A source of fewer categories cannot stand for all recorded crime."""

Days = NDArray[np.datetime64]
Counts = NDArray[np.float64]


@dataclass(frozen=True)
class Numerator:
    """Counts of one indicator: per level an array of shape (n_areas, n_periods).

    NaN is a count that the source withholds. Months are gapless; a month without incidents
    is 0 because the source covers it.
    """

    source_id: str
    period_kind: str
    starts: Days
    ends: Days
    counts: Mapping[str, Counts]
    by_daypart: Mapping[str, Counts] = field(default_factory=dict)
    """Per level, shape (2, n_areas, n_periods): day, night; empty where times are unknown."""
    n_open: int = 0
    """How many of the last months are still filling up."""
    assumed: Mapping[str, Counts] = field(default_factory=dict)
    """Per level, like the counts: what of them rests on sharing out; empty where nothing does."""
    reach: Mapping[str, Counts] = field(default_factory=dict)
    """What the older areas hold in all that were shared out."""

    def quantity(self, level: str) -> Quantity:
        """Return the counts of a level with what rests on sharing out."""
        counts = self.counts[level]
        if level not in self.assumed:
            return Quantity.certain(counts)
        return Quantity(counts, self.assumed[level], self.reach[level])

    def held_back(self, level: str) -> NDArray[np.bool_]:
        """Tell which periods of which areas are in no comparison, shape (n_areas, n_periods).

        Judged by calendar year: a month of few incidents alone would jump in and out.
        """
        found = self.quantity(level)
        years = self.starts.astype("datetime64[Y]").astype(np.int64)
        by_year = (years[:, None] == np.unique(years)[None, :]).astype(np.float64)
        given = (np.nan_to_num(found.value), found.assumed, found.reach)
        sums = Quantity(*(one @ by_year for one in given))
        return np.asarray((sums.is_held_back.astype(np.float64) @ by_year.T) > 0)

    @property
    def n_closed(self) -> int:
        """Return how many periods are complete, from the first one on."""
        return len(self.starts) - self.n_open

    def yearly(self) -> Numerator | None:
        """Return the complete calendar years; None where no year is complete."""
        if self.period_kind == "year":
            return self
        months = self.starts.astype("datetime64[M]").astype(np.int64)
        years = months // 12
        is_closed = np.arange(len(years)) < self.n_closed
        whole = [int(y) for y in np.unique(years) if (is_closed & (years == y)).sum() == 12]
        if not whole:
            return None
        pick = np.stack([years == y for y in whole], axis=1).astype(np.float64)
        starts = (np.array(whole, dtype=np.int64)).astype("datetime64[Y]")
        return self._summed("year", pick, starts, starts + 1)

    def whole(self) -> Numerator:
        """Return everything that is complete (where nothing is: everything) as one period."""
        n = self.n_closed or len(self.starts)
        pick = (np.arange(len(self.starts)) < n).astype(np.float64)[:, None]
        return self._summed("all", pick, self.starts[:1], self.ends[n - 1 : n])

    def _summed(self, kind: str, pick: NDArray[np.float64], starts: Days, ends: Days) -> Numerator:
        return Numerator(
            self.source_id,
            kind,
            starts.astype("datetime64[D]"),
            ends.astype("datetime64[D]"),
            {level: counts @ pick for level, counts in self.counts.items()},
            {level: counts @ pick for level, counts in self.by_daypart.items()},
            assumed={level: counts @ pick for level, counts in self.assumed.items()},
            reach={level: counts @ pick for level, counts in self.reach.items()},
        )


@dataclass(frozen=True)
class Cubes:
    """Counts per source: category × area × period (× part of the day), ready to be summed."""

    sources: Mapping[str, SourceCube]

    def numerator(self, indicator: Indicator) -> Numerator | None:
        """Return the counts of a recorded indicator, or None where no source has any."""
        measure = indicator.measure
        if not isinstance(measure, IncidentCount):
            return None
        cube = self._chosen(measure)
        return cube.count(measure.categories) if cube else None

    def _chosen(self, measure: IncidentCount) -> SourceCube | None:
        """Return the one source that the measure counts."""
        ranked = sorted(
            (cube.rank(measure.categories), cube.source_id)
            for cube in self.sources.values()
            if cube.can_count(measure.categories)
        )
        return self.sources[ranked[0][1]] if ranked else None

    def counted(self, indicators: Iterable[Indicator]) -> set[str]:
        """Return every category that some indicator counts from some source."""
        found: set[str] = set()
        for indicator in indicators:
            measure = indicator.measure
            cube = self._chosen(measure) if isinstance(measure, IncidentCount) else None
            if isinstance(measure, IncidentCount) and cube:
                found.update(countable(measure.categories, cube.categories))
        return found


@dataclass(frozen=True)
class SourceCube:
    """One source: arrays of shape (n_categories, n_areas, n_periods) per level."""

    source_id: str
    is_counts: bool
    period_kind: str
    categories: tuple[str, ...]
    starts: Days
    ends: Days
    counts: Mapping[str, Counts]
    by_daypart: Mapping[str, Counts]
    """Shape (2, n_categories, n_areas, n_periods)."""
    n_open: int = 0
    """How many of the last months are still filling up."""
    assumed: Mapping[str, Counts] = field(default_factory=dict)
    reach: Mapping[str, Counts] = field(default_factory=dict)
    """As of a `Numerator`, shape (n_categories, n_areas, n_periods)."""

    def can_count(self, wanted: tuple[str, ...]) -> bool:
        """Tell whether the source has what the indicator counts."""
        found = countable(wanted, self.categories)
        is_broad = TOTAL in self.categories or self._n_kinds >= MIN_CATEGORIES_FOR_TOTAL
        n_covered = len(covered(found) & set(wanted))
        return bool(found) and (is_broad or 0 < len(wanted) <= 2 * n_covered)

    def rank(self, wanted: tuple[str, ...]) -> tuple[int, int, int]:
        """Return a key that sorts the best source first."""
        n_covered = len(countable(wanted, self.categories)) if wanted else self._n_kinds
        days = int((self.ends[-1] - self.starts[0]).astype(np.int64)) if len(self.starts) else 0
        return (-n_covered, -days, int(self.is_counts))

    @property
    def _n_kinds(self) -> int:
        return len([c for c in self.categories if c not in (TOTAL, "")])

    def count(self, wanted: tuple[str, ...]) -> Numerator:
        """Return the sum over the categories, nothing counted twice."""
        added = countable(wanted, self.categories)
        chosen = [i for i, category in enumerate(self.categories) if category in added]
        return Numerator(
            self.source_id,
            self.period_kind,
            self.starts,
            self.ends,
            {level: cube[chosen].sum(axis=0) for level, cube in self.counts.items()},
            {level: cube[:, chosen].sum(axis=1) for level, cube in self.by_daypart.items()},
            self.n_open,
            {level: cube[chosen].sum(axis=0) for level, cube in self.assumed.items()},
            {level: cube[chosen].sum(axis=0) for level, cube in self.reach.items()},
        )


def build_cubes(
    tallies: Mapping[str, SourceTally],
    counts: pa.Table,
    territory: Territory,
    *,
    open_from: Mapping[str, int],
) -> Cubes:
    """Return the cubes of every incident source and every table of counts.

    Parameters
    ----------
    open_from : mapping of str to int
        Source → month since 1970-01 from which on it is still filling up, where that is known.
    """
    cubes: dict[str, SourceCube] = {}
    for source, tally in tallies.items():
        cube = _incident_cube(tally, territory, open_from.get(source))
        if cube is not None:
            cubes[source] = cube
    for source, cube in counts_cubes(counts, territory):
        cubes[source] = cube
    return Cubes(cubes)


def _incident_cube(
    tally: SourceTally, territory: Territory, open_from: int | None
) -> SourceCube | None:
    months = covered_months(tally)
    if not len(months):
        return None
    dense = {
        level: _dense(tally, level, months, len(frame.ids))
        for level, frame in territory.frames.items()
    }
    has_times = bool(np.any(tally.cells.daypart != UNKNOWN))
    starts = months.astype("datetime64[M]")
    return SourceCube(
        tally.source_id,
        is_counts=False,
        period_kind="month",
        categories=tally.categories,
        starts=starts.astype("datetime64[D]"),
        ends=(starts + 1).astype("datetime64[D]"),
        counts={level: cube.sum(axis=0) for level, cube in dense.items()},
        by_daypart={level: cube[:2] for level, cube in dense.items()} if has_times else {},
        n_open=0 if open_from is None else int((months >= open_from).sum()),
    )


def _dense(tally: SourceTally, level: str, months: NDArray[np.int64], n_areas: int) -> Counts:
    """Return counts of shape (3 parts of the day, n_categories, n_areas, n_months)."""
    cells = tally.cells
    shape = (3, len(tally.categories), n_areas, len(months))
    place, month = cells.places[level], cells.month - months[0]
    keep = (place != NOWHERE) & (month >= 0) & (month < len(months))
    where = (cells.daypart[keep], cells.category[keep], place[keep], month[keep])
    at = np.ravel_multi_index(where, shape)
    counts = np.bincount(at, cells.n[keep], minlength=int(np.prod(shape)))
    return counts.astype(np.float64).reshape(shape)


def covered_months(tally: SourceTally) -> NDArray[np.int64]:
    """Return the months that the source covers, first to last without gaps.

    The first and last month count only if incidents reach (nearly) to their edges: within
    three days or three usual gaps between incidents. Otherwise the extract was cut there.
    """
    cells = tally.cells
    is_dated = cells.month >= 0
    if not is_dated.any():
        return np.array([], dtype=np.int64)
    first, last = int(cells.month[is_dated].min()), int(cells.month[is_dated].max())
    is_dayless = bool(np.all(cells.is_dayless[is_dated]))
    if not is_dayless and last > first:
        first_day, last_day = (
            int(cells.first_day[is_dated].min()),
            int(cells.last_day[is_dated].max()),
        )
        slack = max(3.0, 3.0 * max(last_day - first_day, 1) / cells.total(is_dated))
        first += int(first_day - _day(first) > slack)
        last -= int(_day(last + 1) - 1 - last_day > slack)
    return np.arange(first, last + 1, dtype=np.int64)


def _day(month: int) -> int:
    return int(np.datetime64(month, "M").astype("datetime64[D]").astype(np.int64))


def counts_cubes(counts: pa.Table, territory: Territory) -> Iterable[tuple[str, SourceCube]]:
    """Yield a cube for each source of counts; its finest level is rolled up to the others."""
    for source in sorted(set(counts.column("source_id").to_pylist())):
        rows = counts.filter(pa.compute.equal(counts.column("source_id"), source)).to_pylist()
        known = [row for row in rows if row["area_level"] in territory.frames]
        if known:
            yield source, _counts_cube(source, known, territory)


def _counts_cube(source: str, rows: list[dict[str, Any]], territory: Territory) -> SourceCube:
    periods = sorted({(row["period_start"], row["period_end"]) for row in rows})
    categories = tuple(sorted({str(row["category"] or "") for row in rows}))
    axes = (categories, periods)
    given: dict[str, Counts] = {}
    for level in territory.levels:
        own = [row for row in rows if row["area_level"] == level]
        if own:
            given[level] = given_counts(own, level, axes, territory)
    full = rolled_up(given, territory)
    of_city = [row for row in rows if row["area_level"] == CITY]
    if of_city:
        full[CITY] = city_counts(of_city, full.get(CITY), axes, territory)
    assumed, reach = shared_counts(rows, axes, territory)
    days = (periods[0][1] - periods[0][0]).days
    return SourceCube(
        source,
        is_counts=True,
        period_kind="month" if days < 32 else "year",
        categories=categories,
        starts=np.array([p[0] for p in periods], dtype="datetime64[D]"),
        ends=np.array([p[1] for p in periods], dtype="datetime64[D]"),
        counts=full,
        by_daypart={},
        assumed=assumed,
        reach=reach,
    )
