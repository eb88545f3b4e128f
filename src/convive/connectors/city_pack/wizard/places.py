"""Which columns are coordinates, in which order and which projection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pyproj

from convive.connectors.city_pack.area_index import AreaIndex
from convive.connectors.city_pack.cells import read_numbers
from convive.connectors.city_pack.mapping_schema import Format
from convive.connectors.city_pack.wizard.looks import Column
from convive.connectors.city_pack.wizard.proposal import (
    Choice,
    Confidence,
    Reason,
    confidence_of,
)
from convive.connectors.city_pack.wizard.roles import Candidate, Table

GRIDS = (
    "EPSG:27700", "EPSG:2154", "EPSG:25830", "EPSG:25831", "EPSG:25829", "EPSG:25832",
    "EPSG:25833", "EPSG:25828", "EPSG:28992", "EPSG:31370", "EPSG:3812", "EPSG:3763",
    "EPSG:32632", "EPSG:32633", "EPSG:3003", "EPSG:3004", "EPSG:31467", "EPSG:31256",
    "EPSG:2056", "EPSG:5514", "EPSG:2180", "EPSG:3006", "EPSG:29903", "EPSG:2157",
    "EPSG:3059", "EPSG:2263", "EPSG:3435", "EPSG:26971", "EPSG:26910", "EPSG:3035", "EPSG:3857",
)  # fmt: skip
"""National grids that city data come in, the most usual first."""
MARGIN = 0.05
N_POINTS = 1_000
MIN_INSIDE = 0.6
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class _Fit:
    """A way to read two columns as points."""

    crs: str | None
    is_swapped: bool
    inside: float


def place_choices(table: Table) -> tuple[Choice, ...]:
    """Return the choices for coordinates, or none where the file has none."""
    named = [
        pair for pair in (_pair(table, "longitude", "latitude"), _pair(table, "x", "y")) if pair
    ]
    best: tuple[float, tuple[Choice, ...]] = (-1.0, ())
    for first, second in named:
        found = _read_pair(table, first, second)
        # A column that is mostly empty is no use where another pair is full.
        full = min(first.column.n_filled, second.column.n_filled) / max(1, first.column.n)
        score = full + (0.5 if first.name + second.name > 1 else 0.0) + 0.01 * (not best[1])
        if found and score > best[0]:
            best = (score, found)
    if not best[1]:
        best = (0.0, _by_values(table))
    for choice in best[1]:
        if choice.path[1] in ("longitude", "latitude", "x", "y"):
            table.take(str(choice.value))
    return best[1]


def _pair(table: Table, first: str, second: str) -> tuple[Candidate, Candidate] | None:
    """Return the columns that are named as the two coordinates and hold numbers."""
    ones = table.rank(first, lambda c: c.numbers, least_name=0.3)
    others = table.rank(second, lambda c: c.numbers, least_name=0.3)
    for one in ones:
        for other in others:
            if one.column.name != other.column.name:
                return one, other
    return None


def _values(table: Table, first: Column, second: Column) -> tuple[np.ndarray, np.ndarray]:
    """Return up to a thousand points as numbers, spread over the sample."""
    x, y = (read_numbers(table.sheet.texts(c.name), Format()).values for c in (first, second))
    is_point = ~(np.isnan(x) | np.isnan(y) | ((x == 0) & (y == 0)))
    at = np.flatnonzero(is_point)
    at = at[:: max(1, len(at) // N_POINTS)]
    return x[at], y[at]


def _read_pair(table: Table, first: Candidate, second: Candidate) -> tuple[Choice, ...]:
    """Return the choices for two named columns."""
    x, y = _values(table, first.column, second.column)
    if not len(x):
        return ()
    is_degrees = np.median(np.abs(x)) <= 180 and np.median(np.abs(y)) <= 180
    fits = _degree_fits(x, y, table) if is_degrees else _grid_fits(x, y, table)
    name, fit = min(first.name, second.name), min(first.fit, second.fit)
    if not fits:
        return () if is_degrees else _unplaced(first, second)
    best = fits[0]
    keys = ("longitude", "latitude") if best.crs is None else ("x", "y")
    reasons = _reasons(best, table, first.column, second.column)
    confidence = confidence_of(name, max(fit, 0.5) if best.inside < 0.9 else 1.0)
    if best.is_swapped:
        confidence = Confidence.LIKELY if table.index else Confidence.CHECK
    found = [
        Choice(("columns", key), candidate.column.name, confidence, reasons)
        for key, candidate in zip(keys, (first, second), strict=True)
    ]
    found += _grid_choice(best, fits, table)
    if best.is_swapped:
        found.append(
            Choice(
                ("columns", "swap"),
                value=True,
                confidence=confidence,
                reasons=(Reason("swapped"),),
            )
        )
    return tuple(found)


def _grid_choice(best: _Fit, fits: Sequence[_Fit], table: Table) -> list[Choice]:
    if best.crs is None:
        return []
    others = tuple(f.crs for f in fits[1:] if f.crs and f.inside > 0.9)
    is_certain = table.index is not None or not others
    return [
        Choice(
            ("columns", "crs"),
            best.crs,
            Confidence.LIKELY if is_certain else Confidence.CHECK,
            (Reason("grid_fits", {"crs": _grid_name(best.crs), "share": 100 * best.inside}),),
            others[:6],
        )
    ]


def _grid_name(crs: str) -> str:
    """Return a projection's code with the name that people know it by."""
    return f"{crs} ({pyproj.CRS.from_user_input(crs).name})"


