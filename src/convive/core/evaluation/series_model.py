"""The log-linear model of an interrupted series: its columns, its fit, the size of the change."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from convive.core.temporal.memory import Memory, noise_memory
from convive.core.temporal.quasi_poisson import fit_quasi_poisson
from convive.core.temporal.season import (
    breaks_within,
    season_columns,
    step_columns,
    trend_columns,
)

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

_ETA_MAX = 25.0
_RIDGE = 1e-8
_MAX_ITERATIONS = 60
_TOLERANCE = 1e-10
_LEAST_INFORMATION = 1e-9
_MONTHS = 12
_MEMORY_PRIOR = -0.5
"""Towards 1: a long memory is what makes an effect out of nothing, so it is not played down."""


@dataclass(frozen=True, slots=True)
class SeriesPlan:
    """What was laid down before the counts were looked at."""

    start: int
    """Index of the first period with the action."""
    period: int = 12
    """Periods in a year: 12 for months, 52 for weeks."""
    delay: int = 0
    """Periods from the start until the first effect can be expected."""
    ramp: int = 0
    """Further periods over which the effect grows evenly to its full size."""
    has_slope: bool = False
    """Whether the effect may also grow or fade over the whole time after."""
    breaks: tuple[int, ...] = ()
    """First periods of a new way of recording."""
    chosen_on: int | None = None
    """How many of the last periods before the start led to the choice of the place; they are
    left out. 0: it was not chosen for its counts. None: nobody said, so that the last year may
    not stand above the course at all."""
    useful: float = -10.0
    """Percent: the smallest change worth having."""


@dataclass(frozen=True, slots=True)
class Series:
    """Checked counts with everything that is not the change itself; arrays (n,)."""

    ours: Floats
    """Missing periods hold the mean; a column of their own keeps them out of everything."""
    others: Floats | None
    """Sum of the comparison series."""
    log_exposure: Floats
    """Of our series over that of the others."""
    regressors: Floats
    """(n, k)."""
    left_out: Booleans
    plan: SeriesPlan

    def before(self) -> Series:
        """Return the time before the start alone."""
        part = slice(0, self.plan.start)
        others = None if self.others is None else self.others[part]
        return Series(
            self.ours[part],
            others,
            self.log_exposure[part],
            self.regressors[part],
            self.left_out[part],
            self.plan,
        )

    def without(self, index: int) -> Series:
        """Return the series with one more period left out."""
        left_out = self.left_out.copy()
        left_out[index] = True
        return replace(self, left_out=left_out)


@dataclass(frozen=True, slots=True)
class SeriesFit:
    """A fitted model; `covariance` is not yet multiplied by the dispersion."""

    design: Floats
    coefficients: Floats
    covariance: Floats
    information: Floats
    """(n,): of each period about its own level."""
    expected: Floats
    """(n,): fitted means of our series."""
    residuals: Floats
    memory: Memory

    @property
    def dispersion(self) -> float:
        """Return the variance over that of Poisson counts."""
        return float(self.residuals @ self.residuals) / self.memory.df

    def contrast(self, gradient: Floats) -> tuple[Floats, float]:
        """Return the weight of each period's noise in an estimate, and its Poisson variance."""
        half = self.design * np.sqrt(self.information)[:, None]
        along = gradient @ self.covariance
        return np.asarray(along @ half.T), float(along @ gradient)


@dataclass(frozen=True, slots=True)
class Change:
    """Logarithm of (with the action ÷ without), over the whole time after."""

    log_ratio: float
    low: float
    high: float
    p: float
    fit: SeriesFit


def course_columns(series: Series, degree: int = 1) -> Floats:
    """Return trend, season, breaks, regressors and one column per period left out."""
    n, plan = series.ours.size, series.plan
    # Fifty levels for fifty-two weeks would be learnt from four values each.
    mean = float(series.ours.mean()) if plan.period <= _MONTHS else 0.0
    return np.hstack(
        [
            trend_columns(n, degree),
            season_columns(n, plan.period, mean),
            step_columns(n, breaks_within(n, plan.breaks)),
            series.regressors[:, np.ptp(series.regressors, axis=0) > 0],
            np.eye(n)[:, series.left_out],
        ]
    )


