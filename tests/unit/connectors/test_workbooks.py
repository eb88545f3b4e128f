"""Workbooks as towns write them: title rows, merged headers, footnotes, one area a sheet."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import openpyxl
import pytest

from convive.connectors.city_pack import workbook_rows
from convive.connectors.city_pack.header import find_header, footnotes
from convive.connectors.city_pack.mapping_schema import Format
from factories.file_types import OLD, ods, xlsx
from factories.reading import codes, read_bytes, read_file, values

# ruff: noqa: DTZ001 - cells of workbooks know no zone
CELLS: list[tuple[object, str | None]] = [
    (7, "7"), (1.5, "1.5"), ("00123", "00123"), (True, "true"), (False, "false"), (None, None),
    (dt.datetime(2024, 1, 2), "2024-01-02"), (dt.datetime(2024, 1, 2, 3, 4, 5), "2024-01-02 03:04:05"),
    (dt.time(5, 30), "05:30:00"), (dt.timedelta(hours=30, minutes=5), "30:05:00"),
    (1234567890123456, "1234567890123456"), (0.1, "0.1"), ("#N/A", None), (" two  blanks ", "two  blanks"),
    ("line\nbreak", "line\nbreak"), ("=1+1", None),
]  # fmt: skip


@pytest.mark.parametrize("at_once", [True, False], ids=["whole", "row by row"])
def test_every_kind_of_cell_has_one_spelling(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: bool
) -> None:
    """Both ways of reading a workbook, in one piece and row by row, give the same cells."""
    monkeypatch.setattr(workbook_rows, "CELLS_AT_ONCE", 10**9 if at_once else 0)
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx([[f"c{i}" for i in range(len(CELLS))], [cell for cell, _ in CELLS]]))
    (_, table), *_ = workbook_rows.read_rows(path, {})
    found = [table.column(f"c{i}")[0].as_py() for i in range(len(CELLS))]
    shown = [text and text.strip() for text in found]
    assert [None if text == "#N/A" else text for text in shown] == [text for _, text in CELLS]


def test_the_old_binary_formats_are_read(tmp_path: Path) -> None:
    old, log = read_file(OLD / "old_workbook.xls")
    assert values(old[0])[1:] == [
        ["00123", "2023-01-02", "2023-01-02 03:04:05", "05:30:00", "7", "0.125", "true"],
        ["00124", "2023-12-31", "2023-12-31 23:59:59", "00:00:01", "1234567", "-2.5", "false"],
    ]
    assert list(old[0].rows) == [3, 4]
    binary, more = read_file(OLD / "binary_workbook.xlsb")
    assert values(binary[0])[1] == [
        "00123",
        "2023-01-02",
        "2023-01-02 03:04:05",
        "7",
        "0.125",
        "true",
    ]
    assert not log.problems
    assert not more.problems
    # What counts is the content: an old workbook under a new name is read too.
    renamed, _ = read_bytes(tmp_path, "a.xlsx", (OLD / "old_workbook.xls").read_bytes())
    assert values(renamed[0]) == values(old[0])


MERGED = [
    ["Recorded crime", None, None, None, None],
    [None, None, None, None, None],
    ["Area", "2019", None, "2020", None],
    [None, "Jan", "Feb", "Jan", "Feb"],
    ["Nord", "1", "2", "3", "4"],
    ["Süd", "5", "6", "7", "8"],
    [None, None, None, None, None],
    ["Quelle: Polizei", None, None, None, None],
]  # fmt: skip


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_year_over_its_months_becomes_one_header(tmp_path: Path, kind: str) -> None:
    spans = {(0, 0): 5, (2, 1): 2, (2, 3): 2}
    data = (
        ods(MERGED, spans) if kind == "ods" else xlsx(MERGED, ["A1:E1", "B3:C3", "D3:E3", "A3:A4"])
    )
    sheets, log = read_bytes(tmp_path, f"a.{kind}", data)
    assert values(sheets[0]) == [
        ["Area", "2019 / Jan", "2019 / Feb", "2020 / Jan", "2020 / Feb"],
        ["Nord", "1", "2", "3", "4"],
        ["Süd", "5", "6", "7", "8"],
    ]
    assert list(sheets[0].rows) == [5, 6]
    assert codes(log) == {"HEADERS_JOINED", "FOOTNOTES_DROPPED"}
    note = next(problem for problem in log.problems if problem.code == "FOOTNOTES_DROPPED")
    assert note.data == {"n": 1, "words": "Quelle: Polizei"}


def test_the_mapping_can_say_how_many_rows_the_header_has(tmp_path: Path) -> None:
    sheets, log = read_bytes(tmp_path, "a.xlsx", xlsx(MERGED), Format(header_rows=2, header_row=3))
    joined = ("Area", "2019 / Jan", "2019 / Feb", "2020 / Jan", "2020 / Feb")
    assert sheets[0].names == joined
    assert "HEADERS_JOINED" not in codes(log)


def test_a_title_merged_over_the_table_is_no_header() -> None:
    rows = [["Title", None, None], ["a", "b", "c"], ["1", "2", "3"], ["4", "5", "6"]]
    header = find_header(rows, [((0, 0), (0, 2))])
    assert (header.first, header.n_rows, header.names) == (1, 1, ("a", "b", "c"))


def test_data_below_a_merged_name_stay_data() -> None:
    rows = [["a", "b", None], ["1", "2", "3"], ["4", "5", "6"]]
    assert find_header(rows, [((0, 1), (0, 2))]).n_rows == 1


def test_three_rows_of_header() -> None:
    rows = [
        ["Area", "2019", None, None, None],
        [None, "theft", None, "robbery", None],
        [None, "men", "women", "men", "women"],
        ["N", "1", "2", "3", "4"],
        ["S", "1", "2", "3", "4"],
    ]  # fmt: skip
    merged = [((0, 1), (0, 4)), ((1, 1), (1, 2)), ((1, 3), (1, 4)), ((0, 0), (2, 0))]
    header = find_header(rows, merged)
    assert header.n_rows == 3
    assert header.names[1] == "2019 / theft / men"
    assert header.names[4] == "2019 / robbery / women"


@pytest.mark.parametrize(
    ("tail", "n"),
    [
        ([["Nord", "1"], ["Süd", None]], 0),  # an area without a figure is no footnote
        ([["Nord", "1"], ["Source: police", None]], 1),
        ([["Nord", "1"], [None, None], ["Stand 2024", None]], 2),
        ([["Nord", "1"], ["* without the harbour", None], [None, None]], 2),
        ([["Nord", "1"], ["Total", "9"]], 0),
    ],
)
def test_footnotes_are_told_from_areas(tail: list[list[str | None]], n: int) -> None:
    assert footnotes(tail, 2) == n


def book(sheets: dict[str, list[list[object]]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    packed = io.BytesIO()
    made.save(packed)
    return packed.getvalue()


ROWS: list[list[object]] = [["kind", "n"], ["theft", 3]]


def test_the_name_of_a_sheet_becomes_columns(tmp_path: Path) -> None:
    data = book({"Nord 2022": ROWS, "Süd 2023": ROWS, "About": [["x"], ["y"]]})
    sheets, _ = read_bytes(tmp_path, "a.xlsx", data, Format(sheet="{area} {year}"))
    assert [s.texts("{area}").to_pylist() for s in sheets] == [["Nord"], ["Süd"]]
    assert [s.year for s in sheets] == [2022, 2023]
    everything, _ = read_bytes(tmp_path, "b.xlsx", data, Format(sheet="*"))
    assert [s.sheet for s in everything] == ["Nord 2022", "Süd 2023", "About"]


def test_month_and_year_of_a_sheet_make_a_date(tmp_path: Path) -> None:
    data = book({"enero 2022": ROWS, "02-2022": ROWS})
    sheets, _ = read_bytes(tmp_path, "a.xlsx", data, Format(sheet="{month} {year}"))
    assert sheets[0].texts("{month} {year}").to_pylist() == ["enero 2022"]
    sheets, _ = read_bytes(tmp_path, "a.xlsx", data, Format(sheet="{month}-{year}"))
    assert sheets[0].texts("{month} {year}").to_pylist() == ["2022-02"]


def test_one_bad_sheet_does_not_spoil_the_others(tmp_path: Path) -> None:
    sheets, log = read_bytes(tmp_path, "a.xlsx", book({"a": ROWS, "b": []}), Format(sheet="*"))
    assert [s.sheet for s in sheets] == ["a"]
    assert codes(log) == {"FILE_EMPTY"}


def test_a_cell_far_out_costs_no_memory(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.active.append(["a", "b"])
    made.active.append([1, 2])
    made.active["XFD20000"] = 3
    made.save(tmp_path / "a.xlsx")
    sheets, _ = read_file(tmp_path / "a.xlsx")
    assert values(sheets[0]) == [["a", "b"], ["1", "2"]]


def test_a_text_with_the_name_of_a_workbook_is_read_as_text(tmp_path: Path) -> None:
    sheets, _ = read_bytes(tmp_path, "export.xls", b"a\tb\n1\t2\n3\t4\n")
    assert values(sheets[0]) == [["a", "b"], ["1", "2"], ["3", "4"]]


def test_entities_in_an_open_document_are_refused(tmp_path: Path) -> None:
    data = ods([["a", "b"], ["1", "2"]])
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(packed, "w") as target:
        for info in source.infolist():
            content = source.read(info)
            if info.filename == "content.xml":
                content = content.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>', 1)
            target.writestr(info.filename, content)
    _, log = read_bytes(tmp_path, "a.ods", packed.getvalue())
    assert codes(log) == {"XML_UNSAFE"}


@pytest.mark.real_data
def test_one_city_a_sheet(real_data: Path) -> None:
    sheets, _ = read_file(real_data / "messy" / "aggravated_assaults.xlsx", Format(sheet="{area}"))
    assert [(s.texts("{area}")[0].as_py(), s.n_rows) for s in sheets] == [
        ("Austin", 8753), ("Fort Worth", 1577), ("Seattle", 2522),
    ]  # fmt: skip


@pytest.mark.real_data
def test_berlins_crime_atlas(real_data: Path) -> None:
    path = real_data / "berlin" / "kriminalitaetsatlas_2015-2024.xlsx"
    sheets, _ = read_file(path, Format(sheet="Fallzahlen_{year}"))
    assert [s.year for s in sheets] == list(range(2015, 2025))
    assert {s.n_rows for s in sheets} == {169}
    assert sheets[0].names[0] == "LOR-Schlüssel (Bezirksregion)"
