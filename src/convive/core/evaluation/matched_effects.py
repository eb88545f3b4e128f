"""The effect on a group of areas against its weighted comparison, and on groups like it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from convive.core.evaluation.balance_weights import balance_many, effective_number
from convive.core.evaluation.matched_panel import Areas, draw_groups, features_of
from convive.core.significance import monte_carlo_p, two_sided_t_p

RIDGES = (1e-6, 1e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0)
FIRM, BARE = (10.0, 0.25), (5.0, 0.5)
"""Areas that weights must be worth, and the share that none may exceed: the ridge is raised until
they are firm; where that leaves groups unlike, bare is enough."""
WORST_BALANCE = 0.25
_LIKE_OURS = 2.0

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Weighting:
    """Weights of the treated group, and how alike they make both."""

    features: Floats
    weights: Floats
    """Shape (n_areas,), sum 1."""
    ridge: float
    before: Floats
    """Standardised differences with even weights, shape (k,)."""
    after: Floats
    """With the weights."""

    @property
    def worst(self) -> float:
        """Largest standardised difference that is left."""
        return float(np.abs(self.after).max(initial=0.0))


@dataclass(frozen=True, slots=True)
class Ratios:
    """Log ratios of groups with their make-up; arrays (n_outcomes, n_groups)."""

    value: Floats
    poisson: Floats
    """Variance if counts were Poisson and weights fixed."""
    lump: Floats
    """Variance in that of one area's own course."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Effects of all outcomes, judged by groups where nothing was done; arrays (n_outcomes,)."""

    value: Floats
    error: Floats
    reach: Floats
    """Half the interval, on the log scale."""
    p: Floats
    """Of each outcome alone."""
    p_joint: Floats
    """With all outcomes looked at together (largest statistic of each group)."""
    omnibus: float
    df: float
    n_placebos: int
    wander: Floats
    """Variance of one area's own course beyond Poisson counts."""
    scale: Floats


def weigh(areas: Areas) -> Weighting:
    """Return the comparison weights of the treated areas.

    Notes
    -----
    The smallest ridge that leaves weights worth ten areas (or a quarter of the pool) with no
    more than a quarter on one: exact balance on the noise of a few quarters is bought with
    weights on a handful of areas, and is not worth it. Where groups are then unlike, five areas
    with no more than half on one must do.
    """
    features = features_of(areas)
    even = areas.pool / areas.pool.sum()
    target = features[areas.treated].mean(axis=0)
    tried = [
        (
            ridge,
            balance_many(features, target[None, :], areas.pool[None, :].astype(np.float64), ridge)[
                0
            ],
        )
        for ridge in RIDGES
    ]
    ridge, weights = _first_firm(tried, FIRM, areas)
    if np.abs(target - weights @ features).max(initial=0.0) > WORST_BALANCE:
        ridge, weights = _first_firm(tried, BARE, areas)
    return Weighting(
        features, weights, ridge, target - even @ features, target - weights @ features
    )


def _first_firm(
    tried: list[tuple[float, Floats]], wanted: tuple[float, float], areas: Areas
) -> tuple[float, Floats]:
    """Return the weights with the smallest ridge that rest on enough areas, else the last."""
    fewest = min(wanted[0], areas.pool.sum() / 4.0)
    for ridge, weights in tried:
        if effective_number(weights) >= fewest and weights.max() <= wanted[1]:
            return ridge, weights
    return tried[-1]


def ratios(areas: Areas, groups: Bools, weights: Floats) -> Ratios:
    """Return (after ÷ before) of groups over that of their weighted areas, as logarithms."""
    before, after = (
        areas.y[:, :, : areas.start].sum(axis=2),
        areas.y[:, :, areas.start :].sum(axis=2),
    )
    mine = groups.astype(np.float64)
    ours = [np.maximum(table @ mine.T, 0.5) for table in (before, after)]
    theirs = [np.maximum(table @ weights.T, 1e-9) for table in (before, after)]
    noise = [np.maximum(table @ (weights**2).T, 1e-18) for table in (before, after)]
    value = np.log(ours[1] / ours[0]) - np.log(theirs[1] / theirs[0])
    poisson = sum(1.0 / one for one in ours) + sum(
        n / one**2 for n, one in zip(noise, theirs, strict=True)
    )
    both = before + after
    lump = (both**2 @ mine.T) / np.maximum((both @ mine.T) ** 2, 1e-9)
    lump = lump + (both**2 @ (weights**2).T) / np.maximum((both @ weights.T) ** 2, 1e-18)
    return Ratios(np.asarray(value), np.asarray(poisson), np.asarray(lump))


