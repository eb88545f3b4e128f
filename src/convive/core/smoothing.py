"""Rates of small areas, drawn towards the city's mean as far as their own data are thin."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from convive.core.counts import checked_counts, poisson_limits, tail_of

FloatArray = NDArray[np.float64]

_STEP = 0.5
_COARSE = np.arange(-20.0, 8.1, _STEP)
"""Logit of the typical shrinkage: from practically none to practically complete."""
_PRIOR = (0.5, 2.0)
"""Beta prior of that shrinkage; found by simulation of the coverage, see the method page."""
_SMALLEST_SHAPE = 0.05
"""Rates whose standard deviation between areas exceeds four times their mean are not met."""
_WIDEST = 1.5
"""Bound on the standard deviation of the log mean, where hardly anything happened."""
_FINE_NODES = 31
_MEAN_NODES = np.linspace(-4.5, 4.5, 11)
"""Standard deviations around the best mean, for each amount of heterogeneity."""
_NEGLIGIBLE = 1e-5
"""Mass of a heterogeneity below which intervals do without it."""
_CORRECTIONS = 8
"""Newton steps towards a limit, in the logarithm."""
_DROP = 14.0
"""Log density below the peak at which the grid over the heterogeneity ends."""


@dataclass(frozen=True, slots=True)
class SmoothedRate:
    """Smoothed rates, each of shape (n_areas,), events per `per` person-years."""

    rate: FloatArray
    low: FloatArray
    high: FloatArray
    weight: FloatArray
    """Share of the area's own data in its rate, 0 to 1; the rest is the prior mean."""
    prior_mean: float
    """Mean rate of areas, per `per` person-years."""
    prior_variance: float
    """Variance of true rates between areas, (per `per` person-years) squared."""


@dataclass(frozen=True, slots=True)
class _Grid:
    """Nodes over the Gamma prior's shape and mean, each of shape (n_nodes,)."""

    shape: FloatArray
    mean: FloatArray
    best_mean: FloatArray
    """The mean that fits best with the node's shape."""
    mass: FloatArray
    """Posterior probability of the node (its logarithm, unscaled, while being built)."""


def smoothed_rate(
    events: ArrayLike, person_years: ArrayLike, *, per: int = 1000, level: float = 0.95
) -> SmoothedRate:
    """Return rates that borrow strength from the other areas, with honest intervals.

    Use it to compare or map areas of unequal size. Do not use it to test whether one area
    differs (see `rate_against_rest`), nor where areas have reasons of their own to differ so
    much that a common distribution makes no sense.

    Parameters
    ----------
    events : array_like of int, shape (n_areas,)
        Recorded events.
    person_years : array_like of float, shape (n_areas,), unit: person-years
        Must be above 0.
    per : int, unit: person-years
        Base of the reported rates.
    level : float, in (0, 1)
        Nominal coverage, on average over the areas of a city.

    Returns
    -------
    SmoothedRate
        ``rate = weight × crude + (1 - weight) × prior_mean``. With a single area nothing can
        be borrowed: crude rate, weight 1.

    Raises
    ------
    MethodError
        RATES_NO_DENOMINATOR, RATES_NEGATIVE_COUNT, RATES_SHAPE, RATES_LEVEL.

    Notes
    -----
    Counts are Poisson, true rates follow a Gamma distribution between areas. Its mean and
    shape are not plugged in as if known: they are integrated out on a grid, with a Beta(½, 2)
    prior on the shrinkage of a typical area, so the intervals carry their uncertainty and do
    not collapse when the areas hardly differ. The prior leans towards areas that differ: a
    uniform one covers about 94 of 100 where they do and events are few.

    References
    ----------
    .. [1] Christiansen, C. L., Morris, C. N. (1997). Hierarchical Poisson regression modeling.
       Journal of the American Statistical Association 92(438), 618-632.
    .. [2] Marshall, R. J. (1991). Mapping disease and mortality rates using empirical Bayes
       estimators. Applied Statistics 40(2), 283-294.
    """
    count, exposure = checked_counts(events, person_years)
    tail = tail_of(level)
    if count.size < 2:
        return _alone(count, exposure, per=per, level=level)
    if count.sum() == 0:
        return _nothing_happened(count, exposure, per=per, level=level)
    grid = _hyperposterior(count, exposure)
    shape, mean, mass = grid.shape, grid.mean, grid.mass
    pull = shape[:, None] / (shape[:, None] + mean[:, None] * exposure)  # B of each area
    weight = 1.0 - mass @ pull
    centre = float(mass @ grid.best_mean)
    rate = weight * count / exposure + (1.0 - weight) * centre
    node_mean = pull * mean[:, None] + (1.0 - pull) * (count / exposure)
    low, high = _mixture_interval(grid, node_mean, node_mean * (1.0 - pull) / exposure, tail)
    return SmoothedRate(
        rate=rate * per,
        low=low * per,
        high=high * per,
        weight=weight,
        prior_mean=centre * per,
        prior_variance=float(mass @ (grid.best_mean**2 / shape)) * per**2,
    )


