"""The tables of a build as files that people and other software take away."""

from __future__ import annotations

from convive.reports.tables.csv import render_csv
from convive.reports.tables.csvw import csvw_metadata
from convive.reports.tables.datapackage import datapackage
from convive.reports.tables.geojson import areas_geojson
from convive.reports.tables.geopackage import render_geopackage
from convive.reports.tables.geoparquet import render_geoparquet
from convive.reports.tables.xlsx import render_xlsx

__all__ = [
    "areas_geojson",
    "csvw_metadata",
    "datapackage",
    "render_csv",
    "render_geopackage",
    "render_geoparquet",
    "render_xlsx",
]
