"""Fay-Herriot against R's metafor, the mean squared error against a second implementation."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from convive.core.small_area import fay_herriot
from factories.oracle.small_area import inputs

KEPT = json.loads((Path(__file__).parent / "r" / "small_area.json").read_text("utf-8"))
AREAS = inputs()["areas"]
X = np.column_stack([np.ones(40), AREAS["age"], AREAS["density"]])


@pytest.mark.parametrize("method", ["reml", "ml", "fh"])
def test_variance_coefficients_and_predictions_are_those_of_r(method: str) -> None:
    kept = KEPT[method]
    found = fay_herriot(AREAS["direct"], AREAS["variance"], X, method=method)
    # metafor stops where a step changes its variance by less than its threshold.
    np.testing.assert_allclose(found.area_variance, kept["variance"], rtol=2e-7)
    np.testing.assert_allclose(found.coefficients, kept["beta"], rtol=1e-7)
    np.testing.assert_allclose(found.coefficient_errors, kept["se"], rtol=1e-7)
    np.testing.assert_allclose(found.value, kept["blup"], rtol=1e-7)
    np.testing.assert_allclose(found.synthetic, kept["fitted"], rtol=1e-7)


def _mse_by_loops(variance: float, method: str) -> list[float]:
    """Return the formulas of Rao and Molina (2015), section 6.2, area by area."""
    d = AREAS["variance"]
    v = np.diag(variance + d)
    inverse = np.linalg.inv(v)
    covariance = np.linalg.inv(X.T @ inverse @ X)
    m = len(d)
    mse = []
    for i in range(m):
        gamma = variance / (variance + d[i])
        g1 = gamma * d[i]
        g2 = (1 - gamma) ** 2 * X[i] @ covariance @ X[i]
        asymptotic = 2 / np.trace(inverse @ inverse)
        bias = 0.0
        if method == "ml":
            bias = -np.trace(covariance @ X.T @ inverse @ inverse @ X) / np.trace(inverse @ inverse)
        if method == "fh":
            one, two = np.trace(inverse), np.trace(inverse @ inverse)
            asymptotic = 2 * m / one**2
            bias = 2 * (m * two - one**2) / one**3
        g3 = d[i] ** 2 / (variance + d[i]) ** 3 * asymptotic
        mse.append(max(g1 + g2, g1 + g2 + 2 * g3 - bias * (1 - gamma) ** 2))
    return mse


@pytest.mark.parametrize("method", ["reml", "ml", "fh"])
def test_the_mean_squared_error_by_matrices_and_loops(method: str) -> None:
    found = fay_herriot(AREAS["direct"], AREAS["variance"], X, method=method)
    np.testing.assert_allclose(found.mse, _mse_by_loops(found.area_variance, method), rtol=1e-10)
