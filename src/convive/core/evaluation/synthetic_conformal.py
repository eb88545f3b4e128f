"""Conformal intervals: effects under which the time after the start is nothing special."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convive.core.evaluation.simplex_weights import simplex_weights
from convive.core.evaluation.synthetic_fit import Aims, aims_of
from convive.core.evaluation.synthetic_panel import Data, Mixture
from convive.core.evaluation.synthetic_ridge import augmented_weights

Floats = NDArray[np.float64]

_FARTHEST = 3.0
_STEPS = 40
_ROUNDS = 3
_FINER = 16


@dataclass(frozen=True, slots=True)
class Conformal:
    """Constant effects in percent that the periods themselves do not rule out."""

    p: float
    """Of no effect."""
    low: float
    high: float
    """Infinite where nothing is ruled out above."""


def conformal(data: Data, centre: float, alpha: float, penalty: float | None) -> Conformal:
    """Return the interval of a constant effect in percent, and the p-value of none.

    Parameters
    ----------
    centre : float, unit: percent
        Where the search for the ends begins.
    alpha : float
    penalty : float, optional
        Of the ridge regression.

    Notes
    -----
    Under an assumed effect the treated areas are cleared of it and the mixture is fitted to all
    periods; the mean gap after the start is then held against that of every other stretch of
    the same length (moving blocks, round the end of the series). Predictors play no part. The
    interval spans all effects that are not rejected.

    References
    ----------
    .. [1] Chernozhukov, V., Wüthrich, K. and Zhu, Y. (2021). An exact and robust conformal
       inference method for counterfactual and synthetic controls. Journal of the American
       Statistical Association 116(536), 1849-1864.
    """
    aims = aims_of(data, data.treated[None, :], data.start)
    rates = data.y / data.sizes(data.start)[:, None]

    def p_of(logs: Floats) -> Floats:
        return _p_values(data, (aims, rates), logs, penalty)

    middle = float(np.log(max(1.0 + centre / 100.0, 1e-3)))
    low, high = (_end(p_of, middle, side, alpha) for side in (-1.0, 1.0))
    return Conformal(
        p=float(p_of(np.zeros(1))[0]),
        low=100.0 * float(np.expm1(low)),
        high=100.0 * float(np.expm1(high)),
    )


def _p_values(
    data: Data, given: tuple[Aims, Floats], logs: Floats, penalty: float | None
) -> Floats:
    """Return the p-value of each assumed effect (log ratio)."""
    aims, rates = given
    ours = aims.share @ rates
    is_after = np.arange(data.n_periods) >= data.start
    cleared = np.where(is_after, ours[None] * np.exp(-logs)[:, None, None], ours[None])
    n_effects, n_targets, n_periods = cleared.shape
    targets = cleared.reshape(-1, n_periods)
    banned = np.tile(aims.banned, (n_effects, 1))
    donors = rates[data.donors]
    weights = simplex_weights(donors, targets, banned=banned)
    if data.rules.mixture is Mixture.RIDGE and penalty is not None:
        weights = augmented_weights(donors, targets, weights, banned, penalty)
    gaps = (targets - weights @ donors).reshape(n_effects, n_targets, n_periods)
    return _moving_blocks(np.einsum("t,etp->ep", aims.member[0], gaps), data.start)


def _moving_blocks(gaps: Floats, start: int) -> Floats:
    """Return the share of stretches, ours among them, whose mean gap is as far from 0."""
    n_periods = gaps.shape[1]
    length = n_periods - start
    running = np.cumsum(np.hstack([np.zeros((gaps.shape[0], 1)), gaps, gaps[:, :length]]), axis=1)
    sums = np.abs(running[:, length : length + n_periods] - running[:, :n_periods])
    ours = sums[:, start : start + 1]
    return np.asarray((sums >= ours * (1.0 - 1e-9)).mean(axis=1))


def _end(p_of: Callable[[Floats], Floats], middle: float, side: float, alpha: float) -> float:
    """Return the outermost log ratio on one side that is not rejected."""
    tried = np.concatenate([[0.0], np.geomspace(0.003, _FARTHEST, _STEPS)])
    for _ in range(_ROUNDS):
        kept = np.flatnonzero(p_of(middle + side * tried) > alpha)
        last = int(kept[-1]) if kept.size else 0
        if last == tried.size - 1:
            return side * np.inf if tried[last] >= _FARTHEST else middle + side * float(tried[last])
        tried = np.linspace(tried[last], tried[last + 1], _FINER)
    return middle + side * float(tried[-1])
