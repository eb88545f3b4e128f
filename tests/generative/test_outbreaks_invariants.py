"""What holds for every watched series."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convive.core.significance import high_count_p
from convive.core.temporal.control_charts import cusum, glr_statistics
from convive.core.temporal.unusual import unusual_periods

tables = st.integers(0, 2**32 - 1).map(
    lambda seed: np.random.default_rng(seed).poisson(
        np.random.default_rng(seed).uniform(0, 30, (4, 1)) * np.ones(50)
    )
)


@given(tables, st.floats(0.1, 50.0))
def test_an_alarm_is_a_count_above_its_bound(counts: np.ndarray, budget: float) -> None:
    found = unusual_periods(counts, latest=2, false_alarms_a_year=budget)
    np.testing.assert_array_equal(found.is_unusual, found.counts > found.upper)
    assert ((found.p >= 0) & (found.p <= 1)).all()


@given(tables, st.floats(0.1, 5.0))
def test_a_larger_budget_never_takes_an_alarm_back(counts: np.ndarray, budget: float) -> None:
    small = unusual_periods(counts, false_alarms_a_year=budget)
    large = unusual_periods(counts, false_alarms_a_year=2 * budget)
    assert (large.is_unusual >= small.is_unusual).all()
    assert (large.upper <= small.upper).all()


@given(tables)
def test_other_series_only_raise_the_bound(counts: np.ndarray) -> None:
    whole = unusual_periods(counts)
    alone = unusual_periods(counts[1:2], false_alarms_a_year=0.25)
    assert alone.expected[0] == pytest.approx(whole.expected[1])
    assert alone.upper[0] <= whole.upper[1]


@given(st.floats(0.1, 1e4), st.floats(1.0, 20.0), st.floats(2.0, 200.0))
def test_a_higher_count_is_never_less_surprising(mean: float, spread: float, df: float) -> None:
    counts = np.arange(0, int(4 * mean) + 20)
    p = high_count_p(counts, mean, spread * mean, df)
    assert p[0] == 1.0
    assert (np.diff(p) <= 1e-9).all()


@given(tables)
def test_sums_never_fall_below_nothing(counts: np.ndarray) -> None:
    sums, alarms = cusum(counts, 10.0, 5.0)
    assert (sums >= 0).all()
    np.testing.assert_array_equal(alarms, sums >= 5.0)
    glr = glr_statistics(counts, 10.0)
    assert (glr >= 0).all()
    assert (glr_statistics(counts + 1, 10.0) >= glr - 1e-9).all()
