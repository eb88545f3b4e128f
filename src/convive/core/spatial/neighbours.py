"""Which areas are neighbours: by common borders, by distance, or the nearest ones.

An area without neighbours (an island) stays what it is: it has no links, the statistics leave it
out and say so. It is never given a neighbour in silence, and its lag is never taken for 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree
from shapely.geometry.base import BaseGeometry

from convive.core.errors import MethodError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Weights = Literal["row", "binary"]

__all__ = [
    "Neighbours",
    "adjoining",
    "join_islands",
    "linked",
    "nearest",
    "within_distance",
]

_CORNER = 4.0
"""Common border, in tolerances, up to which two areas only meet at a corner."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Links between areas: those of area i are ``start[i]`` to ``start[i + 1]``."""

    start: IntArray
    """(n_areas + 1,)"""
    index: IntArray
    """(n_links,): the neighbour, ascending within each area; never the area itself."""
    weight: FloatArray
    """(n_links,): above 0."""

    @property
    def n_areas(self) -> int:
        """Number of areas, those without neighbours included."""
        return len(self.start) - 1

    @property
    def degree(self) -> IntArray:
        """(n_areas,): how many neighbours each area has."""
        return np.diff(self.start)

    @property
    def is_island(self) -> BoolArray:
        """(n_areas,): the area has no neighbour."""
        return np.asarray(self.degree == 0)

    @property
    def owner(self) -> IntArray:
        """(n_links,): the area that the link starts from."""
        return np.repeat(np.arange(self.n_areas), self.degree)

    @property
    def is_symmetric(self) -> bool:
        """Tell whether every link goes both ways (weights may differ)."""
        there = self.owner * self.n_areas + self.index
        back = self.index * self.n_areas + self.owner
        return bool(np.array_equal(there, np.sort(back)))

    @property
    def subgraph(self) -> IntArray:
        """(n_areas,): number of the connected part, from 0; each island is one of its own."""
        return np.asarray(connected_components(self.matrix, directed=False)[1], dtype=np.int64)

    @property
    def matrix(self) -> sparse.csr_array:
        """The weights as a sparse matrix, shape (n_areas, n_areas)."""
        shape = (self.n_areas, self.n_areas)
        return sparse.csr_array((self.weight, self.index, self.start), shape=shape)

    def summed(self, terms: FloatArray) -> FloatArray:
        """Return each area's sum over its links, from terms of shape (n_links,)."""
        return np.bincount(self.owner, terms, minlength=self.n_areas).astype(np.float64)

    def weighted(self, weights: Weights) -> Neighbours:
        """Return the same links, weighing 1 each ("binary") or 1 in sum for each area ("row")."""
        if weights == "binary":
            return replace(self, weight=np.ones(len(self.index)))
        return replace(self, weight=self.weight / self.summed(self.weight)[self.owner])

    def among(self, kept: ArrayLike) -> Neighbours:
        """Return the links between the areas kept, numbered anew; row sums stay what they were.

        Parameters
        ----------
        kept : array_like of bool, shape (n_areas,)
        """
        mask = np.asarray(kept, dtype=bool)
        new = np.cumsum(mask) - 1
        both = mask[self.owner] & mask[self.index]
        weight = self.weight[both]
        if np.allclose(self.summed(self.weight)[~self.is_island], 1.0):  # row sums of 1 stay so
            left = np.bincount(self.owner[both], weight, minlength=self.n_areas)
            weight = weight / left[self.owner[both]]
        return _built(new[self.owner[both]], new[self.index[both]], weight, int(mask.sum()))

    def lag(self, values: ArrayLike) -> FloatArray:
        """Return each area's weighted sum over its neighbours; NaN where it has none."""
        summed = self.matrix @ np.asarray(values, dtype=float)
        return np.where(self.is_island, np.nan, summed)


