"""Areas that start at different times: who is compared with whom, cohort by cohort."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from convive.core.errors import MethodError
from convive.core.significance import two_sided_t_p

NEVER = -1
"""Start of an area that never starts."""
MOST_SHARE = 0.5
FEW_TREATED = 10
"""Below as many treated areas the comparison areas say how restless an area is."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Scale(StrEnum):
    """What an effect is measured in."""

    COUNTS = "counts"
    """Incidents; effects are ratios."""
    LINEAR = "linear"
    """Rates, shares, logarithms; effects are differences."""


class ComparedWith(StrEnum):
    """Areas that stand for what would have been."""

    NEVER_TREATED = "never_treated"
    NOT_YET_TREATED = "not_yet_treated"
    """Those that never start, and others until they start."""


@dataclass(frozen=True, slots=True)
class StaggeredPanel:
    """Outcomes by area and period."""

    outcome: ArrayLike
    """Shape (n_areas, n_periods); NaN is missing."""
    first: ArrayLike
    """Shape (n_areas,): index of the first period with the action; -1 = never."""
    weights: ArrayLike | None = None
    """Shape (n_areas,), e.g. population; for the linear scale only."""
    clusters: ArrayLike | None = None
    """Shape (n_areas,): labels of areas that share their fate, e.g. districts."""


@dataclass(frozen=True, slots=True)
class StaggeredRules:
    """How the comparison is made."""

    scale: Scale = Scale.COUNTS
    compared_with: ComparedWith = ComparedWith.NOT_YET_TREATED
    anticipation: int = 0
    """Periods before the start that may show the action, or that made the choice of the areas;
    they are not taken as time before."""
    base_periods: int | None = None
    """Periods before the start that an area is held against; None is all, 1 as in the source."""


@dataclass(frozen=True, slots=True)
class Data:
    """A panel that has been checked."""

    y: Floats
    first: Ints
    weights: Floats
    cluster: Ints
    rules: StaggeredRules

    @property
    def cohorts(self) -> Ints:
        """Starts that have a time before."""
        starts = np.unique(self.first[self.first > 0])
        return starts[starts > self.rules.anticipation]


Window = Callable[[int], tuple[int, int]]
"""From the start of a cohort to the window (first, last + 1) that it is held against."""


@dataclass(frozen=True, slots=True)
class Cohorts:
    """What was seen and expected, arrays of shape (n_cohorts, n_areas, n_periods).

    On the scale of counts `seen` and `expected` are incidents; on the linear scale weighted
    changes. `pull` is each comparison area's influence on the expected sum.
    """

    starts: Ints
    seen: Floats
    expected: Floats
    mass: Floats
    pull: Floats
    restless: Floats
    """Squared surprise of comparison areas: what one area does by itself; see `spread_of`."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One effect: log ratio for counts, difference on the linear scale."""

    value: float
    standard_error: float
    df: float
    influence: Floats
    """By cluster."""
    seen: float
    expected: float
    n_treated: int
    n_comparison: int

    @property
    def p(self) -> float:
        """Two-sided p-value."""
        return float(two_sided_t_p(self.value / self.standard_error, self.df))

    def interval(self, level: float) -> tuple[float, float]:
        """Return the t interval."""
        reach = float(stdtrit(self.df, 0.5 + level / 2.0)) * self.standard_error
        return self.value - reach, self.value + reach


def read_panel(panel: StaggeredPanel, rules: StaggeredRules) -> Data:
    """Check a panel and return it as arrays.

    Raises
    ------
    MethodError
        EFFECT_SHAPE, EFFECT_NEGATIVE_COUNT, EFFECT_WEIGHTS.
    """
    y = np.atleast_2d(np.asarray(panel.outcome, dtype=np.float64))
    first = np.asarray(panel.first, dtype=np.int64)
    n_areas, n_periods = y.shape
    if first.shape != (n_areas,) or (first >= n_periods).any() or rules.anticipation < 0:
        raise MethodError("EFFECT_SHAPE", areas=n_areas, periods=n_periods)
    if np.isinf(y).any() or (rules.scale is Scale.COUNTS and (y < 0).any()):
        raise MethodError("EFFECT_NEGATIVE_COUNT")
    weights = np.ones(n_areas) if panel.weights is None else np.asarray(panel.weights, dtype=float)
    if weights.shape != (n_areas,) or not (weights > 0).all():
        raise MethodError("EFFECT_WEIGHTS")
    labels = np.arange(n_areas) if panel.clusters is None else np.asarray(panel.clusters)
    if labels.shape != (n_areas,):
        raise MethodError("EFFECT_SHAPE", areas=n_areas, clusters=labels.shape)
    cluster = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    return Data(y, np.where(first < 0, NEVER, first), weights, cluster, rules)


def usual_window(rules: StaggeredRules) -> Window:
    """Return the window before the start that the rules ask for."""

    def window(start: int) -> tuple[int, int]:
        last = start - rules.anticipation
        return (0 if rules.base_periods is None else max(0, last - rules.base_periods)), last

    return window