def _unplaced(first: Candidate, second: Candidate) -> tuple[Choice, ...]:
    """Return columns of metres that no known grid brings to a place."""
    reasons = (Reason("grid_unknown"),)
    pairs = zip(("x", "y"), (first, second), strict=True)
    return tuple(
        Choice(("columns", key), c.column.name, Confidence.CHECK, reasons) for key, c in pairs
    )


def _reasons(best: _Fit, table: Table, first: Column, second: Column) -> tuple[Reason, ...]:
    if table.index is not None and table.index.bounds is not None:
        return (Reason("named"), Reason("points_in_city", {"share": 100 * best.inside}))
    if best.crs is None:
        # Single metres among degrees are a matter of the preview, not of what the column is.
        values = np.concatenate(_values(table, first, second))
        degrees = values[np.abs(values) <= 180]
        span = {"low": float(degrees.min()), "high": float(degrees.max())}
        return (Reason("named"), Reason("degrees", span))
    return (Reason("named"), Reason("metres"))


def _bounds(table: Table) -> Bounds | None:
    bounds = table.index.bounds if table.index else None
    if bounds is None:
        return None
    west, south, east, north = bounds
    return west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN


def _inside(longitude: np.ndarray, latitude: np.ndarray, bounds: Bounds) -> float:
    west, south, east, north = bounds
    is_in = (longitude >= west) & (longitude <= east) & (latitude >= south) & (latitude <= north)
    return float(is_in.mean()) if len(is_in) else 0.0


def _degree_fits(x: np.ndarray, y: np.ndarray, table: Table) -> list[_Fit]:
    """Return degrees as named, or the other way round where that fits better."""
    bounds = _bounds(table)
    if bounds is None:
        is_swapped = bool((np.abs(y) > 90).mean() > 0.5 and (np.abs(x) <= 90).mean() > 0.5)
        return [_Fit(None, is_swapped, 1.0)]
    straight, swapped = _inside(x, y, bounds), _inside(y, x, bounds)
    if swapped > straight and swapped >= 0.5:
        return [_Fit(None, is_swapped=True, inside=swapped)]
    return [_Fit(None, is_swapped=False, inside=straight)]


def _grid_fits(x: np.ndarray, y: np.ndarray, table: Table) -> list[_Fit]:
    """Return the projections that bring the points to the city, or to where each is used."""
    bounds = _bounds(table)
    own = (table.index.crs,) if table.index and table.index.crs else ()
    found = []
    for crs in dict.fromkeys((*own, *GRIDS)):
        for is_swapped in (False, True):
            one, other = (y, x) if is_swapped else (x, y)
            degrees = _to_degrees(crs, one, other)
            target = bounds or _used_in(crs)
            if degrees is not None and target is not None:
                found.append(_Fit(crs, is_swapped, _inside(*degrees, target)))
    good = [fit for fit in found if fit.inside >= MIN_INSIDE]
    return sorted(good, key=lambda fit: (-round(fit.inside, 2), fit.is_swapped))


@lru_cache(maxsize=64)
def _transformer(crs: str) -> pyproj.Transformer | None:
    try:
        return pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    except pyproj.exceptions.CRSError:
        return None


@lru_cache(maxsize=64)
def _used_in(crs: str) -> Bounds | None:
    """Return where a projection is made for, in degrees."""
    area = pyproj.CRS.from_user_input(crs).area_of_use
    return (area.west, area.south, area.east, area.north) if area else None


def grids_for(bounds: Bounds | None, index: AreaIndex | None) -> tuple[str, ...]:
    """Return the projections that a file without one can be in, by where its corners come to lie.

    Degrees need no guess. With a city, those that bring the corners to it; without one, those
    that are made for where the corners come to lie.
    """
    if bounds is None:
        return ()
    x, y = np.array(bounds[0::2]), np.array(bounds[1::2])
    if np.abs(x).max() <= 180 and np.abs(y).max() <= 90:
        return ("EPSG:4326",)
    around = index.bounds if index is not None else None
    found = []
    for crs in dict.fromkeys(((index.crs,) if index and index.crs else ()) + GRIDS):
        degrees, target = _to_degrees(crs, x, y), around or _used_in(crs)
        if degrees is not None and target is not None:
            west, south, east, north = target
            wider = (west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN)
            if _inside(*degrees, wider) == 1:
                found.append(crs)
    return tuple(found)


def _to_degrees(crs: str, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    transformer = _transformer(crs)
    if transformer is None:
        return None
    longitude, latitude = transformer.transform(x, y, errcheck=False)
    return np.asarray(longitude), np.asarray(latitude)


def _by_values(table: Table) -> tuple[Choice, ...]:
    """Return unnamed columns whose numbers are points in the city; needs a pack."""
    bounds = _bounds(table)
    if bounds is None:
        return ()
    numbers = [c for c in table.free() if c.numbers > 0.9 and c.wholes < 0.5]
    best: tuple[float, Column, Column] | None = None
    for one in numbers:
        for other in numbers:
            if one.name != other.name:
                inside = _inside(*_values(table, one, other), bounds)
                if inside > (best[0] if best else 0.9):
                    best = (inside, one, other)
    if best is None:
        return ()
    reasons = (Reason("points_in_city", {"share": 100 * best[0]}),)
    made = Choice(("columns", "longitude"), best[1].name, Confidence.LIKELY, reasons)
    return made, replace(made, path=("columns", "latitude"), value=best[2].name)
