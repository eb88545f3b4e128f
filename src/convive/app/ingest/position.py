"""How good the places of incidents are: what their accuracy may have done to each area's count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from convive.app.ingest.placing import Placer, Places
from convive.core.spatial.position import Displacement, circle_points, displacement

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
    x, y, accuracy = (
        rows.column(name).to_numpy(zero_copy_only=False).astype(np.float64)
        for name in ("longitude", "latitude", "accuracy_m")
    )
    found: Displacements = {}
    for level, is_by_point in places.by_point.items():
        chosen = np.flatnonzero(is_by_point & (accuracy >= 0) & np.isfinite(accuracy))
        for start in range(0, len(chosen), _CHUNK):
            some = chosen[start : start + _CHUNK]
            own = places.at[level][some]
            one = _of_circles(placer, level, own, circle_points(x[some], y[some], accuracy[some]))
            found[level] = found[level] + one if level in found else one
    return found


def _of_circles(
    placer: Placer,
    level: str,
    own: NDArray[np.int64],
    points: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> Displacement:
    grid = placer.grid(level)
    if grid is None:
        raise RuntimeError("a row was placed by its point at a level without boundaries")
    at = grid.locate(points[0].ravel(), points[1].ravel()).reshape(points[0].shape)
    return displacement(own, at, len(placer.territory.frames[level].ids))


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
