"""The neighbourhood prior of mapped rates: differences between neighbours, on a common scale.

Areas differ in a part that neighbours share and a part of their own. The shared part is the
intrinsic autoregression on the graph of neighbours, scaled within each connected part so that the
geometric mean of its variances is 1: a standard deviation means the same in every city.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import SuperLU, splu

from convive.core.errors import MethodError
from convive.core.spatial.neighbours import Neighbours

FloatArray = NDArray[np.float64]

__all__ = ["StructuredPrior", "factored", "inverse_diagonal", "structured_prior"]


@dataclass(frozen=True, slots=True)
class StructuredPrior:
    """Precision of the shared part, with its sum 0 in each connected part of two areas or more."""

    precision: sparse.csc_array
    """(n_areas, n_areas); an island's is 1."""
    groups: FloatArray
    """(n_areas, n_parts): 1 where the area is in the connected part; islands are in none."""


def structured_prior(neighbours: Neighbours) -> StructuredPrior:
    """Return the scaled prior on a graph.

    Raises
    ------
    MethodError
        NEIGHBOURS_ONE_WAY where links do not go both ways.

    References
    ----------
    .. [1] Riebler, A., Sørbye, S. H., Simpson, D., Rue, H. (2016). An intuitive Bayesian spatial
       model for disease mapping that accounts for scaling. Statistical Methods in Medical
       Research 25(4), 1145-1165.
    .. [2] Freni-Sterrantino, A., Ventrucci, M., Rue, H. (2018). A note on intrinsic conditional
       autoregressive models for disconnected graphs. Spatial and Spatio-temporal Epidemiology
       26, 25-34.
    """
    if not neighbours.is_symmetric:
        raise MethodError("NEIGHBOURS_ONE_WAY")
    n, links = neighbours.n_areas, neighbours.weighted("binary")
    degree = links.degree.astype(float)
    part = links.subgraph
    sizes = np.bincount(part)
    large = np.flatnonzero(sizes > 1)
    groups = (part[:, None] == large).astype(float)
    laplacian = (sparse.diags_array(degree) - links.matrix).tocsc()
    scale = np.ones(n)
    if len(large):
        variance = _constrained_variances(laplacian, groups)
        for group in groups.T.astype(bool):
            scale[group] = np.exp(np.mean(np.log(variance[group])))
    scaled = sparse.diags_array(scale) @ laplacian  # constant within a part: stays symmetric
    alone = sparse.diags_array((degree == 0).astype(float))
    return StructuredPrior((scaled + alone).tocsc(), groups)


def _constrained_variances(laplacian: sparse.csc_array, groups: FloatArray) -> FloatArray:
    """Return the variances of the unscaled prior, given that each part's sum is 0."""
    n = laplacian.shape[0]
    ridge = 1e-8  # takes the constants in; the constraint takes them out again
    solver = factored((laplacian + ridge * sparse.eye_array(n)).tocsc())
    moved = solver.solve(groups)
    inside = groups.T @ moved
    taken = np.einsum("ij,ij->i", moved @ np.linalg.inv(inside), moved)
    return np.maximum(inverse_diagonal(solver) - taken, 1e-12)


def factored(matrix: sparse.csc_array) -> SuperLU:
    """Return the factors of a symmetric positive definite matrix, without pivoting."""
    return splu(
        matrix,
        permc_spec="MMD_AT_PLUS_A",
        diag_pivot_thresh=0.0,
        options={"SymmetricMode": True},
    )


def inverse_diagonal(solver: SuperLU) -> FloatArray:
    """Return the diagonal of the inverse, from the factors alone (Takahashi's recursion)."""
    lower = solver.L.tocsc()
    lower.sort_indices()
    pivots = np.asarray(solver.U.diagonal())
    if np.array_equal(solver.perm_r, solver.perm_c):
        found, is_whole = _takahashi(lower.indptr, lower.indices, lower.data, pivots)
        if is_whole:
            return np.asarray(found[solver.perm_c])
    n = len(pivots)  # the pattern has holes (never seen): column by column
    diagonal = np.empty(n)
    for block in np.array_split(np.arange(n), max(1, n // 256)):
        unit = np.zeros((n, len(block)))
        unit[block, np.arange(len(block))] = 1.0
        diagonal[block] = solver.solve(unit)[block, np.arange(len(block))]
    return diagonal


@njit(cache=True, nogil=True)
def _takahashi(start, row, value, pivots):  # type: ignore[no-untyped-def] # noqa: C901 - compiled
    """Return the inverse's diagonal from L D L', and whether the pattern held all that it needs.

    The first entry of each column of L is its diagonal 1. From the last column back, the entries
    of the inverse on the pattern of L follow from those of later columns.
    """
    n = pivots.size
    inverse = np.zeros(value.size)
    place = np.full(n, -1)
    is_whole = True
    for j in range(n - 1, -1, -1):
        first, last = start[j] + 1, start[j + 1]
        for a in range(first, last):
            place[row[a]] = a
        for a in range(first, last):  # column k of the inverse serves (k, i) and (i, k)
            k = row[a]
            inverse[a] -= inverse[start[k]] * value[a]
            found = 0
            for b in range(start[k] + 1, start[k + 1]):
                at = place[row[b]]
                if at >= 0:
                    inverse[a] -= inverse[b] * value[at]
                    inverse[at] -= inverse[b] * value[a]
                    found += 1
            if found != last - a - 1:
                is_whole = False
        total = 1.0 / pivots[j]
        for a in range(first, last):
            total -= inverse[a] * value[a]
            place[row[a]] = -1
        inverse[start[j]] = total
    diagonal = np.empty(n)
    for j in range(n):
        diagonal[j] = inverse[start[j]]
    return diagonal, is_whole
