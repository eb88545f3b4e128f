"""A table of six indicators in sixty areas with two common factors, and one figure missing."""

from __future__ import annotations

import numpy as np


def indicators() -> dict[str, np.ndarray]:
    """Return complete figures."""
    rng = np.random.default_rng(20261121)
    common = rng.normal(size=(2, 60))
    loadings = np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.0], [0.1, 0.8], [0.2, 0.9], [0.0, 0.6]])
    rows = loadings @ common + 0.5 * rng.normal(size=(6, 60))
    return {f"i{k}": 10.0 + 3.0 * row for k, row in enumerate(rows)}


def inputs() -> dict[str, dict[str, np.ndarray]]:
    """Return the tables that R reads."""
    return {"indicators": indicators()}
