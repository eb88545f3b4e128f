"""At which periods does the level of a series change, and how surely is each place known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from convive.core.errors import MethodError
from convive.core.temporal.change_point_kernel import (
    NEGATIVE_BINOMIAL,
    NORMAL,
    POISSON,
    best_cut,
    stretch_cost,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Cost = Literal["poisson", "quasi_poisson", "negative_binomial", "normal"]
Penalty = float | Literal["bic", "mbic"]

_SHORTEST_SERIES = 8
_MAD = 0.6744897501960817
_BISECTIONS = 20
_REPLICATES = 400
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """One change of level."""

    index: int
    """First period of the new level."""
    places: Integers
    """Periods at which the change may as well have been, in order; the chance that the true one
    is among them is about the level asked for, if there is a change here at all."""
    before: float
    after: float
    difference: float
    """After minus before."""
    low: float
    high: float
    """Interval of the difference, given the place."""


@dataclass(frozen=True, slots=True)
class ChangePoints:
    """All changes of a series and its level in between."""

    changes: tuple[ChangePoint, ...]
    levels: Floats
    """(n_periods,)."""
    dispersion: float
    """Variance over that of the model (counts), or variance (normal)."""
    penalty: float
    """What each change had to gain, in units of twice the log likelihood."""


@dataclass(frozen=True, slots=True)
class _Model:
    kind: int
    size: float
    scale: float
    """What twice the log likelihood is divided by."""
    dispersion: float


def change_points(
    values: ArrayLike,
    *,
    cost: Cost = "quasi_poisson",
    penalty: Penalty = "mbic",
    shortest: int = _SHORTEST,
    level: float = 0.95,
) -> ChangePoints:
    """Return the changes of level of a series, all searched for together.

    Use it for series without season or trend (yearly or deseasonalised counts, or what is left
    of a series after its expectation): stepwise courses are found whole where one search after
    another (`detect_breaks`) can miss a level that comes and goes. A slow trend is cut into steps
    and a season into halves: do not use it there, nor where counts remember (autocorrelation).

    Parameters
    ----------
    values : array_like of float, shape (n_periods,)
        Counts in order; any numbers with ``cost="normal"``.
    cost : {"poisson", "quasi_poisson", "negative_binomial", "normal"}
        Noise around each level: variance the mean, a multiple of it, growing with its square, or
        the same everywhere. The spread is learnt from differences of neighbouring periods,
        which changes hardly touch.
    penalty : float or {"bic", "mbic"}
        What each change must gain (twice the log likelihood): the Bayesian information
        criterion, the modified one [2]_, or a number from `change_penalty`.
    shortest : int
        Fewest periods of a level.
    level : float
        Coverage of the sets of places and of the intervals.

    Raises
    ------
    MethodError
        CHANGE_BAD_SERIES, CHANGE_TOO_SHORT.

    Notes
    -----
    Exact optimum by PELT [1]_. The set of places holds the likeliest ones (each place weighted
    by its likelihood between the neighbouring changes) until their weights reach the level.

    References
    ----------
    .. [1] Killick, R., Fearnhead, P. and Eckley, I. A. (2012). Optimal detection of changepoints
       with a linear computational cost. Journal of the American Statistical Association 107.
    .. [2] Zhang, N. R. and Siegmund, D. O. (2007). A modified Bayes information criterion with
       applications to the analysis of comparative genomic hybridization data. Biometrics 63.

    Examples
    --------
    >>> found = change_points([10, 12, 9, 11, 10, 9, 30, 28, 33, 31, 29, 30])
    >>> [change.index for change in found.changes]
    [6]
    """
    y = _read(values, cost, shortest)
    model = _learn(y, cost)
    amount, shares = _penalty(penalty, y.size)
    asked = (amount * model.scale, shares * model.scale)
    starts = best_cut(y, model.kind, model.size, shortest, asked)
    edges = np.concatenate([[0], starts, [y.size]])
    levels = np.repeat([float(part.mean()) for part in np.split(y, starts)], np.diff(edges))
    changes = tuple(
        _change(y, model, edges[i : i + 3], shortest, level) for i in range(starts.size)
    )
    return ChangePoints(changes, levels, model.dispersion, amount)


def change_penalty(
    n: int,
    mean: float,
    dispersion: float = 1.0,
    *,
    rng: np.random.Generator,
    cost: Cost = "quasi_poisson",
    alpha: float = 0.05,
) -> float:
    """Return the penalty under which a series without a change shows one with chance `alpha`.

    Parameters
    ----------
    n : int
        Periods.
    mean, dispersion : float
        Level, and variance over that of a Poisson count (1 or more); for ``cost="normal"`` they
        do not matter.
    rng : numpy.random.Generator
        For the simulated series.
    cost
        As in `change_points`, whose `shortest` is taken to be 3.
    alpha : float
        Chance of any change in a series without one.

    Raises
    ------
    MethodError
        CHANGE_BAD_SERIES, CHANGE_TOO_SHORT.
    """
    if not (mean > 0 and dispersion >= 1 and 0 < alpha < 1):
        raise MethodError("CHANGE_BAD_SERIES", shape=(n,))
    shape = (_REPLICATES, n)
    if cost == "normal":
        drawn = rng.standard_normal(shape)
    else:
        extra = dispersion - 1.0
        rate = rng.gamma(mean / extra, extra, shape) if extra > 0 else np.full(shape, mean)
        drawn = rng.poisson(rate).astype(np.float64)
    rows = [_read(row, cost, _SHORTEST) for row in drawn]
    models = [_learn(row, cost) for row in rows]
    low, high = 0.0, 40.0 * np.log(n)
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        share = np.mean(
            [
                best_cut(row, m.kind, m.size, _SHORTEST, (middle * m.scale, 0.0)).size > 0
                for row, m in zip(rows, models, strict=True)
            ]
        )
        low, high = (middle, high) if share > alpha else (low, middle)
    return high


def _read(values: ArrayLike, cost: Cost, shortest: int) -> Floats:
    """Check and return the series."""
    y = np.asarray(values, dtype=np.float64)
    is_count = cost == "normal" or bool((y >= 0).all())
    if y.ndim != 1 or not np.isfinite(y).all() or not is_count:
        raise MethodError("CHANGE_BAD_SERIES", shape=y.shape)
    if y.size < max(_SHORTEST_SERIES, 2 * shortest) or shortest < 1:
        raise MethodError("CHANGE_TOO_SHORT", periods=y.size, needed=max(8, 2 * shortest))
    return y


def _learn(y: Floats, cost: Cost) -> _Model:
    """Return the noise, learnt from neighbouring periods."""
    steps = np.diff(y)
    if cost == "normal":
        spread = float(np.median(np.abs(steps))) / _MAD / np.sqrt(2.0)
        variance = max(spread**2, 1e-12 * float(y @ y) / y.size, 1e-300)
        return _Model(NORMAL, 1.0, variance, variance)
    if cost == "poisson":
        return _Model(POISSON, 1.0, 1.0, 1.0)
    pairs = y[1:] + y[:-1]
    told = pairs > 0
    dispersion = float(np.mean(steps[told] ** 2 / pairs[told])) if told.any() else 1.0
    if cost == "quasi_poisson":
        return _Model(POISSON, 1.0, max(1.0, dispersion), max(1.0, dispersion))
    size = float(y.mean()) / max(dispersion - 1.0, 1e-6)
    return _Model(NEGATIVE_BINOMIAL, max(size, 1e-6), 1.0, max(1.0, dispersion))


def _penalty(penalty: Penalty, n: int) -> tuple[float, float]:
    """Return the cost of a change and the weight of the log shares of the stretches."""
    if penalty == "bic":
        return 2.0 * float(np.log(n)), 0.0
    if penalty == "mbic":
        return 3.0 * float(np.log(n)), 1.0
    return float(penalty), 0.0


def _change(y: Floats, model: _Model, edges: Integers, shortest: int, level: float) -> ChangePoint:
    """Return one change, its neighbours given."""
    first, index, end = (int(edge) for edge in edges)
    places = np.arange(first + shortest, end - shortest + 1)
    two_logs = np.array([-_both(y[first:at], y[at:end], model) for at in places]) / model.scale
    # The levels integrated out: a short stretch tells its level less surely.
    room = 0.5 * np.log((places - first) * (end - places))
    weight = np.exp(0.5 * (two_logs - two_logs.max()) - room + room.min())
    weight /= weight.sum()
    order = np.argsort(-weight, kind="stable")
    needed = int(np.searchsorted(np.cumsum(weight[order]), level)) + 1
    before, after = y[first:index], y[index:end]
    noise = [_variance(part, model) / part.size for part in (before, after)]
    reach = float(ndtri(0.5 + level / 2.0)) * float(np.sqrt(sum(noise)))
    difference = float(after.mean() - before.mean())
    return ChangePoint(
        index,
        np.sort(places[order[:needed]]),
        float(before.mean()),
        float(after.mean()),
        difference,
        difference - reach,
        difference + reach,
    )


def _both(before: Floats, after: Floats, model: _Model) -> float:
    """Return the cost of two stretches."""
    return sum(
        stretch_cost(model.kind, model.size, part.size, part.sum(), float(part @ part))
        for part in (before, after)
    )


def _variance(part: Floats, model: _Model) -> float:
    """Return the variance of one period of a stretch."""
    if model.kind == NORMAL:
        return model.scale
    # Half an event where there was none.
    mean = max(float(part.mean()), 0.5 / part.size)
    if model.kind == NEGATIVE_BINOMIAL:
        return mean + mean**2 / model.size
    return model.scale * mean