def treated_ratios(areas: Areas, found: Weighting) -> Ratios:
    """Return the ratios of the treated areas."""
    return ratios(areas, areas.treated[None, :], found.weights[None, :])


def placebo_ratios(
    areas: Areas, found: Weighting, n_groups: int, rng: np.random.Generator
) -> tuple[Bools, Ratios]:
    """Return groups where nothing was done and their ratios, weighted in the same way.

    Groups that cannot be balanced nearly as well as the treated areas say little about them
    and are left out, unless that were most.
    """
    groups = draw_groups(areas, n_groups, rng)
    mine = groups / groups.sum(axis=1, keepdims=True)
    free = areas.pool & ~groups
    if areas.near is not None:
        free &= ~(groups.astype(np.float32) @ areas.near.astype(np.float32) > 0)
    usable = free.sum(axis=1) > 1
    groups, mine, free = groups[usable], mine[usable], free[usable]
    targets = mine @ found.features
    weights = balance_many(found.features, targets, free.astype(np.float64), found.ridge)
    worst = np.abs(targets - weights @ found.features).max(axis=1, initial=0.0)
    is_like = worst <= max(WORST_BALANCE, _LIKE_OURS * found.worst)
    if 2 * is_like.sum() < is_like.size:
        is_like[:] = True
    return groups[is_like], ratios(areas, groups[is_like], weights[is_like])


def judge(areas: Areas, ours: Ratios, others: Ratios, *, level: float) -> Judged:
    """Return the effects of the treated areas with errors from groups where nothing was done.

    Notes
    -----
    Variance of a group = Poisson + own course of areas × how lumped the group is, the own
    course found by moments from the groups; statistics in such units are compared. p is the
    larger of that by permutation and that of a t distribution with as many degrees of freedom
    as there are separate groups less one, because groups drawn from few areas repeat.
    """
    excess = (others.value**2 - others.poisson).mean(axis=1)
    excess = excess / np.maximum(others.lump.mean(axis=1), 1e-9)
    wander = np.maximum(excess, 0.0)
    drawn = others.value / np.sqrt(others.poisson + wander[:, None] * others.lump)
    scale = np.sqrt(np.maximum((drawn**2).mean(axis=1), 1e-6))
    error = scale * np.sqrt(ours.poisson[:, 0] + wander * ours.lump[:, 0])
    drawn, value = drawn / scale[:, None], ours.value[:, 0]
    z = np.abs(value / error)
    separate = areas.pool.sum() / max(1, int(areas.treated.sum()))
    df = max(1.0, float(separate) - 1.0)
    alone = np.array([_beyond(np.abs(d), one) for d, one in zip(drawn, z, strict=True)])
    by_t = np.asarray(two_sided_t_p(z, df))
    joint = np.array([_beyond(np.abs(drawn).max(axis=0), one) for one in z])
    critical = np.maximum(
        float(stdtrit(df, 0.5 + level / 2.0)),
        np.quantile(np.abs(drawn), level, axis=1, method="higher"),
    )
    together = _beyond((drawn**2).sum(axis=0), float((z**2).sum()))
    p = np.maximum(alone, by_t)
    return Judged(
        value,
        error,
        critical * error,
        p,
        np.minimum(1.0, np.maximum(joint, p)),
        together if z.size > 1 else float(p[0]),
        df,
        drawn.shape[1],
        wander,
        scale,
    )


def _beyond(drawn: Floats, seen: float) -> float:
    """Return the share of groups that show as much."""
    return float(monte_carlo_p(drawn, seen, alternative="greater"))
