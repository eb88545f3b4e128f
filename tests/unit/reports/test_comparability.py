"""Charts, tables and files of figures that were shared out from older areas."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pyarrow as pa

from convive.app.ports import Build
from convive.catalogue.texts import say
from convive.reports import charts
from convive.reports.pdf.areas import _figures_table
from convive.reports.tables.geojson import areas_geojson
from factories.build import make_build

INDICATOR = "recorded_total_rate"
NOTE = say("comparability.not_comparable", "en")


@cache
def marked() -> Build:
    """Return the build with one area shared out, and a month of another."""
    build = make_build()

    def changed(table: str, row: dict[str, Any]) -> dict[str, Any]:
        is_area = row["level"] == "neighbourhood" and row["indicator_id"] == INDICATOR
        if table == "estimates" and is_area and row["area_id"] == "n06":
            return row | {"comparability": "not_comparable", "bound_low": 10.0, "bound_high": 80.0}
        if table == "series" and row["period_start"] == date(2024, 1, 1):
            return row | {"comparability": "not_comparable"}
        return row

    tables = dict(build.tables)
    for name in ("estimates", "series"):
        old = tables[name]
        rows = [changed(name, row) for row in old.to_pylist()]
        tables[name] = pa.Table.from_pylist(rows, schema=old.schema)
    return replace(build, tables=tables)


def test_the_comparison_of_denominators_leaves_it_out() -> None:
    where = {"indicator": INDICATOR, "level": "neighbourhood"}
    names = [
        {row[0] for row in charts.chart_table(build, "denominators", language="en", **where).rows}
        for build in (make_build(), marked())
    ]
    assert names[0] - names[1] == {"Centro"}


def test_map_series_and_report_say_it() -> None:
    where = {"indicator": INDICATOR, "level": "neighbourhood"}
    rows = charts.chart_table(marked(), "map", language="en", **where).rows
    assert any(NOTE in cell and "10.0 and 80.0" in cell for row in rows for cell in row)
    months = charts.chart_table(marked(), "series", language="en", indicator=INDICATOR).rows
    assert [row[3] for row in months if NOTE in row[3]] == [NOTE]
    table = _figures_table(marked(), ("neighbourhood", "n06"), "en")
    assert table is not None
    assert NOTE in table["rows"][0][1]


def test_files_for_maps_carry_the_code() -> None:
    found = areas_geojson(marked(), level="neighbourhood", indicator=INDICATOR)
    codes = {
        one["properties"]["area_id"]: one["properties"]["comparability"]
        for one in json.loads(json.dumps(found))["features"]
    }
    assert codes["n06"] == "not_comparable"
    assert codes["n01"] is None
