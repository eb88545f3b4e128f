"""Funnel limits: how far from the target an area of its size may lie by chance alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np
import scipy  # its statistics take half a second to load: at their first use
from numpy.typing import ArrayLike, NDArray
from scipy import special

from convive.core.counts import checked_counts, tail_of
from convive.core.errors import MethodError

FloatArray = NDArray[np.float64]
Kind = Literal["rate", "share"]
Spread = Literal["none", "additive", "multiplicative"]

__all__ = ["Funnel", "FunnelVerdict", "funnel"]

FEWEST_AREAS = 10
"""Below, the spread between areas cannot be told from the areas that lie apart."""
TRIMMED = 0.1
"""Share of areas at either end that may not pull the estimate of the spread."""

_TIE = 1e-9


class FunnelVerdict(StrEnum):
    """Where an area lies; `TOO_FEW` could not have lain below, whatever happened."""

    WITHIN = "within limits"
    ABOVE = "above"
    BELOW = "below"
    TOO_FEW = "too few"


@dataclass(frozen=True, slots=True)
class Funnel:
    """Limits around the target, arrays of shape (n_areas,), in events per unit of the base."""

    value: FloatArray
    target: float
    low: FloatArray
    high: FloatArray
    verdict: NDArray[np.str_]
    """Values of `FunnelVerdict`."""
    dispersion: float
    """Spread of the areas about the target ÷ that of chance alone, ends trimmed; NaN unasked."""
    between_sd: float
    """Additive spread: standard deviation of the roots of the areas' ratios to the target (rate),
    or of the arcsines of the roots of their shares (share); else 0."""


def funnel(
    events: ArrayLike,
    base: ArrayLike,
    *,
    kind: Kind = "rate",
    target: float | None = None,
    spread: Spread = "none",
    level: float = 0.998,
) -> Funnel:
    """Return which areas lie further from the target than chance explains.

    Use it instead of a league table. Do not use it to call an area good or bad: outside the
    limits means "look closer". With large numbers every area lies outside exact limits; let
    `spread` widen them then by what areas of this kind differ anyway.

    Parameters
    ----------
    events : array_like of int, shape (n_areas,)
    base : array_like of float, shape (n_areas,)
        Above 0: person-years (rate), expected events (rate with the target 1: a standardised
        ratio), or the number of cases that the events are out of (share).
    kind : {"rate", "share"}
        Poisson or binomial limits.
    target : float or None
        Events per unit of the base; None takes all areas together.
    spread : {"none", "additive", "multiplicative"}
        Exact limits; or limits widened by a standard deviation between areas that is the same
        for all; or by a factor that is the same for all.
    level : float, in (0, 1)
        0.998 (the usual "three sigma") or 0.95.

    Raises
    ------
    MethodError
        RATES_SHAPE, RATES_NEGATIVE_COUNT, RATES_NO_DENOMINATOR, RATES_LEVEL; FUNNEL_SHARE where
        events exceed the cases; FUNNEL_TARGET for an impossible target; FUNNEL_TOO_FEW_AREAS
        where a spread is asked for and there are fewer than ten areas.

    Notes
    -----
    "Too few": the area is not above, and could not have been below even without a single event.
    Exact limits are the largest and smallest count that are still within.

    References
    ----------
    .. [1] Spiegelhalter, D. J. (2005). Funnel plots for comparing institutional performance.
       Statistics in Medicine 24(8), 1185-1202.
    .. [2] Spiegelhalter, D. J. (2005). Handling over-dispersion of performance indicators.
       Quality and Safety in Health Care 14(5), 347-351.

    Examples
    --------
    >>> funnel([30, 4, 1], [1000.0, 1000.0, 40.0], target=0.01).verdict.tolist()
    ['above', 'within limits', 'too few']
    """
    count, size = checked_counts(events, base)
    tail = tail_of(level)
    if kind == "share" and (count > size).any():
        raise MethodError("FUNNEL_SHARE", n=int(np.sum(count > size)))
    centre = float(count.sum() / size.sum()) if target is None else float(target)
    if not (centre > 0 and (kind == "rate" or centre < 1)):
        raise MethodError("FUNNEL_TARGET", target=centre)
    if spread == "none":
        low, high = _exact_limits(size, centre, tail, kind)
        phi, between = np.nan, 0.0
    else:
        low, high, phi, between = _wide_limits(count, size, centre, tail, (kind, spread))
    verdict = np.select(
        [count > high + _TIE, count < low - _TIE, low <= _TIE],
        [FunnelVerdict.ABOVE, FunnelVerdict.BELOW, FunnelVerdict.TOO_FEW],
        FunnelVerdict.WITHIN,
    )
    return Funnel(count / size, centre, low / size, high / size, verdict, phi, between)


def _exact_limits(
    size: FloatArray, target: float, tail: float, kind: Kind
) -> tuple[FloatArray, FloatArray]:
    """Return the smallest and largest count within: neither tail may be at or below `tail`."""
    found = (
        scipy.stats.poisson(size * target) if kind == "rate" else scipy.stats.binom(size, target)
    )
    low = np.asarray(found.ppf(tail))
    low = low + (found.cdf(low) <= tail)  # a tail of exactly the level counts as outside
    return low, np.asarray(found.isf(tail))


def _wide_limits(
    count: FloatArray,
    size: FloatArray,
    target: float,
    tail: float,
    how: tuple[Kind, Spread],
) -> tuple[FloatArray, FloatArray, float, float]:
    """Return limits as counts, the dispersion, and the standard deviation between areas.

    On a scale on which chance has the same standard deviation for all rates: the root of
    events ÷ expected, or the arcsine of the root of a share.
    """
    kind, spread = how
    if count.size < FEWEST_AREAS:
        raise MethodError("FUNNEL_TOO_FEW_AREAS", n=int(count.size), least=FEWEST_AREAS)
    if kind == "rate":
        y, centre, sd = np.sqrt(count / (size * target)), 1.0, 0.5 / np.sqrt(size * target)
    else:
        y, centre = np.arcsin(np.sqrt(count / size)), float(np.arcsin(np.sqrt(target)))
        sd = 0.5 / np.sqrt(size)
    z = (y - centre) / sd
    trimmed = np.clip(z, *np.quantile(z, [TRIMMED, 1.0 - TRIMMED]))
    phi = float(np.mean(trimmed**2))
    between = _between_sd(phi, sd) if spread == "additive" else 0.0
    wide = np.sqrt(sd**2 + between**2) if spread == "additive" else sd * np.sqrt(max(phi, 1.0))
    reach = float(special.ndtri(1.0 - tail)) * wide
    low, high = np.maximum(centre - reach, 0.0), centre + reach
    if kind == "rate":
        return low**2 * size * target, high**2 * size * target, phi, between
    top = np.sin(np.minimum(high, np.pi / 2)) ** 2
    return np.sin(low) ** 2 * size, top * size, phi, between


def _between_sd(phi: float, sd: FloatArray) -> float:
    """Return the standard deviation between areas, by the method of moments."""
    n, weight = len(sd), 1.0 / sd**2
    excess = n * phi - (n - 1)
    room = weight.sum() - np.sum(weight**2) / weight.sum()
    return float(np.sqrt(max(excess, 0.0) / room))
