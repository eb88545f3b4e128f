"""Do areas of one kind lie side by side? Counts of borders between kinds ("joins")."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.significance import (
    Alternative,
    benjamini_hochberg,
    hypergeometric_p,
    monte_carlo_p,
    normal_p,
)
from convive.core.spatial.autocorrelation import PERMUTATIONS, weight_sums
from convive.core.spatial.local_statistics import LocalAssociation, Pattern
from convive.core.spatial.neighbours import Neighbours
from convive.core.spatial.permutation import key_of, shuffled_joins
from convive.core.spatial.usable import Usable, usable_areas

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

__all__ = ["JoinCounts", "join_counts", "local_join_counts"]


@dataclass(frozen=True, slots=True)
class JoinCounts:
    """Joins of each pair of kinds, arrays of shape (n_pairs,); same kind first, then different."""

    first: IntArray
    second: IntArray
    count: FloatArray
    """Half the sum of weights between the two, both directions: with binary weights, joins."""
    expected: FloatArray
    variance: FloatArray
    z: FloatArray
    p: FloatArray
    permutations: int
    n_areas: int
    n_islands: int


def join_counts(
    kinds: ArrayLike,
    neighbours: Neighbours,
    rng: np.random.Generator | None = None,
    *,
    permutations: int = PERMUTATIONS,
    alternative: Alternative = "two-sided",
) -> JoinCounts:
    """Return how often areas of two kinds adjoin, against kinds dealt out at random.

    Use it for kinds without order (land use, the most frequent offence, above or below a target).
    Do not use it on figures cut into classes: the statistics of values lose nothing by cutting.

    Parameters
    ----------
    kinds : array_like of int, shape (n_areas,)
        Kind of each area from 0; -1 is none.
    neighbours : Neighbours
        Take binary weights to count joins.
    rng, permutations
        Without a generator p comes from the normal approximation, rough for rare kinds.
    alternative : {"two-sided", "greater", "less"}
        "greater": more joins than by chance.

    Raises
    ------
    MethodError
        NEIGHBOURHOOD_SHAPE, NEIGHBOURHOOD_TOO_FEW_AREAS, NEIGHBOURHOOD_CONSTANT with a single kind,
        SIGNIFICANCE_ALTERNATIVE.

    References
    ----------
    .. [1] Cliff, A. D., Ord, J. K. (1981). Spatial Processes: Models and Applications. Pion.

    Examples
    --------
    >>> from convive.core.spatial.neighbours import linked
    >>> row = linked(range(9), range(1, 10), n_areas=10, weights="binary")
    >>> join_counts([0, 0, 0, 0, 0, 1, 1, 1, 1, 1], row).count.tolist()
    [4.0, 4.0, 1.0]
    """
    used = _of_kinds(kinds, neighbours)
    codes = used.values.astype(np.int64)
    n_kinds = int(codes.max()) + 1
    first, second = _pairs(n_kinds)
    count = _joined(codes, used.neighbours, n_kinds)[first, second]
    expected, variance = _moments(np.bincount(codes, minlength=n_kinds), used.neighbours)
    z = np.full(len(count), np.nan)
    np.divide(count - expected, np.sqrt(variance), out=z, where=variance > 1e-12)
    if rng is None:
        p, made = np.asarray(normal_p(z, alternative=alternative)), 0
    else:
        drawn = shuffled_joins(
            codes, used.neighbours, key_of(rng), n_kinds=n_kinds, permutations=permutations
        )
        both = _half(drawn)[:, first, second]
        p, made = np.asarray(monte_carlo_p(both, count, alternative=alternative)), permutations
    n_areas = len(codes)
    return JoinCounts(first, second, count, expected, variance, z, p, made, n_areas, used.n_islands)


def local_join_counts(
    marked: ArrayLike,
    neighbours: Neighbours,
    *,
    alternative: Alternative = "greater",
    level: float = 0.05,
) -> LocalAssociation:
    """Return for each marked area how many of its neighbours are marked as well.

    The test is exact, without permutations: given that the area is marked, its marked neighbours
    are drawn without replacement from the other areas. Areas that are not marked are not tested.

    Parameters
    ----------
    marked : array_like of bool or float, shape (n_areas,)
        1 and 0, NaN for no value.
    neighbours : Neighbours
        Weights are not used: neighbours are counted.
    alternative : {"greater", "two-sided", "less"}
        "greater", the usual question: more marked neighbours than by chance.
    level : float
        Largest q (Benjamini-Hochberg over the marked areas) that counts as significant.

    Raises
    ------
    MethodError
        NEIGHBOURHOOD_SHAPE, NEIGHBOURHOOD_TOO_FEW_AREAS, NEIGHBOURHOOD_CONSTANT, NEIGHBOURHOOD_NOT_BINARY,
        SIGNIFICANCE_ALTERNATIVE.

    References
    ----------
    .. [1] Anselin, L., Li, X. (2019). Operational local join count statistics for cluster
       detection. Journal of Geographical Systems 21(2), 189-210.
    """
    used = usable_areas(marked, neighbours)
    x = used.values
    if not np.isin(x, (0.0, 1.0)).all():
        raise MethodError("NEIGHBOURHOOD_NOT_BINARY")
    links = used.neighbours
    joins = links.summed(x[links.index])
    others, n_marked = len(x) - 1, x.sum() - 1
    tested = (x == 1) & ~links.is_island
    share = n_marked / others
    expected = links.degree * share
    variance = expected * (1 - share) * (others - links.degree) / max(others - 1, 1)
    p = hypergeometric_p(
        joins, links.degree, n_marked=n_marked, n_all=others, alternative=alternative
    )
    p = np.where(tested, p, np.nan)
    q = benjamini_hochberg(p)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(variance > 0, (joins - expected) / np.sqrt(variance), np.nan)
    pattern = np.where(used.has_value, Pattern.NO_NEIGHBOURS, Pattern.NO_VALUE).astype("<U15")
    kind = np.where(joins > expected, Pattern.ALIKE, Pattern.UNLIKE)
    found = np.where(q <= level, kind, Pattern.NOT_SIGNIFICANT)
    pattern[used.is_used] = np.where(links.is_island, Pattern.NO_NEIGHBOURS, found)
    return LocalAssociation(
        statistic=used.spread(np.where(tested, joins, np.nan)),
        expected=used.spread(np.where(tested, expected, np.nan)),
        variance=used.spread(np.where(tested, variance, np.nan)),
        z=used.spread(np.where(tested, z, np.nan)),
        p=used.spread(p),
        q=used.spread(q),
        pattern=pattern,
        permutations=np.zeros(len(pattern), dtype=np.int64),
        level=level,
        adjustment="false discovery",
    )


def _of_kinds(kinds: ArrayLike, neighbours: Neighbours) -> Usable:
    given = np.asarray(kinds, dtype=float)
    return usable_areas(np.where(given >= 0, given, np.nan), neighbours)


def _pairs(n_kinds: int) -> tuple[IntArray, IntArray]:
    """Return all pairs of kinds: the same ones, then different ones."""
    i, j = np.triu_indices(n_kinds, 1)
    same = np.arange(n_kinds)
    return np.concatenate([same, i]), np.concatenate([same, j])


def _half(joins: FloatArray) -> FloatArray:
    """Return each join once: half of both directions, in full for pairs of different kinds."""
    both = (joins + np.swapaxes(joins, -1, -2)) / 2.0
    return both * np.where(np.eye(joins.shape[-1], dtype=bool), 0.5, 1.0)


def _joined(codes: IntArray, links: Neighbours, n_kinds: int) -> FloatArray:
    """Return joins of each pair of kinds, shape (n_kinds, n_kinds)."""
    cell = codes[links.owner] * n_kinds + codes[links.index]
    joins = np.bincount(cell, links.weight, minlength=n_kinds**2).astype(np.float64)
    return _half(joins.reshape(n_kinds, n_kinds))


def _moments(sizes: IntArray, links: Neighbours) -> tuple[FloatArray, FloatArray]:
    """Return mean and variance of each pair's joins, the number of each kind being fixed."""
    s0, s1, s2 = weight_sums(links)
    first, second = _pairs(len(sizes))
    n, a, b = float(sizes.sum()), sizes[first].astype(float), sizes[second].astype(float)
    same = first == second
    two, three, four = n * (n - 1), n * (n - 1) * (n - 2), n * (n - 1) * (n - 2) * (n - 3)
    one = np.where(same, a * (a - 1), 2 * a * b)
    shared = np.where(same, a * (a - 1) * (a - 2), a * b * (a + b - 2))
    apart = np.where(same, a * (a - 1) * (a - 2) * (a - 3), 4 * a * (a - 1) * b * (b - 1))
    expected = s0 * one / (2 * two)
    square = s1 * one / two + (s2 - 2 * s1) * shared / three
    square += (s0**2 + s1 - s2) * apart / four
    return expected, np.maximum(square / 4 - expected**2, 0.0)
