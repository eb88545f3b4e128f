"""What must hold of every triangle of delays."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from convive.core.temporal import reporting_delay

TRIANGLES = st.tuples(st.integers(8, 30), st.integers(1, 5)).flatmap(
    lambda shape: arrays(np.int64, shape, elements=st.integers(0, 200))
)


@settings(max_examples=150, deadline=None)
@given(TRIANGLES, st.integers(-3, 3))
def test_order_of_the_figures(triangle: np.ndarray, lag: int) -> None:
    found = reporting_delay(triangle, as_of=len(triangle) - 1 + lag)
    assert found.is_incomplete.shape == (len(triangle),)
    if found.reason is not None:
        assert np.isnan(found.expected).all()
        return
    known = np.isfinite(found.completeness)
    assert (np.diff(found.by_delay) >= -1e-12).all()
    assert (found.low[known] <= found.completeness[known]).all()
    assert (found.completeness[known] <= found.high[known]).all()
    foreseen = np.isfinite(found.expected)
    assert (found.expected_low[foreseen] <= found.expected_high[foreseen]).all()
    assert (found.expected_low[foreseen] >= found.recorded[foreseen]).all()
    assert (found.is_incomplete[~known]).all()


@settings(max_examples=60, deadline=None)
@given(TRIANGLES)
def test_months_without_a_delay_column_more_change_nothing(triangle: np.ndarray) -> None:
    wider = np.hstack([triangle, np.zeros((len(triangle), 1), dtype=np.int64)])
    plain, padded = reporting_delay(triangle), reporting_delay(wider)
    if plain.reason is None and padded.reason is None:
        ages = slice(0, None)
        assert np.allclose(plain.expected[ages], padded.expected[ages], equal_nan=True)


@settings(max_examples=60, deadline=None)
@given(TRIANGLES, st.integers(2, 5))
def test_the_share_on_record_does_not_depend_on_the_size_of_the_town(
    triangle: np.ndarray, factor: int
) -> None:
    small, large = reporting_delay(triangle), reporting_delay(factor * triangle)
    if small.reason is None and large.reason is None:
        assert np.allclose(small.completeness, large.completeness, equal_nan=True)
