"""Mixtures of donors for sets of areas: what was seen, what would have been."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convive.core.evaluation.simplex_weights import simplex_weights
from convive.core.evaluation.synthetic_panel import Data, Mixture, Statistic, TreatedAs
from convive.core.evaluation.synthetic_predictors import features, is_nested, nested_weights
from convive.core.evaluation.synthetic_ridge import augmented_weights, choose_penalty

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FLOOR = 1e-3
"""Least gap before the start, as a part of the level, so that perfect fits can be ranked."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Sets of areas with their mixtures; rates of the exposure."""

    seen: Floats
    """Shape (n_sets, n_periods)."""
    expected: Floats
    weights: Floats
    """Shape (n_sets, n_donors)."""
    start: int
    importance: Floats | None = None
    """Weights of the predictors, of the last target; shape (n_predictors,)."""

    @property
    def gap(self) -> Floats:
        """Seen less expected."""
        return self.seen - self.expected

    @property
    def before(self) -> Floats:
        """Usual gap before the start (root mean square), shape (n_sets,)."""
        floor = FLOOR * np.abs(self.seen[:, : self.start].mean(axis=1))
        usual = np.sqrt((self.gap[:, : self.start] ** 2).mean(axis=1))
        return np.asarray(np.maximum(np.maximum(usual, floor), 1e-300))

    def statistic(self, kind: Statistic) -> Floats:
        """Return what sets are ranked by, shape (n_sets,)."""
        after = self.gap[:, self.start :]
        size = np.abs(after.mean(axis=1))
        if kind is Statistic.RMSPE_RATIO:
            size = np.sqrt((after**2).mean(axis=1))
        return np.asarray(size / self.before)

    @property
    def effect(self) -> Floats:
        """Effect after the start in percent of what was expected, shape (n_sets,)."""
        total = np.maximum(self.expected[:, self.start :].sum(axis=1), 1e-300)
        return np.asarray(100.0 * (self.seen[:, self.start :].sum(axis=1) / total - 1.0))


@dataclass(frozen=True, slots=True)
class Aims:
    """What is to be mixed: targets as shares of areas, and the sets that they make up."""

    share: Floats
    """Shape (n_targets, n_areas); each row adds up to 1."""
    banned: Bools
    """Shape (n_targets, n_donors)."""
    member: Floats
    """Shape (n_sets, n_targets); each row adds up to 1."""


def aims_of(data: Data, sets: Ints, start: int, without: Ints | None = None) -> Aims:
    """Return the targets for sets of areas, shape (n_sets, n_members).

    An area never stands for a set that it belongs to; nor do areas in `without`.
    """
    size = data.sizes(start)
    n_sets = sets.shape[0]
    in_set = np.zeros((n_sets, size.size))
    np.put_along_axis(in_set, sets, size[sets], axis=1)
    in_set /= in_set.sum(axis=1, keepdims=True)
    share, member = in_set, np.eye(n_sets)
    if data.rules.treated_as is TreatedAs.EACH and sets.shape[1] > 1:
        areas = np.unique(sets)
        share, member = np.eye(size.size)[areas], in_set[:, areas]
    banned = share[:, data.donors] > 0
    if without is not None:
        banned |= np.isin(data.donors, without)[None, :]
    return Aims(share, banned, member)


def fit(data: Data, aims: Aims, start: int, last: int, penalty: float | None = None) -> Paths:
    """Return what was seen and expected of every set, from mixtures of the time before `start`.

    Parameters
    ----------
    last : int
        Periods from this on are not looked at.
    penalty : float, optional
        Of the ridge regression; only for `Mixture.RIDGE`.
    """
    rates = data.y / data.sizes(start)[:, None]
    importance = None
    if is_nested(data) and data.predictors is not None:
        found = np.zeros(aims.banned.shape)
        for b, ours in enumerate(aims.share):
            used = ~aims.banned[b]
            found[b, used], importance = nested_weights(
                data.predictors, rates, ours, data.donors[used], start
            )
    else:
        matched = features(data, rates, start)
        found = simplex_weights(matched[data.donors], aims.share @ matched, banned=aims.banned)
    past = rates[:, :start]
    if data.rules.mixture is Mixture.RIDGE and penalty is not None:
        targets = aims.share @ past
        found = augmented_weights(past[data.donors], targets, found, aims.banned, penalty)
    weights = aims.member @ found
    seen = aims.member @ (aims.share @ rates[:, :last])
    return Paths(seen, weights @ rates[data.donors, :last], weights, start, importance)


def penalty_for(data: Data, start: int) -> float | None:
    """Return the penalty of the ridge regression, chosen on the treated areas' time before."""
    if data.rules.mixture is not Mixture.RIDGE:
        return None
    aims = aims_of(data, data.treated[None, :], start)
    past = (data.y / data.sizes(start)[:, None])[:, :start]
    return choose_penalty(past[data.donors], aims.share @ past, aims.banned).value
