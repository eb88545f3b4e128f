"""Permutations of values over areas, counted by compiled loops in several threads.

Each number drawn depends on a key, the area and the number of the draw alone, never on what was
drawn before or by which thread: the same key gives the same counts on every machine.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from convive.core.spatial.neighbours import Neighbours
from convive.core.threads import in_threads

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

__all__ = ["conditional_tails", "key_of", "shuffled_joins", "shuffled_sums"]

STAGES = (999, 9_999, 99_999)
"""Draws after which an area may be done with."""
ENOUGH = 20
"""Draws in the smaller tail from which on an area needs no more."""
_BLOCK = 256
_TOGETHER = 256
"""Draws made at once: few enough that they stay in the fastest memory."""
_TIE = 1e-10
_STEP = np.uint64(0x9E3779B97F4A7C15)
_LOW = np.uint64(0xFFFFFFFF)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_30, _27, _31, _32 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(32)


def key_of(rng: np.random.Generator) -> np.uint64:
    """Return the key of all draws of one call."""
    return np.uint64(rng.integers(0, 2**64, dtype=np.uint64))


@njit(cache=True, nogil=True)
def _mixed(x):  # type: ignore[no-untyped-def]
    """Return 64 well-mixed bits of a counter (the finaliser of SplitMix64).

    Everything here must be uint64: a signed number would turn the sum into a float.
    """
    x = (x ^ (x >> _30)) * _FIRST
    x = (x ^ (x >> _27)) * _SECOND
    return x ^ (x >> _31)


@njit(cache=True, nogil=True)
def _drawn_apart(state, n, own, picked):  # type: ignore[no-untyped-def]
    """Fill `picked` with different areas other than `own`; few of many, so repeats are rare."""
    size = np.uint64(n - 1)
    t = 0
    while t < picked.size:
        state += _STEP
        bits = _mixed(state)
        for half in range(2):
            part = (bits & _LOW) if half == 0 else (bits >> _32)
            j = np.int64((part * size) >> _32)
            j += j >= own
            is_new = True
            for s in range(t):
                is_new &= picked[s] != j
            if is_new:
                picked[t] = j
                t += 1
                if t == picked.size:
                    break


@njit(cache=True, nogil=True)
def _drawn_dense(state, n, own, picked, pool):  # type: ignore[no-untyped-def]
    """Fill `picked` by a partial Fisher-Yates shuffle: many of few."""
    for j in range(n - 1):
        pool[j] = j + 1 if j >= own else j
    for t in range(picked.size):
        state += _STEP
        left = np.uint64(n - 1 - t)
        chosen = t + np.int64(((_mixed(state) >> _32) * left) >> _32)
        pool[t], pool[chosen] = pool[chosen], pool[t]
        picked[t] = pool[t]


@njit(cache=True, nogil=True)
def _drawn_together(state, size, own, picked):  # type: ignore[no-untyped-def]
    """Fill `picked` (an even number of picks, draws) with areas other than `own`, repeats and all.

    Every number is its own counter's, two to a word, so that a processor makes several at once.
    """
    n_words = np.uint64(picked.shape[0] // 2)
    for p in range(picked.shape[0] // 2):
        first, second = picked[2 * p], picked[2 * p + 1]
        at = state + _STEP * np.uint64(p)
        for draw in range(first.size):
            bits = _mixed(at + _STEP * n_words * np.uint64(draw))
            low, high = ((bits & _LOW) * size) >> _32, ((bits >> _32) * size) >> _32
            first[draw] = low + np.uint64(low >= own)
            second[draw] = high + np.uint64(high >= own)


@njit(cache=True, nogil=True)
def _mark_repeats(picked, n_picks, has_repeat):  # type: ignore[no-untyped-def]
    """Mark the draws that picked an area twice."""
    has_repeat[:] = 0
    for t in range(1, n_picks):
        for s in range(t):
            one, other = picked[t], picked[s]
            for draw in range(has_repeat.size):
                has_repeat[draw] |= np.uint32(one[draw] == other[draw])


@njit(cache=True, nogil=True)
def _term(values, area, other):  # type: ignore[no-untyped-def]
    """Return what another area's value counts for an area (its number, whether squared)."""
    i, is_squared = area
    return (values[other] - values[i]) ** 2 if is_squared else values[other]


