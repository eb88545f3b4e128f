"""Places with the results of a campaign, for a GIS."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely

_DRIVERS = {"geojson": "GeoJSON", "gpkg": "GPKG"}


def render_places(rows: Sequence[Mapping[str, Any]], *, kind: str) -> bytes:
    """Return places as points, WGS 84.

    Parameters
    ----------
    rows : sequence of mapping
        The same keys in every row: `longitude`, `latitude` in degrees, texts and numbers. None
        is written as null; rows without a position are left out.
    kind : str
        ``geojson`` or ``gpkg``.
    """
    placed = [row for row in rows if row["longitude"] is not None]
    names = [name for name in (rows[0] if rows else {}) if name not in {"longitude", "latitude"}]
    points = shapely.points(
        [row["longitude"] for row in placed], [row["latitude"] for row in placed]
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"places.{kind}"
        pyogrio.raw.write(
            path, shapely.to_wkb(np.asarray(points, dtype=object)),
            [_column([row[name] for row in placed]) for name in names], names,
            layer="places", driver=_DRIVERS[kind], geometry_type="Point", crs="EPSG:4326",
        )  # fmt: skip
        return path.read_bytes()


def _column(values: Sequence[Any]) -> np.ndarray:
    """Return a column: texts as they are, numbers with NaN for null."""
    if any(isinstance(value, str) for value in values):
        return np.array([None if value is None else str(value) for value in values], dtype=object)
    return np.array([np.nan if value is None else float(value) for value in values], dtype=float)
