"""Many small areas, a few of them treated: what is compared, and which groups could have been."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError

BLOCKS = (3, 6, 12)
"""Months that are balanced together: quarters, where there are areas enough for so many."""
AREAS_PER_FEATURE = 5
MOST_CHANCE = 0.25
"""Of the spread between areas: what Poisson chance may make of a block of the treated areas."""

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class MatchedPanel:
    """Monthly counts of small areas with what is known about them."""

    counts: Mapping[str, ArrayLike]
    """Outcome → shape (n_areas, n_months); NaN is a month that nobody knows."""
    treated: ArrayLike
    """Indices of the treated areas."""
    start: int
    """Index of the first month with the action."""
    covariates: ArrayLike | None = None
    """Shape (n_areas, k), known before the start: people, bars, stops …"""
    neighbours: ArrayLike | None = None
    """Shape (n_areas, n_areas): True where areas touch or lie in each other's buffer."""
    left_out: ArrayLike = ()
    """Indices of areas that can stand for nobody: another action, another way of recording."""
    chosen_months: int | None = None
    """How many months before the start were looked at to choose the areas; 0 = the choice did
    not rest on counts, None = nobody knows."""
    uneven_breaks: tuple[int, ...] = ()
    """Months from which counts are recorded otherwise in some of the areas, not in all."""


@dataclass(frozen=True, slots=True)
class Areas:
    """A panel that has been checked; months without a figure and those of the choice are gone."""

    y: Floats
    """Shape (n_outcomes, n_areas, n_months)."""
    names: tuple[str, ...]
    start: int
    covariates: Floats
    treated: Bools
    near: Bools | None
    """Shape (n_areas, n_areas)."""
    pool: Bools
    """Areas that can be compared with: neither treated, nor next to it, nor left out."""
    dropped: int
    """Months left out because a count is missing."""

    @property
    def buffer(self) -> Bools:
        """Areas next to treated ones."""
        if self.near is None:
            return np.zeros(self.treated.size, dtype=bool)
        return np.asarray(self.near[self.treated].any(axis=0) & ~self.treated)

    def only(self, outcomes: list[int]) -> Areas:
        """Return the same with some of the outcomes."""
        return replace(
            self, y=self.y[outcomes], names=tuple(self.names[number] for number in outcomes)
        )

    def until(self, start: int) -> Areas:
        """Return the time before the start, as if the action had begun at an earlier month."""
        return replace(self, y=self.y[:, :, : self.start], start=start)


def read_areas(panel: MatchedPanel) -> Areas:
    """Check a panel and return it as arrays.

    Raises
    ------
    MethodError
        EFFECT_SHAPE, EFFECT_NEGATIVE_COUNT.
    """
    names = tuple(panel.counts)
    tables = [np.asarray(panel.counts[name], dtype=np.float64) for name in names]
    if not tables or tables[0].ndim != 2 or any(t.shape != tables[0].shape for t in tables):
        raise MethodError("EFFECT_SHAPE", outcomes=len(tables))
    y = np.stack(tables)
    n_areas, n_months = y.shape[1:]
    treated, left_out = (_marked(one, n_areas) for one in (panel.treated, panel.left_out))
    if not 0 < panel.start < n_months or not treated.any():
        raise MethodError("EFFECT_SHAPE", start=panel.start, treated=int(treated.sum()))
    if np.isinf(y).any() or (y < 0).any():
        raise MethodError("EFFECT_NEGATIVE_COUNT")
    near = _near(panel.neighbours, n_areas)
    month = np.arange(n_months)
    is_known = ~np.isnan(y[:, treated | ~left_out]).any(axis=(0, 1))
    decided = panel.start - (panel.chosen_months or 0)
    kept = is_known & ~((month >= decided) & (month < panel.start))
    areas = Areas(
        np.nan_to_num(y[:, :, kept]),
        names,
        int(kept[: panel.start].sum()),
        _covariates(panel.covariates, n_areas),
        treated,
        near,
        ~treated & ~left_out,
        int((~is_known).sum()),
    )
    return replace(areas, pool=areas.pool & ~areas.buffer)


def _marked(indices: ArrayLike, n_areas: int) -> Bools:
    """Return which areas are named."""
    named = np.asarray(indices, dtype=np.int64).ravel()
    if named.size and (named.min() < 0 or named.max() >= n_areas):
        raise MethodError("EFFECT_SHAPE", areas=n_areas, named=int(named.max()))
    marks = np.zeros(n_areas, dtype=bool)
    marks[named] = True
    return marks


