"""Weights that stand out, trimmed, with what weighting costs before and after."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from convive.core.errors import MethodError
from convive.core.survey.design import SurveyDesign
from convive.core.survey.estimates import kish_effective_n

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WeightSpread:
    """What the spread of weights costs, over respondents with weight."""

    n: int
    deff: float
    """Kish's design effect of weighting: variance is this many times larger."""
    n_effective: float
    largest_to_smallest: float
    largest_to_median: float


@dataclass(frozen=True, slots=True, eq=False)
class TrimmedWeights:
    """A design with trimmed weights and the report of what trimming did."""

    design: SurveyDesign
    before: WeightSpread
    after: WeightSpread
    n_trimmed: int
    share_moved: float
    """Part of the total weight that went from some respondents to others."""


def weight_spread(weights: NDArray[np.float64]) -> WeightSpread:
    """Return how unequal weights are.

    Raises
    ------
    MethodError
        SURVEY_BAD_WEIGHT where nobody has weight.

    References
    ----------
    .. [1] Kish, L. (1992). Weighting for unequal Pi. Journal of Official Statistics 8(2),
       183-200.

    Examples
    --------
    >>> spread = weight_spread(np.array([1.0, 1.0, 2.0]))
    >>> spread.deff, spread.largest_to_smallest
    (1.125, 2.0)
    """
    known = np.asarray(weights, dtype=float)
    known = known[known > 0]
    if known.size == 0:
        raise MethodError("SURVEY_BAD_WEIGHT", n=0)
    effective = float(kish_effective_n(known)[0])
    return WeightSpread(
        n=int(known.size),
        deff=known.size / effective,
        n_effective=effective,
        largest_to_smallest=float(known.max() / known.min()),
        largest_to_median=float(known.max() / np.median(known)),
    )


def trim_weights(
    design: SurveyDesign, *, upper: float | None = None, lower: float = 0.0
) -> TrimmedWeights:
    """Return the design with weights cut off at bounds, what was cut given to the others.

    Parameters
    ----------
    design : SurveyDesign
        Trim before calibrating: calibration must have the last word on the totals.
    upper : float, optional
        Largest weight; by default the median plus six times the distance between the quartiles.
    lower : float
        Smallest weight of those who have any.

    Raises
    ------
    MethodError
        WEIGHTING_ALREADY_CALIBRATED; WEIGHTING_TRIM where bounds are in the wrong order or
        cannot hold the total weight.

    Notes
    -----
    What is cut goes in equal parts to the respondents within the bounds (for an upper bound
    R's ``trimWeights`` with ``strict = TRUE``), so that the total weight and the order of
    weights stay. Trimming trades bias for variance: do not use it to make an interval look
    better, and say where the bound came from. Standard errors take the trimmed weights as
    given.

    References
    ----------
    .. [1] Potter, F. J. (1990). A study of procedures to identify and trim extreme sampling
       weights. Proceedings of the Survey Research Methods Section, American Statistical
       Association, 225-230.
    """
    if design.calibration is not None:
        raise MethodError("WEIGHTING_ALREADY_CALIBRATED")
    before = weight_spread(design.weights)
    has_weight = design.weights > 0
    weights = design.weights[has_weight]
    high = _default_bound(weights) if upper is None else float(upper)
    if not 0.0 <= lower <= weights.mean() <= high:
        raise MethodError("WEIGHTING_TRIM", lower=lower, upper=high, mean=float(weights.mean()))
    found = design.weights.copy()
    found[has_weight] = _redistributed(weights, lower, high)
    trimmed = replace(design, weights=found)
    cut = (design.weights > high) | (has_weight & (design.weights < lower))
    moved = np.abs(found - design.weights).sum() / 2.0 / weights.sum()
    return TrimmedWeights(trimmed, before, weight_spread(found), int(cut.sum()), float(moved))


def _default_bound(weights: FloatArray) -> float:
    """Return the median plus six interquartile ranges."""
    low, middle, high = np.quantile(weights, [0.25, 0.5, 0.75])
    return float(max(middle + 6.0 * (high - low), weights.mean()))


def _redistributed(weights: FloatArray, low: float, high: float) -> FloatArray:
    """Return weights all moved by the same amount and cut at the bounds, with the same total."""

    def excess(shift: float) -> float:
        return float(np.clip(weights + shift, low, high).sum() - weights.sum())

    span = max(high, float(weights.max()))
    if excess(0.0) == 0.0:
        shift = 0.0
    else:
        shift = optimize.brentq(excess, -span, span, xtol=1e-14 * span, rtol=1e-14)
    return np.clip(weights + shift, low, high)