def adjoining(
    areas: Sequence[BaseGeometry],
    *,
    corners: bool = True,
    tolerance_m: float = 1.0,
    weights: Weights = "row",
) -> Neighbours:
    """Return the areas that touch each other.

    Use it for districts that cover the ground. Do not use it where what separates areas (a river,
    a railway) keeps people apart although the polygons touch, nor for scattered places: take
    `nearest` or `within_distance` then.

    Parameters
    ----------
    areas : sequence of polygons, in a projection in metres
        Missing and empty ones have no neighbours.
    corners : bool
        Whether a common corner is enough (queen), or a stretch of border is needed (rook).
    tolerance_m : float, unit: metres
        Gaps and overlaps of the drawing up to this width do not keep areas apart. Without
        `corners`, up to four times this length of common border is taken for a corner.
    weights : {"row", "binary"}
        Whether the weights of an area's neighbours add up to 1, or are 1 each.

    Raises
    ------
    MethodError
        NEIGHBOURS_DISTANCE for a negative tolerance.

    Examples
    --------
    >>> squares = [shapely.box(x, y, x + 10, y + 10) for y in (0, 10) for x in (0, 10)]
    >>> adjoining(squares).degree.tolist(), adjoining(squares, corners=False).degree.tolist()
    ([3, 3, 3, 3], [2, 2, 2, 2])
    """
    if not tolerance_m >= 0:
        raise MethodError("NEIGHBOURS_DISTANCE", distance=float(tolerance_m))
    shapes = np.empty(len(areas), dtype=object)
    shapes[:] = list(areas)
    i, j = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=tolerance_m)
    first = i < j
    i, j = i[first], j[first]
    if not corners:
        long = _common_border(shapes[i], shapes[j], tolerance_m) > _CORNER * tolerance_m
        i, j = i[long], j[long]
    return _both_ways(i, j, len(shapes)).weighted(weights)


def within_distance(
    x: ArrayLike, y: ArrayLike, *, metres: float, weights: Weights = "row"
) -> Neighbours:
    """Return the places that lie within a distance of each other.

    Parameters
    ----------
    x, y : array_like of float, shape (n_areas,), unit: metres
        A place with a missing coordinate has no neighbours.
    metres : float, above 0
    weights : {"row", "binary"}

    Raises
    ------
    MethodError
        NEIGHBOURS_DISTANCE for a distance that is not above 0; NEIGHBOURS_SHAPE.

    Notes
    -----
    Distance bands give central areas many neighbours and outlying ones none; with areas of very
    unequal size prefer `adjoining`.
    """
    if not metres > 0:
        raise MethodError("NEIGHBOURS_DISTANCE", distance=float(metres))
    place, known = _places(x, y)
    pairs = KDTree(place[known]).query_pairs(metres, output_type="ndarray")
    at = np.flatnonzero(known)
    return _both_ways(at[pairs[:, 0]], at[pairs[:, 1]], len(place)).weighted(weights)


def nearest(x: ArrayLike, y: ArrayLike, *, k: int, weights: Weights = "row") -> Neighbours:
    """Return the k nearest places of each place; links need not go both ways.

    Parameters
    ----------
    x, y : array_like of float, shape (n_areas,), unit: metres
        A place with a missing coordinate has no neighbours. Several places may be in one spot:
        they are neighbours at distance 0, none is its own neighbour.
    k : int, from 1 to the number of placed areas less one
    weights : {"row", "binary"}

    Raises
    ------
    MethodError
        NEIGHBOURS_COUNT for a k out of range; NEIGHBOURS_SHAPE.
    """
    place, known = _places(x, y)
    at = np.flatnonzero(known)
    if not 1 <= k < len(at):
        raise MethodError("NEIGHBOURS_COUNT", k=int(k), n=len(at))
    found = np.asarray(KDTree(place[known]).query(place[known], k=k + 1)[1])
    own = found == np.arange(len(at))[:, None]
    own[~own.any(axis=1), -1] = True  # more than k others in the same spot: drop the last
    owner = np.repeat(at, k)
    return _built(owner, at[found[~own]], np.ones(len(owner)), len(place)).weighted(weights)


