"""A synthetic, seeded, plausible Build that follows ``convive.app.tables`` exactly.

Twelve neighbourhoods in three districts, 36 months of records with a recording break, two survey
waves, on-site observations, an index with tie bands, findings, suppressed cells and a missing
family. The figures are invented; only tests may use them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from convive.app import tables as t
from convive.app.ports import Build
from convive.core.model import (
    City,
    Denominator,
    DisclosureRule,
    Intervention,
    KnownBreak,
    Level,
)
from factories import figures, statements

ARROW = {
    t.Kind.TEXT: pa.string(),
    t.Kind.INTEGER: pa.int64(),
    t.Kind.NUMBER: pa.float64(),
    t.Kind.BOOLEAN: pa.bool_(),
    t.Kind.DATE: pa.date32(),
    t.Kind.TIMESTAMP: pa.timestamp("s"),
    t.Kind.JSON: pa.string(),
    t.Kind.BINARY: pa.binary(),
}
NAMES = (
    "Altavista", "Jardines", "San Telmo", "Puerto Norte", "Ribera Vieja", "Centro",
    "Estación", "Molino", "Las Eras", "Arrabal", "Huerta Nueva", "La Isla",
)  # fmt: skip
DISTRICTS = ("North", "Middle", "South")
RESIDENTS = (9800, 7400, 6100, 8800, 5200, 4900, 7900, 4310, 6900, 3800, 5600, 640)


def arrow_table(spec: t.TableSpec, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Return rows as a table of the contract: all columns, typed, sorted by the key."""
    rows = list(rows)
    known = set(spec.column_names)
    for row in rows:
        if extra := set(row) - known:
            raise ValueError(f"{spec.name}: unknown columns {sorted(extra)}")
    rows.sort(key=lambda row: tuple((row.get(k) is not None, row.get(k)) for k in spec.key))
    columns = {c.name: [_cell(row.get(c.name), c.kind) for row in rows] for c in spec.columns}
    schema = pa.schema([pa.field(c.name, ARROW[c.kind], nullable=c.nullable) for c in spec.columns])
    table = pa.table(columns, schema=schema)
    for column in spec.columns:
        if not column.nullable and table[column.name].null_count:
            raise ValueError(f"{spec.name}.{column.name} must not be NULL")
    return table


def _cell(value: Any, kind: t.Kind) -> Any:
    """Return a cell as the contract stores it; numbers without a binary tail."""
    if kind is t.Kind.JSON and value is not None:
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    if kind is t.Kind.NUMBER and value is not None:
        return round(float(value), 6)
    return value


def make_city(**changes: Any) -> City:
    """Return the city that the build is about; `changes` replace fields."""
    fields: dict[str, Any] = {
        "id": "ribera",
        "name": "Ribera",
        "country": "ES",
        "languages": ("es", "en"),
        "time_zone": "Europe/Madrid",
        "crs": "EPSG:25830",
        "base_year": 2023,
        "levels": (
            Level("district", {"en": "District", "es": "Distrito", "fr": "District"}),
            Level(
                "neighbourhood",
                {"en": "Neighbourhood", "es": "Barrio", "fr": "Quartier"},
                parent="district",
                is_analysis=True,
            ),
        ),
        "denominators": (
            Denominator("residents", {"en": "Residents", "es": "Residentes"}, "register"),
            Denominator("workday_population", {"en": "People present on a workday"}, "register"),
        ),
        "breaks": (
            KnownBreak("police", date(2024, 3, 1), {"en": "New recording rule", "es": "Nueva norma de registro"}),
        ),
        "interventions": (
            Intervention(
                "lighting", {"en": "Lighting of the passages"}, "neighbourhood", ("n08",),
                date(2024, 9, 1), ("burglary",), ("n09", "n10"),
            ),
        ),
        "disclosure": DisclosureRule(reason="Agreed with the data protection officer."),
    }  # fmt: skip
    return City(**(fields | changes))


