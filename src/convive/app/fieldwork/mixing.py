"""Answers that wait until enough others are there to hide among.

An answer is kept apart from the invitation that it came with, and moved on only together with
others of the same cell (stratum and area), chosen at random: whoever knows in which order
invitations were used then knows at best that an answer is one of several.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import numpy as np

Cell = tuple[str, str]
"""Stratum and area, as the frame has them."""
Key = TypeVar("Key")

SMALLEST_GROUP = 5
"""People who must have answered with the same stratum and area before an answer carries them."""
NOWHERE: Cell = ("", "")


def to_release(
    held: Mapping[Cell, Sequence[Key]], rng: np.random.Generator, *, smallest: int = SMALLEST_GROUP
) -> list[Key]:
    """Return which held answers move on now, in random order.

    Parameters
    ----------
    held : mapping of cell to sequence
        Answers that wait, by cell.
    rng : Generator
        Seeded by the system outside tests, so that nobody can foresee or repeat it.
    smallest : int
        A cell with twice as many moves all but `smallest` of them on, so that as many always
        stay behind and nobody can tell who does.
    """
    chosen = [
        key
        for keys in held.values()
        if len(keys) >= 2 * smallest
        for key in _shuffled(keys, rng)[smallest:]
    ]
    return _shuffled(chosen, rng)


def cells_to_carry(
    held: Sequence[Cell], released: Mapping[Cell, int], *, smallest: int = SMALLEST_GROUP
) -> list[Cell] | None:
    """Return which cell each of the last answers may carry when a wave is closed.

    Parameters
    ----------
    held : sequence of cell
        Of every answer that still waits.
    released : mapping of cell to int
        Answers that moved on before, with their cell.

    Returns
    -------
    list of cell or None
        As long as `held`: the cell itself, the stratum alone, or neither. Every group of
        answers that look alike in it has `smallest` members or more. None where fewer than
        that answered in all: then no answer may move on.

    Examples
    --------
    >>> cells_to_carry([("a", "1")] * 5 + [("a", "2")], {})[-1]
    ('', '')
    >>> cells_to_carry([("a", "1")] * 4, {}) is None
    True
    """
    if len(held) + sum(released.values()) < smallest:
        return None
    carried = _coarser(list(held), released, lambda cell: (cell[0], ""), smallest)
    carried = _coarser(carried, released, lambda _cell: NOWHERE, smallest)
    while 0 < (alone := carried.count(NOWHERE)) < smallest:
        groups = Counter(cell for cell in carried if cell != NOWHERE)
        if not groups:
            return None
        # A handful without a cell would be known by what they lack: others keep them company.
        near = sorted(groups, key=lambda cell: (groups[cell] + alone < smallest, groups[cell]))
        carried = [NOWHERE if cell == near[0] else cell for cell in carried]
    return carried


def _coarser(
    cells: list[Cell], released: Mapping[Cell, int], coarse: Callable[[Cell], Cell], smallest: int
) -> list[Cell]:
    """Return cells with those of small groups made coarser."""
    sizes = Counter(cells)
    return [
        cell if cell == NOWHERE or sizes[cell] + released.get(cell, 0) >= smallest else coarse(cell)
        for cell in cells
    ]


def _shuffled(keys: Sequence[Key], rng: np.random.Generator) -> list[Key]:
    return [keys[int(k)] for k in rng.permutation(len(keys))]