def linked(
    first: ArrayLike, second: ArrayLike, *, n_areas: int, weights: Weights = "row"
) -> Neighbours:
    """Return neighbours from a list of links, each of which goes both ways.

    Parameters
    ----------
    first, second : array_like of int, shape (n_links,)
        Areas from 0; a link may be named twice.

    Raises
    ------
    MethodError
        NEIGHBOURS_SELF for an area linked to itself; NEIGHBOURS_SHAPE for an area out of range.
    """
    i, j = np.asarray(first, dtype=np.int64), np.asarray(second, dtype=np.int64)
    ends = np.concatenate([i, j])
    if i.shape != j.shape or ((ends < 0) | (ends >= n_areas)).any():
        raise MethodError("NEIGHBOURS_SHAPE", n=n_areas)
    if (i == j).any():
        raise MethodError("NEIGHBOURS_SELF", n=int(np.sum(i == j)))
    return _both_ways(np.minimum(i, j), np.maximum(i, j), n_areas).weighted(weights)


def join_islands(
    neighbours: Neighbours, x: ArrayLike, y: ArrayLike, *, weights: Weights = "row"
) -> Neighbours:
    """Return neighbours in which each island is linked to the place nearest to it, both ways.

    A decision of the analyst, to be said beside the result: the other statistics leave islands out.

    Parameters
    ----------
    x, y : array_like of float, shape (n_areas,), unit: metres
        A point in each area; an island without one stays an island.

    Raises
    ------
    MethodError
        NEIGHBOURS_SHAPE.
    """
    place, known = _places(x, y)
    if len(place) != neighbours.n_areas:
        raise MethodError("NEIGHBOURS_SHAPE", n=neighbours.n_areas)
    if known.sum() < 2:
        return neighbours.weighted(weights)
    closest = nearest(place[:, 0], place[:, 1], k=1)
    lonely = neighbours.is_island[closest.owner]
    i = np.concatenate([neighbours.owner, closest.owner[lonely]])
    j = np.concatenate([neighbours.index, closest.index[lonely]])
    return _both_ways(np.minimum(i, j), np.maximum(i, j), len(place)).weighted(weights)


def _places(x: ArrayLike, y: ArrayLike) -> tuple[FloatArray, BoolArray]:
    """Return coordinates of shape (n_areas, 2) and which of them are known."""
    east, north = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if east.shape != north.shape or east.ndim != 1:
        raise MethodError("NEIGHBOURS_SHAPE", n=int(east.size))
    place = np.column_stack([east, north])
    return place, np.isfinite(place).all(axis=1)


def _common_border(
    first: NDArray[np.object_], second: NDArray[np.object_], tolerance_m: float
) -> FloatArray:
    """Return metres of border of the first areas that run along the second ones."""
    strip = shapely.buffer(second, tolerance_m) if tolerance_m else second
    return np.asarray(shapely.length(shapely.intersection(shapely.boundary(first), strip)))


def _both_ways(i: IntArray, j: IntArray, n_areas: int) -> Neighbours:
    """Return binary neighbours from pairs, each pair once."""
    pairs = np.unique(i.astype(np.int64) * n_areas + j) if len(i) else np.zeros(0, dtype=np.int64)
    i, j = pairs // max(n_areas, 1), pairs % max(n_areas, 1)
    return _built(np.concatenate([i, j]), np.concatenate([j, i]), np.ones(2 * len(i)), n_areas)


def _built(owner: IntArray, index: IntArray, weight: FloatArray, n_areas: int) -> Neighbours:
    """Return links ordered by area and neighbour."""
    order = np.lexsort((index, owner))
    start = np.zeros(n_areas + 1, dtype=np.int64)
    np.cumsum(np.bincount(owner, minlength=n_areas), out=start[1:])
    return Neighbours(start, index[order].astype(np.int64), weight[order].astype(np.float64))
