"""Counts with months, years or areas in their headers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from convive.connectors.city_pack.crosstab import melted
from convive.connectors.city_pack.family_schemas import CountColumns
from convive.connectors.city_pack.sheet import Sheet
from factories.reading import values


def sheet(*rows: list[str | None]) -> Sheet:
    names, body = rows[0], rows[1:]
    columns = tuple(pa.array([row[i] for row in body], pa.string()) for i in range(len(names)))
    return Sheet("a.csv", None, None, tuple(names), columns, np.arange(2, len(body) + 2))


def test_months_in_headers_become_rows() -> None:
    columns = CountColumns.model_validate(
        {"area": "Area", "area_level": "ward", "label": "Name", "count_in_headers": "period"}
    )
    assert (columns.period, columns.count) == ("#period", "#count")
    found = melted(
        sheet(
            ["Area", "Name", "01/2019", "2019-02", "2019 / 3", "2018", "Total"],
            ["A", "North", "1", "2", "3", None, "6"],
            ["B", "South", "4", "5", "6", "9", "15"],
        ),
        columns,
    )
    assert values(found) == [
        ["Area", "Name", "Total", "#period", "#count"],
        ["A", "North", "6", "01/2019", "1"],
        ["B", "South", "15", "01/2019", "4"],
        ["A", "North", "6", "2019-02", "2"],
        ["B", "South", "15", "2019-02", "5"],
        ["A", "North", "6", "2019-03", "3"],
        ["B", "South", "15", "2019-03", "6"],
        ["A", "North", "6", "2018", None],
        ["B", "South", "15", "2018", "9"],
    ]
    assert list(found.rows) == [2, 3] * 4


def test_areas_in_headers_become_rows() -> None:
    columns = CountColumns.model_validate(
        {"area_level": "ward", "period": "Month", "count_in_headers": "area"}
    )
    found = melted(sheet(["Month", "A", "B"], ["2019-01", "1", "2"]), columns)
    assert values(found) == [
        ["Month", "#area", "#count"], ["2019-01", "A", "1"], ["2019-01", "B", "2"],
    ]  # fmt: skip


def test_other_tables_stay_as_they_are() -> None:
    columns = CountColumns(area="Area", area_level="ward")
    plain = sheet(["Area", "2019"], ["A", "1"])
    assert melted(plain, columns) is plain
