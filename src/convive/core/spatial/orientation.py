"""On which side of a directed line a point lies: exactly, whatever the rounding.

A float test decides nearly always; where the rounding error could turn its sign, the same sum is
done again without rounding, as a sum of floats that do not overlap.

References
----------
.. [1] Shewchuk, J. R. (1997). Adaptive precision floating-point arithmetic and fast robust
   geometric predicates. Discrete & Computational Geometry 18, 305-363.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

_EPSILON = 2.0**-53
_BOUND = (3.0 + 16.0 * _EPSILON) * _EPSILON
_SPLITTER = 2.0**27 + 1.0
_TERMS = 16


@njit(cache=True, nogil=True)
def side_of_line(  # pragma: no cover - compiled
    x: float, y: float, ax: float, ay: float, bx: float, by: float
) -> float:
    """Return a number above 0 left of the line from a to b, below 0 right of it, 0 on it.

    Only the sign has a meaning. It is exact for finite coordinates as long as no product of two
    differences leaves the range of floats (the caller scales).
    """
    left = (bx - ax) * (y - ay)
    right = (x - ax) * (by - ay)
    side = left - right
    # Of opposite signs, or one of them 0: nothing cancels, the sign is right.
    if (left >= 0.0 and right <= 0.0) or (left <= 0.0 and right >= 0.0):
        return side
    if abs(side) > _BOUND * (abs(left) + abs(right)):
        return side
    return _exact_side(x, y, ax, ay, bx, by)


@njit(cache=True, nogil=True)
def _exact_side(  # pragma: no cover - compiled
    x: float, y: float, ax: float, ay: float, bx: float, by: float
) -> float:
    """Return the largest term of the determinant as a sum of floats that do not overlap."""
    run, run_rest = _difference(bx, ax)
    up, up_rest = _difference(y, ay)
    over, over_rest = _difference(x, ax)
    rise, rise_rest = _difference(by, ay)
    terms = np.zeros(_TERMS, dtype=np.float64)
    n = _add_product(terms, 0, run_rest, up_rest)
    n = _add_product(terms, n, -over_rest, rise_rest)
    n = _add_product(terms, n, run, up_rest)
    n = _add_product(terms, n, run_rest, up)
    n = _add_product(terms, n, -over, rise_rest)
    n = _add_product(terms, n, -over_rest, rise)
    n = _add_product(terms, n, run, up)
    n = _add_product(terms, n, -over, rise)
    for k in range(n - 1, -1, -1):
        if terms[k] != 0.0:
            return terms[k]
    return 0.0


@njit(cache=True, nogil=True)
def _add_product(  # pragma: no cover - compiled
    terms: NDArray[np.float64], n: int, a: float, b: float
) -> int:
    """Add a times b to the sum held in the first n terms; return the new number of terms."""
    product = a * b
    a_high = _SPLITTER * a
    a_high = a_high - (a_high - a)
    b_high = _SPLITTER * b
    b_high = b_high - (b_high - b)
    a_low, b_low = a - a_high, b - b_high
    rest = a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)
    _add_term(terms, n, rest)
    _add_term(terms, n + 1, product)
    return n + 2


@njit(cache=True, nogil=True)
def _add_term(  # pragma: no cover - compiled
    terms: NDArray[np.float64], n: int, term: float
) -> None:
    """Add one float to the sum held in the first n terms without rounding."""
    carried = term
    for k in range(n):
        total = carried + terms[k]
        shadow = total - carried
        terms[k] = (carried - (total - shadow)) + (terms[k] - shadow)
        carried = total
    terms[n] = carried


@njit(cache=True, nogil=True)
def _difference(a: float, b: float) -> tuple[float, float]:  # pragma: no cover - compiled
    """Return a minus b as a rounded float and what the rounding lost."""
    rounded = a - b
    shadow = a - rounded
    return rounded, (a - (rounded + shadow)) + (shadow - b)
