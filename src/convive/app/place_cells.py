"""Which counts one place gives nearly alone: a hotel, a school, a car that is hit again."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from convive.app.assess.prepare import Prepared
from convive.app.cell_sums import CellKey, Span, categories_of
from convive.core.disclosure import Contributions, contributions, dominated

PARTS = {"day": 0, "night": 1}
Slot = tuple[str, str, Span, str]
"""Indicator, level, period, part of the day."""


def dominated_cells(prepared: Prepared, counts: dict[CellKey, int]) -> frozenset[CellKey]:
    """Return the cells of which one place gives more than the city's rule allows.

    Known where rows name their target (address, venue, vehicle): a source without target ids
    has no such cells. Counts below the minimum are hidden anyway and left out.
    """
    rule = prepared.city.disclosure
    if rule.dominance >= 1:
        return frozenset()
    least = math.floor(rule.dominance * rule.min_count) + 1
    kinds = categories_of(prepared)
    frequent = {
        source: prepared.tallies.frequent(source, least=least)
        for source in sorted({kinds[key[0]][0] for key in counts if key[0] in kinds})
        if source in prepared.incident_sources and prepared.incident_sources[source].has("targets")
    }
    found: set[CellKey] = set()
    for slot, keys in _slots(key for key in counts if key[0] in kinds):
        source, categories = kinds[slot[0]]
        if source in frequent and frequent[source].num_rows:
            names = prepared.incident_sources[source].categories
            places = _Places(frequent[source], names, categories)
            found |= places.dominating(prepared, slot, {key: counts[key] for key in keys})
    return frozenset(found)


def _slots(keys: Iterable[CellKey]) -> Iterator[tuple[Slot, list[CellKey]]]:
    slots: dict[Slot, list[CellKey]] = {}
    for key in keys:
        slots.setdefault((key[0], key[1], key[3], key[4]), []).append(key)
    yield from slots.items()


@dataclass(frozen=True)
class _Places:
    """What frequent places have, of some kinds of incident."""

    rows: pa.Table
    names: tuple[str, ...]
    categories: frozenset[str]

    def dominating(
        self, prepared: Prepared, slot: Slot, counts: dict[CellKey, int]
    ) -> set[CellKey]:
        """Return the cells of a slot that one place dominates."""
        _, level, span, part = slot
        ids = prepared.territory.frames[level].ids
        given = self._given(level, span, part, len(ids))
        total = np.zeros(len(ids))
        for key, count in counts.items():
            total[ids.index(key[2])] = count
        # A row may count in its source and not here (weeded, corrected): never more than all.
        largest = np.minimum(given.largest, total)
        known = Contributions(total, largest, np.minimum(given.second, total - largest))
        is_one = dominated(known, one=prepared.city.disclosure.dominance)
        return {key for key in counts if is_one[ids.index(key[2])]}

    def _given(self, level: str, span: Span, part: str, n_areas: int) -> Contributions:
        month, place = self._column("month"), self._column(f"at_{level}")
        own = [i for i, name in enumerate(self.names) if name in self.categories]
        first, last = ((day.year - 1970) * 12 + day.month - 1 for day in span)
        is_in = (month >= first) & (month < last) & (place >= 0)
        is_in &= np.isin(self._column("category"), own)
        if part in PARTS:
            is_in &= self._column("daypart") == PARTS[part]
        n, target = self._column("n"), self._column("target")
        return contributions(n[is_in], place[is_in], target[is_in], n_cells=n_areas)

    def _column(self, name: str) -> NDArray[np.int64]:
        found: NDArray[np.int64] = self.rows.column(name).to_numpy()
        return found


__all__ = ["dominated_cells"]
