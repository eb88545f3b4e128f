"""Circles of areas: every area with its nearest neighbours, up to a share of what is compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from convive.core.errors import MethodError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ScanZones:
    """Areas by distance from each centre; a zone is a centre's first k areas."""

    order: NDArray[np.int32]
    start: NDArray[np.int64]
    """(n_areas + 1,): where each centre's list begins in `order`."""
    n_areas: int

    def areas(self, centre: int, n: int) -> tuple[int, ...]:
        """Return the centre's first `n` areas, or all that its zones reach."""
        first, end = int(self.start[centre]), int(self.start[centre + 1])
        return tuple(self.order[first : min(first + n, end)].tolist())


def circular_zones(
    places: ArrayLike,
    size: ArrayLike,
    *,
    max_share: float = 0.5,
    max_radius: float = np.inf,
) -> ScanZones:
    """Return all circles around the areas' places that hold no more than a share of the town.

    A zone is a list of areas and never a person or an address. Long, bent clusters (a street, a
    river bank) are found only in part, together with quiet areas beside them.

    Parameters
    ----------
    places : array_like of float, shape (n_areas, 2)
        A point of each area, metres; best where its people are.
    size : array_like of float, shape (n_areas,)
        Residents, or whatever the share is of; at least 0.
    max_share : float, in (0, 0.5]
        Largest share of all `size` within a zone.
    max_radius : float
        Metres from the centre to the farthest place of a zone.

    Raises
    ------
    MethodError
        SCAN_SHAPE where places and sizes do not match or are missing; SCAN_OPTION.

    Examples
    --------
    >>> zones = circular_zones([[0, 0], [1, 0], [3, 0], [9, 0]], [1, 1, 1, 1])
    >>> zones.areas(2, 2)
    (2, 1)
    """
    xy, weight = np.asarray(places, dtype=np.float64), np.asarray(size, dtype=np.float64)
    if xy.ndim != 2 or xy.shape[1:] != (2,) or weight.shape != xy.shape[:1] or not len(xy):
        raise MethodError("SCAN_SHAPE", given=xy.shape, wanted=weight.shape)
    if not (np.isfinite(xy).all() and np.isfinite(weight).all()) or (weight < 0).any():
        raise MethodError("SCAN_SHAPE", given=xy.shape, wanted=weight.shape)
    if not 0 < max_share <= 0.5 or not max_radius >= 0:
        raise MethodError("SCAN_OPTION", option="max_share", value=max_share)
    order, counts = _nearest(xy, weight, max_share * weight.sum(), max_radius)
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return ScanZones(order, start, len(xy))


def _nearest(
    xy: FloatArray, weight: FloatArray, limit: float, radius: float
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return each centre's neighbours within both limits; itself always, places tied by number."""
    tree = cKDTree(xy)
    lists, counts = [], np.empty(len(xy), dtype=np.int64)
    for centre in range(len(xy)):
        if np.isfinite(radius):
            near = np.sort(np.asarray(tree.query_ball_point(xy[centre], radius), dtype=np.int64))
        else:
            near = np.arange(len(xy))
        squared = ((xy[near] - xy[centre]) ** 2).sum(axis=1)
        ranked = near[np.lexsort((near, near != centre, squared))]
        held = np.cumsum(weight[ranked]) <= limit * (1.0 + 1e-9)
        held[0] = True
        kept = ranked[: int(np.argmin(held)) if not held.all() else len(held)]
        lists.append(kept.astype(np.int32))
        counts[centre] = len(kept)
    return np.concatenate(lists), counts


__all__ = ["ScanZones", "circular_zones"]
