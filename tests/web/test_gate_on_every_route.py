"""Every way out of a build: a figure that is not shown is nowhere a number."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client

from convive import wiring
from convive.app.audit import build_audit
from convive.app.ports import Build
from convive.app.publish import FIGURES
from convive.web.observatory import current
from factories.evidence import NEIGHBOURHOODS, incident_rows, town


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A town with two burglaries a year in one neighbourhood, audited as any other."""
    counts = {(area, "burglary", 3): 12 + i for i, area in enumerate(NEIGHBOURHOODS)}
    counts[("A1", "burglary", 3)] = 2
    counts |= {(area, "theft", 12): 60 for area in NEIGHBOURHOODS}
    ports = wiring.audit_ports(tmp_path_factory.mktemp("town"), keep=False)
    return build_audit(town(incidents=incident_rows(counts)), ports=ports)


@pytest.fixture(autouse=True)
def shown_on_the_site(build: Build) -> Iterator[None]:
    current.hold(build)
    yield
    current.release()


def hidden_rows(build: Build, table: str) -> list[dict[str, Any]]:
    return [row for row in build.tables[table].to_pylist() if row["status"] == "suppressed"]


def read_csv(content: bytes) -> Iterator[dict[str, str]]:
    return csv.DictReader(io.StringIO(content.decode("utf-8-sig")))


def test_there_is_something_hidden(build: Build) -> None:
    assert hidden_rows(build, "estimates")
    assert "small_count" in {row["reason"] for row in hidden_rows(build, "estimates")}


@pytest.mark.parametrize("table", sorted(FIGURES))
def test_tables_and_their_csv_have_no_figure_where_the_status_says_so(
    client: Client, build: Build, table: str
) -> None:
    figures = FIGURES[table]
    assert not [
        row for row in hidden_rows(build, table) if any(row[name] is not None for name in figures)
    ]
    response = client.get(f"/en/downloads/{table}.csv")
    assert response.status_code == 200
    content = b"".join(response) if response.streaming else response.content
    for row in read_csv(content):
        if row["status"] == "suppressed":
            assert [row[name] for name in figures if name in row] == [""] * len(figures)


def test_the_map_says_why_and_gives_no_value(client: Client, build: Build) -> None:
    hidden = {(row["indicator_id"], row["area_id"]) for row in hidden_rows(build, "estimates")}
    seen = 0
    for indicator in {one for one, _ in hidden}:
        response = client.get(f"/en/map/{indicator}.geojson")
        if response.status_code != 200:
            continue
        for feature in json.loads(response.content)["features"]:
            facts = feature["properties"]
            if "not shown" in facts["told"].lower():
                seen += 1
                assert not any(c.isdigit() for c in facts["told"].replace(facts["name"], ""))
    assert seen


def test_workbook_and_geopackage_have_no_figure_for_hidden_rows(
    build: Build, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(wiring.render_document(build, "xlsx", language="en")), read_only=True
    )
    reasons = [
        [cell for cell in row if isinstance(cell, str) and cell.startswith("not shown")]
        for sheet in book
        for row in sheet.iter_rows(values_only=True)
    ]
    assert any(reasons)
    path = tmp_path / "town.gpkg"
    path.write_bytes(wiring.render_document(build, "gpkg", language="en"))
    with sqlite3.connect(path) as base:
        names = [row[0] for row in base.execute("select table_name from gpkg_contents")]
        for name in names:
            cursor = base.execute(f'select * from "{name}"')
            columns = [one[0] for one in cursor.description]
            for row in cursor:
                facts = dict(zip(columns, row, strict=True))
                if facts.get("status") == "suppressed":
                    figures = [facts.get(column) for column in FIGURES["estimates"]]
                    assert not any(isinstance(figure, int | float) for figure in figures)
