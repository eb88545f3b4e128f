"""Figures of two releases that tell a small number when one is taken from the other."""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import ArrayLike

from convive.core.disclosure.margins import BoolArray, IntArray, checked
from convive.core.errors import MethodError

__all__ = ["Figures", "telling_figures"]


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts with what each counts, in several respects (kinds, places, period, part of the day).

    Attributes
    ----------
    counts : array of int, shape (n,)
    forms : array of int, shape (n, n_respects)
        In each respect the position of a set; see `telling_figures`.
    is_common : array of bool, shape (n,)
        The other release has the very figure too: comparing it is no matter of two releases.
    is_derived : array of bool, shape (n,)
        Not published itself, follows from others of its release.
    """

    counts: IntArray
    forms: IntArray
    is_common: BoolArray
    is_derived: BoolArray


def telling_figures(
    new: Figures, old: Figures, *, inside: tuple[ArrayLike, ...], min_count: int = 5
) -> BoolArray:
    """Tell which new figures differ by a small number from an old one that they contain.

    Parameters
    ----------
    new, old : Figures
        The old ones as they were shown.
    inside : tuple of array_like of bool, each of shape (n_sets, n_sets)
        For each respect: whether the first set lies in the second (every set in itself).
    min_count : int
        Differences above 0 and below it are small.

    Returns
    -------
    array of bool, shape (n_new,)

    Raises
    ------
    MethodError
        DISCLOSURE_BAD_COUNT for counts that are negative, missing or not whole;
        DISCLOSURE_BAD_MARGIN for forms that do not fit the sets.

    Notes
    -----
    Where one figure contains the other in every respect, whatever respects differ, their
    difference is the count of what lies between: incidents of a street and of a month at once,
    say. Figures of which neither contains the other have no count as their difference. In one
    respect all published pairs are compared; in several, and of derived figures, only pairs that no
    single release has, for within one release every part has its own cell. The difference of more than two figures needs
    `suppress`, with the old ones as `CellRole.FIXED`.

    Examples
    --------
    >>> within = ([[True, True], [False, True]], [[True, True], [False, True]])
    >>> own = Figures(np.array([43]), np.array([[1, 1]]), *np.zeros((2, 1), bool))
    >>> before = Figures(np.array([40]), np.array([[0, 0]]), *np.zeros((2, 1), bool))
    >>> telling_figures(own, before, inside=within).tolist()
    [True]
    """
    sets = [np.asarray(one, dtype=np.bool_) for one in inside]
    for given in (new, old):
        _refuse_bad(given, sets)
    order = np.argsort(old.counts, kind="stable")
    ranked = np.asarray(old.counts, dtype=np.int64)[order]
    counts = np.asarray(new.counts, dtype=np.int64)
    first = np.searchsorted(ranked, counts - min_count, side="right")
    last = np.searchsorted(ranked, counts + min_count, side="left")
    offsets = np.cumsum([0, *(one.size for one in sets)]).astype(np.int64)
    return np.asarray(
        _found(
            (counts, np.asarray(new.forms, dtype=np.int64), new.is_common, new.is_derived),
            (
                ranked,
                np.asarray(old.forms, dtype=np.int64)[order],
                old.is_common[order],
                old.is_derived[order],
            ),
            (first, last),
            np.concatenate([one.ravel() for one in sets]),
            (offsets, np.array([len(one) for one in sets], dtype=np.int64)),
        )
    )


def _refuse_bad(given: Figures, sets: list[BoolArray]) -> None:
    n = checked(given.counts).size
    highest = given.forms.max(axis=0) if n else np.zeros(len(sets))
    if given.forms.shape != (n, len(sets)) or any(
        most >= len(one) for most, one in zip(highest, sets, strict=True)
    ):
        raise MethodError("DISCLOSURE_BAD_MARGIN", n_cells=n)


@numba.njit(cache=True)
def _found(new, old, window, inside, where):  # type: ignore[no-untyped-def] # noqa: C901 - nested loops, for speed
    counts, forms, is_common, is_derived = new
    old_counts, old_forms, old_is_common, old_is_derived = old
    offsets, sizes = where
    found = np.zeros(counts.size, dtype=np.bool_)
    for i in range(counts.size):
        for j in range(window[0][i], window[1][i]):
            if counts[i] == old_counts[j]:
                continue
            is_within, is_around, n_differ = True, True, 0
            for axis in range(sizes.size):
                a, b = forms[i, axis], old_forms[j, axis]
                if a == b:
                    continue
                n_differ += 1
                is_within &= inside[offsets[axis] + a * sizes[axis] + b]
                is_around &= inside[offsets[axis] + b * sizes[axis] + a]
                if not (is_within or is_around):
                    break
            if not (is_within or is_around):
                continue
            is_far = n_differ > 1 or is_derived[i] or old_is_derived[j]
            if is_far and (is_common[i] or old_is_common[j]):
                continue
            found[i] = True
            break
    return found