def change_columns(n: int, plan: SeriesPlan) -> Floats:
    """Return the columns that the action adds: a step or ramp, and a slope where it is asked."""
    since = np.arange(n) - plan.start - plan.delay + 1.0
    columns = [np.clip(since / (plan.ramp + 1.0), 0.0, 1.0)]
    if plan.has_slope:
        columns.append(np.maximum(since - 1.0, 0.0) / plan.period)
    return np.stack(columns, axis=1)


def fit_series(series: Series, design: Floats) -> SeriesFit:
    """Return the quasi-Poisson fit, or with a comparison series that of our share in both."""
    if series.others is None:
        fit = fit_quasi_poisson(series.ours, design, series.log_exposure)
        half = design * np.sqrt(fit.expected)[:, None]
        return SeriesFit(
            design,
            fit.coefficients,
            fit.covariance,
            fit.expected,
            fit.expected,
            fit.residuals,
            noise_memory(fit.residuals, half, fit.dispersion, prior_power=_MEMORY_PRIOR),
        )
    return _fit_share(series, series.others, design)


def _fit_share(series: Series, others: Floats, design: Floats) -> SeriesFit:
    """Return the quasi-binomial fit of our share; its odds are our mean over that of the others."""
    total, offset = series.ours + others, series.log_exposure
    ridge = _RIDGE * np.eye(design.shape[1])
    eta = np.log((series.ours + 0.5) / (others + 0.5))
    beta, deviance = np.zeros(design.shape[1]), np.inf
    for _ in range(_MAX_ITERATIONS):
        share = expit(eta)
        information = np.maximum(total * share * (1.0 - share), _LEAST_INFORMATION)
        weighted = design * information[:, None]
        right = weighted.T @ (eta - offset) + design.T @ (series.ours - total * share)
        beta = np.asarray(np.linalg.solve(design.T @ weighted + ridge, right), np.float64)
        eta = np.clip(design @ beta + offset, -_ETA_MAX, _ETA_MAX)
        new = float(total @ np.logaddexp(0.0, eta) - series.ours @ eta)
        if abs(new - deviance) <= _TOLERANCE * (abs(new) + 0.1):
            break
        deviance = new
    share = expit(eta)
    information = np.maximum(total * share * (1.0 - share), _LEAST_INFORMATION)
    half = design * np.sqrt(information)[:, None]
    covariance = np.asarray(np.linalg.inv(half.T @ half + ridge), np.float64)
    residuals = (series.ours - total * share) / np.sqrt(information)
    df = max(1, total.size - design.shape[1])
    dispersion = float(residuals @ residuals) / df
    memory = noise_memory(residuals, half, dispersion, prior_power=_MEMORY_PRIOR)
    return SeriesFit(design, beta, covariance, information, total * share, residuals, memory)


def judge_change(series: Series, *, level: float) -> Change:
    """Return the change over the whole time after the start.

    Notes
    -----
    The ratio is that of two sums over the time after: fitted means, and the same without the
    columns of the action; its error by the delta method, averaged over the memories that the
    noise may have.
    """
    change = change_columns(series.ours.size, series.plan)
    fit = fit_series(series, np.hstack([course_columns(series), change]))
    added = change.shape[1]
    after = slice(series.plan.start, None)
    kept = np.where(series.left_out, 0.0, 1.0)[after]
    rows = fit.design[after]
    with_action = kept * fit.expected[after]
    effect = np.clip(rows[:, -added:] @ fit.coefficients[-added:], -_ETA_MAX, _ETA_MAX)
    without = with_action * np.exp(-effect)
    bare = rows.copy()
    bare[:, -added:] = 0.0
    log_ratio = float(np.log(with_action.sum() / without.sum()))
    gradient = with_action @ rows / with_action.sum() - without @ bare / without.sum()
    low, high, p = fit.memory.judge(log_ratio, *fit.contrast(gradient), level)
    return Change(log_ratio, low, high, p, fit)


def judge_last_column(series: Series, design: Floats) -> tuple[float, float]:
    """Return the coefficient of the last column of a model and its two-sided p."""
    fit = fit_series(series, design)
    gradient = np.zeros(design.shape[1])
    gradient[-1] = 1.0
    size = float(fit.coefficients[-1])
    return size, fit.memory.judge(size, *fit.contrast(gradient), 0.95)[2]
