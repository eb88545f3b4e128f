"""Points that are good for some metres only: how many of an area's lie, in truth, next door.

A source that gives a point "within 100 m" says that the true place is somewhere in that circle.
Where the circle crosses a border, the incident belongs to the area it was put in with a
probability only. What that does to a count is worked out from the probabilities of all points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from convive.core.errors import MethodError

_RINGS = (2 / 3 - np.sqrt(1 / 18), 2 / 3 + np.sqrt(1 / 18))
"""Radii whose mean, and mean square, are those of all places in a circle of radius 1: so what is
expected to lie beyond a straight border is exact on the average."""
N_RINGS = len(_RINGS)
OUTER = N_RINGS - 1
"""The ring that a border crosses first; a straight one crosses no circle without crossing it."""
N_ON_RING = 8
N_SAMPLES = N_RINGS * N_ON_RING
"""Points that stand for a circle, all alike."""
_METRES_PER_DEGREE = 111_195.0
"""Of latitude, on a sphere of 6,371 km: off by less than half a percent anywhere."""

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Displacement:
    """What position may have done to counts; whole numbers of shape (n_areas,), to be summed.

    Probabilities are counted in sample points, `N_SAMPLES` a circle, and stay whole numbers, so
    that it does not matter in which order stretches of a file are added.
    """

    n: Longs
    """Points with an accuracy that were put into the area."""
    crossing: Longs
    """Those whose circle reaches out of it."""
    leaving: Longs
    """Sample points that lie elsewhere."""
    arriving: Longs
    """Sample points of other areas' (and outside) incidents that lie in it."""
    spread: Longs
    """Sum of m (N_SAMPLES - m), m being an incident's sample points in the area."""

    def __add__(self, other: Displacement) -> Displacement:
        """Return both together."""
        return Displacement(
            *(getattr(self, name) + getattr(other, name) for name in Displacement.__slots__)
        )

    @property
    def expected_away(self) -> Floats:
        """Return the expected number of the area's incidents that belong elsewhere."""
        return self.leaving / N_SAMPLES

    @property
    def net(self) -> Floats:
        """Return the expected true number less the number that was put there."""
        return (self.arriving - self.leaving) / N_SAMPLES

    @property
    def variance(self) -> Floats:
        """Return the variance of the true number: the sum of p (1 - p) over all incidents."""
        return self.spread / N_SAMPLES**2


def circle_points(
    longitude: ArrayLike,
    latitude: ArrayLike,
    accuracy_m: ArrayLike,
    *,
    rings: Sequence[int] = range(N_RINGS),
) -> tuple[Floats, Floats]:
    """Return sample points of circles, longitude and latitude of shape (n, 8 × rings).

    They stand for a place that is anywhere in the circle with the same chance: eight on
    each of two rings, turned against one another. Do not use it within a few kilometres of
    the poles.

    Parameters
    ----------
    longitude, latitude : array_like of float, shape (n,), degrees
    accuracy_m : array_like of float, shape (n,), metres
        Radius within which the true place lies, at least 0.
    rings : sequence of int
        Which of the rings; all by default.

    Raises
    ------
    MethodError
        POSITION_BAD_ACCURACY for a radius that is negative or not finite.
    """
    radius = np.asarray(accuracy_m, dtype=np.float64)
    if not np.isfinite(radius).all() or (radius < 0).any():
        raise MethodError("POSITION_BAD_ACCURACY")
    x, y = (np.asarray(one, dtype=np.float64) for one in (longitude, latitude))
    ring = np.repeat(np.asarray(rings, dtype=np.int64), N_ON_RING)
    turn = 2 * np.pi * (np.tile(np.arange(N_ON_RING), len(rings)) + ring / N_RINGS) / N_ON_RING
    reach = np.asarray(_RINGS)[ring]
    north = radius / _METRES_PER_DEGREE
    east = north / np.cos(np.radians(y))
    return (
        x[:, None] + east[:, None] * (reach * np.cos(turn))[None, :],
        y[:, None] + north[:, None] * (reach * np.sin(turn))[None, :],
    )


