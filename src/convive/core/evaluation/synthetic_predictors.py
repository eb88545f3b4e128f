"""What areas are compared by: their past, and predictors with weights of their own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from convive.core.evaluation.simplex_weights import simplex_weights
from convive.core.evaluation.synthetic_panel import Data, Predictors

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_NESTED = 60
"""With more areas predictors are not weighed by the data, but count as much as the past."""
_STEPS = 80
"""Most steps of the search for each predictor."""


def is_nested(data: Data) -> bool:
    """Return whether predictors are weighed by how well the mixture then foretells the past."""
    return data.predictors is not None and data.donors.size <= MOST_NESTED


def features(data: Data, rates: Floats, start: int) -> Floats:
    """Return what many areas are matched on, shape (n_areas, n_features).

    The path before the start; with predictors both are brought to one scale, and all predictors
    together count as much as the whole path.
    """
    past = rates[:, :start]
    if data.predictors is None:
        return past
    x = standardised(np.asarray(data.predictors.values, dtype=np.float64))
    spread = max(float(past.std(axis=0).mean()), 1e-300)
    scaled = past / spread / np.sqrt(start)
    return np.hstack([scaled, x / np.sqrt(x.shape[1])])


def standardised(values: Floats) -> Floats:
    """Return predictors in their standard deviations over areas, of mean 0."""
    spread = values.std(axis=0, ddof=1)
    return np.asarray((values - values.mean(axis=0)) / np.where(spread > 0, spread, 1.0))


def nested_weights(
    predictors: Predictors, rates: Floats, ours: Floats, donors: Ints, start: int
) -> tuple[Floats, Floats]:
    """Return the mixture for one target and the weights of the predictors.

    Parameters
    ----------
    predictors : Predictors
    rates : shape (n_areas, n_periods)
    ours : shape (n_areas,)
        Share of each area in the target; zero for donors.
    donors : shape (n_donors,)
    start : int

    Returns
    -------
    tuple of arrays, shapes (n_donors,) and (n_predictors,)

    Notes
    -----
    The outer search (Nelder and Mead) starts from equal weights and from those of a regression
    of the past on the predictors; it may end in a local optimum, so the better end is taken.

    References
    ----------
    .. [1] Abadie, A., Diamond, A. and Hainmueller, J. (2010). Synthetic control methods for
       comparative case studies. Journal of the American Statistical Association 105, 493-505.
    """
    main = standardised(np.asarray(predictors.values, dtype=np.float64))
    earlier = main
    if predictors.training is not None:
        earlier = standardised(np.asarray(predictors.training, dtype=np.float64))
    first, last = predictors.judged or (0, start)
    judged = rates[:, first:last]
    aim, others = ours @ judged, judged[donors]

    def mix(x: Floats, importance: Floats) -> Floats:
        root = np.sqrt(importance)
        return simplex_weights(x[donors] * root, (ours @ x)[None, :] * root)[0]

    def missed(raw: Floats) -> float:
        gap = aim - mix(earlier, _importance(raw)) @ others
        return float(gap @ gap) / gap.size

    ends = [
        minimize(
            missed,
            begin,
            method="Nelder-Mead",
            options={
                "maxfev": _STEPS * begin.size,
                "xatol": 1e-5,
                "fatol": 1e-10,
                "adaptive": True,
            },
        )
        for begin in _beginnings(earlier, judged)
    ]
    importance = _importance(min(ends, key=lambda end: float(end.fun)).x)
    return mix(main, importance), importance


def _importance(raw: Floats) -> Floats:
    """Return weights of predictors that add up to 1 from any numbers."""
    squared = raw * raw + 1e-12
    return np.asarray(squared / squared.sum(), dtype=np.float64)


def _beginnings(x: Floats, judged: Floats) -> list[Floats]:
    """Return where the search begins."""
    slopes = np.linalg.lstsq(np.column_stack([np.ones(x.shape[0]), x]), judged, rcond=None)[0]
    strength = np.sqrt((slopes[1:] ** 2).sum(axis=1))
    size = max(float(np.linalg.norm(strength)), 1e-300)
    return [np.full(x.shape[1], x.shape[1] ** -0.5), strength / size]
