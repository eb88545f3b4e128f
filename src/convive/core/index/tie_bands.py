"""Bands of areas that cannot be told apart, instead of a league table."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtri, ndtri

from convive.core.errors import MethodError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

NO_BAND = 0


def tie_bands(values: ArrayLike, standard_errors: ArrayLike, *, alpha: float = 0.05) -> Integers:
    """Return the band of each area, 1 = highest (safest).

    The rule: the fewest bands of neighbouring values such that within each band nothing tells
    the areas apart. So the areas of two neighbouring bands together always hold real
    differences, and where there is no evidence of any there is one band. Areas of one band must
    not be ranked; areas next to each other across a border need not differ from one another.

    Parameters
    ----------
    values : array_like of float, shape (n_areas,)
        Index points, higher is safer; NaN where an area has none.
    standard_errors : array_like of float, shape (n_areas,)
        Of the values, > 0.
    alpha : float, in (0, 1)
        Chance of more than one band where all true values are equal, at most.

    Returns
    -------
    ndarray of int64, shape (n_areas,)
        1 for the safest band, 2 …; 0 where there is no value.

    Raises
    ------
    MethodError
        BANDS_SHAPE, BANDS_STANDARD_ERROR.

    Notes
    -----
    "Nothing tells them apart": neither Cochran's Q over the band nor any pair in it (Bonferroni
    over the pairs) is significant, each at alpha / 2. Among partitions with the fewest bands
    the one with the smallest weighted squares within bands is taken. Errors are taken as
    independent and normal.

    References
    ----------
    .. [1] Scott, A. J. and Knott, M. (1974). A cluster analysis method for grouping means in
       the analysis of variance. Biometrics 30(3), 507-512 (the idea of grouping means by test).
    .. [2] Fisher, W. D. (1958). On grouping for maximum homogeneity. JASA 53, 789-798.

    Examples
    --------
    >>> tie_bands([100.0, 101.0, 60.0, 140.0], [2.0, 2.0, 2.0, 2.0]).tolist()
    [2, 2, 3, 1]
    >>> tie_bands([100.0, 101.0, 99.0], [5.0, 5.0, 5.0]).tolist()
    [1, 1, 1]
    """
    x = np.asarray(values, dtype=np.float64)
    se = np.asarray(standard_errors, dtype=np.float64)
    if x.ndim != 1 or x.shape != se.shape:
        raise MethodError("BANDS_SHAPE", values=x.shape, standard_errors=se.shape)
    known = np.flatnonzero(np.isfinite(x))
    if not (se[known] > 0).all():
        raise MethodError("BANDS_STANDARD_ERROR")
    bands = np.full(x.size, NO_BAND, dtype=np.int64)
    if not known.size:
        return bands
    order = known[np.lexsort((known, -x[known]))]
    sizes = np.arange(1, known.size + 1)
    q_limit = np.concatenate([[0.0, np.inf], chdtri(sizes[1:] - 1, alpha / 2.0)])
    pairs = np.maximum(sizes * (sizes - 1) / 2.0, 1.0)
    z_limit = np.concatenate([[0.0], -ndtri(alpha / 4.0 / pairs)])
    bands[order] = _partition(x[order], se[order], q_limit, z_limit)
    return bands


@njit(cache=True)
def _partition(  # pragma: no cover - compiled
    x: Floats, se: Floats, q_limit: Floats, z_limit: Floats
) -> Integers:
    """Return the band of each sorted area: fewest bands, then smallest squares within."""
    n = x.size
    fewest = np.full(n + 1, n + 1)
    squares = np.full(n + 1, np.inf)
    cut = np.zeros(n + 1, dtype=np.int64)
    fewest[0], squares[0] = 0, 0.0
    largest_z = np.zeros(n)
    for end in range(1, n + 1):
        last = end - 1
        # largest_z[start] = largest pairwise z among start … last.
        from_last, weight, mean, within = 0.0, 0.0, 0.0, 0.0
        for start in range(last, -1, -1):
            apart = abs(x[start] - x[last]) / np.sqrt(se[start] ** 2 + se[last] ** 2)
            from_last = max(from_last, apart)
            largest_z[start] = max(largest_z[start], from_last)
            own = 1.0 / se[start] ** 2
            shift = x[start] - mean
            weight, mean = weight + own, mean + shift * own / (weight + own)
            within += own * shift * (x[start] - mean)
            size = end - start
            if within > q_limit[size] or largest_z[start] > z_limit[size]:
                continue
            count, total = fewest[start] + 1, squares[start] + within
            if count < fewest[end] or (count == fewest[end] and total < squares[end]):
                fewest[end], squares[end], cut[end] = count, total, start
    bands = np.zeros(n, dtype=np.int64)
    end = n
    while end > 0:
        bands[cut[end] : end] = fewest[end]
        end = cut[end]
    return bands
