"""Correlation of two figures over areas, where neighbours are alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from convive.core.errors import MethodError
from convive.core.significance import two_sided_t_p

Floats = NDArray[np.float64]
MIN_AREAS = 12
N_CLASSES = 13


@dataclass(frozen=True, slots=True)
class SpatialCorrelation:
    """A correlation with the number of independent areas that it is worth."""

    r: float
    low: float
    high: float
    p: float
    """Two-sided, of no correlation."""
    n: int
    n_effective: float
    """Areas that would say as much if neighbours were not alike; at most `n`."""


def spatial_correlation(
    x: ArrayLike, y: ArrayLike, points: ArrayLike, *, level: float = 0.95
) -> SpatialCorrelation:
    """Return Pearson's correlation with a test that allows for neighbours being alike.

    Where both figures change slowly over the city, forty areas are worth fewer: plain tests then
    find correlations between anything. The variance of r is taken from both figures' own
    correlation by distance (Clifford, Richardson and Hémon; Dutilleul).

    It says nothing about people: areas with more of one thing and more of another need not be
    areas where the same people have both. Correct several pairs with `benjamini_hochberg`. A strong
    trend over the whole city is not made good by this; take the trend out first.

    Parameters
    ----------
    x, y : array_like of float, shape (n_areas,)
        NaN where an area has no figure; such areas are left out.
    points : array_like of float, shape (n_areas, 2)
        Inner points of the areas, metres.
    level : float, in (0, 1)
        Coverage of the interval (Fisher's z on the effective number).

    Raises
    ------
    MethodError
        CORRELATION_SHAPE, CORRELATION_TOO_FEW (fewer than 12 areas), CORRELATION_CONSTANT.

    References
    ----------
    .. [1] Clifford, P., Richardson, S., Hémon, D. (1989). Assessing the significance of the
       correlation between two spatial processes. Biometrics 45, 123-134.
    .. [2] Dutilleul, P. (1993). Modifying the t test for assessing the correlation between two
       spatial processes. Biometrics 49, 305-314.
    """
    a, b, at = _checked(x, y, points)
    n = a.size
    r = float(np.corrcoef(a, b)[0, 1])
    effective = effective_number(a, b, at)
    df = effective - 2.0
    t = r * np.sqrt(df / max(1.0 - r * r, 1e-15))
    half = float(ndtri(0.5 + level / 2.0)) / np.sqrt(max(effective - 3.0, 0.5))
    z = np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12))
    p = float(two_sided_t_p(t, df))
    return SpatialCorrelation(
        r, float(np.tanh(z - half)), float(np.tanh(z + half)), p, n, effective
    )


def _checked(x: ArrayLike, y: ArrayLike, points: ArrayLike) -> tuple[Floats, Floats, Floats]:
    a, b, at = (np.asarray(given, dtype=float) for given in (x, y, points))
    if a.ndim != 1 or a.shape != b.shape or at.shape != (a.size, 2):
        raise MethodError("CORRELATION_SHAPE", x=a.shape, y=b.shape, points=at.shape)
    known = np.isfinite(a) & np.isfinite(b) & np.isfinite(at).all(axis=1)
    if int(known.sum()) < MIN_AREAS:
        raise MethodError("CORRELATION_TOO_FEW", n=int(known.sum()), least=MIN_AREAS)
    a, b, at = a[known], b[known], at[known]
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        raise MethodError("CORRELATION_CONSTANT")
    return a, b, at


def effective_number(x: Floats, y: Floats, points: Floats, *, n_classes: int = N_CLASSES) -> float:
    """Return the number of independent pairs that the figures are worth, between 4 and n.

    Covariances are estimated by classes of distance with about as many pairs each; the variance
    of r is trace(B Σx B Σy) ÷ (trace(B Σx) trace(B Σy)), B the centring matrix.
    """
    n = x.size
    i, j = np.triu_indices(n, 1)
    distance = np.hypot(*(points[i] - points[j]).T)
    edges = np.quantile(distance, np.linspace(0, 1, n_classes + 1)[1:-1])
    classes = np.asarray(np.searchsorted(edges, distance), dtype=np.int64)
    first, second = (_covariances(values, (i, j, classes), n_classes) for values in (x, y))
    variance = float(np.sum(first * second.T) / (np.trace(first) * np.trace(second)))
    return float(np.clip(1.0 + 1.0 / variance, 4.0, n)) if variance > 0 else float(n)


def _covariances(
    values: Floats, pairs: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]], k: int
) -> Floats:
    """Return the centred covariance matrix of areas by distance, shape (n, n)."""
    i, j, classes = pairs
    centred = values - values.mean()
    count = np.bincount(classes, minlength=k)
    total = np.bincount(classes, weights=centred[i] * centred[j], minlength=k)
    by_class = total / np.maximum(count, 1)
    matrix = np.diag(np.full(values.size, float(centred @ centred) / values.size))
    matrix[i, j] = matrix[j, i] = by_class[classes]
    matrix -= matrix.mean(axis=0)
    return np.asarray(matrix - matrix.mean(axis=1)[:, None])
