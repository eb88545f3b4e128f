"""Planning a survey: how many to ask where, and what can then be told apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from convive.core.counts import tail_of
from convive.core.errors import MethodError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Rule = Literal["equal", "proportional", "neyman", "power"]


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What a plan supposes of the survey to come.

    Parameters
    ----------
    level : float, in (0, 1)
        Of intervals and, as 1 - level, of two-sided tests.
    power : float, in (0, 1)
        Chance that a difference of the size named is found.
    deff : float
        Design effect of weights and clusters; 1.2 to 2 are usual, a former wave knows.

    Raises
    ------
    MethodError
        PLAN_ASSUMPTION.
    """

    level: float = 0.95
    power: float = 0.8
    deff: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what no survey can have."""
        usable = 0.0 < self.level < 1.0 and 0.0 < self.power < 1.0 and self.deff > 0.0
        if not usable:
            raise MethodError("PLAN_ASSUMPTION", level=self.level, power=self.power, deff=self.deff)

    @property
    def z(self) -> float:
        """Normal quantile of the interval."""
        return float(special.ndtri(1.0 - tail_of(self.level)))


DEFAULT = Assumptions()


def margin_of_share(
    share: ArrayLike,
    n: ArrayLike,
    *,
    population: ArrayLike = np.inf,
    assumptions: Assumptions = DEFAULT,
) -> FloatArray:
    """Return half the length of the interval that a share will have.

    Parameters
    ----------
    share : array_like of float, in [0, 1]
        Expected; 0.5 is the most cautious.
    n : array_like of float
        Interviews, after nonresponse.
    population : array_like of float
        People in the area, for the finite population correction; infinite by default.
    assumptions : Assumptions
        Level and design effect.

    Raises
    ------
    MethodError
        PLAN_SHARE, PLAN_SIZE.

    Notes
    -----
    The normal approximation: good for planning, not for reporting (see `share_by_domain`), and
    not below some ten expected cases.

    Examples
    --------
    >>> (100 * margin_of_share([0.5, 0.1], 350)).round(1).tolist()
    [5.2, 3.1]
    """
    p, size, people = _checked(share, n, population)
    return np.asarray(assumptions.z * np.sqrt(_variance(p, size, people, assumptions.deff)))


def size_for_margin(
    share: ArrayLike,
    margin: ArrayLike,
    *,
    population: ArrayLike = np.inf,
    assumptions: Assumptions = DEFAULT,
) -> IntArray:
    """Return the interviews needed for a share's interval of plus or minus `margin`.

    Parameters and errors as for `margin_of_share`; `margin` is a share above 0. At most the
    population.

    References
    ----------
    .. [1] Cochran, W. G. (1977). Sampling Techniques, 3rd ed. Wiley, chapter 4.

    Examples
    --------
    >>> int(size_for_margin(0.5, 0.05))
    385
    """
    p, wanted, people = _checked(share, margin, population)
    endless = assumptions.deff * p * (1.0 - p) * (assumptions.z / wanted) ** 2
    with np.errstate(invalid="ignore"):
        limited = endless * people / (people - 1.0 + endless)
    needed = np.where(np.isinf(people), endless, np.minimum(limited, people))
    return np.asarray(np.ceil(np.round(needed, 9)), dtype=np.int64)


def detectable_difference(
    share: ArrayLike,
    n: ArrayLike,
    n_other: ArrayLike | None = None,
    *,
    population: ArrayLike = np.inf,
    assumptions: Assumptions = DEFAULT,
) -> FloatArray:
    """Return the smallest rise of a share between two independent samples that will be found.

    Parameters
    ----------
    share : array_like of float, in [0, 1)
        In the first wave, area or group.
    n, n_other : array_like of float
        Interviews of the two; by default as many in both.
    population : array_like of float
        People behind each sample. It counts only for changes in the very people there are (two
        waves in one area); leave it out to compare two areas as such.
    assumptions : Assumptions
        The test's level, its power and the design effect.

    Returns
    -------
    ndarray
        Difference as a share; NaN where even 100 % would not be told apart.

    Raises
    ------
    MethodError
        PLAN_SHARE, PLAN_SIZE.

    Notes
    -----
    The two-sided z test of two shares, pooled under equality (R's ``power.prop.test``). The
    tests of `compare_shares` are more cautious with few cases: take the answer as the least.
    A fall from the same share can be found a little earlier where the share is below one half.

    References
    ----------
    .. [1] Fleiss, J. L., Levin, B., Paik, M. C. (2003). Statistical Methods for Rates and
       Proportions, 3rd ed. Wiley, chapter 4.

    Examples
    --------
    >>> round(100 * float(detectable_difference(0.3, 400)), 1)
    9.4
    """
    p, first, people = _checked(share, n, population)
    second = first if n_other is None else _checked(p, n_other, people)[1]
    rows = np.broadcast_arrays(p, first, second, people)
    found = [
        _rise(float(before), (float(a), float(b)), float(size), assumptions)
        for before, a, b, size in zip(*(row.ravel() for row in rows), strict=True)
    ]
    return np.array(found).reshape(rows[0].shape)


def allocate(
    n: int,
    population: ArrayLike,
    *,
    rule: Rule = "proportional",
    spread: ArrayLike = 1.0,
    exponent: float = 0.5,
    minimum: int = 0,
) -> IntArray:
    """Return how many of `n` interviews to make in each area.

    Parameters
    ----------
    n : int
        Interviews in all.
    population : array_like of float, shape (n_areas,)
        People per area; no area gets more interviews than people.
    rule : {"equal", "proportional", "neyman", "power"}
        "proportional" and "neyman" (population × spread) serve the town's figure, "equal" the
        comparison of areas, "power" (population to the `exponent`) stands between.
    spread : array_like of float
        Standard deviation within the area, for "neyman" and "power"; √(p(1-p)) for a share.
    exponent : float, in [0, 1]
        For "power": 0 is equal, 1 is proportional.
    minimum : int
        Interviews that every area gets at least (or all of its people).

    Returns
    -------
    ndarray of int, shape (n_areas,)
        Adds up to `n`.

    Raises
    ------
    MethodError
        PLAN_SIZE, PLAN_TOO_FEW (the minimum needs more than `n`), PLAN_TOO_MANY (more than
        all people), PLAN_RULE.

    References
    ----------
    .. [1] Neyman, J. (1934). On the two different aspects of the representative method. Journal
       of the Royal Statistical Society 97(4), 558-625.
    .. [2] Bankier, M. D. (1988). Power allocations: determining sample sizes for subnational
       areas. The American Statistician 42(3), 174-177.

    Examples
    --------
    >>> allocate(1000, [9000, 3000, 500], minimum=100).tolist()
    [675, 225, 100]
    """
    people = np.asarray(population, dtype=float)
    if people.ndim != 1 or not np.all(np.isfinite(people) & (people >= 0)):
        raise MethodError("PLAN_SIZE")
    weight = _weights_of_areas(rule, people, np.asarray(spread, dtype=float), exponent)
    low = np.minimum(float(minimum), np.floor(people))
    if low.sum() > n:
        raise MethodError("PLAN_TOO_FEW", n=n, needed=int(low.sum()), minimum=minimum)
    if np.floor(people).sum() < n:
        raise MethodError("PLAN_TOO_MANY", n=n, population=int(people.sum()))
    return _whole(_shared_out(n, weight, low, np.floor(people)), n, np.floor(people))


@dataclass(frozen=True, slots=True)
class SurveyPlan:
    """What a survey of this size tells of each area, arrays of shape (n_areas,)."""

    n: IntArray
    margin: FloatArray
    """Of the area's share, as a share."""
    detectable: FloatArray
    """Smallest rise between two such waves that will be found; NaN where none will."""
    margin_all: float
    """Of the whole town's share, with the areas weighted by their people."""

    def areas_that_detect(self, difference: float) -> int:
        """Return in how many areas a rise of this size (a share) would be found."""
        return int(np.sum(self.detectable <= difference))


def plan_survey(
    interviews: ArrayLike,
    population: ArrayLike,
    share: ArrayLike = 0.5,
    *,
    assumptions: Assumptions = DEFAULT,
) -> SurveyPlan:
    """Return what interviews per area will be able to tell: before any money is spent.

    Parameters
    ----------
    interviews : array_like of int, shape (n_areas,)
        From `allocate`; answered interviews, so divide by the response rate to get invitations.
    population : array_like of float, shape (n_areas,)
        People per area.
    share : array_like of float
        Expected, per area or for all.
    assumptions : Assumptions
        Level, power and design effect.

    Raises
    ------
    MethodError
        PLAN_SIZE, PLAN_SHARE.
    """
    p, n, people = _checked(share, interviews, population)
    p, n, people = np.broadcast_arrays(p, n, people)
    variance = _variance(p, n, people, assumptions.deff)
    weight = people / people.sum()
    return SurveyPlan(
        n=n.astype(np.int64),
        margin=np.asarray(assumptions.z * np.sqrt(variance)),
        detectable=detectable_difference(p, n, population=people, assumptions=assumptions),
        margin_all=float(assumptions.z * np.sqrt(np.sum(weight**2 * variance))),
    )


def _checked(
    share: ArrayLike, size: ArrayLike, population: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return shares, sizes and populations, or refuse them."""
    p, n, people = (np.asarray(x, dtype=float) for x in (share, size, population))
    if not np.all((p >= 0) & (p <= 1)):
        raise MethodError("PLAN_SHARE")
    if not (
        np.all(n > 0) and np.all(np.isfinite(n)) and np.all(people > 0) and np.all(n <= people)
    ):
        raise MethodError("PLAN_SIZE")
    return p, n, people


def _variance(p: FloatArray, n: FloatArray, people: FloatArray, deff: float) -> FloatArray:
    """Return the variance of a share, with the finite population correction."""
    with np.errstate(invalid="ignore"):
        left = np.where(np.isinf(people), 1.0, (people - n) / np.maximum(people - 1.0, 1.0))
    return np.asarray(deff * p * (1.0 - p) / n * left)


def _rise(p: float, sizes: tuple[float, float], people: float, assumptions: Assumptions) -> float:
    """Return the smallest detectable rise from p, or NaN."""
    n, other = sizes
    z_power = float(special.ndtri(assumptions.power))

    def lacking(rise: float) -> float:
        after = p + rise
        pooled = (n * p + other * after) / (n + other)
        share = np.array([pooled, pooled, p, after])
        size = np.array([n, other, n, other])
        v = _variance(share, size, np.full(4, people), assumptions.deff)
        return float(rise - assumptions.z * np.sqrt(v[0] + v[1]) - z_power * np.sqrt(v[2] + v[3]))

    most = 1.0 - p
    if most <= 0.0 or lacking(most) < 0.0:
        return float("nan")
    return float(optimize.brentq(lacking, 0.0, most, xtol=1e-14)) if lacking(0.0) < 0.0 else 0.0


def _weights_of_areas(
    rule: str, people: FloatArray, spread: FloatArray, exponent: float
) -> FloatArray:
    """Return what each area's interviews are to be proportional to."""
    if rule not in {"equal", "proportional", "neyman", "power"}:
        raise MethodError("PLAN_RULE", rule=rule)
    if not (0.0 <= exponent <= 1.0 and np.all(spread >= 0) and np.all(np.isfinite(spread))):
        raise MethodError("PLAN_RULE", rule=rule)
    powers = {"equal": 0.0, "proportional": 1.0, "neyman": 1.0, "power": exponent}
    weight = np.where(people > 0, people ** powers[rule], 0.0)
    return weight * spread if rule in {"neyman", "power"} else weight


def _shared_out(n: int, weight: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return parts in proportion to the weights, but none below `low` or above `high`."""
    used = weight > 0
    scaled = weight / weight.max() if np.any(used) else weight

    def excess(factor: float) -> float:
        return float(np.clip(factor * scaled, low, high).sum() - n)

    enough = float(np.max(high[used] / scaled[used])) if np.any(used) else 0.0
    if excess(enough) < 0.0:
        raise MethodError("PLAN_TOO_MANY", n=n, population=int(high[used].sum()))
    factor = optimize.brentq(excess, 0.0, enough, xtol=1e-13 * max(enough, 1.0))
    return np.clip(factor * scaled, low, high)


def _whole(parts: FloatArray, n: int, high: FloatArray) -> IntArray:
    """Return whole numbers that add up to n, by largest remainders, none above its limit."""
    floor = np.floor(parts + 1e-9)
    left = round(n - float(floor.sum()))
    order = np.argsort(-(parts - floor) + np.where(floor < high, 0.0, 2.0), kind="stable")
    floor[order[:left]] += 1.0
    return floor.astype(np.int64)
