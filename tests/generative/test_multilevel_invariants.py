"""What holds for any answers: turned scales, renamed areas, gradients."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.core.multilevel import fit_multilevel
from convive.core.multilevel.cumulative_logit import Cells, objective
from factories.oracle.multilevel import people


@settings(max_examples=2)
@given(st.integers(0, 1000))
def test_turning_the_scale_and_renaming_areas_changes_nothing_but_signs(seed: int) -> None:
    found = people(seed, sd=0.5, n_areas=12, n=500)
    x = np.column_stack([found["woman"], found["old"]]).astype(float)
    one = fit_multilevel(found["step"], x, found["area"])
    names = np.random.default_rng(seed).permutation(12)
    other = fit_multilevel(3 - found["step"], x, names[found["area"]])
    np.testing.assert_allclose(other.coefficients, -one.coefficients, atol=2e-4)
    np.testing.assert_allclose(other.sd, one.sd, atol=2e-3)
    np.testing.assert_allclose(other.log_likelihood, one.log_likelihood, rtol=1e-8)
    assert one.sd_low <= one.sd <= one.sd_high


@given(st.integers(0, 10_000), st.integers(2, 5))
def test_the_gradient_is_the_slope(seed: int, n_answers: int) -> None:
    rng = np.random.default_rng(seed)
    n = 30
    cells = Cells(
        rng.integers(0, n_answers, n), rng.normal(size=(n, 2)), np.sort(rng.integers(0, 4, n)),
        rng.uniform(0.5, 3, n), 4, n_answers,
    )  # fmt: skip
    if np.unique(cells.area).size < 4:
        return
    value = objective(cells)
    at = rng.normal(0, 0.4, n_answers - 1 + 3)
    gradient = value(at)[1]
    for i in range(at.size):
        step = np.zeros(at.size)
        step[i] = 1e-5
        slope = (value(at + step)[0] - value(at - step)[0]) / 2e-5
        np.testing.assert_allclose(gradient[i], slope, rtol=2e-3, atol=2e-3)
