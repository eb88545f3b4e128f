"""Incidents prevented, counting those that moved next door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from convive.core.errors import MethodError
from convive.core.significance import two_sided_normal_p

Pair = tuple[float, float]
"""Count before, count after."""


@dataclass(frozen=True, slots=True)
class Displacement:
    """Change in incidents; negative is fewer."""

    difference: float
    standard_error: float
    z: float
    low: float
    high: float
    p: float


def weighted_displacement_difference(
    treated: Pair,
    control: Pair,
    displacement: Sequence[Pair] = ((0.0, 0.0), (0.0, 0.0)),
    *,
    area_weights: Sequence[float] = (1.0, 1.0, 1.0, 1.0),
    time_weights: Pair = (1.0, 1.0),
    level: float = 0.95,
) -> Displacement:
    """Return how many incidents an action changed, displacement to nearby areas included.

    Use it where only before and after totals are known. The error is that of Poisson counts:
    real counts vary more, so prefer `count_effect` where there are months and several areas.

    Parameters
    ----------
    treated, control : (before, after)
        Counts of the treated and of the control area.
    displacement : ((before, after), (before, after))
        Counts around the treated area, and of the control for that ring.
    area_weights : sequence of four floats
        Sizes (e.g. km²) of treated, control, ring, control for the ring; counts are divided
        by them.
    time_weights : (before, after)
        Lengths of the two periods.
    level : float
        Coverage of the interval.

    Returns
    -------
    Displacement
        Difference with standard error, z, interval and two-sided p-value.

    Raises
    ------
    MethodError
        EFFECT_NEGATIVE_COUNT, EFFECT_WEIGHTS, EFFECT_TOO_FEW where every count is 0.

    References
    ----------
    .. [1] Wheeler, A. P. and Ratcliffe, J. H. (2018). A simple weighted displacement difference
       test to evaluate place based crime interventions. Crime Science 7, 11.

    Examples
    --------
    >>> result = weighted_displacement_difference(
    ...     (207, 110), (308, 318), ((178, 157), (150, 140))
    ... )
    >>> result.difference, round(result.standard_error, 3), round(result.z, 2)
    (-118.0, 39.598, -2.98)
    """
    ring, ring_control = displacement
    counts = np.array([treated, control, ring, ring_control], dtype=np.float64)
    sizes = np.asarray(area_weights, dtype=np.float64)[:, None]
    lengths = np.asarray(time_weights, dtype=np.float64)[None, :]
    if sizes.shape != (4, 1) or (sizes <= 0).any() or (lengths <= 0).any():
        raise MethodError("EFFECT_WEIGHTS")
    if not np.isfinite(counts).all() or (counts < 0).any():
        raise MethodError("EFFECT_NEGATIVE_COUNT")
    scaled = counts / sizes / lengths
    change = scaled[:, 1] - scaled[:, 0]
    difference = float((change[0] - change[1]) + (change[2] - change[3]))
    error = float(np.sqrt((counts / (sizes * lengths) ** 2).sum()))
    if error == 0.0:
        raise MethodError("EFFECT_TOO_FEW")
    reach = float(ndtri(0.5 + level / 2.0)) * error
    z = difference / error
    return Displacement(
        difference, error, z, difference - reach, difference + reach, float(two_sided_normal_p(z))
    )
