"""Exchanges found by walking from equation to equation, without a programme."""

from __future__ import annotations

import numba
import numpy as np

__all__ = ["walked_exchange"]

_ATTEMPTS = 160
_FREE_ATTEMPTS = 24
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
def _next(row, need, system, state, course):  # type: ignore[no-untyped-def]
    """Return the cell that sets an equation right at least strain and price, and its step."""
    row_start, row_cell, row_sign, start, rows, signs = system
    rise, fall, move, imbalance = state
    weight, limit, seed = course
    best, chosen, way = np.inf, -1, 0
    for x in range(row_start[row], row_start[row + 1]):
        c = row_cell[x]
        step = need * row_sign[x]
        price = rise[c] if step > 0 else fall[c]
        if move[c] != 0 or price > limit:
            continue
        at = slice(start[c], start[c + 1])
        seed = (seed * 1103515245 + 12345) % 2147483648
        strain = _strain(rows[at], signs[at], step, imbalance)
        weighed = price + weight * strain + 1e-9 * seed
        if weighed < best:
            best, chosen, way = weighed, c, step
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
def walked_exchange(cell, sign, system, prices):  # type: ignore[no-untyped-def] # noqa: C901, PLR0915 - one loop, compiled
    """Return cells, steps and price of the cheapest exchange met; no cells if none was.

    Parameters
    ----------
    system : six arrays
        Equations by row (start, cell, sign) and by cell (start, row, sign).
    prices : two arrays of float, shape (n_cells,)
        Cost that a cell rises, and falls; inf where it cannot. First only cells without a cost
        are tried.
    """
    move = np.zeros(prices[0].size, dtype=np.int64)
    imbalance = np.zeros(system[0].size - 1, dtype=np.int64)
    state = (prices[0], prices[1], move, imbalance)
    own = prices[0][cell] if sign > 0 else prices[1][cell]
    seed = np.int64(cell + 1)
    moved, best = [cell], np.inf
    found, steps = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    for attempt in range(_ATTEMPTS):
        for c in moved:
            move[c] = 0
        imbalance[:] = 0
        moved, open_rows, price = [cell], [np.int64(0)], own
        _apply(cell, sign, system, state, open_rows)
        for _ in range(_STEPS):
            while len(open_rows) > 0 and imbalance[open_rows[-1]] == 0:
                open_rows.pop()
            if len(open_rows) == 0:
                found, best = np.array(moved), price
                steps = move[found]
                break
            row = open_rows[-1]
            need = -1 if imbalance[row] > 0 else 1
            limit = 0.0 if attempt < _FREE_ATTEMPTS else min(best - price, 1e9)
            weight = 0.25 * 2.0 ** (attempt % 6)
            chosen, way, seed = _next(row, need, system, state, (weight, limit, seed))
            if chosen < 0:
                break
            moved.append(chosen)
            price += prices[0][chosen] if way > 0 else prices[1][chosen]
            if price >= best:
                break
            _apply(chosen, way, system, state, open_rows)
        if best == 0.0:
            break
    return found, steps, best
