"""Which areas border on each other, worked out from their outlines."""

from __future__ import annotations

from collections.abc import Sequence

import shapely

NEAR = 0.00005
"""Degrees (about five metres) that drawn borders of neighbours may lie apart."""
SHORTEST = 0.0002
"""Degrees (about twenty metres) of common border; less is only a corner."""


def touching(geometries: Sequence[tuple[str, bytes]]) -> dict[str, tuple[str, ...]]:
    """Return area → the areas that share a border with it, not only a corner.

    Boundaries are WKB in degrees. Borders that were drawn separately may leave gaps or
    overlap by a few metres.
    """
    codes = [area_id for area_id, _ in geometries]
    shapes = shapely.from_wkb([wkb for _, wkb in geometries])
    if len(codes) < 2:
        return {}
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=NEAR)
    once = first < second
    first, second = first[once], second[once]
    common = shapely.intersection(
        shapely.boundary(shapes)[first], shapely.buffer(shapes[second], NEAR, quad_segs=2)
    )
    found: dict[str, set[str]] = {}
    for a, b, length in zip(first, second, shapely.length(common), strict=True):
        if length >= SHORTEST:
            found.setdefault(codes[a], set()).add(codes[b])
            found.setdefault(codes[b], set()).add(codes[a])
    return {code: tuple(sorted(others)) for code, others in found.items()}
