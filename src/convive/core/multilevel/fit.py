"""Fits the model of areas and groups, with a profile interval for what areas differ by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from convive.core.errors import MethodError
from convive.core.multilevel.cumulative_logit import Cells, Parameters, objective

Floats = NDArray[np.float64]
MIN_AREAS = 8
MIN_PEOPLE = 200
MAX_SD = 6.0
_NEARLY_NONE = 1e-3
_GRADIENT = 1e-6
_FLAT = 1e-7


@dataclass(frozen=True, slots=True)
class MultilevelFit:
    """A fitted model; all on the scale of logits."""

    thresholds: Floats
    coefficients: Floats
    """Shape (n_covariates,): a positive one means higher answers."""
    covariance: Floats
    """Of the coefficients, shape (n_covariates, n_covariates)."""
    sd: float
    """Standard deviation of the areas' effects."""
    sd_low: float
    sd_high: float
    """Profile likelihood interval; the lower end is 0 where no difference can be excluded."""
    log_likelihood: float
    n_people: int
    n_areas: int


def fit_multilevel(
    answers: ArrayLike,
    covariates: ArrayLike,
    areas: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    level: float = 0.95,
) -> MultilevelFit:
    """Return the cumulative logit model with random effects of areas (binary: logistic).

    Maximum likelihood, the areas' effects integrated out by adaptive Gauss-Hermite quadrature.

    Not to rank areas, and not to say anything of one person.

    Parameters
    ----------
    answers : array_like of int, shape (n_people,)
        0, 1, … in the order of their meaning; every step must occur.
    covariates : array_like of float, shape (n_people, n_covariates)
        Groups as 0 and 1 (a reference left out), or numbers; no constant.
    areas : array_like of int, shape (n_people,)
        0 … n_areas - 1.
    weights : array_like of float, shape (n_people,), optional
        Survey weights; brought to a mean of 1. With unequal weights intervals are somewhat narrow.
    level : float, in (0, 1)
        Nominal coverage of the interval of `sd`.

    Raises
    ------
    MethodError
        MULTILEVEL_SHAPE, MULTILEVEL_ANSWERS, MULTILEVEL_TOO_FEW (fewer than 8 areas or 200
        people), MULTILEVEL_COVARIATE, MULTILEVEL_NOT_FITTED.

    References
    ----------
    .. [1] Pinheiro, J. C., Bates, D. M. (1995). Approximations to the log-likelihood function in
       the nonlinear mixed-effects model. Journal of Computational and Graphical Statistics 4, 12-35.
    .. [2] Snijders, T., Bosker, R. (2012). Multilevel Analysis. Sage, chapter 17.
    """
    cells, n_people = _cells(answers, covariates, areas, weights)
    best = _minimise(cells, _start(cells), None)
    k = cells.n_thresholds
    found = Parameters.unpack(best.x, k)
    low, high = _profile(cells, best, float(special.chdtri(1, 1 - level)) / 2)
    return MultilevelFit(
        thresholds=found.thresholds,
        coefficients=found.coefficients,
        covariance=_covariance(cells, best.x, found.sd)[k:, k:],
        sd=_sd_of(best.x),
        sd_low=low,
        sd_high=high,
        log_likelihood=-float(best.fun),
        n_people=n_people,
        n_areas=cells.n_areas,
    )


def area_sd(answers: ArrayLike, areas: ArrayLike, *, weights: ArrayLike | None = None) -> float:
    """Return the standard deviation of the areas' effects without any group, and nothing else.

    Raises
    ------
    MethodError
        As `fit_multilevel`.
    """
    cells, _ = _cells(answers, np.empty((np.size(answers), 0)), areas, weights)
    return _sd_of(_minimise(cells, _start(cells), None).x)


def _sd_of(at: Floats) -> float:
    """Return the standard deviation of areas, 0 where it has run to its lowest bound."""
    sd = float(np.exp(at[-1]))
    return 0.0 if sd < 2 * _NEARLY_NONE else sd


