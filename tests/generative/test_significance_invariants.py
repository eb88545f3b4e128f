"""Properties that p-values and adjustments have whatever the input."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from convive.core.significance import benjamini_hochberg, monte_carlo_p

probabilities = npst.arrays(
    float, st.integers(1, 40), elements=st.floats(0, 1, allow_subnormal=False)
)


@given(probabilities)
def test_q_is_between_p_and_one_and_keeps_the_order(p: np.ndarray) -> None:
    q = benjamini_hochberg(p)
    assert np.all(q >= p)
    assert np.all(q <= 1)
    assert np.all(np.diff(q[np.argsort(p, kind="stable")]) >= 0)


@given(probabilities, st.randoms(use_true_random=False))
def test_order_of_the_tests_does_not_matter(p: np.ndarray, shuffler: object) -> None:
    order = np.arange(p.size)
    shuffler.shuffle(order)  # type: ignore[attr-defined]
    assert np.array_equal(benjamini_hochberg(p[order]), benjamini_hochberg(p)[order])


@given(
    npst.arrays(float, st.integers(1, 60), elements=st.floats(-5, 5, width=16)),
    st.floats(-6, 6, width=16),
)
def test_monte_carlo_p_is_a_probability_and_symmetric(draws: np.ndarray, seen: float) -> None:
    p = float(monte_carlo_p(draws, seen))
    assert 1 / (draws.size + 1) <= p <= 1
    assert p == float(monte_carlo_p(-draws, -seen))
