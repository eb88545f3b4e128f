"""A small whole pack for tests: two districts, four areas, one file of incidents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CITY = """
[city]
id = "town"
name = "Town"
country = "DE"
languages = ["en"]
time_zone = "Europe/Berlin"
crs = "EPSG:25833"
base_year = 2022

[[levels]]
id = "area"
name = "Area"
file = "territory/areas.geojson"
code = "code"
label = "name"
analysis = true
"""

INCIDENTS = """
[source]
id = "police"
title = "Recorded crime"
owner = "Police"
licence = "CC0"
files = ["data*"]

[columns]
id = "id"
starts = "date"
category = "kind"
longitude = "lon"
latitude = "lat"

[categories.map]
"Einbruch" = "burglary"
"Raub" = "robbery"
"""

WEST, SOUTH, SIDE = 13.0, 52.0, 0.1


def square(column: int, row: int, side: float = SIDE) -> list[list[list[float]]]:
    """Return the ring of a cell of the grid."""
    x, y = WEST + column * SIDE, SOUTH + row * SIDE
    return [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]]


def feature(code: str, rings: Any, **properties: Any) -> dict[str, Any]:
    """Return a GeoJSON feature."""
    return {
        "type": "Feature",
        "properties": {"code": code, "name": f"Area {code}", **properties},
        "geometry": {"type": "Polygon", "coordinates": rings},
    }


def grid() -> list[dict[str, Any]]:
    """Return four areas, two by two."""
    return [feature(f"A{c}{r}", square(c, r)) for c in range(2) for r in range(2)]


def write_areas(path: Path, features: list[dict[str, Any]]) -> None:
    """Write a GeoJSON file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))


def write_pack(folder: Path, *, city: str = CITY, mapping: str = INCIDENTS) -> Path:
    """Write the pack without data files and return the folder of incidents."""
    incidents = folder / "evidence" / "incidents"
    incidents.mkdir(parents=True)
    (folder / "city.toml").write_text(city, encoding="utf-8")
    write_areas(folder / "territory" / "areas.geojson", grid())
    (incidents / "police.toml").write_text(mapping, encoding="utf-8")
    return incidents


def incident_rows(n: int) -> list[list[str]]:
    """Return header and n good rows."""
    rows = [["id", "date", "kind", "lon", "lat"]]
    for i in range(n):
        day = f"2022-{i % 12 + 1:02d}-{i % 28 + 1:02d}"
        kind = "Einbruch" if i % 2 else "Raub"
        rows.append([f"c{i}", day, kind, f"{13.01 + i % 9 * 0.01:.4f}", "52.0512"])
    return rows


def as_csv(rows: list[list[str]], delimiter: str = ",") -> str:
    """Return rows as delimited text."""
    return "\n".join(delimiter.join(row) for row in rows) + "\n"
