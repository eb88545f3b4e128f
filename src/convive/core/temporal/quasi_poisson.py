"""A small, fast quasi-Poisson log-linear fit, and what memory does to a contrast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dposv

Floats = NDArray[np.float64]

_MAX_ITERATIONS = 60
_TOLERANCE = 1e-10
_ETA_MAX = 25.0
_RIDGE = 1e-8


@dataclass(frozen=True, slots=True)
class QuasiPoissonFit:
    """Coefficients on the log scale; `covariance` is not yet multiplied by the dispersion."""

    coefficients: Floats
    covariance: Floats
    expected: Floats
    """(n,): fitted means."""
    residuals: Floats
    """(n,): Pearson residuals, (count - mean) / sqrt(mean)."""
    leverages: Floats
    dispersion: float
    """Pearson chi-square over degrees of freedom, as it is: it may lie below 1."""
    df: int
    has_converged: bool


def fit_quasi_poisson(
    counts: Floats, design: Floats, log_exposure: Floats | None = None
) -> QuasiPoissonFit:
    """Return the maximum-likelihood fit of log mean = design · coefficients + log exposure.

    Parameters
    ----------
    counts : ndarray of float, shape (n,)
        Counts, 0 allowed.
    design : ndarray of float, shape (n, k)
        Columns of the model, intercept included.
    log_exposure : ndarray of float, shape (n,), optional
        Logarithm of the exposure.

    Returns
    -------
    QuasiPoissonFit
        The fit. A tiny ridge keeps months that never had an incident finite.

    References
    ----------
    .. [1] McCullagh, P. and Nelder, J. A. (1989). Generalized Linear Models, 2nd ed., 2.5, 6.2.
    """
    offset = np.zeros(counts.size) if log_exposure is None else log_exposure
    ridge = _RIDGE * np.eye(design.shape[1])
    eta = np.log(counts + 0.5)
    beta = np.zeros(design.shape[1])
    deviance, has_converged = np.inf, False
    for _ in range(_MAX_ITERATIONS):
        mean = np.exp(np.clip(eta, -_ETA_MAX, _ETA_MAX))
        weighted = design * mean[:, None]
        right = weighted.T @ (eta - offset + (counts - mean) / mean)
        beta = _solve(design.T @ weighted + ridge, right)
        eta = np.clip(design @ beta + offset, -_ETA_MAX, _ETA_MAX)
        new = float(np.exp(eta).sum() - counts @ eta)
        if abs(new - deviance) <= _TOLERANCE * (abs(new) + 0.1):
            has_converged = True
            break
        deviance = new
    return _describe(counts, design, eta, beta, has_converged=has_converged)


def _describe(
    counts: Floats, design: Floats, eta: Floats, beta: Floats, *, has_converged: bool
) -> QuasiPoissonFit:
    """Return the fit with its covariance, leverages and dispersion."""
    mean = np.exp(eta)
    root = np.sqrt(mean)
    half = design * root[:, None]
    information = half.T @ half + _RIDGE * np.eye(design.shape[1])
    covariance = np.asarray(np.linalg.inv(information), dtype=np.float64)
    leverages = np.einsum("ij,jk,ik->i", half, covariance, half)
    residuals = (counts - mean) / root
    df = int(counts.size - design.shape[1])
    dispersion = float(residuals @ residuals) / df if df > 0 else float("nan")
    return QuasiPoissonFit(
        beta, covariance, mean, residuals, leverages, dispersion, df, has_converged
    )


def _solve(left: Floats, right: Floats) -> Floats:
    """Solve a positive definite system; fall back to least squares where it is singular."""
    _, solution, info = dposv(left, right)
    if info != 0:
        solution = np.linalg.lstsq(left, right, rcond=None)[0]
    return np.asarray(solution)


def memory_inflation(contrast: Floats, rho: float) -> float:
    """Return how many times an AR(1) memory multiplies the variance of a contrast of months.

    `contrast` holds the weight of each month's noise (already on its own scale), in order.
    """
    if rho <= 0.0:
        return 1.0
    used = np.flatnonzero(contrast)
    weights = contrast[used]
    lag = np.abs(np.subtract.outer(used, used))
    return float(weights @ (rho**lag) @ weights / (weights @ weights))
