"""Are neighbouring areas more alike than chance would have it? One answer for the whole city."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.significance import Alternative, monte_carlo_p, normal_p
from convive.core.spatial.neighbours import Neighbours
from convive.core.spatial.permutation import key_of, shuffled_sums
from convive.core.spatial.usable import Usable, usable_areas

FloatArray = NDArray[np.float64]
Assumption = Literal["randomisation", "normality"]

__all__ = ["Autocorrelation", "gearys_c", "getis_ord_g", "morans_i", "weight_sums"]

PERMUTATIONS = 999


@dataclass(frozen=True, slots=True)
class Autocorrelation:
    """One statistic of the whole city; z above 0 means that neighbours are alike."""

    statistic: float
    expected: float
    """Of values dealt out to the areas at random."""
    variance: float
    z: float
    """For Geary's C (expected - statistic) ÷ standard deviation, else the other way round."""
    p: float
    """From permutations, or from z where no generator was given."""
    permutations: int
    """0: p rests on the normal approximation."""
    n_areas: int
    """Areas that took part."""
    n_islands: int
    """Areas left out for want of a neighbour with a value."""
    n_without_value: int


@dataclass(frozen=True, slots=True)
class _Found:
    """A statistic with its moments, and its values under permutation."""

    statistic: float
    expected: float
    variance: float
    permuted: FloatArray | None
    sign: float = 1.0
    """-1 where small values mean that neighbours are alike."""


