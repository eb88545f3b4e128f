"""Two-way fixed effects, as a number to compare with, and which comparisons hide in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError

Floats = NDArray[np.float64]
_MOST_SWEEPS = 2000
_EXACT = 1e-12


class Versus(StrEnum):
    """Who is compared with whom."""

    NEVER = "never_treated"
    LATER = "later_treated"
    """Areas that start, with areas that have not started yet."""
    EARLIER = "already_treated"
    """Areas that start, with areas that have started before: whatever the action does to those
    over time enters with the wrong sign."""


@dataclass(frozen=True, slots=True)
class TwoByTwo:
    """One comparison of two cohorts, before and after."""

    versus: Versus
    start: int
    """Start of the cohort whose change is looked at."""
    other: int
    """Start of the cohort that it is compared with; -1 = never."""
    weight: float
    effect: float


@dataclass(frozen=True, slots=True)
class TwoWay:
    """The coefficient with the comparisons that it averages."""

    effect: float
    comparisons: tuple[TwoByTwo, ...]

    @property
    def forbidden_share(self) -> float:
        """Weight of comparisons with areas that have started before; more than 0 = beware."""
        return sum(one.weight for one in self.comparisons if one.versus is Versus.EARLIER)


def two_way_coefficient(
    outcome: ArrayLike,
    treatment: ArrayLike,
    *,
    covariates: Sequence[ArrayLike] = (),
    weights: ArrayLike | None = None,
    areas: bool = True,
    periods: bool = True,
) -> float:
    """Return the coefficient of a treatment with area and period effects.

    Only to compare with published numbers: with starts at different times it is biased as soon
    as effects change over time; see `decompose_two_way`.

    Parameters
    ----------
    outcome, treatment : array_like of float, shape (n_areas, n_periods)
        NaN in the outcome is missing.
    covariates : sequence of array_like, shape (n_areas, n_periods)
    weights : array_like of float, shape (n_areas,) or (n_areas, n_periods), optional
    areas, periods : bool
        Which effects are taken out; without either there is one constant.

    Raises
    ------
    MethodError
        EFFECT_SHAPE; EFFECT_WEIGHTS.

    Examples
    --------
    >>> round(two_way_coefficient([[1, 4], [2, 3]], [[0, 1], [0, 0]]), 6)
    2.0
    """
    y = np.atleast_2d(np.asarray(outcome, dtype=np.float64))
    columns = [np.asarray(one, dtype=np.float64) for one in (treatment, *covariates)]
    if any(one.shape != y.shape for one in columns):
        raise MethodError("EFFECT_SHAPE", outcome=y.shape)
    w = np.ones(y.shape) if weights is None else np.asarray(weights, dtype=np.float64)
    w = np.broadcast_to(w[:, None] if w.ndim == 1 else w, y.shape) * np.isfinite(y)
    if not (w >= 0).all() or not w.sum() > 0:
        raise MethodError("EFFECT_WEIGHTS")
    table = np.stack([np.nan_to_num(one) for one in (y, *columns)])
    swept = _swept(table, w, areas=areas, periods=periods).reshape(table.shape[0], -1)
    root = np.sqrt(w).ravel()
    return float(np.linalg.lstsq((swept[1:] * root).T, swept[0] * root, rcond=None)[0][0])


def decompose_two_way(outcome: ArrayLike, first: ArrayLike) -> TwoWay:
    """Return the two-way coefficient of staggered starts and the comparisons that it averages.

    Parameters
    ----------
    outcome : array_like of float, shape (n_areas, n_periods)
        Without gaps.
    first : array_like of int, shape (n_areas,)
        First period with the action; -1 = never, 0 = always.

    Raises
    ------
    MethodError
        EFFECT_SHAPE, also where outcomes are missing or no area ever starts.

    References
    ----------
    .. [1] Goodman-Bacon, A. (2021). Difference-in-differences with variation in treatment
       timing. Journal of Econometrics 225(2), 254-277.
    """
    y, start = np.atleast_2d(np.asarray(outcome, dtype=np.float64)), np.asarray(first)
    if start.shape != (y.shape[0],) or not np.isfinite(y).all():
        raise MethodError("EFFECT_SHAPE", outcome=y.shape, first=start.shape)
    found = list(_comparisons(y, np.where(start < 0, y.shape[1], start)))
    total = sum(one.weight for one in found)
    if not total > 0:
        raise MethodError("EFFECT_SHAPE", starts=np.unique(start).size)
    shares = tuple(
        TwoByTwo(one.versus, one.start, one.other, one.weight / total, one.effect) for one in found
    )
    return TwoWay(sum(one.weight * one.effect for one in shares), shares)


def _comparisons(y: Floats, start: NDArray[np.int64]) -> Iterator[TwoByTwo]:
    """Yield every pair of cohorts with the weight that it gets (not yet summing to one)."""
    n_periods = y.shape[1]
    starts = np.unique(start)
    mean = {int(s): y[start == s].mean(axis=0) for s in starts}
    size = {int(s): float((start == s).mean()) for s in starts}
    on = {int(s): (n_periods - s) / n_periods for s in starts}
    for early in mean:
        for late in (s for s in mean if s > early):
            both = size[early] * size[late] * (on[early] - on[late])
            if early > 0:  # the early cohort starts while the late one has not
                gap = (mean[early] - mean[late])[:late]
                effect = float(gap[early:].mean() - gap[:early].mean())
                is_never = late == n_periods
                versus, other = (Versus.NEVER, -1) if is_never else (Versus.LATER, late)
                yield TwoByTwo(versus, early, other, both * (1.0 - on[early]), effect)
            if late < n_periods:  # the late cohort starts while the early one goes on
                gap = (mean[late] - mean[early])[early:]
                effect = float(gap[late - early :].mean() - gap[: late - early].mean())
                yield TwoByTwo(Versus.EARLIER, late, early, both * on[late], effect)


def _swept(table: Floats, w: Floats, *, areas: bool, periods: bool) -> Floats:
    """Return the columns without area and period means, by sweeping until nothing changes."""
    axes = [axis for axis, is_taken in ((2, areas), (1, periods)) if is_taken]
    if not axes:
        means = (table * w).sum(axis=(1, 2), keepdims=True) / w.sum()
        return np.asarray(table - means)
    scale = max(float(np.abs(table).max()), 1e-300)
    for _ in range(_MOST_SWEEPS):
        change = 0.0
        for axis in axes:
            below = np.maximum(w.sum(axis=axis - 1, keepdims=True), 1e-300)
            means = (table * w).sum(axis=axis, keepdims=True) / below
            table = table - means
            change = max(change, float(np.abs(means).max()))
        if change <= _EXACT * scale:
            break
    return table