def _mixture_interval(
    grid: _Grid, mean: FloatArray, variance: FloatArray, tail: float
) -> tuple[FloatArray, FloatArray]:
    """Return the equal-tailed interval of each area's mixture of Gamma distributions.

    Not that of one Gamma with the same moments: its tails are too short where events are few.
    The nodes of one heterogeneity are taken together as one Gamma distribution; `mean` and
    `variance` are those of the nodes, each of shape (n_nodes, n_areas).
    """
    by_shape = (-1, len(_MEAN_NODES))
    share_of_node = grid.mass.reshape(by_shape)
    mass = share_of_node.sum(axis=1)
    kept = mass > _NEGLIGIBLE
    inner = (share_of_node[kept] / mass[kept, None])[:, None, :]
    means, variances = (x.reshape(*by_shape, x.shape[1])[kept] for x in (mean, variance))
    centre = (inner @ means)[:, 0]
    spread = (inner @ (variances + (means - centre[:, None]) ** 2))[:, 0]
    mass = mass[kept] / mass[kept].sum()
    whole = mass @ centre
    total = mass @ (spread + (centre - whole) ** 2)
    shape, scale = centre**2 / spread, spread / centre
    limits = []
    for share in (tail, 1.0 - tail):
        x = special.gammaincinv(whole**2 / total, share) * total / whole
        for _ in range(_CORRECTIONS):
            ratio = x / scale
            log_density = (shape - 1.0) * np.log(ratio) - ratio - special.gammaln(shape)
            density = mass @ (np.exp(log_density) / scale)
            gap = mass @ special.gammainc(shape, ratio) - share
            x = x * np.exp(np.clip(-gap / np.maximum(x * density, 1e-12), -0.7, 0.7))
        limits.append(x)
    return limits[0], limits[1]


def _hyperposterior(count: FloatArray, exposure: FloatArray) -> _Grid:
    """Return a grid over (shape, mean) of the Gamma prior with the posterior mass of nodes."""
    overall = count.sum() / exposure.sum()
    typical = overall * float(np.exp(np.mean(np.log(exposure))))
    smallest = max(_SMALLEST_SHAPE, 2.0 / count.size)  # below, the mean is not identified
    logits = _COARSE[np.exp(_COARSE) * typical > smallest]
    coarse = _log_density(count, exposure, logits, typical).mass
    kept = logits[coarse > coarse.max() - _DROP]
    fine = np.linspace(kept.min() - _STEP, kept.max() + _STEP, _FINE_NODES)
    grid = _log_density(count, exposure, fine, typical, nodes=_MEAN_NODES)
    mass = np.exp(grid.mass - grid.mass.max())
    return replace(grid, mass=mass / mass.sum())


def _log_density(
    count: FloatArray,
    exposure: FloatArray,
    logits: FloatArray,
    typical: float,
    nodes: FloatArray | None = None,
) -> _Grid:
    """Return shapes, means and log posterior density, for the best mean or around it.

    `logits` are those of the shrinkage shape ÷ (shape + typical), in which its Beta prior is
    shrinkage and its complement, each to its power. The prior of the log mean is flat.
    """
    shape = np.exp(logits) * typical
    log_mean, spread = _best_log_means(count, exposure, shape)
    offsets = np.zeros(1) if nodes is None else nodes
    grid = log_mean[:, None] + spread[:, None] * offsets
    log_odds = grid[..., None] + np.log(exposure) - np.log(shape)[:, None, None]
    log_total = np.logaddexp(0.0, log_odds)  # of 1 + mean × exposure ÷ shape
    terms = count * (log_odds - log_total) - shape[:, None, None] * log_total
    constant = special.gammaln(count + shape[:, None]) - special.gammaln(shape)[:, None]
    prior = -_PRIOR[0] * np.logaddexp(0.0, -logits) - _PRIOR[1] * np.logaddexp(0.0, logits)
    density = terms.sum(axis=2) + (constant.sum(axis=1) + prior + np.log(spread))[:, None]
    best = np.repeat(np.exp(log_mean), offsets.size)
    return _Grid(np.repeat(shape, offsets.size), np.exp(grid).ravel(), best, density.ravel())


def _best_log_means(
    count: FloatArray, exposure: FloatArray, shape: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return, for each shape, the log mean of highest density and its standard deviation."""
    log_mean = np.full(shape.size, np.log(count.sum() / exposure.sum()))
    information = np.ones(shape.size)
    for _ in range(60):
        filled = special.expit(log_mean[:, None] + np.log(exposure) - np.log(shape)[:, None])
        slope = np.sum(count - (count + shape[:, None]) * filled, axis=1)
        information = np.sum((count + shape[:, None]) * filled * (1.0 - filled), axis=1)
        step = np.clip(slope / np.maximum(information, 1e-12), -1.0, 1.0)
        log_mean = log_mean + step
        if np.max(np.abs(step)) < 1e-8:
            break
    return log_mean, np.minimum(_WIDEST, 1.0 / np.sqrt(np.maximum(information, 1e-12)))


def _alone(count: FloatArray, exposure: FloatArray, *, per: int, level: float) -> SmoothedRate:
    """Return the crude rate of a single area: there is nobody to borrow from."""
    low, high = poisson_limits(count, level=level)
    scale = per / exposure
    rate = count * scale
    return SmoothedRate(
        rate=rate,
        low=low * scale,
        high=high * scale,
        weight=np.ones_like(rate),
        prior_mean=float(rate[0]) if rate.size else 0.0,
        prior_variance=0.0,
    )


def _nothing_happened(
    count: FloatArray, exposure: FloatArray, *, per: int, level: float
) -> SmoothedRate:
    """Return the rates of a city without a single event.

    Nothing says that areas differ or do not: the rate is 0, and each area keeps the upper
    limit that its own person-years allow.
    """
    low, high = poisson_limits(count, level=level)
    return SmoothedRate(
        rate=np.zeros_like(exposure),
        low=low,
        high=high * per / exposure,
        weight=np.ones_like(exposure),
        prior_mean=0.0,
        prior_variance=0.0,
    )
