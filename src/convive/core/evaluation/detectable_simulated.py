"""The smallest effect that will be told, tried out on the town's own counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from convive.core.evaluation.before_after import MIN_MONTHS, count_effect
from convive.core.evaluation.before_after_control import ASSUMED_DRIFT
from convive.core.evaluation.detectable import (
    Basis,
    Detectable,
    DetectPlan,
    described,
    detectable_effect,
    error_of,
    windows_of,
    with_ring,
)
from convive.core.evaluation.detectable_designs import (
    fit_course,
    likely_extra,
    likely_memories,
    smallest_found,
    usual_year,
)
from convive.core.evaluation.estimate import Design
from convive.core.evaluation.history import History, Known, read_history
from convive.core.evaluation.matched_effects import judge, placebo_ratios, treated_ratios, weigh
from convive.core.evaluation.matched_panel import MatchedPanel, grow_piece, read_areas
from convive.core.evaluation.series_model import Series, SeriesPlan, judge_change

Floats = NDArray[np.float64]

_ROUNDS = 3
_FIRST_TRY = -0.3
_STRONGEST = -3.0
_WEAKEST = -0.005
_LIKE = 24
"""Placebo areas are drawn from so many that are nearest in level."""
_WEIGHTED_RUNS = 60
_WEIGHTED_GROUPS = 99

Sample = Callable[[float], tuple[Floats, Floats]]
"""From a log ratio put into counts to estimates and half intervals of all runs."""


@dataclass(frozen=True, slots=True)
class _Placebo:
    """Areas and months at which nothing was done, taken for treated; (n, months)."""

    treated: Floats
    others: Floats
    start: int
    is_one: bool
    """Whether the treated count as one, because they touch."""


def simulated_effect(
    plan: DetectPlan, history: History, rng: np.random.Generator, *, runs: int = 200
) -> Detectable:
    """Return the smallest fall that a planned evaluation will find, tried out on the counts.

    Use it before money is spent, after `detectable_effect`; it takes seconds. Staggered starts
    and whatever cannot be tried out are answered by formula (see `Detectable.basis`).

    Parameters
    ----------
    plan : DetectPlan
    history : History
    rng : numpy.random.Generator
    runs : int
        Trials; 60 at most where areas are weighted.

    Returns
    -------
    Detectable

    Raises
    ------
    MethodError
        EFFECT_SHAPE, EFFECT_NEGATIVE_COUNT.

    Notes
    -----
    Areas near in level to the treated ones, and months at which nothing started, are taken for
    treated (for treated areas that touch, areas that touch: without `neighbours` the formula
    answers); incidents after are struck out at random in the size of the effect; the method of
    the design judges. Where the history is shorter than the plan, windows are shortened
    and the answer is carried over by the formula. A single series has no other areas: months
    are drawn anew from its own season, spread and memory.

    References
    ----------
    .. [1] Bertrand, M., Duflo, E. and Mullainathan, S. (2004). How much should we trust
       differences-in-differences estimates? Quarterly Journal of Economics 119(1), 249-275.
    """
    quick = detectable_effect(plan, history)
    known = read_history(history)
    first = smallest_found(error_of(plan, known), plan.power) if quick.reason is None else None
    if quick.reason is not None or first is None or _is_beyond_trial(plan, known):
        return quick
    if plan.design is Design.INTERRUPTED_SERIES:
        log_ratio = _solve(_series_sample(plan, known, runs, rng), first, plan.power)
    else:
        whole = with_ring(known) if plan.design is Design.DISPLACEMENT_DIFFERENCE else known
        log_ratio = _areas_answer(plan, whole, runs, rng)
    found = described(plan, known, log_ratio)
    months = plan.months_after if found.is_enough else quick.months_needed
    areas = known.n_treated if found.is_enough else quick.areas_needed
    if not found.is_enough and quick.is_enough:
        months = areas = None  # the formula was too hopeful, so what it asks for would be too
    return replace(found, basis=Basis.SIMULATED, months_needed=months, areas_needed=areas)


def _is_beyond_trial(plan: DetectPlan, known: Known) -> bool:
    """Tell whether there is nothing to try it out on: not even groups of areas that touch."""
    is_shape_unknown = known.are_neighbours and known.n_treated > 1 and known.near is None
    is_series = plan.design is Design.INTERRUPTED_SERIES
    return plan.design is Design.STAGGERED or (is_shape_unknown and not is_series)


def _solve(sample: Sample, first: float, power: float) -> float | None:
    """Return the log ratio at which the wanted share of runs finds a fall."""
    log_ratio, tried = max(first, _STRONGEST), []
    for _ in range(_ROUNDS):
        values, reaches = sample(log_ratio)
        furthest = float(np.quantile(values + reaches, power))
        if not np.isfinite(furthest):
            return None
        log_ratio = float(np.clip(log_ratio - furthest, _STRONGEST, _WEAKEST))
        tried.append(log_ratio)
    found = float(np.mean(tried[1:]))
    return None if found <= _STRONGEST else found


def _areas_answer(
    plan: DetectPlan, known: Known, runs: int, rng: np.random.Generator
) -> float | None:
    """Return the log ratio found in placebo areas, carried over to the areas and months meant."""
    is_weighted = plan.design in {Design.MATCHED_AREAS, Design.SYNTHETIC_CONTROL}
    runs = min(runs, _WEIGHTED_RUNS) if is_weighted else runs
    before, after = _fitting(plan, known)
    placebos = [_placebo(known, (before, after), rng) for _ in range(runs)]
    judge_one = _judge_weighted if is_weighted else _judge_counts

    def sample(log_ratio: float) -> tuple[Floats, Floats]:
        pairs = [judge_one(_thinned(one, log_ratio, rng), plan, rng) for one in placebos]
        return np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])

    meant, tried = _formula(plan, known), _formula_of_placebos(plan, known, placebos)
    found = _solve(sample, tried or _FIRST_TRY, plan.power)
    if found is None or meant is None or tried is None:
        return None
    return found * meant / tried


def _fitting(plan: DetectPlan, known: Known) -> tuple[int, int]:
    """Return months before and after that fit into the history."""
    windows = windows_of(plan, known)
    shrink = min(1.0, known.months / (windows.before + windows.after))
    after = max(MIN_MONTHS, int(windows.after * shrink))
    return min(known.months - after, int(windows.before)), after


def _placebo(known: Known, lengths: tuple[int, int], rng: np.random.Generator) -> _Placebo:
    """Return areas like the treated ones in a stretch of months, nothing having been done."""
    rows = np.vstack([known.treated, known.comparison])
    own = known.n_treated
    level = np.log(rows.mean(axis=1) + 0.05)
    nearest = np.argsort(np.abs(level - level[:own].mean()), kind="stable")
    candidates = nearest[: max(_LIKE, 3 * own)]
    chosen = rng.choice(candidates, min(own, candidates.size), replace=False)
    if known.are_neighbours and known.near is not None and own > 1:
        free = np.ones(known.n_comparison, dtype=bool)
        chosen = own + np.array(grow_piece(known.near, free, own, rng))
    before, after = lengths
    first = int(rng.integers(known.months - before - after + 1))
    part = rows[:, first : first + before + after]
    treated = part[chosen]
    others = np.delete(part, chosen, axis=0)
    return _Placebo(treated, others, before, known.are_neighbours)


def _formula(plan: DetectPlan, known: Known) -> float | None:
    """Return the log ratio by formula; a ring is part of the treated already."""
    bare = replace(plan, design=Design.BEFORE_AFTER_CONTROL)
    plan = bare if plan.design is Design.DISPLACEMENT_DIFFERENCE else plan
    return smallest_found(error_of(plan, known), plan.power)


def _formula_of_placebos(plan: DetectPlan, known: Known, placebos: list[_Placebo]) -> float | None:
    """Return the mean of the log ratios by formula over a few placebo groups."""
    found = []
    for one in placebos[:12]:
        months = one.treated.shape[1]
        after = months - one.start
        like = replace(known, treated=one.treated, comparison=one.others)
        value = _formula(replace(plan, months_before=one.start, months_after=after), like)
        found.append(np.nan if value is None else value)
    return float(np.nanmean(found)) if np.isfinite(found).any() else None


def _thinned(one: _Placebo, log_ratio: float, rng: np.random.Generator) -> _Placebo:
    """Return counts with incidents after the start struck out at random."""
    treated = one.treated.copy()
    after = treated[:, one.start :].astype(np.int64)
    treated[:, one.start :] = rng.binomial(after, np.exp(log_ratio))
    return replace(one, treated=treated)


def _judge_counts(
    one: _Placebo, plan: DetectPlan, _rng: np.random.Generator
) -> tuple[float, float]:
    """Return estimate and half interval of before and after with comparison areas."""
    ours = one.treated.sum(axis=0, keepdims=True) if one.is_one else one.treated
    found = count_effect(
        ours, one.others, one.start, level=1.0 - plan.alpha, assumed_drift=ASSUMED_DRIFT
    )
    if found.effect_percent is None or found.high is None:
        return 0.0, np.inf
    value, high = np.log1p(np.array([found.effect_percent, found.high]) / 100.0)
    return float(value), float(high - value)


def _judge_weighted(
    one: _Placebo, plan: DetectPlan, rng: np.random.Generator
) -> tuple[float, float]:
    """Return estimate and half interval against weighted areas."""
    counts = np.vstack([one.treated, one.others])
    areas = read_areas(MatchedPanel({"": counts}, np.arange(one.treated.shape[0]), one.start))
    found = weigh(areas)
    groups, others = placebo_ratios(areas, found, _WEIGHTED_GROUPS, rng)
    if groups.shape[0] < 2:
        return 0.0, np.inf
    judged = judge(areas, treated_ratios(areas, found), others, level=1.0 - plan.alpha)
    return float(judged.value[0]), float(judged.reach[0])


def _series_sample(plan: DetectPlan, known: Known, runs: int, rng: np.random.Generator) -> Sample:
    """Return a sampler of months with the season, spread and memory of the history."""
    counts = known.treated.sum(axis=0)
    windows = windows_of(plan, known)
    before, n = round(windows.before), round(windows.before + windows.after)
    means = usual_year(counts, n)
    memory = fit_course(counts).memory
    likely = likely_memories(memory)
    which = rng.choice(memory.rho.size, runs, p=likely)
    # The dispersion of a few years is itself uncertain: each run has its own.
    drawn = memory.scale[which] * memory.df / rng.chisquare(memory.df, runs)
    share = likely_extra(memory)[which] / np.maximum(memory.scale[which] - 1.0, 1e-9)
    extra = share * np.maximum(drawn - 1.0, 0.0) / means.mean()
    noise = _noise(memory.rho[which], n, rng) * np.sqrt(extra)[:, None]
    empty = np.zeros(n)
    series_plan = SeriesPlan(start=before)

    def sample(log_ratio: float) -> tuple[Floats, Floats]:
        effect = np.where(np.arange(n) >= before, log_ratio, 0.0)
        drawn = rng.poisson(means * np.exp(noise + effect)).astype(np.float64)
        pairs = []
        for row in drawn:
            series = Series(row, None, empty, np.zeros((n, 0)), empty > 0, series_plan)
            found = judge_change(series, level=1.0 - plan.alpha)
            pairs.append((found.log_ratio, found.high - found.log_ratio))
        values, reaches = np.array(pairs).T
        return values, reaches

    return sample


def _noise(rho: Floats, n: int, rng: np.random.Generator) -> Floats:
    """Return standard AR(1) noise, shape (n_runs, n)."""
    noise = rng.normal(size=(rho.size, n))
    fresh = np.sqrt(1.0 - rho**2)
    for month in range(1, n):
        noise[:, month] = rho * noise[:, month - 1] + fresh * noise[:, month]
    return noise
