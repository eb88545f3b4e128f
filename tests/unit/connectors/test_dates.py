"""Dates: every spelling of the reference, and what nothing settles."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

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
    ],
)
def test_spellings(text: str, moment: str, precision: str) -> None:
    assert one(text) == (moment, precision)


@pytest.mark.parametrize(
    "text",
    ["2023-02-29", "31.04.2024", "2024-13-01", "soon", "0024-01-01", "99", "2024-05-31 25:00"],
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
