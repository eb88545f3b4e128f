"""Hours of the week in the room: closed years, protected so that nothing joins up with the cube.

A year of an area is the same number of incidents in the cube and here. Hours are opened only of
what the cube shows by day, by night and of unknown hour, in every closed year; the rest of the town
is one area without a name. So no filling that leaves the cube as it is shown moves anything here,
nor the other way round: what is protected in each is protected in both together. The weeks of all
years together are taken to be published; they are never counted on to hide one year's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from convive.app.evidence_room.axes import ALL, DAYPARTS, Label
from convive.app.evidence_room.base import RoomCounts
from convive.app.evidence_room.protection import (
    FLOORS_AT_ONCE,
    Protected,
    floors_from,
    known_roles,
)
from convive.app.evidence_room.week_counts import WeekCounts
from convive.core.disclosure import CellRole, CellStatus, PreparedCube, prepare_cube, suppress_cube
from convive.core.temporal.aoristic import DAYPARTS as HOURS_OF

DAYS, HOURS = 7, 24
N_HOURS = HOURS + len(DAYPARTS)
N_SLOTS = (DAYS + 1) * N_HOURS
"""With a day, and hours, for what has no hour."""
MOST_YEARS = 8
"""Closed years that are offered, the latest."""
AREA, YEAR, WEEK = range(3)
TABLES: tuple[tuple[frozenset[str], frozenset[str]], ...] = tuple(
    (frozenset(of_town.split()), frozenset(of_area.split()))
    for of_town, of_area in (
        ("weekday hour weekday_part slot", "weekday weekday_part"),
        ("weekday hour weekday_part slot", "weekday"),
        ("weekday hour weekday_part slot", ""),
        ("weekday hour weekday_part", ""),
        ("", ""),
    )
)
"""What there is of the town and of an area, a year: the first that gives nothing away is taken."""

Longs = NDArray[np.int64]
Bytes = NDArray[np.int8]
Area = tuple[str, str]


@dataclass(frozen=True)
class Hours:
    """The hours of the week as an axis: 168, and three for incidents without an hour."""

    labels: tuple[Label, ...]
    levels: tuple[Longs, ...]


@dataclass(frozen=True)
class _Base:
    """Counts of shape (places, years, hours), the last year standing for all others."""

    counts: Longs
    places: tuple[tuple[int, ...], ...]
    """Positions in the areas of each level."""
    levels: Mapping[str, tuple[str, ...]]
    years: tuple[int, ...]


def protect_week(
    counts: RoomCounts,
    week: WeekCounts,
    cube: Protected,
    *,
    minimum: int,
    before: Sequence[Protected] = (),
) -> Protected | None:
    """Return the hours of the week of closed years; None where no year can be opened.

    Parameters
    ----------
    cube : Protected
        The cube of the same counts, protected already.
    minimum : int
        Smallest count that the town shows anywhere.
    before : sequence of Protected
        Hours that the room has shown, oldest first.
    """
    hours, known = week_axis(), [one.known(minimum) for one in before]
    bases = [(floor, _base(counts, week, years)) for floor in floors_from(minimum)
             if (years := _open_years(counts, cube, floor))]  # fmt: skip
    if not bases:
        return None
    labels, full = _labels(bases[0][1], hours), _margins(bases[0][1], hours)

    def shown(one: tuple[int, _Base]) -> NDArray[np.bool_]:
        return _shown(one[1], hours, (cube, labels), (one[0], known))

    with ThreadPoolExecutor(FLOORS_AT_ONCE) as pool:
        found = list(pool.map(shown, bases))
    up_to, is_shown = np.zeros(full.shape, dtype=np.int64), np.ones(full.shape, dtype=bool)
    for (floor, _), own in zip(bases, found, strict=True):
        is_shown &= own
        up_to[is_shown] = floor
    if not up_to.any():
        return None
    return Protected(counts.source_id, cube.digest, labels, full, up_to)


def week_axis() -> Hours:
    """Return days × hours and what they add up to: days, hours, day and night of each day.

    A day of unknown hours stands behind the seven, and three hours for what has none behind the
    24, by part of the day: only where both meet can there be an incident without an hour.
    """
    first, last = HOURS_OF["day"]
    weekday, hour = np.divmod(np.arange(N_SLOTS), N_HOURS)
    part = np.where(hour >= HOURS, hour - HOURS, (hour < first) | (hour >= last))
    known = np.minimum(hour, HOURS)
    levels = (weekday, known, weekday * len(DAYPARTS) + part, part)
    labels: list[Label] = [("slot", *map(int, one)) for one in zip(weekday, hour, strict=True)]
    labels += [("weekday", d) for d in (*range(DAYS), -1)]
    labels += [("hour", h) for h in (*range(HOURS), -1)]
    labels += [("weekday_part", d, one) for d, one in product((*range(DAYS), -1), DAYPARTS)]
    labels += [("part", one) for one in DAYPARTS]
    return Hours((*labels, ALL), tuple(level.astype(np.int64) for level in levels))


def _is_possible() -> NDArray[np.bool_]:
    """Tell of which pairs of a day and an hour there can be incidents."""
    weekday, hour = np.divmod(np.arange(N_SLOTS), N_HOURS)
    return np.asarray((weekday < DAYS) == (hour < HOURS))


def _open_years(counts: RoomCounts, cube: Protected, floor: int) -> tuple[int, ...]:
    """Return the closed years of which the town by day and by night is shown."""
    latest = int(counts.month.max(initial=-1))
    closed = [
        y for y in sorted(set(counts.year.tolist())) if y > 0 and (y - 1969) * 12 - 1 <= latest
    ]
    return tuple(
        year for year in closed[-MOST_YEARS:] if _is_open(cube, ALL, year, floor)
    )  # fmt: skip


def _is_open(cube: Protected, area: Label, year: int, floor: int) -> bool:
    """Tell whether the cube shows an area's year by day, by night and of unknown hour."""
    areas, times, kinds, parts = cube.labels
    if area not in areas or ("year", year) not in times:
        return False
    at = (areas.index(area), times.index(("year", year)), kinds.index(ALL))
    return all(
        cube.shown_up_to[(*at, parts.index(one))] >= floor
        for one in (*(("part", name) for name in DAYPARTS), ALL)
    )


