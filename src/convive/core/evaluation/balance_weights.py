"""Weights that make a group of comparison areas look like the treated areas before the start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError

_MAX_STEPS = 60
_HALVINGS = 12
_TOLERANCE = 1e-9
_LEAST_RIDGE = 1e-10
_ARMIJO = 1e-4

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Balanced:
    """Weights of comparison areas, and what they cost."""

    weights: Floats
    """Shape (n,), sum 1."""
    ridge: float
    imbalance: Floats
    """Shape (k,): target less weighted mean, in the units of the features."""

    @property
    def effective(self) -> float:
        """How many evenly weighted areas they are worth (Kish)."""
        return effective_number(self.weights)


def effective_number(weights: Floats) -> float:
    """Return how many evenly weighted areas weights are worth: (sum)² over sum of squares.

    Examples
    --------
    >>> round(effective_number(np.array([0.5, 0.25, 0.25])), 2)
    2.67
    """
    return float(weights.sum() ** 2 / np.maximum((weights**2).sum(), 1e-300))


def entropy_balance(
    features: ArrayLike,
    target: ArrayLike,
    *,
    base: ArrayLike | None = None,
    ridge: float = 0.0,
) -> Balanced:
    """Return the most even weights with which areas have the wanted means.

    Use it for areas among which the target lies; where it lies outside them no weights exist,
    and only a ridge above 0 gives an answer, which then misses the target: look at `imbalance`.

    Parameters
    ----------
    features : array_like of float, shape (n, k)
        Of the comparison areas; on one scale (standard deviations) where a ridge is used.
    target : array_like of float, shape (k,)
        Means wanted, those of the treated areas.
    base : array_like of float, shape (n,), optional
        Weights to start from, e.g. population; 0 leaves an area out. Even by default.
    ridge : float, 0 or more
        How much of the target may be given up for even weights; 0 asks for all of it.

    Returns
    -------
    Balanced

    Raises
    ------
    MethodError
        EFFECT_SHAPE; BALANCE_RIDGE for a negative ridge; BALANCE_IMPOSSIBLE where no weights
        reach the target and the ridge is 0.

    Notes
    -----
    The weights nearest to the base in the sense of Kullback, found by Newton steps in the dual;
    a ridge there is a squared penalty on the imbalance here.

    References
    ----------
    .. [1] Hainmueller, J. (2012). Entropy balancing for causal effects. Political Analysis
       20(1), 25-46.
    .. [2] Deville, J.-C. and Särndal, C.-E. (1992). Calibration estimators in survey sampling.
       Journal of the American Statistical Association 87, 376-382.

    Examples
    --------
    >>> entropy_balance([[0.0], [1.0]], [0.25]).weights.round(3).tolist()
    [0.75, 0.25]
    """
    x = np.asarray(features, dtype=np.float64)
    wanted = np.asarray(target, dtype=np.float64)
    start = np.ones(x.shape[0]) if base is None else np.asarray(base, dtype=np.float64)
    if x.ndim != 2 or wanted.shape != x.shape[1:] or start.shape != x.shape[:1] or not x.size:
        raise MethodError("EFFECT_SHAPE", features=x.shape, target=wanted.shape)
    if not ridge >= 0.0:
        raise MethodError("BALANCE_RIDGE", ridge=ridge)
    weights = balance_many(x, wanted[None, :], start[None, :], ridge)[0]
    imbalance = wanted - weights @ x
    if ridge == 0.0 and np.abs(imbalance).max() > 1e-5 * (1.0 + np.abs(x).max()):
        raise MethodError("BALANCE_IMPOSSIBLE", missed=float(np.abs(imbalance).max()))
    return Balanced(weights, ridge, imbalance)


def balance_many(features: Floats, targets: Floats, base: Floats, ridge: float) -> Floats:
    """Return weights (n_groups, n) for many targets (n_groups, k) at once; see `entropy_balance`.

    A target that cannot be reached gives the weights of the last step.
    """
    with np.errstate(divide="ignore"):
        log_base = np.log(base)
    n_groups, k = targets.shape
    if k == 0:
        return base / base.sum(axis=1, keepdims=True)
    rows, columns = np.triu_indices(k)
    products = features[:, rows] * features[:, columns]
    beta = np.zeros((n_groups, k))
    penalty = max(ridge, _LEAST_RIDGE)
    value, weights = _dual(beta, features, targets, log_base, penalty)
    for _ in range(_MAX_STEPS):
        mean = weights @ features
        gradient = mean - targets + penalty * beta
        open_ones = np.flatnonzero(np.abs(gradient).max(axis=1) > _TOLERANCE)
        if open_ones.size == 0:
            break
        curve = _curvature(weights[open_ones] @ products, mean[open_ones], penalty)
        step = np.linalg.solve(curve, gradient[open_ones][:, :, None])[:, :, 0]
        slope = (gradient[open_ones] * step).sum(axis=1)
        part = (features, targets[open_ones], log_base[open_ones], penalty)
        length = np.ones(open_ones.size)
        for _ in range(_HALVINGS):
            new = beta[open_ones] - length[:, None] * step
            found, fresh = _dual(new, *part)
            is_worse = ~(found <= value[open_ones] - _ARMIJO * length * slope + 1e-12)
            if not is_worse.any():
                break
            length = np.where(is_worse, length / 2.0, length)
        beta[open_ones], value[open_ones], weights[open_ones] = new, found, fresh
    return weights


def _dual(
    beta: Floats, features: Floats, targets: Floats, log_base: Floats, penalty: float
) -> tuple[Floats, Floats]:
    """Return the value of the dual, shape (n_groups,), and the weights that go with it."""
    score = log_base + beta @ features.T
    top = score.max(axis=1, keepdims=True)
    mass = np.exp(score - top)
    total = mass.sum(axis=1, keepdims=True)
    value = (np.log(total) + top)[:, 0] - (beta * targets).sum(axis=1)
    return value + penalty / 2.0 * (beta**2).sum(axis=1), mass / total


def _curvature(second: Floats, mean: Floats, penalty: float) -> Floats:
    """Return the second derivatives of the dual, shape (n_groups, k, k)."""
    k = mean.shape[1]
    rows, columns = np.triu_indices(k)
    full = np.empty((mean.shape[0], k, k))
    full[:, rows, columns] = second
    full[:, columns, rows] = second
    full -= mean[:, :, None] * mean[:, None, :]
    return full + (penalty + _LEAST_RIDGE) * np.eye(k)
