"""From one vintage of boundaries to another: which part of an old area lies in which new one.

Figures of old areas can only be shared out by assumption. How much of a new area's figure rests
on the assumption is told with it, and below a limit the two vintages are not compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from convive.core.errors import MethodError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

SLIVER = 0.01
"""Share of an old area up to which a part is a difference in drawing, not a change."""
COMPARABLE = 0.95
"""Share of a figure that must not rest on the assumption, for vintages to be compared."""


@dataclass(frozen=True, slots=True)
class Reallocation:
    """Parts of old areas in new ones: `weight` of `old` lies in `new`, arrays of (n_parts,)."""

    old: IntArray
    new: IntArray
    weight: FloatArray
    """Share of the old area, above 0 up to 1; the parts of an area add up to 1, or to 0."""
    n_old: int
    n_new: int
    lost: FloatArray
    """(n_old,): share of the old area that lies in no new one, before the rest was shared out."""

    @property
    def is_whole(self) -> BoolArray:
        """(n_old,): the area went into one new area as a whole; nothing is assumed."""
        n_parts = np.bincount(self.old, minlength=self.n_old)
        return np.asarray(n_parts == 1)

    @property
    def unchanged(self) -> IntArray:
        """(n_old,): the new area that is the same as the old one, -1 where there is none."""
        found = np.full(self.n_old, -1, dtype=np.int64)
        from_one = np.bincount(self.new, minlength=self.n_new) == 1
        is_same = self.is_whole[self.old] & from_one[self.new]
        found[self.old[is_same]] = self.new[is_same]
        return found


@dataclass(frozen=True, slots=True)
class Reallocated:
    """Figures of the new areas, arrays of shape (n_new,)."""

    value: FloatArray
    low: FloatArray
    """Only what surely lies in the area: the old areas that are in it as a whole."""
    high: FloatArray
    """Everything that may lie in it: every old area that reaches into it."""
    certain: FloatArray
    """low / value: share of the figure that does not rest on the assumption; 1 where it is 0."""

    @property
    def is_comparable(self) -> BoolArray:
        """Tell whether the figure may be compared with those of the new boundaries."""
        return np.asarray(self.certain >= COMPARABLE)


def reallocate_by_ground(
    old: Sequence[BaseGeometry], new: Sequence[BaseGeometry], *, sliver: float = SLIVER
) -> Reallocation:
    """Return the parts of old areas in new ones, by square metres.

    Use it where nothing better is at hand. Do not use it where people or streets are unevenly
    spread in the old areas (a park, a harbour): give the parts by residents or addresses then
    (`reallocate_by_weights`).

    Parameters
    ----------
    old, new : sequences of polygons, in the same projection in metres
        Boundaries of both vintages.
    sliver : float
        Parts up to this share of the old area are dropped, and the rest shared out anew.

    Raises
    ------
    MethodError
        REALLOCATION_NO_AREA for an old area without any surface.

    References
    ----------
    .. [1] Goodchild, M. F. and Lam, N. S.-N. (1980). Areal interpolation: a variant of the
       traditional spatial problem. Geo-Processing 1, 297-312.

    Examples
    --------
    >>> import shapely
    >>> whole = [shapely.box(0, 0, 4, 1)]
    >>> parts = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 4, 1)]
    >>> reallocate_by_ground(whole, parts).weight.tolist()
    [0.25, 0.75]
    """
    before, after = _as_valid(old), _as_valid(new)
    sizes = np.asarray(shapely.area(before))
    if (sizes <= 0).any():
        raise MethodError("REALLOCATION_NO_AREA", indices=np.flatnonzero(sizes <= 0).tolist())
    i, j = shapely.STRtree(after).query(before, predicate="intersects")
    shared = np.asarray(shapely.area(shapely.intersection(before[i], after[j])))
    return _tidied(i, j, shared / sizes[i], (len(before), len(after)), sliver)


def reallocate_by_weights(
    old: ArrayLike,
    new: ArrayLike,
    weight: ArrayLike,
    *,
    n_old: int,
    n_new: int,
    sliver: float = SLIVER,
) -> Reallocation:
    """Return the parts of old areas in new ones, by what lies in both: residents, addresses.

    Parameters
    ----------
    old, new : array_like of int, shape (n_pieces,)
        Area of each piece (address, block, raster cell) in both vintages; -1 for none. Pieces
        without an old area are left out.
    weight : array_like of float, shape (n_pieces,)
        What the piece counts for, at least 0.

    Raises
    ------
    MethodError
        REALLOCATION_BAD_WEIGHT for weights that are negative or missing.
    """
    i, j = np.asarray(old, dtype=np.int64), np.asarray(new, dtype=np.int64)
    w = np.asarray(weight, dtype=np.float64)
    if not np.isfinite(w).all() or (w < 0).any():
        raise MethodError("REALLOCATION_BAD_WEIGHT")
    kept = i >= 0
    total = np.bincount(i[kept], w[kept], minlength=n_old)
    cell = i[kept] * (n_new + 1) + j[kept] + 1
    keys, at = np.unique(cell, return_inverse=True)
    summed = np.bincount(at, w[kept], minlength=len(keys))
    before, after = keys // (n_new + 1), keys % (n_new + 1) - 1
    inside = (after >= 0) & (summed > 0)
    share = summed[inside] / total[before[inside]]
    return _tidied(before[inside], after[inside], share, (n_old, n_new), sliver)


def reallocate(values: ArrayLike, parts: Reallocation) -> Reallocated:
    """Return the figures of the new areas; the whole is kept but for areas that lie nowhere.

    Parameters
    ----------
    values : array_like of float, shape (n_old,)
        Numbers of things (incidents, residents), at least 0; NaN is withheld and withholds every
        new area that it reaches into. Never shares or means.

    Raises
    ------
    MethodError
        REALLOCATION_SHAPE for another length.
    """
    given = np.asarray(values, dtype=np.float64)
    if given.shape != (parts.n_old,):
        raise MethodError("REALLOCATION_SHAPE", values=given.shape, areas=parts.n_old)
    each = given[parts.old]
    n = parts.n_new
    whole = parts.is_whole[parts.old]
    value = np.bincount(parts.new, parts.weight * each, minlength=n).astype(np.float64)
    low = np.bincount(parts.new, np.where(whole, each, 0.0), minlength=n).astype(np.float64)
    high = np.bincount(parts.new, each, minlength=n).astype(np.float64)
    is_withheld = np.isnan(each)
    hidden = np.bincount(parts.new, is_withheld, minlength=n) > 0
    low[hidden] = high[hidden] = value[hidden] = np.nan
    has_some = value > 0
    certain = np.divide(low, value, out=np.ones(n), where=has_some)
    return Reallocated(value, low, high, np.where(hidden, np.nan, np.minimum(certain, 1.0)))


def reallocated_parts(
    old: ArrayLike, new: ArrayLike, value: ArrayLike, *, n_new: int
) -> Reallocated:
    """Return figures that were shared out already, with their bounds, in these areas.

    Use it for areas above those that the parts were made for: all parts of one old area that
    lie in one new area are sure to be in it, so a district that holds them all is certain.

    Parameters
    ----------
    old : array_like of int, shape (n_parts,)
        Old area of each part; -1 for a figure that was never shared out.
    new : array_like of int, shape (n_parts,)
        Area that it lies in.
    value : array_like of float, shape (n_parts,)
        What the old area gave to it, at least 0; NaN withholds every area that it reaches.

    Examples
    --------
    >>> found = reallocated_parts([0, 0, -1], [0, 1, 1], [30, 10, 5], n_new=2)
    >>> found.value.tolist(), found.low.tolist(), found.high.tolist()
    ([30.0, 15.0], [0.0, 5.0], [40.0, 45.0])
    """
    i, j = np.asarray(old, dtype=np.int64), np.asarray(new, dtype=np.int64)
    each = np.asarray(value, dtype=np.float64)
    is_part = i >= 0
    own = np.where(is_part, 0.0, each)
    sure = np.bincount(j, own, minlength=n_new).astype(np.float64)
    keys, at = np.unique(i[is_part] * n_new + j[is_part], return_inverse=True)
    summed = np.bincount(at, each[is_part], minlength=len(keys))
    before, after = keys // max(n_new, 1), keys % max(n_new, 1)
    n_old = int(before.max()) + 1 if len(before) else 0
    whole = (np.bincount(before, minlength=n_old) == 1)[before]
    total = np.bincount(before, summed, minlength=n_old)[before]
    low = sure + np.bincount(after, np.where(whole, summed, 0.0), minlength=n_new)
    figure = sure + np.bincount(after, summed, minlength=n_new)
    high = sure + np.bincount(after, total, minlength=n_new)
    low[np.isnan(figure)] = high[np.isnan(figure)] = np.nan
    certain = np.divide(low, figure, out=np.ones(n_new), where=figure > 0)
    return Reallocated(figure, low, high, np.where(np.isnan(figure), np.nan, certain))


def whole_counts(counts: ArrayLike, parts: Reallocation) -> IntArray:
    """Return counts shared out in whole numbers, the sum of each old area kept.

    Largest remainders first, then the part that comes first: the same input gives the same.

    Parameters
    ----------
    counts : array_like of int, shape (n_old,)

    Returns
    -------
    ndarray of int, shape (n_parts,)
        Count of each part; sum them by `parts.new`.
    """
    each = np.asarray(counts, dtype=np.float64)[parts.old] * parts.weight
    floor = np.floor(each + 1e-9)
    rest = each - floor
    missing = np.round(np.bincount(parts.old, rest, minlength=parts.n_old)).astype(np.int64)
    order = np.lexsort((parts.new, -rest, parts.old))
    first = np.searchsorted(parts.old[order], np.arange(parts.n_old))
    rank = np.arange(len(order)) - first[parts.old[order]]
    extra = np.zeros(len(order))
    extra[order] = rank < missing[parts.old[order]]
    return np.asarray(floor + extra).astype(np.int64)


def _as_valid(shapes: Sequence[BaseGeometry]) -> NDArray[np.object_]:
    areas = np.empty(len(shapes), dtype=object)
    areas[:] = list(shapes)
    wrong = ~np.asarray(shapely.is_valid(areas))
    areas[wrong] = shapely.make_valid(areas[wrong])
    return areas


def _tidied(
    old: IntArray, new: IntArray, share: FloatArray, sizes: tuple[int, int], sliver: float
) -> Reallocation:
    """Drop slivers, share the rest out anew, order by old and new area."""
    n_old, n_new = sizes
    covered = np.bincount(old, share, minlength=n_old)
    kept = share > sliver
    old, new, share = old[kept], new[kept], share[kept]
    total = np.bincount(old, share, minlength=n_old)
    order = np.lexsort((new, old))
    weight = (share / total[old])[order]
    lost = np.clip(1.0 - covered, 0.0, 1.0)
    return Reallocation(old[order], new[order], weight, n_old, n_new, lost)


__all__ = [
    "COMPARABLE",
    "Reallocated",
    "Reallocation",
    "reallocate",
    "reallocate_by_ground",
    "reallocate_by_weights",
    "reallocated_parts",
    "whole_counts",
]