def _base(counts: RoomCounts, week: WeekCounts, years: tuple[int, ...]) -> _Base:
    names = list(counts.levels)
    own = np.stack([counts.places[one] for one in names], axis=1) if names else _one(counts.n)
    timed = np.stack([week.places[one] for one in names], axis=1) if names else _one(week.n)
    places, position = np.unique(np.concatenate([own, timed]), axis=0, return_inverse=True)
    position = position.reshape(-1)
    shape = (len(places), len(years) + 1, N_SLOTS)
    found = np.zeros(shape, dtype=np.int64)
    slot = week.slot // HOURS * N_HOURS + week.slot % HOURS
    np.add.at(found, (position[len(own) :], _year_at(week.year, years), slot), week.n)
    all_of = np.zeros((*shape[:2], len(DAYPARTS)), dtype=np.int64)
    np.add.at(
        all_of, (position[: len(own)], _year_at(counts.year, years), counts.daypart), counts.n
    )
    part = week_axis().levels[3]
    for one in range(len(DAYPARTS)):
        # What has no hour is what is left: also of rows that were weeded since they were counted.
        left = all_of[:, :, one] - found[:, :, part == one].sum(axis=2)
        found[:, :, DAYS * N_HOURS + HOURS + one] = np.maximum(left, 0)
    return _Base(found, tuple(map(tuple, places.tolist())), counts.levels, years)


def _one(n: Longs) -> Longs:
    return np.zeros((len(n), 0), dtype=np.int64)


def _year_at(year: Longs, years: tuple[int, ...]) -> Longs:
    index = {one: i for i, one in enumerate(years)}
    return np.array([index.get(int(one), len(years)) for one in year], dtype=np.int64)


def _labels(base: _Base, hours: Hours) -> tuple[tuple[Label, ...], ...]:
    areas = [("area", level, code) for level, codes in base.levels.items() for code in codes]
    return (*areas, ALL), tuple(("year", one) for one in base.years), hours.labels


def _margins(base: _Base, hours: Hours) -> Longs:
    """Return the counts of all areas of all levels, and of the town, in closed years."""
    closed = base.counts[:, :-1]
    rows = [
        closed[[i for i, place in enumerate(base.places) if place[at] == code]].sum(axis=0)
        for at, codes in enumerate(base.levels.values())
        for code in range(len(codes))
    ]
    stacked = np.stack([*rows, closed.sum(axis=0)])
    return prepare_cube(stacked, ((), (), hours.levels)).counts[: len(stacked), : closed.shape[1]]


def _shown(
    base: _Base,
    hours: Hours,
    of: tuple[Protected, tuple[tuple[Label, ...], ...]],
    rule: tuple[int, Sequence[Mapping[tuple[Label, ...], int]]],
) -> NDArray[np.bool_]:
    """Return which cells may be shown at a floor."""
    cube, labels = of
    floor, known = rule
    areas, levels, entry = _areas(base, cube, floor)
    counts = np.zeros((int(entry.max()) + 1, *base.counts.shape[1:]), dtype=np.int64)
    np.add.at(counts, entry, base.counts)
    search = prepare_cube(counts, (levels, (), hours.levels), crossed=N_HOURS)
    times: tuple[Label, ...] = (*(("year", one) for one in base.years), ("other_years",), ALL)
    roles = known_roles((areas, times, hours.labels), search.counts, known, floor)
    axes, full = (areas, times, hours.labels), search.counts
    fine = ((full == 0) | (full >= floor)) & _is_asked(axes, TABLES[0])
    # Against the room's own tables, and against them with the weeks of all years. What either
    # hides is hidden: a filling that goes through hidden cells still does when there are more.
    for is_published in (False, True):
        own = _fixed(full, roles, (len(base.years), floor), is_published=is_published)
        ways = [_derived(own, ~_is_asked(axes, one)) for one in TABLES]
        status, role = _searched(search, ways, floor)
        fine &= (status == CellStatus.SHOWN) & (role != CellRole.DERIVED)
    found = np.zeros(tuple(map(len, labels)), dtype=bool)
    here = {label: i for i, label in enumerate(areas)}
    own_years = [times.index(one) if one in times else -1 for one in labels[YEAR]]
    for i, label in enumerate(labels[AREA]):
        for j, y in enumerate(own_years):
            if label in here and y >= 0:
                found[i, j] = fine[here[label], y]
    return found


