"""The counts of a source as one cube with all margins that anybody may ever ask for.

Every table of the room is a window onto this one cube. What is hidden in it is hidden in every
window, so no two tables, of one agreement or of several, give a hidden count away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convive.app.evidence_room.base import RoomCounts
from convive.app.territory import CITY

Longs = NDArray[np.int64]
Span = tuple[date, date]
Label = tuple[Any, ...]
"""What a position of an axis stands for: ``("area", level, code)``, ``("month", 612)`` …"""

ALL: Label = ("all",)
DAYPARTS = ("day", "night", "unknown")
UNKNOWN = -1


@dataclass(frozen=True)
class Axis:
    """One axis: its entries, and groups of entries that are totals as well.

    Attributes
    ----------
    labels : tuple
        Of all positions: entries, groups level by level, the total last.
    levels : tuple of arrays
        Group of each entry, one array a level.
    """

    labels: tuple[Label, ...]
    n_entries: int
    levels: tuple[Longs, ...] = ()

    @property
    def index(self) -> Mapping[Label, int]:
        """Return where each label stands; of two that are the same the entry."""
        return {label: i for i, label in reversed(list(enumerate(self.labels)))}


@dataclass(frozen=True)
class RoomCube:
    """Base counts of shape (areas, months, kinds, parts of the day), and the four axes."""

    counts: Longs
    axes: tuple[Axis, Axis, Axis, Axis]

    @property
    def shape(self) -> tuple[int, ...]:
        """Return the shape with all margins."""
        return tuple(len(axis.labels) for axis in self.axes)


@dataclass(frozen=True)
class Sums:
    """Sums that readers know from elsewhere, beside areas, months, years and kinds."""

    spans: tuple[Span, ...] = ()
    kinds: tuple[frozenset[str], ...] = ()


def cube_of(counts: RoomCounts, sums: Sums = Sums()) -> RoomCube:
    """Return the cube of a source, with the sums that were published elsewhere as margins."""
    areas, at_area = _areas(counts)
    months, at_month = _months(counts, sums.spans)
    kinds = _kinds(counts, sums.kinds)
    parts = Axis((*(("part", one) for one in DAYPARTS), ALL), len(DAYPARTS))
    axes = (areas, months, kinds, parts)
    cube = np.zeros(tuple(max(1, axis.n_entries) for axis in axes), dtype=np.int64)
    np.add.at(cube, (at_area, at_month, counts.category, counts.daypart), counts.n)
    return RoomCube(cube, axes)


def month_number(day: date) -> int:
    """Return a month as a number, 1970-01 being 0."""
    return (day.year - 1970) * 12 + day.month - 1


def month_start(number: int) -> date:
    """Return the first day of a numbered month."""
    return date(1970 + number // 12, number % 12 + 1, 1)


def _areas(counts: RoomCounts) -> tuple[Axis, Longs]:
    """Return the axis of areas; an entry is a place at all levels at once."""
    names = list(counts.levels)
    if not names:
        return Axis((("area", CITY, counts.city_id), ALL), 1), np.zeros(len(counts.n), np.int64)
    at = np.stack([counts.places[level] for level in names], axis=1)
    entries, position = np.unique(at, axis=0, return_inverse=True)
    labels: list[Label] = [("place", *map(int, row)) for row in entries]
    levels: list[Longs] = []
    for i, level in enumerate(names):
        known, group = np.unique(entries[:, i], return_inverse=True)
        codes = counts.levels[level]
        labels += [("area", level, codes[k] if k >= 0 else "") for k in known]
        levels.append(group.astype(np.int64).reshape(-1))
    return Axis((*labels, ALL), len(entries), tuple(levels)), position.reshape(-1)


def _months(counts: RoomCounts, spans: Iterable[Span]) -> tuple[Axis, Longs]:
    pairs = np.stack([counts.month, counts.year], axis=1)
    entries, position = np.unique(pairs, axis=0, return_inverse=True)
    labels: list[Label] = [
        ("month", int(month)) if month >= 0 else ("month_unknown", int(year))
        for month, year in entries
    ]
    known, group = np.unique(entries[:, 1], return_inverse=True)
    labels += [("year", int(year)) for year in known]
    levels = [group.astype(np.int64).reshape(-1)]
    for span in spans:
        first, after = (month_number(day) for day in span)
        inside = (entries[:, 0] >= first) & (entries[:, 0] < after)
        if inside.any() and not inside.all():
            labels += [("rest", *span), ("span", *span)]
            levels.append(inside.astype(np.int64))
    return Axis((*labels, ALL), len(entries), tuple(levels)), position.reshape(-1)


def _kinds(counts: RoomCounts, sets: Iterable[frozenset[str]]) -> Axis:
    names = counts.categories
    labels: list[Label] = [("kind", name) for name in names]
    levels: list[Longs] = []
    for one in sets:
        inside = np.array([name in one for name in names])
        if 1 < inside.sum() < len(names):
            labels += [("rest", one), ("kinds", one)]
            levels.append(inside.astype(np.int64))
    return Axis((*labels, ALL), len(names), tuple(levels))
