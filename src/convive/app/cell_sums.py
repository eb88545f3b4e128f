"""Which published counts add up to which others: what the disclosure gate has to know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from convive.catalogue.find import countable
from convive.core.model import IncidentCount

if TYPE_CHECKING:
    from convive.app.assess.prepare import Prepared

Span = tuple[date, date]
CellKey = tuple[str, str, str, Span, str]
"""Indicator, level, area, first day and first day after, part of the day or ``all``."""

Equation = tuple[int, list[int]]
Left = frozenset[tuple[str, str]]
"""What a total holds besides its parts: kinds of a source, or outlines; nothing if they are all."""


@dataclass(frozen=True)
class Sums:
    """What adds up to what: places of now and of before, kinds of incident."""

    prepared: Prepared
    kinds: Mapping[str, tuple[str, frozenset[str]]]
    """Indicator → source and categories."""
    now: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Outline → the finest area that has it now."""
    before: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    """Area of an earlier release → the outlines within it."""


def sums_of(
    known: Sums, keys: Sequence[CellKey], counts: Sequence[int]
) -> tuple[list[Equation], list[int], list[Equation]]:
    """Return all sums between cells, and the counts of the rests that they leave.

    Returns
    -------
    equations : list of (total, parts)
        Positions in `keys`; from ``len(keys)`` upwards positions in the rests.
    rests : list of int
        What follows by subtraction though nobody publishes it.
    implied : list of (total, parts)
        Sums between rests of the same kinds: they follow from the others.
    """
    index = {key: i for i, key in enumerate(keys)}
    equations = _sums_within(known.prepared, keys, index)
    rests: list[int] = []
    named: dict[tuple[Any, ...], int] = {}
    for total, parts, left in (
        *_category_equations(known, keys, index),
        *_outline_equations(known, keys, index),
    ):
        rest = counts[total] - sum(counts[part] for part in parts)
        if not left or rest < 0:
            equations.append((total, parts))
            continue
        # What is left of two sums can be the same: then it moves in both or in none.
        at = named.setdefault((left, *keys[total][1:], rest), len(keys) + len(rests))
        if at == len(keys) + len(rests):
            rests.append(rest)
        equations.append((total, [*parts, at]))
    own = {cast("CellKey", key[:-1]): at for key, at in named.items()}
    return equations, rests, _sums_within(known.prepared, list(own), own)


def _sums_within(
    prepared: Prepared, keys: Sequence[CellKey], index: Mapping[CellKey, int]
) -> list[Equation]:
    """Return the sums over areas, parts of the day and periods, of the same kinds."""
    return [
        *_area_equations(prepared, keys, index),
        *_daypart_equations(keys, index),
        *_period_equations(keys, index),
    ]


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


def _outline_equations(
    known: Sums, keys: Sequence[CellKey], index: Mapping[CellKey, int]
) -> Iterator[tuple[int, list[int], Left]]:
    """Yield an area of an earlier release as the sum of those of now that lay within it."""
    for key in keys:
        marks = known.before.get(key[1:3], frozenset())
        areas = [known.now[mark] for mark in sorted(marks) if mark in known.now]
        cells = [index.get((key[0], *area, *key[3:]), -1) for area in areas]
        if cells and min(cells) >= 0:
            yield index[key], cells, frozenset((key[0], one) for one in marks.difference(known.now))


def _category_equations(
    known: Sums, keys: Sequence[CellKey], index: Mapping[CellKey, int]
) -> Iterator[tuple[int, list[int], Left]]:
    """Yield an indicator as the sum of others within it, and the kinds that are left over."""
    sums = category_sums(known.kinds)
    for key in keys:
        for parts, is_whole in sums.get(key[0], ()):
            cells = [index.get((part, *key[1:]), -1) for part in parts]
            if min(cells) >= 0:
                yield index[key], cells, frozenset() if is_whole else _kinds_left(known, key, parts)


def _kinds_left(known: Sums, key: CellKey, parts: Sequence[str]) -> Left:
    source, whole = known.kinds[key[0]]
    held = frozenset[str]().union(*(known.kinds[part][1] for part in parts))
    return frozenset((source, kind) for kind in whole - held)


def categories_of(prepared: Prepared) -> dict[str, tuple[str, frozenset[str]]]:
    """Return the source and the categories that each counted indicator adds up."""
    counted: dict[str, tuple[str, frozenset[str]]] = {}
    for indicator_id, numerator in prepared.numerators.items():
        measure = prepared.indicator(indicator_id).measure
        if isinstance(measure, IncidentCount):
            cube = prepared.cubes.sources[numerator.source_id]
            categories = frozenset(countable(measure.categories, cube.categories))
            counted[indicator_id] = (numerator.source_id, categories)
    return counted


def category_sums(
    counted: Mapping[str, tuple[str, frozenset[str]]],
) -> dict[str, list[tuple[list[str], bool]]]:
    """Return what each indicator can be taken apart into: others within it, singly and together.

    An indicator less one within it is the count of the other categories: nobody publishes it,
    everybody can work it out.
    """
    found: dict[str, list[tuple[list[str], bool]]] = {}
    for total, (source, whole) in counted.items():
        inside = {
            other: own
            for other, (its_source, own) in counted.items()
            if other != total and its_source == source and own and own <= whole
        }
        together = [
            (parts, covered == whole)
            for parts, covered in _families({o: c for o, c in inside.items() if c != whole})
            if len(parts) > 1
        ]
        found[total] = [*together, *(([other], own == whole) for other, own in inside.items())]
    return found


def _families(sets: Mapping[str, frozenset[str]]) -> list[tuple[list[str], frozenset[str]]]:
    """Return sets that do not overlap, largest first, and what they cover together.

    A set that crosses these (partly in one of them, partly not) begins a family of its own.
    """
    found = [_disjoint(sets, ())]
    for name in sorted(sets):
        if not any(name in parts or _lies_in_one(sets, name, parts) for parts, _ in found):
            found.append(_disjoint(sets, (name,)))
    return found


def _lies_in_one(sets: Mapping[str, frozenset[str]], name: str, parts: Sequence[str]) -> bool:
    return any(sets[name] <= sets[part] for part in parts)


def _disjoint(
    sets: Mapping[str, frozenset[str]], first: tuple[str, ...]
) -> tuple[list[str], frozenset[str]]:
    chosen: list[str] = []
    covered: frozenset[str] = frozenset()
    for name in (*first, *sorted(sets, key=lambda key: (-len(sets[key]), key))):
        if not sets[name] & covered:
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


__all__ = ["CellKey", "Equation", "Span", "Sums", "categories_of", "sums_of"]
