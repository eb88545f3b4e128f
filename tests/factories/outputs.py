"""Everything that leaves a build, as readers get it: pages, maps, charts, files, report."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pypdf
from django.test import Client

from convive import wiring
from convive.app.ports import Build
from convive.app.tables import RESULT_TABLES
from convive.core.errors import NotFoundError
from convive.reports import charts
from convive.store import FolderBuildStore
from convive.web.observatory import current
from convive.wiring import open_files

PUBLIC = tuple(spec.name for spec in RESULT_TABLES if spec.is_public)
_TAGS = re.compile(r"<(style|script)\b.*?</\1>|<[^>]+>", re.S)


def outputs_of(build: Build, folder: Path, *, language: str = "en") -> dict[str, dict[str, str]]:
    """Return every output as text: kind → name → what stands in it."""
    current.hold(build)
    client = Client(headers={"host": "localhost"})
    try:
        return {
            "html": dict(_pages(client, build, language)),
            "map": dict(_maps(client, build, language)),
            "charts": dict(_charts(build, language)),
            "api": dict(_answers(client, build)),
            "ogc": dict(_features(client, build)),
            "csv": {name: wiring.render_csv(build, name).decode("utf-8-sig") for name in PUBLIC},
            "xlsx": {"town.xlsx": _workbook(build, language)},
            "gpkg": {"town.gpkg": _geopackage(build, folder, language)},
            "geoparquet": {"areas.parquet": _geoparquet(build, language)},
            "csvw": dict(_described(build)),
            "bundle": dict(_bundle(build)),
            "parquet": dict(_saved(build, folder)),
            "pdf": {"report.pdf": report_text(build, language)},
            "run": {"run.json": (folder / "build" / "run.json").read_text(encoding="utf-8")},
            "datapackage": {"datapackage.json": json.dumps(wiring.render_datapackage(build))},
        }
    finally:
        current.release()


def pages_of(build: Build, language: str) -> dict[str, str]:
    """Return the pages in one language, as text."""
    current.hold(build)
    try:
        return dict(_pages(Client(headers={"host": "localhost"}), build, language))
    finally:
        current.release()


def _pages(client: Client, build: Build, language: str) -> Iterator[tuple[str, str]]:
    areas = build.tables["areas"].to_pylist()
    indicators = sorted(set(build.tables["estimates"]["indicator_id"].to_pylist()))
    findings = build.tables["findings"]["finding_id"].to_pylist()
    addresses = [
        "", "areas/", "findings/", "indicators/", "sources/", "run/", "unknown/", "downloads/",
        "about/",
        *(f"areas/{row['level']}/{row['area_id']}/" for row in areas),
        *(f"indicators/{one}/" for one in indicators),
        *(f"findings/{one}/" for one in findings),
    ]  # fmt: skip
    for address in addresses:
        response = client.get(f"/{language}/{address}")
        if response.status_code == 200:
            yield address, unescape(_TAGS.sub(" ", response.content.decode()))


def _answers(client: Client, build: Build) -> Iterator[tuple[str, str]]:
    """Give every row that programs can ask for."""
    areas = [(row["level"], row["area_id"]) for row in build.tables["areas"].to_pylist()]
    indicators = sorted(set(build.tables["estimates"]["indicator_id"].to_pylist()))
    addresses = ["run/", "findings/?limit=1000", *(f"areas/{a}/{b}/" for a, b in areas)]
    addresses += [
        f"indicators/{one}/?level={a}" for one in indicators for a in {a for a, _ in areas}
    ]
    for name in PUBLIC:
        pages = range(0, max(1, build.tables[name].num_rows), 1000)
        addresses += [f"tables/{name}/?limit=1000&offset={start}" for start in pages]
    for address in addresses:
        response = client.get(f"/api/v1/{address}")
        if response.status_code == 200:
            yield address, response.content.decode()


def _features(client: Client, build: Build) -> Iterator[tuple[str, str]]:
    for level in sorted(set(build.tables["areas"]["level"].to_pylist())):
        response = client.get(f"/ogc/collections/{level}/items?limit=1000")
        if response.status_code == 200:
            yield level, _without_borders(response.content)


def _maps(client: Client, build: Build, language: str) -> Iterator[tuple[str, str]]:
    levels = sorted(set(build.tables["areas"]["level"].to_pylist()))
    for indicator in sorted(set(build.tables["estimates"]["indicator_id"].to_pylist())):
        for level in levels:
            response = client.get(f"/{language}/map/{indicator}.geojson?level={level}")
            if response.status_code == 200:
                yield f"{indicator} {level} (page)", _without_borders(response.content)
            found = wiring.areas_geojson(build, level=level, indicator=indicator)
            yield f"{indicator} {level}", _without_borders(json.dumps(found).encode())


def _without_borders(content: bytes) -> str:
    collection = json.loads(content)
    return json.dumps([one["properties"] for one in collection["features"]], ensure_ascii=False)


def _charts(build: Build, language: str) -> Iterator[tuple[str, str]]:
    areas = [(row["level"], row["area_id"]) for row in build.tables["areas"].to_pylist()]
    levels = sorted({level for level, _ in areas})
    areas = areas[:: 1 + len(areas) // 20]  # a large town has thousands of charts of one kind
    for indicator in sorted(set(build.tables["estimates"]["indicator_id"].to_pylist())):
        wanted: list[tuple[str, dict[str, Any]]] = [
            (name, {"indicator": indicator, "level": level})
            for name in ("map", "denominators")
            for level in levels
        ]
        wanted += [
            (name, {"indicator": indicator, "level": level, "area_id": area})
            for name in ("series", "clock", "groups", "spark")
            for level, area in areas
        ]
        for name, selection in wanted:
            try:
                drawn = charts.specification(build, name, language=language, **selection)
                told = charts.chart_table(build, name, language=language, **selection)
            except NotFoundError:
                continue
            shown = {"spec": _plain(drawn), "table": repr(told)}
            yield f"{name} {selection}", json.dumps(shown, default=str, ensure_ascii=False)


def _plain(spec: Any) -> Any:
    """Return a specification without the outlines of its areas."""
    if isinstance(spec, dict):
        return {key: _plain(value) for key, value in spec.items() if key != "geometry"}
    return [_plain(one) for one in spec] if isinstance(spec, list) else spec


def _workbook(build: Build, language: str) -> str:
    content = wiring.render_document(build, "xlsx", language=language)
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    return "\n".join(
        "\t".join("" if cell is None else str(cell) for cell in row)
        for sheet in book
        for row in sheet.iter_rows(values_only=True)
    )


def _geopackage(build: Build, folder: Path, language: str) -> str:
    path = folder / "town.gpkg"
    path.write_bytes(wiring.render_document(build, "gpkg", language=language))
    lines = []
    with sqlite3.connect(path) as base:
        for (name,) in base.execute("select table_name from gpkg_contents").fetchall():
            for row in base.execute(f'select * from "{name}"'):
                lines.append(json.dumps([one for one in row if not isinstance(one, bytes)]))
    return "\n".join(lines)


def _geoparquet(build: Build, language: str) -> str:
    content = open_files.render_open_file(build, "areas.parquet", language=language)
    table = pq.read_table(io.BytesIO(content)).drop_columns(["geometry", "bbox"])
    return "\n".join(json.dumps(list(row.values())) for row in table.to_pylist())


def _described(build: Build) -> Iterator[tuple[str, str]]:
    for name in PUBLIC:
        file = f"{name}.csv-metadata.json"
        yield file, open_files.render_open_file(build, file, language="en").decode()


def _bundle(build: Build) -> Iterator[tuple[str, str]]:
    content = open_files.render_open_file(build, "rerun.zip", language="en")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.endswith(".parquet"):
                table = pq.read_table(io.BytesIO(archive.read(name)))
                rows = [{k: v for k, v in row.items() if not isinstance(v, bytes)}
                        for row in table.to_pylist()]  # fmt: skip
                yield name, json.dumps(rows, default=str)
            elif not name.startswith("definitions/"):
                yield name, archive.read(name).decode()


def _saved(build: Build, folder: Path) -> Iterator[tuple[str, str]]:
    FolderBuildStore().save(build, folder / "build")
    for name in PUBLIC:
        for row in pq.read_table(folder / "build" / f"{name}.parquet").to_pylist():
            facts = {k: v for k, v in row.items() if not isinstance(v, bytes)}
            yield f"{name} {len(str(facts))}", json.dumps(facts, default=str)


def report_text(build: Build, language: str) -> str:
    """Return what stands in the report."""
    content = wiring.render_document(build, "pdf", language=language)
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(page.extract_text() for page in pages).replace("\n", " ")
