"""How good the places of incidents are: what their accuracy may have done to each area's count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from convive.app.ingest.placing import Placer, Places
from convive.core.spatial import AreaGrid
from convive.core.spatial.position import (
    N_SAMPLES,
    OUTER,
    Displacement,
    circle_points,
    displacement,
)

_CHUNK = 1 << 16
"""Rows whose circles are looked at together: sixteen points each."""
_COLUMNS = ("n", "crossing", "leaving", "arriving", "spread")

Displacements = dict[str, Displacement]
"""Level → what position may have done to the counts of its areas."""


def displacements(rows: pa.Table, places: Places, placer: Placer) -> Displacements:
    """Return per level what the accuracy of the points may have done to the counts.

    Only rows that were put into an area by their point and say how good it is: a code of the
    source is taken as it is. Empty where no row says so.
    """
    if rows.column("accuracy_m").null_count == rows.num_rows:
        return {}
    circles = np.stack(
        [
            rows.column(name).to_numpy(zero_copy_only=False).astype(np.float64)
            for name in ("longitude", "latitude", "accuracy_m")
        ]
    )
    found: Displacements = {}
    for level, is_by_point in places.by_point.items():
        grid = placer.grid(level)
        if grid is None:
            continue
        chosen = np.flatnonzero(is_by_point & np.isfinite(circles[2]))
        for start in range(0, len(chosen), _CHUNK):
            some = chosen[start : start + _CHUNK]
            one = _of_circles(grid, places.at[level][some], circles[:, some])
            found[level] = found[level] + one if level in found else one
    return found


def _of_circles(
    grid: AreaGrid, own: NDArray[np.int64], circles: NDArray[np.float64]
) -> Displacement:
    """Return the displacement of circles, shape (3, n): longitude, latitude, radius.

    Most lie within their area: only of those whose outer ring does not are all points looked up.
    """
    samples = np.repeat(own[:, None], N_SAMPLES, axis=1)
    given = np.flatnonzero(circles[2] > 0)
    outer = circle_points(*circles[:, given], rings=[OUTER])
    few = given[(_located(grid, outer) != own[given, None]).any(axis=1)]
    samples[few] = _located(grid, circle_points(*circles[:, few]))
    return displacement(own, samples, grid.n_areas)


def _located(
    grid: AreaGrid, points: tuple[NDArray[np.float64], NDArray[np.float64]]
) -> NDArray[np.int32]:
    return grid.locate(points[0].ravel(), points[1].ravel()).reshape(points[0].shape)


def joined(first: Displacements, second: Displacements) -> Displacements:
    """Return two stretches together."""
    both = dict(first)
    for level, one in second.items():
        both[level] = both[level] + one if level in both else one
    return both


def as_record(found: Displacements) -> dict[str, dict[str, list[int]]]:
    """Return displacements as JSON values: only areas that have any."""
    told = {}
    for level, one in found.items():
        at = np.flatnonzero((one.n > 0) | (one.arriving > 0))
        told[level] = {"at": at.tolist()} | {
            name: getattr(one, name)[at].tolist() for name in _COLUMNS
        }
    return told


def of_records(
    records: Iterable[Mapping[str, Any]], level: str, n_areas: int
) -> Displacement | None:
    """Return the displacement of several parts together; None where none tells it."""
    found: Displacement | None = None
    for record in records:
        told = record.get("position", {}).get(level)
        if told is None:
            continue
        columns = []
        for name in _COLUMNS:
            column = np.zeros(n_areas, dtype=np.int64)
            column[told["at"]] = told[name]
            columns.append(column)
        one = Displacement(*columns)
        found = one if found is None else found + one
    return found


__all__ = ["Displacements", "as_record", "displacements", "joined", "of_records"]
