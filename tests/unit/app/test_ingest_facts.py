"""Facts of incidents: the same however they come in, and nothing more than is counted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from convive.app.ingest.facts import NONE, FactMaker
from convive.app.ingest.placing import Placer
from convive.app.ingest.writing import WriterThread
from convive.app.schema import table_from_rows
from convive.app.tables import INCIDENTS
from convive.app.territory import build_territory
from convive.core.temporal.aoristic import weekday_hour_profile
from factories.evidence import incident_rows, make_city, make_evidence

PLACER = Placer(build_territory(make_city(), make_evidence().areas))


def incidents(n: int = 30) -> pa.Table:
    rows = incident_rows({("A1", "burglary", 3): n, ("B2", "theft", 12): n}, years=(2024,))
    for i, row in enumerate(rows):
        row |= {
            "target_id": None if i % 3 else f"t{i % 5}",
            "category": None if i % 7 == 0 else row["category"],
        }
    return table_from_rows(INCIDENTS, rows)


def facts(table: pa.Table) -> pa.Table:
    return FactMaker(PLACER, bytes(32)).facts(table)


def one(**changes: Any) -> dict[str, Any]:
    row = incident_rows({("A1", "burglary", 3): 1}, years=(2024,))[0]
    return facts(table_from_rows(INCIDENTS, [{**row, **changes}])).to_pylist()[0]


def at(*when: int) -> datetime:
    return datetime(*when)  # type: ignore[arg-type]  # noqa: DTZ001


@pytest.mark.parametrize("size", [1, 7, 59])
def test_facts_do_not_depend_on_how_a_file_is_cut(size: int) -> None:
    whole, maker = incidents(), FactMaker(PLACER, bytes(32))
    cut = [maker.facts(whole.slice(i, size)) for i in range(0, whole.num_rows, size)]
    assert pa.concat_tables(cut).equals(facts(whole))


def test_dictionaries_and_plain_texts_give_the_same_facts() -> None:
    plain = incidents()
    encoded = pa.table(
        [c.dictionary_encode() if pa.types.is_string(c.type) else c for c in plain.columns],
        names=plain.column_names,
    )
    assert facts(encoded).equals(facts(plain))


def test_the_middle_of_a_range_decides_the_month() -> None:
    found = one(starts=at(2024, 1, 30), ends=at(2024, 2, 9))
    assert (found["month"], found["year"]) == (54 * 12 + 1, 2024)


def test_a_year_alone_has_no_month_and_a_day_no_hour() -> None:
    assert one(precision="year")["month"] == NONE
    assert one(precision="day")["slot"] == NONE
    assert one(precision="month")["month"] == 54 * 12


def test_a_moment_counts_for_its_hour_and_a_range_from_its_second() -> None:
    # 1 January 2024 is a Monday.
    assert one(starts=at(2024, 1, 2, 5, 40))["slot"] == 29 * 3600
    ranged = one(starts=at(2024, 1, 2, 5, 40), ends=at(2024, 1, 2, 6, 10))
    assert (ranged["slot"], ranged["span"]) == (29 * 3600 + 40 * 60, 1800)


def test_rows_that_say_the_same_have_the_same_hash_and_others_not() -> None:
    first, same = one(row=2), one(row=99)
    assert first["row_hash"] == same["row_hash"]
    for change in ({"starts": at(2024, 1, 1, 4)}, {"longitude": 0.51}, {"category_source": "x"}):
        assert one(**change)["row_hash"] != first["row_hash"]
    assert one(incident_id="7")["row_hash"] is None


def test_months_until_recorded_are_kept() -> None:
    found = one(starts=at(2024, 1, 31, 3), recorded=at(2024, 3, 1).date())
    assert found["recorded_month"] - found["month"] == 2
    assert one()["recorded_month"] is None


def test_an_entry_that_stands_for_several_counts_as_often() -> None:
    rng = np.random.default_rng(5)
    starts = np.datetime64("2024-01-01", "s") + rng.integers(0, 600_000, 40)
    ends = starts + rng.integers(0, 2, 40) * rng.integers(0, 300_000, 40)
    n = rng.integers(1, 5, 40)
    once = weekday_hour_profile(starts, ends, np.ones(40, bool), counts=n)
    often = weekday_hour_profile(starts.repeat(n), ends.repeat(n), np.ones(n.sum(), bool))
    assert (once.n, once.n_too_long) == (often.n, often.n_too_long)
    np.testing.assert_allclose(once.expected_counts, often.expected_counts, rtol=1e-12)


def test_what_fails_in_the_writing_thread_is_raised_to_the_reader() -> None:
    class Full:
        def __init__(self) -> None:
            self.meta: dict[str, Any] = {}

        def write(self, _table: pa.Table) -> None:
            raise OSError("full")

    def write_twice() -> None:
        with WriterThread(Full().write) as thread:
            thread.write(incidents(1))
            thread.write(incidents(1))

    with pytest.raises(OSError, match="full"):
        write_twice()
