"""Exchanges in a cube: the fillings that leave every shown sum as it is.

Take one incident out of area a, month t, category k and put it in others so that all sums over
areas, months and categories stay: the product of three differences "here instead of there".
Where such an exchange touches hidden cells only, each of them has at least two possible
values. A difference may also be "one more, nowhere less", if the totals are hidden as well.
"""

from __future__ import annotations

import numba
import numpy as np

__all__ = ["cover_small"]


@numba.njit(cache=True)
def _plane(prices, a, sign, month, kind, limit):  # type: ignore[no-untyped-def]
    """Return what the cells of area a where two options cross cost; inf from the limit on."""
    t_ends, t_signs, y = month
    k_ends, k_signs, z = kind
    price = 0.0
    for e in range(t_ends.shape[1]):
        t = t_ends[y, e]
        if t < 0:
            break
        here = sign * t_signs[y, e]
        for f in range(k_ends.shape[1]):
            k = k_ends[z, f]
            if k < 0:
                break
            price += prices[0 if here * k_signs[z, f] > 0 else 1, a, t, k]
        if price >= limit:
            return np.inf
    return price


@numba.njit(cache=True)
def _listed(prices, sign, axis, own, across):  # type: ignore[no-untyped-def]
    """Return the possible options of one axis and what each costs alone, cheapest first."""
    start, ends, signs = axis
    n_options = start[own[across] + 1] - start[own[across]]
    chosen, alone = np.empty(n_options, dtype=np.int64), np.empty(n_options)
    n = 0
    for o in range(start[own[across]], start[own[across] + 1]):
        price = 0.0
        for e in range(1, ends.shape[1]):
            at = ends[o, e]
            if at < 0 or price == np.inf:
                break
            up = 0 if sign * signs[o, e] > 0 else 1
            if across == 0:
                price += prices[up, at, own[1], own[2]]
            elif across == 1:
                price += prices[up, own[0], at, own[2]]
            else:
                price += prices[up, own[0], own[1], at]
        if price < np.inf:
            chosen[n], alone[n] = o, price
            n += 1
    order = np.argsort(alone[:n], kind="mergesort")
    return chosen[:n][order], alone[:n][order]


@numba.njit(cache=True)
def _cheapest(prices, axes, own, sign, best, found):  # type: ignore[no-untyped-def] # noqa: C901, PLR0912 - nested loops, for speed
    """Search the cheapest exchange through a cell, by branch and bound over its options."""
    i, j, k = own
    at = prices[0 if sign > 0 else 1, i, j, k]
    (_, a_ends, a_signs), (_, t_ends, t_signs), (_, k_ends, k_signs) = axes
    areas, a_price = _listed(prices, sign, axes[0], own, 0)
    months, t_price = _listed(prices, sign, axes[1], own, 1)
    kinds, k_price = _listed(prices, sign, axes[2], own, 2)
    if not (areas.size and months.size and kinds.size):
        return best
    for z in range(kinds.size):
        if at + k_price[z] + t_price[0] + a_price[0] >= best:
            break
        kind = (k_ends, k_signs, kinds[z])
        for y in range(months.size):
            if at + k_price[z] + t_price[y] + a_price[0] >= best:
                break
            month = (t_ends, t_signs, months[y])
            plane = _plane(prices, i, sign, month, kind, best - a_price[0])
            for x in range(areas.size):
                if plane + a_price[x] >= best:
                    break
                price, o = plane, areas[x]
                for e in range(1, a_ends.shape[1]):
                    a = a_ends[o, e]
                    if a < 0 or price >= best:
                        break
                    price += _plane(prices, a, sign * a_signs[o, e], month, kind, best - price)
                if price < best:
                    best = price
                    found[0], found[1], found[2], found[3] = o, months[y], kinds[z], sign
                    if best == 0.0:
                        return best
    return best


@numba.njit(cache=True)
def _take(prices, status, is_done, axes, found):  # type: ignore[no-untyped-def]
    """Hide what an exchange touches; it costs nothing any more to go through it again."""
    (_, a_ends, a_signs), (_, t_ends, t_signs), (_, k_ends, k_signs) = axes
    for x in range(a_ends.shape[1]):
        a, s_a = a_ends[found[0], x], a_signs[found[0], x]
        for y in range(t_ends.shape[1]):
            t, s_t = t_ends[found[1], y], t_signs[found[1], y]
            for z in range(k_ends.shape[1]):
                k, s_k = k_ends[found[2], z], k_signs[found[2], z]
                if a < 0 or t < 0 or k < 0:
                    continue
                is_done[a, t, k] = True
                if prices[0 if found[3] * s_a * s_t * s_k > 0 else 1, a, t, k] > 0.0:
                    status[a, t, k] = 2
                    for up in (0, 1):
                        if prices[up, a, t, k] < np.inf:
                            prices[up, a, t, k] = 0.0


@numba.njit(cache=True)
def cover_small(prices, status, axes, small):  # type: ignore[no-untyped-def]
    """Find an exchange for each small cell, hiding what it takes; changes the first two.

    Parameters
    ----------
    prices : array of float, shape (2, areas, months, categories)
        What it costs that a cell, totals included, may rise (first) or fall by one; inf where
        it cannot, 0 where it is hidden.
    status : array of int8, shape (areas, months, categories)
    axes : three tuples (start, ends, signs)
        Options of index i of an axis: ``start[i]`` to ``start[i + 1]``. Each is a row of `ends`,
        the own index first, -1 behind the last; with the sign of each in `signs`.
    small : array of int, shape (n_small, 3)
    """
    is_done = np.zeros(status.shape, dtype=np.bool_)
    found = np.zeros(4, dtype=np.int64)
    for q in range(small.shape[0]):
        own = (small[q, 0], small[q, 1], small[q, 2])
        if is_done[own]:
            continue
        best = np.inf
        for sign in (1, -1):
            if best > 0.0 and prices[0 if sign > 0 else 1, own[0], own[1], own[2]] < best:
                best = _cheapest(prices, axes, own, sign, best, found)
        _take(prices, status, is_done, axes, found)