def build_cohorts(data: Data, window: Window) -> Cohorts:
    """Return what was seen and expected in every cohort and period.

    A period of the window itself is held against the rest of the window.
    """
    parts = [_cohort(data, int(start), window(int(start))) for start in data.cohorts]
    seen, expected, mass, pull, restless = (np.array(column) for column in zip(*parts, strict=True))
    return Cohorts(data.cohorts, seen, expected, mass, pull, restless)


def _cohort(data: Data, start: int, window: tuple[int, int]) -> tuple[Floats, ...]:
    """Return seen, expected, mass, pull and restlessness of one cohort."""
    known = np.isfinite(data.y)
    y = np.where(known, data.y, 0.0)
    period = np.arange(y.shape[1])
    inside = (period >= window[0]) & (period < window[1])
    count = known[:, inside].sum(axis=1)[:, None] - (known & inside)
    total = y[:, inside].sum(axis=1)[:, None] - y * inside
    base = total / np.maximum(count, 1)
    valid = known & (count > 0)
    ours = valid & (data.first == start)[:, None]
    others = valid & _free(data, start, period)
    w = data.weights[:, None]
    if data.rules.scale is Scale.LINEAR:
        return _linear((y - base, w), ours, others)
    return _counted((y, base, count), ours, others)


def _free(data: Data, start: int, period: Ints) -> Bools:
    """Return which areas may stand for a cohort in each period."""
    never = (data.first == NEVER)[:, None]
    if data.rules.compared_with is ComparedWith.NEVER_TREATED:
        return np.broadcast_to(never, data.y.shape)
    untouched = np.maximum(period, start - 1) + data.rules.anticipation
    return never | (data.first[:, None] > np.maximum(untouched, start)[None, :])


def _linear(change: tuple[Floats, Floats], ours: Bools, others: Bools) -> tuple[Floats, ...]:
    """Return the parts of one cohort on the linear scale."""
    delta, w = change
    weight = w * others
    mean = (weight * delta).sum(axis=0) / np.maximum(weight.sum(axis=0), 1e-300)
    usable = weight.sum(axis=0) > 0
    mass = w * ours * usable
    surprise = np.where(others & usable, delta - mean, 0.0)
    pull = mass.sum(axis=0) * weight * surprise / np.maximum(weight.sum(axis=0), 1e-300)
    restless = np.where(others & usable, surprise, np.nan)
    return mass * delta, mass * mean, mass, pull, restless


def _counted(
    parts: tuple[Floats, Floats, NDArray[np.int64]], ours: Bools, others: Bools
) -> tuple[Floats, ...]:
    """Return the parts of one cohort on the scale of counts."""
    y, base, count = parts
    now, then = (y * others).sum(axis=0), (base * others).sum(axis=0)
    usable = (now > 0) & (then > 0)
    course = np.where(usable, now, 1.0) / np.where(usable, then, 1.0)
    mass = (ours & usable).astype(float)
    expected = mass * base * course
    pull = expected.sum(axis=0) * others * usable
    pull = pull * (y / np.maximum(now, 1e-300) - base / np.maximum(then, 1e-300))
    # What chance of a Poisson count leaves aside; the rest is the area's own course.
    mean = np.where(others & usable, base * course, np.nan)
    return mass * y, expected, mass / np.maximum(count, 1), pull, np.stack([y, mean])


def spread_of(data: Data, cohorts: Cohorts, chosen: Bools) -> Floats:
    """Return by cohort the variance of what one comparison area does by itself.

    On the linear scale of its mean change over the chosen periods, for counts of its log ratio
    beyond Poisson counts.
    """
    spread = np.zeros(cohorts.starts.size)
    for number, periods in enumerate(chosen):
        if not periods.any():
            continue
        found = cohorts.restless[number]
        if data.rules.scale is Scale.LINEAR:
            met = np.isfinite(found[:, periods]).any(axis=1)
            own = np.nanmean(found[met][:, periods], axis=1)
            spread[number] = float(own @ own) / max(own.size - 1, 1)
            continue
        seen, mean = found[0][:, periods], found[1][:, periods]
        met = np.isfinite(mean).any(axis=1)
        expected = np.nansum(mean[met], axis=1)
        surprise = np.where(np.isfinite(mean), seen, 0.0)[met].sum(axis=1) - expected
        noise = expected * (1.0 + _lean(cohorts, number, periods))
        excess = float(surprise @ surprise) * met.sum() / max(met.sum() - 1, 1) - noise.sum()
        spread[number] = max(0.0, excess / max(float(expected @ expected), 1e-300))
    return spread


def _lean(cohorts: Cohorts, number: int, periods: Bools) -> float:
    """Return how many chosen periods come on each period of the window."""
    return float(cohorts.mass[number][:, periods].max(axis=0).sum())


