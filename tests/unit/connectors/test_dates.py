"""Dates: every spelling of the reference, and what nothing settles."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.connectors.city_pack.dates import PRECISIONS, add_times, hours_of, read_moments


def one(text: str, **options: bool) -> tuple[str, str]:
    moments = read_moments(pa.array([text]), **options)
    return str(moments.values[0]), str(PRECISIONS[moments.precision[0]])


@pytest.mark.parametrize(
    ("text", "moment", "precision"),
    [
        ("2024-05-31", "2024-05-31T00:00:00", "day"),
        ("2024-05-31 14:30", "2024-05-31T14:30:00", "minute"),
        ("2024-05-31T14:30:59Z", "2024-05-31T14:30:00", "minute"),
        ("2024-05-31 14", "2024-05-31T14:00:00", "hour"),
        ("31.05.2024", "2024-05-31T00:00:00", "day"),
        ("1.2.2024", "2024-02-01T00:00:00", "day"),
        ("31/05/2024", "2024-05-31T00:00:00", "day"),
        ("05/31/2024 12:30:00 AM", "2024-05-31T00:30:00", "minute"),
        ("05/31/2024 12:30 PM", "2024-05-31T12:30:00", "minute"),
        ("20240531", "2024-05-31T00:00:00", "day"),
        ("2024-05", "2024-05-01T00:00:00", "month"),
        ("05/2024", "2024-05-01T00:00:00", "month"),
        ("2024", "2024-01-01T00:00:00", "year"),
        ("45443", "2024-05-31T00:00:00", "day"),
        ("45443.75", "2024-05-31T18:00:00", "minute"),
        ("31.05.24", "2024-05-31T00:00:00", "day"),
        ("2024-02-29", "2024-02-29T00:00:00", "day"),
        ("2023-12-31 24:00", "2024-01-01T00:00:00", "minute"),
        ("31/05/2024 14h30", "2024-05-31T14:30:00", "minute"),
        ("31/05/2024 9h", "2024-05-31T09:00:00", "hour"),
        ("31 May 2024", "2024-05-31T00:00:00", "day"),
        ("May 31, 2024 2:30 PM", "2024-05-31T14:30:00", "minute"),
        ("31-May-24", "2024-05-31T00:00:00", "day"),
        ("3 mars 2021", "2021-03-03T00:00:00", "day"),
        ("1er août 2020", "2020-08-01T00:00:00", "day"),
        ("2 de mayo de 2020", "2020-05-02T00:00:00", "day"),
        ("1º de março de 2022", "2022-03-01T00:00:00", "day"),
        ("3. März 2021 14:30", "2021-03-03T14:30:00", "minute"),
        ("Mär 2020", "2020-03-01T00:00:00", "month"),
        ("gennaio 2019", "2019-01-01T00:00:00", "month"),
        ("5 maart 2019", "2019-03-05T00:00:00", "day"),
        ("2021-Jan-05", "2021-01-05T00:00:00", "day"),
    ],
)
def test_spellings(text: str, moment: str, precision: str) -> None:
    assert one(text) == (moment, precision)


@pytest.mark.parametrize(
    "text",
    [
        "2023-02-29",
        "31.04.2024",
        "2024-13-01",
        "soon",
        "0024-01-01",
        "99",
        "2024-05-31 25:00",
        "Feb 29 2023",
        "3 Brumaire 2021",
        "31 Raub 2024",
    ],
)
def test_what_is_no_date(text: str) -> None:
    moments = read_moments(pa.array([text, None]))
    assert moments.is_bad.tolist() == [True, False]
    assert moments.n_unsure == 0


def test_a_whole_column_settles_the_order() -> None:
    day = read_moments(pa.array(["03/04/2024", "25/04/2024"]))
    month = read_moments(pa.array(["03/04/2024", "04/25/2024"]))
    assert [str(d)[5:7] for d in (day.values[0], month.values[0])] == ["04", "03"]


def test_nothing_settles_it() -> None:
    unsure = read_moments(pa.array(["03/04/2024", "05/06/2024", "07/07/2024"]))
    assert unsure.n_unsure == 2
    assert not np.isnat(unsure.values[2])
    assert one("03/04/2024", day_first=True)[0].startswith("2024-04-03")
    assert one("03/04/2024", day_first=False)[0].startswith("2024-03-04")


def test_times_of_a_second_column() -> None:
    days = read_moments(pa.array(["2024-05-31"] * 5))
    moments, is_wrong = add_times(
        days, pa.array(["08", "8:15 PM", "1899-12-30 07:05:00", "x", None])
    )
    assert [str(m)[11:16] for m in moments.values] == ["08:00", "20:15", "07:05", "00:00", "00:00"]
    assert is_wrong.tolist() == [False, False, False, True, False]


def test_hours() -> None:
    assert hours_of(pa.array(["21:30", "7", "24:00", "x", None])).tolist() == [21, 7, 0, -1, -1]


def test_the_last_cell_of_a_long_column_settles_the_order() -> None:
    """The first guess is made from some cells only; the others have their say."""
    open_cells = ["03/04/2024"] * 5_000
    for last, month in (("25/04/2024", 4), ("04/25/2024", 3)):
        moments = read_moments(pa.array([*open_cells, last]))
        assert not moments.is_bad.any()
        assert set(moments.values[:-1].astype("datetime64[M]").astype(int) % 12 + 1) == {month}
    mixed = read_moments(pa.array([*open_cells, "25/04/2024", "04/25/2024"]))
    assert (mixed.n_unsure, int(mixed.is_bad.sum())) == (5_000, 5_000)


FIRST_SECOND, LAST_SECOND = (
    int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (1900, 2099)
)


@settings(max_examples=200)
@given(
    second=st.integers(FIRST_SECOND, LAST_SECOND),
    form=st.sampled_from(
        [
            "%Y-%m-%d %H:%M",
            "%Y-%m-%dT%H:%M:%S",
            "%d.%m.%Y %H:%M",
            "%Y/%m/%d %I:%M:%S %p",
            "%d/%m/%Y %H:%M",
            "%Y%m%d",
        ]
    ),
    at=st.integers(0, 3),
)
def test_every_moment_comes_back(second: int, form: str, at: int) -> None:
    """Wherever a cell stands, in a part of a column too, it is what was written."""
    moment = datetime.fromtimestamp(second, UTC).replace(tzinfo=None)
    column = pa.array([None, "x", None, "2024-05-31", moment.strftime(form)])
    moments = read_moments(column.slice(at), day_first=True)
    expected = moment.replace(second=0, microsecond=0)
    if form == "%Y%m%d":
        expected = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    assert moments.values[-1].item() == expected


CLOCKS = st.sampled_from(
    [
        "",
        " 02:30",
        "T23:59:00",
        " 12:00:00 AM",
        " 11:05:00 PM",
        " 25:00",
        " 1:30",
        " 02:30Z",
        "  02:30",
    ]
)
DAYS = st.sampled_from(
    [
        "05/31/2024",
        "31/05/2024",
        "2024-05-31",
        "2024-02-30",
        "31.05.2024",
        "03/04/2024",
        "1.5.2024",
        "",
    ]
)


@given(st.lists(st.tuples(DAYS, CLOCKS), min_size=1, max_size=12), st.booleans())
@settings(max_examples=200, deadline=None)
def test_a_cell_reads_the_same_alone_as_behind_others(
    cells: list[tuple[str, str]], day_first: bool
) -> None:
    texts = [(day + clock) or None for day, clock in cells]
    together = read_moments(pa.array(texts, pa.string()), day_first=day_first)
    alone = [read_moments(pa.array([text], pa.string()), day_first=day_first) for text in texts]
    one_by_one = np.concatenate([one.values for one in alone])
    np.testing.assert_array_equal(together.values, one_by_one)
    assert together.precision.tolist() == [int(one.precision[0]) for one in alone]
    assert together.is_bad.tolist() == [bool(one.is_bad[0]) for one in alone]
