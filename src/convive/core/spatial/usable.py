"""Which areas a statistic of neighbours can use: those with a value and a neighbour with one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.spatial.neighbours import Neighbours

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

__all__ = ["FEWEST_AREAS", "Usable", "usable_areas"]

FEWEST_AREAS = 8
"""Below, hardly any arrangement of the values could be told from chance."""


@dataclass(frozen=True, slots=True)
class Usable:
    """The areas that take part."""

    values: FloatArray
    """(n_used,)"""
    neighbours: Neighbours
    """Among the areas used; none of them is an island."""
    is_used: BoolArray
    """(n_areas,)"""
    has_value: BoolArray
    """(n_areas,)"""

    @property
    def n_islands(self) -> int:
        """Areas with a value that are left out because no neighbour has one."""
        return int(np.sum(self.has_value & ~self.is_used))

    def spread(self, found: ArrayLike) -> FloatArray:
        """Return figures of the areas used for all areas, NaN for those left out."""
        full = np.full(len(self.is_used), np.nan)
        full[self.is_used] = found
        return full


def usable_areas(values: ArrayLike, neighbours: Neighbours) -> Usable:
    """Return the areas with a value and a neighbour, or refuse.

    Raises
    ------
    MethodError
        NEIGHBOURHOOD_SHAPE; NEIGHBOURHOOD_TOO_FEW_AREAS below eight; NEIGHBOURHOOD_CONSTANT where all values are
        the same.
    """
    given = np.asarray(values, dtype=float)
    if given.shape != (neighbours.n_areas,):
        raise MethodError(
            "NEIGHBOURHOOD_SHAPE", n_values=int(given.size), n_areas=neighbours.n_areas
        )
    has_value = np.isfinite(given)
    linked = has_value[neighbours.owner] & has_value[neighbours.index]
    reached = np.bincount(neighbours.owner[linked], minlength=len(given)) > 0
    reaching = np.bincount(neighbours.index[linked], minlength=len(given)) > 0
    is_used = has_value & (reached | reaching)
    kept = given[is_used]
    if len(kept) < FEWEST_AREAS:
        raise MethodError("NEIGHBOURHOOD_TOO_FEW_AREAS", n=len(kept), least=FEWEST_AREAS)
    if np.ptp(kept) <= 1e-12 * np.max(np.abs(kept)):
        raise MethodError("NEIGHBOURHOOD_CONSTANT", n=len(kept))
    return Usable(kept, neighbours.among(is_used), is_used, has_value)
