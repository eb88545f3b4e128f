"""The loops of the search for a mixture: which donors enter, which leave, with what weights."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PRECISION = 1e-13
"""Of the optimality gap, as a part of the squared length of the longest donor."""
_ROUNDS = 20


@njit(cache=True, nogil=True)
def _enlarge(  # pragma: no cover - compiled
    root: Floats, row: Floats, n: int, diagonal: float
) -> None:
    """Append a row to the Cholesky root of the donors that are in the mixture."""
    left = diagonal
    for i in range(n):
        value = row[i]
        for k in range(i):
            value -= root[i, k] * root[n, k]
        root[n, i] = value / root[i, i]
        left -= root[n, i] ** 2
    root[n, n] = np.sqrt(max(left, 1e-14 * diagonal))


@njit(cache=True, nogil=True)
def _reduce(root: Floats, at: int, n: int) -> None:  # pragma: no cover - compiled
    """Take a row out of a Cholesky root of `n` rows, by plane rotations."""
    for i in range(at, n - 1):
        for k in range(i + 2):
            root[i, k] = root[i + 1, k]
    for k in range(at, n - 1):
        a, b = root[k, k], root[k, k + 1]
        length = np.sqrt(a * a + b * b)
        cosine, sine = a / length, b / length
        for i in range(k, n - 1):
            one, other = root[i, k], root[i, k + 1]
            root[i, k] = cosine * one + sine * other
            root[i, k + 1] = cosine * other - sine * one


@njit(cache=True, nogil=True)
def _balance(root: Floats, n: int, out: Floats) -> None:  # pragma: no cover - compiled
    """Fill `out` with the weights, adding to one, of the point nearest to the target."""
    for i in range(n):
        value = 1.0
        for k in range(i):
            value -= root[i, k] * out[k]
        out[i] = value / root[i, i]
    total = 0.0
    for i in range(n - 1, -1, -1):
        value = out[i]
        for k in range(i + 1, n):
            value -= root[k, i] * out[k]
        out[i] = value / root[i, i]
        total += out[i]
    for i in range(n):
        out[i] /= total


@njit(cache=True, nogil=True)
def _step(best: Floats, weight: Floats, n: int) -> tuple[float, int]:  # pragma: no cover - compiled
    """Return how far one may go towards the best weights, and who is the first to fall to 0."""
    step, first = 1.0, -1
    for i in range(n):
        if best[i] <= 0.0:
            reach = weight[i] / max(weight[i] - best[i], 1e-300)
            if first < 0 or reach < step:
                step, first = min(step, reach), i
    return step, first


@njit(cache=True, nogil=True)
def _settle(  # pragma: no cover - compiled
    root: Floats, chosen: Ints, weight: Floats, n: int
) -> int:
    """Move to the best weights, leaving out donors whose weight would fall below 0."""
    best = np.empty(n)
    while True:
        _balance(root, n, best)
        step, first = _step(best, weight, n)
        for i in range(n):
            weight[i] += step * (best[i] - weight[i])
        if first < 0:
            return n
        _reduce(root, first, n)
        for i in range(first, n - 1):
            chosen[i], weight[i] = chosen[i + 1], weight[i + 1]
        n -= 1


@njit(cache=True, nogil=True)
def _next(  # pragma: no cover - compiled
    gram: Floats, cross: Floats, mixture: tuple[Ints, Floats, int], lean: Floats
) -> tuple[int, float]:
    """Return the donor that would help most, and by how much less than nothing it leans."""
    chosen, weight, n = mixture
    lean[:] = -cross
    for i in range(n):
        row = gram[chosen[i]]
        for j in range(lean.size):
            lean[j] += weight[i] * row[j]
    own = 0.0
    for i in range(n):
        own += weight[i] * lean[chosen[i]]
    best = -1
    for j in range(lean.size):
        if cross[j] > -np.inf and (best < 0 or lean[j] < lean[best]):
            best = j
    return best, own - lean[best]


@njit(cache=True, nogil=True)
def _nearest(  # pragma: no cover - compiled
    gram: Floats, cross: Floats
) -> tuple[int, float]:
    """Return the donor nearest to the target, and the squared length of the longest donor."""
    first, longest = -1, 0.0
    for j in range(cross.size):
        if cross[j] > -np.inf:
            longest = max(longest, gram[j, j])
            if first < 0 or gram[j, j] - 2 * cross[j] < gram[first, first] - 2 * cross[first]:
                first = j
    return first, longest


@njit(cache=True, nogil=True)
def _mix_one(  # pragma: no cover - compiled
    gram: Floats, cross: Floats, own: float, size: int, out: Floats
) -> float:
    """Fill `out` with the weights of one target; return the optimality gap that is left."""
    root, row = np.zeros((size + 1, size + 1)), np.empty(size + 1)
    chosen, weight = np.empty(size + 1, np.int64), np.zeros(size + 1)
    lean = np.empty(cross.size)
    first, longest = _nearest(gram, cross)
    shift = max(longest, own, 1e-300)
    chosen[0], weight[0], n, gap = first, 1.0, 1, 0.0
    root[0, 0] = np.sqrt(max(gram[first, first] - 2 * cross[first] + own, 0.0) + shift)
    for _ in range(_ROUNDS * cross.size):
        best, gap = _next(gram, cross, (chosen, weight, n), lean)
        is_in = False
        for i in range(n):
            is_in |= chosen[i] == best
        if gap <= PRECISION * shift or is_in or n >= size:
            break
        for i in range(n):
            row[i] = gram[best, chosen[i]] - cross[best] - cross[chosen[i]] + own + shift
        _enlarge(root, row, n, gram[best, best] - 2 * cross[best] + own + shift)
        chosen[n], weight[n] = best, 0.0
        n = _settle(root, chosen, weight, n + 1)
    out[:] = 0.0
    for i in range(n):
        out[chosen[i]] = weight[i]
    return gap


@njit(cache=True, nogil=True)
def mix_all(  # pragma: no cover - compiled
    gram: Floats, cross: Floats, own: Floats, size: int, out: Floats
) -> float:
    """Fill `out` (n_targets, n_donors) with weights; return the largest optimality gap.

    `gram`: products of donors with each other, `cross`: of targets with donors, -inf where a
    donor may not be used; `own`: of targets with themselves; `size`: most donors in a mixture.
    """
    worst = 0.0
    for b in range(cross.shape[0]):
        worst = max(worst, _mix_one(gram, cross[b], own[b], size, out[b]))
    return worst


__all__ = ["PRECISION", "mix_all"]
