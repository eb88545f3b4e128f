"""From two columns to points in degrees; finds swapped and projected coordinates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyproj

from convive.connectors.city_pack.cells import read_numbers
from convive.connectors.city_pack.family import Context
from convive.connectors.city_pack.mapping_schema import Format, PointColumns
from convive.connectors.city_pack.problem_log import Gravity, RefusedError, SourceLog, Totals
from convive.connectors.city_pack.second_look import Known, column_of
from convive.connectors.city_pack.sheet import Sheet

MARGIN_DEGREES = 0.5
"""Points this far beyond the city's bounds may still be meant: they are only outside."""
DEGREE_DECIMALS = 7


@dataclass(frozen=True)
class Points:
    """Degrees of every row, NaN where there are none, and which rows must not be used."""

    longitude: np.ndarray
    latitude: np.ndarray
    is_rejected: np.ndarray

    @property
    def is_absent(self) -> np.ndarray:
        """Which rows have no point."""
        return np.asarray(np.isnan(self.longitude))


def point_names(columns: PointColumns) -> tuple[str, str] | None:
    """Return the two columns in the order longitude (x), latitude (y), or None."""
    if columns.longitude and columns.latitude:
        return columns.longitude, columns.latitude
    if columns.x and columns.y:
        return columns.x, columns.y
    return None


def read_points(
    sheet: Sheet,
    columns: PointColumns,
    fmt: Format,
    around: tuple[Context, Known],
    source: SourceLog,
) -> Points:
    """Return the points of a sheet, or of a stretch of it by what those before say.

    Raises
    ------
    RefusedError
        PROJECTION_MISSING (degrees are asked for and found are metres), CRS_UNKNOWN.
    """
    names = point_names(columns)
    n = sheet.n_rows
    if names is None:
        return Points(np.full(n, np.nan), np.full(n, np.nan), np.zeros(n, bool))
    context, known = around
    first, second = (
        read_numbers(sheet.texts(name), fmt, seen=(known, column_of(sheet, name))) for name in names
    )
    for name, numbers in zip(names, (first, second), strict=True):
        bad = sheet.rows[numbers.is_bad]
        source.rows("BAD_NUMBER", sheet.place(name), bad, n, column=name)
    x, y = first.values, second.values
    if columns.swap:
        x, y = y, x
    half = np.isnan(x) | np.isnan(y) | ((x == 0) & (y == 0))
    x, y = np.where(half, np.nan, x), np.where(half, np.nan, y)
    other = (y, x)
    crs = columns.crs or (None if columns.longitude else context.city.crs)
    if crs is not None:
        other = _to_degrees(y, x, crs, sheet.file)
        x, y = _to_degrees(x, y, crs, sheet.file)
    else:
        _refuse_metres((x, y), sheet, names[0], around)
    bounds = context.index.bounds
    is_swapped = _is_near(*other, bounds) & ~_is_near(x, y, bounds)
    return _checked((x, y), is_swapped, sheet, names, source)


def _to_degrees(
    x: np.ndarray, y: np.ndarray, crs: str, label: str
) -> tuple[np.ndarray, np.ndarray]:
    try:
        transformer = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    except pyproj.exceptions.CRSError:
        raise RefusedError("CRS_UNKNOWN", label=label, crs=crs) from None
    longitude, latitude = transformer.transform(x, y)
    is_lost = ~(np.isfinite(longitude) & np.isfinite(latitude))
    return np.where(is_lost, np.nan, longitude), np.where(is_lost, np.nan, latitude)


def _refuse_metres(
    point: tuple[np.ndarray, np.ndarray], sheet: Sheet, name: str, around: tuple[Context, Known]
) -> None:
    """Refuse a file whose degrees are mostly impossible: its projection is not stated."""
    context, known = around
    x, y = point
    column = column_of(sheet, name)
    is_impossible = (np.abs(x) > 180) | (np.abs(y) > 180)
    n, of = known.impossible.get(column, (0, 0)) if sheet.part else (0, 0)
    n, of = n + int(is_impossible.sum()), of + int((~np.isnan(x)).sum())
    known.impossible[column] = n, of
    if sheet.is_last and n > 0.5 * of:
        raise RefusedError("COORDINATES_PROJECTED", label=sheet.file, crs=context.city.crs)


def _checked(
    point: tuple[np.ndarray, np.ndarray],
    is_swapped: np.ndarray,
    sheet: Sheet,
    names: tuple[str, str],
    source: SourceLog,
) -> Points:
    """Return the points with impossible ones taken out and swapped ones rejected."""
    x, y = point
    place = sheet.place(names[0])
    n = sheet.n_rows
    source.rows(
        "SWAPPED_COORDINATES",
        place,
        sheet.rows[is_swapped],
        n,
        totals=Totals(Gravity(int(is_swapped.sum()), int((~np.isnan(x)).sum()))),
        columns=", ".join(names),
    )
    is_out = ~is_swapped & ((np.abs(x) > 180) | (np.abs(y) > 90))
    source.rows("OUT_OF_RANGE", place, sheet.rows[is_out], n, column=", ".join(names))
    gone = is_out | is_swapped
    x, y = np.where(gone, np.nan, x), np.where(gone, np.nan, y)
    return Points(np.round(x, DEGREE_DECIMALS), np.round(y, DEGREE_DECIMALS), is_swapped)


def _is_near(
    longitude: np.ndarray,
    latitude: np.ndarray,
    bounds: tuple[float, float, float, float] | None,
) -> np.ndarray:
    """Return which points lie in the city or close to it; none where it has no outline.

    Points that are near only after their coordinates change places are swapped.
    """
    if bounds is None:
        return np.zeros(len(longitude), dtype=bool)
    west, south, east, north = bounds
    along = (longitude >= west - MARGIN_DEGREES) & (longitude <= east + MARGIN_DEGREES)
    across = (latitude >= south - MARGIN_DEGREES) & (latitude <= north + MARGIN_DEGREES)
    return np.asarray(along & across)
