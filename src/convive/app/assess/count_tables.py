"""Tables of counts as arrays: category × area × period, and every level that they lead to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convive.app.assess.sharing import Parts, base_level, parts_of
from convive.app.tables import UNASSIGNED
from convive.app.territory import CITY, Territory

Counts = NDArray[np.float64]
Rows = list[dict[str, Any]]
Axes = tuple[tuple[str, ...], list[tuple[Any, Any]]]
"""Categories and periods."""


def city_counts(
    rows: Rows,
    of_areas: Counts | None,
    axes: Axes,
    territory: Territory,
) -> Counts:
    """Return the city: the published total, else its areas and what is assigned to none."""
    total = given_counts(rows, CITY, axes, territory)
    if of_areas is None:
        return total
    loose = [{**row, "area_id": territory.city_id} for row in rows if row["area_id"] == UNASSIGNED]
    extra = given_counts(loose, CITY, axes, territory)
    is_withheld = np.zeros(extra.shape, dtype=bool)
    for row in loose:
        if row["count"] is None:
            when = axes[1].index((row["period_start"], row["period_end"]))
            is_withheld[axes[0].index(str(row["category"] or "")), 0, when] = True
    extra[np.isnan(extra) & ~is_withheld] = 0.0
    return np.where(np.isnan(total), of_areas + extra, total)


def given_counts(
    rows: Rows,
    level: str,
    axes: Axes,
    territory: Territory,
) -> Counts:
    """Return the counts of a level as given, shape (n_categories, n_areas, n_periods)."""
    categories, periods = axes
    cube = np.full((len(categories), len(territory.frames[level].ids), len(periods)), np.nan)
    place = {area: i for i, area in enumerate(territory.frames[level].ids)}
    when = {period: i for i, period in enumerate(periods)}
    kind = {category: i for i, category in enumerate(categories)}
    for row in rows:
        if row["area_id"] not in place or row["count"] is None:
            continue
        at = (
            kind[str(row["category"] or "")],
            place[str(row["area_id"])],
            when[(row["period_start"], row["period_end"])],
        )
        before = 0.0 if np.isnan(cube[at]) else cube[at]
        cube[at] = before + float(row["count"])
    _fill_unlisted(cube, rows, {"place": place, "when": when, "kind": kind})
    return cube


def _fill_unlisted(cube: Counts, rows: Rows, axes: Mapping[str, Mapping[Any, int]]) -> None:
    """Set to 0 what a table leaves out of an area and period that it does list.

    Withheld counts stay NaN, and so do categories that no area lists in that period.
    """
    withheld = np.zeros(cube.shape, dtype=bool)
    for row in rows:
        if row["count"] is None and row["area_id"] in axes["place"]:
            when = axes["when"][(row["period_start"], row["period_end"])]
            kind = axes["kind"][str(row["category"] or "")]
            withheld[kind, axes["place"][row["area_id"]], when] = True
    is_listed: NDArray[np.bool_] = np.asarray(~np.isnan(cube))
    by_area = np.asarray(is_listed.any(axis=0))
    by_kind = np.asarray(is_listed.any(axis=1))
    unlisted = ~is_listed & by_area[None, :, :] & by_kind[:, None, :]
    cube[unlisted] = 0.0
    cube[withheld] = np.nan


def shared_counts(
    rows: Rows, axes: Axes, territory: Territory
) -> tuple[dict[str, Counts], dict[str, Counts]]:
    """Return what of the counts rests on sharing out, and how far it may reach, per level.

    Empty where no older area was shared out. A level is made from the same rows as its counts.
    """
    given = [one for one in territory.levels if any(row["area_level"] == one for row in rows)]
    parts = {level: _shared_parts(rows, level, axes, territory) for level in given}
    assumed: dict[str, Counts] = {}
    reach: dict[str, Counts] = {}
    shape = (len(axes[0]), len(axes[1]))
    for to in territory.frames if any(parts.values()) else ():
        level = base_level(given, to, territory)
        own = parts[level] if level is not None else None
        found = None if own is None else own.at(to, territory, shape[0] * shape[1])
        if found is not None:
            cubes = (np.moveaxis(one.reshape(*shape, -1), 2, 1) for one in found)
            assumed[to], reach[to] = cubes
    return assumed, reach


def _shared_parts(rows: Rows, level: str, axes: Axes, territory: Territory) -> Parts | None:
    place = {area: i for i, area in enumerate(territory.frames[level].ids)}
    when = {period: i for i, period in enumerate(axes[1])}
    kind = {category: i for i, category in enumerate(axes[0])}
    return parts_of(
        level,
        (
            (
                str(row["older_area"]),
                place[row["area_id"]],
                kind[str(row["category"] or "")] * len(when)
                + when[(row["period_start"], row["period_end"])],
                float(row["count"]),
            )
            for row in rows
            if row["older_area"]
            and row["area_level"] == level
            and row["area_id"] in place
            and row["count"] is not None
        ),
    )


def rolled_up(given: Mapping[str, Counts], territory: Territory) -> dict[str, Counts]:
    """Return every level that can be had: as given, or summed from the levels below.

    Parameters
    ----------
    given : mapping of str to ndarray, shape (n_layers, n_areas, n_periods)
    """
    full = dict(given)
    for to in territory.frames:
        if to in given:
            continue
        level = base_level(given, to, territory)
        if level is not None:
            summed = territory.roll_up(np.moveaxis(given[level], 1, 0), level, to)
            full[to] = np.moveaxis(summed, 0, 1)
    return full


__all__ = ["city_counts", "given_counts", "rolled_up", "shared_counts"]
