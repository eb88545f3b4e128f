"""Answers of an engine are sorted the same way, however wide their columns are."""

from __future__ import annotations

import pyarrow as pa
import pytest

from convive.store.lake import IbisAggregator, _sorted

WIDE = 2**62


@pytest.mark.parametrize(
    "second", [[3, None, -1, 3], [WIDE, None, -WIDE, 0], [None, None, None, None]]
)
def test_rows_are_in_the_order_of_their_columns_with_nothing_last(second: list[int | None]) -> None:
    rows = pa.table({"first": [2, 1, None, -5], "second": pa.array(second, pa.int64())})
    for by in (("first", "second"), ("second", "first")):
        expected = rows.sort_by([(name, "ascending") for name in by])
        assert _sorted(rows, by).equals(expected)


def test_no_row_is_sorted_too() -> None:
    rows = pa.table({"first": pa.array([], pa.int64())})
    assert _sorted(rows, ["first"]).num_rows == 0


def test_an_engine_that_cannot_be_reached_is_told_at_the_first_question() -> None:
    def refuse() -> None:
        raise OSError("gone")

    aggregator = IbisAggregator(refuse)  # type: ignore[arg-type]
    aggregator.prepare()
    with pytest.raises(OSError, match="gone"):
        aggregator._reached()
