"""Whoever has the cube, the hours of the week and all that is published works out no small count."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import linprog

from convive.app.evidence_room.axes import ALL, cube_of
from convive.app.evidence_room.base import RoomCounts
from convive.app.evidence_room.protection import Protected, floors_from, protect
from convive.app.evidence_room.week import protect_week, week_axis
from convive.app.evidence_room.week_counts import WeekCounts
from convive.core.disclosure import with_margins
from factories.room import room_counts, week_counts

FLOOR = 5


class Attacker:
    """Fillings of both tables at once: incidents by month and kind, and by hour, of each place.

    Given place, year and part of the day nothing binds an incident's month to its hour, so two
    fillings that agree there can always be joined to one town.
    """

    def __init__(self, counts: RoomCounts, week: WeekCounts, shown: Protected) -> None:
        self.shown, cube = shown, cube_of(counts)
        assert shown.week is not None
        self.areas, self.years = cube.axes[0], [label[1] for label in shown.week.labels[1]]
        self.hours = week_axis()
        full = with_margins(cube.counts, hierarchies=tuple(axis.levels for axis in cube.axes))
        assert np.array_equal(full, shown.counts)
        self.n_first, self.first = cube.counts.size, self._sums_of_cube(cube)
        self.base = self._hours(counts, week)
        self.truth = np.concatenate([cube.counts.reshape(-1), self.base.reshape(-1)])

    def _sums_of_cube(self, cube: object) -> sparse.csr_array:
        parts = []
        for axis in cube.axes:  # type: ignore[attr-defined]
            rows = [np.eye(axis.n_entries)]
            rows += [
                (level[None, :] == np.arange(level.max() + 1)[:, None]).astype(float)
                for level in axis.levels
            ]
            parts.append(sparse.csr_array(np.vstack([*rows, np.ones((1, axis.n_entries))])))
        found = parts[0]
        for one in parts[1:]:
            found = sparse.kron(found, one, format="csr")
        return sparse.csr_array(found)

    def _hours(self, counts: RoomCounts, week: WeekCounts) -> np.ndarray:
        n_hours = len(self.hours.levels[0])
        base = np.zeros((self.areas.n_entries, len(self.years), n_hours), dtype=np.int64)
        year = np.array([self.years.index(int(one)) for one in week.year], dtype=np.int64)
        np.add.at(base, (week.places["area"], year, week.slot // 24 * 27 + week.slot % 24), week.n)
        for i, one in enumerate(self.years):
            for part in range(3):
                own = (counts.year == one) & (counts.daypart == part)
                known = base[:, i, self.hours.levels[3] == part].sum(axis=1)
                every = np.bincount(counts.places["area"][own], counts.n[own], minlength=len(base))
                base[:, i, 7 * 27 + 24 + part] = every - known
        return base

    def _sums_of_hours(self) -> sparse.csr_array:
        levels = np.stack(
            [own == one for own in self.hours.levels for one in range(int(own.max()) + 1)]
        )
        hours = np.vstack([np.eye(levels.shape[1]), levels, np.ones((1, levels.shape[1]))])
        rows = []
        for label in self.shown.week.labels[0]:  # type: ignore[union-attr]
            at = next(i for i, one in enumerate(self.areas.labels) if one == label)
            rows.append(self._within(at))
        years = np.eye(len(self.years))
        found = sparse.kron(sparse.csr_array(np.array(rows)), sparse.csr_array(years))
        return sparse.csr_array(sparse.kron(found, sparse.csr_array(hours)))

    def _within(self, at: int) -> np.ndarray:
        """Return which places an entry of the cube's areas holds."""
        n = self.areas.n_entries
        one = np.zeros(n)
        if self.areas.labels[at] == ALL:
            return np.ones(n)
        before = n
        for level in self.areas.levels:
            size = int(level.max()) + 1
            if before <= at < before + size:
                one[level == at - before] = 1
            before += size
        return one

    def knows(self, floor: int, *, weeks_published: bool) -> tuple[sparse.csr_array, np.ndarray]:
        """Return sums that readers know, and what they come to."""
        week = self.shown.week
        assert week is not None
        n_second = self.base.size
        first = self.first[np.flatnonzero(self.shown.shown_up_to.reshape(-1) >= floor)]
        second = self._sums_of_hours()[np.flatnonzero(week.shown_up_to.reshape(-1) >= floor)]
        rows = [
            sparse.hstack([first, sparse.csr_array((first.shape[0], n_second))]),
            sparse.hstack([sparse.csr_array((second.shape[0], self.n_first)), second]),
            self._links(),
        ]
        if weeks_published:
            all_years = np.kron(
                np.eye(self.areas.n_entries),
                np.kron(np.ones((1, len(self.years))), np.eye(self.base.shape[2])),
            )
            told = all_years[self.base.sum(axis=1).reshape(-1) >= floor]
            left = sparse.csr_array((len(told), self.n_first))
            rows.append(sparse.hstack([left, sparse.csr_array(told)]))
        matrix = sparse.csr_array(sparse.vstack(rows))
        return matrix, matrix @ self.truth

    def _links(self) -> sparse.csr_array:
        """A place has as many incidents of a year by day in the one table as in the other."""
        shape = tuple(axis.n_entries for axis in cube_axes(self.shown, self.areas))
        index = np.arange(self.n_first).reshape(shape)
        months = [label for label in self.shown.labels[1] if label[0] == "month"]
        rows, columns, signs, n = [], [], [], 0
        for a in range(shape[0]):
            for i, year in enumerate(self.years):
                for part in range(3):
                    own = [j for j, one in enumerate(months) if one[1] // 12 + 1970 == year]
                    one = index[a][own][:, :, part].reshape(-1)
                    at = np.arange(self.base.size).reshape(self.base.shape)[a, i]
                    other = self.n_first + at[self.hours.levels[3] == part]
                    rows += [n] * (len(one) + len(other))
                    columns += [*one, *other]
                    signs += [1.0] * len(one) + [-1.0] * len(other)
                    n += 1
        return sparse.csr_array((signs, (rows, columns)), shape=(n, len(self.truth)))

    def is_told(self, row: np.ndarray, known: tuple[sparse.csr_array, np.ndarray]) -> bool:
        """Tell whether only one value of a sum fits all that is known."""
        day, hour = np.divmod(np.arange(self.base.shape[2]), 27)
        never = np.tile((day < 7) != (hour < 24), self.base.size // self.base.shape[2])
        most = np.concatenate([np.full(self.n_first, np.inf), np.where(never, 0.0, np.inf)])
        limits = np.stack([np.zeros(len(most)), most], axis=1)
        found = [
            linprog(sign * row, A_eq=known[0], b_eq=known[1], bounds=limits) for sign in (1, -1)
        ]
        assert all(one.status in {0, 3} for one in found)
        if any(one.status == 3 for one in found):
            return False
        return bool(-found[1].fun - found[0].fun < 0.99)

    def told(
        self, small: np.ndarray, floor: int, *, of_week: bool, is_published: bool
    ) -> list[int]:
        """Return those of the small cells, of one table, that both tables together give away."""
        known = self.knows(floor, weeks_published=is_published)
        sums = self._sums_of_hours() if of_week else self.first
        found = []
        for at in small:
            row, none = sums[[int(at)]].toarray()[0], np.zeros(len(self.truth) - sums.shape[1])
            whole = np.concatenate([none, row] if of_week else [row, none])
            assert np.isclose(whole @ self.truth, round(whole @ self.truth))
            if self.is_told(whole, known):
                found.append(int(at))
        return found


def cube_axes(shown: Protected, areas: object) -> tuple[object, ...]:
    """Return the axes with their entries; months, kinds and parts have no places."""

    class Entries:
        def __init__(self, n: int) -> None:
            self.n_entries = n

    kinds = [
        sum(label[0] == what for label in axis)
        for what, axis in zip(("month", "kind", "part"), shown.labels[1:], strict=True)
    ]
    return (areas, *(Entries(n) for n in kinds))


def opened(seed: int, *, mean: float, years: int = 1) -> tuple[RoomCounts, WeekCounts, Protected]:
    counts = room_counts(seed=seed, mean=mean, years=years)
    week = week_counts(counts, seed=seed)
    cube = protect(counts, minimum=FLOOR)
    return counts, week, replace(cube, week=protect_week(counts, week, cube, minimum=FLOOR))


@pytest.mark.parametrize(("seed", "is_published"), [(1, False), (2, True), (3, True)])
@pytest.mark.parametrize("floor", [5, 10])
def test_cube_and_week_together_tell_no_small_count(
    seed: int, is_published: bool, floor: int
) -> None:
    counts, week, shown = opened(seed, mean=1.5, years=2)
    assert shown.week is not None
    attacker = Attacker(counts, week, shown)
    rng = np.random.default_rng(seed)
    assert (shown.week.shown_up_to >= floor).sum() > 50
    for of_week, table in ((True, shown.week), (False, shown)):
        values, is_seen = table.counts.reshape(-1), table.shown_up_to.reshape(-1) >= floor
        small = np.flatnonzero((values > 0) & (values < floor))
        assert len(small) > 20
        assert not is_seen[small].any()
        tried = rng.choice(small, 10, replace=False)
        assert attacker.told(tried, floor, of_week=of_week, is_published=is_published) == []


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.4, 1.0, 3.0]))
def test_floors_nest_and_no_small_count_is_in_sight(seed: int, mean: float) -> None:
    _, _, shown = opened(seed, mean=mean)
    week = shown.week
    if week is None:
        return
    before = None
    for floor in floors_from(FLOOR):
        seen = week.shown_up_to >= floor
        assert not (seen & (week.counts > 0) & (week.counts < floor)).any()
        assert before is None or not (seen & ~before).any()
        before = seen


