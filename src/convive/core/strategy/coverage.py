"""Which points of a framework a plan answers, which it might, and which it leaves open.

A part of the plan is proposed for a point by the words that both are sorted by. The words of a
point that narrow down (topics, kinds, groups, times, sectors) count: at least half of those kinds
of words that the point has must be met, each by one word at least. Pillars and levels are too
broad to propose anything by and only put proposals in order. A proposal is never an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from convive.core.strategy.framework import Framework, Point, PointKind
from convive.core.strategy.model import Answer, Plan

NARROW = ("topics", "kinds", "groups", "times", "sectors")
BROAD = ("pillars", "levels")
MOST_PROPOSED = 5

Tags = Mapping[str, frozenset[str]]
_Alike = tuple[Tags, list[tuple[int, str]]]
"""Words, and the places in the plan and references of what is sorted by just these."""


class Coverage(StrEnum):
    """How a plan meets a point; in words ``plan.coverage.<code>``."""

    ANSWERED = "answered"
    PROPOSED = "proposed"
    DECLINED = "declined"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A part of the plan that might answer a point, with the words that both share."""

    ref: str
    shared: tuple[tuple[str, str], ...]
    """Kind of word and code, ``("topics", "nightlife")``."""
    score: float
    """Share of the narrow kinds of words of the point that are met; only orders proposals."""


@dataclass(frozen=True, slots=True)
class PointCoverage:
    """How a plan meets one point."""

    topic: str
    point: Point
    status: Coverage
    parts: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    """References of an answer that are no longer in the plan."""
    why_not: str = ""
    proposals: tuple[Proposal, ...] = ()


@dataclass(frozen=True, slots=True)
class TopicCoverage:
    """How many points of a topic are met in which way."""

    topic: str
    counts: Mapping[Coverage, int]

    @property
    def n(self) -> int:
        """Number of points."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class PlanCoverage:
    """How a plan meets a framework."""

    framework: str
    points: tuple[PointCoverage, ...]

    def counts(self, topic: str | None = None) -> TopicCoverage:
        """Return the numbers of a topic, or of the whole framework."""
        points = [p for p in self.points if topic in (None, p.topic)]
        found = {status: sum(p.status is status for p in points) for status in Coverage}
        return TopicCoverage(topic or "", found)

    def topics(self) -> tuple[TopicCoverage, ...]:
        """Return the numbers of each topic in the order of the framework."""
        return tuple(self.counts(topic) for topic in dict.fromkeys(p.topic for p in self.points))


def coverage(plan: Plan, framework: Framework) -> PlanCoverage:
    """Return how a plan meets each point of a framework."""
    answers = {one.point: one for one in plan.answers if one.framework == framework.id}
    known, candidates = references_of(plan), _alike(_candidates(plan))
    partners = _alike(
        (f"organisation:{one.code}", {"sectors": frozenset((str(one.sector),))})
        for one in plan.organisations
    )
    return PlanCoverage(
        framework.id,
        tuple(
            _met(
                (topic.id, point),
                answers.get(point.id),
                known,
                partners if point.kind is PointKind.MEMBER else candidates,
            )
            for topic in framework.topics
            for point in topic.points
        ),
    )


def references_of(plan: Plan) -> frozenset[str]:
    """Return the name of every part of a plan that something can point at."""
    refs = {f"organisation:{one.code}" for one in plan.organisations}
    for challenge in plan.challenges:
        refs.add(challenge.ref)
        refs.update(finding.ref for finding in challenge.findings)
    refs.update(objective.ref for _, objective in plan.objectives())
    refs.update(action.ref for _, _, action in plan.actions())
    for meeting in plan.meetings:
        refs.update(decision.ref for decision in meeting.decisions)
        refs.update(commitment.ref for commitment in meeting.commitments)
    return frozenset(refs)


def tags_of_point(point: Point) -> Tags:
    """Return the words that a point is sorted by, without the kinds that it has none of."""
    found = {kind: frozenset(map(str, getattr(point, kind))) for kind in (*NARROW, *BROAD)}
    return {kind: codes for kind, codes in found.items() if codes}


def _met(
    place: tuple[str, Point],
    answer: Answer | None,
    known: frozenset[str],
    candidates: Sequence[_Alike],
) -> PointCoverage:
    topic, point = place
    parts = tuple(ref for ref in answer.parts if ref in known) if answer else ()
    lost = tuple(ref for ref in answer.parts if ref not in known) if answer else ()
    if parts:
        return PointCoverage(topic, point, Coverage.ANSWERED, parts, lost)
    if answer and answer.why_not:
        return PointCoverage(topic, point, Coverage.DECLINED, (), lost, answer.why_not)
    proposals = _proposals(tags_of_point(point), candidates)
    status = Coverage.PROPOSED if proposals else Coverage.GAP
    return PointCoverage(topic, point, status, (), lost, "", proposals)


def _proposals(wanted: Tags, candidates: Sequence[_Alike]) -> tuple[Proposal, ...]:
    narrow = [kind for kind in NARROW if kind in wanted]
    if not narrow:
        return ()
    none: frozenset[str] = frozenset()
    found: list[tuple[int, Proposal]] = []
    for tags, members in candidates:
        met = sum(not wanted[kind].isdisjoint(tags.get(kind, none)) for kind in narrow)
        if not met or 2 * met < len(narrow):
            continue
        shared = tuple(
            (kind, code) for kind in wanted for code in sorted(wanted[kind] & tags.get(kind, none))
        )
        score = met / len(narrow)
        found += [(place, Proposal(ref, shared, score)) for place, ref in members[:MOST_PROPOSED]]
    found.sort(key=lambda one: (-one[1].score, -len(one[1].shared), one[0]))
    return tuple(proposal for _, proposal in found[:MOST_PROPOSED])


def _alike(candidates: Iterable[tuple[str, Tags]]) -> list[_Alike]:
    """Return candidates by their words: of ten thousand actions, few differ in all of them."""
    groups: dict[frozenset[tuple[str, frozenset[str]]], _Alike] = {}
    for place, (ref, tags) in enumerate(candidates):
        key = frozenset(tags.items())
        groups.setdefault(key, (tags, []))[1].append((place, ref))
    return list(groups.values())


def _candidates(plan: Plan) -> Iterator[tuple[str, Tags]]:
    """Yield what may be proposed, with the words that it is sorted by."""
    sectors = {one.code: str(one.sector) for one in plan.organisations}
    for challenge in plan.challenges:
        yield challenge.ref, {"topics": frozenset((str(challenge.topic),))}
    for challenge, _, action in plan.actions():
        who = {sectors.get(code, "") for code in (action.lead, *action.partners)} - {""}
        yield (
            action.ref,
            {
                "topics": frozenset((str(challenge.topic),)),
                "kinds": frozenset((str(action.kind),)),
                "pillars": frozenset((str(action.pillar),)),
                "levels": frozenset((str(action.level),)),
                "groups": frozenset(map(str, action.groups)),
                "times": frozenset(map(str, action.times)),
                "sectors": frozenset(who),
            },
        )