def morans_i(
    values: ArrayLike,
    neighbours: Neighbours,
    rng: np.random.Generator | None = None,
    *,
    permutations: int = PERMUTATIONS,
    alternative: Alternative = "two-sided",
    assumption: Assumption = "randomisation",
) -> Autocorrelation:
    """Return Moran's I: the correlation of values with those of their neighbours.

    Use it for figures of like certainty. Do not use it for rates of areas of very unequal
    population: their noise differs, so take `morans_i_of_rates`. It tells that values cluster,
    neither where (`local_moran`) nor why; a trend across the city shows as well.

    Parameters
    ----------
    values : array_like of float, shape (n_areas,)
        NaN is no value. Such areas and islands are left out and counted.
    neighbours : Neighbours
    rng : numpy.random.Generator or None
        Without one, p comes from the normal approximation.
    permutations : int
        Of all values over all areas.
    alternative : {"two-sided", "greater", "less"}
        "greater": neighbours are alike; "less": they are unlike.
    assumption : {"randomisation", "normality"}
        Whence the variance: from the values as they are, or from normal ones.

    Raises
    ------
    MethodError
        NEIGHBOURHOOD_SHAPE, NEIGHBOURHOOD_TOO_FEW_AREAS, NEIGHBOURHOOD_CONSTANT, SIGNIFICANCE_ALTERNATIVE,
        SIGNIFICANCE_NO_DRAWS.

    References
    ----------
    .. [1] Cliff, A. D., Ord, J. K. (1981). Spatial Processes: Models and Applications. Pion.

    Examples
    --------
    >>> from convive.core.spatial.neighbours import linked
    >>> row = linked(range(9), range(1, 10), n_areas=10)
    >>> result = morans_i([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], row)
    >>> round(result.statistic, 4), round(result.p, 4)
    (0.8909, 0.0019)
    """
    used = usable_areas(values, neighbours)
    z = used.values - used.values.mean()
    s0, s1, s2 = weight_sums(used.neighbours)
    n, scale = len(z), len(z) / (s0 * np.sum(z**2))
    expected = -1.0 / (n - 1)
    if assumption == "normality":
        square = (n**2 * s1 - n * s2 + 3 * s0**2) / (s0**2 * (n**2 - 1))
    else:
        even = n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2)
        heavy = _kurtosis(z) * ((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2)
        square = (even - heavy) / ((n - 1) * (n - 2) * (n - 3) * s0**2)
    drawn = _permuted(z, used, rng, permutations)
    found = _Found(
        scale * float(np.nansum(z * used.neighbours.lag(z))),
        expected,
        square - expected**2,
        None if drawn is None else scale * drawn[:, 0],
    )
    return _result(found, used, alternative)


def gearys_c(
    values: ArrayLike,
    neighbours: Neighbours,
    rng: np.random.Generator | None = None,
    *,
    permutations: int = PERMUTATIONS,
    alternative: Alternative = "two-sided",
    assumption: Assumption = "randomisation",
) -> Autocorrelation:
    """Return Geary's C: squared differences between neighbours; 1 by chance, 0 if all are alike.

    It answers to differences between single neighbours, Moran's I to the larger pattern; one
    outlier weighs heavily. Parameters, errors and source as for `morans_i`.
    """
    used = usable_areas(values, neighbours)
    z = used.values - used.values.mean()
    s0, s1, s2 = weight_sums(used.neighbours)
    n, scale = len(z), (len(z) - 1) / (2 * s0 * np.sum(z**2))
    if assumption == "normality":
        variance = ((2 * s1 + s2) * (n - 1) - 4 * s0**2) / (2 * (n + 1) * s0**2)
    else:
        b2 = _kurtosis(z)
        terms = (n - 1) * s1 * (n**2 - 3 * n + 3 - (n - 1) * b2)
        terms -= (n - 1) * s2 * (n**2 + 3 * n - 6 - (n**2 - n + 2) * b2) / 4
        terms += s0**2 * (n**2 - 3 - (n - 1) ** 2 * b2)
        variance = terms / (n * (n - 2) * (n - 3) * s0**2)
    links = used.neighbours
    squares = float(np.sum(links.weight * (z[links.owner] - z[links.index]) ** 2))
    drawn = _permuted(z, used, rng, permutations)
    permuted = None if drawn is None else scale * drawn[:, 1]
    return _result(_Found(scale * squares, 1.0, variance, permuted, -1.0), used, alternative)


def getis_ord_g(
    values: ArrayLike,
    neighbours: Neighbours,
    rng: np.random.Generator | None = None,
    *,
    permutations: int = PERMUTATIONS,
    alternative: Alternative = "two-sided",
) -> Autocorrelation:
    """Return the general G: whether high values lie together (z > 0), or low ones (z < 0).

    Use it with binary weights, for values that have a natural 0. Do not use it where high and
    low values may both cluster: the two cancel out; Moran's I sees either.

    Parameters as for `morans_i`; `values` of at least 0.

    Raises
    ------
    MethodError
        NEIGHBOURHOOD_NEGATIVE for values below 0; else as `morans_i`.

    References
    ----------
    .. [1] Getis, A., Ord, J. K. (1992). The analysis of spatial association by use of distance
       statistics. Geographical Analysis 24(3), 189-206; with the correction of 1993, 25(3), 276.
    """
    used = usable_areas(values, neighbours)
    x = used.values
    if (x < 0).any():
        raise MethodError("NEIGHBOURHOOD_NEGATIVE", n=int(np.sum(x < 0)))
    s0, s1, s2 = weight_sums(used.neighbours)
    n = len(x)
    m1, m2, m3, m4 = (float(np.sum(x**k)) for k in (1, 2, 3, 4))
    pairs = m1**2 - m2
    square = (
        ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2) * m2**2
        - ((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2) * m4
        - (2 * n * s1 - (n + 3) * s2 + 6 * s0**2) * m1**2 * m2
        + (4 * (n - 1) * s1 - 2 * (n + 1) * s2 + 8 * s0**2) * m1 * m3
        + (s1 - s2 + s0**2) * m1**4
    ) / (pairs**2 * n * (n - 1) * (n - 2) * (n - 3))
    expected = s0 / (n * (n - 1))
    drawn = _permuted(x, used, rng, permutations)
    permuted = None if drawn is None else drawn[:, 0] / pairs
    statistic = float(np.nansum(x * used.neighbours.lag(x))) / pairs
    return _result(_Found(statistic, expected, square - expected**2, permuted), used, alternative)


def weight_sums(neighbours: Neighbours) -> tuple[float, float, float]:
    """Return S0, S1 and S2 of Cliff and Ord: sums over weights that all moments are made of."""
    w = neighbours.matrix
    both = (w + w.T).tocsr()
    total = np.asarray(w.sum(axis=0)).ravel() + np.asarray(w.sum(axis=1)).ravel()
    return float(w.sum()), float(np.sum(both.data**2)) / 2.0, float(np.sum(total**2))


def _kurtosis(z: FloatArray) -> float:
    return float(len(z) * np.sum(z**4) / np.sum(z**2) ** 2)


def _permuted(
    x: FloatArray, used: Usable, rng: np.random.Generator | None, permutations: int
) -> FloatArray | None:
    if rng is None:
        return None
    if permutations < 1:
        raise MethodError("SIGNIFICANCE_NO_DRAWS")
    return shuffled_sums(x, used.neighbours, key_of(rng), permutations=permutations)


def _result(found: _Found, used: Usable, alternative: Alternative) -> Autocorrelation:
    """Return the result with z, and p from the permutations or else from z."""
    sd = np.sqrt(found.variance) if found.variance > 0 else np.nan
    z = found.sign * (found.statistic - found.expected) / sd
    permuted = found.permuted
    if permuted is None:
        p = normal_p(z, alternative=alternative)
    else:
        p = monte_carlo_p(
            found.sign * permuted, found.sign * found.statistic, alternative=alternative
        )
    return Autocorrelation(
        statistic=float(found.statistic),
        expected=found.expected,
        variance=float(found.variance),
        z=float(z),
        p=float(p),
        permutations=0 if permuted is None else len(permuted),
        n_areas=len(used.values),
        n_islands=used.n_islands,
        n_without_value=int(np.sum(~used.has_value)),
    )
