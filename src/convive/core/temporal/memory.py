"""What is known about the month-to-month memory of a series, and what it does to a comparison.

A single estimate of the memory from a few dozen months is too sure of itself: intervals that are
built on it are too narrow as soon as the memory is strong. Here every value is kept with its
weight, and what follows is averaged over all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import stdtr

from convive.core.significance import averaged_t_p
from convive.core.temporal.quasi_poisson import QuasiPoissonFit

Floats = NDArray[np.float64]

RHO_GRID = np.linspace(0.0, 0.95, 20)
_PRIOR_POWER = 0.35
"""How fast the prior of a memory falls towards 1; from simulation of false alarms."""
_NO_NOISE = 1e-6
_LEAST_LASTING = 0.25
"""Share of the noise that may have memory, at least, however near to Poisson the counts look."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Weights of the possible AR(1) memories of a series; arrays have shape (n_rho,)."""

    rho: Floats
    weight: Floats
    """Sums to one: likelihood of the residuals, all columns of the model taken out."""
    scale: Floats
    """Variance of the noise over that of a Poisson count under each memory, at least 1."""
    lasting: float
    """Share of that variance which has memory; the chance of the counts themselves has none."""
    df: int

    @property
    def mean(self) -> float:
        """Return the mean autocorrelation from one month to the next."""
        return self.lasting * float(self.weight @ self.rho)

    def variances(self, contrast: Floats, variance: float) -> Floats:
        """Return the variance of an estimate under each memory.

        `contrast` (n,) holds the weight of each month's standardised noise in the estimate,
        `variance` is what it would be for independent Poisson counts.
        """
        used = np.flatnonzero(contrast)
        weights = contrast[used]
        lag = np.abs(np.subtract.outer(used, used))
        by_lag = np.bincount(lag.ravel(), np.outer(weights, weights).ravel())
        total = by_lag[0]
        with_memory = self.rho[:, None] ** np.arange(by_lag.size) @ by_lag
        inflation = self.lasting * with_memory / total + 1.0 - self.lasting
        return variance * self.scale * inflation

    def judge(
        self, estimate: float, contrast: Floats, variance: float, level: float
    ) -> tuple[float, float, float]:
        """Return low, high and p of an estimate, averaged over the possible memories."""
        errors = np.sqrt(self.variances(contrast, variance))
        tail = (1.0 - level) / 2.0

        def beyond(reach: float) -> float:
            return float(self.weight @ stdtr(self.df, -reach / errors)) - tail

        most = 1e3 * float(errors.max())
        reach = most if beyond(most) > 0 else float(brentq(beyond, 0.0, most, rtol=1e-10))
        p = float(averaged_t_p(estimate / errors, self.df, self.weight))
        return estimate - reach, estimate + reach, p


def lasting_share(dispersion: float) -> float:
    """Return the share of the noise that can have memory, given its dispersion."""
    return max(_LEAST_LASTING, 1.0 - 1.0 / max(dispersion, 1.0))


def correlations(n: int, lasting: float, rho: Floats = RHO_GRID) -> Floats:
    """Return the correlation matrices (n_rho, n, n) of n months under each memory."""
    lag = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    return np.asarray(lasting * rho[:, None, None] ** lag + (1.0 - lasting) * np.eye(n))


def learn_memory(fit: QuasiPoissonFit, design: Floats) -> Memory:
    """Return the possible memories of the noise around a fit with their weights.

    Parameters
    ----------
    fit : QuasiPoissonFit
        A fit of counts, or rates, in order of time.
    design : ndarray of float, shape (n, k)
        Columns of the fit.

    Returns
    -------
    Memory
        Negative memory is not considered: it would only narrow intervals.

    Notes
    -----
    Restricted likelihood of the Pearson residuals under AR(1) noise beside independent
    (Poisson) noise with a prior that falls as (1 - rho) to the power 0.35 from 0 to 0.95; the scale
    is integrated out. The prior is what keeps 5 % false alarms for rho of 0 to 0.5 from 24 to 60
    months in simulation: a flat one is stricter than it says where there is no memory.

    References
    ----------
    .. [1] Harville, D. A. (1974). Bayesian inference for variance components using only error
       contrasts. Biometrika 61(2), 383-385.
    """
    return noise_memory(fit.residuals, design * np.sqrt(fit.expected)[:, None], fit.dispersion)


def noise_memory(
    noise: Floats, half: Floats, dispersion: float, *, prior_power: float = _PRIOR_POWER
) -> Memory:
    """Return the possible memories of the noise around any fit; see `learn_memory`.

    Parameters
    ----------
    noise : ndarray of float, shape (n,)
        Pearson residuals in order of time.
    half : ndarray of float, shape (n, k)
        Columns of the fit times the root of each month's information.
    dispersion : float
        Pearson chi-square over degrees of freedom.
    prior_power : float
        How fast the prior of a memory falls towards 1; 0 is flat and gives wider intervals.
    """
    df = noise.size - half.shape[1]
    lasting = lasting_share(dispersion)
    none = np.zeros(RHO_GRID.size)
    if df < 1 or float(noise @ noise) <= _NO_NOISE * noise.size:
        none[0] = 1.0  # a perfect fit leaves only rounding, which has no memory
        return Memory(RHO_GRID, none, np.ones(RHO_GRID.size), lasting, max(df, 1))
    basis, _ = np.linalg.qr(half)
    log_likelihood, chi_square = contrast_likelihood(noise, basis, lasting)
    weight = memory_weights(log_likelihood, prior_power=prior_power)
    scale = np.maximum(1.0, chi_square / df)
    return Memory(RHO_GRID, weight, scale, lasting, df)


def memory_weights(
    log_likelihood: Floats, rho: Floats = RHO_GRID, *, prior_power: float = _PRIOR_POWER
) -> Floats:
    """Return the weight of each memory: likelihood times prior, summing to one."""
    weight = np.exp(log_likelihood - log_likelihood.max()) * (1.0 - rho) ** prior_power
    return np.asarray(weight / weight.sum())


def contrast_likelihood(noise: Floats, basis: Floats, lasting: float) -> tuple[Floats, Floats]:
    """Return log restricted likelihood and generalised chi-square per memory, each (n_rho,)."""
    n, k = basis.shape
    values, vectors = _modes(n)
    variances = lasting * values + 1.0 - lasting
    turned = vectors.transpose(0, 2, 1) @ np.column_stack([basis, noise])
    products = (turned / variances[:, :, None]).transpose(0, 2, 1) @ turned
    information, along = products[:, :k, :k], products[:, :k, k:]
    explained = np.sum(along * np.linalg.solve(information, along), axis=(1, 2))
    chi_square = products[:, k, k] - explained
    logs = 0.5 * (np.log(variances).sum(axis=1) + np.linalg.slogdet(information)[1])
    return -logs - 0.5 * (n - k) * np.log(np.maximum(chi_square, 1e-300)), chi_square


@lru_cache(maxsize=8)
def _modes(n: int) -> tuple[Floats, Floats]:
    """Return eigenvalues (n_rho, n) and vectors of the AR(1) correlations of n months."""
    values, vectors = np.linalg.eigh(correlations(n, 1.0))
    return np.asarray(values), np.asarray(vectors)
