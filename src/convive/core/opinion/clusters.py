"""k-means and silhouettes, compiled: they run hundreds of times for one answer."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from convive.core.opinion.votes import Floats, Integers

N_STARTS = 12
_ROUNDS = 100


def cluster(points: Floats, k: int, rng: np.random.Generator) -> tuple[Integers, Floats, float]:
    """Return labels, centres and squares within of the best of several k-means runs.

    Parameters
    ----------
    points : ndarray of float, shape (n, n_components)
        Positions.
    k : int
        Number of groups.
    rng : numpy.random.Generator
        For the starts (k-means++).
    """
    return _cluster(np.ascontiguousarray(points), rng.random((N_STARTS, k)))


def silhouette(points: Floats, labels: Integers, centres: Floats) -> float:
    """Return the mean simplified silhouette: distances to centres instead of to every point.

    References
    ----------
    .. [1] Hruschka, E. R., de Castro, L. N. and Campello, R. J. G. B. (2004). Evolutionary
       algorithms for clustering gene-expression data. ICDM 2004, 403-406.
    """
    apart = np.sqrt(((points[:, None] - centres) ** 2).sum(axis=2))
    own = apart[np.arange(labels.size), labels]
    apart[np.arange(labels.size), labels] = np.inf
    other = apart.min(axis=1)
    return float(np.mean((other - own) / np.maximum(np.maximum(own, other), 1e-300)))


def adjusted_rand(one: ArrayLike, other: ArrayLike) -> float:
    """Return how far two groupings agree beyond chance: 1 the same, 0 as by chance.

    References
    ----------
    .. [1] Hubert, L. and Arabie, P. (1985). Comparing partitions. Journal of Classification 2,
       193-218.

    Examples
    --------
    >>> adjusted_rand([0, 0, 1, 1], [5, 5, 3, 3])
    1.0
    >>> round(adjusted_rand([0, 0, 1, 1], [0, 0, 1, 2]), 4)
    0.5714
    """
    table = _crossed(one, other)
    pairs, rows, columns = (
        float((x * (x - 1) / 2).sum()) for x in (table, table.sum(axis=1), table.sum(axis=0))
    )
    n = float(table.sum())
    expected = rows * columns / max(n * (n - 1) / 2, 1)
    largest = 0.5 * (rows + columns)
    return 1.0 if largest == expected else float((pairs - expected) / (largest - expected))


def best_jaccard(reference: ArrayLike, other: ArrayLike) -> Floats:
    """Return, for each group of `reference`, its overlap with the most similar group of `other`.

    References
    ----------
    .. [1] Hennig, C. (2007). Cluster-wise assessment of cluster stability. Computational
       Statistics and Data Analysis 52(1), 258-271.

    Examples
    --------
    >>> best_jaccard([0, 0, 1, 1], [1, 1, 1, 0]).round(3).tolist()
    [0.667, 0.5]
    """
    table = _crossed(reference, other)
    union = table.sum(axis=1)[:, None] + table.sum(axis=0) - table
    return np.asarray((table / union).max(axis=1))


def _crossed(one: ArrayLike, other: ArrayLike) -> Floats:
    """Return the cross table of two groupings."""
    a = np.unique(np.asarray(one), return_inverse=True)[1]
    b = np.unique(np.asarray(other), return_inverse=True)[1]
    table = np.zeros((a.max() + 1, b.max() + 1))
    np.add.at(table, (a, b), 1.0)
    return table


@njit(cache=True)
def _cluster(  # pragma: no cover - compiled
    points: Floats, starts: NDArray[np.float64]
) -> tuple[Integers, Floats, float]:
    """Return the best of several runs, each from a k-means++ start."""
    n_starts, k = starts.shape
    best = np.inf
    best_labels = np.zeros(points.shape[0], dtype=np.int64)
    best_centres = np.zeros((k, points.shape[1]))
    for start in range(n_starts):
        centres = _spread_out(points, starts[start])
        labels, within = _settle(points, centres)
        if within < best - 1e-12:
            best = within
            best_labels[:] = labels
            best_centres[:] = centres
    return best_labels, best_centres, best


@njit(cache=True)
def _spread_out(points: Floats, draws: Floats) -> Floats:  # pragma: no cover - compiled
    """Return first centres, far ones more probable."""
    n, width = points.shape
    centres = np.empty((draws.size, width))
    centres[0] = points[min(n - 1, int(draws[0] * n))]
    nearest = np.full(n, np.inf)
    for c in range(1, draws.size):
        total = 0.0
        for i in range(n):
            apart = 0.0
            for d in range(width):
                apart += (points[i, d] - centres[c - 1, d]) ** 2
            nearest[i] = min(nearest[i], apart)
            total += nearest[i]
        goal, reached, chosen = draws[c] * total, 0.0, n - 1
        for i in range(n):
            reached += nearest[i]
            if reached >= goal:
                chosen = i
                break
        centres[c] = points[chosen]
    return centres


@njit(cache=True)
def _nearest(point: Floats, centres: Floats) -> tuple[int, float]:  # pragma: no cover - compiled
    """Return the nearest centre and its squared distance."""
    best, least = 0, np.inf
    for c in range(centres.shape[0]):
        apart = 0.0
        for d in range(point.size):
            apart += (point[d] - centres[c, d]) ** 2
        if apart < least:
            best, least = c, apart
    return best, least


@njit(cache=True)
def _settle(points: Floats, centres: Floats) -> tuple[Integers, float]:  # pragma: no cover
    """Move centres in place until nobody changes group; return labels and squares within."""
    n, width = points.shape
    labels = np.full(n, -1, dtype=np.int64)
    within = 0.0
    for _ in range(_ROUNDS):
        n_moved, within = 0, 0.0
        sums = np.zeros((centres.shape[0], width))
        counts = np.zeros(centres.shape[0])
        for i in range(n):
            best, least = _nearest(points[i], centres)
            n_moved += best != labels[i]
            labels[i] = best
            within += least
            counts[best] += 1
            sums[best] += points[i]
        if n_moved == 0:
            break
        for c in range(centres.shape[0]):
            if counts[c] > 0:
                centres[c] = sums[c] / counts[c]
    return labels, within
