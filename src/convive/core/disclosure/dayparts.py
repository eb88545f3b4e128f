"""A fourth axis of a cube: parts of the day, folded into that of the categories.

Category and part of the day together are the entries of one axis, on which categories and
parts are groups that cross. So one search serves cubes of three axes and of four.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from convive.core.disclosure.margins import IntArray

__all__ = ["crossings", "folded_levels", "folded_positions"]


def folded_levels(levels: Sequence[ArrayLike], n_kinds: int, n_parts: int) -> list[IntArray]:
    """Return the groups of the entries (category, part): categories, parts, and those given."""
    kind, part = np.divmod(np.arange(n_kinds * n_parts, dtype=np.int64), n_parts)
    folded = [kind, part]
    for level in levels:
        group = np.asarray(level, dtype=np.int64)[kind]
        folded += [group * n_parts + part, group]
    return folded


def folded_positions(levels: Sequence[ArrayLike], n_kinds: int, n_parts: int) -> IntArray:
    """Return where each cell of categories × parts, with margins, is on the folded axis.

    Shape (n_kinds + groups + 1, n_parts + 1): the totals last on both axes.
    """
    at = n_kinds * n_parts
    rows = [_block(0, at, n_kinds, n_parts)]
    of_parts = at + n_kinds + np.arange(n_parts, dtype=np.int64)
    at += n_kinds + n_parts
    for level in levels:
        n_groups = int(np.max(np.asarray(level), initial=-1)) + 1
        rows.append(_block(at, at + n_groups * n_parts, n_groups, n_parts))
        at += n_groups * (n_parts + 1)
    return np.vstack([*rows, [*of_parts, at]])


def _block(entries: int, totals: int, n_rows: int, n_parts: int) -> IntArray:
    own = entries + np.arange(n_rows * n_parts, dtype=np.int64).reshape(n_rows, n_parts)
    return np.hstack([own, totals + np.arange(n_rows, dtype=np.int64)[:, None]])


def crossings(chain: IntArray, entry: int, others: IntArray, n_parts: int) -> IntArray:
    """Return exchanges of an entry with others that leave categories and parts as they are.

    One burglary by day instead of by night, and one theft by night instead of by day. Rows of
    signed positions plus 1, as the options of an axis; 0 where nothing moves.
    """
    kind, part = divmod(entry, n_parts)
    far = others[(others // n_parts != kind) & (others % n_parts != part)]
    near = np.stack([kind * n_parts + far % n_parts, far // n_parts * n_parts + part], axis=1)
    rows = np.zeros((far.size, 2 * chain.shape[1]), dtype=np.int64)
    for i, (other, (here, there)) in enumerate(zip(far, near, strict=True)):
        moved: dict[int, int] = {}
        for one, sign in ((entry, 1), (other, 1), (here, -1), (there, -1)):
            for position in chain[one].tolist():
                moved[position] = moved.get(position, 0) + sign
        kept = [sign * (position + 1) for position, sign in moved.items() if sign]
        rows[i, : len(kept)] = kept
    return rows
