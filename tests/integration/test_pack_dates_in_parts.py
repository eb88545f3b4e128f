"""When an incident happened, when it was taken down, and how well its point is known."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from convive.app.audit import latest_day
from convive.app.ingest.keeper import FactKeeper
from convive.app.ingest.tallies import TallyBook
from convive.app.ports import PackReading
from convive.app.territory import build_territory
from convive.connectors.city_pack import read_pack
from convive.connectors.city_pack.wizard.session import open_session
from convive.core.model import City, EngineChoice, Problem
from convive.store import FolderRestrictedStore, open_aggregator
from factories.pack import INCIDENTS, as_csv, write_pack
from factories.rows import read_with_rows

PARTS = INCIDENTS.replace(
    'starts = "date"',
    'starts = { year = "YEAR", month = "MONTH", day = "DAY", hour = "HOUR", minute = "MINUTE" }',
)
RECORDED = INCIDENTS.replace('starts = "date"', 'starts = "date"\nrecorded = "taken"')
HEAD = ["id", "date", "taken", "kind", "lon", "lat"]
PLACE = ["Raub", "13.05", "52.05"]


def pack(folder: Path, mapping: str, rows: list[list[str]], name: str = "data.csv") -> Path:
    """Write a pack with one file of incidents."""
    (write_pack(folder, mapping=mapping) / name).write_text(as_csv(rows), encoding="utf-8")
    return folder


def rows_of(reading: PackReading) -> list[dict[str, Any]]:
    assert reading.evidence is not None, reading.problems
    assert reading.evidence.incidents.rows is not None
    return list(reading.evidence.incidents.rows.to_pylist())


def problem(reading: PackReading, code: str) -> Problem:
    return next(one for one in reading.problems if one.code == code)


def of_parts(folder: Path, dates: list[str], mapping: str = PARTS) -> PackReading:
    head = ["id", "YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "kind", "lon", "lat"]
    rows = [[f"c{i}", *dated.split("-"), *PLACE] for i, dated in enumerate(dates)]
    return read_with_rows(pack(folder, mapping, [head, *rows]))


def test_dates_in_parts_are_as_precise_as_their_cells(tmp_path: Path) -> None:
    dates = ["2022-5-31-23-7", "2022-05-31-0-", "2022-5-1--", "2022-5-1--30", "2022-5---"]
    found = rows_of(of_parts(tmp_path, [*dates, "2022----", "2024-2-29-24-0", "2022--7-8-"]))
    assert [(str(row["starts"]), row["precision"]) for row in found] == [
        ("2022-05-31 23:07:00", "minute"),
        ("2022-05-31 00:00:00", "hour"),
        ("2022-05-01 00:00:00", "day"),
        ("2022-05-01 00:00:00", "day"),
        ("2022-05-01 00:00:00", "month"),
        ("2022-01-01 00:00:00", "year"),
        ("2024-03-01 00:00:00", "minute"),
        ("2022-01-01 00:00:00", "year"),
    ]


def test_impossible_parts_are_no_dates_and_every_row_is_told(tmp_path: Path) -> None:
    bad = ["2022-13-1-0-0", "2023-2-29-0-0", "2022-5-1-25-0", "2022-5-1-24-1", "2022-5-1-3-60"]
    bad += ["22-5-1-0-0", "2022-May-1-0-0", "2022-1.5-1-0-0", "2022-0-1-0-0", "2022-1-0-0-0"]
    reading = of_parts(tmp_path, ["2022-1-31-0-0", *bad, "-5-1-0-0"])
    assert [row["row"] for row in rows_of(reading)] == [2]
    assert problem(reading, "BAD_DATE").rows == len(bad)
    assert problem(reading, "BAD_DATE").data["column"] == "YEAR, MONTH, DAY, HOUR, MINUTE"
    assert problem(reading, "VALUE_MISSING").examples == (13,)


def test_ends_in_parts_reach_to_the_end_of_their_day(tmp_path: Path) -> None:
    ends = 'ends = { year = "YEAR", month = "MONTH", day = "DAY" }'
    reading = of_parts(tmp_path, ["2022-5-31-23-7"], PARTS.replace("category", f"{ends}\ncategory"))
    assert str(rows_of(reading)[0]["ends"]) == "2022-05-31 23:59:59"


def test_columns_of_parts_that_are_not_there_are_named(tmp_path: Path) -> None:
    mapping = PARTS.replace('"DAY"', '"Tag"').replace('"MINUTE"', '"Min"')
    reading = of_parts(tmp_path, ["2022-5-31-23-7"], mapping)
    missing = {one.place.column for one in reading.problems if one.code == "COLUMN_MISSING"}
    assert missing == {"Tag", "Min"}


@pytest.mark.parametrize(
    ("starts", "key"),
    [
        ('{ year = "YEAR", day = "DAY" }', "columns.starts"),
        ('{ month = "MONTH" }', "columns.starts.year"),
        ('{ year = "YEAR", second = "S" }', "columns.starts.second"),
    ],
)
def test_parts_that_do_not_make_a_date_are_refused_by_key(
    tmp_path: Path, starts: str, key: str
) -> None:
    mapping = INCIDENTS.replace('starts = "date"', f"starts = {starts}")
    reading = of_parts(tmp_path, ["2022-5-31-23-7"], mapping)
    assert reading.evidence is None
    assert key in {one.data.get("key") for one in reading.problems}


def test_recorded_days_are_kept_and_those_before_the_start_are_not(tmp_path: Path) -> None:
    taken = ["2022-05-11", "2022-05-09", "2022-05-10 08:00", "", "never", "2022-05", "2022-04"]
    rows = [[f"c{i}", "2022-05-10 12:00", day, *PLACE] for i, day in enumerate(taken)]
    reading = read_with_rows(pack(tmp_path, RECORDED, [HEAD, *rows]))
    days = [row["recorded"] for row in rows_of(reading)]
    assert days == [
        date(2022, 5, 11), None, date(2022, 5, 10), None, None, date(2022, 5, 1), None
    ]  # fmt: skip
    found = problem(reading, "RECORDED_BEFORE_START")
    assert (found.rows, found.examples, found.data["column"]) == (2, (3, 8), "taken")
    assert problem(reading, "BAD_DATE").examples == (6,)
    assert reading.evidence is not None
    quality = {row["code"]: row["n"] for row in reading.evidence.quality.to_pylist()}
    assert quality["recorded_before_start"] == 2


def test_recorded_may_be_a_date_and_a_time(tmp_path: Path) -> None:
    mapping = INCIDENTS.replace('"date"', '"date"\nrecorded = ["taken", "at"]')
    rows = [["c1", "2022-05-10", "10.05.2022", "23:59", *PLACE]]
    head = ["id", "date", "taken", "at", "kind", "lon", "lat"]
    reading = read_with_rows(pack(tmp_path, mapping, [head, *rows]))
    assert rows_of(reading)[0]["recorded"] == date(2022, 5, 10)


def test_days_to_come_are_left_out(tmp_path: Path) -> None:
    rows = [
        ["c1", "2022-05-10", "2022-05-11", *PLACE],
        ["c2", "2022-05-10", "2022-05-12", *PLACE],
        ["c3", "2022-05-11 23:59", "", *PLACE],
        ["c4", "2022-05-12 00:00", "", *PLACE],
        ["c5", "2099-05-10", "", *PLACE],
    ]
    folder = pack(tmp_path, RECORDED, [HEAD, *rows])
    found = read_pack(folder, today=date(2022, 5, 11)).problems
    future = {one.data["column"]: one.examples for one in found if one.code == "FUTURE_DATE"}
    assert future == {"date": (5, 6), "taken": (3,)}
    reading = read_pack(folder, today=date(2022, 5, 11))
    assert reading.evidence is not None
    source = reading.evidence.sources.to_pylist()[0]
    assert (source["rows_read"], source["rows_used"], source["rows_rejected"]) == (5, 3, 2)
    assert not read_pack(folder).problems


def test_today_is_the_day_where_it_begins_first() -> None:
    assert latest_day(datetime(2022, 5, 10, 9, 59, tzinfo=UTC)) == date(2022, 5, 10)
    assert latest_day(datetime(2022, 5, 10, 10, 0, tzinfo=UTC)) == date(2022, 5, 11)


def test_accuracy_of_a_column_of_the_mapping_and_of_outlines(tmp_path: Path) -> None:
    cells = ["12.5", "0", "-1", "50001", "near", ""]
    rows = [[f"c{i}", "2022-05-10", cell, *PLACE] for i, cell in enumerate(cells)]
    rows.append(["c9", "2022-05-10", "7", "Raub", "", ""])
    table = [HEAD, *rows]
    column = RECORDED.replace('recorded = "taken"', 'accuracy = "taken"')
    reading = read_with_rows(pack(tmp_path / "column", column, table))
    found = [row["accuracy_m"] for row in rows_of(reading)]
    assert found == [12.5, 0.0, None, None, None, None, None]
    assert problem(reading, "OUT_OF_RANGE").examples == (4, 5)
    assert problem(reading, "BAD_NUMBER").examples == (6,)
    constant = RECORDED.replace('recorded = "taken"', "accuracy_m = 50")
    reading = read_with_rows(pack(tmp_path / "constant", constant, table))
    assert [row["accuracy_m"] for row in rows_of(reading)] == [50.0] * 6 + [None]
    absurd = constant.replace("= 50", "= 50001")
    codes = {one.code for one in read_pack(pack(tmp_path / "absurd", absurd, table)).problems}
    assert codes == {"VALUE_INVALID"}


@pytest.mark.parametrize(("line", "expected"), [("", 0.0), ("accuracy_m = 50", 50.0)])
def test_points_of_geographic_files_say_how_well_they_are_known(
    tmp_path: Path, line: str, expected: float
) -> None:
    mapping = INCIDENTS.replace('longitude = "lon"\nlatitude = "lat"', line)
    mapping = mapping.replace('"data*"', '"data.geojson"')
    feature = {
        "type": "Feature",
        "properties": {"id": "c1", "date": "2022-05-10", "kind": "Raub"},
        "geometry": {"type": "Point", "coordinates": [13.05, 52.05]},
    }
    folder = write_pack(tmp_path, mapping=mapping)
    text = json.dumps({"type": "FeatureCollection", "features": [feature]})
    (folder / "data.geojson").write_text(text)
    assert rows_of(read_with_rows(tmp_path))[0]["accuracy_m"] == expected


def delays_of(folder: Path, today: date) -> tuple[list[tuple[int, int, int]], int]:
    """Read a pack into its own store; return (month, delay, n) and how many parts were counted."""
    store = folder / "restricted"
    aggregator = open_aggregator(EngineChoice(), store)

    def clock() -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC)

    with FolderRestrictedStore(store, clock=clock).session(actor="a", purpose="test") as session:

        def make(city: City, areas: Any) -> FactKeeper:
            return FactKeeper(session, aggregator, city, areas)

        evidence = read_pack(folder, keeper=make, today=today).evidence
        assert evidence is not None
        territory = build_territory(evidence.city, evidence.areas)
        book = TallyBook(evidence.incidents, territory, aggregator, session)
        found = book.delays("police")
        session.commit()
    # Where the day of recording is not known the delay is before everything.
    rows = zip(found.month.tolist(), found.delay_months.tolist(), found.n.tolist(), strict=True)
    return sorted(
        (month % 12 + 1, delay, n) for month, delay, n in rows if delay >= 0
    ), book.n_counted


def test_recorded_days_of_a_file_reach_the_tally_of_delays(tmp_path: Path) -> None:
    days = [
        ("2022-01-31", "2022-01-31"),
        ("2022-01-31", "2022-02-01"),
        ("2022-01-02", "2022-02-28"),
        ("2022-03-05", "2022-12-01"),
        ("2022-03-05", "2022-02-01"),
        ("2022-03-05", ""),
    ]
    rows = [[f"c{i}", start, taken, *PLACE] for i, (start, taken) in enumerate(days)]
    folder = pack(tmp_path, RECORDED, [HEAD, *rows])
    assert delays_of(folder, date(2024, 1, 1))[0] == [(1, 0, 1), (1, 1, 2), (3, 9, 1)]


def test_a_kept_file_is_read_anew_once_a_day_to_come_has_come(tmp_path: Path) -> None:
    rows = [
        ["c1", "2022-01-31", "2022-02-01", *PLACE],
        ["c2", "2022-02-10", "2022-02-12", *PLACE],
    ]
    folder = pack(tmp_path, RECORDED, [HEAD, *rows])
    before = [(1, 1, 1)]
    found, n_counted = delays_of(folder, date(2022, 2, 8))
    assert (found, n_counted > 0) == (before, True)
    assert delays_of(folder, date(2022, 2, 9)) == (before, 0)
    assert delays_of(folder, date(2022, 2, 10))[0] == before
    after = [(1, 1, 1), (2, 0, 1)]
    assert delays_of(folder, date(2022, 2, 12))[0] == after
    assert delays_of(folder, date(2022, 3, 1)) == (after, 0)


def test_the_wizard_saves_parts_recorded_days_and_accuracy_that_reading_accepts(
    tmp_path: Path,
) -> None:
    head = "TYPE,YEAR,MONTH,DAY,HOUR,MINUTE,HUNDRED_BLOCK,NEIGHBOURHOOD,X,Y"
    row = "Theft of Bicycle,2022,5,31,{},7,10XX MAIN ST,Strathcona,492000.5,5458000.5"
    file = tmp_path / "crimedata.csv"
    file.write_text("\n".join([head, *(row.format(hour) for hour in range(20))]) + "\n")
    session = open_session(file)
    assert session.proposal.profile is not None
    assert session.proposal.profile.id == "vancouver_police"
    assert session.is_valid
    assert session.preview().rows_used == 20
    file = tmp_path / "found.csv"
    head = "crime id,year,month,day,date reported,crime type,longitude,latitude,accuracy"
    lines = [
        f"k{i},2022,5,{i + 1},2022-06-{i + 1:02d},Burglary,13.0{i},52.0{i},{i}.5" for i in range(9)
    ]
    file.write_text("\n".join([head, *lines]) + "\n")
    session = open_session(file)
    columns = session.proposal.mapping()["columns"]
    assert columns["starts"] == {"year": "year", "month": "month", "day": "day"}
    assert (columns["recorded"], columns["accuracy"]) == ("date reported", "accuracy")
    assert session.is_valid
    shown = session.preview().rows[0]
    assert (shown["recorded"], shown["accuracy_m"]) == (date(2022, 6, 1), 0.5)
