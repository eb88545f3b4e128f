"""Joins the levels to one territory: parents, overlaps, holes, the table of areas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from convive.app.schema import table_from_rows
from convive.app.tables import AREAS
from convive.connectors.city_pack.area_names import fold
from convive.connectors.city_pack.city_schema import LevelTable
from convive.connectors.city_pack.geo_points import WGS84, transform
from convive.connectors.city_pack.problem_log import N_EXAMPLES, ProblemLog
from convive.connectors.city_pack.territory import LevelAreas
from convive.core.model import City, Place, Severity
from convive.core.spatial.cover import check_cover

SERIOUS_SHARE = 0.5
"""An overlap of more than this share of the smaller area is a mistake, not a drawing error."""
NOTABLE_SHARE = 0.002
M2_PER_KM2 = 1_000_000.0
KM2_DECIMALS = 6
DEGREE_DECIMALS = 7


def link_parents(levels: Sequence[LevelAreas], log: ProblemLog) -> list[list[str | None]]:
    """Return the parent's code of every area of every level; the first level has none."""
    linked: list[list[str | None]] = []
    for position, level in enumerate(levels):
        if position == 0:
            linked.append([None] * len(level.codes))
            continue
        parent = levels[position - 1]
        if any(text is not None for text in level.parents):
            found = _by_text(level, parent)
        else:
            found = _by_geometry(level, parent)
        lost = [code for code, up in zip(level.codes, found, strict=True) if up is None]
        if lost:
            data = {
                "level": level.id,
                "parent_level": parent.id,
                "n": len(lost),
                "areas": ", ".join(lost[:N_EXAMPLES]),
            }
            log.add("UNKNOWN_PARENT", Place(level.label), Severity.WARNING, **data)
        linked.append(found)
    return linked


def _by_text(level: LevelAreas, parent: LevelAreas) -> list[str | None]:
    known = set(parent.codes)
    by_name = {fold(name): code for code, name in zip(parent.codes, parent.names, strict=True)}
    return [
        text if text in known else by_name.get(fold(text)) if text else None
        for text in level.parents
    ]


def _by_geometry(level: LevelAreas, parent: LevelAreas) -> list[str | None]:
    """Return the parents in which the areas' inner points lie."""
    found: list[str | None] = [None] * len(level.codes)
    if level.planar is None or parent.planar is None:
        return found
    points = shapely.point_on_surface(level.planar)
    inside, around = shapely.STRtree(parent.planar).query(points, predicate="intersects")
    for child, up in sorted(zip(inside.tolist(), around.tolist(), strict=True), reverse=True):
        found[child] = parent.codes[up]
    return found


def check_levels(
    levels: Sequence[LevelAreas], tables: Sequence[LevelTable], log: ProblemLog
) -> BaseGeometry | None:
    """Note overlaps within a level, holes, and ground of the level above that is not covered.

    Return the ground that the first level with boundaries covers: the city's outline.
    """
    outline: BaseGeometry | None = None
    above: BaseGeometry | None = None
    for level, table in zip(levels, tables, strict=True):
        if level.planar is None:
            continue
        cover = check_cover(list(level.planar), above)
        _note_overlaps(level, cover, log, is_accepted=table.overlaps == "accept")
        total = float(shapely.area(level.planar).sum()) / M2_PER_KM2
        missing = sum(hole.km2 for hole in cover.holes)
        if missing > NOTABLE_SHARE * total:
            data = {"level": level.id, "n": len(cover.holes), "km2": round(missing, 2)}
            code = "AREAS_HAVE_HOLES" if above is None else "AREAS_DO_NOT_COVER"
            log.add(code, Place(level.label), Severity.WARNING, **data)
        above = cover.ground
        outline = above if outline is None else outline
    return outline


def _note_overlaps(level: LevelAreas, cover: Any, log: ProblemLog, *, is_accepted: bool) -> None:
    sizes = shapely.area(level.planar) / M2_PER_KM2
    notable = [
        pair
        for pair in cover.overlaps
        if pair.km2 > NOTABLE_SHARE * min(sizes[pair.first], sizes[pair.second])
    ]
    if not notable:
        return
    share = max(p.km2 / min(sizes[p.first], sizes[p.second]) for p in notable)
    severity = Severity.ERROR if share > SERIOUS_SHARE else Severity.WARNING
    pairs = (f"{level.codes[p.first]} / {level.codes[p.second]}" for p in notable[:N_EXAMPLES])
    log.add(
        "AREAS_OVERLAP",
        Place(level.label),
        Severity.NOTE if is_accepted else severity,
        level=level.id,
        n=len(notable),
        areas=", ".join(pairs),
        km2=round(sum(p.km2 for p in notable), 2),
    )


def build_areas(
    city: City,
    levels: Sequence[LevelAreas],
    parents: Sequence[Sequence[str | None]],
    outline: BaseGeometry | None,
) -> pa.Table:
    """Return table ``areas`` with the city itself."""
    to_degrees = pyproj.Transformer.from_crs(city.crs, WGS84, always_xy=True)
    rows: list[dict[str, Any]] = []
    for position, level in enumerate(levels):
        up = levels[position - 1].id if position else "city"
        placed = _placed(level.planar, len(level.codes), to_degrees)
        for i, code in enumerate(level.codes):
            parent = parents[position][i] if position else city.id
            rows.append(
                {
                    "level": level.id,
                    "area_id": code,
                    "name": level.names[i],
                    "parent_level": up if parent is not None else None,
                    "parent_id": parent,
                    "is_analysis": level.is_analysis,
                    **placed[i],
                }
            )
    whole = None if outline is None else np.array([outline], dtype=object)
    city_row = {"level": "city", "area_id": city.id, "name": city.name, "is_analysis": False}
    rows.append({**city_row, **_placed(whole, 1, to_degrees)[0]})
    return table_from_rows(AREAS, rows)


def _placed(
    planar: np.ndarray | None, n: int, to_degrees: pyproj.Transformer
) -> list[dict[str, Any]]:
    """Return size, inner point and WKB of every area; nothing where there is no geometry."""
    if planar is None:
        return [{} for _ in range(n)]
    degrees = transform(planar, to_degrees)
    points = shapely.point_on_surface(degrees)
    return [
        {
            "area_km2": round(float(shapely.area(shape)) / M2_PER_KM2, KM2_DECIMALS),
            "longitude": round(float(shapely.get_x(point)), DEGREE_DECIMALS),
            "latitude": round(float(shapely.get_y(point)), DEGREE_DECIMALS),
            "geometry": shapely.to_wkb(geometry, byte_order=1),
        }
        for shape, geometry, point in zip(planar, degrees, points, strict=True)
    ]
