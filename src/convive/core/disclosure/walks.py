"""Exchanges among cells that are hidden already: found by walking, without a programme."""

from __future__ import annotations

import numba
import numpy as np

__all__ = ["free_exchange"]

_ATTEMPTS = 24
_STEPS = 64


@numba.njit(cache=True)
def _strain(rows, signs, step, imbalance):  # type: ignore[no-untyped-def]
    """Return how much further out of balance the equations of a cell get by a step."""
    change = 0
    for x in range(rows.size):
        before = imbalance[rows[x]]
        change += abs(before + step * signs[x]) - abs(before)
    return change


@numba.njit(cache=True)
def _next(row, need, system, state, seed):  # type: ignore[no-untyped-def]
    """Return the free cell of an equation that sets it right at least strain, and its step."""
    row_start, row_cell, row_sign, start, rows, signs = system
    free_rise, free_fall, move, imbalance = state
    best, chosen, way = 1 << 30, -1, 0
    for x in range(row_start[row], row_start[row + 1]):
        c = row_cell[x]
        step = need * row_sign[x]
        if move[c] != 0 or not (free_rise[c] if step > 0 else free_fall[c]):
            continue
        at = slice(start[c], start[c + 1])
        seed = (seed * 1103515245 + 12345) % 2147483648
        strain = 64 * _strain(rows[at], signs[at], step, imbalance) + (seed >> 16) % 64
        if strain < best:
            best, chosen, way = strain, c, step
    return chosen, way, seed


@numba.njit(cache=True)
def _apply(cell, step, system, state, open_rows):  # type: ignore[no-untyped-def]
    """Move a cell; keep the list of equations that are out of balance."""
    start, rows, signs = system[3:]
    move, imbalance = state[2:]
    move[cell] += step
    for x in range(start[cell], start[cell + 1]):
        imbalance[rows[x]] += step * signs[x]
        open_rows.append(rows[x])


@numba.njit(cache=True)
def free_exchange(cell, sign, system, free):  # type: ignore[no-untyped-def]
    """Return cells and steps of an exchange that hides nothing more; empty if none was met.

    Parameters
    ----------
    system : six arrays
        Equations by row (start, cell, sign) and by cell (start, row, sign).
    free : two arrays of bool, shape (n_cells,)
        Whether a cell may rise, and fall, at no cost.
    """
    move = np.zeros(free[0].size, dtype=np.int64)
    imbalance = np.zeros(system[0].size - 1, dtype=np.int64)
    state = (free[0], free[1], move, imbalance)
    seed = np.int64(cell + 1)
    moved = [cell]
    for _ in range(_ATTEMPTS):
        for c in moved:
            move[c] = 0
        imbalance[:] = 0
        moved, open_rows = [cell], [np.int64(0)]
        _apply(cell, sign, system, state, open_rows)
        for _ in range(_STEPS):
            while len(open_rows) > 0 and imbalance[open_rows[-1]] == 0:
                open_rows.pop()
            if len(open_rows) == 0:
                return np.array(moved), move[np.array(moved)]
            row = open_rows[-1]
            need = -1 if imbalance[row] > 0 else 1
            chosen, way, seed = _next(row, need, system, state, seed)
            if chosen < 0:
                break
            moved.append(chosen)
            _apply(chosen, way, system, state, open_rows)
    return np.array([cell])[:0], move[:0]
