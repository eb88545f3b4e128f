"""Which rows say what an earlier row said."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from convive.app.ingest.repeated import SeenRows, find_repeated

# Few values, some that agree in their low bits only.
HASHES = st.one_of(st.none(), st.sampled_from([0, 1, 1 << 20, (1 << 20) + 1, -1, 5, 1 << 40]))
PARTS = st.lists(st.lists(HASHES, max_size=12), min_size=1, max_size=4)


def seen(hashes: list[int | None]) -> SeenRows:
    one = SeenRows()
    rows = pa.array([10 + i for i in range(len(hashes))], pa.int32())
    column = pa.array(hashes, pa.int64())
    one.write(pa.table({"row": rows, "id_hash": column, "row_hash": column}))
    return one


def by_hand(parts: list[list[int | None]]) -> list[dict[str, int]]:
    known, found = set(), []
    for part, hashes in enumerate(parts):
        for number, value in enumerate(hashes):
            if value is not None and value in known:
                found.append({"part": part, "number": number, "row": 10 + number})
            known.add(value)
    return found


@given(PARTS)
def test_the_first_of_equal_rows_stays(parts: list[list[int | None]]) -> None:
    assert find_repeated([seen(part) for part in parts], "id_hash").to_pylist() == by_hand(parts)


def test_kept_parts_are_read_by_their_path(tmp_path: Path) -> None:
    path = tmp_path / "part.parquet"
    table = {"row": pa.array([2, 3, 4], pa.int32()), "row_hash": [7, None, 7], "other": [1, 2, 3]}
    pq.write_table(pa.table(table), path)
    found = find_repeated([SeenRows.of(path, "row_hash")], "row_hash").to_pylist()
    assert found == [{"part": 0, "number": 2, "row": 4}]
