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

_FEW = 128
"""Options that are sorted by insertion: so many at most, it is the quickest."""
_LEAST = 1e-300
"""Below any price above 0: a search from here on finds only what costs nothing."""


@numba.njit(cache=True)
def _plane(prices, a, months, kinds, at, limit):  # type: ignore[no-untyped-def]
    """Return what the cells of area a where two options cross cost; inf from the limit on.

    The area and the rows of options are coded as for `cover_small`; of three codes exclusive or
    has the sign of their product.
    """
    y, z = at
    price = 0.0
    for e in range(months.shape[1]):
        t = months[y, e]
        if t == 0:
            break
        for f in range(kinds.shape[1]):
            k = kinds[z, f]
            if k == 0:
                break
            price += prices[0 if a ^ t ^ k >= 0 else 1, abs(a) - 1, abs(t) - 1, abs(k) - 1]
        if price >= limit:
            return np.inf
    return price


@numba.njit(cache=True)
def _priced(rise, fall, coded, span, limit):  # type: ignore[no-untyped-def]
    """Return the options of a span that cost less than the limit alone, and what they cost.

    Alone: with the cells of one line, whose prices are given, the cell itself left out.
    """
    chosen = np.empty(span[1] - span[0], dtype=np.int64)
    alone = np.empty(span[1] - span[0])
    n = 0
    for o in range(span[0], span[1]):
        price = 0.0
        for e in range(1, coded.shape[1]):
            at = coded[o, e]
            if at == 0:
                break
            price += rise[at - 1] if at > 0 else fall[-at - 1]
        chosen[n], alone[n] = o, price
        n += price < limit
    return chosen[:n], alone[:n]


@numba.njit(cache=True)
def _sort(chosen, alone):  # type: ignore[no-untyped-def]
    """Put options in the order of their price, those of one price as they were."""
    if chosen.size > _FEW:
        order = np.argsort(alone, kind="mergesort")
        chosen[:], alone[:] = chosen[order], alone[order]
        return
    for x in range(1, chosen.size):
        o, price = chosen[x], alone[x]
        to = x
        while to > 0 and alone[to - 1] > price:
            chosen[to], alone[to] = chosen[to - 1], alone[to - 1]
            to -= 1
        chosen[to], alone[to] = o, price


@numba.njit(cache=True)
def _listed(prices, up, axes, own, across, limit):  # type: ignore[no-untyped-def]
    """Return the options of one axis and what each costs alone, below the limit, cheapest first."""
    (start, coded), (i, j, k) = axes[across], own
    span = (start[own[across]], start[own[across] + 1])
    if across == 0:
        chosen, alone = _priced(prices[up, :, j, k], prices[1 - up, :, j, k], coded, span, limit)
    elif across == 1:
        chosen, alone = _priced(prices[up, i, :, k], prices[1 - up, i, :, k], coded, span, limit)
    else:
        chosen, alone = _priced(prices[up, i, j], prices[1 - up, i, j], coded, span, limit)
    _sort(chosen, alone)
    return chosen, alone


@numba.njit(cache=True)
def _cheapest(prices, axes, own, sign, best, found):  # type: ignore[no-untyped-def] # noqa: C901, PLR0912 - nested loops, for speed
    """Search the cheapest exchange through a cell, by branch and bound over its options."""
    up = 0 if sign > 0 else 1
    at = prices[up, own[0], own[1], own[2]]
    kinds, k_price = _listed(prices, up, axes, own, 2, best)
    if not kinds.size:
        return best
    months, t_price = _listed(prices, up, axes, own, 1, best)
    if not months.size:
        return best
    areas, a_price = _listed(prices, up, axes, own, 0, best)
    if not areas.size:
        return best
    here, a_coded, t_coded, k_coded = sign * (own[0] + 1), axes[0][1], axes[1][1], axes[2][1]
    for z in range(kinds.size):
        if at + k_price[z] + t_price[0] + a_price[0] >= best:
            break
        for y in range(months.size):
            if at + k_price[z] + t_price[y] + a_price[0] >= best:
                break
            cross = (months[y], kinds[z])
            plane = _plane(prices, here, t_coded, k_coded, cross, best - a_price[0])
            for x in range(areas.size):
                if plane + a_price[x] >= best:
                    break
                price, o = plane, areas[x]
                for e in range(1, a_coded.shape[1]):
                    a = sign * a_coded[o, e]
                    if a == 0 or price >= best:
                        break
                    price += _plane(prices, a, t_coded, k_coded, cross, best - price)
                if price < best:
                    best = price
                    found[0], found[1], found[2], found[3] = o, months[y], kinds[z], sign
                    if best == 0.0:
                        return best
    return best


@numba.njit(cache=True)
def _take(prices, status, is_done, axes, found):  # type: ignore[no-untyped-def]
    """Hide what an exchange touches; it costs nothing any more to go through it again."""
    for a in axes[0][1][found[0]]:
        for t in axes[1][1][found[1]]:
            for k in axes[2][1][found[2]]:
                if a == 0 or t == 0 or k == 0:
                    continue
                cell = (abs(a) - 1, abs(t) - 1, abs(k) - 1)
                is_done[cell] = True
                up = 0 if found[3] ^ a ^ t ^ k >= 0 else 1
                if prices[up, cell[0], cell[1], cell[2]] > 0.0:
                    status[cell] = 2
                    for way in (0, 1):
                        if prices[way, cell[0], cell[1], cell[2]] < np.inf:
                            prices[way, cell[0], cell[1], cell[2]] = 0.0


@numba.njit(cache=True)
def cover_small(prices, status, axes, small):  # type: ignore[no-untyped-def]
    """Find an exchange for each small cell, hiding what it takes; changes the first two.

    Returns how many have none.

    Parameters
    ----------
    prices : array of float, shape (2, areas, months, categories)
        What it costs that a cell, totals included, may rise (first) or fall by one; inf where
        it cannot, 0 where it is hidden.
    status : array of int8, shape (areas, months, categories)
    axes : three tuples (start, coded)
        Options of index i of an axis: ``start[i]`` to ``start[i + 1]``. Each is a row of `coded`:
        positions plus 1 with their signs, the own index first and above 0, 0 behind the last.
    small : array of int, shape (n_small, 3)

    Notes
    -----
    Most cells have an exchange that costs nothing. It is looked for first, both ways, among the
    few options that cost nothing alone; the full search would end with the same one.
    """
    is_done = np.zeros(status.shape, dtype=np.bool_)
    found = np.zeros(4, dtype=np.int64)
    n_open = 0
    for q in range(small.shape[0]):
        own = (small[q, 0], small[q, 1], small[q, 2])
        if is_done[own]:
            continue
        for limit in (_LEAST, np.inf):
            best = limit
            for sign in (1, -1):
                if best > 0.0 and prices[0 if sign > 0 else 1, own[0], own[1], own[2]] < best:
                    best = _cheapest(prices, axes, own, sign, best, found)
            if best < limit:
                break
        if best < np.inf:
            _take(prices, status, is_done, axes, found)
        else:
            n_open += 1
    return n_open
