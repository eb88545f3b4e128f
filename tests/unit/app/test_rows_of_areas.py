"""The rows of an area are found at once, and are the same as by reading everything."""

from __future__ import annotations

import gc
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from convive.app import kept_with_tables
from convive.app.rows_of_areas import rows_of_area

CODES = st.one_of(st.none(), st.sampled_from(["a", "b", "é", ""]))
ROWS = st.lists(st.tuples(CODES, CODES), max_size=40)


def table_of(rows: list[tuple[Any, Any]], chunk: int = 7) -> pa.Table:
    """Return a table in several pieces, as one that was read may be."""
    schema = pa.schema([("level", pa.string()), ("area_id", pa.string())])
    parts = [rows[start : start + chunk] for start in range(0, len(rows), chunk)]
    batches = [
        pa.RecordBatch.from_pydict(
            {"level": [one[0] for one in part], "area_id": [one[1] for one in part]}, schema=schema
        )
        for part in parts
    ]
    return pa.Table.from_batches(batches, schema=schema)


@given(rows=ROWS)
def test_the_rows_of_an_area_are_those_that_name_it_in_their_order(
    rows: list[tuple[Any, Any]],
) -> None:
    table = table_of(rows)
    for asked in {("a", "b"), ("b", "a"), ("", ""), ("nowhere", "a"), *rows}:
        if None in asked:
            continue
        expected = [position for position, row in enumerate(rows) if row == asked]
        assert rows_of_area(table, *asked).tolist() == expected


def test_another_table_in_the_same_place_of_memory_is_another_table() -> None:
    for number in range(50):
        table = table_of([("a", "b")] * number)
        assert len(rows_of_area(table, "a", "b")) == number
        del table  # and its place is free for the next


def test_what_is_known_of_a_table_goes_with_it() -> None:
    table = table_of([("a", "b")])
    number = id(table)
    rows_of_area(table, "a", "b")
    assert number in kept_with_tables._known
    del table
    gc.collect()
    assert number not in kept_with_tables._known
