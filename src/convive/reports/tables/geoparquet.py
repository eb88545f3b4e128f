"""Areas with their headline figures as GeoParquet 1.1: one file, all levels."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from convive.app.ports import Build
from convive.core.errors import NotFoundError
from convive.reports.tables.geopackage import layers

BOX = ("xmin", "ymin", "xmax", "ymax")
_ROWS_A_GROUP = 5_000


def render_geoparquet(build: Build, *, language: str) -> bytes:
    """Return every level that has boundaries, WGS 84, with figures of all faces' headlines.

    Columns as in the GeoPackage, with ``level`` before them, ``bbox`` (degrees) and ``geometry``
    (WKB) after. NULL where a figure is not shown; its note says why. The same build gives the
    same bytes.

    Raises
    ------
    NotFoundError
        CHART_EMPTY where no area has a boundary.

    References
    ----------
    OGC, GeoParquet 1.1.0.
    """
    parts = [_part(level, fields, shapes) for level, fields, shapes in layers(build, language)]
    if not parts:
        raise NotFoundError("CHART_EMPTY", chart="geoparquet", indicator="", area="")
    table = pa.concat_tables(parts, promote_options="permissive")
    boxes = table["bbox"].combine_chunks().flatten()
    out = io.BytesIO()
    with pq.ParquetWriter(
        out, table.schema, compression="zstd", version="2.6", store_schema=False
    ) as writer:
        writer.write_table(table, row_group_size=_ROWS_A_GROUP)
        writer.add_key_value_metadata({"geo": json.dumps(_about(boxes), sort_keys=True)})
    return out.getvalue()


def _part(level: str, fields: dict[str, np.ndarray], shapes: np.ndarray) -> pa.Table:
    """Return one level; rows in the order of the GeoPackage."""
    columns: dict[str, Any] = {"level": pa.array([level] * len(shapes))}
    for name, values in fields.items():
        is_number = values.dtype.kind == "f"
        kind = pa.float64() if is_number else pa.string()
        columns[name] = pa.array(values, type=kind, from_pandas=True)
    corners = shapely.bounds(shapes).T
    columns["bbox"] = pa.StructArray.from_arrays([pa.array(one) for one in corners], list(BOX))
    columns["geometry"] = pa.array(list(shapely.to_wkb(shapes)), type=pa.binary())
    return pa.table(columns)


def _about(boxes: list[pa.Array]) -> dict[str, Any]:
    """Return the metadata of the file; no `crs` means longitude, latitude in WGS 84."""
    low, high = boxes[:2], boxes[2:]
    extent = [min(one.to_pylist()) for one in low] + [max(one.to_pylist()) for one in high]
    return {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {
            "geometry": {
                "encoding": "WKB",
                "geometry_types": ["MultiPolygon"],
                "orientation": "counterclockwise",
                "bbox": extent,
                "covering": {"bbox": {name: ["bbox", name] for name in BOX}},
            }
        },
    }
