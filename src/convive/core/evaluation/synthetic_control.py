"""Synthetic control: a mixture of other areas stands for what would have been."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from convive.core.evaluation.estimate import Design, Estimate, Seen, cannot_say, verdict_on
from convive.core.evaluation.synthetic_checks import Looks, all_checks
from convive.core.evaluation.synthetic_conformal import Conformal, conformal
from convive.core.evaluation.synthetic_fit import Paths, penalty_for
from convive.core.evaluation.synthetic_panel import (
    Data,
    Mixture,
    Statistic,
    SyntheticPanel,
    SyntheticRules,
    read_panel,
)
from convive.core.evaluation.synthetic_placebos import (
    InSpace,
    WithoutDonor,
    in_space,
    placebo_sets,
    without_each,
)
from convive.core.evaluation.synthetic_ridge import extrapolated_share

NO_DONORS = "SYNTHETIC_NO_DONORS"
TOO_SHORT = "SYNTHETIC_TOO_SHORT"
TOO_FEW = "SYNTHETIC_TOO_FEW"
FEWEST_BEFORE = 6
MIN_EVENTS = 20
LEAST_WEIGHT = 0.01
"""Weight from which a donor is named, and left out in turn."""
_PEAK_PERIODS = 12

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DonorWeight:
    """How much an area counts in the mixture."""

    area: int
    """Row of the panel."""
    weight: float


@dataclass(frozen=True, slots=True)
class SyntheticDetails:
    """What the effect rests on; rates are those of the exposure, effects are in percent."""

    weights: tuple[DonorWeight, ...]
    """Donors with a weight of one per cent or more, largest first."""
    predictor_weights: tuple[float, ...]
    """Empty where predictors are not weighed by the data."""
    seen: Floats
    """Rate of the treated areas, shape (n_periods,), without periods left out."""
    expected: Floats
    placebo_gaps: Floats
    """Shape (n_placebos, n_periods)."""
    usual_gap: float
    """Root mean square gap before the start."""
    p_mean_gap: float
    """Rank among placebos by the mean gap after the start."""
    p_rmspe_ratio: float
    conformal: Conformal
    placebo_effect: float | None
    """Effect of a start at which nothing started, two thirds into the time before."""
    without: tuple[WithoutDonor, ...]
    penalty: float | None
    """Of the ridge regression."""
    extrapolated: float
    """Share of all weight that lies below 0."""


@dataclass(frozen=True, slots=True)
class SyntheticResult:
    """Everything that a synthetic control says."""

    estimate: Estimate
    details: SyntheticDetails | None
    """None where there is no effect."""


def synthetic_control(
    panel: SyntheticPanel,
    rng: np.random.Generator,
    rules: SyntheticRules | None = None,
    *,
    level: float = 0.95,
    useful: float = -10.0,
) -> SyntheticResult:
    """Return the effect of an action in one or a few areas, against a mixture of other areas.

    Use it where an action began at one time in few areas, many others are known over a long
    time, and no single one of them is a fair comparison. Leave out areas that the action may
    have touched: the ring around, and areas with an action of their own.

    Parameters
    ----------
    panel : SyntheticPanel
    rng : numpy.random.Generator
        For the draw of placebos where there are more than `rules.most_placebos`.
    rules : SyntheticRules, optional
        Counts and the classic mixture by default.
    level : float, in (0, 1)
        Coverage of the interval.
    useful : float, unit: percent
        The smallest change worth having; negative where less is better.

    Returns
    -------
    SyntheticResult
        Effect in percent of what the mixture had, all periods since the start together.

    Raises
    ------
    MethodError
        EFFECT_SHAPE, EFFECT_NEGATIVE_COUNT, EFFECT_WEIGHTS.

    Notes
    -----
    Both the rank among placebos and that among stretches of time must speak: the p-value is the
    larger of the two, and the interval holds every constant effect that either allows.

    References
    ----------
    .. [1] Abadie, A., Diamond, A. and Hainmueller, J. (2010). Synthetic control methods for
       comparative case studies. Journal of the American Statistical Association 105, 493-505.
    .. [2] Firpo, S. and Possebom, V. (2018). Synthetic control method: inference, sensitivity
       analysis and confidence sets. Journal of Causal Inference 6(2).
    .. [3] Chernozhukov, V., Wüthrich, K. and Zhu, Y. (2021). An exact and robust conformal
       inference method for counterfactual and synthetic controls. Journal of the American
       Statistical Association 116(536), 1849-1864.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> counts = rng.poisson(np.linspace(30, 60, 40)[:, None], (40, 60))
    >>> counts[20, 36:] = counts[20, 36:] * 0.6
    >>> panel = SyntheticPanel(counts, np.arange(40) == 20, 36, chosen_periods=0)
    >>> found = synthetic_control(panel, rng).estimate
    >>> found.low < -40 < found.high < 0, found.verdict.value
    (True, 'worked')
    """
    data = read_panel(panel, rules or SyntheticRules())
    seen = _seen(data)
    reason = _reason(data)
    if reason is not None:
        return _no_answer(reason, seen, level)
    penalty = penalty_for(data, data.start)
    sets = placebo_sets(data, rng)
    space = in_space(data, sets, penalty, start=data.start, last=data.n_periods)
    if _expected_total(data, space.ours) < (MIN_EVENTS if data.rules.are_counts else 1e-300):
        return _no_answer(TOO_FEW, seen, level)
    inside = conformal(data, float(space.ours.effect[0]), 1.0 - level, penalty)
    estimate = _estimate(data, space, inside, seen, level)
    looks = Looks(
        space=space,
        in_time=_backdated(data, sets, 2 * data.start // 3),
        peak=_backdated(data, sets, max(data.start - _PEAK_PERIODS, data.start // 2))
        if panel.chosen_periods is None
        else None,
        without=without_each(data, space.ours, penalty, LEAST_WEIGHT),
        p=estimate.p or 1.0,
        low=-100.0 if estimate.low is None else estimate.low,
        high=math.inf if estimate.high is None else estimate.high,
    )
    estimate = replace(estimate, checks=all_checks(panel, data, looks))
    estimate = replace(estimate, verdict=verdict_on(estimate, useful=useful))
    return SyntheticResult(estimate, _details(data, looks, inside, penalty))


def _no_answer(reason: str, seen: Seen, level: float) -> SyntheticResult:
    """Return why there is no effect."""
    estimate = cannot_say(Design.SYNTHETIC_CONTROL, reason, seen, coverage=level)
    return SyntheticResult(estimate, None)


def _seen(data: Data) -> Seen:
    """Return how much there is to go by."""
    ours = data.y[data.treated]
    values = ours if data.rules.are_counts else np.ones_like(ours)
    return Seen(
        n_before=int(values[:, : data.start].sum()),
        n_after=int(values[:, data.start :].sum()),
        n_treated=int(data.treated.size),
        n_comparison=int(data.donors.size),
        periods_before=data.start,
        periods_after=data.n_periods - data.start,
    )


def _reason(data: Data) -> str | None:
    """Return why nothing can be compared, or None."""
    if data.start < FEWEST_BEFORE or data.n_periods - data.start < 1:
        return TOO_SHORT
    if data.donors.size < 2:
        return NO_DONORS
    before = float(data.y[data.treated, : data.start].sum())
    return TOO_FEW if before < (MIN_EVENTS if data.rules.are_counts else 1e-300) else None


def _expected_total(data: Data, ours: Paths) -> float:
    """Return what the mixture stands for after the start, in units of the outcome."""
    size = float(data.sizes(data.start)[data.treated].sum())
    return size * float(ours.expected[0, data.start :].sum())


def _estimate(data: Data, space: InSpace, inside: Conformal, seen: Seen, level: float) -> Estimate:
    """Return the effect with the interval that neither kind of placebo rules out."""
    kind = data.rules.statistic
    effect = float(space.ours.effect[0])
    low, high = min(effect, inside.low), max(effect, inside.high)
    reach = space.interval(kind, 1.0 - level)
    if reach is not None:
        low, high = min(low, reach[0]), max(high, reach[1])
    after = float(data.y[data.treated, data.start :].sum())
    spared = [_avoided(after, value) for value in (effect, high, low)]
    if not data.rules.are_counts:
        spared = [None, None, None]
    return Estimate(
        design=Design.SYNTHETIC_CONTROL,
        reason=None,
        effect=effect,
        low=low,
        high=high if math.isfinite(high) else None,
        coverage=level,
        p=max(space.p(kind), inside.p),
        avoided=spared[0],
        avoided_low=spared[1],
        avoided_high=spared[2],
        seen=seen,
    )


def _avoided(after: float, percent: float) -> float | None:
    """Return incidents that an effect has spared, from those seen after the start."""
    if not -100.0 < percent < math.inf:
        return None
    return after / (1.0 + percent / 100.0) - after


def _backdated(data: Data, sets: NDArray[np.int64], start: int) -> InSpace | None:
    """Return treated areas and placebos as if the action had begun earlier than it did.

    Predictors play no part, as they may have been known only after that earlier start.
    """
    if start < FEWEST_BEFORE or data.start - start < 2:
        return None
    earlier = replace(data, y=data.y[:, : data.start], start=start, predictors=None)
    return in_space(earlier, sets, penalty_for(earlier, start), start=start, last=data.start)


def _details(
    data: Data, looks: Looks, inside: Conformal, penalty: float | None
) -> SyntheticDetails:
    """Return what the effect rests on."""
    ours = looks.space.ours
    weights = ours.weights[0]
    order = np.argsort(-np.abs(weights), kind="stable")
    named = [i for i in order if abs(weights[i]) >= LEAST_WEIGHT]
    importance = () if ours.importance is None else tuple(ours.importance.tolist())
    return SyntheticDetails(
        weights=tuple(DonorWeight(int(data.donors[i]), float(weights[i])) for i in named),
        predictor_weights=importance,
        seen=ours.seen[0],
        expected=ours.expected[0],
        placebo_gaps=looks.space.placebos.gap,
        usual_gap=float(ours.before[0]),
        p_mean_gap=looks.space.p(Statistic.MEAN_GAP),
        p_rmspe_ratio=looks.space.p(Statistic.RMSPE_RATIO),
        conformal=inside,
        placebo_effect=None if looks.in_time is None else float(looks.in_time.ours.effect[0]),
        without=looks.without,
        penalty=penalty,
        extrapolated=extrapolated_share(weights) if data.rules.mixture is Mixture.RIDGE else 0.0,
    )
