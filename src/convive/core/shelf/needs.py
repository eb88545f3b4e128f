"""From a finding, a challenge, an objective or an action to what is needed: pure, by a table.

What an indicator and a kind of finding are about is reviewed data (``shelf_needs.yaml``, read by
`convive.catalogue.shelf_needs`); nothing is guessed from words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import reduce
from typing import Any, Protocol

from convive.core.model import Face
from convive.core.shelf.fit import Need
from convive.core.shelf.kinship import TopicKin
from convive.core.strategy.model import Action, Challenge, Objective, Plan
from convive.core.strategy.practice import Setting
from convive.core.strategy.vocabulary import (
    ActionState,
    Pillar,
    PreventionLevel,
    TargetGroup,
    TimeOfDay,
    Topic,
)

YOUNG_UNTIL = 30
OLD_FROM = 60
"""Ages of a survey's groups from which they are read as young and as older people."""
_DATA_TOPICS = frozenset({Topic.AUDIT, Topic.EVALUATION})
_HOURS = {TimeOfDay.DAY: range(6, 18), TimeOfDay.EVENING: range(18, 22)}


class About(StrEnum):
    """What an indicator or a kind of finding is about."""

    PROBLEM = "problem"
    RISE = "rise"
    """A problem where the indicator should be low."""
    FALL = "fall"
    """A problem where the indicator should be high."""
    MIXED = "mixed"
    """Many problems at once: before acting one has to learn which."""
    DATA = "data"
    """The evidence itself."""
    NOTHING = "nothing"
    """Good news, or background: nothing is needed."""


@dataclass(frozen=True, slots=True)
class Aspects:
    """What a need can be about beside its faces."""

    topics: frozenset[Topic] = frozenset()
    groups: frozenset[TargetGroup] = frozenset()
    times: frozenset[TimeOfDay] = frozenset()
    settings: frozenset[Setting] = frozenset()
    levels: frozenset[PreventionLevel] = frozenset()

    def joined(self, other: Aspects) -> Aspects:
        """Return what either says."""
        return Aspects(
            self.topics | other.topics,
            self.groups | other.groups,
            self.times | other.times,
            self.settings | other.settings,
            self.levels | other.levels,
        )


@dataclass(frozen=True, slots=True)
class IndicatorMeaning:
    """What an indicator measures a problem of."""

    about: About
    face: Face
    is_lower_better: bool
    aspects: Aspects = Aspects()


@dataclass(frozen=True, slots=True)
class FindingMeaning:
    """What a kind of finding calls for."""

    about: About
    aspects: Aspects = Aspects()
    uses_indicators: bool = True
    """Whether the problem is that of its indicators; else `aspects` alone say it."""


@dataclass(frozen=True, slots=True)
class NeedTable:
    """Everything that turns findings and parts of a plan into needs."""

    indicators: Mapping[str, IndicatorMeaning]
    findings: Mapping[str, FindingMeaning]
    gaps: Mapping[str, frozenset[Topic]]
    """Family of evidence that is missing → topics of ways to get it."""
    kin: TopicKin = field(default_factory=TopicKin)


