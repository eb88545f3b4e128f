"""Exchanges in a cube: the fillings that leave every shown sum as it is.

Take one incident out of area a, month t, category k and put it in others so that all sums over
areas, months and categories stay: the product of three differences "here instead of there".
Where such an exchange touches hidden cells only, each of them has at least two possible
values. A difference may also be "one more, nowhere less", if the totals are hidden as well.
"""

from __future__ import annotations

import numba
import numpy as np

__all__ = ["KNOWN", "cover_small"]

KNOWN = 1e6
"""Cost of going through a cell that readers have already: above that of any other cover."""

_FEW = 128
"""Options that are sorted by insertion: so many at most, it is the quickest."""
_CLEARLY = 1.0 + 1e-9
"""How many times dearer than another is dearer whatever the order of a sum."""


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
def _beside(prices, sign, coded, at, limit):  # type: ignore[no-untyped-def]
    """Return what an exchange costs in the other areas, in the own month; inf from the limit on.

    The rows of two options are `coded`, areas and kinds, `at` two places. What it costs in the
    other months and the own kind is reckoned alike, with months for kinds.
    """
    price = 0.0
    for e in range(1, coded[0].shape[1]):
        a = sign * coded[0][at[0], e]
        if a == 0:
            break
        for f in range(coded[1].shape[1]):
            k = coded[1][at[1], f]
            if k == 0:
                break
            price += prices[0 if a ^ k >= 0 else 1, abs(a) - 1, abs(k) - 1]
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
            if price >= limit:
                break
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
def _cheapest(prices, axes, own, sign, best, found):  # type: ignore[no-untyped-def] # noqa: C901, PLR0912, PLR0915 - nested loops, for speed
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
    of_kind, of_month = (a_coded, k_coded), (a_coded, t_coded)
    in_month, in_kind = prices[:, :, own[1], :], prices[:, :, :, own[2]]
    with_kind = np.full((kinds.size, areas.size), -1.0)
    with_month = np.full((months.size, areas.size), -1.0)
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
                # A part of the price that many exchanges share is reckoned once. As it is summed
                # in another order, only what is clearly too dear is left out.
                o, too_dear = areas[x], best * _CLEARLY
                if with_kind[z, x] < 0.0:
                    with_kind[z, x] = _beside(in_month, sign, of_kind, (o, kinds[z]), too_dear)
                if plane + with_kind[z, x] >= too_dear:
                    continue
                if with_month[y, x] < 0.0:
                    with_month[y, x] = _beside(in_kind, sign, of_month, (o, months[y]), too_dear)
                if plane + with_month[y, x] >= too_dear:
                    continue
                price = plane
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
def _take(prices, status, marks, axes, found):  # type: ignore[no-untyped-def]
    """Hide what an exchange touches; it costs nothing any more to go through it again.

    Returns how many of these cells readers have already.
    """
    is_done, is_open = marks
    n_known = 0
    for a in axes[0][1][found[0]]:
        for t in axes[1][1][found[1]]:
            for k in axes[2][1][found[2]]:
                if a == 0 or t == 0 or k == 0:
                    continue
                cell = (abs(a) - 1, abs(t) - 1, abs(k) - 1)
                is_done[cell] = True
                up = 0 if found[3] ^ a ^ t ^ k >= 0 else 1
                if prices[up, cell[0], cell[1], cell[2]] > 0.0:
                    n_known += prices[up, cell[0], cell[1], cell[2]] >= KNOWN
                    status[cell] = 2
                    for way in (0, 1):
                        if prices[way, cell[0], cell[1], cell[2]] < np.inf:
                            prices[way, cell[0], cell[1], cell[2]] = 0.0
                            is_open[cell] |= 1 + way
    return n_known


@numba.njit(cache=True)
def _is_free(is_open, a, months, kinds, at):  # type: ignore[no-untyped-def]
    """Tell whether the cells of area a where two options cross cost nothing; coded as above."""
    y, z = at
    for e in range(months.shape[1]):
        t = months[y, e]
        if t == 0:
            break
        for f in range(kinds.shape[1]):
            k = kinds[z, f]
            if k == 0:
                break
            if not is_open[abs(a) - 1, abs(t) - 1, abs(k) - 1] & (1 if a ^ t ^ k >= 0 else 2):
                return False
    return True


@numba.njit(cache=True)
def _are_free(is_open, sign, axes, at):  # type: ignore[no-untyped-def]
    """Tell whether an exchange costs nothing in the areas beside the own one."""
    areas, months, kinds = axes[0][1], axes[1][1], axes[2][1]
    for e in range(1, areas.shape[1]):
        a = sign * areas[at[0], e]
        if a == 0:
            break
        if not _is_free(is_open, a, months, kinds, (at[1], at[2])):
            return False
    return True


@numba.njit(cache=True)
def _is_free_beside(is_open, sign, areas, others):  # type: ignore[no-untyped-def]
    """Tell whether an exchange costs nothing in the other areas, in the own month or kind."""
    for e in range(1, areas.size):
        a = sign * areas[e]
        if a == 0:
            break
        for f in range(others.size):
            k = others[f]
            if k == 0:
                break
            if not is_open[abs(a) - 1, abs(k) - 1] & (1 if a ^ k >= 0 else 2):
                return False
    return True


