"""What a mixture cannot reach, added by ridge regression on the time before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convive.core.evaluation.simplex_weights import simplex_weights

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

N_PENALTIES = 20
SMALLEST = 1e-8
"""Least penalty tried, as a part of the largest."""


@dataclass(frozen=True, slots=True)
class Penalty:
    """The penalty that was chosen, and what the choice rests on."""

    value: float
    tried: Floats
    """Shape (n_tried,), falling."""
    error: Floats
    """Mean squared error in a period that was left out, shape (n_tried,)."""


def augmented_weights(
    donors: Floats, targets: Floats, weights: Floats, banned: Bools, penalty: float
) -> Floats:
    """Return mixtures corrected for what they miss before the start; some fall below 0.

    Parameters
    ----------
    donors : shape (n_donors, n_before)
    targets : shape (n_targets, n_before)
    weights : shape (n_targets, n_donors)
        From `simplex_weights`.
    banned : shape (n_targets, n_donors)
    penalty : float
        The larger, the nearer to the mixture.

    References
    ----------
    .. [1] Ben-Michael, E., Feller, A. and Rothstein, J. (2021). The augmented synthetic control
       method. Journal of the American Statistical Association 116(536), 1789-1803.
    """
    missed = targets - weights @ donors
    found = np.empty_like(weights)
    for b, (own, gap) in enumerate(zip(weights, missed, strict=True)):
        used = ~banned[b]
        x = donors[used] - donors[used].mean(axis=0)
        step = np.linalg.solve(x.T @ x + penalty * np.eye(x.shape[1]), gap)
        found[b] = own
        found[b, used] += x @ step
    return found


def choose_penalty(donors: Floats, targets: Floats, banned: Bools) -> Penalty:
    """Return the penalty that foretells periods best which were left out one by one.

    The largest penalty within one standard error of the best is taken, as in the source: where
    the periods cannot tell, the mixture is to stay a mixture.
    """
    errors, tried = [], np.zeros(0)
    for b, target in enumerate(targets):
        x = donors[~banned[b]]
        x = x - x.mean(axis=0)
        if tried.size == 0:
            top = max(float(np.linalg.norm(x, 2)) ** 2, 1e-12)
            tried = top * np.geomspace(1.0, SMALLEST, N_PENALTIES)
        shift = donors[~banned[b]].mean(axis=0)
        errors.append(_left_out(x, target - shift, tried))
    squared = np.concatenate(errors)
    error = squared.mean(axis=0)
    best = int(error.argmin())
    spread = float(squared[:, best].std(ddof=1)) / np.sqrt(squared.shape[0])
    chosen = int(np.flatnonzero(error <= error[best] + spread)[0])
    return Penalty(float(tried[chosen]), tried, error)


def _left_out(x: Floats, target: Floats, tried: Floats) -> Floats:
    """Return squared errors in each period when it is left out, shape (n_before, n_tried)."""
    products = x.T @ x
    found = np.empty((target.size, tried.size))
    for t in range(target.size):
        kept = np.arange(target.size) != t
        own = simplex_weights(x[:, kept], target[None, kept])[0]
        missed = target[kept] - own @ x[:, kept]
        size, axes = np.linalg.eigh(products[np.ix_(kept, kept)])
        pull, turned = axes.T @ products[kept, t], axes.T @ missed
        added = (pull * turned) @ (1.0 / (np.maximum(size, 0.0)[:, None] + tried))
        found[t] = (target[t] - own @ x[:, t] - added) ** 2
    return found


def extrapolated_share(weights: Floats) -> float:
    """Return how much of all weight lies below 0, outside of every mixture."""
    total = float(np.abs(weights).sum())
    return float(-np.minimum(weights, 0.0).sum()) / total if total > 0 else 0.0
