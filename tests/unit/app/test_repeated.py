"""Which rows say what another row says, and which of them counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convive.app.ingest import repeated
from convive.app.ingest.repeated import (
    SeenRows,
    StoredRows,
    as_table,
    find_repeated,
    from_table,
    ranks_of,
)
from convive.app.ports import Repeated
from convive.app.row_sets import RowSet

# Few values, some that agree in their low bits only, some in their high bits.
HASHES = st.one_of(
    st.none(), st.sampled_from([0, 1, 1 << 20, (1 << 20) + 1, -1, 5, 1 << 40, 1 << 57, 3 << 57])
)
ROWS = st.tuples(HASHES, st.integers(-1, 2))
PARTS = st.lists(st.lists(ROWS, max_size=12), min_size=1, max_size=4)
CATEGORIES = ("theft", "violence", "homicide")
GRAVEST = ("homicide", "violence")
Part = list[tuple[int | None, int]]


def facts(part: Part) -> pa.Table:
    hashes = pa.array([one for one, _ in part], pa.int64())
    return pa.table(
        {
            "number": pa.array(range(len(part)), pa.int32()),
            "row": pa.array([10 + i for i in range(len(part))], pa.int32()),
            "category": pa.array([kind for _, kind in part], pa.int16()),
            "id_hash": hashes,
            "row_hash": hashes,
        }
    )


def seen(part: Part) -> SeenRows:
    """Return the rows as they come, a few at a time."""
    one, table = SeenRows(), facts(part)
    for first in range(0, len(part), 5):
        one.write(table.slice(first, 5))
    return one


def by_hand(parts: list[Part], gravest: tuple[str, ...] = ()) -> list[set[int]]:
    """Return the rows of each part that do not count."""

    def rank(kind: int) -> int:
        name = CATEGORIES[kind] if kind >= 0 else ""
        return gravest.index(name) if name in gravest else len(gravest)

    best: dict[int, tuple[int, int, int]] = {}
    rows = [
        (value, (rank(kind), i, number))
        for i, part in enumerate(parts)
        for number, (value, kind) in enumerate(part)
    ]
    for value, key in rows:
        if value is not None:
            best[value] = min(best.get(value, key), key)
    lost = [key for value, key in rows if value is not None and best[value] != key]
    return [{number for _, i, number in lost if i == part} for part in range(len(parts))]


def numbers(found: list[Repeated]) -> list[set[int]]:
    return [set(one.numbers.numbers.tolist()) for one in found]


@pytest.fixture(params=[3, 8_000_000], ids=["a few at a time", "all at once"])
def at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeated, "ROWS_AT_ONCE", request.param)


FIXED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.usefixtures("at_once")
@FIXED
@given(PARTS)
def test_the_first_of_equal_rows_stays(parts: list[Part]) -> None:
    found = find_repeated([seen(part) for part in parts], "id_hash")
    assert numbers(found) == by_hand(parts)
    assert [one.rows for one in found] == [
        tuple(10 + number for number in sorted(lost)[:5]) for lost in by_hand(parts)
    ]


@pytest.mark.usefixtures("at_once")
@FIXED
@given(PARTS)
def test_the_gravest_of_equal_rows_stays(parts: list[Part]) -> None:
    ranks = [ranks_of(CATEGORIES, GRAVEST)] * len(parts)
    found = find_repeated([seen(part) for part in parts], "id_hash", ranks)
    assert numbers(found) == by_hand(parts, GRAVEST)


@given(PARTS, st.randoms(use_true_random=False))
def test_what_counts_is_as_grave_in_whichever_order_the_files_come(
    parts: list[Part], order: Any
) -> None:
    def kinds(given: list[Part]) -> list[tuple[int, int]]:
        ranks = [ranks_of(CATEGORIES, GRAVEST)] * len(given)
        found = find_repeated([seen(part) for part in given], "id_hash", ranks)
        return sorted(
            (value, ranks[0][kind])
            for part, one in zip(given, found, strict=True)
            for (value, kind), is_lost in zip(part, one.numbers.mask, strict=True)
            if value is not None and not is_lost
        )

    shuffled = list(parts)
    order.shuffle(shuffled)
    assert kinds(shuffled) == kinds(parts)


@pytest.mark.usefixtures("at_once")
@FIXED
@given(PARTS, st.data())
def test_a_settled_part_leaves_out_the_same_and_its_other_rows_count(
    parts: list[Part], data: st.DataObject
) -> None:
    which = data.draw(st.integers(0, len(parts) - 1))
    numbered = range(len(parts[which]))
    out = {i for i in numbered if data.draw(st.booleans())}
    settled = [RowSet.of(out, len(parts[which])) if i == which else None for i in range(len(parts))]
    ranks = [ranks_of(CATEGORIES, GRAVEST)] * len(parts)
    found = numbers(find_repeated([seen(part) for part in parts], "id_hash", ranks, settled))
    assert found[which] == out
    taken = {value for i, (value, _) in enumerate(parts[which]) if i not in out} - {None}
    others = [
        [(None if value in taken else value, kind) for value, kind in part] if i != which else []
        for i, part in enumerate(parts)
    ]
    for i, lost in enumerate(by_hand(others, GRAVEST)):
        if i != which:
            again = {j for j, (value, _) in enumerate(parts[i]) if value in taken}
            assert found[i] == lost | again


def test_kept_parts_are_read_by_their_path_by_the_numbers_of_their_rows(tmp_path: Path) -> None:
    path = tmp_path / "part.parquet"
    # Row 0 was weeded: the others keep their numbers.
    pq.write_table(facts([(7, 0), (7, 1), (None, 0), (7, 2)]).slice(1), path)
    found = find_repeated([StoredRows(path, 4)], "row_hash")
    assert numbers(found) == [{3}]
    assert found[0].rows == (13,)
    grave = find_repeated([StoredRows(path, 4)], "row_hash", [ranks_of(CATEGORIES, GRAVEST)])
    assert numbers(grave) == [{1}]


@given(PARTS)
def test_what_was_found_is_kept_and_found_again(parts: list[Part]) -> None:
    found = find_repeated([seen(part) for part in parts], "id_hash")
    assert from_table(as_table(found)) == found


@given(st.lists(st.booleans(), max_size=40))
def test_a_set_of_rows_gives_back_what_it_was_made_of(mask: list[bool]) -> None:
    rows = RowSet.where(np.array(mask, dtype=np.bool_))
    assert rows.mask.tolist() == mask
    assert sorted([*rows.numbers.tolist(), *rows.others.tolist()]) == list(range(len(mask)))
    assert len(rows) == sum(mask)
    assert rows == RowSet.of(rows.numbers.tolist(), len(mask))
    assert bool(rows.told) == any(mask)
