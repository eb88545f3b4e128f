"""Do the areas of a level cover the city once: overlaps, holes, sizes, a point inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

M2_PER_KM2 = 1_000_000.0


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two areas, by index, that share ground."""

    first: int
    second: int
    km2: float


@dataclass(frozen=True, slots=True)
class Hole:
    """Ground that no area covers, with a point in it."""

    x: float
    y: float
    km2: float


@dataclass(frozen=True, slots=True)
class CoverCheck:
    """What is wrong with a set of areas as a cover; all empty and zero where nothing is."""

    overlaps: tuple[Overlap, ...]
    """Largest first."""
    holes: tuple[Hole, ...]
    """Largest first: within the parent where one is given, else enclosed by the areas."""
    outside_km2: float
    """Ground of the areas beyond the parent; 0 without a parent."""
    invalid: tuple[int, ...]
    """Indices of geometries that cross themselves; they were mended before the check."""
    ground: BaseGeometry
    """What the areas cover together."""

    @property
    def is_clean(self) -> bool:
        """Tell whether the areas cover the ground exactly once."""
        return not (self.overlaps or self.holes or self.invalid or self.outside_km2)


def check_cover(
    polygons: Sequence[BaseGeometry],
    parent: BaseGeometry | None = None,
    *,
    tolerance_m2: float = 100.0,
) -> CoverCheck:
    """Return overlaps and holes of a set of areas.

    Use it on the areas of one level before points are counted into them. A hole can be right
    (a lake, an enclave): it is a question to the user, not an error.

    Parameters
    ----------
    polygons : sequence of shapely polygons or multipolygons, unit: metres
        The areas in the pack's projection. Not degrees: sizes would mean nothing.
    parent : shapely geometry, optional
        What they should cover, e.g. the district or the city, in the same projection.
    tolerance_m2 : float, unit: square metres
        Overlaps and holes up to this size are drawing inaccuracies and left out.

    Returns
    -------
    CoverCheck
        Pairs and holes with their size in km², largest first.

    Examples
    --------
    >>> import shapely
    >>> squares = [shapely.box(0, 0, 2000, 1000), shapely.box(1000, 0, 3000, 1000)]
    >>> check_cover(squares).overlaps
    (Overlap(first=0, second=1, km2=1.0),)
    """
    areas, invalid = _mend(polygons)
    fits = _fit_together(areas)
    union = shapely.coverage_union_all(areas) if fits else shapely.union_all(areas)
    if parent is None:
        missing = _enclosed(union)
        outside = 0.0
    else:
        ground = shapely.make_valid(parent)
        missing = shapely.difference(ground, union)
        outside = float(shapely.area(shapely.difference(union, ground)))
    return CoverCheck(
        overlaps=() if fits else _list_overlaps(areas, tolerance_m2),
        holes=_list_holes(missing, tolerance_m2),
        outside_km2=outside / M2_PER_KM2 if outside > tolerance_m2 else 0.0,
        invalid=invalid,
        ground=union,
    )


def _fit_together(areas: NDArray[np.object_]) -> bool:
    """Tell whether areas have no ground in common and meet along the same vertices only."""
    kinds = set(shapely.get_type_id(areas).tolist())
    is_plain = kinds <= {shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON}
    return is_plain and bool(shapely.coverage_is_valid(areas))


def area_km2(polygons: Sequence[BaseGeometry]) -> NDArray[np.float64]:
    """Return the size of each area in km²; coordinates must be metres."""
    return np.asarray(shapely.area(np.asarray(polygons, dtype=object))) / M2_PER_KM2


def point_inside(polygon: BaseGeometry) -> tuple[float, float]:
    """Return x and y of a point that surely lies within the area (a centroid may not)."""
    point = shapely.point_on_surface(polygon)
    return float(shapely.get_x(point)), float(shapely.get_y(point))


def _mend(polygons: Sequence[BaseGeometry]) -> tuple[NDArray[np.object_], tuple[int, ...]]:
    """Return valid geometries and the indices of those that were not."""
    areas = np.empty(len(polygons), dtype=object)
    areas[:] = list(polygons)
    wrong = np.flatnonzero(~shapely.is_valid(areas))
    areas[wrong] = shapely.make_valid(areas[wrong])
    return areas, tuple(int(index) for index in wrong)


def _list_overlaps(areas: NDArray[np.object_], tolerance_m2: float) -> tuple[Overlap, ...]:
    """Return pairs that share more ground than tolerated."""
    first, second = shapely.STRtree(areas).query(areas, predicate="intersects")
    is_pair = first < second
    first, second = first[is_pair], second[is_pair]
    shared = np.asarray(shapely.area(shapely.intersection(areas[first], areas[second])))
    found = [
        Overlap(int(a), int(b), float(m2) / M2_PER_KM2)
        for a, b, m2 in zip(first, second, shared, strict=True)
        if m2 > tolerance_m2
    ]
    return tuple(sorted(found, key=lambda pair: (-pair.km2, pair.first, pair.second)))


def _enclosed(union: BaseGeometry) -> BaseGeometry:
    """Return the ground within the outer border of the areas that none of them covers."""
    parts = shapely.get_parts(union)
    if not shapely.get_num_interior_rings(parts).any():
        return shapely.MultiPolygon()
    if len(parts) == 1:
        return shapely.MultiPolygon([shapely.Polygon(ring) for ring in parts[0].interiors])
    shells = [
        shapely.polygons(shapely.get_exterior_ring(part))
        for part in parts
        if shapely.get_type_id(part) == shapely.GeometryType.POLYGON
    ]
    return shapely.difference(shapely.union_all(shells), union)


def _list_holes(missing: BaseGeometry, tolerance_m2: float) -> tuple[Hole, ...]:
    """Return the parts of the uncovered ground that are larger than tolerated."""
    found = []
    for part in shapely.get_parts(missing):
        m2 = float(shapely.area(part))
        if m2 > tolerance_m2:
            x, y = point_inside(part)
            found.append(Hole(x, y, m2 / M2_PER_KM2))
    return tuple(sorted(found, key=lambda hole: (-hole.km2, hole.x, hole.y)))
