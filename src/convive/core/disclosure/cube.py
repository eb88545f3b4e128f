"""Suppression in a cube of areas, months, categories (and parts of the day) with all margins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.disclosure.dayparts import crossings, folded_levels, folded_positions
from convive.core.disclosure.kernel import KNOWN, cover_small
from convive.core.disclosure.margins import (
    CellRole,
    CellStatus,
    IntArray,
    StatusArray,
    checked,
    rooms,
)
from convive.core.disclosure.suppression import UNNAMING
from convive.core.errors import MethodError

__all__ = ["CubeSuppression", "PreparedCube", "prepare_cube", "suppress_cube", "with_margins"]

Levels = Sequence[ArrayLike]
"""Groups of the entries of one axis, level by level: each an array of group numbers, 0, 1 …"""

_PARTNERS = 96
"""Other entries that one of an axis is exchanged with at most."""
_AGAIN = 0.05
"""Share of its cost that a cover of the first round costs in the second."""


@dataclass(frozen=True, slots=True)
class CubeSuppression:
    """A cube with its margins: counts and status of shape (areas, months, categories[, parts]).

    Along each axis the entries come first, then the groups of each level in turn, the total
    last.
    """

    counts: IntArray
    status: StatusArray
    n_open: int = 0
    """Cells in need without an exchange, and FIXED cells that an exchange had to go through: above
    0, what readers have already says too much beside this. Always 0 without roles."""

    @property
    def n_hidden(self) -> int:
        """Cells that may not be shown."""
        return int(np.count_nonzero(self.status))

    @property
    def hidden_share(self) -> float:
        """Share of the cells above 0 that may not be shown: the loss of information."""
        return self.n_hidden / max(1, int(np.count_nonzero(self.counts)))


@dataclass(frozen=True, slots=True)
class PreparedCube:
    """A cube with all that a search for covers needs besides the floor and the roles.

    Attributes
    ----------
    counts : array of int, shape (areas, months, categories), with margins
        Categories and parts of the day folded into one axis.
    axes : three tuples (start, coded)
        The differences of each axis; see `cover_small`.
    folded : array of int, shape (categories, parts), or None
        Where each category and part is on the folded axis; None: there are no parts.
    """

    counts: IntArray
    axes: tuple[tuple[IntArray, IntArray], ...]
    folded: IntArray | None = None


def suppress_cube(
    counts: ArrayLike | PreparedCube,
    *,
    hierarchies: tuple[Levels, Levels, Levels] = ((), (), ()),
    min_count: int = 5,
    roles: ArrayLike | None = None,
    enough: int | None = None,
    is_firm: bool = False,
) -> CubeSuppression:
    """Return which cells of a cube and of all its margins may be shown.

    Parameters
    ----------
    counts : array_like of int, shape (n_areas, n_months, n_categories[, n_parts]), or PreparedCube
        The last axis, if there is one, is the part of the day. Whoever asks more than once of
        one cube prepares it (`prepare_cube`), which also takes the hierarchies.
    hierarchies : three sequences of arrays of int
        For areas, months and categories: the sub-totals that are published besides the total,
        e.g. the district of each area, the year of each month. The groups of a level need not
        nest in those of the next.
    min_count : int
        As for `suppress`, from 3 upwards.
    roles : array_like of int, shape of the cube with its margins, optional
        `CellRole` of each cell; PUBLISHED if left out. Where it names FIXED cells, look at
        `n_open` of the result: above 0, more has to be DERIVED (hidden from the start).
    enough : int, optional
        With roles: the search ends once `n_open` reaches this; the status is not whole then.
    is_firm : bool
        No exchange goes through a FIXED cell; a cell that has no other is open, and told in
        `n_open`. Quicker, where many cells are known.

    Returns
    -------
    CubeSuppression
        Every small count has, with the cells around it, a second filling in whole numbers that
        leaves all shown figures, and all that the reader is told of hidden ones, as they are.

    Raises
    ------
    MethodError
        DISCLOSURE_BAD_COUNT for a count that is negative, missing or not whole, or a table that
        is no cube; DISCLOSURE_BAD_MARGIN for groups that do not fit the axis.

    Notes
    -----
    The covers are found as in the hypercube method: of all boxes through a small cell, that
    which hides least (cost: logarithm of the count, so that small figures go first). A second
    round looks again for each cell among the covers of the first, and leaves out those that it
    does not need. Parts of the day are a fourth axis, folded into that of the categories. For
    other margins use `suppress`.

    References
    ----------
    .. [1] Giessing, S. and Repsilber, D. (2002). Tools and strategies to protect multiple tables
       with the GHQUAR cell suppression engine. In: Inference Control in Statistical Databases.
    .. [2] Hundepool, A. et al. (2012). Statistical Disclosure Control. Wiley, chapter 4.
    """
    cube = counts if isinstance(counts, PreparedCube) else prepare_cube(counts, hierarchies)
    at = cube.folded
    role = None if roles is None else np.asarray(roles, np.int8)
    if role is not None and at is not None:
        if role.shape != (*cube.counts.shape[:2], *at.shape):
            raise MethodError("DISCLOSURE_BAD_MARGIN", n_cells=cube.counts.size)
        flat = np.zeros(cube.counts.shape, np.int8)
        flat[:, :, at] = role
        role = flat
    found = _searched(cube, min_count, role, (enough, np.inf if is_firm else KNOWN))
    if at is None:
        return found
    return CubeSuppression(found.counts[:, :, at], found.status[:, :, at], found.n_open)


def prepare_cube(
    counts: ArrayLike,
    hierarchies: tuple[Levels, Levels, Levels] = ((), (), ()),
    *,
    crossed: int = 1,
) -> PreparedCube:
    """Return a cube ready for `suppress_cube`, whatever the floor and the roles.

    Parameters
    ----------
    counts, hierarchies
        As for `suppress_cube`.
    crossed : int
        Of a cube of three axes: the entries of the last are all pairs of two things (days and
        hours), this many of the second to one of the first. Exchanges that leave both as they
        are will be looked for as well; levels have to name both.

    Raises
    ------
    MethodError
        DISCLOSURE_BAD_COUNT, DISCLOSURE_BAD_MARGIN as there.
    """
    cube = checked(counts)
    if cube.ndim not in (3, 4) or not cube.size:
        raise MethodError("DISCLOSURE_BAD_COUNT", shape=cube.shape)
    at, n_parts = None, crossed
    if cube.ndim == 4:
        n_kinds, n_parts = cube.shape[2:]
        levels = [_groups(level, n_kinds) for level in hierarchies[2]]
        hierarchies = (*hierarchies[:2], folded_levels(levels, n_kinds, n_parts))
        at = folded_positions(levels, n_kinds, n_parts)
        cube = cube.reshape(*cube.shape[:2], -1)
    chains = [_chains(levels, n) for levels, n in zip(hierarchies, cube.shape, strict=True)]
    axes = tuple(
        _options(
            chain,
            np.moveaxis(cube, axis, 0).reshape(len(chain), -1).sum(axis=1),
            n_parts if axis == 2 else 1,
        )
        for axis, chain in enumerate(chains)
    )
    return PreparedCube(with_margins(cube, hierarchies=hierarchies), axes, at)


def _searched(
    cube: PreparedCube,
    min_count: int,
    roles: StatusArray | None,
    rule: tuple[int | None, float],
) -> CubeSuppression:
    full, axes = cube.counts, cube.axes
    role = np.zeros(full.shape, np.int8) if roles is None else roles
    if role.shape != full.shape:
        raise MethodError("DISCLOSURE_BAD_MARGIN", n_cells=full.size)
    cost = np.log1p(full.astype(np.float64))
    if roles is not None:  # a second round would choose other covers, not fewer that are known
        first, n_open = _covered((full, cost, axes), min_count, role, rule)
        return CubeSuppression(full, first, n_open)
    first, n_open = _covered((full, cost, axes), min_count, role)
    again = np.where(first != CellStatus.SHOWN, _AGAIN * cost, cost)
    second, n_open_again = _covered((full, again, axes), min_count, role)
    fewer = (n_open_again, np.count_nonzero(second)) <= (n_open, np.count_nonzero(first))
    if fewer:
        return CubeSuppression(full, second, n_open_again)
    return CubeSuppression(full, first, n_open)


def with_margins(counts: ArrayLike, *, hierarchies: tuple[Levels, ...] = ((), (), ())) -> IntArray:
    """Return a cube with its sub-totals and totals behind the entries of each axis."""
    full = checked(counts)
    for axis, levels in enumerate(hierarchies):
        parts = [full]
        moved = np.moveaxis(full, axis, 0)
        for level in levels:
            group = _groups(level, moved.shape[0])
            sums = np.zeros((int(group.max(initial=-1)) + 1, *moved.shape[1:]), dtype=np.int64)
            np.add.at(sums, group, moved)
            parts.append(np.moveaxis(sums, 0, axis))
        parts.append(full.sum(axis=axis, keepdims=True))
        full = np.concatenate(parts, axis=axis)
    return np.ascontiguousarray(full)


def _groups(level: ArrayLike, n: int) -> IntArray:
    group = np.asarray(level, dtype=np.int64)
    if group.shape != (n,) or (n and group.min() < 0):
        raise MethodError("DISCLOSURE_BAD_MARGIN", n_cells=n)
    return group


def _chains(levels: Levels, n: int) -> IntArray:
    """Return for each entry of an axis itself, its group at each level, and the total."""
    columns, at = [np.arange(n, dtype=np.int64)], n
    for level in levels:
        group = _groups(level, n)
        columns.append(at + group)
        at += int(group.max(initial=-1)) + 1
    return np.stack([*columns, np.full(n, at, dtype=np.int64)], axis=1)


def _options(chain: IntArray, mass: IntArray, n_parts: int) -> tuple[IntArray, IntArray]:
    """Return the differences that an index of an axis can take part in; see `cover_small`.

    Between entries "here instead of there" and, with everything above hidden, "one more". The
    largest entries, and those of the same groups, come first: they cost least to go through.
    """
    largest = np.argsort(-mass, kind="stable")[: 2 * _PARTNERS]
    starts, ends = [0], []
    for index in range(int(chain[-1, -1]) + 1):
        is_entry = index < len(chain)
        inside = np.any(chain == index, axis=1)
        own = [index] if is_entry else _first(largest[inside[largest]], inside)
        for i in own:
            others = largest[~inside[largest]]
            nearest = np.argsort((chain[others] != chain[i]).sum(axis=1), kind="stable")
            others = others[nearest][: _PARTNERS if is_entry else _PARTNERS // 8]
            more = crossings(chain, i, others, n_parts) if is_entry and n_parts > 1 else None
            ends.append(_rows(index, chain[i], chain[others], more))
        starts.append(starts[-1] + sum(len(rows) for rows in ends[len(ends) - len(own) :]))
    return np.array(starts), np.concatenate(ends)


def _first(largest: IntArray, inside: NDArray[np.bool_]) -> IntArray:
    return largest[: _PARTNERS // 4] if largest.size else np.flatnonzero(inside)[:1]


def _rows(index: int, chain: IntArray, others: IntArray, crossed: IntArray | None) -> IntArray:
    """Return the options as rows of signed positions plus 1, the index first, 0 behind the last."""
    differs = others != chain
    instead = np.hstack([np.where(differs, chain + 1, 0), np.where(differs, -others - 1, 0)])
    more = np.concatenate([chain + 1, np.zeros_like(chain)])
    rows = np.vstack([more, instead] if crossed is None else [more, instead, crossed])
    order = np.argsort(np.where(rows == index + 1, 0, np.where(rows == 0, 2, 1)), kind="stable")
    return np.take_along_axis(rows, order, axis=1)


def _covered(
    cube: tuple[IntArray, NDArray[np.float64], tuple[tuple[IntArray, IntArray], ...]],
    min_count: int,
    role: StatusArray,
    rule: tuple[int | None, float] = (None, KNOWN),
) -> tuple[StatusArray, int]:
    """Return the status of each cell, and how much is open.

    The cube is counts, costs and options; the rule how much is enough, and what known cells cost.
    """
    full, cost, axes = cube
    enough, known = rule
    is_fixed, is_derived = role == CellRole.FIXED, role == CellRole.DERIVED
    is_sensitive = role == CellRole.SENSITIVE
    is_small = (full > 0) & (full < min_count) & ~is_fixed
    is_named = is_small & ~is_derived & ~is_sensitive
    can_rise, can_fall = rooms(full, min_count)
    price = np.where(is_small | is_derived | is_sensitive, 0.0, cost)
    rise = np.where(can_rise, price, np.where(is_named, UNNAMING, np.inf))
    fall = np.where(can_fall, price, np.inf)
    rise[is_derived | is_sensitive], fall[is_derived & (full > 0)] = 0.0, 0.0
    # Gone through only where there is no other way, and then it is told in `n_open`.
    rise[is_fixed] = np.where(full[is_fixed] > 0, known, np.inf)
    fall[is_fixed] = np.where(full[is_fixed] > 1, known, np.inf)
    prices = np.stack([rise, fall])
    status = np.select(
        [is_sensitive | (is_derived & ~is_small), is_small],
        [CellStatus.COMPLEMENTARY, CellStatus.SMALL_COUNT],
        CellStatus.SHOWN,
    ).astype(np.int8)
    in_need = is_small | is_sensitive
    cells = np.argwhere(in_need)
    ordered = cells[np.argsort(full[in_need], kind="stable")]
    most = np.iinfo(np.int64).max if enough is None else enough
    return status, int(cover_small(prices, status, axes, ordered, most))