def _near(neighbours: ArrayLike | None, n_areas: int) -> Bools | None:
    """Return who is next to whom, both ways."""
    if neighbours is None:
        return None
    table = np.asarray(neighbours, dtype=bool)
    if table.shape != (n_areas, n_areas):
        raise MethodError("EFFECT_SHAPE", areas=n_areas, neighbours=table.shape)
    return np.asarray((table | table.T) & ~np.eye(n_areas, dtype=bool))


def _covariates(given: ArrayLike | None, n_areas: int) -> Floats:
    """Return covariates, shape (n_areas, k)."""
    table = np.zeros((n_areas, 0)) if given is None else np.asarray(given, dtype=np.float64)
    table = table[:, None] if table.ndim == 1 else table
    if table.ndim != 2 or table.shape[0] != n_areas or not np.isfinite(table).all():
        raise MethodError("EFFECT_SHAPE", areas=n_areas, covariates=table.shape)
    return table


def block_months(areas: Areas) -> int:
    """Return how many months are balanced together: the fewest that areas and counts can bear.

    There must be areas enough for so many blocks, and what is balanced must be more than the
    chance of a few incidents in the treated areas.
    """
    most = max(3, int(areas.pool.sum()) // AREAS_PER_FEATURE)
    level = areas.y[:, :, : areas.start].mean(axis=2)
    chance = np.sqrt(level[:, areas.treated].mean(axis=1) / areas.treated.sum())
    spread = np.maximum(level[:, areas.pool].std(axis=1), 1e-9)
    for months in BLOCKS:
        blocks = max(1, areas.start // months) * len(areas.names)
        is_clear = (chance / np.sqrt(months) <= MOST_CHANCE * spread).all()
        if is_clear and blocks + areas.covariates.shape[1] <= most:
            return months
    return BLOCKS[-1] if areas.start >= 2 * BLOCKS[-1] else max(BLOCKS[-2], areas.start // 2)


def features_of(areas: Areas) -> Floats:
    """Return what is balanced, shape (n_areas, k), in standard deviations of the pool.

    Mean monthly counts by block of months, counted back from the start, of every outcome; then
    the covariates. What is alike everywhere is left out.
    """
    months = block_months(areas)
    n_blocks = max(1, areas.start // months)
    edges = areas.start - months * np.arange(n_blocks, 0, -1)
    edges[0] = 0  # the oldest block takes the months that are left over
    sums = np.add.reduceat(areas.y[:, :, : areas.start], edges, axis=2)
    means = sums / np.diff(np.append(edges, areas.start))
    table = np.column_stack([*means, areas.covariates])
    spread = table[areas.pool].std(axis=0)
    varies = spread > 1e-9 * (1.0 + np.abs(table).max(axis=0))
    centre = table[areas.pool][:, varies].mean(axis=0)
    return np.asarray((table[:, varies] - centre) / spread[varies])


def pieces_of(areas: Areas) -> list[int]:
    """Return the sizes of the connected pieces of the treated areas, largest first."""
    left = set(np.flatnonzero(areas.treated).tolist())
    if areas.near is None:
        return [1] * len(left)
    sizes = []
    while left:
        edge, size = [left.pop()], 0
        while edge:
            size += 1
            beside = left & set(np.flatnonzero(areas.near[edge.pop()]).tolist())
            left -= beside
            edge.extend(beside)
        sizes.append(size)
    return sorted(sizes, reverse=True)


def draw_groups(areas: Areas, n_groups: int, rng: np.random.Generator) -> Bools:
    """Return groups of untreated areas of the size and shape of the treated, (n_groups, n).

    A single area is every area of the pool once: there are no other groups.
    """
    members = np.flatnonzero(areas.pool)
    sizes = pieces_of(areas)
    groups = np.zeros((n_groups, areas.treated.size), dtype=bool)
    if len(sizes) == 1 and sizes[0] == 1 and members.size <= n_groups:
        return np.asarray(np.eye(areas.treated.size, dtype=bool)[members])
    if areas.near is None or max(sizes) == 1:
        order = rng.random((n_groups, members.size)).argsort(axis=1)[:, : sum(sizes)]
        np.put_along_axis(groups, members[order], values=True, axis=1)
        return groups
    for group in groups:
        for size in sizes:
            group[grow_piece(areas.near, areas.pool & ~group, size, rng)] = True
    return groups


def grow_piece(near: Bools, free: Bools, size: int, rng: np.random.Generator) -> list[int]:
    """Return so many of the free areas, touching as far as there are such."""
    free = free.copy()
    piece: list[int] = []
    edge = np.zeros(free.size, dtype=bool)
    while len(piece) < size and free.any():
        options = np.flatnonzero(edge & free if (edge & free).any() else free)
        one = int(options[rng.integers(options.size)])
        piece.append(one)
        free[one] = False
        edge |= near[one]
    return piece
