"""Is there an abrupt jump in a monthly series that looks like a change in recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.significance import monte_carlo_p
from convive.core.temporal.break_search import BreakSearch
from convive.core.temporal.memory import Memory, lasting_share, learn_memory
from convive.core.temporal.quasi_poisson import fit_quasi_poisson
from convive.core.temporal.season import (
    breaks_within,
    season_columns,
    step_columns,
    trend_columns,
)

TOO_SHORT = "BREAK_TOO_SHORT"
TOO_FEW = "BREAK_TOO_FEW"

MIN_MEAN_COUNT = 10.0
_SHORTEST_SERIES = 36
_SHORTEST_SIDE = 6
_FEW_BEYOND = 5
_MORE_DRAWS = 9
_NO_NOISE = 1e-9

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BreakResult:
    """The most likely single jump; whether to believe it is said by `p`."""

    reason: str | None
    """None where the search was made; else BREAK_TOO_SHORT or BREAK_TOO_FEW."""
    index: int | None
    """First month of the new level."""
    ratio: float | None
    """Level after ÷ level before, season and slow trend taken out."""
    low: float | None
    high: float | None
    p: float | None
    """Allows for the search over all months, where there was one."""
    dispersion: float | None
    autocorrelation: float | None


def detect_break(
    counts: ArrayLike,
    *,
    rng: np.random.Generator,
    known_breaks: Sequence[int] = (),
    min_segment: int = 6,
    n_replicates: int = 999,
    level: float = 0.95,
) -> BreakResult:
    """Return the most likely abrupt jump in a monthly series and how surprising it is.

    Use it on the series of the whole city, where recording changes. It cannot tell a new
    recording practice from a real jump in crime: that needs somebody who knows. It is no
    method for slow changes, which it takes out, nor for single odd months.

    Parameters
    ----------
    counts : array_like of int, shape (n_months,)
        Complete months in order.
    rng : numpy.random.Generator
        For the simulated null series.
    known_breaks : sequence of int
        Jumps that are already known or found; they are part of the model.
    min_segment : int
        Fewest months on each side of a jump, known jumps and both ends included.
    n_replicates : int
        Simulated series under "no further jump"; ten times as many where the p-value is small.
    level : float
        Coverage of the interval of the ratio (given where the jump is).

    Returns
    -------
    BreakResult
        First month of the new level, ratio with interval, and a p-value that allows for the
        search. The reason says why no search was made.

    Raises
    ------
    MethodError
        BREAK_NEGATIVE_COUNT.

    Notes
    -----
    Largest likelihood ratio of a jump on the working scale of a quasi-Poisson model with season,
    a smooth trend (polynomial of degree 1 to 3, growing with the length), known jumps and AR(1)
    noise beside independent noise. The reference comes from simulated noise whose memory is
    drawn from what the series itself says about it without a jump.

    References
    ----------
    .. [1] Andrews, D. W. K. (1993). Tests for parameter instability and structural change with
       unknown change point. Econometrica 61(4), 821-856.
    .. [2] Zeileis, A. et al. (2003). Testing and dating of structural changes in practice.
       Computational Statistics & Data Analysis 44, 109-123.
    """
    y = np.asarray(counts, dtype=np.float64)
    if y.ndim != 1 or not np.isfinite(y).all() or (y < 0).any():
        raise MethodError("BREAK_NEGATIVE_COUNT", shape=y.shape)
    known = breaks_within(y.size, known_breaks)
    candidates = _candidates(y.size, known, min_segment)
    if y.size < _SHORTEST_SERIES or not candidates.size:
        return BreakResult(TOO_SHORT, *(None,) * 7)
    if y.mean() < MIN_MEAN_COUNT:
        return BreakResult(TOO_FEW, *(None,) * 7)
    design = _smooth_design(y, known)
    search, noise = _prepare(y, design, candidates)
    statistics = search.statistics(noise)
    at = int(candidates[int(np.argmax(statistics))])
    found = _estimate(y, design, at, level)
    largest, memory = statistics.max(), search.memory(noise)
    reference = search.simulate(memory, rng, n_replicates)
    if (reference >= largest).sum() < _FEW_BEYOND:
        # A small p-value needs more draws to be told from a smaller one.
        more = search.simulate(memory, rng, _MORE_DRAWS * n_replicates)
        reference = np.concatenate([reference, more])
    p = float(monte_carlo_p(reference, largest, alternative="greater"))
    return BreakResult(None, at, *found.ratio, p, found.dispersion, found.rho)


def detect_breaks(
    counts: ArrayLike,
    *,
    rng: np.random.Generator,
    known_breaks: Sequence[int] = (),
    max_breaks: int = 3,
    alpha: float = 0.05,
) -> tuple[BreakResult, ...]:
    """Return the jumps found one after another, each searched beside those before it.

    Stops at the first one whose p-value is above `alpha`, so that a series without any jump
    gives a false one with probability `alpha` at most. Sorted by month.

    Parameters
    ----------
    counts, rng, known_breaks
        As in `detect_break`.
    max_breaks : int
        At most so many.
    alpha : float
        Level of each search.
    """
    found: list[BreakResult] = []
    while len(found) < max_breaks:
        known = [*known_breaks, *(one.index for one in found if one.index is not None)]
        result = detect_break(counts, rng=rng, known_breaks=known)
        if result.p is None or result.p > alpha:
            break
        found.append(result)
    return tuple(sorted(found, key=lambda one: one.index or 0))


def jump_at(
    counts: ArrayLike, index: int, *, known_breaks: Sequence[int] = (), level: float = 0.95
) -> BreakResult:
    """Return the size of a jump at a month that is given from outside, without any search.

    Use it to ask whether a jump that another series of the same source shows is in this series
    too. Never use it at a month that was picked by looking at this series: its p-value allows
    for no search; `detect_break` does.

    Parameters
    ----------
    counts : array_like of int, shape (n_months,)
        Complete months in order.
    index : int
        First month of the new level.
    known_breaks : sequence of int
        Other jumps that are part of the model.
    level : float
        Coverage of the interval of the ratio.

    Raises
    ------
    MethodError
        BREAK_NEGATIVE_COUNT.

    Examples
    --------
    >>> found = jump_at([1000, 1040, 980, 1010] * 6 + [800, 830, 790, 810] * 6, 24)
    >>> round(found.ratio, 1), found.p < 0.01
    (0.8, True)
    """
    y = np.asarray(counts, dtype=np.float64)
    if y.ndim != 1 or not np.isfinite(y).all() or (y < 0).any():
        raise MethodError("BREAK_NEGATIVE_COUNT", shape=y.shape)
    known = breaks_within(y.size, known_breaks)
    if y.size < _SHORTEST_SERIES or index not in _candidates(y.size, known, _SHORTEST_SIDE):
        return BreakResult(TOO_SHORT, *(None,) * 7)
    if y.mean() < MIN_MEAN_COUNT:
        return BreakResult(TOO_FEW, *(None,) * 7)
    found = _estimate(y, _smooth_design(y, known), index, level)
    return BreakResult(None, index, *found.ratio, found.p, found.dispersion, found.rho)


@dataclass(frozen=True, slots=True)
class _Jump:
    """Ratio with interval, p-value without a search, and the noise around it."""

    ratio: tuple[float, float, float]
    p: float
    dispersion: float
    rho: float


def _candidates(n: int, known: Sequence[int], min_segment: int) -> NDArray[np.int64]:
    """Return the months at which a jump could start."""
    edges = np.array([0, *known, n])
    months = np.arange(n)
    distance = np.abs(months[:, None] - edges[None, :]).min(axis=1)
    return np.flatnonzero(distance >= min_segment)


def _smooth_design(y: Floats, known: Sequence[int]) -> Floats:
    """Return the model without a further jump: season, smooth trend, known jumps."""
    degree = 1 if y.size < 42 else 2 if y.size < 48 else 3
    season = season_columns(y.size, 12, float(y.mean()))
    return np.hstack([trend_columns(y.size, degree), season, step_columns(y.size, known)])


def _prepare(
    y: Floats, design: Floats, candidates: NDArray[np.int64]
) -> tuple[BreakSearch, Floats]:
    """Return the search on the working scale of the fit, and the observed noise on it."""
    fit = fit_quasi_poisson(y, design)
    root = np.sqrt(fit.expected)
    lasting = lasting_share(fit.dispersion)
    # A trace of noise, so that a perfect fit leaves something to compare.
    noise = np.where(fit.residuals @ fit.residuals > 0, fit.residuals, _NO_NOISE)
    return BreakSearch.prepare(design * root[:, None], root, candidates, lasting), noise


def _estimate(y: Floats, design: Floats, at: int, level: float) -> _Jump:
    """Return the size of a jump at a given month."""
    full = np.hstack([design, step_columns(y.size, [at])])
    fit = fit_quasi_poisson(y, full)
    memory: Memory = learn_memory(fit, full)
    # The weights with which each month's noise enters the estimated jump.
    contrast = (fit.covariance @ (full * np.sqrt(fit.expected)[:, None]).T)[-1]
    size, variance = float(fit.coefficients[-1]), float(fit.covariance[-1, -1])
    low, high, p = memory.judge(size, contrast, variance, level)
    ratios = [float(np.exp(np.clip(value, -25, 25))) for value in (size, low, high)]
    return _Jump((ratios[0], ratios[1], ratios[2]), p, max(1.0, fit.dispersion), memory.mean)
