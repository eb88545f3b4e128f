"""Did incidents move next door, or did they fall there too: rings around the treated areas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from convive.core.errors import MethodError
from convive.core.evaluation.before_after import USEFUL_PERCENT
from convive.core.evaluation.before_after_control import ControlledCounts, before_after_control
from convive.core.evaluation.checks import decisive
from convive.core.evaluation.displacement import Pair, displacement_quotient
from convive.core.evaluation.estimate import CheckOutcome, Design, Estimate, verdict_on
from convive.core.significance import benjamini_hochberg

ALPHA = 0.05


class Moved(StrEnum):
    """What happened next door."""

    MOVED = "moved_next_door"
    FELL_TOO = "also_fell_next_door"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class RingAnswer:
    """One ring, or all of them together."""

    name: str
    estimate: Estimate
    """Of the ring alone, against the comparison areas."""
    quotient: float | None
    """Weighted displacement quotient; see `displacement_quotient`."""
    moved: Moved


@dataclass(frozen=True, slots=True)
class RingsResult:
    """Treated areas, rings, and both together."""

    treated: Estimate
    rings: tuple[RingAnswer, ...]
    """As given, nearest first."""
    together: RingAnswer
    """All rings as one; name is empty."""
    net: Estimate
    """Treated areas and rings as one; `avoided` is the total net effect."""


def displacement_rings(
    counts: ControlledCounts,
    rings: Mapping[str, ArrayLike],
    *,
    level: float = 0.95,
    useful_percent: float = USEFUL_PERCENT,
) -> RingsResult:
    """Return whether incidents moved to the rings around the treated areas, or fell there too.

    Use it where incidents were counted by month in the treated areas, in one or several bands
    of distance around them, and in comparison areas beyond.

    Parameters
    ----------
    counts : ControlledCounts
        Treated and comparison areas; its own `ring` is not looked at.
    rings : mapping of name to array_like, shape (n_areas, n_months) or (n_months,)
        Counts of each band, nearest first; no band overlaps another, the treated or the
        comparison areas.
    level : float, in (0, 1)
        Coverage of the intervals.
    useful_percent : float, unit: percent
        The smallest fall worth having.

    Returns
    -------
    RingsResult
        "Moved" needs a fall in the treated areas and a rise in the ring, both beyond chance;
        "fell too" a fall in both. Single rings are adjusted for their number.

    Raises
    ------
    MethodError
        EFFECT_SHAPE, EFFECT_NEGATIVE_COUNT.

    Notes
    -----
    The net estimate is that of treated areas and rings merged: what the merged ground would
    have had at the course of the comparison areas, less what it had. That is the total net
    effect, with an error that knows months, areas and their drift.

    References
    ----------
    .. [1] Guerette, R. T. (2009). Analyzing crime displacement and diffusion. Problem-Oriented
       Guides for Police, Problem-Solving Tools 10.
    .. [2] Bowers, K. J. and Johnson, S. D. (2003). Measuring the geographical displacement and
       diffusion of benefit effects of crime prevention activity. Journal of Quantitative
       Criminology 19(3), 275-301.

    Examples
    --------
    >>> quiet = [[20] * 24] * 8
    >>> counts = ControlledCounts([[20] * 12 + [8] * 12], quiet, 12, chosen_months=0)
    >>> found = displacement_rings(counts, {"200 m": [20] * 12 + [30] * 12})
    >>> found.together.moved.value, round(found.net.avoided)
    ('moved_next_door', 24)
    """
    if not rings:
        raise MethodError("EFFECT_SHAPE", rings=0)
    plain = replace(counts, ring=None)
    tables = {name: np.atleast_2d(np.asarray(t, dtype=np.float64)) for name, t in rings.items()}
    treated = _judged(plain, level, useful_percent)
    found = {
        name: _judged(replace(plain, treated=table, are_neighbours=True), level, useful_percent)
        for name, table in tables.items()
    }
    q = benjamini_hochberg([np.nan if e.p is None else e.p for e in found.values()])
    answers = tuple(
        _answer(name, plain, (tables[name], estimate, float(adjusted)), treated)
        for (name, estimate), adjusted in zip(found.items(), q, strict=True)
    )
    whole = np.vstack(list(tables.values()))
    around = _judged(replace(plain, treated=whole, are_neighbours=True), level, useful_percent)
    together = _answer("", plain, (whole, around, _known(around.p)), treated)
    merged = np.vstack([np.atleast_2d(np.asarray(counts.treated, dtype=np.float64)), whole])
    net = _judged(replace(plain, treated=merged, are_neighbours=True), level, useful_percent)
    return RingsResult(_checked(treated, together, useful_percent), answers, together, net)


def _judged(counts: ControlledCounts, level: float, useful_percent: float) -> Estimate:
    """Return the estimate of one piece of ground, without the check of its own ring."""
    found = before_after_control(counts, level=level, useful_percent=useful_percent)
    checks = tuple(check for check in found.checks if check.code != "ring")
    return replace(found, design=Design.DISPLACEMENT_DIFFERENCE, checks=checks)


def _answer(
    name: str,
    counts: ControlledCounts,
    ring: tuple[np.ndarray, Estimate, float],
    treated: Estimate,
) -> RingAnswer:
    """Return what happened in a ring, given its counts, its estimate and its adjusted p."""
    table, estimate, q = ring
    moved = Moved.CANNOT_TELL
    if _fell(treated, _known(treated.p)):
        if _fell(estimate, q):
            moved = Moved.FELL_TOO
        elif q <= ALPHA:
            moved = Moved.MOVED
    zones = (counts.treated, table, counts.comparison)
    pairs = [_totals(zone, counts) for zone in zones]
    quotient = None if treated.effect is None else displacement_quotient(*pairs)
    return RingAnswer(name, estimate, quotient, moved)


def _checked(treated: Estimate, together: RingAnswer, useful_percent: float) -> Estimate:
    """Return the treated areas' estimate with the check of what happened around them."""
    if treated.effect is None:
        return treated
    around = together.estimate
    outcome = CheckOutcome.CANNOT_TELL
    if together.moved is Moved.MOVED:
        outcome = CheckOutcome.FAILED
    elif together.moved is Moved.FELL_TOO or (around.avoided_low or -np.inf) > -(
        treated.avoided or 0.0
    ):
        outcome = CheckOutcome.PASSED  # even the most that can have moved is less than was spared
    check = decisive("ring", outcome, percent=around.effect)
    with_check = replace(treated, checks=(*treated.checks, check))
    return replace(with_check, verdict=verdict_on(with_check, useful=useful_percent))


def _fell(estimate: Estimate, p: float) -> bool:
    """Return whether there was a fall beyond chance."""
    return estimate.effect is not None and estimate.effect < 0 and p <= ALPHA


def _known(p: float | None) -> float:
    """Return the p-value, 1 where there is none."""
    return 1.0 if p is None else p


def _totals(zone: ArrayLike, counts: ControlledCounts) -> Pair:
    """Return mean counts a month before and after, of the months that are known."""
    course = np.atleast_2d(np.asarray(zone, dtype=np.float64)).sum(axis=0)
    decided = counts.start - (counts.chosen_months or 0)
    return float(np.nanmean(course[:decided])), float(np.nanmean(course[counts.start :]))
