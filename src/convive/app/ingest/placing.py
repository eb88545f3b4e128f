"""Which area of each level a row lies in: by its code, then its point, then what lies above.

A given area code that is valid wins; then coordinates, level by level; then parents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from convive.app.territory import CITY, NOWHERE, Positions, Territory
from convive.core.spatial import AreaGrid


@dataclass(frozen=True)
class Places:
    """Where rows are, arrays of shape (n_rows,)."""

    at: Mapping[str, Positions]
    """Level → position of the area; -1 where it has none. City: -1 means outside."""
    is_outside: NDArray[np.bool_]
    has_no_area: NDArray[np.bool_]
    by_point: Mapping[str, NDArray[np.bool_]]
    """Level → which rows were looked up by their point, whether it lies in an area or not."""


class Placer:
    """Places rows, one stretch after the other; the grid over a level is built once."""

    def __init__(self, territory: Territory) -> None:
        self.territory = territory
        self._grids: dict[str, AreaGrid] = {}

    def grid(self, level: str) -> AreaGrid | None:
        """Return the grid over the areas of a level; None where it has no boundaries."""
        shapes = self.territory.frames[level].geometry
        if shapes is None:
            return None
        if level not in self._grids:
            self._grids[level] = AreaGrid.build(list(shapes))
        return self._grids[level]

    def place(self, rows: pa.Table) -> Places:
        """Return for each row its area per level, whether it is outside, whether it has no area.

        Parameters
        ----------
        rows : pyarrow.Table
            With columns area_level, area_id, longitude and latitude.
        """
        return _place(rows, self)


def _place(rows: pa.Table, placer: Placer) -> Places:
    territory = placer.territory
    places = {level: np.full(rows.num_rows, NOWHERE) for level in territory.levels}
    _place_by_code(rows, territory, places)
    for level in territory.levels:
        _place_by_parent(level, territory, places)
    has_point, by_point = _place_by_point(rows, placer, places)
    for level in territory.levels:
        _place_by_parent(level, territory, places)
    is_placed = np.zeros(rows.num_rows, dtype=bool)
    for positions in places.values():
        is_placed |= positions != NOWHERE
    is_outside = ~is_placed & has_point & bool(by_point)
    places[CITY] = np.where(is_outside, NOWHERE, 0)
    return Places(places, is_outside, ~is_placed & ~is_outside, by_point)


def _place_by_code(rows: pa.Table, territory: Territory, places: dict[str, Positions]) -> None:
    given = rows.column("area_level")
    if given.null_count == len(given):
        return
    levels, codes = words_of(given), words_of(rows.column("area_id"))
    for level in territory.levels:
        chosen = np.flatnonzero(levels.are(level))
        if len(chosen):
            known = territory.frames[level].positions([*codes.words, None])
            places[level][chosen] = known[codes.at[chosen]]


def _place_by_point(
    rows: pa.Table, placer: Placer, places: dict[str, Positions]
) -> tuple[NDArray[np.bool_], dict[str, NDArray[np.bool_]]]:
    x, y = _degrees(rows, "longitude"), _degrees(rows, "latitude")
    has_point = np.isfinite(x) & np.isfinite(y)
    by_point: dict[str, NDArray[np.bool_]] = {}
    for level in placer.territory.levels:
        grid = placer.grid(level)
        if grid is None:
            continue
        by_point[level] = has_point & (places[level] == NOWHERE)
        chosen = np.flatnonzero(by_point[level])
        if len(chosen):
            places[level][chosen] = grid.locate(x[chosen], y[chosen])
    return has_point, by_point


def _place_by_parent(level: str, territory: Territory, places: dict[str, Positions]) -> None:
    """Fill the levels above from this one where they are still unknown."""
    for to in territory.levels:
        up = territory.way_up(level, to) if to != level else None
        if up is None or not len(up):
            continue
        here = places[level]
        open_rows = (places[to] == NOWHERE) & (here != NOWHERE)
        places[to][open_rows] = up[here[open_rows]]


def _degrees(rows: pa.Table, name: str) -> NDArray[np.float64]:
    values: NDArray[np.float64] = rows.column(name).to_numpy(zero_copy_only=False)
    return values.astype(np.float64, copy=False)


@dataclass(frozen=True)
class Words:
    """A text column by its distinct values; NULL is the position after the last."""

    words: tuple[str, ...]
    at: NDArray[np.int64]

    def are(self, word: str) -> NDArray[np.bool_]:
        """Tell which rows have this value."""
        if word not in self.words:
            return np.zeros(len(self.at), dtype=bool)
        found: NDArray[np.bool_] = self.at == self.words.index(word)
        return found


def words_of(column: pa.ChunkedArray) -> Words:
    """Return a text column, also a dictionary-encoded one, by its distinct values."""
    encoded = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if not pa.types.is_dictionary(encoded.type):
        encoded = pc.dictionary_encode(encoded)
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks() if encoded.num_chunks != 1 else encoded.chunk(0)
    words = tuple(encoded.dictionary.to_pylist())
    at = pc.fill_null(encoded.indices.cast(pa.int64()), len(words))
    return Words(words, at.to_numpy(zero_copy_only=False))