class Found(Protocol):
    """A finding, published or kept by a plan."""

    @property
    def code(self) -> str: ...  # noqa: D102
    @property
    def params(self) -> Mapping[str, Any]: ...  # noqa: D102
    @property
    def faces(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def indicator_ids(self) -> tuple[str, ...]: ...  # noqa: D102


def need_of_finding(found: Found, table: NeedTable, plan: Plan | None = None) -> Need | None:
    """Return what a finding calls for; None where it calls for nothing.

    Parameters
    ----------
    found : PublishedFinding or KeptFinding
        A code that the table does not know counts as calling for nothing.
    plan : Plan, optional
        Tells which pillars have no action for this problem yet.
    """
    meaning = table.findings.get(found.code)
    if meaning is None or meaning.about is About.NOTHING:
        return None
    if meaning.about is About.DATA:
        asked = table.gaps.get(str(found.params.get("family")), meaning.aspects.topics)
        return Need(asked, is_about_data=True) if asked else None
    known = [table.indicators[i] for i in worse_indicators(found) if i in table.indicators]
    if meaning.about in (About.RISE, About.FALL):
        is_rise = meaning.about is About.RISE
        known = [one for one in known if one.is_lower_better == is_rise]
    return _of_problem(found, meaning, known, plan)


def need_of_challenge(challenge: Challenge, table: NeedTable) -> Need:
    """Return what a challenge calls for: its own topic, and what its findings add."""
    if challenge.topic in _DATA_TOPICS:
        return Need(frozenset({challenge.topic}), is_about_data=True)
    needs = [need_of_finding(found, table) for found in challenge.findings]
    need = _united(one for one in needs if one is not None and not one.is_about_data)
    topics = need.topics | {challenge.topic}
    return replace(need, topics=topics, pillars_missing=_missing_pillars([challenge]))


def need_of_objective(challenge: Challenge, objective: Objective, table: NeedTable) -> Need:
    """Return what an objective calls for: what its targets measure, else what its challenge does."""
    whole = need_of_challenge(challenge, table)
    ids = dict.fromkeys(target.indicator_id for target in objective.targets)
    known = [table.indicators[i] for i in ids if i in table.indicators]
    known = [one for one in known if one.about is About.PROBLEM]
    if not known or whole.is_about_data:
        return whole
    aspects = _aspects(known)
    return replace(
        whole,
        topics=aspects.topics,
        faces=frozenset(one.face for one in known),
        times=aspects.times or whole.times,
        settings=aspects.settings or whole.settings,
    )


def need_of_action(
    challenge: Challenge, objective: Objective, action: Action, table: NeedTable
) -> Need:
    """Return what would stand beside an action or in its place: its groups, times and level."""
    whole = need_of_objective(challenge, objective, table)
    groups = frozenset(action.groups) - {TargetGroup.EVERYBODY}
    return replace(
        whole,
        groups=groups or whole.groups,
        times=frozenset(action.times) or whole.times,
        levels=frozenset({action.level}),
    )


def worse_indicators(found: Found) -> tuple[str, ...]:
    """Return the indicators that a finding is about; of two faces, those of the worse one."""
    worse = found.params.get("worse")
    if worse is None or len(found.faces) != len(found.indicator_ids):
        return tuple(found.indicator_ids)
    pairs = zip(found.faces, found.indicator_ids, strict=True)
    return tuple(identifier for face, identifier in pairs if face == worse)


def _of_problem(
    found: Found, meaning: FindingMeaning, known: list[IndicatorMeaning], plan: Plan | None
) -> Need | None:
    told = [one for one in known if one.about is About.PROBLEM] if meaning.uses_indicators else []
    aspects = _aspects(told).joined(meaning.aspects)
    if not aspects.topics:
        # A total is no problem that one can act on: first learn what it is made of.
        is_mixed = any(one.about is About.MIXED for one in known)
        mixed = frozenset[Topic]().union(*(one.aspects.topics for one in known))
        return Need(mixed, is_about_data=True) if is_mixed else None
    faces = frozenset(one.face for one in told) or frozenset(Face(f) for f in found.faces)
    need = Need(
        topics=aspects.topics,
        faces=faces,
        groups=aspects.groups | _groups(found, known),
        times=aspects.times | _times(found),
        settings=aspects.settings,
        levels=aspects.levels,
    )
    beside = [c for c in plan.challenges if c.topic in need.topics] if plan else []
    return replace(need, pillars_missing=_missing_pillars(beside))


def _aspects(known: Iterable[IndicatorMeaning]) -> Aspects:
    """Return what indicators are about together; a group only where it is that of all."""
    parts = [one.aspects for one in known]
    joined = reduce(Aspects.joined, parts, Aspects())
    groups = frozenset.intersection(*(one.groups for one in parts)) if parts else frozenset()
    return replace(joined, groups=groups)


def _groups(found: Found, known: list[IndicatorMeaning]) -> frozenset[TargetGroup]:
    """Return the group that is worse off in a difference between groups."""
    is_lower_better = not known or known[0].is_lower_better
    group = str(found.params.get("higher" if is_lower_better else "lower", ""))
    if group == "female":
        return frozenset({TargetGroup.WOMEN})
    if group == "male":
        return frozenset({TargetGroup.MEN})
    return _age_groups(group)


def _age_groups(group: str) -> frozenset[TargetGroup]:
    """Return whom an age group such as ``16-24`` or ``65+`` stands for; the middle is nobody."""
    first, _, last = group.partition("-")
    lower, upper = first.rstrip("+"), last
    if lower.isdigit() and int(lower) >= OLD_FROM:
        return frozenset({TargetGroup.OLDER_PEOPLE})
    if upper.isdigit() and int(upper) <= YOUNG_UNTIL:
        return frozenset({TargetGroup.YOUNG_PEOPLE})
    return frozenset()


def _times(found: Found) -> frozenset[TimeOfDay]:
    """Return when it gathers, from hours; a time of day counts from two of its hours on."""
    if found.params.get("dimension") == "daypart":
        return frozenset({TimeOfDay.EVENING, TimeOfDay.NIGHT})
    start, end = found.params.get("from_hour"), found.params.get("to_hour")
    if start is None or end is None:
        return frozenset()
    hours = [(start + step) % 24 for step in range((end - start) % 24 or 24)]
    told = [_time_of(hour) for hour in hours]
    return frozenset(time for time in TimeOfDay if told.count(time) >= 2)


def _time_of(hour: int) -> TimeOfDay:
    return next((time for time, hours in _HOURS.items() if hour in hours), TimeOfDay.NIGHT)


def _united(needs: Iterable[Need]) -> Need:
    parts = list(needs)
    return Need(
        topics=frozenset[Topic]().union(*(one.topics for one in parts)),
        faces=frozenset[Face]().union(*(one.faces for one in parts)),
        groups=frozenset[TargetGroup]().union(*(one.groups for one in parts)),
        times=frozenset[TimeOfDay]().union(*(one.times for one in parts)),
        settings=frozenset[Setting]().union(*(one.settings for one in parts)),
        levels=frozenset[PreventionLevel]().union(*(one.levels for one in parts)),
    )


def _missing_pillars(challenges: Iterable[Challenge]) -> frozenset[Pillar]:
    """Return the pillars without an action; none where the plan has no action at all."""
    actions = [
        action
        for challenge in challenges
        for objective in challenge.objectives
        for action in objective.actions
        if action.state is not ActionState.STOPPED
    ]
    return frozenset(Pillar) - {one.pillar for one in actions} if actions else frozenset()
