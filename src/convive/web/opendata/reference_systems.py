"""Reference systems in which features can be asked for (OGC API Features, Part 2).

Coordinates stand in the order that the system's authority gives: EPSG:4326 has latitude first,
EPSG:3035 northing first; CRS84 longitude.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

_EPSG = "http://www.opengis.net/def/crs/EPSG/0"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
SYSTEMS = {
    CRS84: ("OGC:CRS84", 6),
    f"{_EPSG}/4326": ("EPSG:4326", 6),
    f"{_EPSG}/3857": ("EPSG:3857", 2),
    f"{_EPSG}/3035": ("EPSG:3035", 2),
}
"""Address of a system → its code, and decimals that are about ten centimetres or finer."""
_STEPS = 20
"""Parts into which the sides of a box are cut before they are bent."""

Points = NDArray[np.float64]


def transformed(shape: Any, system: str) -> Any:
    """Return a shape (CRS84) in another system, its coordinates rounded."""
    code, decimals = SYSTEMS[system]
    move = _mover("OGC:CRS84", code) if system != CRS84 else None

    def moved(points: Points) -> Points:
        return np.round(points if move is None else move(points), decimals)

    return shapely.transform(shape, moved)


def from_box(west: float, south: float, east: float, north: float, system: str) -> Any:
    """Return a box of a system, its first coordinate first, as a shape in CRS84.

    Raises
    ------
    ValueError
        Where part of the box lies outside of what the system can tell.
    """
    box = shapely.box(west, south, east, north)
    if system == CRS84:
        return box
    longest = max(east - west, north - south)
    fine = shapely.segmentize(box, longest / _STEPS) if longest > 0 else box
    found = shapely.transform(fine, _mover(SYSTEMS[system][0], "OGC:CRS84"))
    if not np.isfinite(shapely.get_coordinates(found)).all():
        raise ValueError("lies outside of its reference system")
    return found


@lru_cache(maxsize=16)
def _mover(source: str, target: str) -> Callable[[Points], Points]:
    transformer = pyproj.Transformer.from_crs(source, target)

    def move(points: Points) -> Points:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    return move