def _cells(
    answers: ArrayLike, covariates: ArrayLike, areas: ArrayLike, weights: ArrayLike | None
) -> tuple[Cells, int]:
    """Return the people counted by area, covariates and answer, or refuse."""
    y, area = np.asarray(answers), np.asarray(areas)
    x = np.asarray(covariates, dtype=float)
    weight = np.ones(y.shape) if weights is None else np.asarray(weights, dtype=float)
    if y.ndim != 1 or area.shape != y.shape or weight.shape != y.shape or x.shape[:1] != y.shape:
        raise MethodError("MULTILEVEL_SHAPE", answers=y.shape, covariates=x.shape, areas=area.shape)
    if not np.all(weight >= 0) or not np.all(np.isfinite(x)):
        raise MethodError("MULTILEVEL_COVARIATE", n=int(np.sum(~np.isfinite(x))))
    n_answers = int(y.max(initial=0)) + 1
    seen = np.unique(y)
    if n_answers < 2 or seen.size != n_answers or seen[0] != 0:
        raise MethodError("MULTILEVEL_ANSWERS", found=seen.tolist())
    if np.linalg.matrix_rank(np.column_stack([np.ones(y.size), x])) < x.shape[1] + 1:
        raise MethodError("MULTILEVEL_COVARIATE", n=0)
    n_areas = np.unique(area).size
    if n_areas < MIN_AREAS or y.size < MIN_PEOPLE:
        raise MethodError("MULTILEVEL_TOO_FEW", areas=n_areas, people=int(y.size))
    keys, at = np.unique(np.column_stack([area, y, x]), axis=0, return_inverse=True)
    counted = np.asarray(
        np.bincount(at.ravel(), weights=weight / weight.mean(), minlength=keys.shape[0]),
        dtype=float,
    )
    codes = np.unique(keys[:, 0], return_inverse=True)[1].astype(np.int64)
    cells = Cells(
        keys[:, 1].astype(np.int64), keys[:, 2:].astype(float), codes, counted, n_areas, n_answers
    )
    return cells, int(y.size)


def _start(cells: Cells) -> Floats:
    """Return thresholds of the answers' shares, no differences between groups, a modest sd."""
    counted = np.bincount(cells.answer, weights=cells.weight, minlength=cells.n_answers)
    below = np.cumsum(counted)[:-1] / counted.sum()
    thresholds = special.logit(below)
    gaps = np.log(np.maximum(np.diff(thresholds), 1e-3))
    return np.concatenate([thresholds[:1], gaps, np.zeros(cells.x.shape[1]), [np.log(0.3)]])


def _minimise(cells: Cells, start: Floats, sd: float | None) -> optimize.OptimizeResult:
    bounds: list[tuple[float | None, float | None]] = [(None, None)] * start.size
    if sd is None:
        bounds[-1] = (float(np.log(_NEARLY_NONE)), float(np.log(MAX_SD)))
    options: Any = {"maxiter": 500, "ftol": 1e-13, "gtol": _GRADIENT}
    value: Any = objective(cells, sd)  # (value, gradient), which the stubs do not know
    found = optimize.minimize(
        value, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options
    )
    if not np.isfinite(found.fun) or np.max(np.abs(found.x[: start.size - 1]), initial=0) > 40:
        raise MethodError("MULTILEVEL_NOT_FITTED")
    return found


def _profile(cells: Cells, best: optimize.OptimizeResult, drop: float) -> tuple[float, float]:
    """Return the sds at which the likelihood, all else refitted, has dropped so far."""
    start = best.x[:-1]

    def beyond(sd: float) -> float:
        return float(_minimise(cells, start, sd).fun) - float(best.fun) - drop

    sd = float(np.exp(best.x[-1]))
    low = 0.0
    if beyond(_NEARLY_NONE) > 0:
        low = float(optimize.brentq(beyond, _NEARLY_NONE, sd, xtol=5e-4))
    high = max(2.0 * sd, 0.1)
    while high < MAX_SD and beyond(high) < 0:
        high *= 1.5
    if high >= MAX_SD:
        return low, float("inf")
    return low, float(optimize.brentq(beyond, max(sd, _NEARLY_NONE), high, xtol=5e-4))


def _covariance(cells: Cells, at: Floats, sd: float) -> Floats:
    """Return the covariance of thresholds' and coefficients' vector, the sd held at its estimate."""
    value = objective(cells, sd)
    inner = at[:-1]
    step = 1e-5
    rows = []
    for i in range(inner.size):
        shift = np.zeros(inner.size)
        shift[i] = step
        rows.append((value(inner + shift)[1] - value(inner - shift)[1]) / (2 * step))
    hessian = np.array(rows)
    curvature, axes = np.linalg.eigh((hessian + hessian.T) / 2)
    # Where the likelihood is flat the data say next to nothing: a large variance, not none.
    curvature = np.maximum(curvature, _FLAT * max(float(curvature.max()), 1.0))
    covariance = (axes / curvature) @ axes.T
    return np.asarray((covariance + covariance.T) / 2)
