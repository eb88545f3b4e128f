"""What the time before an action says of how restless areas are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import nnls

from convive.core.errors import MethodError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_WINDOWS = (6, 9, 12, 18, 24, 36)
_PLACES = 4


@dataclass(frozen=True, slots=True)
class History:
    """Monthly counts before an action, of all areas that could play a part."""

    counts: ArrayLike
    """Shape (n_areas, n_months); a month that is NaN in any of the areas used is left out."""
    treated: ArrayLike
    """Indices of the areas that will have the action."""
    comparison: ArrayLike | None = None
    """Indices of areas to compare with; None is all others."""
    ring: ArrayLike = ()
    """Indices of areas next to the treated ones."""
    are_neighbours: bool = True
    """Whether treated areas touch, so that they share what happens to them by chance."""
    neighbours: ArrayLike | None = None
    """Shape (n_areas, n_areas), where it is known."""


@dataclass(frozen=True, slots=True)
class Known:
    """A history that has been checked; tables have shape (n, n_months)."""

    treated: Floats
    comparison: Floats
    ring: Floats
    near: Bools | None
    """Between the comparison areas."""
    are_neighbours: bool

    @property
    def months(self) -> int:
        """Months of the history."""
        return int(self.treated.shape[1])

    @property
    def n_treated(self) -> int:
        """Areas that will have the action."""
        return int(self.treated.shape[0])

    @property
    def n_comparison(self) -> int:
        """Areas to compare with."""
        return int(self.comparison.shape[0])

    @property
    def units(self) -> Floats:
        """Treated areas as they are counted: touching ones are one."""
        return self.treated.sum(axis=0, keepdims=True) if self.are_neighbours else self.treated


def read_history(history: History) -> Known:
    """Check a history and return it as tables.

    Raises
    ------
    MethodError
        EFFECT_SHAPE, EFFECT_NEGATIVE_COUNT.
    """
    table = np.asarray(history.counts, dtype=np.float64)
    if table.ndim != 2 or table.size == 0:
        raise MethodError("EFFECT_SHAPE", counts=table.shape)
    n = table.shape[0]
    treated, ring = (_named(one, n) for one in (history.treated, history.ring))
    others = ~treated & ~ring
    if history.comparison is not None:
        others &= _named(history.comparison, n)
    if not treated.any():
        raise MethodError("EFFECT_SHAPE", treated=0)
    used = table[treated | others | ring]
    if np.isinf(used).any() or (used < 0).any():
        raise MethodError("EFFECT_NEGATIVE_COUNT")
    known = ~np.isnan(used).any(axis=0)
    near = None if history.neighbours is None else np.asarray(history.neighbours, dtype=bool)
    if near is not None and near.shape != (n, n):
        raise MethodError("EFFECT_SHAPE", areas=n, neighbours=near.shape)
    return Known(
        table[treated][:, known],
        table[others][:, known],
        table[ring][:, known],
        None if near is None else (near | near.T)[np.ix_(others, others)],
        history.are_neighbours,
    )


def _named(indices: ArrayLike, n: int) -> Bools:
    """Return marks by area."""
    named = np.asarray(indices, dtype=np.int64).ravel()
    if named.size and (named.min() < 0 or named.max() >= n):
        raise MethodError("EFFECT_SHAPE", areas=n, named=int(named.max()))
    marks = np.zeros(n, dtype=bool)
    marks[named] = True
    return marks


@dataclass(frozen=True, slots=True)
class Wander:
    """How far one area goes its own way, beyond Poisson counts, on the log scale."""

    noise: float
    """Variance of one month, as far as it averages out over months."""
    drift: float
    """Variance that one more month adds for good."""

    def between(self, before: float, after: float) -> float:
        """Return the variance of one area's log (after ÷ before), windows in months."""
        return self.noise * (1.0 / before + 1.0 / after) + self.drift * (before + after) / 3.0


def wander_of(counts: Floats) -> Wander:
    """Return how areas part from one another, from starts at which nothing started.

    Parameters
    ----------
    counts : ndarray of float, shape (n_areas, n_months)

    Notes
    -----
    For windows of many lengths and places the variance of log (after ÷ before) between areas
    beyond Poisson is found by the method of moments; months that average out and a drift that
    does not are fitted to all of them. What hits all areas alike, the season included, cancels.

    References
    ----------
    .. [1] DerSimonian, R. and Laird, N. (1986). Meta-analysis in clinical trials. Controlled
       Clinical Trials 7, 177-188.
    """
    rows = []
    total = np.concatenate([np.zeros((counts.shape[0], 1)), counts.cumsum(axis=1)], axis=1)
    for before, after, first in _windows(counts.shape[1]):
        then = total[:, first + before] - total[:, first]
        now = total[:, first + before + after] - total[:, first + before]
        excess, scale = _excess(then, now)
        if scale > 0:
            rows.append((1.0 / before + 1.0 / after, (before + after) / 3.0, excess, scale))
    if not rows:
        return Wander(0.0, 0.0)
    noise, drift, excess_, weight = np.array(rows).T
    design = np.column_stack([noise, drift]) * weight[:, None]
    found, _ = nnls(design, excess_)
    # Variances that are never below 0 are too large on average: drawn back by their chance.
    longest = excess_[drift >= drift.max() - 1e-9].mean()
    share = longest**2 / (longest**2 + counts.shape[0] / 2.0) if longest > 0 else 0.0
    return Wander(float(share * found[0]), float(share * found[1]))


def _windows(months: int) -> Iterator[tuple[int, int, int]]:
    """Yield lengths before and after, and first months, of windows that fit."""
    lengths = [one for one in _WINDOWS if 2 * one <= months] or [months // 2]
    pairs = {(one, one) for one in lengths}
    pairs |= {(months - one, one) for one in lengths if months - one >= one}
    for before, after in sorted(pairs):
        if min(before, after) < 1:
            continue
        room = months - before - after
        for first in sorted({int(at) for at in np.linspace(0, room, _PLACES)}):
            yield before, after, first


def _excess(before: Floats, after: Floats) -> tuple[float, float]:
    """Return squared parting of areas beyond Poisson counts, and what it is in proportion to."""
    met = before + after > 0
    if met.sum() < 2:
        return 0.0, 0.0
    before, after = before[met], after[met]
    change = np.log((after + 0.5) / (before + 0.5))
    weights = 1.0 / (1.0 / (before + 0.5) + 1.0 / (after + 0.5))
    mean = np.sum(weights * change) / weights.sum()
    excess = float(np.sum(weights * (change - mean) ** 2)) - (change.size - 1)
    return excess, float(weights.sum() - np.sum(weights**2) / weights.sum())
