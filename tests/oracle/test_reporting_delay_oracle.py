"""The factors of the chain ladder on a published triangle, and the exact negative binomial."""

import numpy as np
import pytest

from convive.core.temporal import reporting_delay as delay_function
from convive.core.temporal.reporting_delay import _learn, _outstanding, seen_cells

RAA = [
    [5012, 8269, 10907, 11805, 13539, 16181, 18009, 18608, 18662, 18834],
    [106, 4285, 5396, 10666, 13782, 15599, 15496, 16169, 16704],
    [3410, 8992, 13873, 16141, 18735, 22214, 22863, 23466],
    [5655, 11555, 15766, 21266, 23425, 26083, 27067],
    [1092, 9565, 15836, 22169, 25955, 26180],
    [1513, 6445, 11702, 12935, 15852],
    [557, 4020, 10946, 12314],
    [1351, 6947, 13112],
    [3133, 5395],
    [2063],
]
"""Cumulative figures by year and development year of the Reinsurance Association of America
(1991), as in Mack (1994), Measuring the variability of chain ladder reserve estimates, Casualty
Actuarial Society Forum, spring 1994."""
FACTORS = [2.999, 1.624, 1.271, 1.172, 1.113, 1.042, 1.033, 1.017, 1.009]


def test_hazards_are_the_published_development_factors() -> None:
    n = len(RAA)
    up_to = np.zeros((n, n))
    for year, row in enumerate(RAA):
        up_to[year, : len(row)] = row
        up_to[year, len(row) :] = row[-1]
    counts = np.diff(up_to, axis=1, prepend=0.0)
    learnt = _learn(counts, seen_cells(counts.shape, n - 1), n - 1, window=n)
    assert (1.0 / (1.0 - learnt.hazard[1:])) == pytest.approx(FACTORS, abs=5e-4)
    # Newest year: 2,063 on record, 18,402 in the end (same table).
    assert RAA[-1][0] / learnt.share[0] == pytest.approx(18402, abs=1)


def test_outstanding_count_is_the_exact_distribution_where_the_delay_is_known() -> None:
    """80 on record at a known share of 0.8: what is missing is negative binomial (80, 0.8)."""
    mean, share = 80 / 0.8 * 0.2, 0.8
    found = _outstanding(np.array([mean]), np.array([mean / share]), 0.975)
    rng = np.random.default_rng(1)
    simulated = np.quantile(rng.negative_binomial(80, share, 400_000), 0.975)
    assert found[0] == pytest.approx(simulated, abs=1)


def test_by_hand_two_delays() -> None:
    """Twelve months of 60 + 40, the last seen only in part: 40 / 100 came with delay one."""
    counts = np.array([[60, 40, 0]] * 12)
    found = delay_function(counts)
    assert found.by_delay.tolist() == pytest.approx([0.6, 1.0, 1.0])
    assert found.dispersion == 1.0