def _nodes(rng: np.random.Generator) -> np.ndarray:
    """Return 4 × 5 grid nodes (longitude, latitude), jittered inside, shape (4, 5, 2)."""
    rows, columns = np.mgrid[0:4, 0:5].astype(float)
    jitter = rng.uniform(-0.24, 0.24, size=(2, 4, 5))
    longitude = -3.74 + 0.018 * (columns + jitter[0] + 0.15 * np.sin(rows * 2))
    latitude = 40.43 - 0.014 * (rows + jitter[1] + 0.2 * np.cos(columns))
    return np.stack([longitude, latitude], axis=-1)


def polygons(rng: np.random.Generator) -> list[shapely.Polygon]:
    """Return twelve neighbouring polygons without gaps or overlaps."""
    nodes = _nodes(rng)
    found = []
    for row in range(3):
        for column in range(4):
            ring = [nodes[row, column], nodes[row, column + 1], nodes[row + 1, column + 1],
                    nodes[row + 1, column]]  # fmt: skip
            found.append(shapely.Polygon(ring))
    return found


def area_rows(city: City, rng: np.random.Generator, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the city, three districts and twelve neighbourhoods."""
    shapes = polygons(rng)
    rows = []
    for i, (name, shape) in enumerate(zip(names, shapes, strict=True)):
        rows.append(_area("neighbourhood", f"n{i + 1:02d}", name, shape, RESIDENTS[i],
                          parent=("district", f"d{i // 4 + 1}"), is_analysis=True))  # fmt: skip
    for d, name in enumerate(DISTRICTS):
        shape = shapely.union_all(shapes[4 * d : 4 * d + 4])
        rows.append(_area("district", f"d{d + 1}", name, shape, sum(RESIDENTS[4 * d : 4 * d + 4]),
                          parent=("city", city.id)))  # fmt: skip
    rows.append(_area("city", city.id, city.name, shapely.union_all(shapes), sum(RESIDENTS)))
    return rows


def _area(
    level: str, area_id: str, name: str, shape: shapely.Polygon, residents: float,
    *, parent: tuple[str | None, str | None] = (None, None), is_analysis: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Return one row of `areas`."""
    inside = shape.representative_point()
    return {
        "level": level, "area_id": area_id, "name": name,
        "parent_level": parent[0], "parent_id": parent[1], "is_analysis": is_analysis,
        "area_km2": shape.area * 85 * 111, "longitude": inside.x, "latitude": inside.y,
        "geometry": shapely.to_wkb(shape), "residents": float(residents),
    }  # fmt: skip


def make_build(*, seed: int = 7, names: tuple[str, ...] = NAMES, **changes: Any) -> Build:
    """Return the synthetic build; `names` and city fields can be replaced (hostile names …)."""
    rng = np.random.default_rng(seed)
    city = make_city(**changes)
    areas = area_rows(city, rng, names)
    made: dict[str, list[dict[str, Any]]] = {"areas": areas}
    made |= figures.figure_rows(city, areas, rng)
    made |= statements.statement_rows(city, areas, rng)
    tables = {spec.name: arrow_table(spec, made[spec.name]) for spec in t.RESULT_TABLES}
    return Build(city=city, tables=tables, run=_run_record(city, tables))


def _run_record(city: City, tables: Mapping[str, pa.Table]) -> dict[str, Any]:
    """Return the run record with true digests of the tables' contents."""
    digests = {
        name: hashlib.sha256(json.dumps(table.to_pylist(), default=str).encode()).hexdigest()
        for name, table in tables.items()
    }
    return {
        "built_at": "2026-01-15T09:00:00+00:00",
        "code_version": "0.1.0",
        "seed": city.seed,
        "inputs": [{"path": "city.toml", "sha256": "ab" * 32, "bytes": 1234},
                   {"path": "evidence/incidents/police-2025.csv", "sha256": "cd" * 32}],
        "definitions": [{"id": name, "version": 1, "digest": "ef" * 32} for name in figures.INDICATORS],
        "tables": digests,
    }  # fmt: skip


@cache
def shared_build() -> Build:
    """Return one build for all read-only tests."""
    return make_build()
