"""Calibration: weights that meet known numbers of the population, and designs that remember it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from convive.core.errors import MethodError
from convive.core.survey.auxiliaries import Calibration, generalised_inverse
from convive.core.survey.design import SurveyDesign
from convive.core.survey.margins import KnownTotal, Margin, Targets, refuse_empty_cells, targets_of

FloatArray = NDArray[np.float64]
Method = Literal["linear", "raking", "logit"]
Step = Callable[[FloatArray], tuple[FloatArray, FloatArray]]
"""From u = row × multipliers to the ratio of new to old weight, and its slope in u."""

TOLERANCE = 1e-10
"""Relative distance of a total from its target at which calibration stops."""
MAX_ROUNDS = 100
_FLATTER = 0.999
"""Slope of the (convex) distance along a step, relative to its start, that ends the step."""


@dataclass(frozen=True, slots=True)
class WeightRatios:
    """How far calibration moved weights: new ÷ old, over respondents with weight."""

    smallest: float
    median: float
    largest: float


def post_stratify(design: SurveyDesign, margin: Margin) -> SurveyDesign:
    """Return the design with weights that add up to the population in each category.

    Parameters
    ----------
    design : SurveyDesign
        Not calibrated before.
    margin : Margin
        One classification, crossed if need be.

    Returns
    -------
    SurveyDesign
        With the calibration, so that standard errors use deviations from the category means
        (those of R's ``postStratify``).

    Raises
    ------
    MethodError
        As for `calibrate`.

    Notes
    -----
    Do not use it with cells of a handful of respondents: collapse them or use `rake`.

    References
    ----------
    .. [1] Holt, D., Smith, T. M. F. (1979). Post stratification. Journal of the Royal
       Statistical Society A 142(1), 33-46.

    Examples
    --------
    >>> people = SurveyDesign([10.0, 10.0, 10.0])
    >>> post_stratify(people, Margin("sex", ["w", "w", "m"], {"w": 24, "m": 26})).weights.tolist()
    [12.0, 12.0, 26.0]
    """
    return calibrate(design, [margin], method="linear")


def rake(design: SurveyDesign, margins: Sequence[Margin]) -> SurveyDesign:
    """Return the design with weights that meet several margins, by iterative scaling.

    Weights are multiplied margin by margin until all are met. They are those of
    ``calibrate(…, method="raking")``; parameters, errors and variances are too.

    References
    ----------
    .. [1] Deming, W. E., Stephan, F. F. (1940). On a least squares adjustment of a sampled
       frequency table when the expected marginal totals are known. Annals of Mathematical
       Statistics 11(4), 427-444.
    """
    targets = _prepared(design, margins)
    if any(group.size == 0 for group in targets.groups):
        raise MethodError("WEIGHTING_NEEDS_CATEGORIES")
    return _calibrated(design, targets, lambda weights: _scaled(targets, weights))


def calibrate(
    design: SurveyDesign,
    margins: Sequence[Margin | KnownTotal],
    *,
    method: Method = "raking",
    bounds: tuple[float, float] | None = None,
) -> SurveyDesign:
    """Return the design with the weights closest to its own that meet known totals.

    Parameters
    ----------
    design : SurveyDesign
        Not calibrated before: give all margins at once.
    margins : sequence of Margin or KnownTotal
        Numbers of people, not shares; margins must add up to the same population (nothing is
        rescaled silently; see `Margin.scaled_to`).
    method : {"raking", "linear", "logit"}
        Distance: multiplicative (weights stay above 0), least squares (the generalised
        regression estimator), or logit, which needs `bounds`.
    bounds : (float, float), optional
        Smallest and largest ratio of new to old weight, around 1: with "linear" weights are
        cut off there, with "logit" they approach them. Without bounds by default.

    Returns
    -------
    SurveyDesign
        With the calibration: all estimates, differences and quantiles of `core.survey` take
        the residuals on the margins in their standard errors (see `domain_variance`).

    Raises
    ------
    MethodError
        WEIGHTING_EMPTY_CELL, WEIGHTING_NO_CONVERGENCE (both name margin, cell and the
        neighbour to collapse it with; the latter also the distance in % of the total),
        WEIGHTING_MARGINS_DISAGREE, WEIGHTING_UNKNOWN_CELL,
        WEIGHTING_BAD_TOTAL, WEIGHTING_NO_MARGIN, WEIGHTING_NEGATIVE, WEIGHTING_BOUNDS,
        WEIGHTING_METHOD, WEIGHTING_ALREADY_CALIBRATED, SURVEY_SHAPE, SURVEY_MISSING_LABEL.

    Notes
    -----
    The standard errors follow R's ``calibrate(calfun = "raking")``: residuals of a regression
    under the weights before calibration, multiplied by those after. R's ``rake`` regresses
    step by step instead; the two agree to a few parts in a million. Degrees of freedom stay
    those of the clusters met. Do not use it to mend a sample that people chose to be in:
    weights meet the margins, not the people who stayed away.

    References
    ----------
    .. [1] Deville, J.-C., Särndal, C.-E. (1992). Calibration estimators in survey sampling.
       Journal of the American Statistical Association 87, 376-382.
    .. [2] Deville, J.-C., Särndal, C.-E., Sautory, O. (1993). Generalized raking procedures in
       survey sampling. Journal of the American Statistical Association 88, 1013-1020.
    """
    step = _step(method, bounds)
    targets = _prepared(design, margins)
    return _calibrated(design, targets, lambda weights: _solved(targets, weights, step))


def weight_ratios(design: SurveyDesign) -> WeightRatios:
    """Return how far a calibrated design's weights were moved: look at it before publishing.

    Raises
    ------
    MethodError
        WEIGHTING_NOT_CALIBRATED.
    """
    if design.calibration is None:
        raise MethodError("WEIGHTING_NOT_CALIBRATED")
    before = design.calibration.base_weights
    ratio = design.weights[before > 0] / before[before > 0]
    return WeightRatios(float(ratio.min()), float(np.median(ratio)), float(ratio.max()))


def _prepared(design: SurveyDesign, margins: Sequence[Margin | KnownTotal]) -> Targets:
    """Return the targets of a design that may be calibrated."""
    if design.calibration is not None:
        raise MethodError("WEIGHTING_ALREADY_CALIBRATED")
    return targets_of(margins, design.weights)


def _calibrated(
    design: SurveyDesign, targets: Targets, solve: Callable[[FloatArray], FloatArray]
) -> SurveyDesign:
    """Return the design with new weights and the record of how they came about."""

    def again(weights: FloatArray) -> FloatArray:
        refuse_empty_cells(targets, weights)
        return solve(weights)

    inverse = generalised_inverse(targets.auxiliaries.gram(design.weights))
    record = Calibration(targets.auxiliaries, design.weights, inverse, again)
    return replace(design, weights=solve(design.weights), calibration=record)


def _scaled(targets: Targets, weights: FloatArray) -> FloatArray:
    """Return weights scaled to each margin in turn until all are met."""
    found = weights.copy()
    size = targets.totals.size
    for _ in range(10 * MAX_ROUNDS):
        farthest = 0.0
        for group in targets.groups:
            sums = np.bincount(group, weights=found, minlength=size)
            factor = np.divide(targets.totals, sums, out=np.ones(size), where=sums > 0)
            farthest = max(farthest, float(np.max(np.abs(factor - 1.0)[sums > 0])))
            found = found * factor[group]
        if farthest <= TOLERANCE:
            return found
    raise _not_met(targets, found)


def _solved(targets: Targets, weights: FloatArray, step: Step) -> FloatArray:
    """Return weights whose totals meet the targets, by Newton's method on the multipliers."""
    known = targets.auxiliaries
    multipliers = np.zeros(known.n_columns)
    ratio, slope = step(np.zeros(weights.size))
    gap = targets.totals - known.sums(weights * ratio)[0]
    for _ in range(MAX_ROUNDS):
        if _distance(targets, gap).max() <= TOLERANCE:
            return _not_negative(weights * ratio)
        change = generalised_inverse(known.gram(weights * slope)) @ gap
        size = 1.0
        while size > 1e-6:  # shorter steps where a whole one would overshoot
            ratio, slope = step(known.times(multipliers + size * change))
            nearer = targets.totals - known.sums(weights * ratio)[0]
            if abs(nearer @ change) < _FLATTER * abs(gap @ change):
                break
            size /= 2.0
        else:
            break
        multipliers, gap = multipliers + size * change, nearer
    raise _not_met(targets, targets.totals - gap, are_totals=True)


def _step(method: str, bounds: tuple[float, float] | None) -> Step:
    """Return the function that turns multipliers into ratios of weights, with its slope."""
    low, high = (0.0, np.inf) if bounds is None else bounds
    needs_bounds = {"raking": False, "linear": bounds is not None, "logit": True}
    if method not in needs_bounds:
        raise MethodError("WEIGHTING_METHOD", method=method)
    if needs_bounds[method] != (bounds is not None) or not 0.0 <= low < 1.0 < high:
        raise MethodError("WEIGHTING_BOUNDS", low=float(low), high=float(high))
    if method == "raking":
        return _exponential
    if method == "linear":
        if bounds is None:
            return lambda u: (1.0 + u, np.ones(u.size))
        return lambda u: (np.clip(1.0 + u, low, high), _within(1.0 + u, low, high))
    return lambda u: _logit(u, low, high)


def _exponential(u: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the multiplicative ratio; overflow becomes infinite and the step is shortened."""
    with np.errstate(over="ignore"):
        ratio = np.exp(u)
    return ratio, ratio


def _within(ratio: FloatArray, low: float, high: float) -> FloatArray:
    """Return the slope of a ratio that is cut off: none beyond the bounds."""
    return ((ratio > low) & (ratio < high)).astype(float)


def _logit(u: FloatArray, low: float, high: float) -> tuple[FloatArray, FloatArray]:
    """Return the ratio that approaches its bounds like a logistic curve, 1 at u = 0."""
    scale = (high - low) / ((1.0 - low) * (high - 1.0))
    share = special.expit(scale * u + np.log((1.0 - low) / (high - 1.0)))
    return low + (high - low) * share, (high - low) * scale * share * (1.0 - share)


def _distance(targets: Targets, gap: FloatArray) -> FloatArray:
    """Return how far each total is from its target, relative to the target."""
    size = np.abs(targets.totals)
    return np.abs(gap) / np.where(size > 0, size, max(float(size.max()), 1.0))


def _not_negative(weights: FloatArray) -> FloatArray:
    """Return the weights, or refuse those that are below 0."""
    if np.any(weights < 0):
        raise MethodError("WEIGHTING_NEGATIVE", n=int(np.sum(weights < 0)))
    return weights


def _not_met(targets: Targets, reached: FloatArray, *, are_totals: bool = False) -> MethodError:
    """Return the error that names the cell farthest from its target."""
    totals = reached if are_totals else targets.auxiliaries.sums(reached)[0]
    distance = _distance(targets, targets.totals - totals)
    worst = int(np.argmax(distance))
    margin, cell = targets.names[worst]
    return MethodError(
        "WEIGHTING_NO_CONVERGENCE",
        margin=margin,
        cell=cell,
        distance=100.0 * float(distance[worst]),
        neighbour=targets.neighbour(worst),
    )
