"""Where like values lie together, and where an area stands out from its neighbours.

One test an area: false alarms among many tests are kept down by default, and areas that could
not be tested say why. All p-values are two-sided.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.significance import (
    benjamini_hochberg,
    benjamini_yekutieli,
    drawn_tails_p,
    normal_p,
)
from convive.core.spatial.neighbours import Neighbours
from convive.core.spatial.permutation import conditional_tails, key_of
from convive.core.spatial.usable import Usable, usable_areas

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Adjustment = Literal["false discovery", "any dependence", "none"]

__all__ = ["LocalAssociation", "Pattern", "local_geary", "local_getis_ord", "local_moran"]


class Pattern(StrEnum):
    """What an area and its neighbours are like."""

    HIGH_HIGH = "high-high"
    LOW_LOW = "low-low"
    HIGH_LOW = "high-low"
    """High amid low ones."""
    LOW_HIGH = "low-high"
    ALIKE = "alike"
    """Of like values, neither all high nor all low."""
    UNLIKE = "unlike"
    HOT_SPOT = "hot spot"
    COLD_SPOT = "cold spot"
    NOT_SIGNIFICANT = "not significant"
    NO_NEIGHBOURS = "no neighbours"
    NO_VALUE = "no value"


@dataclass(frozen=True, slots=True)
class LocalAssociation:
    """One statistic an area, arrays of shape (n_areas,); NaN where the area was not tested."""

    statistic: FloatArray
    expected: FloatArray
    """Given the area's own value, with all others dealt out at random."""
    variance: FloatArray
    z: FloatArray
    p: FloatArray
    """Two-sided, of this area alone."""
    q: FloatArray
    """p adjusted for the number of areas; the pattern rests on it."""
    pattern: NDArray[np.str_]
    """Values of `Pattern`."""
    permutations: IntArray
    """How often values were dealt out for the area; 0 where p rests on z."""
    level: float
    """Largest q that counts as significant."""
    adjustment: Adjustment


@dataclass(frozen=True, slots=True)
class _Sums:
    """Weighted sums over the neighbours, and their moments under conditional permutation."""

    observed: FloatArray
    expected: FloatArray
    variance: FloatArray


def local_moran(
    values: ArrayLike,
    neighbours: Neighbours,
    rng: np.random.Generator | None,
    *,
    permutations: int | None = None,
    adjustment: Adjustment = "false discovery",
    level: float = 0.05,
) -> LocalAssociation:
    """Return local Moran's I: areas amid their like, and areas that stand out.

    Use it for figures of like certainty. Do not use it for rates of areas of very unequal
    population (take `local_moran_of_rates`), nor to rank areas, nor where the whole city follows
    one slope: everything at its ends is "significant" then.

    Parameters
    ----------
    values : array_like of float, shape (n_areas,)
        NaN is no value.
    neighbours : Neighbours
    rng : numpy.random.Generator or None
        None: p from the conditional moments and the normal distribution, which is rough for
        skewed values and few neighbours.
    permutations : int or None
        Of the other areas' values, for each area. None goes on from 999 up to 99,999 for areas
        whose p is small: with 1,000 areas, 999 cannot pass an adjustment for many tests.
    adjustment : {"false discovery", "any dependence", "none"}
        Benjamini-Hochberg, Benjamini-Yekutieli (stricter), or none at all: then about `level` of
        the areas are "found" in a city without any pattern.
    level : float
        Largest q that counts as significant.

    Returns
    -------
    LocalAssociation
        `pattern`: high-high, low-low, high-low, low-high, not significant, no neighbours, no value.

    Raises
    ------
    MethodError
        NEIGHBOURHOOD_SHAPE, NEIGHBOURHOOD_TOO_FEW_AREAS, NEIGHBOURHOOD_CONSTANT, NEIGHBOURHOOD_LEVEL.

    Notes
    -----
    Divides by the variance with n, as Anselin (1995) and spdep; other software takes n - 1.
    The same generator state gives the same result on any number of processors.

    References
    ----------
    .. [1] Anselin, L. (1995). Local indicators of spatial association - LISA. Geographical
       Analysis 27(2), 93-115.
    .. [2] Sokal, R. R., Oden, N. L., Thomson, B. A. (1998). Local spatial autocorrelation in a
       biological model. Geographical Analysis 30(4), 331-354.
    """
    used = usable_areas(values, neighbours)
    z = used.values - used.values.mean()
    sums = _sums(z, used.neighbours)
    factor = z / np.mean(z**2)
    own = _Sums(factor * sums.observed, factor * sums.expected, factor**2 * sums.variance)
    p, draws = _p_values(z, used, rng, permutations, _standardised(own))
    p = np.where((z == 0) & (draws > 0), 1.0, p)  # the mean itself: I is 0 whatever lies around
    high, around = z > 0, sums.observed > 0
    kind = np.select(
        [high & around, ~high & ~around, high & ~around],
        [Pattern.HIGH_HIGH, Pattern.LOW_LOW, Pattern.HIGH_LOW],
        Pattern.LOW_HIGH,
    )
    return _result(used, own, (p, draws), kind, _rule(adjustment, level))


