"""The best cut of a series into stretches, found exactly without trying every cut."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

POISSON, NEGATIVE_BINOMIAL, NORMAL = range(3)


@njit(cache=True)
def stretch_cost(  # pragma: no cover - compiled
    kind: int, size: float, n: float, total: float, squares: float
) -> float:
    """Return minus twice the largest log likelihood of a stretch, constants left out."""
    mean = total / n
    if kind == NORMAL:
        return squares - total * mean
    if total <= 0.0:
        return 0.0
    if kind == POISSON:
        return 2.0 * (total - total * np.log(mean))
    return -2.0 * (total * np.log(mean / (mean + size)) - n * size * np.log1p(mean / size))


@njit(cache=True)
def best_cut(  # pragma: no cover - compiled
    y: Floats, kind: int, size: float, shortest: int, penalty: tuple[float, float]
) -> Integers:
    """Return the starts of the stretches, the first left out (PELT).

    `penalty` holds what each change costs, and how many times the log of a stretch's share of
    the series is added (modified BIC). Costs are taken as they are: divide by the dispersion
    before, by means of the penalty.
    """
    n = y.size
    total, squares = _sums(y)
    best = np.full(n + 1, np.inf)
    best[0] = -penalty[0]
    last = np.zeros(n + 1, dtype=np.int64)
    open_at = np.empty(n + 1, dtype=np.int64)
    reached = np.empty(n + 1)
    n_open = 0
    # A start that is behind by more than a change can never be best again. With the modified BIC
    # the log term may still fall by its range: keep those.
    slack = -penalty[1] * np.log(shortest / n)
    for end in range(shortest, n + 1):
        open_at[n_open] = end - shortest
        n_open += 1
        for i in range(n_open):
            start = open_at[i]
            sums = (total[end] - total[start], squares[end] - squares[start])
            reached[i] = best[start] + stretch_cost(kind, size, end - start, sums[0], sums[1])
            found = reached[i] + penalty[0] + penalty[1] * np.log((end - start) / n)
            if found < best[end]:
                best[end], last[end] = found, start
        n_open = _prune(open_at, reached, n_open, best[end] + slack)
    return _trace(last)


@njit(cache=True)
def _sums(y: Floats) -> tuple[Floats, Floats]:  # pragma: no cover - compiled
    """Return running sums of values and of their squares, beginning with 0."""
    total, squares = np.zeros(y.size + 1), np.zeros(y.size + 1)
    for t in range(y.size):
        total[t + 1] = total[t] + y[t]
        squares[t + 1] = squares[t] + y[t] ** 2
    return total, squares


@njit(cache=True)
def _prune(  # pragma: no cover - compiled
    open_at: Integers, reached: Floats, n_open: int, bound: float
) -> int:
    """Keep the starts that can still be best, in order, and return how many they are."""
    kept = 0
    for i in range(n_open):
        if reached[i] <= bound:
            open_at[kept] = open_at[i]
            kept += 1
    return kept


@njit(cache=True)
def _trace(last: Integers) -> Integers:  # pragma: no cover - compiled
    """Return the starts that lead to the end, in order."""
    n_changes, at = 0, last[-1]
    while at > 0:
        n_changes += 1
        at = last[at]
    starts = np.empty(n_changes, dtype=np.int64)
    at = last[-1]
    for i in range(n_changes):
        starts[n_changes - 1 - i] = at
        at = last[at]
    return starts
