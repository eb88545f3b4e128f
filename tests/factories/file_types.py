"""One small table written as every type of file that is read, and an OpenDocument writer."""

from __future__ import annotations

import gzip
import io
import json
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyogrio
import pyproj
import pyreadr
import pyreadstat
import shapely
from pyarrow import feather, parquet

OLD = Path(__file__).resolve().parents[1] / "unit" / "connectors"
ROWS = [
    ["id", "date", "kind", "lon", "lat"],
    ["00123", "2022-01-02", "Raub", "13.01", "52.05"],
    ["00124", "2022-02-03", "Einbruch, schwer", "13.02", "52.06"],
    ["00125", "2022-03-04", "Übergriff", "13.03", "52.07"],
]
NAMES, BODY = ROWS[0], ROWS[1:]
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"


def ods(
    rows: Sequence[Sequence[str | None]], spans: dict[tuple[int, int], int] | None = None
) -> bytes:
    """Return an OpenDocument workbook of texts; `spans` gives (row, column) → columns merged."""
    spans = spans or {}
    lines = []
    for r, row in enumerate(rows):
        cells = []
        for c, cell in enumerate(row):
            if cell is None:
                cells.append("<table:table-cell/>")
                continue
            over = f' table:number-columns-spanned="{spans[r, c]}"' if (r, c) in spans else ""
            text = "".join(f"<text:p>{escape(part)}</text:p>" for part in cell.split("\n"))
            cells.append(
                f'<table:table-cell office:value-type="string"{over}>{text}</table:table-cell>'
            )
        lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
        f' xmlns:office="{_OFFICE}office:1.0" xmlns:table="{_OFFICE}table:1.0"'
        f' xmlns:text="{_OFFICE}text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="Sheet1">{"".join(lines)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        f'<manifest:manifest xmlns:manifest="{_OFFICE}manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/"'
        ' manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
    )
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(),
            "META-INF/manifest.xml": manifest.encode(),
        }
    )


def zipped(members: dict[str, bytes]) -> bytes:
    """Return an archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def xlsx(
    rows: Sequence[Sequence[object]], merged: Sequence[str] = (), title: str = "Sheet1"
) -> bytes:
    """Return a workbook; `merged` are ranges like ``B1:C1``."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for r, row in enumerate(rows, 1):
        for c, cell in enumerate(row, 1):
            if cell is not None:
                sheet.cell(r, c, cell)
    for area in merged:
        sheet.merge_cells(area)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def arrow_table() -> pa.Table:
    """Return the table with every column as text."""
    return pa.table({name: [row[i] for row in BODY] for i, name in enumerate(NAMES)})


def points() -> np.ndarray:
    """Return the points of the rows."""
    return np.array([shapely.Point(float(row[3]), float(row[4])) for row in BODY])


def geo_parquet(crs: str = "EPSG:25833") -> bytes:
    """Return the rows as GeoParquet in a projection."""
    to = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    moved = [shapely.Point(*to.transform(float(row[3]), float(row[4]))) for row in BODY]
    described = {"encoding": "WKB", "crs": json.loads(pyproj.CRS(crs).to_json())}
    geo = {"version": "1.0.0", "primary_column": "shape", "columns": {"shape": described}}
    table = arrow_table().append_column("shape", pa.array([shapely.to_wkb(p) for p in moved]))
    table = table.replace_schema_metadata({"geo": json.dumps(geo)})
    out = io.BytesIO()
    parquet.write_table(table, out)
    return out.getvalue()


def features(
    driver: str, suffix: str, crs: str = "EPSG:4326", shapes: np.ndarray | None = None
) -> dict[str, bytes]:
    """Return the files that a geographic driver writes, by suffix."""
    shapes = points() if shapes is None else shapes
    if crs != "EPSG:4326":
        to = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
        shapes = shapely.transform(
            shapes, lambda p: np.column_stack(to.transform(p[:, 0], p[:, 1]))
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"data{suffix}"
        pyogrio.raw.write(
            path,
            shapely.to_wkb(shapes),
            [np.array([row[i] for row in BODY][: len(shapes)], dtype=object) for i in range(3)],
            NAMES[:3],
            driver=driver,
            geometry_type="Polygon" if shapely.get_type_id(shapes)[0] else "Point",
            crs=crs,
        )
        return {p.suffix: p.read_bytes() for p in sorted(Path(folder).iterdir())}


def _written(name: str, write: object) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(str(path))  # type: ignore[operator]
        return path.read_bytes()


def all_types() -> dict[str, bytes]:
    """Return file name → bytes of the table in every type."""
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in ROWS) + "\n"
    frame = pd.DataFrame(BODY, columns=NAMES)
    out = io.BytesIO()
    parquet.write_table(arrow_table(), out)
    arrow = io.BytesIO()
    feather.write_feather(arrow_table(), arrow)
    shapefile = {
        f"data{suffix}": data for suffix, data in features("ESRI Shapefile", ".shp").items()
    }
    kml = features("KML", ".kml")[".kml"]
    return {
        "data.csv": text.encode(),
        "data.tsv": text.replace(",", "\t").encode("cp1252"),
        "data.csv.gz": gzip.compress(text.encode(), mtime=0),
        "data.xlsx": xlsx(ROWS),
        "data.ods": ods(ROWS),
        "data.xls": (OLD / "old_workbook.xls").read_bytes(),
        "data.xlsb": (OLD / "binary_workbook.xlsb").read_bytes(),
        "data.parquet": out.getvalue(),
        "data.geoparquet": geo_parquet(),
        "data.feather": arrow.getvalue(),
        "data.sav": _written("a.sav", lambda p: pyreadstat.write_sav(frame, p)),
        "data.zsav": _written("a.zsav", lambda p: pyreadstat.write_sav(frame, p, compress=True)),
        "data.por": _written(
            "a.por", lambda p: pyreadstat.write_por(frame.replace("Übergriff", "Betrug"), p)
        ),
        "data.dta": _written("a.dta", lambda p: pyreadstat.write_dta(frame, p)),
        "data.xpt": _written("a.xpt", lambda p: pyreadstat.write_xport(frame, p)),
        "data.rds": _written("a.rds", lambda p: pyreadr.write_rds(p, frame)),
        "data.rda": _written("a.rda", lambda p: pyreadr.write_rdata(p, frame, df_name="crimes")),
        "data.geojson": features("GeoJSON", ".geojson")[".geojson"],
        "data.gpkg": features("GPKG", ".gpkg", "EPSG:25833")[".gpkg"],
        "data.fgb": features("FlatGeobuf", ".fgb", "EPSG:3035")[".fgb"],
        "data.kml": kml,
        "data.kmz": zipped({"doc.kml": kml}),
        "shape.zip": zipped({**shapefile, "README.txt": b"About these data."}),
        "tables.zip": zipped({"inner/data.csv": text.encode(), "inner/data.ods": ods(ROWS)}),
    }
