"""The loops that deal cases out to cells: areas, and time within them."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from convive.core.scan.random_stream import next_uniform

Floats = NDArray[np.float64]
Integers = NDArray[np.int32]
Dealt = NDArray[np.uint16] | NDArray[np.int32]
Table = tuple[Floats, Integers]


@njit(cache=True, nogil=True)
def alias_table(weights: Floats) -> Table:  # pragma: no cover - compiled
    """Return what draws a cell with chance in proportion to its weight, in one step.

    Cell i keeps the numbers from i to `upto[i]`; those from there to i + 1 land in another cell
    (Walker 1977, in Vose's order of work). `landing`: (n_cells, 2), itself and the other.
    """
    n = weights.size
    kept = weights * (n / weights.sum())
    landing = np.empty((n, 2), np.int32)
    waiting = np.empty(n, np.int32)  # cells with less than one from the front, others from the back
    n_less, n_more = 0, 0
    for i in range(n):
        landing[i] = i
        if kept[i] < 1.0:
            waiting[n_less] = i
            n_less += 1
        else:
            n_more += 1
            waiting[n - n_more] = i
    while n_less > 0 and n_more > 0:
        n_less -= 1
        less, more = waiting[n_less], waiting[n - n_more]
        landing[less, 1] = more
        kept[more] -= 1.0 - kept[less]
        if kept[more] < 1.0:
            n_more -= 1
            waiting[n_less] = more
            n_less += 1
    # What is left on either side is 1 but for rounding, and lands in itself.
    return np.arange(n) + kept, landing


@njit(cache=True, nogil=True)
def deal_by_table(  # pragma: no cover - compiled
    table: Table, n_cases: int, seed: np.uint64, dealt: Dealt
) -> None:
    """Add cases to the cells that `table` draws."""
    upto, landing = table
    state = np.full(1, seed, np.uint64)
    for _ in range(n_cases):
        place = next_uniform(state) * upto.size
        cell = int(place)
        # Looked up rather than decided: no processor guesses this well.
        dealt[landing[cell, int(place >= upto[cell])]] += 1


@njit(cache=True, nogil=True)
def deal_owners(  # pragma: no cover - compiled
    owners: Integers, columns: Integers, n_columns: int, seed: np.uint64, dealt: Dealt
) -> None:
    """Give each place in time within reach a case that none has been given before.

    `owners`: the area of each case. Shuffling stops when the places are filled.
    """
    state = np.full(1, seed, np.uint64)
    left = owners.copy()
    for i in range(columns.size):
        j = i + int(next_uniform(state) * (left.size - i))
        dealt[left[j] * n_columns + columns[i]] += 1
        left[j] = left[i]


@njit(cache=True, nogil=True)
def lay_side_by_side(dealt: Dealt, counts: Dealt) -> None:  # pragma: no cover - compiled
    """Sum replications (n_lanes, n_areas × n_columns) up over time, with the lanes innermost.

    `counts`: (n_areas, n_columns + 1, n_lanes), whose first column is zeros.
    """
    n_columns = counts.shape[1] - 1
    for area in range(counts.shape[0]):
        for t in range(n_columns):
            for r in range(counts.shape[2]):
                counts[area, t + 1, r] = counts[area, t, r] + dealt[r, area * n_columns + t]


__all__ = ["alias_table", "deal_by_table", "deal_owners", "lay_side_by_side"]
