"""Which published counts add up to which others: what the disclosure gate has to know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from convive.app.assess.prepare import CITY, Prepared
from convive.catalogue.find import countable
from convive.core.disclosure import CellStatus, suppress
from convive.core.model import IncidentCount

Span = tuple[date, date]
CellKey = tuple[str, str, str, Span, str]
"""Indicator, level, area, first day and first day after, part of the day or ``all``."""

Equation = tuple[int, list[int]]


@dataclass
class Cells:
    """Every count that would be published, once each, however many tables show it."""

    counts: dict[CellKey, int] = field(default_factory=dict)

    def add(self, key: CellKey, count: int | None) -> None:
        """Take a count in; the same cell always has the same count."""
        if count is not None:
            self.counts[key] = int(count)

    def statuses(self, prepared: Prepared, *, min_count: int) -> dict[CellKey, CellStatus]:
        """Return for each cell whether it may be shown, all margins taken into account."""
        keys = sorted(self.counts)
        index = {key: i for i, key in enumerate(keys)}
        margins = [
            *_area_equations(prepared, keys, index),
            *_category_equations(prepared, keys, index),
            *_daypart_equations(keys, index),
            *_period_equations(keys, index),
        ]
        found = suppress([self.counts[key] for key in keys], margins=margins, min_count=min_count)
        return {key: CellStatus(int(found.status[i])) for key, i in index.items()}


def _area_equations(
    prepared: Prepared, keys: Sequence[CellKey], index: Mapping[CellKey, int]
) -> Iterator[Equation]:
    """Yield each area and the city as the sum of the areas below, level by level."""
    parents = _parents(prepared)
    parts: dict[CellKey, dict[str, list[int]]] = {}
    for key in keys:
        indicator, level, area, span, part = key
        for to, above in parents.get((level, area), ()):
            total = (indicator, to, above, span, part)
            if total in index:
                parts.setdefault(total, {}).setdefault(level, []).append(index[key])
    for total, by_level in parts.items():
        for cells in by_level.values():
            yield index[total], cells


def _parents(prepared: Prepared) -> dict[tuple[str, str], list[tuple[str, str]]]:
    territory = prepared.territory
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for level in territory.levels:
        for to in territory.frames:
            up = territory.way_up(level, to) if to != level else None
            if up is None:
                continue
            above = territory.frames[to].ids
            for i, area in enumerate(territory.frames[level].ids):
                if up[i] >= 0:
                    found.setdefault((level, area), []).append((to, above[up[i]]))
    return found


def _category_equations(
    prepared: Prepared, keys: Sequence[CellKey], index: Mapping[CellKey, int]
) -> Iterator[Equation]:
    """Yield an indicator as the sum of others where their categories are exactly its own."""
    sums = _category_sums(prepared)
    for key in keys:
        for parts in sums.get(key[0], ()):
            cells = [index.get((part, *key[1:]), -1) for part in parts]
            if min(cells) >= 0:
                yield index[key], cells


def _category_sums(prepared: Prepared) -> dict[str, list[list[str]]]:
    counted: dict[str, tuple[str, frozenset[str]]] = {}
    for indicator_id, numerator in prepared.numerators.items():
        measure = prepared.indicator(indicator_id).measure
        if isinstance(measure, IncidentCount):
            cube = prepared.cubes.sources[numerator.source_id]
            categories = frozenset(countable(measure.categories, cube.categories))
            counted[indicator_id] = (numerator.source_id, categories)
    found: dict[str, list[list[str]]] = {}
    for total, (source, whole) in counted.items():
        inside = {
            other: own
            for other, (its_source, own) in counted.items()
            if other != total and its_source == source and own <= whole
        }
        equal = [[other] for other, own in inside.items() if own == whole]
        parts, covered = _disjoint({o: c for o, c in inside.items() if c != whole})
        found[total] = [*equal, *([parts] if parts and covered == whole else [])]
    return found


def _disjoint(sets: Mapping[str, frozenset[str]]) -> tuple[list[str], frozenset[str]]:
    """Return sets that do not overlap, largest first, and what they cover together."""
    chosen: list[str] = []
    covered: frozenset[str] = frozenset()
    for name in sorted(sets, key=lambda key: (-len(sets[key]), key)):
        if sets[name] and not sets[name] & covered:
            chosen.append(name)
            covered |= sets[name]
    return chosen, covered


def _daypart_equations(keys: Sequence[CellKey], index: Mapping[CellKey, int]) -> Iterator[Equation]:
    for key in keys:
        if key[4] == "all":
            cells = [index.get((*key[:4], part), -1) for part in ("day", "night")]
            if min(cells) >= 0:
                yield index[key], cells


def _period_equations(keys: Sequence[CellKey], index: Mapping[CellKey, int]) -> Iterator[Equation]:
    """Yield each longer period as the sum of the months (or years) published within it."""
    by_place: dict[tuple[str, str, str, str], list[tuple[Span, int]]] = {}
    for key in keys:
        by_place.setdefault((key[0], key[1], key[2], key[4]), []).append((key[3], index[key]))
    for spans in by_place.values():
        ordered = sorted(spans)
        starts: dict[date, list[tuple[date, int]]] = {}
        for span, cell in ordered:
            starts.setdefault(span[0], []).append((span[1], cell))
        for span, cell in ordered:
            parts = _tiles(span, starts)
            if len(parts) > 1:
                yield cell, parts


def _tiles(span: Span, starts: Mapping[date, list[tuple[date, int]]]) -> list[int]:
    """Return the shortest published periods that follow one another and fill the span."""
    at, parts = span[0], []
    while at < span[1]:
        shorter = [one for one in starts.get(at, ()) if (at, one[0]) != span and one[0] <= span[1]]
        if not shorter:
            return []
        at, cell = min(shorter)
        parts.append(cell)
    return parts


__all__ = ["CITY", "CellKey", "Cells", "Span"]