def local_getis_ord(
    values: ArrayLike,
    neighbours: Neighbours,
    rng: np.random.Generator | None,
    *,
    permutations: int | None = None,
    star: bool = True,
    level: float = 0.05,
) -> LocalAssociation:
    """Return the local G of Getis and Ord: hot spots and cold spots.

    Parameters as for `local_moran`, always adjusted by Benjamini and Hochberg.

    Parameters
    ----------
    values, neighbours, rng, permutations, level
        As in `local_moran`.
    star : bool
        Whether the area itself belongs to its surroundings (Gi*), weighing as much as the
        heaviest of its neighbours; or not (Gi).

    Returns
    -------
    LocalAssociation
        `statistic` is the weighted mean of the surroundings, which is G up to a factor that is
        the same for all; its z is that of G. `pattern`: hot spot, cold spot, not significant …

    Raises
    ------
    MethodError
        As `local_moran`.

    Notes
    -----
    p comes from permutations of the other areas' values in either case, so that an area does
    not become a hot spot by its own value alone; z of Gi* counts the own value as well.

    References
    ----------
    .. [1] Ord, J. K., Getis, A. (1995). Local spatial autocorrelation statistics: distributional
       issues and an application. Geographical Analysis 27(4), 286-306.
    """
    used = usable_areas(values, neighbours)
    links = used.neighbours
    sums = _with_own(used.values, links) if star else _sums(used.values, links)
    weight = links.summed(links.weight)
    if star:
        weight = weight + _heaviest(links)
    weight = np.where(weight > 0, weight, np.nan)
    own = _Sums(sums.observed / weight, sums.expected / weight, sums.variance / weight**2)
    p, draws = _p_values(used.values, used, rng, permutations, _standardised(own))
    kind = np.where(own.observed > own.expected, Pattern.HOT_SPOT, Pattern.COLD_SPOT)
    return _result(used, own, (p, draws), kind, _rule("false discovery", level))


def local_geary(
    values: ArrayLike,
    neighbours: Neighbours,
    rng: np.random.Generator | None,
    *,
    permutations: int | None = None,
    adjustment: Adjustment = "false discovery",
    level: float = 0.05,
) -> LocalAssociation:
    """Return local Geary's c: areas that are more, or less, like their neighbours than by chance.

    Use it to find borders (unlike) and even stretches (alike) where Moran looks at high and low
    only. Parameters, errors and when not to use it as for `local_moran`.

    Returns
    -------
    LocalAssociation
        Of values divided by their standard deviation (n - 1). `pattern`: high-high, low-low,
        alike (around the mean, or on both sides of it), unlike, not significant …

    References
    ----------
    .. [1] Anselin, L. (2019). A local indicator of multivariate spatial association: extending
       Geary's c. Geographical Analysis 51(2), 133-150.
    """
    used = usable_areas(values, neighbours)
    z = (used.values - used.values.mean()) / np.std(used.values, ddof=1)
    own = _squared_sums(z, used.neighbours)
    p, draws = _p_values(z, used, rng, permutations, _standardised(own), is_squared=True)
    around = _sums(z, used.neighbours).observed
    alike = own.observed < own.expected
    kind = np.select(
        [~alike, (z > 0) & (around > 0), (z < 0) & (around < 0)],
        [Pattern.UNLIKE, Pattern.HIGH_HIGH, Pattern.LOW_LOW],
        Pattern.ALIKE,
    )
    return _result(used, own, (p, draws), kind, _rule(adjustment, level))


def _weights(links: Neighbours) -> tuple[FloatArray, FloatArray]:
    """Return each area's sum of weights and sum of squared weights."""
    return links.summed(links.weight), links.summed(links.weight**2)


def _drawn(
    mean: FloatArray, spread: FloatArray, links: Neighbours
) -> tuple[FloatArray, FloatArray]:
    """Return mean and variance of weighted sums drawn without replacement from n - 1 others."""
    first, second = _weights(links)
    others = links.n_areas - 1
    variance = spread * others / (others - 1) * (second - first**2 / others)
    return mean * first, np.maximum(variance, 0.0)


