"""Corrections: no change of what is hidden follows from the changes of what is shown.

Two publications show a total and some of its parts; each of these figures changed by much, but
the total less the parts changed by one: one incident more among the parts that are hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from convive.core.disclosure.margins import (
    BoolArray,
    CellRole,
    CellStatus,
    Equations,
    IntArray,
    Margins,
    StatusArray,
    Suppression,
    checked,
)
from convive.core.disclosure.suppression import suppress
from convive.core.errors import MethodError

__all__ = ["Known", "suppress_changes", "telling_rests"]

Rest = tuple[int, ...]
"""Cells of an equation whose sum follows though none of them is known."""


@dataclass(frozen=True, slots=True)
class Known:
    """What readers have of the cells from one earlier release.

    Attributes
    ----------
    counts : array of int, shape (n_cells,)
        As they were then; anything where they are not known.
    is_known : array of bool, shape (n_cells,)
        Whether the release showed the cell, or gave it away.
    """

    counts: IntArray
    is_known: BoolArray


def telling_rests(
    counts: ArrayLike,
    before: Known,
    *,
    margins: Margins | Equations,
    is_shown: ArrayLike,
    min_count: int = 5,
) -> list[tuple[int, Rest]]:
    """Return what is left of each sum whose change follows and is small.

    Parameters
    ----------
    counts : array_like of int, shape (n_cells,)
        As they are now.
    before : Known
        As they were in an earlier release.
    margins : Margins or iterable of (total, parts)
    is_shown : array_like of bool, shape (n_cells,)
        Which cells readers see now.
    min_count : int
        Changes other than 0 by less are small.

    Returns
    -------
    list of (equation, cells)
        Positions of the equations, and those of their parts that are not known in both releases.
        Sums of which all parts are known have none: the parts themselves are compared.

    Raises
    ------
    MethodError
        DISCLOSURE_BAD_COUNT, DISCLOSURE_BAD_MARGIN as `suppress`.

    Examples
    --------
    A total of 120 (100 before) with a part of 69 (50 before); the two others are hidden:

    >>> then = Known(np.array([100, 50, 0, 0]), np.array([True, True, False, False]))
    >>> seen = [True, True, False, False]
    >>> telling_rests([120, 69, 48, 3], then, margins=[(0, [1, 2, 3])], is_shown=seen)
    [(0, (2, 3))]
    """
    now = checked(counts)
    sums = margins if isinstance(margins, Margins) else Margins.of(margins)
    is_in_both = np.asarray(is_shown, dtype=bool) & before.is_known
    if before.counts.shape != now.shape or is_in_both.shape != now.shape:
        raise MethodError("DISCLOSURE_BAD_MARGIN", n_cells=now.size)
    change = np.where(is_in_both, now - before.counts, 0)
    n = sums.total.size
    left = change[sums.total] - np.bincount(sums.equation, change[sums.part], n)
    n_unknown = np.bincount(sums.equation, ~is_in_both[sums.part], n)
    tells = is_in_both[sums.total] & (n_unknown > 0) & (left != 0) & (np.abs(left) < min_count)
    is_unknown = tells[sums.equation] & ~is_in_both[sums.part]
    found: dict[int, list[int]] = {int(e): [] for e in np.flatnonzero(tells)}
    for equation, cell in zip(sums.equation[is_unknown], sums.part[is_unknown], strict=True):
        found[int(equation)].append(int(cell))
    return [(equation, tuple(sorted(cells))) for equation, cells in found.items()]


def suppress_changes(
    counts: ArrayLike,
    before: Sequence[Known],
    *,
    margins: Equations = (),
    min_count: int = 5,
    roles: ArrayLike | None = None,
    implied: Equations = (),
) -> Suppression:
    """Return which cells may be shown so that no small count and no small change follows.

    Parameters
    ----------
    counts, margins, min_count, roles
        As for `suppress`.
    before : sequence of Known
        What earlier releases showed of the same cells, each compared by itself.
    implied : iterable of (total, parts)
        Sums between DERIVED cells that follow from `margins`: readers can do them as well.

    Returns
    -------
    Suppression
        As of `suppress`; besides, wherever the figures known in both releases would give the
        change of the others in a sum, and it is small, that sum of others has an exchange: its
        size now, and so its change, is uncertain.

    Raises
    ------
    MethodError
        As `suppress`.

    Notes
    -----
    What is left of a sum depends on what is hidden, so this goes in rounds: find the small
    changes that follow, hide until none of them does, look again. A cell once hidden stays so,
    and each round hides one more, or what is left cannot be protected: sums of zeros, and sums
    of which readers have every figure already. Changes of a cell by itself are no matter of this
    (`telling_figures`): such a cell is SENSITIVE.
    """
    cells = checked(counts)
    role = np.zeros(cells.size, np.int8) if roles is None else np.asarray(roles, np.int8)
    equations = [(total, list(parts)) for total, parts in margins]
    found = suppress(cells, margins=equations, min_count=min_count, roles=role)
    if not before:
        return found
    looked_at = [*equations, *((total, list(parts)) for total, parts in implied)]
    sums, rests = Margins.of(looked_at), dict[Rest, None]()
    known = [_told_by(one, sums, role) for one in before]
    while True:
        seen = _told_by(Known(cells, found.is_shown & (role != CellRole.DERIVED)), sums, role)
        more = [
            rest
            for then in known
            for one, now in zip(then, seen, strict=True)
            for at, rest in telling_rests(
                cells, one, margins=sums, is_shown=now.is_known, min_count=min_count
            )
            if rest not in rests and _can_help(cells, role, looked_at[at], rest)
        ]
        if not more:
            return found
        rests.update(dict.fromkeys(more))
        found = _again(cells, (role, found.status), (equations, list(rests)), min_count)


def _told_by(known: Known, sums: Margins, role: StatusArray) -> tuple[Known, Known]:
    """Return what is named, and that with what follows of the cells that nobody publishes.

    The first is for the change of such a cell itself, the second for sums of several.
    """
    counts, is_known = known.counts.copy(), known.is_known.copy()
    is_derived, n = role == CellRole.DERIVED, sums.total.size
    while True:
        unknown = ~is_known
        left = np.bincount(sums.equation, unknown[sums.part], n) + unknown[sums.total]
        alone = (left[sums.equation] == 1) & unknown[sums.part] & is_derived[sums.part]
        if not alone.any():
            return known, Known(counts, is_known)
        at = sums.equation[alone]
        parts = np.bincount(sums.equation, np.where(is_known, counts, 0)[sums.part], n)
        counts[sums.part[alone]] = counts[sums.total[at]] - parts[at].astype(np.int64)
        is_known[sums.part[alone]] = True


def _can_help(
    cells: IntArray, role: StatusArray, equation: tuple[int, list[int]], rest: Rest
) -> bool:
    """Tell whether anything that is known can be hidden, and anything in the rest can differ."""
    own, inside = np.array([equation[0], *equation[1]]), np.array(rest)
    others = own[~np.isin(own, inside)]
    can_move = (role != CellRole.FIXED) & ((cells > 0) | (role == CellRole.DERIVED))
    return bool(can_move[inside].any() and can_move[others].any())


def _again(
    cells: IntArray,
    so_far: tuple[StatusArray, StatusArray],
    sums: tuple[list[tuple[int, list[int]]], list[Rest]],
    min_count: int,
) -> Suppression:
    """Protect the rests as well; what was hidden stays so."""
    (role, status), (equations, rests) = so_far, sums
    is_cover = (status == CellStatus.COMPLEMENTARY) & (role == CellRole.PUBLISHED)
    kept = np.where(is_cover, CellRole.SENSITIVE, role)
    found = suppress(
        np.append(cells, [cells[list(rest)].sum() for rest in rests]),
        margins=[*equations, *((cells.size + i, list(rest)) for i, rest in enumerate(rests))],
        min_count=min_count,
        roles=np.append(kept, np.full(len(rests), CellRole.REST)).astype(np.int8),
    )
    return Suppression(found.status[: cells.size])