def displacement(own: ArrayLike, samples: ArrayLike, n_areas: int) -> Displacement:
    """Return what the circles of some points may have done to the counts of areas.

    Parameters
    ----------
    own : array_like of int, shape (n,)
        Area that each point was put into; -1 for none (outside).
    samples : array_like of int, shape (n, N_SAMPLES)
        Area that each of its sample points lies in; -1 for none.
    n_areas : int

    Raises
    ------
    MethodError
        POSITION_SHAPE for arrays that do not fit.

    Examples
    --------
    >>> found = displacement([0], [[0] * 12 + [1] * 4], 2)
    >>> found.expected_away.tolist(), found.net.tolist(), found.variance.tolist()
    ([0.25, 0.0], [-0.25, 0.25], [0.1875, 0.1875])
    """
    place = np.asarray(own, dtype=np.int64)
    at = np.asarray(samples, dtype=np.int64)
    if at.shape != (*place.shape, N_SAMPLES):
        raise MethodError("POSITION_SHAPE", points=place.shape, samples=at.shape)
    width = n_areas + 1
    away = (at != place[:, None]).sum(axis=1)
    # Only circles that cross a border have anything to tell beyond their number.
    few = np.flatnonzero(away)
    pairs, n_in = np.unique(
        (np.arange(len(few))[:, None] * width + at[few] + 1).ravel(), return_counts=True
    )
    row, area = pairs // width, pairs % width
    is_arrival = area - 1 != place[few][row]
    spread = np.bincount(area, n_in * (N_SAMPLES - n_in), minlength=width)
    # An incident none of whose sample points lies where it was put is certain to be elsewhere.
    columns = (
        np.bincount(place + 1, minlength=width),
        np.bincount(place[few] + 1, minlength=width),
        np.bincount(place[few] + 1, away[few], minlength=width),
        np.bincount(area[is_arrival], n_in[is_arrival], minlength=width),
        spread,
    )
    return Displacement(*(np.rint(one[1:]).astype(np.int64) for one in columns))


@dataclass(frozen=True, slots=True)
class Doubt:
    """What position adds to the uncertainty of some counts; arrays of shape (n_areas,)."""

    variance: Floats
    """Variance of the true count ÷ n²: chance."""
    shift: Floats
    """Share that may be missing or too much in all: no chance, it is the same every year."""

    @property
    def square(self) -> Floats:
        """Return both as one squared relative error, for methods that know only such."""
        return self.variance + self.shift**2


def relative_doubt(n: ArrayLike, total: ArrayLike, found: Displacement) -> Doubt:
    """Return what position adds to counts of areas, relative to the counts.

    Parameters
    ----------
    n : array_like of float, shape (n_areas,)
        The counts; a part (a year, a kind) of all that the area has.
    total : array_like of float, shape (n_areas,)
        All incidents of the source in the area; the part is taken to lie as all of them do.
    found : Displacement
        Of all of them.

    Returns
    -------
    Doubt
        0 where nothing was counted. The shift is the size of the expected net loss or gain,
        without its sign: where one area has many more incidents than the next, the recorded
        ones have been blurred over the border already, and what the circles would do once more
        is about as much as has been done, the other way round.
    """
    count = np.asarray(n, dtype=np.float64)
    whole = np.asarray(total, dtype=np.float64)
    known = (whole > 0) & (count > 0)
    each = np.divide(found.variance, whole, out=np.zeros(len(whole)), where=known)
    net = np.divide(found.net, whole, out=np.zeros(len(whole)), where=known)
    variance = np.divide(each, count, out=np.zeros(len(whole)), where=known)
    return Doubt(variance, np.abs(net))


def widened(
    value: ArrayLike, low: ArrayLike, high: ArrayLike, doubt: Doubt, *, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Return the ends of an interval of a rate that allow for the doubt about positions.

    On the logarithmic scale: chance is joined by the root of the sum of squares, the shift is
    added outright. An end that is 0 stays 0, and so does the interval of a rate of 0. Do not
    rely on it where circles are of the size of areas whose rates differ much: the blur is
    then more than an interval can tell, and coarser areas are the remedy.

    Examples
    --------
    >>> low, high = widened([10.0], [10.0], [10.0], Doubt(np.array([0.01]), np.array([0.0])))
    >>> round(float(low[0]), 2), round(float(high[0]), 2)
    (8.22, 12.17)
    """
    x, a, b = (np.asarray(one, dtype=np.float64) for one in (value, low, high))
    reach = float(ndtri(0.5 + level / 2.0)) * np.sqrt(doubt.variance)
    aside = np.log1p(doubt.shift)
    with np.errstate(divide="ignore", invalid="ignore"):
        down = np.exp(-np.hypot(np.log(x / a), reach) - aside) * x
        up = np.exp(np.hypot(np.log(b / x), reach) + aside) * x
    return np.where((a > 0) & (x > 0), down, a), np.where(x > 0, up, b)


__all__ = [
    "N_RINGS",
    "N_SAMPLES",
    "OUTER",
    "Displacement",
    "Doubt",
    "circle_points",
    "displacement",
    "relative_doubt",
    "widened",
]
