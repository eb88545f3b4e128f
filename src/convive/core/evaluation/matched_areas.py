"""Many small areas, a few of them treated: the effect against areas weighted to be alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from convive.core.evaluation.balance_weights import effective_number
from convive.core.evaluation.before_after import NO_COMPARISON, TOO_FEW, TOO_SHORT
from convive.core.evaluation.estimate import Check, Design, Estimate, Seen, cannot_say, verdict_on
from convive.core.evaluation.matched_checks import (
    common_checks,
    in_time_placebo,
    outcome_checks,
    pieces_check,
    ring_check,
)
from convive.core.evaluation.matched_effects import (
    Judged,
    Weighting,
    judge,
    placebo_ratios,
    treated_ratios,
    weigh,
)
from convive.core.evaluation.matched_panel import Areas, MatchedPanel, block_months, read_areas

FEW_AREAS = "MATCHED_FEW_AREAS"

MIN_POOL = 20
"""Below, no place of the treated areas among the others could be rarer than one in twenty."""
MIN_GROUPS = 4
"""The pool must hold so many groups of the size of the treated one."""
MIN_GROUPS_DRAWN = MIN_POOL - 1
MIN_BEFORE = 12
MIN_AFTER = 6
MIN_EVENTS = 20
N_GROUPS = 999

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MatchedResult:
    """Effects on every outcome, all against the same weighted areas."""

    estimates: Mapping[str, Estimate]
    """By outcome; p allows for the number of outcomes, intervals are of each alone."""
    omnibus_p: float | None
    """Of all outcomes together: whether anything changed at all."""
    weights: Floats | None
    """Shape (n_areas,), sum 1; 0 for areas that stand for nobody."""
    effective: float | None
    """How many evenly weighted comparison areas they are worth."""
    block_months: int | None
    """Months whose sums were balanced together."""
    differences: tuple[tuple[float, float], ...] = ()
    """Of each block, then each covariate, as far as areas differ in it: treated less comparison
    in standard deviations of areas, with even weights and with those found."""


def matched_areas(
    panel: MatchedPanel,
    rng: np.random.Generator,
    *,
    level: float = 0.95,
    useful: float = -10.0,
    n_groups: int = N_GROUPS,
) -> MatchedResult:
    """Return the effect of an action in a few of many small areas, against areas weighted alike.

    Use it for twenty or more small areas without the action (street blocks, quarters, stations)
    and treated ones that do not tower over them. With fewer areas use a synthetic control or
    `before_after_control`; with several starts `staggered_effect`.

    Parameters
    ----------
    panel : MatchedPanel
        Counts of one or several outcomes, the start, covariates, who is next to whom.
    rng : numpy.random.Generator
        Draws the groups in which nothing was done.
    level : float, in (0, 1)
        Coverage of the intervals.
    useful : float, unit: percent
        The smallest change worth having.
    n_groups : int
        Groups drawn; a single treated area is held against every other one.

    Returns
    -------
    MatchedResult
        An `Estimate` by outcome. Checks: matched_balance, matched_effective, matched_share,
        matched_overlap, matched_apart, matched_placebo, matched_groups, chosen_at_peak, ring,
        uneven_break, missing_months.

    Raises
    ------
    MethodError
        EFFECT_SHAPE, EFFECT_NEGATIVE_COUNT.

    Notes
    -----
    Entropy weights balance mean counts by quarter over the whole time before, and covariates;
    where that cannot be had with weights on enough areas, a ridge gives up some of it. Effect =
    (after ÷ before) of the treated over that of the weighted areas, so that a level that is
    left over cancels. Its error comes from groups of the same number and shape in which nothing
    was done, weighted anew (see `judge`).

    References
    ----------
    .. [1] Hainmueller, J. (2012). Entropy balancing for causal effects. Political Analysis
       20(1), 25-46.
    .. [2] Robbins, M. W., Saunders, J. and Kilmer, B. (2017). A framework for synthetic control
       methods with high-dimensional, micro-level data. Journal of the American Statistical
       Association 112(517), 109-126.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> counts = rng.poisson(20, (40, 48)).astype(float)
    >>> counts[:3, 24:] = rng.poisson(10, (3, 24))
    >>> found = matched_areas(MatchedPanel({"theft": counts}, [0, 1, 2], 24), rng, n_groups=99)
    >>> -60 < found.estimates["theft"].effect < -40
    True
    """
    areas = read_areas(panel)
    reasons = {name: _reason_against(areas, at) for at, name in enumerate(areas.names)}
    silent = {
        name: cannot_say(Design.MATCHED_AREAS, reason, _seen(areas, at), coverage=level)
        for at, (name, reason) in enumerate(reasons.items())
        if reason is not None
    }
    usable = [at for at, name in enumerate(areas.names) if name not in silent]
    if not usable:
        return MatchedResult(silent, None, None, None, None)
    areas = areas.only(usable)
    found = weigh(areas)
    groups, others = placebo_ratios(areas, found, n_groups, rng)
    if groups.shape[0] < MIN_GROUPS_DRAWN:
        return _too_few(areas, silent, level)
    judged = judge(areas, treated_ratios(areas, found), others, level=level)
    placebo = in_time_placebo(areas, n_groups, rng, level=level)
    common = (*common_checks(panel, areas, found), pieces_check(areas, judged))
    told: dict[str, Estimate] = {}
    for at, name in enumerate(areas.names):
        own = outcome_checks(panel, areas, (judged, placebo), at)
        checks = (*common, *own, ring_check(areas, found, judged, at))
        estimate = _estimate(areas, judged, at, level, checks)
        verdict = verdict_on(estimate, alpha=1.0 - level, useful=useful)
        told[name] = replace(estimate, verdict=verdict)
    estimates = {name: {**silent, **told}[name] for name in reasons}
    return _result(areas, estimates, judged, found)


def _result(
    areas: Areas, estimates: Mapping[str, Estimate], judged: Judged, found: Weighting
) -> MatchedResult:
    """Return the whole answer."""
    pairs = zip(found.before.tolist(), found.after.tolist(), strict=True)
    return MatchedResult(
        estimates,
        judged.omnibus,
        found.weights,
        effective_number(found.weights),
        block_months(areas),
        tuple(pairs),
    )


def _too_few(areas: Areas, silent: dict[str, Estimate], level: float) -> MatchedResult:
    """Return that there are not groups enough in which nothing was done."""
    more = {
        name: cannot_say(Design.MATCHED_AREAS, FEW_AREAS, _seen(areas, at), coverage=level)
        for at, name in enumerate(areas.names)
    }
    return MatchedResult({**silent, **more}, None, None, None, None)


def _seen(areas: Areas, at: int) -> Seen:
    """Return how much the estimate of an outcome rests on."""
    ours = areas.y[at][areas.treated]
    return Seen(
        n_before=int(ours[:, : areas.start].sum()),
        n_after=int(ours[:, areas.start :].sum()),
        n_treated=int(areas.treated.sum()),
        n_comparison=int(areas.pool.sum()),
        periods_before=areas.start,
        periods_after=areas.y.shape[2] - areas.start,
    )


def _reason_against(areas: Areas, at: int) -> str | None:
    """Return why an outcome cannot be judged, or None."""
    n_pool, n_treated = int(areas.pool.sum()), int(areas.treated.sum())
    if n_pool == 0:
        return NO_COMPARISON
    if n_pool < max(MIN_POOL, MIN_GROUPS * n_treated):
        return FEW_AREAS
    if areas.start < MIN_BEFORE or areas.y.shape[2] - areas.start < MIN_AFTER:
        return TOO_SHORT
    before = areas.y[at][:, : areas.start].sum(axis=1)
    is_few = min(before[areas.treated].sum(), before[areas.pool].sum()) < MIN_EVENTS
    return TOO_FEW if is_few else None


def _estimate(
    areas: Areas, judged: Judged, at: int, level: float, checks: tuple[Check, ...]
) -> Estimate:
    """Return the effect on one outcome in percent and in incidents, without verdict."""
    value, reach = float(judged.value[at]), float(judged.reach[at])
    n_after = float(areas.y[at][areas.treated, areas.start :].sum())
    logs = [value, value - reach, value + reach]
    effect, low, high = (100.0 * float(np.expm1(min(one, 25.0))) for one in logs)
    avoided, most, least = (n_after * float(np.expm1(min(-one, 25.0))) for one in logs)
    return Estimate(
        design=Design.MATCHED_AREAS,
        reason=None,
        effect=effect,
        low=low,
        high=high,
        coverage=level,
        p=float(judged.p_joint[at] if len(areas.names) > 1 else judged.p[at]),
        avoided=avoided,
        avoided_low=least,
        avoided_high=most,
        seen=_seen(areas, at),
        checks=checks,
    )
