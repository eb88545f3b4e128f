"""Whatever tables are put side by side, no count below the floor can be worked out."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

from convive import wiring
from convive.app.evidence_room.axes import ALL, cube_of, month_number
from convive.app.evidence_room.protection import WEIGHTS, Protected, floors_from, protect
from convive.app.releases import Release, remember
from convive.core.disclosure import with_margins
from convive.wiring.evidence_room import make_source, ready_source
from factories.room import KINDS, keep_in_store, room_counts

FLOOR = 5


def sums_of(protected: Protected, counts: Any) -> np.ndarray:
    """Return for each cell of the cube which base cells it adds up, as rows of 0 and 1."""
    cube = cube_of(counts)
    n = cube.counts.size
    rows = []
    for i in range(n):
        one = np.zeros(n, dtype=np.int64)
        one[i] = 1
        full = with_margins(
            one.reshape(cube.counts.shape), hierarchies=tuple(a.levels for a in cube.axes)
        )
        rows.append(full.reshape(-1))
    assert protected.labels == tuple(axis.labels for axis in cube.axes)
    return np.stack(rows, axis=1)


def range_of(
    matrix: np.ndarray, known: np.ndarray, values: np.ndarray, cell: int
) -> tuple[float, float]:
    """Return the least and the most that a cell can be, for whoever knows the others."""
    found = []
    for sign in (1, -1):
        answer = linprog(
            sign * matrix[cell], A_eq=matrix[known], b_eq=values[known], bounds=(0, None)
        )
        assert answer.status in {0, 3}, answer.message
        found.append(sign * answer.fun if answer.status == 0 else -sign * np.inf)
    return found[0], found[1]


def attack(protected: Protected, matrix: np.ndarray, known: np.ndarray, floor: int) -> list[int]:
    """Return the small cells, of tables that the room has, that have one possible value."""
    values = protected.counts.reshape(-1)
    is_asked = _is_asked(protected)
    small = np.flatnonzero((values > 0) & (values < floor) & is_asked)
    assert small.size
    assert not known[small].any()
    rng = np.random.default_rng(0)
    tried = rng.choice(small, min(25, small.size), replace=False)
    told = []
    for cell in tried:
        least, most = range_of(matrix, known, values, int(cell))
        if most - least < 0.99:
            told.append(int(cell))
    return told


def _is_asked(protected: Protected) -> np.ndarray:
    weights = np.zeros(protected.counts.shape, dtype=int)
    for i, axis in enumerate(protected.labels):
        own = np.array([WEIGHTS.get(str(label[0]), 9) for label in axis])
        weights += own.reshape([-1 if j == i else 1 for j in range(4)])
    return (weights <= 3).reshape(-1)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_all_tables_together_tell_no_small_count(seed: int) -> None:
    counts = room_counts(seed=seed, mean=0.5, years=1)
    protected = protect(counts, minimum=FLOOR)
    matrix = sums_of(protected, counts)
    known = (protected.shown_up_to >= FLOOR).reshape(-1)
    assert known.sum() > 20
    assert attack(protected, matrix, known, FLOOR) == []


def test_who_joins_two_agreements_sees_what_the_lower_floor_shows() -> None:
    protected = protect(room_counts(mean=3.0), minimum=FLOOR)
    before = None
    for floor in floors_from(FLOOR):
        shown = protected.shown_up_to >= floor
        assert before is None or not (shown & ~before).any()
        assert not (shown & (protected.counts > 0) & (protected.counts < floor)).any()
        before = shown


def test_the_higher_floor_holds_by_itself() -> None:
    counts = room_counts(seed=4, mean=1.0, years=1)
    protected = protect(counts, minimum=FLOOR)
    matrix = sums_of(protected, counts)
    known = (protected.shown_up_to >= 10).reshape(-1)
    assert attack(protected, matrix, known, 10) == []


def test_a_later_delivery_tells_no_small_difference() -> None:
    """One more robbery in the past: no total that was shown before goes up by one in sight."""
    first = room_counts(seed=5, mean=3.0, years=1)
    shown = protect(first, minimum=FLOOR)
    more = first.n.copy()
    more[np.flatnonzero(first.category == 1)[0]] += 1
    later = room_counts(seed=5, mean=3.0, years=1, digest="later")
    later.n[:] = more
    again = protect(later, minimum=FLOOR, before=[shown])
    both = (shown.shown_up_to >= FLOOR) & (again.shown_up_to >= FLOOR)
    difference = np.abs(shown.counts - again.counts)
    assert difference.max() == 1
    assert not (both & (difference > 0)).any()


def test_published_figures_are_not_counted_on() -> None:
    """What pages show already hides nothing: the small count beside it stays hidden with both."""
    counts = room_counts(seed=6, mean=0.8, years=1)
    alone = protect(counts, minimum=FLOOR)
    span = (date(2023, 1, 1), date(2024, 1, 1))
    cells, kinds = {}, {f"{one}_rate": ("police", frozenset({one})) for one in KINDS}
    for a, area in enumerate(("A1", "A2", "A3", "A4")):
        for k, kind in enumerate(KINDS):
            n = int(counts.n[(counts.places["area"] == a) & (counts.category == k)].sum())
            if n >= FLOOR:
                cells[(f"{kind}_rate", "area", area, span, "all")] = n
    release = Release(day=date(2024, 2, 1), counts=cells, kinds=kinds, min_count=FLOOR)
    protected = protect(counts, minimum=FLOOR, published=[release])
    at = {label: i for i, label in enumerate(alone.labels[1])}
    assert ("month", month_number(date(2023, 1, 1))) in at
    matrix = sums_of(alone, counts)
    known = protected.shown_up_to >= FLOOR
    labels = protected.labels
    for (_, _, area, _, _), kind in ((key, key[0].removesuffix("_rate")) for key in cells):
        place = (
            labels[0].index(("area", "area", area)), labels[1].index(ALL),
            labels[2].index(("kind", kind)), labels[3].index(ALL),
        )  # fmt: skip
        known[place] = True
    if protected.labels == alone.labels:
        assert attack(protected, matrix, known.reshape(-1), FLOOR) == []


def _year_of(counts: Any, kind: str, *, day: date, built: str, less: int = 0) -> Release:
    """What a build told of one kind in all of a town in a year."""
    span = (date(2023, 1, 1), date(2024, 1, 1))
    n = int(counts.n[counts.category == KINDS.index(kind)].sum()) - less
    key = (f"{kind}_rate", "city", "town", span, "all")
    kinds = {f"{kind}_rate": ("police", frozenset({kind}))}
    return Release(
        day=day, counts={key: n}, kinds=kinds, min_count=FLOOR, built=frozenset({built})
    )  # fmt: skip


def test_an_edition_that_can_still_be_read_tells_nothing_beside_the_room(tmp_path: Path) -> None:
    """An old edition told one robbery less; ten releases later the room must not tell the total."""
    counts = room_counts(seed=5, mean=3.0, years=1)
    keep_in_store(tmp_path, counts)
    old = "2024-02-01T00:00:00+00:00"
    releases = [_year_of(counts, "robbery", day=date(2024, 2, 1), built=old, less=1)]
    releases += [
        _year_of(counts, "theft", day=date(2024, 3, 1 + k), built=f"2024-03-{1 + k:02}", less=k * 9)
        for k in range(10)
    ]
    with wiring.restricted_store(tmp_path).session(actor="test", purpose="test") as session:
        for one in releases:
            remember(session, one)
        session.commit()
    edition = tmp_path / "workspace" / "media" / "editions" / "0123456789ab"
    edition.mkdir(parents=True)
    (edition / "run.json").write_text(json.dumps({"built_at": old}), encoding="utf-8")

    def shown() -> bool:
        made = make_source(tmp_path, "police", minimum=FLOOR, actor="test", purpose="test")
        assert made is not None
        again = ready_source(tmp_path, "police", minimum=FLOOR, actor="test", purpose="test")
        assert again is not None, "what was made is current"
        total = (ALL, ALL, ("kind", "robbery"), ALL)
        at = tuple(axis.index(label) for axis, label in zip(made.labels, total, strict=True))
        return bool(made.shown_up_to[at] >= FLOOR)

    assert not shown()
    shutil.rmtree(edition)
    assert shown(), "nobody can read it any more, and eight releases have passed"


def test_it_is_kept_and_read_back_the_same() -> None:
    protected = protect(room_counts(mean=1.0, years=1), minimum=FLOOR)
    again = Protected.from_bytes(protected.to_bytes())
    assert again.labels == protected.labels
    assert np.array_equal(again.counts, protected.counts)
    assert np.array_equal(again.shown_up_to, protected.shown_up_to)
