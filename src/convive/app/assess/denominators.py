"""What rates are divided by: statistics per area and year, rolled up where needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from convive.app.assess.numerators import rolled_up
from convive.app.territory import Territory

RESIDENTS = "residents"
_UNDATED = -1


@dataclass(frozen=True)
class Denominators:
    """Every statistic per level and year, as the sources give them."""

    values: Mapping[str, Mapping[int, Mapping[str, NDArray[np.float64]]]]
    """Statistic → year → level → shape (n_areas,); year -1 is undated."""
    sources: Mapping[str, tuple[str, ...]]
    """Statistic → its sources."""
    given_levels: Mapping[str, frozenset[str]]
    """Statistic → levels at which a source gives it; the others are sums."""

    def at(self, statistic: str, level: str, year: int) -> NDArray[np.float64] | None:
        """Return the values nearest in time (the earlier of two as near), or None."""
        found = self.nearest_year(statistic, level, year)
        return None if found is None else self.values[statistic][found][level]

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
    given: dict[str, dict[int, dict[str, NDArray[np.float64]]]] = {}
    sources: dict[str, set[str]] = {}
    places = {
        level: {area: i for i, area in enumerate(frame.ids)}
        for level, frame in territory.frames.items()
    }
    for row in statistics.to_pylist():
        place = places.get(row["area_level"], {})
        if row["area_id"] not in place or row["value"] is None:
            continue
        year = row["period_start"].year if row["period_start"] else _UNDATED
        levels = given.setdefault(row["statistic"], {}).setdefault(year, {})
        values = levels.setdefault(row["area_level"], np.full(len(place), np.nan))
        values[place[row["area_id"]]] = row["value"]
        sources.setdefault(row["statistic"], set()).add(row["source_id"])
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
    )


def _with_sums(
    levels: Mapping[str, NDArray[np.float64]], territory: Territory
) -> dict[str, NDArray[np.float64]]:
    given = {level: values[None, :, None] for level, values in levels.items()}
    return {level: cube[0, :, 0] for level, cube in rolled_up(given, territory).items()}
