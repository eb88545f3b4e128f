"""From a CSV of incidents to the counts of an audit, against DuckDB reading the same CSV."""

from __future__ import annotations

import csv
import gzip
import os
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
import pyogrio
import shapely
from options import ROOT, Options

from convive.app.assess.numerators import build_cubes
from convive.app.ingest.keeper import FactKeeper
from convive.app.ingest.tallies import TallyBook
from convive.connectors.city_pack import read_pack
from convive.core.disclosure import suppress_cube
from convive.core.model import EngineChoice
from convive.store import FolderRestrictedStore, open_aggregator

DATA = Path(os.environ.get("CONVIVE_REAL_DATA", ROOT.parent / "shared/data/open"))
CHICAGO = DATA / "chicago_incidents"
N_GENERATED = 1_300_000
CITY = """
[city]
id = "town"
name = "Town"
country = "US"
languages = ["en"]
time_zone = "America/Chicago"
crs = "EPSG:26916"
base_year = 2014

[[levels]]
id = "area"
name = "Area"
file = "territory/areas.geojson"
code = "code"
label = "code"
analysis = true
"""
MAPPING = """
[source]
id = "police"
title = "Recorded crime"
owner = "Police"
licence = "-"
files = ["incidents.csv"]

[format]
day_first = false

[columns]
starts = "Date"
category = "Primary Type"
longitude = "Longitude"
latitude = "Latitude"

[categories]
crosswalk = "chicago_police"
"""


def run(options: Options) -> str:
    """Time file to counts and the peer in turn, and return the section."""
    with tempfile.TemporaryDirectory() as folder:
        pack = Path(folder) / "pack"
        told = write_pack(pack)
        file = pack / "evidence/incidents/incidents.csv"
        count_pack(pack, Path(folder) / "warm")
        times = []
        for i in range(options.repeats):
            start = time.perf_counter()
            n = count_pack(pack, Path(folder) / f"store-{i}")
            ours = time.perf_counter() - start
            start = time.perf_counter()
            _scan(file)
            times.append((ours, time.perf_counter() - start))
    ours, peer = (statistics.median(column) for column in zip(*times, strict=True))
    ratio = statistics.median(mine / theirs for mine, theirs in times)
    return (
        f"## From a CSV to the counts of an audit\n\n{told}: {n:,} incidents. Ours reads, checks, "
        "dates, maps, places and keeps them in the restricted store, and counts them by kind, area, "
        "month and part of the day, and lets them through the gate. The peer only reads the columns of the same file: DuckDB "
        f"{duckdb.__version__}.\n\n| | seconds |\n|---|---|\n| Convive, file to counts | {ours:.2f} |\n"
        f"| DuckDB, columns read | {peer:.2f} |\n\nOurs ÷ peer: {ratio:.1f}.\n"
    )


def count_pack(pack: Path, store: Path) -> int:
    """Read a pack into an empty store and return how many incidents its cubes hold."""
    aggregator = open_aggregator(EngineChoice(), store)
    restricted = FolderRestrictedStore(store, clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    with restricted.session(actor="bench", purpose="bench") as session:
        keepers: list[FactKeeper] = []

        def make(city, areas) -> FactKeeper:  # type: ignore[no-untyped-def]
            keepers.append(FactKeeper(session, aggregator, city, areas))
            return keepers[-1]

        reading = read_pack(pack, keeper=make)
        if reading.evidence is None:
            raise SystemExit(f"the pack of the benchmark is unusable: {reading.problems}")
        territory = keepers[0].territory
        book = TallyBook(reading.evidence.incidents, territory, aggregator, session)
        cubes = build_cubes(book.sources, reading.evidence.counts, territory, open_from={})
        by_area = cubes.sources["police"].counts["area"]
        suppress_cube(np.moveaxis(by_area, 0, 2), min_count=5)
        session.commit()
        return int(cubes.sources["police"].counts["city"].sum())


def _scan(file: Path) -> None:
    """Read every column with DuckDB."""
    connection = duckdb.connect()
    rows = connection.from_csv_auto(str(file))
    connection.sql(
        "SELECT " + ", ".join(f'max("{c}")' for c in rows.columns) + " FROM rows"
    ).fetchall()


def write_pack(pack: Path) -> str:
    """Write a pack with one CSV of incidents and 77 areas; return what its rows are."""
    for name in ("territory", "evidence/incidents"):
        (pack / name).mkdir(parents=True)
    (pack / "city.toml").write_text(CITY)
    (pack / "evidence/incidents/police.toml").write_text(MAPPING)
    target = pack / "evidence/incidents/incidents.csv"
    shapes = CHICAGO / "community_areas" / "Chicago77.shp"
    if shapes.exists():
        areas = pyogrio.read_dataframe(shapes).set_crs(3435, allow_override=True).to_crs(4326)
        _write_areas(pack, list(areas.geometry))
        _join_years(target)
        return "Recorded crime of Chicago 2014 to 2018"
    rng = np.random.default_rng(20260101)
    cells = shapely.voronoi_polygons(
        shapely.multipoints(rng.uniform([-87.9, 41.6], [-87.5, 42.0], (77, 2))),
        extend_to=shapely.box(-87.9, 41.6, -87.5, 42.0),
    )
    _write_areas(pack, list(cells.geoms))
    _write_generated(target, rng)
    return "Generated incidents"


def _write_areas(pack: Path, shapes: list[shapely.Geometry]) -> None:
    features = ",".join(
        f'{{"type":"Feature","properties":{{"code":"{i:03d}"}},"geometry":{shapely.to_geojson(one)}}}'
        for i, one in enumerate(shapes)
    )
    text = f'{{"type":"FeatureCollection","features":[{features}]}}'
    (pack / "territory/areas.geojson").write_text(text)


def _join_years(target: Path) -> None:
    """Write all years to one file, one header."""
    with target.open("wb") as out:
        for i, path in enumerate(sorted(CHICAGO.glob("incidents_*.csv.gz"))):
            with gzip.open(path) as file:
                header = file.readline()
                out.write(b"" if i else header)
                while piece := file.read(1 << 22):
                    out.write(piece)


def _write_generated(target: Path, rng: np.random.Generator) -> None:
    kinds = np.array(["THEFT", "BATTERY", "BURGLARY", "ROBBERY", "NARCOTICS", "ASSAULT"])
    days = rng.integers(0, 5 * 365, N_GENERATED).astype("timedelta64[D]")
    moments = np.datetime64("2014-01-01T00:00") + days + rng.integers(0, 1440, N_GENERATED)
    points = rng.uniform([-87.9, 41.6], [-87.5, 42.0], (N_GENERATED, 2))
    with target.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Date", "Primary Type", "Longitude", "Latitude"])
        for moment, kind, (x, y) in zip(
            moments.astype(object), kinds[rng.integers(0, 6, N_GENERATED)], points, strict=True
        ):
            writer.writerow([f"{moment:%m/%d/%Y %I:%M:%S %p}", kind, f"{x:.6f}", f"{y:.6f}"])