@numba.njit(cache=True)
def _free_options(line, coded, span, sign):  # type: ignore[no-untyped-def]
    """Return the options of a span that cost nothing alone, in their order."""
    chosen = np.empty(span[1] - span[0], dtype=np.int64)
    n = 0
    for o in range(span[0], span[1]):
        is_free = True
        for e in range(1, coded.shape[1]):
            at = coded[o, e]
            if at == 0:
                break
            if not line[abs(at) - 1] & (1 if sign * at > 0 else 2):
                is_free = False
                break
        if is_free:
            chosen[n] = o
            n += 1
    return chosen[:n]


@numba.njit(cache=True)
def _free(is_open, axes, own, sign, found):  # type: ignore[no-untyped-def] # noqa: C901, PLR0912, PLR0915 - nested loops, for speed
    """Tell whether an exchange costs nothing, and which: the one `_cheapest` would come to.

    Where everything costs nothing the cheapest first is the first of all, so that neither prices
    nor an order are needed; and a byte a cell stays in the processor's memory.
    """
    i, j, k = own
    if not is_open[i, j, k] & (1 if sign > 0 else 2):
        return False
    starts = axes[2][0]
    kinds = _free_options(is_open[i, j, :], axes[2][1], (starts[k], starts[k + 1]), sign)
    if not kinds.size:
        return False
    starts = axes[1][0]
    months = _free_options(is_open[i, :, k], axes[1][1], (starts[j], starts[j + 1]), sign)
    if not months.size:
        return False
    starts = axes[0][0]
    areas = _free_options(is_open[:, j, k], axes[0][1], (starts[i], starts[i + 1]), sign)
    if not areas.size:
        return False
    here, a_coded, t_coded, k_coded = sign * (i + 1), axes[0][1], axes[1][1], axes[2][1]
    in_month, in_kind = is_open[:, j, :], is_open[:, :, k]
    # What many exchanges share is looked at once: areas that go with a kind, and with a month
    # (1: they do, 2: they do not); most pairs leave none.
    with_kind = np.empty(areas.size, dtype=np.int64)
    with_month = np.zeros((months.size, areas.size), dtype=np.uint8)
    for z in kinds:
        n = 0
        for x in range(areas.size):
            with_kind[n] = x
            n += _is_free_beside(in_month, sign, a_coded[areas[x]], k_coded[z])
        for y in range(months.size if n else 0):
            is_looked_at = False
            for x in with_kind[:n]:
                o = areas[x]
                if with_month[y, x] == 0:
                    goes = _is_free_beside(in_kind, sign, a_coded[o], t_coded[months[y]])
                    with_month[y, x] = 1 if goes else 2
                if with_month[y, x] == 2:
                    continue
                cross = (months[y], z)
                if not is_looked_at and not _is_free(is_open, here, t_coded, k_coded, cross):
                    break
                is_looked_at = True
                if _are_free(is_open, sign, axes, (o, *cross)):
                    found[0], found[1], found[2], found[3] = o, months[y], z, sign
                    return True
    return False


@numba.njit(cache=True)
def _free_cells(prices):  # type: ignore[no-untyped-def]
    """Return for each cell whether it may rise (1) and fall (2) at no cost, both: 3."""
    is_open = np.zeros(prices.shape[1:], dtype=np.uint8)
    for i in range(prices.shape[1]):
        for j in range(prices.shape[2]):
            for k in range(prices.shape[3]):
                rise, fall = prices[0, i, j, k] == 0.0, prices[1, i, j, k] == 0.0
                is_open[i, j, k] = (1 if rise else 0) + (2 if fall else 0)
    return is_open


@numba.njit(cache=True, nogil=True)
def cover_small(prices, status, axes, small, enough):  # type: ignore[no-untyped-def]
    """Find an exchange for each small cell, hiding what it takes; changes the first two.

    Returns how many have none, and how many known cells had to be gone through, together.

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
    enough : int
        The search ends where so many are reached: it can only get more.

    Notes
    -----
    Most cells have an exchange that costs nothing. It is looked for first, both ways, among the
    few options that cost nothing alone; the full search would end with the same one.
    """
    is_done = np.zeros(status.shape, dtype=np.bool_)
    found = np.zeros(4, dtype=np.int64)
    is_open = _free_cells(prices)
    n_open = 0
    for q in range(small.shape[0]):
        if n_open >= enough:
            break
        own = (small[q, 0], small[q, 1], small[q, 2])
        if is_done[own]:
            continue
        if _free(is_open, axes, own, 1, found) or _free(is_open, axes, own, -1, found):
            _take(prices, status, (is_done, is_open), axes, found)
            continue
        best = np.inf
        for sign in (1, -1):
            if prices[0 if sign > 0 else 1, own[0], own[1], own[2]] < best:
                best = _cheapest(prices, axes, own, sign, best, found)
        if best < np.inf:
            n_open += _take(prices, status, (is_done, is_open), axes, found)
        else:
            n_open += 1
    return n_open
