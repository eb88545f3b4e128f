"""Which areas can stand for what would have been, with what speaks for and against each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.evaluation.before_after import count_effect
from convive.core.evaluation.comparison_course import (
    Course,
    is_like_season,
    level_ratio,
    trend_gap,
)

NONE_LEFT = "comparison_none_left"
TOO_SHORT = "comparison_too_short"
TOO_FEW = "comparison_too_few"

FEWEST_MONTHS = 24
FEWEST_EVENTS = 20
MOST_APART = 1.0
"""Standard deviations by which another feature of an area may differ."""
ALPHA = 0.05

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Speaks(StrEnum):
    """What a fact says about an area as comparison."""

    FOR = "for"
    AGAINST = "against"
    OPEN = "open"
    """Nobody knows, or the counts are too few to tell."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One fact; its sentence is ``evaluation.choice.<code>.<speaks>`` with `params`."""

    code: str
    speaks: Speaks
    rules_out: bool = False
    """Whether no likeness can make up for it."""
    params: Mapping[str, float | int | str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An area with everything that speaks for and against it."""

    area: int
    """Index."""
    reasons: tuple[Reason, ...]

    @property
    def against(self) -> tuple[Reason, ...]:
        """What speaks against it."""
        return tuple(one for one in self.reasons if one.speaks is Speaks.AGAINST)

    @property
    def is_ruled_out(self) -> bool:
        """Whether it can stand for nobody."""
        return any(one.rules_out for one in self.against)

    @property
    def is_proposed(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.against


@dataclass(frozen=True, slots=True)
class ComparisonAreas:
    """What to compare with."""

    reason: str | None
    """Why no area is proposed, as a code; None where some are."""
    candidates: tuple[Candidate, ...]
    """All areas without the action, in the order given; there is no ranking."""
    pretrend_percent: float | None
    """Change of the treated areas beyond that of the proposed, between halves of the time
    before."""
    pretrend: Speaks
    """For: a parting by `useful` would have been seen and was not."""
    ruled_out: Mapping[str, int] = field(default_factory=dict)
    """Code → areas that it rules out; an area may count more than once."""

    @property
    def proposed(self) -> tuple[int, ...]:
        """Indices of the areas against which nothing speaks."""
        return tuple(one.area for one in self.candidates if one.is_proposed)


@dataclass(frozen=True, slots=True)
class AreaFacts:
    """What is known of areas beyond their counts; None is "nobody knows"."""

    neighbours: ArrayLike | None = None
    """Shape (n, n): True where areas touch or lie in each other's buffer."""
    other_action: ArrayLike | None = None
    """Shape (n,): another action, before or within the time that is to be compared."""
    uneven_break: ArrayLike | None = None
    """Shape (n,): recorded otherwise for a part of the time."""
    features: Mapping[str, ArrayLike] = field(default_factory=dict)
    """Name → values, shape (n,): people, bars, stops … NaN is unknown."""


def comparison_areas(
    counts: ArrayLike,
    treated: ArrayLike,
    facts: AreaFacts | None = None,
    *,
    useful: float = -10.0,
) -> ComparisonAreas:
    """Return which areas may be compared with, each with what speaks for and against it.

    Use it before an action, on counts of the time before alone: whoever chooses the comparison
    after having seen the result chooses the result.

    Parameters
    ----------
    counts : array_like of float, shape (n_areas, n_months)
        Months before the start; NaN is a month that nobody knows.
    treated : array_like of int
        Indices of the areas that (will) have the action.
    facts : AreaFacts, optional
        Who is next to whom, where else something was done or recorded otherwise.
    useful : float, unit: percent
        The change that is to be found; a parting before as large as that must not go unseen.

    Returns
    -------
    ComparisonAreas
        No score and no ranking: proposed is what nothing speaks against. Codes of reasons:
        apart, other_action, recording, months, level, trend, season, feature.

    Raises
    ------
    MethodError
        EFFECT_SHAPE, EFFECT_NEGATIVE_COUNT.

    Notes
    -----
    Level: between half and twice the mean of a treated area. Trend: the difference per year is
    under ten percent and not beyond chance (Poisson, widened by the months' own spread), or
    open where the counts could not tell. Season: a chi-square test of the months of the year.

    References
    ----------
    .. [1] Roth, J. (2022). Pretest with caution: event-study estimates after testing for
       parallel trends. American Economic Review: Insights 4(3), 305-322.
    .. [2] Stuart, E. A. (2010). Matching methods for causal inference: a review and a look
       forward. Statistical Science 25(1), 1-21.

    Examples
    --------
    >>> quiet = [[20] * 36] * 4
    >>> found = comparison_areas(quiet, [0], AreaFacts(other_action=[0, 0, 0, 1]))
    >>> found.proposed, [one.code for one in found.candidates[2].against]
    ((1, 2), ['other_action'])
    """
    table, is_treated = _read(counts, treated)
    known = facts or AreaFacts()
    marks = _Marks(
        _square(known.neighbours, is_treated),
        _flags(known.other_action, is_treated.size),
        _flags(known.uneven_break, is_treated.size),
        {name: _column(values, is_treated.size) for name, values in known.features.items()},
    )
    months = ~np.isnan(table[is_treated]).any(axis=0)
    ours = Course(table[is_treated][:, months].sum(axis=0), np.flatnonzero(months))
    reason = _reason_against(ours)
    if reason is not None:
        return ComparisonAreas(reason, (), None, Speaks.OPEN)
    candidates = tuple(
        Candidate(area, _reasons(area, table, (ours, is_treated), marks))
        for area in np.flatnonzero(~is_treated).tolist()
    )
    ruled: dict[str, int] = {}
    for one in (reason for area in candidates for reason in area.against if reason.rules_out):
        ruled[one.code] = ruled.get(one.code, 0) + 1
    proposed = [one.area for one in candidates if one.is_proposed]
    if not proposed:
        return ComparisonAreas(NONE_LEFT, candidates, None, Speaks.OPEN, ruled)
    percent, speaks = _pretrend(table, is_treated, proposed, useful)
    return ComparisonAreas(None, candidates, percent, speaks, ruled)


@dataclass(frozen=True, slots=True)
class _Marks:
    """Facts as arrays."""

    is_near: Bools | None
    """Next to a treated area, shape (n,)."""
    has_action: Bools | None
    has_break: Bools | None
    features: Mapping[str, Floats]


def _read(counts: ArrayLike, treated: ArrayLike) -> tuple[Floats, Bools]:
    """Return counts by area and month, and which areas are treated."""
    table = np.asarray(counts, dtype=np.float64)
    named = np.asarray(treated, dtype=np.int64).ravel()
    if table.ndim != 2 or not named.size or named.min() < 0 or named.max() >= table.shape[0]:
        raise MethodError("EFFECT_SHAPE", counts=table.shape, treated=named.size)
    if np.isinf(table).any() or (table < 0).any():
        raise MethodError("EFFECT_NEGATIVE_COUNT")
    marks = np.zeros(table.shape[0], dtype=bool)
    marks[named] = True
    return table, marks


def _flags(given: ArrayLike | None, n: int) -> Bools | None:
    """Return marks by area."""
    if given is None:
        return None
    marks = np.asarray(given, dtype=bool)
    if marks.shape != (n,):
        raise MethodError("EFFECT_SHAPE", areas=n, given=marks.shape)
    return marks


def _column(given: ArrayLike, n: int) -> Floats:
    """Return a feature by area."""
    values = np.asarray(given, dtype=np.float64)
    if values.shape != (n,):
        raise MethodError("EFFECT_SHAPE", areas=n, given=values.shape)
    return values


def _square(given: ArrayLike | None, is_treated: Bools) -> Bools | None:
    """Return which areas are next to treated ones."""
    if given is None:
        return None
    table = np.asarray(given, dtype=bool)
    if table.shape != (is_treated.size, is_treated.size):
        raise MethodError("EFFECT_SHAPE", areas=is_treated.size, given=table.shape)
    return np.asarray((table | table.T)[is_treated].any(axis=0))


def _reason_against(ours: Course) -> str | None:
    """Return why the treated areas cannot be likened to any."""
    if ours.month.size < FEWEST_MONTHS:
        return TOO_SHORT
    return TOO_FEW if ours.counts.sum() < FEWEST_EVENTS else None


def _reasons(
    area: int, table: Floats, ours: tuple[Course, Bools], marks: _Marks
) -> tuple[Reason, ...]:
    """Return everything that speaks for or against an area."""
    course, is_treated = ours
    facts = [
        _fact("apart", marks.is_near, area),
        _fact("other_action", marks.has_action, area),
        _fact("recording", marks.has_break, area),
    ]
    missing = int(np.isnan(table[area, course.month]).sum())
    speaks = Speaks.AGAINST if missing else Speaks.FOR
    facts.append(Reason("months", speaks, rules_out=True, params={"months": missing}))
    if not missing:
        other = Course(table[area, course.month], course.month)
        facts += _likeness(course, other, int(is_treated.sum()))
    facts += [_feature(name, values, is_treated, area) for name, values in marks.features.items()]
    return tuple(facts)


def _fact(code: str, marks: Bools | None, area: int) -> Reason:
    """Return what a mark says; without marks nobody knows."""
    speaks = Speaks.OPEN if marks is None else Speaks.AGAINST if marks[area] else Speaks.FOR
    return Reason(code, speaks, rules_out=True)


def _likeness(ours: Course, other: Course, n_treated: int) -> list[Reason]:
    """Return how like an area is in level, trend and season."""
    ratio = level_ratio(ours, other, n_treated)
    level = Speaks.FOR if 0.5 <= ratio <= 2.0 else Speaks.AGAINST
    found = [Reason("level", level, params={"percent": 100.0 * ratio})]
    gap, is_sure, is_small = trend_gap(ours, other)
    trend = Speaks.AGAINST if is_sure else Speaks.FOR if is_small else Speaks.OPEN
    found.append(Reason("trend", trend, params={"percent": gap}))
    alike = is_like_season(ours, other)
    season = Speaks.OPEN if alike is None else Speaks.FOR if alike else Speaks.AGAINST
    found.append(Reason("season", season))
    return found


def _feature(name: str, values: Floats, is_treated: Bools, area: int) -> Reason:
    """Return how far an area is from the treated ones in another feature."""
    spread = float(np.nanstd(values)) if np.isfinite(values).any() else 0.0
    own = values[is_treated]
    if not np.isfinite(values[area]) or not np.isfinite(own).any():
        return Reason("feature", Speaks.OPEN, params={"feature": name, "deviations": None})
    apart = abs(float(values[area]) - float(np.nanmean(own)))
    apart = apart / spread if spread > 0 else 0.0
    speaks = Speaks.FOR if apart <= MOST_APART else Speaks.AGAINST
    return Reason("feature", speaks, params={"feature": name, "deviations": apart})


def _pretrend(
    table: Floats, is_treated: Bools, proposed: list[int], useful: float
) -> tuple[float | None, Speaks]:
    """Return how treated and proposed areas parted between halves of the time before."""
    months = ~np.isnan(table[is_treated]).any(axis=0)
    ours, theirs = table[is_treated][:, months], table[proposed][:, months]
    found = count_effect(ours.sum(axis=0, keepdims=True), theirs, int(months.sum()) // 2)
    if found.p is None or found.low is None or found.high is None:
        return None, Speaks.OPEN
    speaks = Speaks.FOR if max(-found.low, found.high) < abs(useful) else Speaks.OPEN
    return found.effect_percent, Speaks.AGAINST if found.p <= ALPHA else speaks
