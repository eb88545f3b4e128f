"""Forty areas with survey estimates of unequal precision and two covariates."""

from __future__ import annotations

import numpy as np


def inputs() -> dict[str, dict[str, np.ndarray]]:
    """Return the table ``areas``: direct, variance, age, density."""
    rng = np.random.default_rng(20261121)
    n = 40
    age, density = rng.normal(0, 1, n), rng.gamma(2, 1, n)
    variance = 0.2 / rng.integers(8, 90, n) * rng.uniform(0.8, 1.6, n)
    truth = 0.3 + 0.04 * age - 0.02 * density + rng.normal(0, 0.05, n)
    direct = truth + rng.normal(0, np.sqrt(variance))
    return {"areas": {"direct": direct, "variance": variance, "age": age, "density": density}}
