"""Incidents prevented, counting those that moved next door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from convive.core.errors import MethodError
from convive.core.significance import two_sided_normal_p

MIN_MONTHS = 6

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
    area_weights: Sequence[float] | None = None,
    time_weights: Pair = (1.0, 1.0),
    level: float = 0.95,
) -> Displacement:
    """Return how many incidents an action changed, displacement to nearby areas included.

    Use it where only before and after totals are known. The error is that of Poisson counts:
    real counts vary more, so prefer `displacement_rings` where there are months and several
    areas, or widen it with `widened`.

    Parameters
    ----------
    treated, control : (before, after)
        Counts of the treated and of the control area.
    displacement : sequence of (before, after)
        For every ring around the treated area its counts, and those of the control for it.
    area_weights : sequence of float, optional
        Sizes (e.g. km²) of treated, control, ring, control for the ring, and so on; counts are
        divided by them. By default all are alike.
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
    counts = np.array([treated, control, *displacement], dtype=np.float64)
    if counts.ndim != 2 or counts.shape[1] != 2 or counts.shape[0] % 2:
        raise MethodError("EFFECT_SHAPE", zones=len(displacement))
    weights = np.ones(counts.shape[0]) if area_weights is None else area_weights
    sizes = np.asarray(weights, dtype=np.float64)[:, None]
    lengths = np.asarray(time_weights, dtype=np.float64)[None, :]
    if sizes.shape != (counts.shape[0], 1) or (sizes <= 0).any() or (lengths <= 0).any():
        raise MethodError("EFFECT_WEIGHTS")
    if not np.isfinite(counts).all() or (counts < 0).any():
        raise MethodError("EFFECT_NEGATIVE_COUNT")
    scaled = counts / sizes / lengths
    change = scaled[:, 1] - scaled[:, 0]
    difference = float(change[0::2].sum() - change[1::2].sum())
    return _tested(difference, float((counts / (sizes * lengths) ** 2).sum()), level)


def harm_weighted_difference(
    differences: Sequence[Displacement], harm: Sequence[float], *, level: float = 0.95
) -> Displacement:
    """Return the displacement difference of several kinds of incident, weighted by harm.

    Parameters
    ----------
    differences : sequence of Displacement
        Of each kind, from `weighted_displacement_difference`; kinds count as independent.
    harm : sequence of float, 0 or more
        Harm of one incident of each kind.
    level : float
        Coverage of the interval.

    Raises
    ------
    MethodError
        EFFECT_WEIGHTS; EFFECT_TOO_FEW where no kind with harm was counted.

    Examples
    --------
    >>> theft = weighted_displacement_difference((20, 10), (20, 20))
    >>> assault = weighted_displacement_difference((9, 9), (9, 9))
    >>> found = harm_weighted_difference([theft, assault], [1.0, 5.0])
    >>> found.difference, round(found.standard_error, 2)
    (-10.0, 31.14)
    """
    weights = np.asarray(harm, dtype=np.float64)
    if weights.shape != (len(differences),) or not (weights >= 0).all():
        raise MethodError("EFFECT_WEIGHTS")
    values = np.array([one.difference for one in differences])
    errors = np.array([one.standard_error for one in differences])
    return _tested(float(weights @ values), float((weights**2) @ errors**2), level)


def widened(found: Displacement, dispersion: float, *, level: float = 0.95) -> Displacement:
    """Return the result with the error of counts that vary more than Poisson counts.

    Parameters
    ----------
    found : Displacement
    dispersion : float, 1 or more
        Variance over that of Poisson counts, e.g. from `month_dispersion`.
    level : float
        Coverage of the interval.

    Raises
    ------
    MethodError
        EFFECT_WEIGHTS for a dispersion below 1.
    """
    if not dispersion >= 1.0:
        raise MethodError("EFFECT_WEIGHTS")
    return _tested(found.difference, dispersion * found.standard_error**2, level)