@njit(cache=True, nogil=True)
def _add_up(values, area, weights, picked, totals):  # type: ignore[no-untyped-def]
    """Fill `totals` with the weighted sum of the values that each draw picked."""
    totals[:] = 0.0
    for t in range(weights.size):
        row, weight = picked[t], weights[t]
        for draw in range(totals.size):
            totals[draw] += weight * _term(values, area, row[draw])


@njit(cache=True, nogil=True)
def _sums_together(values, area, weights, span, own, totals):  # type: ignore[no-untyped-def]
    """Fill `totals` with the sums of a span of draws; a draw with repeats is made anew.

    What is drawn without repeats is as likely as any other such draw, and so is what replaces
    one with repeats: together they are draws without replacement.
    """
    n_draws, n_even = span[1] - span[0], weights.size + weights.size % 2
    picked = np.empty((n_even, n_draws), dtype=np.uint32)
    has_repeat = np.empty(n_draws, dtype=np.uint32)
    state = own + _STEP * (np.uint64(n_even // 2) * np.uint64(span[0]))
    _drawn_together(state, np.uint64(values.size - 1), np.uint64(area[0]), picked)
    _mark_repeats(picked, weights.size, has_repeat)
    _add_up(values, area, weights, picked, totals)
    anew = np.empty(weights.size, dtype=np.int64)
    for draw in range(n_draws):
        if has_repeat[draw]:
            _drawn_apart(_mixed(~own + np.uint64(span[0] + draw)), values.size, area[0], anew)
            totals[draw] = 0.0
            for t in range(weights.size):
                totals[draw] += weights[t] * _term(values, area, anew[t])


@njit(cache=True, nogil=True)
def _sums_apart(values, area, weights, span, own, totals):  # type: ignore[no-untyped-def]
    """Fill `totals` with the sums of a span of draws, made one by one: many of few."""
    n = values.size
    picked = np.empty(weights.size, dtype=np.int64)
    pool = np.empty(n, dtype=np.int64)
    for draw in range(span[0], span[1]):
        state = _mixed(own + np.uint64(draw))
        if 4 * weights.size < n:
            _drawn_apart(state, n, area[0], picked)
        else:
            _drawn_dense(state, n, area[0], picked, pool)
        total = 0.0
        for t in range(weights.size):
            total += weights[t] * _term(values, area, picked[t])
        totals[draw - span[0]] = total


@njit(cache=True, nogil=True)
def _count_tails(areas, values, links, draws, key, tally):  # type: ignore[no-untyped-def]
    """Add to `tally` (n_areas, 2) how many draws reach the observed sums from above, below."""
    start, weight, observed, is_squared = links
    top = np.max(np.abs(values))
    room = np.empty(_TOGETHER)
    for i in areas:
        w = weight[start[i] : start[i + 1]]
        own = _mixed(np.uint64(key) + _STEP * np.uint64(i + 1))
        slack = _TIE * (np.abs(observed[i]) + np.sum(w) * (4.0 * top * top if is_squared else top))
        low, high = observed[i] - slack, observed[i] + slack
        for first in range(draws[0], draws[1], _TOGETHER):
            span = (first, min(first + _TOGETHER, draws[1]))
            totals = room[: span[1] - first]
            if w.size * w.size < values.size:
                _sums_together(values, (i, is_squared), w, span, own, totals)
            else:
                _sums_apart(values, (i, is_squared), w, span, own, totals)
            tally[i, 0] += np.sum(totals >= low)
            tally[i, 1] += np.sum(totals <= high)


def conditional_tails(
    values: FloatArray,
    neighbours: Neighbours,
    key: np.uint64,
    *,
    permutations: int | None = None,
    is_squared: bool = False,
) -> tuple[IntArray, IntArray]:
    """Return, for each area, tail counts (n_areas, 2) and draws made (n_areas,).

    An area keeps its value, all others are dealt out anew. The statistic is the weighted sum of
    the neighbours' values, or of their squared differences from the area's own (`is_squared`).

    Parameters
    ----------
    permutations : int or None
        A fixed number for every area; None starts with 999 and goes on to 9,999 and 99,999 for
        areas with fewer than 20 draws in the smaller tail.

    Notes
    -----
    Going on depends on the smaller tail alone, and an area stops only where its p is above
    20 / (draws + 1): the event p ≤ a then implies the same event with a fixed number of draws,
    which is why (tail + 1) / (draws + 1) stays a valid p-value.
    """
    observed = _observed(values, neighbours, is_squared=is_squared)
    tally = np.zeros((neighbours.n_areas, 2), dtype=np.int64)
    made = np.zeros(neighbours.n_areas, dtype=np.int64)
    links = (neighbours.start, neighbours.weight, observed, is_squared)
    open_areas = np.flatnonzero(~neighbours.is_island)
    done = 0
    for goal in STAGES if permutations is None else (permutations,):
        span = (done, goal)

        def count(areas: IntArray, span: tuple[int, int] = span) -> None:
            _count_tails(areas, values, links, span, key, tally)

        size = max(1, min(_BLOCK, _BLOCK * 999 // (goal - done)))
        blocks = [open_areas[a : a + size] for a in range(0, len(open_areas), size)]
        in_threads(count, blocks)
        made[open_areas] = done = goal
        open_areas = open_areas[tally[open_areas].min(axis=1) < ENOUGH]
    return tally, made


def _observed(values: FloatArray, neighbours: Neighbours, *, is_squared: bool) -> FloatArray:
    """Return the weighted sums that the draws are compared with."""
    there = values[neighbours.index]
    terms = (there - values[neighbours.owner]) ** 2 if is_squared else there
    return neighbours.summed(neighbours.weight * terms)


@njit(cache=True, nogil=True)
def _shuffled(state, order):  # type: ignore[no-untyped-def]
    """Shuffle `order` in place (Fisher-Yates)."""
    for t in range(order.size - 1, 0, -1):
        state += _STEP
        j = np.int64(((_mixed(state) >> _32) * np.uint64(t + 1)) >> _32)
        order[t], order[j] = order[j], order[t]


@njit(cache=True, nogil=True)
def _sum_shuffled(draws, values, links, key, sums):  # type: ignore[no-untyped-def]
    """Fill rows of `sums`: weighted products and squared differences of shuffled neighbours."""
    start, index, weight = links
    for draw in draws:
        order = np.arange(values.size)
        _shuffled(_mixed(np.uint64(key) + _STEP * np.uint64(draw + 1)), order)
        x = values[order]
        product = square = 0.0
        for i in range(x.size):
            for link in range(start[i], start[i + 1]):
                there = x[index[link]]
                product += weight[link] * x[i] * there
                square += weight[link] * (x[i] - there) ** 2
        sums[draw, 0], sums[draw, 1] = product, square


def shuffled_sums(
    values: FloatArray, neighbours: Neighbours, key: np.uint64, *, permutations: int
) -> FloatArray:
    """Return (permutations, 2): Σ w x x' and Σ w (x - x')² with the values dealt out anew."""
    sums = np.empty((permutations, 2))
    links = (neighbours.start, neighbours.index, neighbours.weight)
    blocks = np.array_split(np.arange(permutations), max(1, permutations // 64))
    in_threads(lambda draws: _sum_shuffled(draws, values, links, key, sums), blocks)
    return sums


@njit(cache=True, nogil=True)
def _join_shuffled(draws, kinds, links, key, joins):  # type: ignore[no-untyped-def]
    """Add to `joins` (draws, kinds, kinds) the weights between shuffled kinds."""
    start, index, weight = links
    for draw in draws:
        order = np.arange(kinds.size)
        _shuffled(_mixed(np.uint64(key) + _STEP * np.uint64(draw + 1)), order)
        x = kinds[order]
        for i in range(x.size):
            for link in range(start[i], start[i + 1]):
                joins[draw, x[i], x[index[link]]] += weight[link]


def shuffled_joins(
    kinds: IntArray,
    neighbours: Neighbours,
    key: np.uint64,
    *,
    n_kinds: int,
    permutations: int,
) -> FloatArray:
    """Return (permutations, n_kinds, n_kinds): sums of weights from kind to kind."""
    joins = np.zeros((permutations, n_kinds, n_kinds))
    links = (neighbours.start, neighbours.index, neighbours.weight)
    blocks = np.array_split(np.arange(permutations), max(1, permutations // 64))
    in_threads(lambda draws: _join_shuffled(draws, kinds, links, key, joins), blocks)
    return joins
