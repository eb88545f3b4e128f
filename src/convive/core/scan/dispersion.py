"""Do counts vary more than chance alone: measured beside the level of each area and period."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_CLEARLY = 2.576
"""Standard errors above 1 from which counts are called overdispersed (one in 200 by chance)."""


def measure_dispersion(cases: NDArray[np.int64]) -> tuple[float | None, bool]:
    """Return variance ÷ mean of the cells, and whether it clearly lies above 1.

    Pearson's statistic of the table of areas by periods over its exact mean without
    overdispersion, (rows - 1)(columns - 1) n / (n - 1). None where there is only one period.

    Parameters
    ----------
    cases : ndarray of int, shape (n_areas, n_periods)
    """
    table = cases[cases.sum(axis=1) > 0][:, cases.sum(axis=0) > 0].astype(np.float64)
    n = table.sum()
    freedom = (table.shape[0] - 1) * (table.shape[1] - 1)
    if freedom < 1 or n < 2:
        return None, False
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    expected = np.outer(rows, columns) / n
    dispersion = float(((table - expected) ** 2 / expected).sum()) / (freedom * n / (n - 1))
    error = np.sqrt(_variance(rows, columns, n, freedom)) / freedom
    return dispersion, bool(dispersion > 1.0 + _CLEARLY * error)


def _variance(rows: FloatArray, columns: FloatArray, n: float, freedom: int) -> float:
    """Return the variance of Pearson's statistic, margins given; twice its freedom if not sparse.

    Leading terms in 1 / n of the exact variance (Haldane 1940): sparse rows and columns change it.
    """
    thin = (float((1.0 / rows).sum()) - len(rows) ** 2 / n) * (
        float((1.0 / columns).sum()) - len(columns) ** 2 / n
    )
    return 2.0 * freedom + n * thin


__all__ = ["measure_dispersion"]
