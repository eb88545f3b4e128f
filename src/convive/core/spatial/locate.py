"""Which area each point lies in: exact, every point counted once (rule: see `grid`)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from convive.core.errors import MethodError
from convive.core.spatial.grid import AreaGrid


def locate_points(
    longitudes: ArrayLike,
    latitudes: ArrayLike,
    polygons: Sequence[BaseGeometry | None],
) -> NDArray[np.int64]:
    """Return the index of the area that each point lies in, -1 where it lies in none.

    Every point gets at most one area, also on shared borders and corners, so points inside and
    outside always add up to all points. To ask more than once, build an `AreaGrid` and keep it.
    Do not use it to find every area that touches a point.

    Parameters
    ----------
    longitudes, latitudes : array_like of float, shape (n_points,)
        Coordinates in the same system as the areas (degrees or metres). A point with a missing
        (NaN) or infinite coordinate is outside.
    polygons : sequence of shapely polygons or multipolygons, length n_areas
        The areas. None and empty geometries contain nothing.

    Returns
    -------
    ndarray of int64, shape (n_points,)
        Index into `polygons`, or -1.

    Raises
    ------
    MethodError
        SPATIAL_SHAPE if the coordinates differ in length; SPATIAL_NOT_AN_AREA if a geometry is
        neither polygon nor multipolygon.

    References
    ----------
    .. [1] Shimrat, M. (1962). Algorithm 112: position of point relative to polygon.
       Communications of the ACM 5(8), 434.

    Examples
    --------
    >>> import shapely
    >>> halves = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    >>> locate_points([0.5, 1.0, 1.5, 3.0], [0.5, 0.5, 0.5, 0.5], halves).tolist()
    [0, 1, 1, -1]
    """
    x = np.asarray(longitudes, dtype=np.float64)
    y = np.asarray(latitudes, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape:
        raise MethodError("SPATIAL_SHAPE", longitudes=x.shape, latitudes=y.shape)
    return AreaGrid.build(polygons, n_points=x.size).locate(x, y).astype(np.int64)
