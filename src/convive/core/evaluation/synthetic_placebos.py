"""Placebos: areas without the action, treated as if they had had it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convive.core.evaluation.synthetic_fit import Paths, aims_of, fit
from convive.core.evaluation.synthetic_panel import Data, Statistic
from convive.core.significance import monte_carlo_p

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class InSpace:
    """The treated areas among placebos."""

    ours: Paths
    placebos: Paths

    def p(self, kind: Statistic) -> float:
        """Return the share of sets, ours among them, that are as remarkable as ours."""
        reference = self.placebos.statistic(kind)
        if reference.size == 0:
            return 1.0
        found = monte_carlo_p(reference, self.ours.statistic(kind)[0], alternative="greater")
        return float(found)

    def p_rise(self) -> float:
        """Return the same of a rise alone."""
        ours, others = (
            one.gap[:, one.start :].mean(axis=1) / one.before for one in (self.ours, self.placebos)
        )
        if others.size == 0:
            return 1.0
        return float(monte_carlo_p(others, ours[0], alternative="greater"))

    def interval(self, kind: Statistic, alpha: float) -> tuple[float, float] | None:
        """Return constant effects, in percent, that placebos do not rule out; None = all are."""
        ranked = np.sort(self.placebos.statistic(kind))[::-1]
        rank = math.floor(alpha * (ranked.size + 1) + 1e-9)
        if rank < 1:
            return -100.0, math.inf
        reach = float(ranked[rank - 1] * self.ours.before[0])
        seen, expected = (one[0, self.ours.start :] for one in (self.ours.seen, self.ours.expected))
        if kind is Statistic.MEAN_GAP:
            return _between(float(seen.mean()), float(expected.mean()), reach)
        return _around(seen, expected, reach)


def _between(seen: float, expected: float, reach: float) -> tuple[float, float] | None:
    """Return effects under which the mean gap stays within reach."""
    most = seen / (expected - reach) if expected > reach else math.inf
    least = seen / (expected + reach) if expected + reach > 0 else 0.0
    return 100.0 * (least - 1.0), 100.0 * (most - 1.0)


def _around(seen: Floats, expected: Floats, reach: float) -> tuple[float, float] | None:
    """Return effects under which the root mean square gap stays within reach."""
    a, b = float((seen**2).mean()), float((seen * expected).mean())
    c = float((expected**2).mean()) - reach**2
    inside = b * b - a * c
    if inside < 0 or a <= 0:
        return None
    high, low = (b + math.sqrt(inside)) / a, (b - math.sqrt(inside)) / a
    if high <= 0:
        return None
    return 100.0 * (1.0 / high - 1.0), 100.0 * (1.0 / low - 1.0) if low > 0 else math.inf


def placebo_sets(data: Data, rng: np.random.Generator) -> Ints:
    """Return sets of donors, as many in each as there are treated areas.

    Every donor where there is one treated area and there are not too many donors; else drawn at
    random, in places that lie as close together as the treated areas where places are known.
    """
    k, most = data.treated.size, data.rules.most_placebos
    donors = data.donors
    if donors.size < k + 2:
        return np.empty((0, k), dtype=np.int64)
    if k == 1 or data.place is not None:
        seeds = donors if donors.size <= most else rng.choice(donors, most, replace=False)
        return seeds[:, None] if k == 1 else _nearest(data, seeds, k)
    drawn = min(most, math.comb(donors.size, k))
    order = rng.random((drawn, donors.size)).argpartition(k - 1, axis=1)[:, :k]
    return donors[order]


def _nearest(data: Data, seeds: Ints, k: int) -> Ints:
    """Return each seed with the donors nearest to it."""
    place = np.zeros((data.y.shape[0], 1)) if data.place is None else data.place
    apart = ((place[seeds][:, None, :] - place[data.donors][None, :, :]) ** 2).sum(axis=2)
    apart[seeds[:, None] == data.donors[None, :]] = -1.0
    return np.asarray(data.donors[apart.argsort(axis=1, kind="stable")[:, :k]])


def in_space(data: Data, sets: Ints, penalty: float | None, *, start: int, last: int) -> InSpace:
    """Return the treated areas and placebos, fitted before `start` and followed until `last`."""
    ours = fit(data, aims_of(data, data.treated[None, :], start), start, last, penalty)
    if sets.shape[0] == 0:
        nothing = np.empty((0, last))
        return InSpace(ours, Paths(nothing, nothing, np.empty((0, data.donors.size)), start))
    return InSpace(ours, fit(data, aims_of(data, sets, start), start, last, penalty))


@dataclass(frozen=True, slots=True)
class WithoutDonor:
    """The effect when a donor may not be used."""

    area: int
    effect: float
    """Percent."""


def without_each(
    data: Data, ours: Paths, penalty: float | None, least: float
) -> tuple[WithoutDonor, ...]:
    """Return the effect without each donor whose weight is at least so large."""
    if data.donors.size < 3:
        return ()
    found = []
    for donor in data.donors[np.abs(ours.weights[0]) >= least]:
        aims = aims_of(data, data.treated[None, :], ours.start, np.array([donor]))
        again = fit(data, aims, ours.start, data.n_periods, penalty)
        found.append(WithoutDonor(int(donor), float(again.effect[0])))
    return tuple(found)
