"""Hours of violence less those of domestic violence: no few incidents can be told by subtraction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pytest
from scipy.optimize import linprog

from convive.app.assess.prepare import Row
from convive.app.earlier_figures import Memory, hour_key, week_key
from convive.app.releases import Release
from convive.app.week_cells import _Groups, hidden_hours
from convive.app.week_kinds import KindSums

FLOOR = 5
AREAS, HOURS = ("A", "B", "C"), 6
OUTER, INNER = "violence_rate", "domestic_rate"
KINDS = {
    OUTER: ("police", frozenset({"domestic", "other"})),
    INNER: ("police", frozenset({"domestic"})),
}
Key = tuple[str, str, int]
"""Indicator, area, hour."""


def rows_of(inner: np.ndarray, other: np.ndarray) -> list[Row]:
    """Return the hours of the areas and of the city, of all violence and of the domestic one."""
    found = []
    for name, counts in ((OUTER, inner + other), (INNER, inner)):
        own = [("district", area, counts[i]) for i, area in enumerate(AREAS)]
        for level, area, hours in (*own, ("city", "t", counts.sum(axis=0))):
            found += [
                {
                    "indicator_id": name, "level": level, "area_id": area, "weekday": 1,
                    "hour": hour, "expected_count": float(n), "n": int(hours.sum()),
                    "status": "shown",
                }
                for hour, n in enumerate(hours)
            ]  # fmt: skip
    return found


def seen(rows: list[Row], kinds: Mapping[str, tuple[str, frozenset[str]]]) -> set[Key]:
    """Return the hours that pass the gate."""
    hidden = {id(row) for row, _ in hidden_hours(rows, FLOOR, Memory(), kinds)}
    return {
        (row["indicator_id"], row["area_id"], row["hour"]) for row in rows if id(row) not in hidden
    }


def told(inner: np.ndarray, other: np.ndarray, shown: set[Key]) -> list[tuple[int, int]]:
    """Return the hours of *other* violence, few of them, whose very number follows from the rest."""
    size = inner.size
    truth = np.concatenate([inner.reshape(-1), other.reshape(-1)]).astype(float)
    places = [*AREAS, "t"]

    def line(name: str, area: str, hour: int | None) -> np.ndarray:
        mask = np.zeros((len(AREAS), HOURS))
        index = slice(None) if area == "t" else AREAS.index(area)
        mask[index, slice(None) if hour is None else hour] = 1
        own = mask.reshape(-1)
        return np.concatenate([own, own if name == OUTER else np.zeros(size)])

    known = [line(name, area, hour) for name, area, hour in sorted(shown)]
    known += [line(name, area, None) for name in (OUTER, INNER) for area in places]
    matrix = np.array(known)
    values = matrix @ truth
    found = []
    for at in np.flatnonzero((other.reshape(-1) > 0) & (other.reshape(-1) < FLOOR)):
        aim = np.zeros(2 * size)
        aim[size + at] = 1
        ends = [
            sign * linprog(sign * aim, A_eq=matrix, b_eq=values, bounds=(0, None)).fun
            for sign in (1, -1)
        ]
        if ends[1] - ends[0] < 0.99:
            found.append(divmod(int(at), HOURS))
    return found


def town(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    shape = (len(AREAS), HOURS)
    return rng.poisson(14, shape) + FLOOR, rng.poisson(5, shape)


@pytest.mark.parametrize("seed", range(8))
def test_no_few_incidents_are_told_by_subtracting_kinds(seed: int) -> None:
    inner, other = town(seed)
    shown = seen(rows_of(inner, other), KINDS)
    assert told(inner, other, shown) == []
    assert len(shown) > 8, "there is something left to see"


def test_the_attack_breaks_weeks_that_do_not_know_which_kinds_contain_which() -> None:
    inner, other = town(1)
    assert told(inner, other, seen(rows_of(inner, other), {}))


def test_a_kind_that_is_all_of_another_is_hidden_with_it() -> None:
    inner = np.full((3, HOURS), 20)
    inner[0, 0] = 2
    same = {OUTER: KINDS[INNER], INNER: KINDS[INNER]}
    shown = seen(rows_of(inner, np.zeros_like(inner)), same)
    for area in AREAS:
        for hour in range(HOURS):
            assert ((OUTER, area, hour) in shown) == ((INNER, area, hour) in shown)


def test_two_releases_do_not_tell_that_one_more_of_the_others_came() -> None:
    """Six more of all violence and five more domestic ones: one more of the others."""
    inner, other = np.full((3, HOURS), 30), np.full((3, HOURS), 20)
    before = rows_of(inner, other)
    figures = {hour_key(row): row["expected_count"] for row in before}
    figures |= {week_key(row): row["n"] for row in before}
    memory = Memory([Release(date(2025, 1, 1), {}, figures=figures)])
    inner, other = inner.copy(), other.copy()
    inner[0, 0] += 5
    other[0, 0] += 1
    after = rows_of(inner, other)
    hidden = {
        (row["indicator_id"], row["area_id"], row["hour"])
        for row, _ in hidden_hours(after, FLOOR, memory, KINDS)
    }
    assert {(OUTER, "A", 0), (INNER, "A", 0)} & hidden
    alone = {
        (row["indicator_id"], row["area_id"], row["hour"])
        for row, _ in hidden_hours(rows_of(inner, other), FLOOR, memory)
    }
    assert not {(OUTER, "A", 0), (INNER, "A", 0)} & alone, "a control"


def memory_of(rows: list[Row]) -> Memory:
    """Return what a release remembers that showed these weeks."""
    figures = {hour_key(row): row["expected_count"] for row in rows}
    figures |= {week_key(row): row["n"] for row in rows}
    return Memory([Release(date(2025, 1, 1), {}, figures=figures)])


def weeks_of(counts: Mapping[tuple[str, str], list[float]]) -> list[Row]:
    """Return hours of weeks by indicator and area; the area ``t`` is the city."""
    return [
        {
            "indicator_id": name, "level": "city" if area == "t" else "district", "area_id": area,
            "weekday": 1, "hour": hour, "expected_count": n, "n": sum(hours), "status": "shown",
        }
        for (name, area), hours in counts.items()
        for hour, n in enumerate(hours)
    ]  # fmt: skip


def net(rows: list[Row], hidden: set[int], total: tuple[str, str], hour: int) -> float | None:
    """Return a total less all that is shown beside it; None where the total is not shown."""
    sign = {True: 1.0, False: -1.0}
    own = [row for row in rows if row["hour"] == hour and id(row) not in hidden]
    is_total = {(row["indicator_id"], row["area_id"]) == total for row in own}
    if True not in is_total:
        return None
    return sum(
        sign[(row["indicator_id"], row["area_id"]) == total] * row["expected_count"] for row in own
    )


def told_change(
    then: Mapping[tuple[str, str], list[float]],
    now: Mapping[tuple[str, str], list[float]],
    total: tuple[str, str],
    kinds: Mapping[str, tuple[str, frozenset[str]]],
) -> float:
    """Return the change of what is hidden in the first hour as both releases tell it; 0: nothing."""
    before, after = weeks_of(then), weeks_of(now)
    found = hidden_hours(after, FLOOR, memory_of(before), kinds)
    hidden = {id(row) for row, _ in found}
    at = {i for i, row in enumerate(after) if id(row) in hidden}
    left = net(after, hidden, total, 0)
    was = net(before, {id(before[i]) for i in at}, total, 0)
    return 0.0 if left is None or was is None else abs(left - was)


def test_a_rise_and_a_fall_among_kinds_do_not_leave_a_change_of_one() -> None:
    """Four fewer of A, which is hidden, and five more of the rest: together one more."""
    names = ("a", "b", "c")
    kinds = {name: ("police", frozenset({name})) for name in names}
    kinds["all"] = ("police", frozenset({*names, "other"}))
    then = {("a", "t"): [12.0, 20, 20], ("b", "t"): [10.0, 20, 20], ("c", "t"): [10.0, 20, 20]}
    then["all", "t"] = [50.0, 80, 80]
    now = {("a", "t"): [8.0, 30, 30], ("b", "t"): [16.0, 20, 20], ("c", "t"): [16.0, 20, 20]}
    now["all", "t"] = [63.0, 90, 90]
    change = told_change(then, now, ("all", "t"), kinds)
    assert change == 0 or change >= FLOOR


def test_a_rise_and_a_fall_among_areas_do_not_leave_a_change_of_one() -> None:
    """Four fewer in A and three more in D, both hidden: together one fewer."""
    then = {("all", area): [20.0, 20, 20] for area in "ABCD"} | {("all", "t"): [80.0, 80, 80]}
    now = {
        ("all", "A"): [16.0, 30, 30], ("all", "B"): [30.0, 20, 20], ("all", "C"): [30.0, 20, 20],
        ("all", "D"): [23.0, 30, 30], ("all", "t"): [99.0, 100, 100],
    }  # fmt: skip
    change = told_change(then, now, ("all", "t"), {})
    assert change == 0 or change >= FLOOR


def test_what_came_of_no_known_area_counts_in_what_is_left_of_the_city() -> None:
    """Hidden areas have seven more, the city's incidents of no area six fewer: one more is left."""
    then = {("all", area): [20.0, 20, 20] for area in "ABCD"} | {("all", "t"): [90.0, 90, 90]}
    now = {
        ("all", "A"): [24.0, 30, 30], ("all", "B"): [30.0, 20, 20], ("all", "C"): [30.0, 20, 20],
        ("all", "D"): [23.0, 30, 30], ("all", "t"): [111.0, 110, 110],
    }  # fmt: skip
    change = told_change(then, now, ("all", "t"), {})
    assert change == 0 or change >= FLOOR


@pytest.mark.parametrize("seed", range(4))
def test_to_look_only_at_what_was_touched_hides_the_same(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner, other = town(seed)
    memory = memory_of(rows_of(inner, other))
    rng = np.random.default_rng(seed)
    after = rows_of(inner + rng.poisson(4, inner.shape), other + rng.poisson(1, other.shape))
    few = [(id(row), why) for row, why in hidden_hours(after, FLOOR, memory, KINDS)]
    for sums, all_of in ((_Groups, "groups"), (KindSums, "hours")):
        usual = sums.touched

        def every(self: object, usual: object = usual, name: str = all_of) -> object:
            self.due = set(range(len(getattr(self, name))))  # type: ignore[attr-defined]
            return usual(self)  # type: ignore[operator]

        monkeypatch.setattr(sums, "touched", every)
    assert [(id(row), why) for row, why in hidden_hours(after, FLOOR, memory, KINDS)] == few
    assert len(few) > 3
