"""Change of a target against published limits of differences of two shares.

Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions:
comparison of eleven methods. Statistics in Medicine 17, 873-890, table II, method 10 (square and
add, Wilson limits without continuity correction).
"""

from __future__ import annotations

from math import sqrt

import pytest

from convive.core.model import Status
from convive.core.strategy.change import difference
from convive.core.strategy.model import Figure

Z = 1.959964


def wilson(k: int, n: int) -> Figure:
    """The share with Wilson's limits, worked out here a second time."""
    middle = (2 * k + Z**2) / (2 * (n + Z**2))
    half = Z * sqrt(Z**2 + 4 * k * (n - k) / n) / (2 * (n + Z**2))
    return Figure(Status.SHOWN, k / n, max(0.0, middle - half), min(1.0, middle + half), n=n)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_the_published_limits_are_met(first, second, low, high) -> None:
    change = difference(wilson(*second), wilson(*first))
    assert change is not None
    assert change.low == pytest.approx(low, abs=6e-5)
    assert change.high == pytest.approx(high, abs=6e-5)