def _areas(
    base: _Base, cube: Protected, floor: int
) -> tuple[tuple[Label, ...], tuple[Longs, ...], Longs]:
    """Return labels and levels of the areas that are open, all others being one of each level.

    Levels that cross one another are left out: of their overlaps the cube tells nothing.
    """
    names = list(base.levels)
    is_open = {
        (level, code): all(
            _is_open(cube, ("area", level, name), year, floor) for year in base.years
        )
        for level in names if _nests(base, names.index(level))
        for code, name in enumerate(base.levels[level])
    }  # fmt: skip
    keys = [
        tuple(
            code if is_open.get((level, code)) else -1
            for level, code in zip(names, place, strict=True)
        )
        for place in base.places
    ]
    entries = sorted(set(keys))
    entry = np.array([entries.index(key) for key in keys], dtype=np.int64)
    labels: list[Label] = [("rest", *key) for key in entries]
    levels = []
    for at, level in enumerate(names):
        codes = sorted({key[at] for key in entries})
        levels.append(np.array([codes.index(key[at]) for key in entries], dtype=np.int64))
        labels += [
            ("area", level, base.levels[level][code]) if code >= 0 else ("rest_of", level)
            for code in codes
        ]
    return (*labels, ALL), tuple(levels), entry


def _nests(base: _Base, at: int) -> bool:
    """Tell whether a level and each other one lie within one another, whichever is the finer."""
    return all(
        _lies_within(base, at, other) or _lies_within(base, other, at)
        for other in range(len(base.levels)) if other != at
    )  # fmt: skip


def _lies_within(base: _Base, finer: int, coarser: int) -> bool:
    """Tell whether each area of one level lies in one area of the other."""
    above: dict[int, set[int]] = {}
    for place in base.places:
        above.setdefault(place[finer], set()).add(place[coarser])
    return all(len(found) == 1 for code, found in above.items() if code >= 0)


def _is_asked(
    axes: tuple[tuple[Label, ...], ...], tables: tuple[frozenset[str], frozenset[str]]
) -> NDArray[np.bool_]:
    """Tell which cells are in tables of closed years."""
    of_town, of_area = (np.array([one[0] in own for one in axes[WEEK]]) for own in tables)
    is_town = np.array([one == ALL for one in axes[AREA]])[:, None, None]
    is_area = np.array([one[0] == "area" for one in axes[AREA]])[:, None, None]
    is_year = np.array([one[0] == "year" for one in axes[YEAR]])[None, :, None]
    return np.asarray(((is_town & of_town) | (is_area & of_area)) & is_year)


def _fixed(full: Longs, roles: Bytes, rule: tuple[int, int], *, is_published: bool) -> Bytes:
    """Return the roles with what readers have: years from the cube, weeks of all years together.

    The rule is the number of closed years and the floor.
    """
    n_years, floor = rule
    found = roles.copy()
    n_parts = len(DAYPARTS) + 1
    found[:, :n_years, -n_parts:] = CellRole.FIXED  # by day, by night, of unknown hour, together
    whole = found[:, -1]
    is_known = (full[:, -1] >= floor) & is_published
    whole[:] = np.where(is_known, CellRole.FIXED, CellRole.DERIVED)
    found[:, n_years] = CellRole.DERIVED
    part = week_axis().levels[3] - n_parts  # where its day, night … stands, from the end
    nothing_else = full[:, n_years, part] == 0
    found[:, n_years, :N_SLOTS][nothing_else] = CellRole.FIXED
    found[:, :, :N_SLOTS][:, :, ~_is_possible()] = CellRole.FIXED
    return found


def _searched(search: PreparedCube, ways: Sequence[Bytes], floor: int) -> tuple[Bytes, Bytes]:
    """Return status and roles of the first tables that add nothing to what is known already."""
    alone: int | None = None
    for role in ways:
        found = suppress_cube(search, min_count=floor, roles=role, is_firm=True)
        if found.n_open and alone is None:
            nothing = suppress_cube(
                search, min_count=floor, roles=ways[-1], enough=found.n_open, is_firm=True
            )
            alone = nothing.n_open
        if found.n_open <= (alone or 0):
            break
    return found.status, role


def _derived(roles: Bytes, hidden: NDArray[np.bool_]) -> Bytes:
    found: Bytes = np.where(hidden & (roles == CellRole.PUBLISHED), CellRole.DERIVED, roles)
    return found.astype(np.int8)