def effect_over(data: Data, cohorts: Cohorts, chosen: Bools) -> Effect | None:
    """Return the effect over chosen periods of each cohort, shape (n_cohorts, n_periods).

    Notes
    -----
    Influence functions of areas, summed by cluster. Areas of a cohort are held against the
    effect of all cohorts, so that a cohort of one area counts with what it adds. With fewer
    than ten treated clusters their variance is at least that which comparison areas show in
    the same periods.

    References
    ----------
    .. [1] Callaway, B. and Sant'Anna, P. H. C. (2021). Difference-in-differences with multiple
       time periods. Journal of Econometrics 225(2), 200-230.
    .. [2] Conley, T. G. and Taber, C. R. (2011). Inference with "difference in differences"
       with a small number of policy changes. Review of Economics and Statistics 93(1), 113-125.
    """
    seen, expected, mass, pull = (
        np.where(chosen[:, None, :], table, 0.0).sum(axis=(0, 2))
        for table in (cohorts.seen, cohorts.expected, cohorts.mass, cohorts.pull)
    )
    if not mass.sum() > 0:
        return None
    if data.rules.scale is Scale.COUNTS:
        ours, total = max(float(seen.sum()), 0.5), max(float(expected.sum()), 0.5)
        value = float(np.log(ours / total))
        own, others = seen / ours - expected / total, -pull / total
    else:
        ours, total = float(seen.sum()), float(expected.sum())
        value = (ours - total) / float(mass.sum())
        own, others = (seen - expected - value * mass) / mass.sum(), -pull / mass.sum()
    others_size = _compared(data, cohorts, chosen)
    counts = (_clusters(data, mass > 0), _clusters(data, others_size > 0))
    size = expected if data.rules.scale is Scale.COUNTS else mass
    influence = _influence(data, own, size) + _influence(data, others, others_size)
    variance = float(influence @ influence)
    if counts[0] < FEW_TREATED:
        variance += _missing_part(data, cohorts, chosen, own)
    if data.rules.scale is Scale.COUNTS:
        variance = max(variance, _poisson(cohorts, chosen))
    df = float((min(counts) if counts[0] >= FEW_TREATED else counts[1]) - 1)
    if not variance > 0 or df < 1:
        return None
    n_treated = int((mass > 0).sum())
    return Effect(value, float(np.sqrt(variance)), df, influence, ours, total, n_treated, counts[1])


def _compared(data: Data, cohorts: Cohorts, chosen: Bools) -> Floats:
    """Return how much each area counts among those that stand for others."""
    table = cohorts.restless
    if data.rules.scale is Scale.COUNTS:
        size = np.nan_to_num(table[:, 1])
    else:
        size = np.isfinite(table) * data.weights[:, None]
    return np.asarray(np.where(chosen[:, None, :], size, 0.0).sum(axis=(0, 2)), dtype=np.float64)


def _clusters(data: Data, areas: Bools) -> int:
    """Return in how many clusters areas lie."""
    return int(np.unique(data.cluster[areas]).size)


def _influence(data: Data, part: Floats, size: Floats) -> Floats:
    """Return influence by cluster, as if each had been left out in turn (jackknife)."""
    share = _by_cluster(data, size) / max(float(size.sum()), 1e-300)
    return _by_cluster(data, part) / (1.0 - np.minimum(share, MOST_SHARE))


def _missing_part(data: Data, cohorts: Cohorts, chosen: Bools, own: Floats) -> float:
    """Return what few treated areas fail to show of how restless areas are."""
    shown = _by_cluster(data, own)
    return max(0.0, _borrowed(data, cohorts, chosen) - float(shown @ shown))


def _poisson(cohorts: Cohorts, chosen: Bools) -> float:
    """Return the variance of the treated areas' log ratio if counts were Poisson."""
    total = max(float(np.where(chosen[:, None, :], cohorts.expected, 0.0).sum()), 0.5)
    return (
        sum(
            max(float(cohorts.expected[number][:, periods].sum()), 0.5)
            * (1.0 + _lean(cohorts, number, periods))
            for number, periods in enumerate(chosen)
            if periods.any()
        )
        / total**2
    )


def _borrowed(data: Data, cohorts: Cohorts, chosen: Bools) -> float:
    """Return the variance of the treated areas if they were as restless as comparison areas."""
    is_counts = data.rules.scale is Scale.COUNTS
    table = cohorts.expected if is_counts else cohorts.mass
    size = np.where(chosen[:, None, :], table, 0.0).sum(axis=(0, 2))
    share = size / max(float(size.sum()), 1e-300)
    spread = spread_of(data, cohorts, chosen)
    variance = _poisson(cohorts, chosen) if is_counts else 0.0
    for start, one in zip(cohorts.starts, spread, strict=True):
        ours = _by_cluster(data, np.where(data.first == start, share, 0.0))
        variance += float(ours @ ours) * float(one)
    return variance


def _by_cluster(data: Data, values: Floats) -> Floats:
    """Return sums by cluster."""
    sums = np.bincount(data.cluster, weights=values, minlength=int(data.cluster.max()) + 1)
    return np.asarray(sums, dtype=np.float64)
