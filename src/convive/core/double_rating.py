"""Planning of double ratings: how many stops two observers should rate, and who rates which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.special import ndtri

from convive.core.errors import MethodError

SENSIBLE_SHARES = (0.10, 0.20)
"""Fewer tell too little about observers, more cost stops that would tell about places."""
NOBODY = -1

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class DoubleRatingSize:
    """How many stops to rate twice."""

    n_needed: int
    share: float
    """Of the stops planned; above 1 where there are not enough."""
    advised_share: float
    """The share, held between 10 and 20 %."""
    half_width_at_advised: float
    """Half width of the interval that the advised share gives."""

    @property
    def is_reachable(self) -> bool:
        """Return whether the advised share gives the interval that was asked for."""
        return self.share <= SENSIBLE_SHARES[1]


@dataclass(frozen=True, slots=True)
class RatingPlan:
    """Who rates which stop; arrays of shape (n_stops,)."""

    first: Integers
    """Rater of each stop, 0 to n_raters - 1."""
    second: Integers
    """Second rater, -1 where there is none."""
    stops_per_rater: Integers
    """Stops of each rater, first and second together, shape (n_raters,)."""

    @property
    def n_double(self) -> int:
        """Return how many stops are rated twice."""
        return int(np.sum(self.second != NOBODY))

    @property
    def is_connected(self) -> bool:
        """Return whether every two raters can be compared through stops rated twice."""
        n = self.stops_per_rater.size
        twice = self.second != NOBODY
        pairs = (np.ones(twice.sum()), (self.first[twice], self.second[twice]))
        return bool(connected_components(coo_matrix(pairs, shape=(n, n)), directed=False)[0] == 1)


def stops_for_kappa(
    half_width: float,
    shares: ArrayLike,
    n_stops: int,
    *,
    kappa: float = 0.6,
    level: float = 0.95,
) -> DoubleRatingSize:
    """Return how many stops two observers must both rate for a kappa of given precision.

    Parameters
    ----------
    half_width : float, in (0, 1)
        Kappa ± this.
    shares : array_like of float, shape (n_categories,)
        Expected shares of the categories, e.g. from last year.
    n_stops : int
        Stops planned.
    kappa : float, in [0, 1)
        Expected agreement (nominal).
    level : float
        Coverage of the interval.

    Raises
    ------
    MethodError
        AGREEMENT_PLAN for anything out of range, or with one category only.

    Notes
    -----
    Large-sample variance where raters agree for certain with probability `kappa` and otherwise by
    chance. With rare categories intervals of small samples are wider.

    References
    ----------
    .. [1] Fleiss, J. L., Cohen, J. and Everitt, B. S. (1969). Psychological Bulletin 72(5),
       323-327.

    Examples
    --------
    >>> size = stops_for_kappa(0.1, [0.4, 0.3, 0.2, 0.1], 1200)
    >>> size.n_needed, round(size.share, 3)
    (158, 0.132)
    """
    p = np.asarray(shares, dtype=np.float64)
    p = p[p > 0]
    is_fit = 0 < half_width < 1 and 0 <= kappa < 1 and n_stops >= 1 and p.size >= 2
    if not is_fit or not np.isfinite(p).all():
        raise MethodError("AGREEMENT_PLAN", n=n_stops, least=2)
    unit = _kappa_variance(p / p.sum(), kappa)
    z = float(ndtri(0.5 + level / 2.0))
    n_needed = int(np.ceil(unit * (z / half_width) ** 2))
    share = n_needed / n_stops
    advised = float(np.clip(share, *SENSIBLE_SHARES))
    return DoubleRatingSize(
        n_needed, share, advised, z * float(np.sqrt(unit / max(1.0, np.ceil(advised * n_stops))))
    )


def _kappa_variance(p: NDArray[np.float64], kappa: float) -> float:
    """Return n × variance of Cohen's kappa for equal shares of both raters."""
    joint = kappa * np.diag(p) + (1.0 - kappa) * np.outer(p, p)
    chance = float(p @ p)
    seen = kappa + (1.0 - kappa) * chance
    pull = np.eye(p.size) * (1.0 - chance) - np.add.outer(p, p) * (1.0 - seen)
    middle = (seen * chance - 2.0 * chance + seen) ** 2
    return float((joint * pull**2).sum() - middle) / (1.0 - chance) ** 4


def plan_double_rating(
    areas: ArrayLike,
    is_night: ArrayLike,
    n_raters: int,
    *,
    share: float = 0.15,
    rng: np.random.Generator,
) -> RatingPlan:
    """Return who rates which stop, some of them twice, so that all raters can be compared.

    Every rater gets about as many stops, by day and by night and in every area as far as
    possible, and shares stops with the next rater round the table, then with others. Which stops
    is a matter of chance: raters must not swap them.

    Parameters
    ----------
    areas : array_like of labels, shape (n_stops,)
        Area of each stop.
    is_night : array_like of bool, shape (n_stops,)
        Whether it is visited at night.
    n_raters : int
        Two or more.
    share : float, in (0, 1]
        Share of the stops that are rated twice.
    rng : numpy.random.Generator
        Randomness.

    Raises
    ------
    MethodError
        AGREEMENT_PLAN with fewer than two raters, or fewer stops to rate twice than raters:
        then some could not be compared.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> plan = plan_double_rating([0, 1] * 60, [True] * 40 + [False] * 80, 6, rng=rng)
    >>> plan.n_double, plan.is_connected, np.ptp(plan.stops_per_rater).item() <= 1
    (18, True, True)
    """
    area = np.unique(np.asarray(areas).astype(str), return_inverse=True)[1]
    night = np.asarray(is_night, dtype=bool)
    n = area.size
    n_double = int(np.ceil(share * n))
    if night.shape != area.shape or n_raters < 2 or not n_raters <= n_double <= n:
        raise MethodError("AGREEMENT_PLAN", n=n_double, least=max(n_raters, 2))
    # Round the table through stops sorted by time of day and area: everybody gets some of each.
    order = np.lexsort((rng.random(n), area, night))
    first = np.empty(n, dtype=np.int64)
    first[order] = rng.permutation(n_raters)[np.arange(n) % n_raters]
    second = np.full(n, NOBODY, dtype=np.int64)
    wanted = np.full(n_raters, n_double // n_raters)
    load = np.bincount(first, minlength=n_raters)
    # Who has fewest stops of their own is the second rater of those left over.
    extra = (np.argsort(load, kind="stable")[: n_double % n_raters] - 1) % n_raters
    wanted[extra] += 1
    for rater in range(n_raters):
        own = order[first[order] == rater]
        step = own.size / max(wanted[rater], 1)
        chosen = own[np.floor((np.arange(wanted[rater]) + rng.random()) * step).astype(int)]
        turns = _partners(wanted[rater], n_raters, is_extra=bool(np.isin(rater, extra)))
        second[chosen] = (rater + turns) % n_raters
    both = np.concatenate([first, second[second != NOBODY]])
    return RatingPlan(first, second, np.bincount(both, minlength=n_raters))


def _partners(n: int, n_raters: int, *, is_extra: bool) -> Integers:
    """Return how many places round the table each partner sits; one left over goes to the next."""
    turns = 1 + np.arange(n) % (n_raters - 1)
    if is_extra:
        turns[-1] = 1
    return turns
