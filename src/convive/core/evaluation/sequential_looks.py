"""Looks at an evaluation before its end, without more false alarms than one look would give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from convive.core.errors import MethodError
from convive.core.significance import two_sided_normal_p

Floats = NDArray[np.float64]

_NODES = 400
_WIDEST = 9.0
"""Standard deviations; beyond lies less than rounding."""
_MOST_LOOKS = 20


class Spending(StrEnum):
    """How the allowed false alarms are dealt out over the looks."""

    OBRIEN_FLEMING = "obrien_fleming"
    """Next to nothing early: the last look is nearly as if it were the only one."""
    POCOCK = "pocock"
    """About evenly: easier to stop early, harder to find something at the end."""


@dataclass(frozen=True, slots=True)
class LookPlan:
    """The looks laid down before the first of them."""

    fractions: tuple[float, ...]
    """Share of all information at each look, rising to 1: e.g. months after ÷ planned months."""
    alpha: float
    spending: Spending
    boundaries: tuple[float, ...]
    """Two-sided limits of z at each look, if all goes as planned."""

    @property
    def levels(self) -> tuple[float, ...]:
        """Return the level at which each look may be tested."""
        return tuple(float(two_sided_normal_p(z)) for z in self.boundaries)


@dataclass(frozen=True, slots=True)
class Look:
    """What one look may say."""

    number: int
    boundary: float
    level: float
    """Test at this level, and give intervals of coverage 1 - level."""
    spent: float
    """False alarms allowed up to and including this look."""
    is_crossed: bool
    is_last: bool


def plan_looks(
    fractions: Sequence[float],
    *,
    alpha: float = 0.05,
    spending: Spending = Spending.OBRIEN_FLEMING,
) -> LookPlan:
    """Return the boundaries of looks that are laid down beforehand.

    Use it when council or funder will want to know before the end. Freeze it with the plan. It
    keeps the promise only for looks that were planned and for estimates that grow from the same
    counts; it does not make a weak design stronger.

    Parameters
    ----------
    fractions : sequence of float, in (0, 1]
        Share of the information at each look, rising, the last one 1.
    alpha : float
        False alarms allowed over all looks, two-sided.
    spending : Spending

    Raises
    ------
    MethodError
        LOOKS_FRACTIONS, LOOKS_LEVEL.

    Notes
    -----
    Lan-DeMets spending with the boundaries solved look by look from the exact joint
    distribution of independent increments (recursive integration).

    References
    ----------
    .. [1] Lan, K. K. G. and DeMets, D. L. (1983). Discrete sequential boundaries for clinical
       trials. Biometrika 70(3), 659-663.
    .. [2] Armitage, P., McPherson, C. K. and Rowe, B. C. (1969). Repeated significance tests on
       accumulating data. Journal of the Royal Statistical Society A 132(2), 235-244.

    Examples
    --------
    >>> [round(z, 3) for z in plan_looks([0.2, 0.4, 0.6, 0.8, 1.0]).boundaries]
    [4.877, 3.357, 2.68, 2.29, 2.031]
    """
    times = _read(fractions)
    if not 0.0 < alpha < 1.0:
        raise MethodError("LOOKS_LEVEL", level=alpha)
    if times[-1] != 1.0:
        raise MethodError("LOOKS_FRACTIONS", fractions=times)
    kind = Spending(spending)
    return LookPlan(times, alpha, kind, _boundaries(times, _spent(times, alpha, kind)))


def take_look(plan: LookPlan, fractions: Sequence[float], p: float) -> Look:
    """Return what the latest look may say, given the information there really was.

    Parameters
    ----------
    plan : LookPlan
    fractions : sequence of float
        Share of the planned information at each look so far, this one last. The last planned
        look spends all that is left, whatever its share.
    p : float
        Two-sided p-value of the estimate at this look.

    Raises
    ------
    MethodError
        LOOKS_FRACTIONS, LOOKS_NOT_PLANNED for more looks than the plan has, LOOKS_LEVEL.

    Examples
    --------
    >>> plan = plan_looks([0.5, 1.0])
    >>> look = take_look(plan, [0.5], p=0.01)
    >>> round(look.boundary, 3), look.is_crossed
    (2.963, False)
    """
    number = len(fractions)
    if number > len(plan.fractions):
        raise MethodError("LOOKS_NOT_PLANNED", looks=number, planned=len(plan.fractions))
    if not 0.0 <= p <= 1.0:
        raise MethodError("LOOKS_LEVEL", level=p)
    times = _read(fractions)
    is_last = number == len(plan.fractions) or times[-1] == 1.0
    spent = _spent(times, plan.alpha, plan.spending)
    if is_last:
        spent[-1] = plan.alpha
    boundary = _boundaries(times, spent)[-1]
    level = float(two_sided_normal_p(boundary))
    return Look(number, boundary, level, float(spent[-1]), p <= level, is_last)


def crossing_probabilities(
    fractions: Sequence[float], boundaries: Sequence[float], *, drift: float = 0.0
) -> Floats:
    """Return how likely each look is the first outside its two-sided boundary.

    Parameters
    ----------
    fractions, boundaries : sequence of float
    drift : float
        Expected z at the full information; 0: nothing to be found.

    Returns
    -------
    ndarray of float, shape (n_looks,)
        Sums to the false alarms (drift 0) or to the power.

    Raises
    ------
    MethodError
        LOOKS_FRACTIONS.

    Examples
    --------
    >>> round(float(crossing_probabilities([0.5, 1.0], [1.96, 1.96]).sum()), 3)
    0.083
    """
    times = _read(fractions)
    if len(times) != len(boundaries):
        raise MethodError("LOOKS_FRACTIONS", fractions=times)
    chances, inside = [], None
    for index, z in enumerate(boundaries):
        steps = (times[index - 1] if index else 0.0, times[index])
        chances.append(_outside(inside, steps, z, drift))
        inside = _carry(inside, steps, z, drift)
    return np.array(chances)


def _read(fractions: Sequence[float]) -> tuple[float, ...]:
    """Check that shares of information rise from above 0 to at most 1."""
    times = tuple(float(one) for one in fractions)
    is_rising = all(before < after for before, after in pairwise((0.0, *times)))
    if not 1 <= len(times) <= _MOST_LOOKS or not is_rising or times[-1] > 1.0:
        raise MethodError("LOOKS_FRACTIONS", fractions=times)
    return times


def _spent(times: tuple[float, ...], alpha: float, spending: Spending) -> Floats:
    """Return the false alarms allowed up to each look."""
    share = np.array(times)
    if spending is Spending.POCOCK:
        return np.asarray(alpha * np.log1p(np.expm1(1.0) * share))
    return np.asarray(4.0 * ndtr(ndtri(alpha / 4.0) / np.sqrt(share)))


_Inside = tuple[Floats, Floats]
"""Nodes of the score that has not left its limits yet, and the density there times the step."""


def _boundaries(times: tuple[float, ...], spent: Floats) -> tuple[float, ...]:
    """Return the limits of z that spend just what is allowed at each look."""
    found: list[float] = []
    inside: _Inside | None = None
    before = 0.0
    for time, allowed in zip(times, np.diff(spent, prepend=0.0), strict=True):
        steps = (before, time)

        def beyond(
            z: float,
            inside: _Inside | None = inside,
            steps: tuple[float, float] = steps,
            allowed: float = float(allowed),
        ) -> float:
            return _outside(inside, steps, z, 0.0) - allowed

        z = _WIDEST if beyond(_WIDEST) >= 0 else float(brentq(beyond, 0.0, _WIDEST, xtol=1e-10))
        found.append(z)
        inside = _carry(inside, steps, z, 0.0)
        before = time
    return tuple(found)


def _outside(inside: _Inside | None, steps: tuple[float, float], z: float, drift: float) -> float:
    """Return how likely the score is beyond ±z at the next look, not having left before."""
    nodes, mass = (np.zeros(1), np.ones(1)) if inside is None else inside
    limit, spread = z * np.sqrt(steps[1]), np.sqrt(steps[1] - steps[0])
    centre = nodes + drift * (steps[1] - steps[0])
    return float(mass @ (ndtr((centre - limit) / spread) + ndtr((-limit - centre) / spread)))


def _carry(inside: _Inside | None, steps: tuple[float, float], z: float, drift: float) -> _Inside:
    """Return the density of the score within ±z at the next look (Gauss-Legendre nodes)."""
    nodes, mass = (np.zeros(1), np.ones(1)) if inside is None else inside
    points, weights = np.polynomial.legendre.leggauss(_NODES)
    limit, spread = z * np.sqrt(steps[1]), np.sqrt(steps[1] - steps[0])
    new = limit * points
    gap = (new[:, None] - nodes - drift * (steps[1] - steps[0])) / spread
    density = np.exp(-0.5 * gap**2) / (spread * np.sqrt(2.0 * np.pi))
    return new, limit * weights * (density @ mass)