def test_an_area_whose_year_the_cube_hides_has_no_hours() -> None:
    _, _, shown = opened(7, mean=0.3, years=2)
    if shown.week is None:
        return
    for i, label in enumerate(shown.week.labels[0]):
        area = shown.labels[0].index(label)
        for j, year in enumerate(shown.week.labels[1]):
            cell = (area, shown.labels[1].index(year), shown.labels[2].index(ALL))
            is_open = (shown.shown_up_to[cell] >= FLOOR).all()
            assert is_open or not shown.week.shown_up_to[i, j].any()


def test_a_month_more_changes_nothing_in_years_that_are_over() -> None:
    counts, week, shown = opened(3, mean=3.0, years=2)
    assert shown.week is not None
    later = replace(
        counts, digest="later", month=np.append(counts.month, counts.month.max() + 1),
        year=np.append(counts.year, 2025), n=np.append(counts.n, 7),
        category=np.append(counts.category, 0), daypart=np.append(counts.daypart, 0),
        places={level: np.append(at, 0) for level, at in counts.places.items()},
    )  # fmt: skip
    cube = protect(later, minimum=FLOOR, before=[shown])
    again = protect_week(later, week, cube, minimum=FLOOR, before=[shown.week])
    assert again is not None
    assert again.labels[1] == shown.week.labels[1]
    assert np.array_equal(again.counts, shown.week.counts)
    assert ((again.shown_up_to >= FLOOR) == (shown.week.shown_up_to >= FLOOR)).mean() > 0.95


def test_a_row_recorded_late_is_not_told_by_two_versions() -> None:
    counts, week, shown = opened(4, mean=3.0, years=2)
    assert shown.week is not None
    at = int(np.flatnonzero((counts.n > 0) & (counts.daypart == 0))[0])
    n = counts.n.copy()
    n[at] += 1
    later = replace(counts, n=n, digest="later")
    more = replace(
        week, digest="later", year=np.append(week.year, counts.year[at]),
        slot=np.append(week.slot, 30), n=np.append(week.n, 1),
        places={level: np.append(own, counts.places[level][at]) for level, own in week.places.items()},
    )  # fmt: skip
    cube = protect(later, minimum=FLOOR, before=[shown])
    again = protect_week(later, more, cube, minimum=FLOOR, before=[shown.week])
    if again is None:
        return
    both = (again.shown_up_to >= FLOOR) & (shown.week.shown_up_to >= FLOOR)
    assert not (both & (again.counts != shown.week.counts)).any()
