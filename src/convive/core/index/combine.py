"""From points of several indicators to one number an area: four ways, weights by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import scipy  # its statistics take half a second to load: at their first use
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.index.recipe import Table, check_option, read_table
from convive.core.index.weights import normalise_weights

Combination = Literal["arithmetic", "geometric", "mazziotta_pareto", "copeland"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Copeland:
    """Majority comparison of every pair of areas."""

    scores: Floats
    """Pairs won minus pairs lost, shape (n_areas,)."""
    winner: int | None
    """The area that beats every other (Condorcet), where there is one."""


def combine(points: Table, weights: Mapping[str, float], *, how: Combination) -> Floats:
    """Return one number per area from points of several indicators.

    *arithmetic*: a good part makes up for a bad one. *geometric*: less so; one part at 0 gives 0.
    *mazziotta_pareto*: mean minus a penalty for parts that lie far apart. *copeland*: no part
    makes up for another; only the order of areas in each indicator counts, so the result is an
    order and not a quantity.

    Parameters
    ----------
    points : mapping of indicator to array_like of float, shape (..., n_areas)
        Higher is better. NaN in one part gives NaN (for *copeland*: a refusal).
    weights : mapping of indicator to float
        Of exactly these indicators, in any order; brought to a sum of 1.
    how : {"arithmetic", "geometric", "mazziotta_pareto", "copeland"}
        Never guessed.

    Raises
    ------
    MethodError
        INDEX_OPTION; INDEX_NAMES; INDEX_WEIGHTS; INDEX_NEGATIVE_POINTS for a geometric mean or a
        penalty of points below 0; INDEX_MISSING for *copeland*.

    References
    ----------
    .. [1] OECD and JRC (2008). Handbook on Constructing Composite Indicators, 6.
    .. [2] Mazziotta, M. and Pareto, A. (2016). On a generalized non-compensatory composite index
       for measuring socio-economic phenomena. Social Indicators Research 127, 983-1003.

    Examples
    --------
    >>> points = {"theft": [90.0, 100.0], "fear": [40.0, 100.0]}
    >>> equal = {"fear": 1, "theft": 1}
    >>> combine(points, equal, how="arithmetic").tolist()
    [65.0, 100.0]
    >>> combine(points, equal, how="geometric").round(6).tolist()
    [60.0, 100.0]
    """
    check_option("how", how, get_args(Combination))
    table = read_table(points, points)
    shares = normalise_weights(weights, table)
    stack = np.stack(list(table.values()))
    return combine_stack(stack, np.array(list(shares.values())), how)


def combine_stack(points: Floats, weights: Floats, how: Combination) -> Floats:
    """Return the same from stacked points (n_indicators, ..., n_areas) and weights in that order.

    Weights have shape (n_indicators,), or (n_indicators, n_draws) for points of shape
    (n_indicators, n_draws, n_areas).
    """
    if how == "copeland":
        return _copeland_scores(points, weights)
    w = weights.reshape(*weights.shape, *(1,) * (points.ndim - weights.ndim))
    if how == "arithmetic":
        return np.asarray(np.sum(w * points, axis=0))
    if (points < 0).any():
        raise MethodError("INDEX_NEGATIVE_POINTS")
    if how == "geometric":
        with np.errstate(divide="ignore", invalid="ignore"):
            # A weight of 0 leaves its part out, even one at 0 points.
            logs = np.where(w > 0, w * np.log(points), 0.0)
        return np.asarray(np.exp(np.sum(logs, axis=0)))
    mean = np.sum(w * points, axis=0)
    variance = np.sum(w * (points - mean) ** 2, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(mean > 0, mean - variance / mean, mean)


def copeland(points: Table, weights: Mapping[str, float]) -> Copeland:
    """Return how many pairwise comparisons each area wins, and the Condorcet winner.

    Area a beats b where the weights of the indicators in which a is better exceed those in
    which b is. Sampling error is ignored: the smallest lead counts as one.

    Raises
    ------
    MethodError
        INDEX_NAMES; INDEX_WEIGHTS; INDEX_MISSING.

    References
    ----------
    .. [1] Munda, G. and Nardo, M. (2009). Noncompensatory/nonlinear composite indicators for
       ranking countries: a defensible setting. Applied Economics 41(12), 1513-1523.

    Examples
    --------
    >>> copeland({"a": [3, 2, 1], "b": [1, 3, 2], "c": [2, 1, 3]}, {"a": 1, "b": 1, "c": 1})
    Copeland(scores=array([0., 0., 0.]), winner=None)
    """
    scores = combine(points, weights, how="copeland")
    best = int(np.argmax(scores))
    return Copeland(scores, best if scores[best] == scores.size - 1 else None)


def _copeland_scores(points: Floats, weights: Floats) -> Floats:
    """Return wins minus losses; points (n_indicators, ..., n_areas)."""
    if not np.isfinite(points).all():
        raise MethodError("INDEX_MISSING", indicator="copeland", n=int(np.isnan(points).sum()))
    n_indicators, *between, n_areas = points.shape
    flat = points.reshape(n_indicators, -1, n_areas)
    shares = np.broadcast_to(weights.reshape(n_indicators, -1), flat.shape[:2])
    scores = np.empty(flat.shape[1:])
    for draw in range(flat.shape[1]):
        lead = np.zeros((n_areas, n_areas))
        for row, weight in zip(flat[:, draw], shares[:, draw], strict=True):
            lead += weight * np.sign(row[:, None] - row[None, :])
        # Weights are sums of fractions: a lead of rounding size is a tie.
        scores[draw] = np.sum(np.sign(np.where(np.abs(lead) < 1e-12, 0.0, lead)), axis=1)
    return scores.reshape(*between, n_areas)


def ranks_of(scores: ArrayLike) -> Floats:
    """Return ranks along the last axis, 1 = highest; equal scores share the mean of their ranks.

    Examples
    --------
    >>> ranks_of([70.0, 90.0, 70.0]).tolist()
    [2.5, 1.0, 2.5]
    """
    return np.asarray(scipy.stats.rankdata(-np.asarray(scores, dtype=np.float64), axis=-1))