def _sums(x: FloatArray, links: Neighbours) -> _Sums:
    """Return the sums of the neighbours' values, given the area's own value."""
    others = len(x) - 1
    mean = (np.sum(x) - x) / others
    spread = np.maximum((np.sum(x**2) - x**2) / others - mean**2, 0.0)
    observed = links.summed(links.weight * x[links.index])
    expected, variance = _drawn(mean, spread, links)
    return _Sums(observed, expected, variance)


def _squared_sums(z: FloatArray, links: Neighbours) -> _Sums:
    """Return the sums of squared differences from the neighbours; z has the mean 0."""
    n, others = len(z), len(z) - 1
    m2, m3, m4 = (float(np.sum(z**k)) for k in (2, 3, 4))
    mean = (n * z**2 + m2) / others
    fourth = (n * z**4 + 6 * z**2 * m2 - 4 * z * m3 + m4) / others
    terms = links.weight * (z[links.owner] - z[links.index]) ** 2
    return _Sums(links.summed(terms), *_drawn(mean, np.maximum(fourth - mean**2, 0.0), links))


def _heaviest(links: Neighbours) -> FloatArray:
    heaviest = np.zeros(links.n_areas)
    np.maximum.at(heaviest, links.owner, links.weight)
    return heaviest


def _with_own(x: FloatArray, links: Neighbours) -> _Sums:
    """Return the sums over neighbours and the area itself, all values dealt out at random."""
    own = _heaviest(links)
    first, second = _weights(links)
    first, second, n = first + own, second + own**2, len(x)
    observed = links.summed(links.weight * x[links.index]) + own * x
    variance = float(np.var(x)) * (n * second - first**2) / (n - 1)
    return _Sums(observed, first * np.mean(x), np.maximum(variance, 0.0))


def _standardised(sums: _Sums) -> FloatArray:
    """Return z; NaN where nothing can vary (all other areas are neighbours of like weight)."""
    sd = np.sqrt(sums.variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (sums.observed - sums.expected) / sd
    return np.where(sd > 1e-9 * np.max(np.abs(sums.observed)), z, np.nan)


def _p_values(
    x: FloatArray,
    used: Usable,
    rng: np.random.Generator | None,
    permutations: int | None,
    z: FloatArray,
    *,
    is_squared: bool = False,
) -> tuple[FloatArray, IntArray]:
    """Return p-values and how many permutations they rest on."""
    if rng is None:
        return np.asarray(normal_p(z)), np.zeros(len(x), dtype=np.int64)
    if permutations is not None and permutations < 1:
        raise MethodError("SIGNIFICANCE_NO_DRAWS")
    tally, draws = conditional_tails(
        x, used.neighbours, key_of(rng), permutations=permutations, is_squared=is_squared
    )
    p = drawn_tails_p(tally[:, 0], tally[:, 1], np.maximum(draws, 1))
    return np.where(draws > 0, p, np.nan), draws


def _rule(adjustment: Adjustment, level: float) -> tuple[Adjustment, float]:
    if adjustment not in {"false discovery", "any dependence", "none"} or not 0 < level < 1:
        raise MethodError("NEIGHBOURHOOD_LEVEL", adjustment=str(adjustment), level=float(level))
    return adjustment, level


def _result(
    used: Usable,
    sums: _Sums,
    tested: tuple[FloatArray, IntArray],
    kind: NDArray[np.str_],
    rule: tuple[Adjustment, float],
) -> LocalAssociation:
    """Return figures and patterns for all areas, those left out included."""
    (p, draws), (adjustment, level) = tested, rule
    q = p
    if adjustment != "none":
        adjust = benjamini_hochberg if adjustment == "false discovery" else benjamini_yekutieli
        q = adjust(p)
    lonely = used.neighbours.is_island
    found = np.where(q <= level, kind, Pattern.NOT_SIGNIFICANT)  # NaN: nothing could vary
    pattern = np.where(used.has_value, Pattern.NO_NEIGHBOURS, Pattern.NO_VALUE).astype("<U15")
    pattern[used.is_used] = np.where(lonely, Pattern.NO_NEIGHBOURS, found)
    made = np.zeros(len(pattern), dtype=np.int64)
    made[used.is_used] = draws
    return LocalAssociation(
        statistic=used.spread(np.where(lonely, np.nan, sums.observed)),
        expected=used.spread(np.where(lonely, np.nan, sums.expected)),
        variance=used.spread(np.where(lonely, np.nan, sums.variance)),
        z=used.spread(np.where(lonely, np.nan, _standardised(sums))),
        p=used.spread(np.where(lonely, np.nan, p)),
        q=used.spread(np.where(lonely, np.nan, q)),
        pattern=pattern,
        permutations=made,
        level=level,
        adjustment=adjustment,
    )
