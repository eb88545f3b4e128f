"""Intervals of weighted sums of Poisson counts against published data and other ways to them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from convive.core.harm import harm_rate

# Down's syndrome among children of mothers with five or more children, Michigan 1950-1964, by the
# mother's age: the example of Fay & Feuer (1997), as given with the R package asht.
CASES = np.array([0, 8, 63, 112, 262, 295])
BIRTHS = np.array([327, 30666, 123419, 149919, 104088, 34392])
ALL_BIRTHS = np.array([319933, 931318, 786511, 488235, 237863, 61313])
WEIGHTS = ALL_BIRTHS / (BIRTHS * ALL_BIRTHS.sum())


def test_the_mid_p_limit_of_the_downs_syndrome_data_is_that_of_asht() -> None:
    # Source of asht, wspoissonTest.R: the null value at which its one-sided mid-P test is tried,
    # 173.0817 per 100,000, is the upper limit of the 95 % interval.
    found = harm_rate([CASES], WEIGHTS, [1.0], per=100_000, method="mid_p")
    assert found.high[0] == pytest.approx(173.0817, abs=5e-5)


def test_the_gamma_interval_is_that_of_the_two_chi_square_quantiles() -> None:
    # The formulas as printed by Fay & Feuer (1997), with scipy's chi-square distribution.
    total, spread, most = WEIGHTS @ CASES, WEIGHTS**2 @ CASES, WEIGHTS.max()
    low = spread / (2 * total) * stats.chi2.ppf(0.025, 2 * total**2 / spread)
    y, v = total + most, spread + most**2
    high = v / (2 * y) * stats.chi2.ppf(0.975, 2 * y**2 / v)
    found = harm_rate([CASES], WEIGHTS, [1.0], per=1)
    assert found.low[0] == pytest.approx(low, rel=1e-12)
    assert found.high[0] == pytest.approx(high, rel=1e-12)


def test_the_mid_p_interval_is_that_of_a_drawn_mixture() -> None:
    counts, weights = np.array([30, 2]), np.array([1.0, 50.0])
    total, spread = weights @ counts, weights**2 @ counts
    y, v = total + 50.0, spread + 50.0**2
    rng = np.random.default_rng(7)
    lower = rng.gamma(total**2 / spread, spread / total, 400_000)
    upper = rng.gamma(y**2 / v, v / y, 400_000)
    drawn = np.quantile(np.concatenate([lower, upper]), [0.025, 0.975])
    found = harm_rate([counts], weights, [1.0], per=1, method="mid_p")
    assert [found.low[0], found.high[0]] == pytest.approx(list(drawn), rel=0.01)


def test_dobsons_interval_is_worked_out_by_hand() -> None:
    # 32 events have the exact Poisson limits 21.888 and 45.174 (published tables); the spread of
    # 30 x 1 and 2 x 25 events is 30 + 2 x 625 = 1280, so the stretch is sqrt(1280 / 32).
    found = harm_rate([[30, 2]], [1.0, 25.0], [1.0], per=1, method="dobson")
    stretch = np.sqrt(1280 / 32)
    assert found.low[0] == pytest.approx(80 + stretch * (21.888 - 32), abs=0.01)
    assert found.high[0] == pytest.approx(80 + stretch * (45.174 - 32), abs=0.01)