def month_dispersion(months: ArrayLike, start: int) -> float | None:
    """Return how much totals vary over Poisson totals, as seen in the months of several zones.

    Month-to-month memory is taken in, season and anything else that all zones share is taken
    out.

    Parameters
    ----------
    months : array_like of int, shape (n_zones, n_months)
        Counts by zone: treated, control, rings and their controls.
    start : int
        Index of the first month with the action.

    Returns
    -------
    float or None
        1 at least; None with fewer than two zones or six months on either side of the start.

    Raises
    ------
    MethodError
        EFFECT_NEGATIVE_COUNT.
    """
    counts = np.atleast_2d(np.asarray(months, dtype=np.float64))
    if not np.isfinite(counts).all() or (counts < 0).any():
        raise MethodError("EFFECT_NEGATIVE_COUNT")
    n_zones, n_months = counts.shape
    if n_zones < 2 or min(start, n_months - start) < MIN_MONTHS or not counts.sum() > 0:
        return None
    residuals = np.hstack([_residuals(counts[:, :start]), _residuals(counts[:, start:])])
    df = (n_zones - 1) * (n_months - 2)
    spread = float((residuals**2).sum()) / df
    lagged = float((residuals[:, 1:] * residuals[:, :-1]).sum())
    total = max(float((residuals**2).sum()), 1e-12)
    rho = float(np.clip(lagged / total + 2.0 / n_months, 0.0, 0.9))
    return max(1.0, spread * (1.0 + rho) / (1.0 - rho))


def displacement_quotient(treated: Pair, ring: Pair, control: Pair) -> float | None:
    """Return the weighted displacement quotient of counts before and after.

    Above 1 the ring gained more than the treated area, 0 to 1 it gained less (both: diffusion
    of benefits), 0 to -1 part of the effect moved to the ring, below -1 more than all of it.

    Parameters
    ----------
    treated, ring, control : (before, after)
        Counts. Where one of them is 0, half an event is added to all.

    Returns
    -------
    float or None
        None where the treated area did not fall against its control: nothing can have moved.

    Raises
    ------
    MethodError
        EFFECT_NEGATIVE_COUNT.

    References
    ----------
    .. [1] Bowers, K. J. and Johnson, S. D. (2003). Measuring the geographical displacement and
       diffusion of benefit effects of crime prevention activity. Journal of Quantitative
       Criminology 19(3), 275-301.

    Examples
    --------
    >>> round(displacement_quotient((100, 60), (80, 88), (200, 200)), 3)
    -0.2
    """
    counts = np.array([treated, ring, control], dtype=np.float64)
    if not np.isfinite(counts).all() or (counts < 0).any():
        raise MethodError("EFFECT_NEGATIVE_COUNT")
    if (counts == 0).any():
        counts = counts + 0.5
    shares = counts[:2] / counts[2]
    gained = shares[:, 1] - shares[:, 0]
    return float(gained[1] / gained[0]) if gained[0] < 0 else None


def total_net_effect(treated: Pair, rings: Sequence[Pair], control: Pair) -> float:
    """Return incidents spared in the treated area and the rings around it; negative is more.

    Parameters
    ----------
    treated, control : (before, after)
        Counts; where the control had none before, half an event is added to both of its.
    rings : sequence of (before, after)

    Raises
    ------
    MethodError
        EFFECT_NEGATIVE_COUNT.

    References
    ----------
    .. [1] Guerette, R. T. (2009). Analyzing crime displacement and diffusion. Problem-Oriented
       Guides for Police, Problem-Solving Tools 10.

    Examples
    --------
    >>> total_net_effect((100, 60), [(80, 88)], (200, 180))
    14.0
    """
    counts = np.array([treated, *rings, control], dtype=np.float64)
    if not np.isfinite(counts).all() or (counts < 0).any():
        raise MethodError("EFFECT_NEGATIVE_COUNT")
    before, after = counts[-1] + (0.5 if counts[-1, 0] == 0 else 0.0)
    return float(counts[:-1, 0].sum() * after / before - counts[:-1, 1].sum())


def _tested(difference: float, variance: float, level: float) -> Displacement:
    """Return the difference with interval and p-value."""
    error = float(np.sqrt(variance))
    if error == 0.0:
        raise MethodError("EFFECT_TOO_FEW")
    reach = float(ndtri(0.5 + level / 2.0)) * error
    z = difference / error
    return Displacement(
        difference, error, z, difference - reach, difference + reach, float(two_sided_normal_p(z))
    )


def _residuals(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what is left of zone and month effects, in Poisson standard deviations."""
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / max(counts.sum(), 1e-12)
    return (counts - expected) / np.sqrt(np.maximum(expected, 1e-12))
