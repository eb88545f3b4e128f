"""The error that a design will have, from formulas: what an instant answer rests on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from convive.core.evaluation.before_after import MIN_AREAS_TO_CLUSTER, count_effect
from convive.core.evaluation.before_after_control import ASSUMED_DRIFT
from convive.core.evaluation.history import Known, Wander, wander_of
from convive.core.evaluation.series_model import (
    Series,
    SeriesFit,
    SeriesPlan,
    change_columns,
    course_columns,
    fit_series,
)
from convive.core.temporal.memory import Memory

Floats = NDArray[np.float64]

_ROUNDS = 40
_TOO_FAR = -4.0
"""Log ratio of a fall by 98 %: what needs more cannot be found."""
_NO_PRIOR = 2.0
_SPREAD_SHARE = 0.85
"""Of a single series, from simulation: the interval is long where the spread looks large, so that
both added whole promise too little."""
_EFFECTIVE_SHARE = 0.5
"""Share of the comparison areas that weights usually leave."""


@dataclass(frozen=True, slots=True)
class Error:
    """Half the interval of the test, and the spread of the estimate, on the log scale."""

    reach: float
    spread: float


ErrorAt = Callable[[float], Error]
"""From the log ratio that the action makes to the error of the estimate."""


def smallest_found(error_at: ErrorAt, power: float) -> float | None:
    """Return the log ratio (below 0) of the smallest fall found with the power; None if none."""
    z = float(ndtri(power))
    log_ratio = 0.0
    for _ in range(_ROUNDS):
        error = error_at(log_ratio)
        new = -(error.reach + z * error.spread)
        if not new > _TOO_FAR:
            return None
        if abs(new - log_ratio) < 1e-6:
            return new
        log_ratio = new
    return log_ratio


@dataclass(frozen=True, slots=True)
class Windows:
    """Months before and after, and the level of the test."""

    before: float
    after: float
    alpha: float


def areas_error(known: Known, windows: Windows, n_treated: float | None = None) -> ErrorAt:
    """Return the error of `before_after_control`: groups of areas before and after.

    `n_treated` asks what as many areas like the treated ones would give.
    """
    more = 1.0 if n_treated is None else n_treated / known.n_treated
    units = known.units
    n_areas = units.shape[0] * more + known.n_comparison
    ours, theirs = known.treated.sum() / known.months * more, known.comparison.sum() / known.months
    lump = _lump(units) / more + _lump(known.comparison)
    if n_areas < MIN_AREAS_TO_CLUSTER:
        dispersion, df = _dispersion(known), windows.before + windows.after - 2.0
        course = ASSUMED_DRIFT**2 * lump
    else:
        dispersion, df = 1.0, n_areas - (1.0 if units.shape[0] * more < 1.5 else 2.0)
        course = _wander(known).between(windows.before, windows.after) * lump
    critical = float(stdtrit(max(df, 1.0), 1.0 - windows.alpha / 2.0))

    def error_at(log_ratio: float) -> Error:
        poisson = _poisson((ours, theirs), windows, log_ratio)
        spread = float(np.sqrt(dispersion * poisson + course))
        return Error(critical * spread, spread)

    return error_at


def weighted_error(known: Known, windows: Windows) -> ErrorAt:
    """Return the error against weighted areas, judged by areas where nothing was done."""
    effective = max(2.0, _EFFECTIVE_SHARE * known.n_comparison)
    ours = known.treated.sum() / known.months
    theirs = known.comparison.sum() / known.months * effective / known.n_comparison
    course = _wander(known).between(windows.before, windows.after)
    course *= _lump(known.units) + 1.0 / effective
    separate = known.n_comparison / known.n_treated
    critical = float(stdtrit(max(separate - 1.0, 1.0), 1.0 - windows.alpha / 2.0))

    def error_at(log_ratio: float) -> Error:
        spread = float(np.sqrt(_poisson((ours, theirs), windows, log_ratio) + course))
        return Error(critical * spread, spread)

    return error_at


def series_error(known: Known, windows: Windows) -> ErrorAt:
    """Return the error of `interrupted_series` on the sum of the treated areas."""
    counts = known.treated.sum(axis=0)
    fit = fit_course(counts)
    before, after = round(windows.before), round(windows.after)
    means = usual_year(counts, before + after)
    plan = SeriesPlan(start=before)
    empty = np.zeros(means.size)
    series = Series(means, None, empty, np.zeros((means.size, 0)), empty > 0, plan)
    design = np.hstack([course_columns(series), change_columns(means.size, plan)])
    memory = fit.memory
    df = max(1, means.size - design.shape[1])
    memory = Memory(memory.rho, memory.weight, memory.scale, memory.lasting, df)
    likely = likely_memories(memory)
    usual = replace(memory, scale=1.0 + likely_extra(memory))

    def error_at(log_ratio: float) -> Error:
        information = np.where(np.arange(means.size) >= before, means * np.exp(log_ratio), means)
        half = design * np.sqrt(information)[:, None]
        covariance = np.linalg.inv(half.T @ half + 1e-8 * np.eye(design.shape[1]))
        along = half @ covariance[-1]
        variance = float(covariance[-1, -1])
        low, _, _ = memory.judge(0.0, along, variance, 1.0 - windows.alpha)
        spread = _SPREAD_SHARE * float(np.sqrt(likely @ usual.variances(along, variance)))
        return Error(-low, spread)

    return error_at


def fit_course(counts: Floats) -> SeriesFit:
    """Return line, season and noise of a history without action."""
    empty = np.zeros(counts.size)
    plan = SeriesPlan(start=counts.size - 1)
    series = Series(counts, None, empty, np.zeros((counts.size, 0)), empty > 0, plan)
    return fit_series(series, course_columns(series))


def likely_memories(memory: Memory) -> Floats:
    """Return weights of memories without the caution of the test, which plays long ones up."""
    weight = memory.weight * (1.0 - memory.rho) ** _NO_PRIOR
    return np.asarray(weight / weight.sum())


def likely_extra(memory: Memory) -> Floats:
    """Return the variance beyond Poisson under each memory, less what chance adds to it.

    A dispersion that is never taken below 1 is too large on average; it is drawn back by how
    uncertain it is.
    """
    extra = memory.scale - 1.0
    own = 2.0 * memory.scale**2 / memory.df
    return np.asarray(extra * extra**2 / (extra**2 + own))


def usual_year(counts: Floats, n: int) -> Floats:
    """Return the means of `n` months to come: the last two years' level with the usual season."""
    month = np.arange(counts.size) % 12
    level = max(float(counts[-24:].mean()), 0.05)
    shape = np.array(
        [counts[month == m].mean() if (month == m).any() else level for m in range(12)]
    )
    shape = np.maximum(shape, 0.05 * level)
    return np.asarray(level * (shape / shape.mean())[np.arange(n) % 12])


def _poisson(rates: tuple[float, float], windows: Windows, log_ratio: float) -> float:
    """Return the variance of a log ratio of ratios of Poisson counts with such monthly rates."""
    ours, theirs = (max(rate, 1e-6) for rate in rates)
    after = ours * windows.after * np.exp(log_ratio)
    total = 1.0 / (ours * windows.before) + 1.0 / after
    return float(total + 1.0 / (theirs * windows.before) + 1.0 / (theirs * windows.after))


def _lump(table: Floats) -> float:
    """Return the sum of squared shares of areas."""
    size = table.sum(axis=1)
    return float((size**2).sum() / max(size.sum() ** 2, 1e-9))


def _wander(known: Known) -> Wander:
    """Return how areas part, the treated ones among them."""
    return wander_of(np.vstack([known.units, known.comparison]))


def _dispersion(known: Known) -> float:
    """Return the variance between months over Poisson, memory included, of few areas."""
    found = count_effect(known.units, known.comparison, known.months // 2)
    return max(1.0, found.dispersion or 1.0)
