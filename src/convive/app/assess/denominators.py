"""What rates are divided by: statistics per area and year, rolled up where needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from convive.app.assess.count_tables import rolled_up
from convive.app.assess.sharing import Quantity, base_level, parts_of
from convive.app.territory import Territory

RESIDENTS = "residents"
_UNDATED = -1

Floats = NDArray[np.float64]
_Key = tuple[str, str, str, str, int]
"""Source, statistic, level, area, year."""


@dataclass(frozen=True)
class Denominators:
    """Every statistic per level and year, as the sources give them."""

    values: Mapping[str, Mapping[int, Mapping[str, Floats]]]
    """Statistic → year → level → shape (n_areas,); year -1 is undated."""
    sources: Mapping[str, tuple[str, ...]]
    """Statistic → its sources."""
    given_levels: Mapping[str, frozenset[str]]
    """Statistic → levels at which a source gives it; the others are sums."""
    shared: Mapping[tuple[str, int], Mapping[str, tuple[Floats, Floats]]] = field(
        default_factory=dict
    )
    """(Statistic, year) → level → what of the values rests on sharing out older areas, and what
    these hold in all; only where some does."""

    def at(self, statistic: str, level: str, year: int) -> Floats | None:
        """Return the values nearest in time (the earlier of two as near), or None."""
        found = self.nearest_year(statistic, level, year)
        return None if found is None else self.values[statistic][found][level]

    def quantity(self, statistic: str, level: str, year: int) -> Quantity | None:
        """Return what `at` gives, with what of it rests on sharing out older areas."""
        found = self.nearest_year(statistic, level, year)
        return None if found is None else self.quantity_of(statistic, level, found)

    def quantity_of(self, statistic: str, level: str, year: int) -> Quantity:
        """Return the values of this very year; -1 is undated."""
        values = self.values[statistic][year][level]
        shared = self.shared.get((statistic, year), {}).get(level)
        return Quantity.certain(values) if shared is None else Quantity(values, *shared)

    def nearest_year(self, statistic: str, level: str, year: int) -> int | None:
        """Return the year of the values that `at` gives; -1 where they are undated."""
        years = [y for y, levels in self.values.get(statistic, {}).items() if level in levels]
        if not years:
            return None
        return min(years, key=lambda y: (abs(y - year) if y != _UNDATED else 10_000, y))


def build_denominators(statistics: pa.Table, territory: Territory) -> Denominators:
    """Return every statistic by year and level.

    A level that has no rows of its own is summed from below; where one part is withheld, so
    is the sum. Only meaningful for numbers of things; shares are read as they are.
    """
    given: dict[str, dict[int, dict[str, Floats]]] = {}
    sources: dict[str, set[str]] = {}
    places = {
        level: {area: i for i, area in enumerate(frame.ids)}
        for level, frame in territory.frames.items()
    }
    rows = _known(statistics, places)
    for (source, statistic, level, area, year), value in _summed(rows).items():
        levels = given.setdefault(statistic, {}).setdefault(year, {})
        values = levels.setdefault(level, np.full(len(places[level]), np.nan))
        values[places[level][area]] = value
        sources.setdefault(statistic, set()).add(source)
    full = {
        statistic: {year: _with_sums(levels, territory) for year, levels in years.items()}
        for statistic, years in given.items()
    }
    return Denominators(
        full,
        {name: tuple(sorted(ids)) for name, ids in sources.items()},
        {
            name: frozenset(level for levels in years.values() for level in levels)
            for name, years in given.items()
        },
        _shared(rows, given, places, territory),
    )


def _known(
    statistics: pa.Table, places: Mapping[str, Mapping[str, int]]
) -> list[tuple[_Key, str | None, float | None]]:
    """Return the rows of areas that there are: key, split older area, value."""
    rows = []
    for row in statistics.to_pylist():
        level, area = row["area_level"], row["area_id"]
        if area in places.get(level, {}):
            year = row["period_start"].year if row["period_start"] else _UNDATED
            key = (row["source_id"], row["statistic"], level, area, year)
            # Several periods in a year: the last one counts, so the parts must be of one period.
            rows.append(((key, row["period_start"]), row["older_area"], row["value"]))
    last = {key: start for (key, start), _, value in rows if value is not None}
    return [
        (key, older, value)
        for (key, start), older, value in rows
        if key in last and last[key] == start
    ]


def _summed(rows: Iterable[tuple[_Key, str | None, float | None]]) -> dict[_Key, float]:
    """Return the sum of each area's rows: what it had, and its parts of split older areas.

    A part that is withheld withholds the sum.
    """
    found: dict[_Key, float] = {}
    for key, _, value in rows:
        found[key] = found.get(key, 0.0) + (np.nan if value is None else value)
    return {key: value for key, value in found.items() if not np.isnan(value)}


def _shared(
    rows: Iterable[tuple[_Key, str | None, float | None]],
    given: Mapping[str, Mapping[int, Mapping[str, Floats]]],
    places: Mapping[str, Mapping[str, int]],
    territory: Territory,
) -> dict[tuple[str, int], dict[str, tuple[Floats, Floats]]]:
    """Return what of each statistic rests on sharing out, by statistic and year, per level."""
    split: dict[tuple[str, int], dict[str, list[tuple[str, int, int, float]]]] = {}
    for (_, statistic, level, area, year), older, value in rows:
        if older and value is not None:
            levels = split.setdefault((statistic, year), {})
            levels.setdefault(level, []).append((older, places[level][area], 0, value))
    found: dict[tuple[str, int], dict[str, tuple[Floats, Floats]]] = {}
    for (statistic, year), levels in split.items():
        parts = {level: parts_of(level, own) for level, own in levels.items()}
        for to in territory.frames:
            own = parts.get(base_level(given[statistic][year], to, territory) or "")
            columns = None if own is None else own.at(to, territory, 1)
            if columns is not None:
                found.setdefault((statistic, year), {})[to] = (columns[0][0], columns[1][0])
    return found


def _with_sums(levels: Mapping[str, Floats], territory: Territory) -> dict[str, Floats]:
    given = {level: values[None, :, None] for level, values in levels.items()}
    return {level: cube[0, :, 0] for level, cube in rolled_up(given, territory).items()}
