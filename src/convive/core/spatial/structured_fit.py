"""The Poisson model of mapped rates at given spread and shared part: mode and normal approximation.

Log ratios are η = β + s u + own part. The own parts are independent, so they are taken out by
hand; what is left to solve has one unknown an area and the sparsity of the map.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special
from scipy.sparse.linalg import SuperLU

from convive.core.spatial.structured_prior import StructuredPrior, factored, inverse_diagonal

FloatArray = NDArray[np.float64]

__all__ = ["Fit", "MapData", "fitted", "mode_of"]

_NEWTON = 60
_LONGEST = 2.0
"""Largest change of a log ratio in one step."""


@dataclass(frozen=True, slots=True)
class MapData:
    """Counts, what would be expected of each area at the city's rate, and the prior of the map."""

    count: FloatArray
    expected: FloatArray
    prior: StructuredPrior


@dataclass(frozen=True, slots=True)
class Fit:
    """The posterior of the log ratios at one node, as normal distributions."""

    mean: FloatArray
    variance: FloatArray
    log_density: float
    """Of the node, up to a constant, its prior included."""


@dataclass(frozen=True, slots=True)
class _System:
    """The normal equations for the level β and the shared part u, parts' sums being 0."""

    scale: float
    """s: standard deviation of the shared part."""
    own: float
    """Variance of the own part."""
    kept: FloatArray
    """(n,): 1 / (1 + information × own), what the own part leaves to the rest."""
    information: FloatArray
    """(n,): of each area on β + s u."""
    solver: SuperLU
    border: FloatArray
    """(n, 1 + n_parts): columns of β and of the constraints."""
    moved: FloatArray
    """Solver applied to `border`."""
    corner: FloatArray
    """(1 + n_parts, 1 + n_parts): the bordered matrix with u taken out."""


def mode_of(data: MapData, node: FloatArray, start: FloatArray) -> FloatArray:
    """Return the log ratios of highest posterior density at (log spread, logit of shared part)."""
    eta = start
    for _ in range(_NEWTON):
        mean = data.expected * np.exp(eta)
        target, _, _ = _solved(_system(data, node, mean), eta + data.count / mean - 1.0)
        step = np.clip(target - eta, -_LONGEST, _LONGEST)
        eta = eta + step
        if np.max(np.abs(step)) < 1e-6:
            break
    return eta


def fitted(data: MapData, node: FloatArray, eta: FloatArray, *, is_whole: bool) -> Fit:
    """Return the normal approximation at the mode `eta`; without `is_whole` only its density.

    The means are corrected for the skewness of the Poisson likelihood to first order: half of
    the third derivative times the variance acts like a shift of the data.
    """
    mean = data.expected * np.exp(eta)
    system = _system(data, node, mean)
    working = eta + data.count / mean - 1.0
    _, level, shared = _solved(system, working)
    density = _log_density(data, node, eta, system, (working, level, shared))
    if not is_whole:
        return Fit(eta, eta, density)
    variance = _variances(system)
    shift = _solved(system, -0.5 * variance)[0]  # minus half of mean × variance, per information
    return Fit(eta + shift, variance, density)


def _system(data: MapData, node: FloatArray, mean: FloatArray) -> _System:
    """Return the equations at Poisson means, whose information on the log ratio they are."""
    spread, share = float(np.exp(node[0])), float(special.expit(node[1]))
    scale, own = spread * np.sqrt(share), spread**2 * (1.0 - share)
    kept = 1.0 / (1.0 + mean * own)
    information = mean * kept
    matrix = data.prior.precision + sparse.diags_array(scale**2 * information)
    solver = factored(matrix.tocsc())
    border = np.column_stack([scale * information, data.prior.groups])
    moved = solver.solve(border)
    corner = -border.T @ moved
    corner[0, 0] += information.sum()
    return _System(scale, own, kept, information, solver, border, moved, corner)


def _solved(system: _System, working: FloatArray) -> tuple[FloatArray, float, FloatArray]:
    """Return log ratios, level and shared part for working data (n,)."""
    right = system.information * working
    first = system.solver.solve(system.scale * right)
    rest = -system.border.T @ first
    rest[0] += right.sum()
    extra = np.linalg.solve(system.corner, rest)
    shared = first - system.moved @ extra
    level = float(extra[0])
    eta = system.kept * (level + system.scale * shared) + (1.0 - system.kept) * working
    return eta, level, shared


def _variances(system: _System) -> FloatArray:
    """Return the variance of each log ratio, the level's uncertainty included."""
    inverse = np.linalg.inv(system.corner)
    lifted = system.moved @ inverse
    shared = inverse_diagonal(system.solver) + np.einsum("ij,ij->i", lifted, system.moved)
    both = inverse[0, 0] - 2 * system.scale * lifted[:, 0] + system.scale**2 * shared
    return np.asarray(system.own * system.kept + system.kept**2 * both)


def _log_density(
    data: MapData,
    node: FloatArray,
    eta: FloatArray,
    system: _System,
    solution: tuple[FloatArray, float, FloatArray],
) -> float:
    """Return the Laplace approximation to the node's log posterior density."""
    working, level, shared = solution
    fit = data.count @ eta - np.sum(data.expected * np.exp(eta))
    residual = system.information * (working - level - system.scale * shared)
    penalty = system.own * residual @ residual + shared @ (data.prior.precision @ shared)
    pivots = np.log(np.abs(system.solver.U.diagonal())).sum()
    volume = np.sum(np.log(system.kept)) - pivots - np.linalg.slogdet(system.corner)[1]
    spread, share = np.exp(node[0]), special.expit(node[1])
    # Rayleigh for the spread, whose logarithm the node holds; uniform for the share.
    prior = 2.0 * node[0] - spread**2 / 2 + np.log(share) + np.log1p(-share)
    return float(fit - penalty / 2 + volume / 2 + prior)
